#include "formats/ots/judge.hpp"

#include <algorithm>

namespace exhibit::ots {

Outcome KnownHeaders::give(std::uint64_t height, BlockHeader const& header,
                           ChainRules const& rules) {
    if (is_too_easy(header, rules))
        return bad_input("the header of block " + std::to_string(height) + " is of a test chain")
            .coded("header");
    if (!header.has_its_work())
        return bad_input("the header of block " + std::to_string(height) +
                         " has not the work it claims")
            .coded("header");
    headers_.try_emplace(height, KnownHeader{header, Grade::given});
    return {};
}

void KnownHeaders::pin(std::uint64_t height, Digest256 const& hash) { pinned_[height] = hash; }

Outcome KnownHeaders::chain(ChainStart const& start, std::vector<BlockHeader> const& headers,
                            ChainRules const& rules) {
    TRY(check_chain(start, headers, rules));
    for (std::size_t i = 0; i < headers.size(); ++i)
        headers_.insert_or_assign(start.height + i, KnownHeader{headers[i], Grade::chained});
    return {};
}

bool KnownHeaders::contradicted(std::uint64_t height) const {
    auto const header = headers_.find(height);
    auto const pin = pinned_.find(height);
    return header != headers_.end() && pin != pinned_.end() &&
           header->second.header.hash() != pin->second;
}

std::optional<KnownHeader> KnownHeaders::at(std::uint64_t height) const {
    auto const found = headers_.find(height);
    if (found == headers_.end() || contradicted(height)) return std::nullopt;
    auto out = found->second;
    if (out.grade == Grade::given && pinned_.contains(height)) out.grade = Grade::pinned;
    return out;
}

BitcoinClaim const* Judged::best() const {
    BitcoinClaim const* best = nullptr;
    for (auto const& claim : bitcoin) {
        if (claim.state != BitcoinClaim::State::proven) continue;
        if (best == nullptr || claim.grade > best->grade ||
            (claim.grade == best->grade && claim.time < best->time))
            best = &claim;
    }
    return best;
}

Judged judge(Detached const& proof, KnownHeaders const& headers) {
    Judged out;
    auto const about_bitcoin = [&](std::uint64_t height, std::optional<Bytes> const& message) {
        using State = BitcoinClaim::State;
        BitcoinClaim claim{State::no_header, height, {}, Grade::given};
        auto const known = headers.at(height);
        if (!message) {
            claim.state = State::not_computable;
        } else if (headers.contradicted(height)) {
            claim.state = State::contradicted;
        } else if (known) {
            bool const same = same_bytes(*message, known->header.merkle_root());
            claim.state = same ? State::proven : State::wrong_root;
            claim.time = known->header.time();
            claim.grade = known->grade;
        }
        out.bitcoin.push_back(claim);
    };
    for_each_attestation(proof.timestamp, proof.digest,
                         [&](Attestation const& one, std::optional<Bytes> const& message) {
                             switch (one.notary()) {
                                 case Notary::bitcoin: about_bitcoin(one.height(), message); break;
                                 case Notary::pending: out.pending.push_back(one.uri()); break;
                                 case Notary::litecoin: ++out.litecoin; break;
                                 case Notary::ethereum: ++out.ethereum; break;
                                 case Notary::unknown: ++out.unknown; break;
                             }
                         });
    std::ranges::sort(out.pending);
    return out;
}

}  // namespace exhibit::ots
