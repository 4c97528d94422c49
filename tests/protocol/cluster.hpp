// A little cluster for tests: honest guardians run the true step(), each from the text of its state
// as if it had been read from disk; malicious ones sign what the test tells them; the witness signs
// and collects acknowledgements. Messages lie in a queue until the test delivers, drops or replays
// them.
//
// Two promises are checked after every step: no honest share leaves while the witness holds a
// acknowledgements and claimed + interval has not come (true time), unless release-now was signed;
// and write(parse(text)) == text for every state.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "crypto/hash.hpp"
#include "protocol/step.hpp"

namespace exhibit::protocol::test {

inline constexpr WallTime epoch = WallTime::from_ms(1'767'225'600'000);  // 2026-01-01

struct CaseSetup {
    Quorum numbers{4, 2, 3, 1};
    Duration interval = Duration::hours(72);
    Duration grace = Duration::hours(48);
    std::set<std::string> malicious;
    std::vector<AudienceStage> audience{{AudienceStage::Who::everyone, {}, {}}};
};

struct Message {
    std::string from;
    std::string to;
    Envelope envelope;
    bool is_answer = false;
};

class Cluster {
public:
    struct Guardian {
        std::string name;
        SigningKey key;
        GuardianId id;
        Duration clock_off = {};
        std::string disk = {};  // what write_state gave; empty for malicious ones
        WallTime wake_at = {};
        bool wrong_share = false;
        bool down = false;
        std::vector<bool> released = {};
        unsigned shares_given = 0;
    };

    explicit Cluster(CaseSetup setup) : setup_(std::move(setup)), random_(7), witness_(key_of(0)) {
        for (unsigned i = 0; i < setup_.numbers.n; ++i) {
            auto key = key_of(static_cast<Byte>(i + 1));
            auto const id = guardian_id(key.public_key());
            guardians_.push_back({.name = std::string(1, static_cast<char>('A' + i)),
                                  .key = std::move(key),
                                  .id = id});
        }
        policy_ = share_policy(Signed<Policy>::sign(make_policy(), witness_));
        sign_check_in("0", epoch);
        for (auto& guardian : guardians_) {
            if (is_malicious(guardian.name)) continue;
            auto state = begin(*policy_, check_ins_.at("0"), epoch);
            VERIFY(state.ok());
            guardian.disk = write_state(state.value());
            guardian.wake_at = epoch;
            guardian.released.resize(setup_.audience.size());
        }
    }

    // --- the witness ---
    void sign_check_in(std::string const& name, WallTime claimed,
                       std::optional<Duration> interval = {}, std::optional<Duration> grace = {},
                       std::vector<std::pair<std::string, WallTime>> clocks = {}) {
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
        auto document = Signed<CheckIn>::sign(check_in, witness_);
        name_document(name, document.envelope());
        check_ins_.emplace(name, std::move(document));
    }
    void sign_release_now(std::string const& name, WallTime claimed) {
        auto document = Signed<ReleaseNow>::sign(
            {policy_->value().case_id, claimed, policy_->digest()}, witness_);
        name_document(name, document.envelope());
        released_by_word_ = true;
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
    State state(std::string const& name) { return load(find(name).disk); }

    // One event at one guardian. Effects become messages and text; `asker` gets the reply.
    void event(std::string const& name, Event const& event, std::string const& asker = "",
               bool is_answer = false) {
        auto& guardian = find(name);
        VERIFY(!guardian.disk.empty());
        if (guardian.down) return;
        Self const self{guardian.key, guardian.id};
        auto const before =
            memory_[name].first == guardian.disk ? *memory_[name].second : load(guardian.disk);
        auto step = protocol::step(self, before, event, clock(guardian), random_);
        guardian.wake_at = step.wake_at;
        auto text = write_state(step.next);
        // changed and noted must say the truth, or a shell would not store what it should.
        bool const differs = text != guardian.disk;
        if (differs && !step.changed && !step.noted)
            problems_.push_back(name + " differs without saying so");
        if (!differs && step.changed)
            problems_.push_back(name + " says that it changed, and did not");
        // Reading back is dear: always in transcripts, now and then in random lives.
        if (differs && ++steps_ % read_back_every_ == 0 && write_state(load(text)) != text)
            problems_.push_back(name + " has a state that does not come back");
        guardian.disk = std::move(text);
        memory_[name] = {guardian.disk, step.next};
        if (step.next.last.digest() != before.last.digest())
            say(name, "takes " + name_of(step.next.last.digest()), true);
        if (step.next.release_now && !before.release_now)
            say(name, "takes " + name_of(step.next.release_now->digest()), true);
        if (step.next.bound && step.next.bound != before.bound)
            say(name, "adopts " + name_of(step.next.bound->digest), true);
        if (before.bound && !step.next.bound) say(name, "is free again", true);
        std::vector<unsigned> stages;
        std::map<std::string, std::vector<std::string>> sends;  // document -> whom
        std::vector<std::string> order;
        for (auto const& effect : step.effects) {
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
                    "GIVE SHARE, stage " + std::to_string(give->stage) + ", for " +
                        name_of(give->motion.subject),
                    true);
                stages.push_back(give->stage);
            } else if (auto const* released = std::get_if<Released>(&effect)) {
                say(name,
                    "RELEASED, stage " + std::to_string(released->stage) + ", for " +
                        name_of(released->motion.subject),
                    true);
                guardian.released[released->stage] = true;
            } else if (auto const* tell = std::get_if<TellOperator>(&effect)) {
                say(name, std::string("tell operator ") + tell->code + named(tell->text), true);
            } else {
                say(name, "warn contacts", true);
            }
        }
        for (auto const& label : order) {
            std::string whom;
            for (auto const& one : sends[label]) whom += (whom.empty() ? "" : " ") + one;
            say(name, "to " + whom + ": " + label, false);
        }
        for (auto const stage : stages) give_share(guardian, stage);
    }

