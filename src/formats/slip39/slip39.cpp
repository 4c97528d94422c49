#include "formats/slip39/slip39.hpp"

#include <algorithm>
#include <map>

#include "formats/slip39/cipher.hpp"
#include "formats/slip39/shamir.hpp"

namespace exhibit::slip39 {
namespace {

Outcome check_split(SecretBytes const& master, unsigned threshold, unsigned count,
                    unsigned iteration_exponent) {
    auto const size = master.size();
    if (size < secret_bytes_min || size > secret_bytes_max || size % 2 != 0) {
        return wrong_use("a secret to divide has 16 to 64 bytes, an even number").coded("length");
    }
    if (count < 1 || count > share_count_max || threshold < 1 || threshold > count) {
        return wrong_use("a set has 1 to 16 shares, and no more can be needed than there are")
            .coded("threshold");
    }
    // Every share would be the secret itself; one copied by a thief is as good as all.
    if (threshold == 1 && count > 1) {
        return wrong_use("several shares of which one is enough are copies of the secret")
            .coded("threshold")
            .hint("ask for at least two");
    }
    if (iteration_exponent > iteration_exponent_max) {
        return wrong_use("the iteration exponent is at most 15").coded("exponent");
    }
    return {};
}

bool same_set(Share const& a, Share const& b) {
    return a.id == b.id && a.extendable == b.extendable &&
           a.iteration_exponent == b.iteration_exponent && a.group_threshold == b.group_threshold &&
           a.group_count == b.group_count && a.value.size() == b.value.size();
}

Error wrong_count(char const* of, std::size_t have, std::size_t need) {
    return bad_input("this set needs exactly " + std::to_string(need) + " " + of +
                     ", and here are " + std::to_string(have))
        .coded("threshold")
        .hint(have < need ? "find more shares" : "leave out what is too many");
}

Result<std::vector<Share>> read_all(std::span<SecretBytes const> mnemonics) {
    if (mnemonics.empty()) return bad_input("no share was given").coded("threshold");
    if (mnemonics.size() > share_count_max * share_count_max) {
        return bad_input("more shares than a set can have").coded("threshold");
    }
    std::vector<Share> shares;
    for (std::size_t i = 0; i < mnemonics.size(); ++i) {
        auto share = parse_mnemonic(mnemonics[i].reveal());
        if (!share) return share.take_error().at("share " + std::to_string(i + 1));
        shares.push_back(share.take());
        if (!same_set(shares.front(), shares.back())) {
            return bad_input("the shares are of different sets")
                .at("share " + std::to_string(i + 1))
                .coded("mismatch")
                .hint("shares of one set start with the same two words");
        }
    }
    return shares;
}

struct Group {
    unsigned threshold = 0;
    std::vector<Point> members;
};

Result<std::map<unsigned, Group>> sort_into_groups(std::vector<Share> shares) {
    std::map<unsigned, Group> groups;
    for (auto& share : shares) {
        if (share.group_index >= share.group_count) {
            return bad_input("a share belongs to a group that the set does not have")
                .coded("mismatch");
        }
        auto& group = groups[share.group_index];
        if (group.members.empty()) group.threshold = share.member_threshold;
        if (group.threshold != share.member_threshold) {
            return bad_input("shares of one group disagree on how many are needed")
                .coded("mismatch");
        }
        auto const x = static_cast<Byte>(share.member_index);
        if (std::ranges::any_of(group.members, [x](Point const& p) { return p.x == x; })) {
            return bad_input("the same share was given twice").coded("duplicate");
        }
        group.members.push_back({x, std::move(share.value)});
    }
    return groups;
}

}  // namespace

Result<std::vector<SecretBytes>> split_with(Random& random, SecretBytes const& master,
                                            unsigned threshold, unsigned count,
                                            SecretBytes const& passphrase,
                                            unsigned iteration_exponent) {
    TRY(check_split(master, threshold, count, iteration_exponent));
    TRY(check_passphrase(passphrase));
    auto const id_bytes = random.bytes<2>();
    Share share;
    share.id = static_cast<std::uint16_t>((id_bytes[0] & 0x7f) << 8 | id_bytes[1]);
    share.iteration_exponent = iteration_exponent;
    share.member_threshold = threshold;
    auto const encrypted = encrypt(master, passphrase, {share.id, true, iteration_exponent});
    std::vector<SecretBytes> mnemonics;
    for (auto& point : divide(random, encrypted, threshold, count)) {
        share.member_index = point.x;
        share.value = std::move(point.y);
        mnemonics.push_back(write_mnemonic(share));
    }
    return mnemonics;
}

Result<std::vector<SecretBytes>> split(SecretBytes const& master, unsigned threshold,
                                       unsigned count, SecretBytes const& passphrase,
                                       unsigned iteration_exponent) {
    SystemRandom random;
    return split_with(random, master, threshold, count, passphrase, iteration_exponent);
}

Result<SecretBytes> combine(std::span<SecretBytes const> mnemonics, SecretBytes const& passphrase) {
    TRY(check_passphrase(passphrase));
    auto shares = TRY(read_all(mnemonics));
    CipherParameters const with{shares.front().id, shares.front().extendable,
                                shares.front().iteration_exponent};
    std::size_t const groups_needed = shares.front().group_threshold;
    auto groups = TRY(sort_into_groups(std::move(shares)));
    if (groups.size() != groups_needed) {
        return wrong_count("groups", groups.size(), groups_needed);
    }
    std::vector<Point> group_points;
    for (auto& [index, group] : groups) {
        if (group.members.size() != group.threshold) {
            return wrong_count("shares of a group", group.members.size(), group.threshold);
        }
        auto group_share = TRY(rejoin(group.members));
        group_points.push_back({static_cast<Byte>(index), std::move(group_share)});
    }
    auto const encrypted = TRY(rejoin(group_points));
    return decrypt(encrypted, passphrase, with);
}

}  // namespace exhibit::slip39
