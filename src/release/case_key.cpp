#include "release/case_key.hpp"

#include <algorithm>
#include <map>

#include "crypto/hash.hpp"
#include "formats/slip39/slip39.hpp"

namespace exhibit::release {
namespace {

// `init` writes 10; a stranger's file must not make us work for minutes.
constexpr unsigned log_n_limit = 14;
constexpr std::size_t identity_bytes_max = 1024;
constexpr std::size_t shares_max = 64;
constexpr unsigned subsets_max = 13'000;  // all 8 of 16, and a little more

// Lower-case hex of the secret, never outside locked memory.
SecretBytes hex_passphrase(SecretBytes const& secret) {
    static constexpr char digits[] = "0123456789abcdef";
    SecretBytes out(secret.size() * 2);
    auto to = out.reveal_for_writing();
    auto const from = secret.reveal();
    for (std::size_t i = 0; i < from.size(); ++i) {
        to[2 * i] = static_cast<Byte>(digits[from[i] >> 4]);
        to[2 * i + 1] = static_cast<Byte>(digits[from[i] & 15]);
    }
    return out;
}

Error too_few(std::size_t good, unsigned needed, std::string const& wrong) {
    auto what = std::to_string(good) + " good shares, " + std::to_string(needed) + " are needed";
    if (!wrong.empty()) what += "; " + wrong;
    return bad_input(what).coded("shares").hint(
        "find another share, or look at the words once more");
}

// One share as it was given.
struct Given {
    std::size_t place;  // from 1, as the person counts
    SecretBytes words;
    unsigned threshold = 0;
    std::uint16_t set = 0;
    unsigned member = 0;
};

class Combiner {
public:
    Combiner(ByteView case_key_age, std::string_view recipient)
        : case_key_age_(case_key_age), recipient_(recipient) {}

    Outcome take(std::span<SecretBytes const> shares, ShareDigests const& digests) {
        if (shares.size() > shares_max) return wrong_use("too many shares").coded("shares");
        for (std::size_t i = 0; i < shares.size(); ++i) take_one(i + 1, shares[i], digests);
        return {};
    }

    Result<age::X25519Identity> run() {
        if (given_.empty()) return too_few(0, 2, wrong_);
        std::map<std::uint16_t, std::vector<Given const*>>
            sets;  // shares of another case lie among them
        for (auto const& one : given_) sets[one.set].push_back(&one);
        std::size_t most = 0;
        for (auto& [id, members] : sets) {
            auto const needed = members.front()->threshold;
            most = std::max(most, members.size());
            if (members.size() < needed) continue;
            auto key = try_subsets(members, needed);
            if (key.ok() || std::string_view(key.error().code) != "shares") return key;
        }
        if (most >= given_.front().threshold) {
            return bad_input("these shares do not fit together" +
                             (wrong_.empty() ? "" : "; " + wrong_))
                .coded("shares")
                .hint("one of them is wrong or belongs to another case: try others");
        }
        return too_few(most, given_.front().threshold, wrong_);
    }

private:
    void complain(std::size_t place, std::string const& why) {
        wrong_ += (wrong_.empty() ? "" : "; ") + ("share " + std::to_string(place)) + " " + why;
    }

    void take_one(std::size_t place, SecretBytes const& typed, ShareDigests const& digests) {
        auto words = normal_words(typed.reveal());
        if (!words.ok()) return complain(place, words.error().what);
        // reveal: hashing and parsing.
        auto const digest = DocumentDigest(sha256(words->reveal()));
        if (!digests.empty() && std::ranges::find(digests, digest) == digests.end()) {
            return complain(place, "is not a share of this case");
        }
        auto const share = slip39::parse_mnemonic(words->reveal());
        if (!share.ok()) return complain(place, share.error().what);
        for (auto const& other : given_) {
            if (other.words.size() == words->size() && equal(other.words, *words))
                return;  // given twice: harmless
        }
        given_.push_back(
            {place, words.take(), share->member_threshold, share->id, share->member_index});
    }

    Result<age::X25519Identity> try_subsets(std::vector<Given const*> const& members,
                                            unsigned needed) {
        std::vector<char> chosen(members.size(), 0);
        std::fill_n(chosen.begin(), needed, char{1});
        for (unsigned tries = 0; tries < subsets_max; ++tries) {
            std::vector<SecretBytes> some;
            for (std::size_t i = 0; i < members.size(); ++i) {
                if (chosen[i]) some.push_back(members[i]->words.clone());
            }
            auto const secret = slip39::combine(some, SecretBytes());
            if (secret.ok())
                return unlock(*secret);  // its digest fits: not a matter of other subsets
            if (!std::ranges::prev_permutation(chosen).found) break;
        }
        return bad_input("the shares do not fit together").coded("shares");
    }

    Result<age::X25519Identity> unlock(SecretBytes const& secret) const {
        auto const refuse = [](char const* why) {
            return bad_input(why)
                .at("case-key.age")
                .coded("case-key")
                .hint("take case-key.age from another guardian");
        };
        age::ScryptIdentity const lock(hex_passphrase(secret), log_n_limit);
        auto text = age::decrypt_secret(case_key_age_, lock, identity_bytes_max);
        if (!text.ok()) return refuse("the shares fit together but do not open this file");
        // The identity line, with or without its line end.
        auto line = text->reveal_text();
        while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
        auto key = age::X25519Identity::parse(as_bytes(line));
        if (!key.ok()) return refuse("it opens, but there is no age key in it");
        if (!recipient_.empty() && key->recipient().text() != recipient_)
            return refuse("the key in it is of another case");
        return key;
    }

    ByteView case_key_age_;
    std::string_view recipient_;
    std::vector<Given> given_;
    std::string wrong_;
};

}  // namespace

ShareDigests share_digests(Policy const& policy) {
    auto digests = policy.paper_shares;
    for (auto const& guardian : policy.guardians) digests.push_back(guardian.share_digest);
    return digests;
}

Result<SecretBytes> normal_words(ByteView typed) {
    auto const share = TRY(slip39::parse_mnemonic(typed));
    return slip39::write_mnemonic(share);
}

Result<age::X25519Identity> combine_case_key(std::span<SecretBytes const> shares,
                                             ByteView case_key_age, std::string_view recipient,
                                             ShareDigests const& digests) {
    Combiner combiner(case_key_age, recipient);
    TRY(combiner.take(shares, digests));
    return combiner.run();
}

}  // namespace exhibit::release
