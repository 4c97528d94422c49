#include "sim/malicious.hpp"

#include "sim/documents.hpp"

#include <algorithm>

#include "case/receipt.hpp"

namespace exhibit::sim {
namespace {

constexpr std::size_t drawer_most = 400;
constexpr unsigned said_an_hour_most = 60;

Plot draw_plot(Dice& dice) {
    Plot plot;
    plot.silent = chance(dice, 25);
    plot.acknowledges = chance(dice, 90);
    plot.votes = chance(dice, 90);
    plot.adopts = chance(dice, 85);
    plot.stale = chance(dice, 70);
    plot.forges_times = chance(dice, 40);
    plot.hoards = chance(dice, 70);
    plot.wrong_share = chance(dice, 50);
    plot.poke_every = Duration::hours(1 + static_cast<int>(dice() % 12));
    return plot;
}

}  // namespace

Coalition::Coalition(Surroundings& around, std::vector<SigningKey> const& keys,
                     std::vector<GuardianId> ids, std::vector<unsigned> members,
                     Signed<Policy> const& policy)
    : around_(around),
      keys_(keys),
      ids_(std::move(ids)),
      members_(std::move(members)),
      policy_(policy),
      plot_(draw_plot(around.dice)) {
    for (auto const& one : around_.history.check_ins) check_ins_.push_back(one.envelope);
}

void Coalition::say(unsigned member, unsigned to, Envelope envelope, bool is_answer) {
    // The door of a real guardian would not let them flood it either.
    auto const hour = (around_.clockwork.now() - birth).count_ms() / Duration::hours(1).count_ms();
    if (hour != hour_) said_ = 0;
    hour_ = hour;
    if (++said_ > said_an_hour_most) return;
    if (around_.trace)
        around_.tell(member, "(malicious) sends " + envelope.payload_type.substr(23) + " to " +
                                 std::string(1, static_cast<char>('A' + to)));
    around_.network.post({member, to, std::move(envelope), is_answer});
}

void Coalition::answer(Message const& message, Envelope envelope) {
    if (!message.is_answer) say(message.to, message.from, std::move(envelope), true);
}

unsigned Coalition::some_honest() {
    for (;;) {
        auto const one = static_cast<unsigned>(around_.dice() % ids_.size());
        if (around_.history.honest[one]) return one;
    }
}

Subject Coalition::some_subject() {
    return Subject::of(check_ins_[around_.dice() % check_ins_.size()]);
}

// Any that the witness ever signed: an adoption under an older one may still come to q.
DocumentDigest Coalition::some_policy() {
    auto const& all = around_.history.policies;
    return all[around_.dice() % all.size()].policy->digest();
}

unsigned Coalition::some_hold(Subject const& subject) {
    auto const held = around_.history.held.find(subject.digest);
    if (subject.is_release_now() || held == around_.history.held.end()) return 0;
    return static_cast<unsigned>(around_.dice() % (held->second + 1));
}

// Signed once for each motion: it never expires, and says no more the second time.
Envelope Coalition::adoption_of(unsigned member, Subject const& subject) {
    Motion const motion{subject.digest, some_hold(subject), some_policy()};
    auto const [place, fresh] = adoptions_.try_emplace({member, motion});
    if (!fresh) return place->second;
    place->second = Signed<Adoption>::sign({.case_id = policy_->case_id,
                                            .guardian = ids_[member],
                                            .time = around_.clockwork.now(),
                                            .subject = subject,
                                            .hold = motion.hold,
                                            .policy = motion.policy},
                                           keys_[member])
                        .envelope();
    return place->second;
}

// No objection to anything, both sides of a fork and what was dropped among them, with whatever
// others have said.
// "She told me a code": which she did not.
Envelope Coalition::made_up_code(unsigned member, Subject const& subject) {
    auto const place = static_cast<unsigned>(1 + around_.dice() % 3);
    return Signed<SpokenWord>::sign({policy_->case_id, ids_[member], subject.digest, place,
                                     "any words at all", around_.clockwork.now()},
                                    keys_[member])
        .envelope();
}

Envelope Coalition::policy_word_of(unsigned member) {
    auto const& all = around_.history.policies;
    auto const& policy = all[around_.dice() % all.size()].policy;
    PolicyCertificate certificate{policy->envelope(), {}};
    if (policy->value().version > 1) {
        for (auto const one : members_) {
            certificate.no_objections.push_back(
                Signed<NoObjection>::sign({policy_->case_id, ids_[one], policy->value().version,
                                           policy->digest(), around_.clockwork.now()},
                                          keys_[one])
                    .envelope());
        }
        for (auto const& word : drawer_) {
            auto const* theirs = Documents<PolicyWord>::read(word);
            if (theirs == nullptr ||
                document_digest(theirs->certificate.policy) != policy->digest())
                continue;
            for (auto const& one : theirs->certificate.no_objections) {
                bool const room = certificate.no_objections.size() < 16;
                if (room && plot_.hoards) certificate.no_objections.push_back(one);
            }
        }
    }
    return Signed<PolicyWord>::sign({policy_->case_id, ids_[member], std::move(certificate)},
                                    keys_[member])
        .envelope();
}

void Coalition::say_hold(unsigned member, DocumentDigest const& check_in, unsigned number) {
    auto const word = Signed<HoldWord>::sign({policy_->case_id, ids_[member], check_in, number,
                                              around_.clockwork.now()},
                                             keys_[member])
                          .envelope();
    say(member, some_honest(), word, false);
}

void Coalition::say_hold_all(DocumentDigest const& check_in, unsigned number) {
    if (plot_.silent) return;
    for (auto const member : members_) say_hold(member, check_in, number);
}

void Coalition::hear_code(Envelope const& word) { keep(word); }

Envelope Coalition::vote_for(unsigned member, VoteRequest const& asked) const {
    auto const& [case_id, guardian, nonce, subject, hold, policy] = asked;
    return Signed<Vote>::sign({.case_id = policy_->case_id,
                               .guardian = ids_[member],
                               .nonce = nonce,
                               .time = around_.clockwork.now(),
                               .subject = subject,
                               .hold = hold,
                               .policy = policy},
                              keys_[member])
        .envelope();
}

Envelope Coalition::acknowledgement_of(unsigned member, DocumentDigest const& check_in) const {
    auto const now = around_.clockwork.now();
    return Signed<Acknowledgement>::sign({policy_->case_id, ids_[member], check_in, now, now},
                                         keys_[member])
        .envelope();
}

Envelope Coalition::share_of(unsigned member, bool wrong) const {
    ReleasedShare share{.case_id = policy_->case_id,
                        .guardian = ids_[member],
                        .policy = policy_.digest(),
                        .stage = 0,
                        .words = {},
                        .encrypted = {}};
    if (policy_->stage(0).who == AudienceStage::Who::everyone)
        share.words = (wrong ? "not " : "") + words_of(member);
    else
        for (auto const& one : policy_->stage(0).recipients)
            share.encrypted.push_back({wrong ? "age1other" : one, to_bytes("age file")});
    return Signed<ReleasedShare>::sign(std::move(share), keys_[member]).envelope();
}

Envelope Coalition::pre_vote(unsigned member, bool asks, Nonce const& nonce) {
    auto const is_check_in = [](Envelope const& one) { return one.payload_type == CheckIn::kind; };
    auto const first = std::ranges::find_if(check_ins_, is_check_in);
    auto const& shown = plot_.stale || !is_check_in(check_ins_.back()) ? *first : check_ins_.back();
    auto const clock = plot_.forges_times ? birth + upto(around_.dice, Duration::days(900))
                                          : around_.clockwork.now();
    return Signed<PreVote>::sign({policy_->case_id,
                                  ids_[member],
                                  asks,
                                  nonce,
                                  clock,
                                  shown,
                                  {},
                                  {},
                                  policy_.digest(),
                                  {},
                                  {},
                                  {}},
                                 keys_[member])
        .envelope();
}

Envelope Coalition::clock_for(unsigned member, Nonce const& nonce) {
    auto const truth = around_.clockwork.now();
    auto const time = plot_.forges_times ? birth + upto(around_.dice, Duration::days(60)) : truth;
    return Signed<ClockReading>::sign({policy_->case_id, ids_[member], time, nonce}, keys_[member])
        .envelope();
}

void Coalition::keep(Envelope const& envelope) {
    bool const subject =
        envelope.payload_type == CheckIn::kind || envelope.payload_type == ReleaseNow::kind;
    auto& list = subject ? check_ins_ : drawer_;
    if (std::ranges::find(list, envelope) != list.end()) return;
    if (list.size() >= drawer_most) list.erase(list.begin() + 1);
    list.push_back(envelope);
}

void Coalition::receive_question(Message const& message) {
    auto const member = message.to;
    auto const& envelope = message.envelope;
    if (envelope.payload_type == PreVote::kind) {
        auto const* question = Documents<PreVote>::read(envelope);
        if (!question->asks) return;
        keep(question->last_check_in);
        if (question->release_now) keep(*question->release_now);
        answer(message, pre_vote(member, false, question->nonce));
    } else if (envelope.payload_type == VoteRequest::kind) {
        auto const* request = Documents<VoteRequest>::read(envelope);
        keep(request->subject.envelope);
        if (!plot_.votes) return;
        // Every member votes, though only one was asked.
        for (auto const one : members_)
            say(one, message.from, vote_for(one, *request), one == member);
    } else if (envelope.payload_type == Adoption::kind && plot_.adopts) {
        auto const* adoption = Documents<Adoption>::read(envelope);
        for (auto const one : members_)
            say(one, message.from, adoption_of(one, adoption->subject), one == member);
    } else if (envelope.payload_type == PolicyWord::kind) {
        answer(message, policy_word_of(member));
    }
}

void Coalition::receive(Message const& message) {
    keep(message.envelope);
    if (plot_.silent) return;
    bool const from_witness = message.from == around_.witness;
    bool const is_word = message.envelope.payload_type == CheckIn::kind ||
                         message.envelope.payload_type == ReleaseNow::kind;
    if (is_word) {
        if (from_witness && plot_.acknowledges)
            answer(message, acknowledgement_of(message.to, document_digest(message.envelope)));
        return;
    }
    if (message.envelope.payload_type == Policy::kind) {
        // In force with it, whatever it is.
        auto const now = around_.clockwork.now();
        if (from_witness && plot_.acknowledges)
            answer(message,
                   Signed<PolicyReceipt>::sign({policy_->case_id, ids_[message.to],
                                                document_digest(message.envelope), true, now, now},
                                               keys_[message.to])
                       .envelope());
        return;
    }
    receive_question(message);
}

void Coalition::poke() {
    if (plot_.silent) return;
    auto& dice = around_.dice;
    auto const member = members_[dice() % members_.size()];
    auto const target = some_honest();
    auto const subject = some_subject();
    switch (dice() % 9) {
        case 0:
            if (plot_.adopts) say(member, target, adoption_of(member, subject), false);
            break;
        case 1:
            if (plot_.hoards) say(member, target, subject.envelope, false);
            break;
        case 2:
            if (plot_.hoards && !drawer_.empty())
                say(member, target, drawer_[dice() % drawer_.size()], false);
            break;
        case 3: say(member, target, acknowledgement_of(member, subject.digest), false); break;
        case 4: say(member, target, share_of(member, plot_.wrong_share), false); break;
        case 5:
            say(member, target, pre_vote(member, true, SeededRandom(dice()).bytes<16>()), false);
            break;
        case 6: say(member, target, policy_word_of(member), false); break;
        case 7: say(member, target, made_up_code(member, subject), false); break;
        // Adoptions by all of them at once, and whatever others' adoptions lie in the drawer.
        default:
            for (auto const one : members_)
                if (plot_.adopts) say(one, target, adoption_of(one, subject), false);
            for (auto const& one : drawer_)
                if (plot_.hoards && one.payload_type == Adoption::kind && chance(dice, 30))
                    say(member, target, one, false);
    }
}

}  // namespace exhibit::sim