    void deliver(Message const& message) {
        if (is_malicious(message.to)) {
            at_malicious_.push_back(message);
            return;
        }
        event(message.to, Received{message.envelope}, message.from, message.is_answer);
    }

    Envelope make_share(Guardian& guardian, unsigned stage, bool wrong) {
        auto const& terms = policy_->value();
        ReleasedShare share{.case_id = terms.case_id,
                            .guardian = guardian.id,
                            .policy = policy_->digest(),
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
                   (one.your_acknowledgement ? ", yours: " + describe(*one.your_acknowledgement)
                                             : "") +
                   (one.your_adoption ? ", yours: " + describe(*one.your_adoption) : "") + ")";
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
        if (kind == Policy::kind) return "policy";
        return "something unknown";
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

    std::string take_log() { return std::exchange(log_, {}); }
    void say(std::string const& who, std::string const& what, bool notable) {
        if (notable || !quiet_) log_ += who + ": " + what + "\n";
    }

    CaseSetup setup_;
    SeededRandom random_;
    SigningKey witness_;
    std::vector<Guardian> guardians_;
    SharedPolicy policy_;
    WallTime now_ = epoch;
    std::vector<Message> queue_;
    std::vector<Message> at_malicious_;  // what malicious guardians have received, in order
    std::vector<Envelope> seen_;         // everything that ever left a guardian
    std::vector<std::string> problems_;
    bool quiet_ = false;
    unsigned read_back_every_ = 1;

private:
    static SigningKey key_of(Byte number) {
        ByteArray<32> seed{};
        seed[0] = number;
        seed[1] = 0x5a;
        return SigningKey::from_seed(Secret<32>::copy_of(seed).take());
    }
    static std::string words_of(std::string const& name) { return "the words of " + name; }

    Policy make_policy() {
        Policy policy;
        policy.case_id = CaseId::make(random_);
        policy.drill = true;
        policy.witness = witness_.public_key();
        policy.case_recipient = "age1case";
        policy.quorum = setup_.numbers;
        for (auto const& guardian : guardians_) {
            policy.guardians.push_back({guardian.key.public_key(), "age1" + guardian.name,
                                        DocumentDigest(sha256(words_of(guardian.name))), false});
        }
        policy.audience = setup_.audience;
        policy.floors = {Duration::seconds(1), Duration::seconds(1), Duration::seconds(1)};
        policy.created = epoch;
        return policy;
    }
    State load(std::string const& text) {
        auto state = parse_state(
            text, [&](DocumentDigest const&) -> Result<SharedPolicy> { return policy_; });
        if (!state) {
            std::printf("%s %s\n", state.error().what.c_str(), state.error().where.c_str());
        }
        return state.take();
    }
    void give_share(Guardian& guardian, unsigned stage) {
        ++guardian.shares_given;
        share_is_out_ = true;
        for (auto const& [name, check_in] : check_ins_) check_promise(name);
        event(guardian.name, Received{make_share(guardian, stage, guardian.wrong_share)});
    }
    // "While the client holds a acknowledgements for τ … no share leaves, and none has left, before
    // τ + interval."
    void check_promise(std::string const& name) {
        auto const digest = "#" + name.substr(name.front() == '#' ? 1 : 0);
        auto const it = check_ins_.find(digest.substr(1));
        if (it == check_ins_.end() || released_by_word_ || !share_is_out_) return;
        if (acknowledged_[digest].size() < setup_.numbers.acknowledgements()) return;
        if (now_ >= it->second->claimed + it->second->interval) return;
        problems_.push_back("EARLY RELEASE against check-in " + digest);
        log_ += "EARLY RELEASE against check-in " + digest + "\n";
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
    std::map<std::string, std::pair<std::string, std::optional<State>>>
        memory_;  // what `disk` was read as
    unsigned steps_ = 0;
    bool released_by_word_ = false;
    bool share_is_out_ = false;
    std::string log_;
};

}  // namespace exhibit::protocol::test
