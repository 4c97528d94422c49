#include <algorithm>

#include "sim/documents.hpp"
#include "sim/honest.hpp"
#include "sim/second_opinion.hpp"

namespace exhibit::sim {

bool SecondOpinion::is_forced(Envelope const& envelope) const {
    return verify_ed25519(duress_, dsse_pae(envelope.payload_type, envelope.payload),
                          envelope.signatures.at(0).sig);
}

bool SecondOpinion::is_forced_policy(Envelope const& envelope) const {
    return around_.history.find_forced(document_digest(envelope)) != nullptr;
}

bool SecondOpinion::may_be_named(std::optional<DocumentDigest> const& policy) const {
    return policy == policy_ || policy == shown_;
}

void SecondOpinion::put_in_force(DocumentDigest const& digest, unsigned version) {
    if (version <= version_) return;
    policy_ = digest;
    version_ = version;
    auto const* one = around_.history.find_policy(digest);
    cancelled_ = one != nullptr && one->policy->value().cancelled;
    std::erase_if(cooling_, [&](Cooling const& other) { return other.version <= version; });
}

void SecondOpinion::certify_what_has_q() {
    for (auto const& one : std::vector(cooling_)) {
        if (one.words.size() >= numbers_.q) put_in_force(one.digest, one.version);
    }
}

void SecondOpinion::hears_proposal(Envelope const& envelope, WallTime now) {
    auto const digest = document_digest(envelope);
    auto const* policy = Documents<Policy>::read(envelope);
    bool const known =
        std::ranges::any_of(cooling_, [&](auto const& one) { return one.digest == digest; });
    bool const follows = policy->version > version_ && may_be_named(policy->predecessor);
    if (policy->floors.cool_off != cool_off_) return;  // fixed at init
    if (known || !follows || policy->version <= burned_ || cooling_.size() >= 4) return;
    cooling_.push_back({digest, policy->version, now});
}

void SecondOpinion::hears_certificate(PolicyCertificate const& certificate, WallTime now) {
    if (is_forced_policy(certificate.policy)) return;
    auto const digest = document_digest(certificate.policy);
    auto const* policy = Documents<Policy>::read(certificate.policy);
    std::set<GuardianId> words;
    for (auto const& envelope : certificate.no_objections) {
        auto const* word = Documents<NoObjection>::read(envelope);
        if (word && word->policy == digest) words.insert(word->guardian);
    }
    if (words.size() >= numbers_.q) return put_in_force(digest, policy->version);
    hears_proposal(certificate.policy, now);
    for (auto& one : cooling_) {
        if (one.digest != digest) continue;
        one.words.insert(words.begin(), words.end());
        // Said before the disk went back in time.
        if (words.contains(self_)) not_objected_[policy->version].insert(digest);
    }
}

void SecondOpinion::hears_hold(Envelope const& envelope) {
    if (decided_ || release_now_) return;
    if (auto const* word = Documents<HoldWord>::read(envelope)) {
        if (word->check_in != last_.rank.digest || word->number > 2) return;
        bool const again = std::ranges::any_of(holds_, [&](Hold const& one) {
            return one.guardian == word->guardian && one.number == word->number;
        });
        if (!again) holds_.push_back({word->guardian, word->number});
    } else if (auto const* told = Documents<SpokenWord>::read(envelope)) {
        if (told->check_in != last_.rank.digest || told->place > last_.spoken.size()) return;
        auto const& case_id = around_.history.policies.front().policy->value().case_id;
        if (last_.spoken[told->place - 1] == spoken_commitment(case_id, told->words))
            spoken_ = std::max(spoken_, told->place);
    }
}

unsigned SecondOpinion::hold_in_force() const {
    auto const people = [&](unsigned number) {
        return static_cast<unsigned>(
            std::ranges::count_if(holds_, [&](Hold const& one) { return one.number == number; }));
    };
    unsigned hold = 0;
    if (people(1) > numbers_.f) hold = people(2) > numbers_.f ? 2 : 1;
    return std::max(hold, spoken_);
}

// Only what is certainly a word of duress: signed with its key, and of now.
void SecondOpinion::hears_word_of_duress(Envelope const& envelope, WallTime now) {
    auto const* word = Documents<CheckIn>::read(envelope);
    if (!word) return;
    auto const most = last_.grace / 4;
    if (word->claimed > now + most || word->claimed + most < now) return;
    for (auto& one : cooling_) one.doomed = true;
}

void SecondOpinion::check_no_objection(NoObjection const& word, WallTime now) {
    if (word.version <= version_) return;  // said long ago, and in force
    auto& signed_ones = not_objected_[word.version];
    if (signed_ones.contains(word.policy)) return;
    signed_ones.insert(word.policy);
    if (signed_ones.size() > 1) object("does not object to two policies of one number");
    for (auto const& one : cooling_) {
        if (one.digest != word.policy) continue;
        if (one.doomed) object("does not object to what a word of duress had dropped");
        if (now < one.since + cool_off_) object("does not object before it has cooled off");
        return;
    }
    object("does not object to a policy that it does not hold");
}

void SecondOpinion::starts_again_with_changes(protocol::State const& state) {
    policy_ = state.policy->digest();
    version_ = state.terms().version;
    cancelled_ = state.terms().cancelled;
    burned_ = state.burned;
    cooling_.clear();
    for (auto const& one : state.proposals) {
        Cooling cooling{one.policy->digest(), one.policy->value().version, one.since};
        for (auto const& word : one.words) cooling.words.insert(word->guardian);
        cooling_.push_back(std::move(cooling));
    }
    not_objected_.clear();
    for (auto const& one : state.not_objected) not_objected_[one->version].insert(one->policy);
    holds_.clear();
    for (auto const& one : state.holds) holds_.push_back({one->guardian, one->number});
    spoken_ = state.spoken ? (*state.spoken)->place : 0;
}

}  // namespace exhibit::sim
