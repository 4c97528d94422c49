// A little cluster for tests: honest guardians run the true step(), each from the text of its state
// as if it had been read from disk; malicious ones sign what the test tells them; the witness signs
// and collects acknowledgements. Messages wait until the test delivers, drops or replays them.
//
// Checked after every step: no honest share leaves while the witness holds a acknowledgements and
// claimed + interval has not come (true time), unless release-now was signed; write(parse(t)) == t.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "protocol/case_setup.hpp"

namespace exhibit::protocol::test {

class Cluster {
public:
    struct Guardian {
        std::string name;
        SigningKey key;
        GuardianId id;
        Duration clock_off = {};
        // What write_state gave for both ledgers; empty for malicious ones.
        std::string disk = {}, shadow_disk = {};
        WallTime wake_at = {};
        bool wrong_share = false, down = false;
        std::set<std::string> released = {};  // "P1/0": policy and stage
        unsigned shares_given = 0;
    };

    explicit Cluster(CaseSetup setup)
        : setup_(std::move(setup)),
          random_(7),
          witness_(key_of(0)),
          duress_(key_of(200)),
          reader_(key_of(201)) {
        for (unsigned i = 0; i < setup_.numbers.n; ++i) {
            auto key = key_of(static_cast<Byte>(i + 1));
            auto const id = guardian_id(key.public_key());
            guardians_.push_back({.name = std::string(1, static_cast<char>('A' + i)),
                                  .key = std::move(key),
                                  .id = id});
        }
        policy_ = share_policy(Signed<Policy>::sign(make_policy(), witness_));
        name_policy("P1", policy_);
        sign_check_in("0", epoch);
        for (auto& guardian : guardians_) {
            if (is_malicious(guardian.name)) continue;
            auto state = begin(*policy_, check_ins_.at("0"), epoch);
            VERIFY(state.ok());
            auto const ledgers = with_shadow(state.take(), duress_.public_key());
            guardian.disk = write_state(ledgers.truth);
            guardian.shadow_disk = write_state(ledgers.shadow);
            guardian.wake_at = epoch;
        }
    }

    // --- the witness ---
    void sign_check_in(std::string const& name, WallTime claimed,
                       std::optional<Duration> interval = {}, std::optional<Duration> grace = {},
                       std::vector<std::pair<std::string, WallTime>> clocks = {},
                       std::vector<std::string> const& codes = {}, bool by_duress = false) {
        CheckIn check_in{.case_id = policy_->value().case_id,
                         .claimed = claimed,
                         .interval = interval.value_or(setup_.interval),
                         .grace = grace.value_or(setup_.grace),
                         .policy = policy_->digest(),
                         .vouched = VouchedList{}.digest(),
                         .clocks = {}};
        if (clocks.empty()) {
            for (unsigned i = 0; i <= setup_.numbers.f; ++i)
                clocks.push_back({guardians_[i].name, claimed});
        }
        for (auto const& [who, time] : clocks) check_in.clocks.push_back(sign_clock(who, time));
        for (auto const& code : codes)
            check_in.spoken.push_back(spoken_commitment(check_in.case_id, code));
        auto document = Signed<CheckIn>::sign(check_in, by_duress ? duress_ : witness_);
        name_document(name, document.envelope());
        if (!by_duress) check_ins_.emplace(name, std::move(document));
    }
    void sign_release_now(std::string const& name, WallTime claimed, std::string const& policy) {
        auto document = Signed<ReleaseNow>::sign(
            {policy_->value().case_id, claimed, policies_.at(policy)->digest()}, witness_);
        name_document(name, document.envelope());
        released_by_word_ = true;
    }
    // A change: what `change` makes of the predecessor.
    void sign_policy(std::string const& name, std::string const& predecessor, unsigned version,
                     std::function<void(Policy&)> const& change, bool by_duress) {
        auto const& before = policies_.at(predecessor);
        auto next = before->value();
        next.version = version;
        next.predecessor = before->digest();
        change(next);
        auto const& key = by_duress ? duress_ : witness_;
        next.witness = key.public_key();
        auto policy = share_policy(Signed<Policy>::sign(next, key));
        name_document(name, policy->envelope());
        name_policy(name, policy);
    }
    Envelope sign_hold(std::string const& by, std::string const& name, unsigned number) {
        auto& guardian = find(by);
        return Signed<HoldWord>::sign({policy_->value().case_id, guardian.id,
                                       document_digest(document(name)), number, now_},
                                      guardian.key)
            .envelope();
    }
    Envelope sign_spoken(std::string const& by, std::string const& name, unsigned place,
                         std::string const& words) {
        auto& guardian = find(by);
        return Signed<SpokenWord>::sign({policy_->value().case_id, guardian.id,
                                         document_digest(document(name)), place, words, now_},
                                        guardian.key)
            .envelope();
    }
    Envelope sign_opened(std::string const& policy, unsigned stage, bool stranger) {
        auto const& key = stranger ? duress_ : reader_;
        return Signed<Opened>::sign({policy_->value().case_id, policies_.at(policy)->digest(),
                                     stage, key.public_key(), now_},
                                    key)
            .envelope();
    }
    Envelope sign_no_objection(std::string const& by, std::string const& policy) {
        auto& guardian = find(by);
        auto const& what = policies_.at(policy);
        return Signed<NoObjection>::sign({policy_->value().case_id, guardian.id,
                                          what->value().version, what->digest(), now_},
                                         guardian.key)
            .envelope();
    }
    Envelope sign_clock(std::string const& who, WallTime time, Nonce const& nonce = {}) {
        auto& guardian = find(who);
        return Signed<ClockReading>::sign({policy_->value().case_id, guardian.id, time, nonce},
                                          guardian.key)
            .envelope();
    }
    Envelope const& document(std::string const& name) const { return documents_.at(name); }
    std::set<std::string> const& acknowledged_by(std::string const& name) {
        return acknowledged_["#" + name];
    }
    bool done(std::string const& name) {
        return acknowledged_["#" + name].size() >= setup_.numbers.acknowledgements();
    }
    void witness_gets(Envelope const& envelope) {
        if (auto const receipt = open_from_guardian<PolicyReceipt>(envelope, policy_->value())) {
            if (receipt->value().in_force)
                acknowledged_[name_of(receipt->value().policy)].insert(
                    name_of(receipt->value().guardian));
            return;
        }
        auto const opened = open_from_guardian<Acknowledgement>(envelope, policy_->value());
        if (!opened) return;
        auto const name = name_of(opened->value().check_in);
        acknowledged_[name].insert(name_of(opened->value().guardian));
        check_promise(name);
    }

