#include "case/evidence.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

using About = Complaint::About;

Error other_than(char const* what) { return bad_input(what).coded("subject"); }

// The subject is the witness's own word: a check-in, or "now".
Outcome check_subject(Envelope const& subject, Signed<Policy> const& policy) {
    if (subject.payload_type == ReleaseNow::kind) {
        // Whatever policy it names: final is final, also when the policy was changed after it.
        auto const now = TRY(Signed<ReleaseNow>::open(subject, policy->witness));
        if (now->case_id != policy->case_id)
            return other_than("the release-now belongs to another case");
        return {};
    }
    auto const check_in = TRY(Signed<CheckIn>::open(subject, policy->witness));
    if (check_in->case_id != policy->case_id)
        return other_than("the check-in belongs to another case");
    return {};
}

// Who did not object to this policy, each guardian once.
std::vector<Signed<NoObjection>> open_words(std::vector<Envelope> const& envelopes,
                                            Signed<Policy> const& policy) {
    std::vector<Signed<NoObjection>> words;
    for (auto const& envelope : envelopes) {
        auto word = open_from_guardian<NoObjection>(envelope, policy.value());
        if (!word.ok() || word.value()->policy != policy.digest()) continue;
        bool const known = std::ranges::any_of(
            words, [&](auto const& one) { return one->guardian == word.value()->guardian; });
        if (!known) words.push_back(word.take());
    }
    return words;
}

bool is_certified(Signed<Policy> const& policy, std::vector<Signed<NoObjection>> const& words) {
    return policy->version == 1 || words.size() >= policy->quorum.q;
}

Result<Signed<Policy>> open_earlier(PolicyCertificate const& certificate,
                                    Signed<Policy> const& policy) {
    auto earlier = TRY(Signed<Policy>::open(certificate.policy, policy->witness));
    if (earlier->case_id != policy->case_id) return other_than("is a policy of another case");
    if (earlier->version >= policy->version) return other_than("is no earlier policy");
    if (!is_certified(earlier, open_words(certificate.no_objections, earlier)))
        return other_than("is a policy that too few guardians certified");
    return earlier;
}

// Votes and adoptions alike.
template <typename T>
Result<Signed<T>> open_motion(Envelope const& envelope, ReleaseEvidence const& evidence) {
    auto document = TRY(open_from_guardian<T>(envelope, evidence.policy.value()));
    if (document->subject.digest != evidence.subject.digest)
        return other_than("is about another check-in or release-now");
    if (!evidence.knows_policy(document->policy)) return other_than("is under another policy");
    return document;
}

template <typename T>
std::size_t most_agreeing(std::vector<Signed<T>> const& documents) {
    std::map<Motion, std::set<GuardianId>> sides;
    for (auto const& one : documents) sides[one->motion()].insert(one->guardian);
    std::size_t most = 0;
    for (auto const& [motion, guardians] : sides) most = std::max(most, guardians.size());
    return most;
}

Result<Signed<ReleasedShare>> open_share(Envelope const& envelope,
                                         ReleaseEvidence const& evidence) {
    auto const& policy = evidence.policy.value();
    auto share = TRY(open_from_guardian<ReleasedShare>(envelope, policy));
    if (share->policy != evidence.policy.digest())
        return other_than("is a share under another policy");
    if (share->stage != evidence.stage)
        return other_than("is a share for another stage of the audience");
    auto const* guardian = policy.find(share->guardian);
    if (share->words && DocumentDigest(sha256(*share->words)) != guardian->share_digest) {
        return bad_input("is not the share that the policy names").coded("wrong-share");
    }
    return share;
}

void take_vouched(ReleaseEvidence& evidence, ReleaseBundle const& bundle) {
    if (bundle.vouched.empty() && evidence.subject.is_release_now()) return;
    auto list = VouchedList::parse(bundle.vouched);
    if (!list.ok()) {
        evidence.complaints.push_back({About::vouched, 0, list.take_error()});
        return;
    }
    if (evidence.subject.is_release_now()) {
        evidence.vouching = ReleaseEvidence::Vouching::unsupported;
    } else {
        auto const check_in = CheckIn::parse_payload(evidence.subject.envelope.payload);
        if (!check_in.ok() || check_in->vouched != list->digest()) {
            evidence.complaints.push_back(
                {About::vouched, 0,
                 bad_input("is not the list whose digest the check-in carries").coded("vouched")});
            return;
        }
        evidence.vouching = ReleaseEvidence::Vouching::checked;
    }
    evidence.vouched = list.take();
}

}  // namespace

bool ReleaseEvidence::knows_policy(DocumentDigest const& digest) const {
    return digest == policy.digest() ||
           std::ranges::any_of(earlier, [&](auto const& one) { return one.digest() == digest; });
}
std::size_t ReleaseEvidence::votes_agreeing() const { return most_agreeing(votes); }
std::size_t ReleaseEvidence::adoptions_agreeing() const { return most_agreeing(adoptions); }

// The q-th of the side that has most.
std::optional<WallTime> ReleaseEvidence::agreed_at() const {
    std::map<Motion, std::map<GuardianId, WallTime>> sides;
    for (auto const& one : adoptions) {
        auto const [at, is_new] = sides[one->motion()].try_emplace(one->guardian, one->time);
        if (!is_new) at->second = std::min(at->second, one->time);
    }
    std::optional<WallTime> first;
    for (auto const& [motion, guardians] : sides) {
        if (guardians.size() < policy->quorum.q) continue;
        std::vector<WallTime> times;
        for (auto const& [guardian, time] : guardians) times.push_back(time);
        std::ranges::sort(times);
        auto const agreed = times[policy->quorum.q - 1];
        if (!first || agreed < *first) first = agreed;
    }
    return first;
}

