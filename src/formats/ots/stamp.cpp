#include "formats/ots/stamp.hpp"

#include <algorithm>

namespace exhibit::ots {
namespace {

constexpr std::size_t nonce_bytes = 16;

Digest256 hash_both(Digest256 const& left, Digest256 const& right) {
    return sha256(ByteView(left), ByteView(right));
}

struct Part {
    Digest256 hash;
    std::vector<std::size_t> members;
};

Timestamp tree_of(std::vector<Step> const& steps) {
    Timestamp out;
    for (auto i = steps.size(); i-- > 0;) {
        Timestamp outer;
        outer.branches.push_back({steps[i], std::move(out)});
        out = std::move(outer);
    }
    return out;
}

}  // namespace

Unstamped make_unstamped(std::vector<Digest256> const& digests, Random& random) {
    VERIFY(!digests.empty());
    std::vector<std::vector<Step>> ways(digests.size());
    std::vector<Part> parts;
    for (std::size_t i = 0; i < digests.size(); ++i) {
        auto const nonce = random.bytes<nonce_bytes>();
        ways[i] = {{Op::append, to_bytes(ByteView(nonce))}, {Op::sha256, {}}};
        parts.push_back({sha256(ByteView(digests[i]), ByteView(nonce)), {i}});
    }
    while (parts.size() > 1) {
        std::vector<Part> next;
        for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
            auto &left = parts[i], &right = parts[i + 1];
            auto const step = [&](Part const& part, Op op, Digest256 const& with) {
                for (auto member : part.members) {
                    ways[member].push_back({op, to_bytes(ByteView(with))});
                    ways[member].push_back({Op::sha256, {}});
                }
            };
            step(left, Op::append, right.hash);
            step(right, Op::prepend, left.hash);
            left.members.insert(left.members.end(), right.members.begin(), right.members.end());
            next.push_back({hash_both(left.hash, right.hash), std::move(left.members)});
        }
        if (parts.size() % 2 == 1) next.push_back(std::move(parts.back()));
        parts = std::move(next);
    }
    Unstamped out;
    out.tip = parts.front().hash;
    for (std::size_t i = 0; i < digests.size(); ++i)
        out.proofs.push_back({Op::sha256, to_bytes(ByteView(digests[i])), tree_of(ways[i])});
    return out;
}

Result<Timestamp> parse_calendar_answer(ByteView body, ByteView message) {
    if (body.size() > calendar_answer_max)
        return bad_input("a calendar's answer is too long").coded("ots");
    Reader reader(body);
    auto timestamp = TRY(parse_timestamp(reader, message.size(), Order::any));
    TRY(reader.expect_end());
    return timestamp;
}

bool attach(Detached& proof, ByteView message, Timestamp const& answer) {
    auto* const place = find_message(proof.timestamp, proof.digest, message);
    if (place == nullptr) return false;
    merge(*place, answer);
    return true;
}

std::vector<Promise> promises(Detached const& proof, std::vector<std::string> const& allowed) {
    std::vector<Promise> out;
    for_each_attestation(proof.timestamp, proof.digest,
                         [&](Attestation const& one, std::optional<Bytes> const& message) {
                             auto const uri = one.uri();
                             if (message && std::ranges::find(allowed, uri) != allowed.end())
                                 out.push_back({uri, *message});
                         });
    return out;
}

namespace {

// Is there anything left?
bool drop_promises(Timestamp& timestamp) {
    std::erase_if(timestamp.attestations,
                  [](Attestation const& one) { return one.notary() == Notary::pending; });
    // depth_max bounds this.
    std::erase_if(timestamp.branches, [](Branch& branch) { return !drop_promises(branch.next); });
    return !timestamp.attestations.empty() || !timestamp.branches.empty();
}

}  // namespace

void prune(Detached& proof) {
    if (is_complete(proof)) (void)drop_promises(proof.timestamp);
}

bool is_complete(Detached const& proof) {
    bool complete = false;
    for_each_attestation(proof.timestamp, proof.digest, [&](Attestation const& one, auto const&) {
        complete = complete || one.notary() == Notary::bitcoin;
    });
    return complete;
}

}  // namespace exhibit::ots