    // --- the guardians ---
    Guardian& find(std::string const& name) {
        auto it =
            std::ranges::find_if(guardians_, [&](auto const& one) { return one.name == name; });
        VERIFY(it != guardians_.end());
        return *it;
    }
    bool is_malicious(std::string const& name) const { return setup_.malicious.contains(name); }
    WallTime clock(Guardian const& guardian) const { return now_ + guardian.clock_off; }
    Ledgers ledgers(std::string const& name) { return load(find(name)); }
    State state(std::string const& name) { return ledgers(name).truth; }

    // One event at one guardian. `asker` gets the reply.
    void event(std::string const& name, Event const& event, std::string const& asker = "",
               bool is_answer = false) {
        auto& guardian = find(name);
        VERIFY(!guardian.disk.empty());
        if (guardian.down) return;
        Self const self{guardian.key, guardian.id};
        auto const disk = guardian.disk + guardian.shadow_disk;
        auto const ledgers = memory_[name].first == disk ? *memory_[name].second : load(guardian);
        auto const& before = ledgers.truth;
        auto both = protocol::step(self, ledgers, event, clock(guardian), random_);
        Step const step{both.next.truth, both.changed, both.noted, std::move(both.effects),
                        both.wake_at};
        guardian.wake_at = step.wake_at;
        keep(guardian, step, both.next);
        if (step.next.last.digest() != before.last.digest())
            say(name, "takes " + name_of(step.next.last.digest()), true);
        if (step.next.release_now && !before.release_now)
            say(name, "takes " + name_of(step.next.release_now->digest()), true);
        say_adoptions(name, before, step.next);
        say_changes(name, before, step.next);
        act(guardian, step.effects, asker, is_answer);
    }