bool ReleaseEvidence::vouches_for(DocumentDigest const& statement) const {
    return std::ranges::find(vouched.statements, statement) != vouched.statements.end();
}

Result<ReleaseEvidence> check_release(ReleaseBundle const& bundle) {
    auto const claimed = TRY(peek<Policy>(bundle.policy));
    auto policy = Signed<Policy>::open(bundle.policy, claimed.witness);
    if (!policy.ok()) {
        return bad_input("the policy is not signed by the witness key that it names")
            .coded("policy")
            .hint("ask another guardian for the release");
    }
    if (bundle.stage >= claimed.audience.size())
        return bad_input("the policy has no such stage of the audience").coded("stage");
    TRY(check_subject(bundle.subject, *policy));
    auto words = open_words(bundle.no_objections, *policy);
    if (!is_certified(*policy, words)) {
        return bad_input("too few guardians certified this version of the policy")
            .coded("policy")
            .hint("ask another guardian for the release");
    }

    ReleaseEvidence evidence{.policy = policy.take(),
                             .no_objections = std::move(words),
                             .earlier = {},
                             .stage = bundle.stage,
                             .subject = Subject::of(bundle.subject),
                             .votes = {},
                             .adoptions = {},
                             .shares = {},
                             .receipts = {},
                             .vouching = ReleaseEvidence::Vouching::none,
                             .vouched = {},
                             .complaints = {}};
    auto const take_all = [&evidence](About about, std::vector<Envelope> const& from, auto& into,
                                      auto const& open) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            auto document = open(from[i]);
            if (document.ok())
                into.push_back(document.take());
            else
                evidence.complaints.push_back({about, i, document.take_error()});
        }
    };
    for (std::size_t i = 0; i < bundle.earlier.size(); ++i) {
        auto earlier = open_earlier(bundle.earlier[i], evidence.policy);
        if (earlier.ok())
            evidence.earlier.push_back(earlier.take());
        else
            evidence.complaints.push_back({About::policy, i, earlier.take_error()});
    }
    take_all(About::vote, bundle.votes, evidence.votes,
             [&](Envelope const& one) { return open_motion<Vote>(one, evidence); });
    take_all(About::adoption, bundle.adoptions, evidence.adoptions,
             [&](Envelope const& one) { return open_motion<Adoption>(one, evidence); });
    take_all(About::share, bundle.shares, evidence.shares,
             [&](Envelope const& one) { return open_share(one, evidence); });
    take_all(About::receipt, bundle.receipts, evidence.receipts, [&](Envelope const& one) {
        return open_from_guardian<ExhibitReceipt>(one, evidence.policy.value());
    });
    take_vouched(evidence, bundle);
    return evidence;
}

Result<KeyChain> check_key_chain(Envelope const& exhibit_certificate,
                                 Envelope const& device_certificate, PublicKey const& statement_key,
                                 PublicKey const& witness, CaseId const& case_id) {
    auto const refuse = [](char const* why) { return bad_input(why).coded("chain"); };
    auto device = TRY(Signed<KeyCertificate>::open(device_certificate, witness));
    if (device->role != KeyCertificate::Role::device || device->issuer != witness) {
        return refuse("the device's certificate is not the witness's word for a device");
    }
    auto exhibit = TRY(Signed<KeyCertificate>::open(exhibit_certificate, device->subject));
    if (exhibit->role != KeyCertificate::Role::exhibit || exhibit->issuer != device->subject) {
        return refuse("the exhibit's certificate is not the device's word for an exhibit");
    }
    if (exhibit->subject != statement_key)
        return refuse("the certificate is for the key of another exhibit");
    if (device->case_id != case_id || exhibit->case_id != case_id) {
        return bad_input("the certificates belong to another case").coded("case");
    }
    return KeyChain{std::move(exhibit), std::move(device)};
}

HeldBy held_by(ReleaseEvidence const& evidence, DocumentDigest const& statement,
               CipherRoot const& root) {
    std::map<GuardianId, WallTime> first;  // each guardian counts once, with its earliest word
    for (auto const& receipt : evidence.receipts) {
        if (receipt->statement != statement || receipt->root != root) continue;
        auto const [place, is_new] = first.try_emplace(receipt->guardian, receipt->time);
        if (!is_new) place->second = std::min(place->second, receipt->time);
    }
    std::vector<WallTime> times;
    for (auto const& [guardian, time] : first) times.push_back(time);
    std::ranges::sort(times);
    HeldBy held{.guardians = times.size(), .earliest = std::nullopt, .no_later_than = std::nullopt};
    if (!times.empty()) held.earliest = times.front();
    auto const f = evidence.policy->quorum.f;
    if (times.size() > f) held.no_later_than = times[f];
    return held;
}

Envelope policy_for_everyone(Envelope const& policy, PublicKey const& witness) {
    Envelope own{policy.payload_type, policy.payload, {}};
    Bytes least;
    auto const message = dsse_pae(policy.payload_type, policy.payload);
    for (auto const& signature : policy.signatures) {
        if (!verify_ed25519(witness, message, signature.sig)) continue;
        // Two good ones by the same key: whoever publishes must take the same.
        if (least.empty() || signature.sig < least) least = signature.sig;
    }
    own.signatures.push_back({dsse_keyid(witness), std::move(least)});
    return own;
}

}  // namespace exhibit
