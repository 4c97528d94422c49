#include "sim/second_opinion.hpp"

#include <algorithm>

#include "sim/documents.hpp"
#include "sim/honest.hpp"

namespace exhibit::sim {

void SecondOpinion::object(std::string why) {
    if (objection_) return;
    objection_ = std::string(1, static_cast<char>('A' + number_)) + " " + std::move(why);
}

SecondOpinion::Known SecondOpinion::known(Envelope const& envelope) const {
    auto const* one = Documents<CheckIn>::read(envelope);
    VERIFY(one != nullptr);
    return {Rank{false, one->claimed, document_digest(envelope)}, one->claimed, one->interval,
            one->grace, one->spoken};
}

void SecondOpinion::begin(Signed<CheckIn> const& first, Signed<Policy> const& policy,
                          GuardianId const& self, PublicKey const& duress) {
    numbers_ = policy->quorum;
    cool_off_ = policy->floors.cool_off;
    policy_ = shown_ = policy.digest();
    witness_ = policy->witness;
    duress_ = duress;
    self_ = self;
    last_ = known(first.envelope());
    deadline_ = last_.claimed + last_.interval;
}

void SecondOpinion::take(Known const& one) {
    deadline_ = std::max(deadline_, one.claimed + one.interval);
    last_ = one;
    heard_of_last_.clear();
    holds_.clear();
    spoken_ = 0;
    std::erase_if(waiting_, [&](Known const& other) { return other.rank <= last_.rank; });
}

void SecondOpinion::arrives(Known const& one, WallTime now, bool at_the_door) {
    if (decided_ || release_now_ || one.rank <= last_.rank) return;
    if (std::ranges::any_of(waiting_, [&](Known const& other) { return other.rank == one.rank; }))
        return;
    auto const gap = std::min(Duration::minutes(10), std::min(last_.interval, one.interval) / 432);
    bool const calm =
        cancelled_ || now < deadline_ + last_.interval * hold_in_force() + last_.grace;
    if (at_the_door && calm && one.claimed < last_.claimed + gap) return;
    if (one.claimed <= now + one.grace / 4) return take(one);
    waiting_.push_back(one);
    std::ranges::sort(waiting_, {}, &Known::rank);
    if (waiting_.size() > 4) waiting_.pop_back();
}

void SecondOpinion::hears_release_now(Envelope const& envelope) {
    if (decided_) return;
    auto const digest = document_digest(envelope);
    auto const claimed = Documents<ReleaseNow>::read(envelope)->claimed;
    if (release_now_ &&
        std::pair(release_now_claimed_, *release_now_) >= std::pair(claimed, digest))
        return;
    release_now_ = digest;
    release_now_claimed_ = claimed;
    waiting_.clear();
}

void SecondOpinion::hears_subject(Subject const& subject, WallTime now) {
    if (is_forced(subject.envelope)) return;
    if (subject.is_release_now())
        hears_release_now(subject.envelope);
    else
        arrives(known(subject.envelope), now, false);
}

void SecondOpinion::note(std::vector<Word>& list, Word word) {
    auto const same = [&](Word const& other) {
        return other.guardian == word.guardian && other.motion == word.motion;
    };
    auto const known = std::ranges::find_if(list, same);
    if (known == list.end()) return list.push_back(word);
    known->heard = std::max(known->heard, word.heard);
}

std::size_t SecondOpinion::count(std::vector<Word> const& list, Motion const& motion,
                                 WallTime heard_from) {
    return static_cast<std::size_t>(std::ranges::count_if(
        list, [&](Word const& one) { return one.motion == motion && one.heard >= heard_from; }));
}

void SecondOpinion::hears_pre_vote(PreVote const& word, WallTime now) {
    if (word.certificate) hears_certificate(*word.certificate, now);
    if (word.release_now) hears_release_now(*word.release_now);
    if (!is_forced(word.last_check_in)) arrives(known(word.last_check_in), now, false);
    for (auto const& hold : word.holds) hears_hold(hold);
    if (word.asks) return;
    if (word.your_acknowledgement) {
        auto const* ours = Documents<Acknowledgement>::read(*word.your_acknowledgement);
        if (ours != nullptr && ours->guardian == self_ && ours->check_in == last_.rank.digest)
            deadline_ = std::max(deadline_, ours->deadline);
    }
    for (auto const& ours : word.your_adoptions) hears(ours, now);
}

void SecondOpinion::hears(Envelope const& envelope, WallTime now) {
    time_passes(now);
    auto const& kind = envelope.payload_type;
    if (kind == CheckIn::kind) {
        if (is_forced(envelope))
            hears_word_of_duress(envelope, now);
        else
            arrives(known(envelope), now, true);
    } else if (kind == ReleaseNow::kind) {
        auto const* now_word = Documents<ReleaseNow>::read(envelope);
        bool const at_the_door = may_be_named(now_word->policy) && !cancelled_;
        if (at_the_door) hears_release_now(envelope);
    } else if (kind == Policy::kind) {
        if (!is_forced_policy(envelope)) hears_proposal(envelope, now);
    } else if (kind == PolicyWord::kind) {
        hears_certificate(Documents<PolicyWord>::read(envelope)->certificate, now);
    } else if (kind == HoldWord::kind || kind == SpokenWord::kind) {
        hears_hold(envelope);
    } else if (auto const* question = Documents<PreVote>::read(envelope)) {
        hears_pre_vote(*question, now);
    } else if (auto const* request = Documents<VoteRequest>::read(envelope)) {
        hears_subject(request->subject, now);
    } else if (auto const* vote = Documents<Vote>::read(envelope)) {
        note(votes_, {vote->guardian, vote->motion(), now});
    } else if (auto const* adoption = Documents<Adoption>::read(envelope)) {
        bool const own = adoption->guardian == self_;
        if (own && adoption->subject.is_release_now() && !before_own_)
            before_own_ = BeforeOwn{release_now_, release_now_claimed_, waiting_};
        if (!own || adoption->subject.is_release_now())
            hears_subject(adoption->subject, now);
        else if (!is_forced(adoption->subject.envelope))
            taken_back_ = known(adoption->subject.envelope);
        note(adoptions_, {adoption->guardian, adoption->motion()});
    } else if (auto const* word = Documents<Acknowledgement>::read(envelope)) {
        if (word->guardian != self_) acknowledged_[word->check_in].insert(word->guardian);
        if (word->guardian != self_ && word->check_in == last_.rank.digest)
            heard_of_last_.insert(word->guardian);
        if (word->guardian == self_ && word->check_in == last_.rank.digest)
            deadline_ = std::max(deadline_, word->deadline);
    }
    time_passes(now);
}

void SecondOpinion::time_passes(WallTime now) {
    while (!waiting_.empty() && waiting_.front().claimed <= now + waiting_.front().grace / 4) {
        auto const one = waiting_.front();
        waiting_.erase(waiting_.begin());
        if (!decided_ && !release_now_ && last_.rank < one.rank) take(one);
    }
}

// Free for good once a others have acknowledged anything newer than what it adopted.
bool SecondOpinion::is_free_of(Rank const& adopted) const {
    for (auto const& one : around_.history.check_ins) {
        if (one.rank <= adopted) continue;
        auto const others = acknowledged_.find(one.digest);
        if (others != acknowledged_.end() && others->second.size() >= numbers_.acknowledgements())
            return true;
    }
    return false;
}

// "No guardian acknowledges a check-in newer than one it has adopted", unless a others had freed
// it; of several that it adopted, none.
void SecondOpinion::check_acknowledgement(Acknowledgement const& word) {
    auto const& history = around_.history;
    if (release_now_ == word.check_in) return;
    // "Now!" to one who already gives: nothing is left to be done, and the witness may know it.
    if (decided_ && history.is_release_now(word.check_in)) return;
    auto const forced = [&](auto const& one) { return one.digest == word.check_in; };
    if (std::ranges::any_of(history.under_duress, forced)) return;  // the shadow's
    if (history.find(word.check_in) == nullptr) return;             // a reader's "opened"
    if (word.check_in != last_.rank.digest) return object("acknowledges what it does not hold");
    for (auto const& adopted : adopted_) {
        if (adopted < last_.rank && !is_free_of(adopted))
            return object("acknowledges what is newer than what it has adopted");
    }
}

void SecondOpinion::check_vote(Vote const& vote, WallTime now) {
    bool const of_now = release_now_ == vote.subject.digest;
    if (!of_now && vote.subject.digest != last_.rank.digest)
        return object("votes on what is not its newest");
    if (vote.policy != policy_) return object("votes under a policy that is not in force with it");
    if (cancelled_) return object("votes in a case that was cancelled");
    if (of_now) return;
    if (vote.hold != hold_in_force()) return object("votes with another hold than it has");
    if (now < deadline_ + last_.interval * static_cast<std::int64_t>(vote.hold) + last_.grace)
        object("votes before deadline, holds and grace have passed");
}

void SecondOpinion::check_adoption(Adoption const& adoption, WallTime now) {
    auto const motion = adoption.motion();
    if (std::ranges::any_of(adoptions_, [&](Word const& one) {
            return one.guardian == self_ && one.motion == motion;
        }))
        return;
    if (count(votes_, motion, now - votes_count_for_) + 1 < numbers_.q)
        object("adopts without the votes of q − 1 others, or on old ones");
    if (motion.policy != policy_) object("adopts under a policy that is not in force with it");
    note(adoptions_, {self_, motion});
    auto const& subject = adoption.subject;
    if (!subject.is_release_now()) return adopted_.push_back(known(subject.envelope).rank);
    auto const claimed = Documents<ReleaseNow>::read(subject.envelope)->claimed;
    adopted_.push_back(Rank{true, claimed, subject.digest});
}

void SecondOpinion::says(Envelope const& envelope, WallTime now) {
    auto const& kind = envelope.payload_type;
    if (kind == Vote::kind) {
        auto const* vote = Documents<Vote>::read(envelope);
        if (vote->guardian == self_) check_vote(*vote, now);  // else handed on
    } else if (kind == Adoption::kind) {
        auto const* adoption = Documents<Adoption>::read(envelope);
        if (adoption->guardian == self_) check_adoption(*adoption, now);
    } else if (kind == Acknowledgement::kind) {
        auto const* word = Documents<Acknowledgement>::read(envelope);
        if (word->guardian == self_) check_acknowledgement(*word);
    } else if (kind == PolicyWord::kind) {
        auto const& spread = *Documents<PolicyWord>::read(envelope);
        if (is_forced_policy(spread.certificate.policy)) return;
        for (auto const& one : spread.certificate.no_objections) {
            auto const* word = Documents<NoObjection>::read(one);
            if (!word || word->guardian != self_) continue;
            check_no_objection(*word, now);
            for (auto& cooling : cooling_)
                if (cooling.digest == word->policy) cooling.words.insert(self_);
        }
        certify_what_has_q();
    } else if (kind == ReleasedShare::kind) {
        bool const decided = std::ranges::any_of(adoptions_, [&](Word const& one) {
            return count(adoptions_, one.motion) >= numbers_.q;
        });
        if (!decided) object("gives a share without q adoptions");
    }
}

void SecondOpinion::compare(protocol::State const& state) {
    if (taken_back_ && last_.rank < taken_back_->rank &&
        state.last.digest() == taken_back_->rank.digest)
        take(*taken_back_);
    taken_back_.reset();
    auto const theirs = state.release_now ? std::optional(state.release_now->digest())
                                          : std::optional<DocumentDigest>();
    if (before_own_ && before_own_->release_now == theirs) {
        release_now_ = theirs;
        release_now_claimed_ = before_own_->claimed;
        waiting_ = before_own_->waiting;
    }
    before_own_.reset();
    decided_ = state.decided.has_value();
    certify_what_has_q();
    if (state.last.digest() != last_.rank.digest)
        object("holds another check-in than the newest it could take");
    if (state.deadline != deadline_) {
        object("has the deadline " + write_time(state.deadline) + " instead of " +
               write_time(deadline_));
    }
    if (state.policy->digest() != policy_)
        object("has version " + std::to_string(state.terms().version) + " in force instead of " +
               std::to_string(version_));
    if (!decided_ && !release_now_ && state.hold != hold_in_force())
        object("holds " + std::to_string(state.hold) + " instead of " +
               std::to_string(hold_in_force()));
    if (state.decided && count(adoptions_, *state.decided) < numbers_.q)
        object("has decided without q adoptions");
    bool const at_peace = !decided_ && !state.release_now && !state.restart;
    if (at_peace && state.bound && *state.bound < last_.rank &&
        heard_of_last_.size() >= numbers_.acknowledgements())
        object("stays bound, though a others have acknowledged something newer");
    // A round begins with a grace, and doubles it each time that it fails.
    votes_count_for_ = last_.grace * (std::int64_t{1} << std::min(state.failed_rounds, 10u));
    if (state.release_now.has_value() != release_now_.has_value())
        object("and its second opinion differ about release-now");
    // What it dropped is dropped here too: a word of duress that only the shadow ledger weighs.
    burned_ = std::max(burned_, state.burned);
    std::erase_if(cooling_, [&](Cooling const& one) {
        return std::ranges::none_of(state.proposals, [&](auto const& other) {
            return other.policy->digest() == one.digest;
        });
    });
}

void SecondOpinion::starts_again(protocol::State const& state) {
    auto const known_of = [&](Signed<CheckIn> const& one) { return known(one.envelope()); };
    last_ = known_of(state.last);
    deadline_ = state.deadline;
    waiting_.clear();
    for (auto const& one : state.waiting) waiting_.push_back(known_of(one));
    release_now_.reset();
    if (state.release_now) {
        release_now_ = state.release_now->digest();
        release_now_claimed_ = (*state.release_now)->claimed;
    }
    decided_ = state.decided.has_value();
    heard_of_last_.clear();
    before_own_.reset();
    adopted_.clear();
    if (state.bound) adopted_.push_back(*state.bound);
    starts_again_with_changes(state);
}

}  // namespace exhibit::sim
