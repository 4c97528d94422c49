#include "release/merge.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace exhibit::release {
namespace {

struct Told {
    ReleaseBundle const* bundle;
    OpenedRelease opened;
};
using Group = std::vector<Told const*>;  // of one policy, stage and motion

DocumentDigest subject_of(Told const& told) {
    return document_digest(told.opened.evidence.subject.envelope);
}

// Documents that were checked against the policy; each once.
template <typename T>
void unite(std::vector<Envelope>& into, Group const& group,
           std::vector<Signed<T>> ReleaseEvidence::*list) {
    into.clear();
    std::set<DocumentDigest> seen;
    for (auto const* told : group) {
        for (auto const& one : told->opened.evidence.*list) {
            if (seen.insert(one.digest()).second) into.push_back(one.envelope());
        }
    }
}

// The one that the check-in carries the digest of; after a release-now, which carries none, the one
// that most guardians tell.
std::string vouched_of(Group const& group) {
    std::map<std::string, std::size_t> tellers;
    for (auto const* told : group) {
        auto const& evidence = told->opened.evidence;
        if (evidence.vouching == ReleaseEvidence::Vouching::checked) return evidence.vouched.text();
        if (evidence.vouching == ReleaseEvidence::Vouching::unsupported)
            ++tellers[evidence.vouched.text()];
    }
    auto const most =
        std::ranges::max_element(tellers, {}, [](auto const& one) { return one.second; });
    return most == tellers.end() ? std::string() : most->first;
}

// Everything but the exhibits.
ReleaseBundle documents_of(Group const& group) {
    ReleaseBundle out = *group.front()->bundle;
    out.exhibits.clear();
    unite(out.votes, group, &ReleaseEvidence::votes);
    unite(out.adoptions, group, &ReleaseEvidence::adoptions);
    unite(out.shares, group, &ReleaseEvidence::shares);
    unite(out.receipts, group, &ReleaseEvidence::receipts);
    out.vouched = vouched_of(group);
    out.devices_lost.clear();
    out.custody.clear();
    std::set<DocumentDigest> seen;
    for (auto const* told : group) {
        for (auto const& word : told->bundle->devices_lost) {
            if (seen.insert(document_digest(word)).second) out.devices_lost.push_back(word);
        }
        // Each guardian knows most of its own log.
        out.custody.insert(out.custody.end(), told->bundle->custody.begin(),
                           told->bundle->custody.end());
    }
    return out;
}

// One recording under a number, and what speaks for it.
struct Offer {
    OpenedRelease::Exhibit const* exhibit = nullptr;
    bool vouched = false, said_vouched = false;
    std::size_t receipts = 0;
    std::size_t tellers = 0;

    auto worth(std::size_t liars) const {
        bool const held = receipts > liars;
        return std::tuple(vouched, held, said_vouched, exhibit->statement.has_value(), receipts,
                          tellers, exhibit->size_bytes);
    }
};

class Exhibits {
public:
    explicit Exhibits(ReleaseEvidence const& evidence) : evidence_(evidence) {}

    void take(OpenedRelease::Exhibit const& exhibit) {
        auto& offers = offers_[exhibit.number];
        auto const same = std::ranges::find_if(offers, [&](Offer const& known) {
            return known.exhibit->statement_text == exhibit.statement_text &&
                   known.exhibit->size_bytes == exhibit.size_bytes;
        });
        if (same != offers.end()) {
            ++same->tellers;
            return;
        }
        Offer offer{.exhibit = &exhibit, .tellers = 1};
        if (exhibit.statement) {
            auto const& digest = exhibit.statement->digest;
            bool const listed = evidence_.vouches_for(digest);
            offer.vouched = listed && evidence_.vouching == ReleaseEvidence::Vouching::checked;
            offer.said_vouched = listed && !offer.vouched;
            offer.receipts = held_by(evidence_, digest, exhibit.statement->claims.root).guardians;
        }
        offers.push_back(offer);
    }

    void put_best(MergedRelease& out) const {
        std::size_t const liars = evidence_.policy->quorum.f;
        for (auto const& [number, offers] : offers_) {
            auto const& best = *std::ranges::max_element(
                offers, {}, [&](Offer const& offer) { return offer.worth(liars); });
            ReleaseBundle::Exhibit chosen{number, best.exhibit->size_bytes, std::nullopt};
            if (best.exhibit->statement) chosen.statement = best.exhibit->statement_text;
            out.bundle.exhibits.push_back(std::move(chosen));
            auto const others =
                static_cast<std::size_t>(std::ranges::count_if(offers, [&](Offer const& offer) {
                    return offer.exhibit != best.exhibit && offer.exhibit->statement.has_value();
                }));
            if (others > 0) out.contested.push_back({number, others, best.vouched, best.receipts});
        }
    }

private:
    ReleaseEvidence const& evidence_;
    std::map<ExhibitNumber, std::vector<Offer>> offers_;
};

// A statement that one guardian spoils must not hide that another has it whole; one that nobody has
// whole stays in the bundle, so that it is named.
void put_refused(MergedRelease& out, Group const& group) {
    std::set<ExhibitNumber> there;
    for (auto const& one : out.bundle.exhibits) there.insert(one.number);
    for (auto const* told : group) {
        for (auto const& one : told->bundle->exhibits) {
            if (there.insert(one.number).second) out.bundle.exhibits.push_back(one);
        }
    }
}

Result<MergedRelease> merge_group(Group const& group) {
    MergedRelease out{documents_of(group), {}};
    auto const documents = TRY(open_release(out.bundle));
    Exhibits exhibits(documents.evidence);
    for (auto const* told : group) {
        for (auto const& one : told->opened.exhibits) exhibits.take(one);
    }
    exhibits.put_best(out);
    put_refused(out, group);
    return out;
}

}  // namespace

Result<MergedRelease> merge_releases(std::vector<ReleaseBundle> const& told,
                                     std::span<age::X25519Identity const> readers) {
    VERIFY(!told.empty());
    std::vector<Told> opened;
    for (auto const& bundle : told) {
        auto release = TRY(open_release(bundle));
        opened.push_back({&bundle, std::move(release)});
    }
    std::map<std::tuple<unsigned, unsigned, DocumentDigest, DocumentDigest>, Group> groups;
    for (auto const& one : opened) {
        auto const& evidence = one.opened.evidence;
        groups[{evidence.policy->version, evidence.stage, evidence.policy.digest(),
                subject_of(one)}]
            .push_back(&one);
    }
    // Without a key of a reader nothing tells which stage is out: then the one that most tell.
    std::optional<MergedRelease> most;
    std::size_t tellers = 0;
    std::optional<Error> trouble;
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
        auto put_together = merge_group(group->second);
        if (!put_together.ok()) {  // one group of liars does not end it for the others
            trouble = put_together.take_error();
            continue;
        }
        auto merged = put_together.take();
        // The locked key is signed by nobody: of those that are told, the one that can be opened.
        for (auto const* one : group->second) {
            merged.bundle.case_key_age = one->bundle->case_key_age;
            auto const release = open_release(merged.bundle);
            if (release.ok() && case_key_of(*release, readers).ok()) return merged;
        }
        if (group->second.size() <= tellers) continue;
        tellers = group->second.size();
        most = std::move(merged);
    }
    if (!most) return Error(*trouble);
    return std::move(*most);
}

}  // namespace exhibit::release