    // The new state is on disk before anything leaves.
    void keep(Guardian& guardian, Step const& step, Ledgers const& next) {
        auto const& name = guardian.name;
        auto text = write_state(step.next);
        auto shadow_text = write_state(next.shadow);
        // changed and noted must say the truth, or a shell would not store what it should.
        bool const differs = text != guardian.disk || shadow_text != guardian.shadow_disk;
        if (differs && !step.changed && !step.noted)
            problems_.push_back(name + " differs without saying so");
        if (!differs && step.changed)
            problems_.push_back(name + " says that it changed, and did not");
        // Reading back is dear: always in transcripts, now and then in random lives.
        guardian.disk = std::move(text);
        guardian.shadow_disk = std::move(shadow_text);
        if (differs && ++steps_ % read_back_every_ == 0) {
            auto const back = load(guardian);
            if (write_state(back.truth) != guardian.disk ||
                write_state(back.shadow) != guardian.shadow_disk)
                problems_.push_back(name + " has a state that does not come back");
        }
        memory_[name] = {guardian.disk + guardian.shadow_disk, next};
    }

    // Effects become messages and text.
    void act(Guardian& guardian, std::vector<Effect> const& effects, std::string const& asker,
             bool is_answer) {
        auto const& name = guardian.name;
        std::vector<GiveShare> gives;
        std::map<std::string, std::vector<std::string>> sends;  // document -> whom
        std::vector<std::string> order;
        for (auto const& effect : effects) {
            if (auto const* send = std::get_if<Send>(&effect)) {
                auto const label = describe(send->envelope);
                if (!sends.contains(label)) order.push_back(label);
                sends[label].push_back(name_of(send->to));
                queue_.push_back({name, name_of(send->to), send->envelope, false});
                seen_.push_back(send->envelope);
            } else if (auto const* reply = std::get_if<Reply>(&effect)) {
                say(name, "reply " + describe(reply->envelope), false);
                seen_.push_back(reply->envelope);
                if (is_answer) continue;
                if (asker == "witness")
                    witness_gets(reply->envelope);
                else if (!asker.empty())
                    queue_.push_back({name, asker, reply->envelope, true});
            } else if (auto const* refuse = std::get_if<Refuse>(&effect)) {
                say(name,
                    std::string("refuse ") + refuse->code +
                        (refuse->evidence ? ", see " + describe(*refuse->evidence) : ""),
                    false);
                if (refuse->evidence && !is_answer && !asker.empty() && asker != "witness") {
                    queue_.push_back({name, asker, *refuse->evidence, true});
                }
            } else if (auto const* give = std::get_if<GiveShare>(&effect)) {
                say(name,
                    "GIVE SHARE, stage " + std::to_string(give->stage) + under(give->policy) +
                        ", for " + name_of(give->motion.subject),
                    true);
                gives.push_back(*give);
            } else if (auto const* released = std::get_if<Released>(&effect)) {
                say(name,
                    "RELEASED, stage " + std::to_string(released->stage) + under(released->policy) +
                        ", for " + name_of(released->motion.subject),
                    true);
                guardian.released.insert(policy_name(released->policy) + "/" +
                                         std::to_string(released->stage));
            } else if (auto const* tell = std::get_if<TellOperator>(&effect)) {
                say(name, std::string("tell operator ") + tell->code + named(tell->text), true);
            } else if (auto const* warn = std::get_if<WarnContacts>(&effect)) {
                say(name, warn->only_safe ? "warn safe contacts only" : "warn contacts", true);
            }
        }
        for (auto const& label : order) {
            std::string whom;
            for (auto const& one : sends[label]) whom += (whom.empty() ? "" : " ") + one;
            say(name, "to " + whom + ": " + label, false);
        }
        for (auto const& give : gives) give_share(guardian, give);
    }

    void deliver(Message const& message) {
        if (is_malicious(message.to)) {
            at_malicious_.push_back(message);
            return;
        }
        event(message.to, Received{message.envelope}, message.from, message.is_answer);
    }

    Envelope make_share(Guardian& guardian, DocumentDigest const& policy, unsigned stage,
                        bool wrong) {
        auto const& terms = policies_.at(policy_name(policy))->value();
        ReleasedShare share{.case_id = terms.case_id,
                            .guardian = guardian.id,
                            .policy = policy,
                            .stage = stage,
                            .words = {},
                            .encrypted = {}};
        if (terms.stage(stage).who == AudienceStage::Who::everyone)
            share.words = (wrong ? "wrong " : "") + words_of(guardian.name);
        else
            for (auto const& recipient : terms.stage(stage).recipients)
                share.encrypted.push_back({wrong ? "age1other" : recipient, to_bytes("age file")});
        return Signed<ReleasedShare>::sign(std::move(share), guardian.key).envelope();
    }

    std::string describe(Envelope const& envelope) {
        auto const& kind = envelope.payload_type;
        auto const known = digest_names_.find(document_digest(envelope).hex());
        if (known != digest_names_.end()) return known->second;
        if (kind == PreVote::kind) {
            auto const one = PreVote::parse_payload(envelope.payload).take();
            return std::string("pre-vote ") + (one.asks ? "question" : "answer") + " (" +
                   describe(one.last_check_in) +
                   (one.release_now ? ", " + describe(*one.release_now) : "") +
                   (one.certificate ? ", " + describe(one.certificate->policy) : "") +
                   described(one.holds, ", ") +
                   (one.your_acknowledgement ? ", yours: " + describe(*one.your_acknowledgement)
                                             : "") +
                   described(one.your_adoptions, ", yours: ") + ")";
        }
        if (kind == VoteRequest::kind)
            return "vote request on " +
                   describe(VoteRequest::parse_payload(envelope.payload)->subject.envelope);
        if (kind == Vote::kind) {
            auto one = Vote::parse_payload(envelope.payload).take();
            return "vote of " + name_of(one.guardian) + " on " + describe(one.subject.envelope);
        }
        if (kind == Adoption::kind) {
            auto one = Adoption::parse_payload(envelope.payload).take();
            return "adoption by " + name_of(one.guardian) + " of " + describe(one.subject.envelope);
        }
        if (kind == Acknowledgement::kind) {
            auto one = Acknowledgement::parse_payload(envelope.payload).take();
            return "acknowledgement by " + name_of(one.guardian) + " of " + name_of(one.check_in);
        }
        if (kind == ReleasedShare::kind) {
            auto one = ReleasedShare::parse_payload(envelope.payload).take();
            return "share of " + name_of(one.guardian) + ", stage " + std::to_string(one.stage);
        }
        if (kind == PolicyWord::kind) {
            auto one = PolicyWord::parse_payload(envelope.payload).take();
            auto const& [policy, words] = one.certificate;
            auto text = "word of " + name_of(one.guardian) + " on " + describe(policy);
            for (auto const& word : words) {
                auto const said = NoObjection::parse_payload(word.payload).take();
                text += ", no objection by " + name_of(said.guardian);
                if (said.policy != document_digest(policy)) text += " to " + name_of(said.policy);
            }
            return text;
        }
        if (kind == PolicyReceipt::kind) {
            auto one = PolicyReceipt::parse_payload(envelope.payload).take();
            return "receipt by " + name_of(one.guardian) + " for " + name_of(one.policy) +
                   (one.in_force ? ", in force" : "");
        }
        if (kind == HoldWord::kind) {
            auto one = HoldWord::parse_payload(envelope.payload).take();
            return "hold " + std::to_string(one.number) + " by " + name_of(one.guardian) + " of " +
                   name_of(one.check_in);
        }
        if (kind == SpokenWord::kind) {
            auto one = SpokenWord::parse_payload(envelope.payload).take();
            return "code " + std::to_string(one.place) + " of " + name_of(one.check_in);
        }
        if (kind == Opened::kind) return "opened, in hand";
        return "something unknown";
    }
    std::string described(std::vector<Envelope> const& list, std::string const& before) {
        std::string text;
        for (auto const& one : list) text += before + describe(one);
        return text;
    }
    std::string name_of(GuardianId const& id) const {
        for (auto const& one : guardians_)
            if (one.id == id) return one.name;
        return "?";
    }
    std::string name_of(DocumentDigest const& digest) const {
        auto const known = digest_names_.find(digest.hex());
        return known == digest_names_.end() ? "?" : known->second;
    }
    void name_document(std::string const& name, Envelope const& envelope) {
        documents_.insert_or_assign(name, envelope);
        digest_names_[document_digest(envelope).hex()] = "#" + name;
    }
    void name_policy(std::string const& name, SharedPolicy policy) {
        policies_.insert_or_assign(name, std::move(policy));
    }
    std::string policy_name(DocumentDigest const& digest) const {
        for (auto const& [name, policy] : policies_)
            if (policy->digest() == digest) return name;
        return "?";
    }
    std::string take_log() { return std::exchange(log_, {}); }
    void say(std::string const& who, std::string const& what, bool notable) {
        if (notable || !quiet_) log_ += who + ": " + what + "\n";
    }

    CaseSetup setup_;
    SeededRandom random_;
    SigningKey witness_, duress_, reader_;
    std::vector<Guardian> guardians_;
    std::map<std::string, SharedPolicy> policies_;
    SharedPolicy policy_;
    WallTime now_ = epoch;
    std::vector<Message> queue_;
    std::vector<Message> at_malicious_;  // what malicious guardians have received, in order
    std::vector<Envelope> seen_;         // everything that ever left a guardian
    std::vector<std::string> problems_;
    bool quiet_ = false;
    unsigned read_back_every_ = 1;

private:
    Policy make_policy() {
        auto policy = setup_.policy(witness_.public_key(), reader_.public_key());
        policy.case_id = CaseId::make(random_);
        for (auto const& guardian : guardians_) {
            policy.guardians.push_back({guardian.key.public_key(), "age1" + guardian.name,
                                        DocumentDigest(sha256(words_of(guardian.name))), false});
        }
        return policy;
    }
    Ledgers load(Guardian const& guardian) {
        return {load_state(guardian.disk), load_state(guardian.shadow_disk)};
    }
    State load_state(std::string const& text) {
        auto state = parse_state(text, [&](DocumentDigest const& digest) -> Result<SharedPolicy> {
            auto const name = policy_name(digest);
            if (name == "?") return bad_input("no such policy").coded("not-found");
            return policies_.at(name);
        });
        if (!state) ADD_FAILURE() << state.error().what << ' ' << state.error().where;
        return state.take();
    }
    void give_share(Guardian& guardian, GiveShare const& give) {
        ++guardian.shares_given;
        share_is_out_ = true;
        for (auto const& [name, check_in] : check_ins_) check_promise(name);
        event(guardian.name,
              Received{make_share(guardian, give.policy, give.stage, guardian.wrong_share)});
    }
    std::string under(DocumentDigest const& policy) const {
        return policy == policy_->digest() ? "" : " under " + policy_name(policy);
    }
    void say_adoptions(std::string const& name, State const& before, State const& after) {
        auto const own = [&](State const& state) {
            std::set<std::string> motions;
            for (auto const& one : state.adoptions) {
                if (name_of(one.adoption->guardian) != name) continue;
                auto const motion = one.adoption->motion();
                motions.insert(name_of(motion.subject) + under(motion.policy) +
                               (motion.hold > 0 ? ", hold " + std::to_string(motion.hold) : ""));
            }
            return motions;
        };
        auto const known = own(before), now = own(after);
        for (auto const& one : now)
            if (!known.contains(one)) say(name, "adopts " + one, true);
        if (before.bound && !after.bound) say(name, "is free again", true);
    }
    void say_changes(std::string const& name, State const& before, State const& after) {
        if (after.policy != before.policy)
            say(name, "puts " + policy_name(after.policy->digest()) + " in force", true);
        if (after.not_objected.size() > before.not_objected.size())
            say(name, "does not object to " + name_of(after.not_objected.back()->policy), true);
        if (after.proposals.size() > before.proposals.size())
            say(name, "lets " + policy_name(after.proposals.back().policy->digest()) + " cool off",
                true);
        if (after.burned > before.burned)
            say(name, "burns version " + std::to_string(after.burned), true);
        if (after.hold > before.hold) say(name, "holds " + std::to_string(after.hold), true);
    }
    // No share leaves before τ + interval while the client holds a acknowledgements for τ.
    void check_promise(std::string const& name) {
        auto const digest = "#" + name.substr(name.front() == '#' ? 1 : 0);
        auto const it = check_ins_.find(digest.substr(1));
        if (it == check_ins_.end() || released_by_word_ || !share_is_out_) return;
        if (acknowledged_[digest].size() < setup_.numbers.acknowledgements()) return;
        if (now_ >= it->second->claimed + it->second->interval) return;
        problems_.push_back("EARLY RELEASE against check-in " + digest);
        log_ += problems_.back() + "\n";
    }
    // Names instead of hashes in texts for operators.
    std::string named(std::string text) const {
        for (auto const& one : guardians_) {
            auto const name = published_name(one.id);
            if (auto const at = text.find(name); at != std::string::npos)
                text.replace(at, name.size(), one.name);
        }
        return ": " + text;
    }

    std::map<std::string, Signed<CheckIn>> check_ins_;
    std::map<std::string, Envelope> documents_;
    std::map<std::string, std::string> digest_names_;
    std::map<std::string, std::set<std::string>> acknowledged_;
    // What `disk` was read as.
    std::map<std::string, std::pair<std::string, std::optional<Ledgers>>> memory_;
    unsigned steps_ = 0;
    bool released_by_word_ = false, share_is_out_ = false;
    std::string log_;
};

}  // namespace exhibit::protocol::test
