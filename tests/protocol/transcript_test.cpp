// Runs tests/protocol/transcripts/*.txt: command lines, `----`, what must come of them, an empty
// line. EXHIBIT_REWRITE=1 writes what came instead (then read the difference, line by line).
//
// cluster n=4 k=2 q=3 f=1 interval=72h grace=48h malicious=D audience=everyone|named|named+everyone
//         after=30d
// sign NAME claimed=5h [interval= grace= clocks=A:1h,B:2h codes=red-sun,blue-moon key=duress]
//                                    the witness signs (#0 is at 0h)
// forge NAME of=OTHER claimed=9h     the other's envelope, another time inside, its old signature
// release-now NAME claimed=5h [policy=P2]
// propose NAME version=2 of=P1 [audience= cancel=yes interval-floor=30h cool-off=1h key=duress]
// give NAME to=A,B                   delivered; the answer goes to the witness
// time 5h | clock A=+13h | tick A,B | restart A | save A | restore A | down A | up A
// wrong-share A
// deliver|drop [from=A] [to=B] [kind=vote]     once, what lies in the queue now
// settle                             until nothing lies there; says only what matters
// run until=130h                     time passes, all wake when they asked to; settled each time
// hold NAME number=1 by=A [to=B]     the person of A has spoken with the witness
// spoken NAME place=1 words=red-sun by=A [to=B]       … who told her a code
// opened stage=0 policy=P1 to=A [by=stranger]         a reader has it in hand
// evil D pre-vote|vote|adopt|ack|share|ask|no-objection … to=A   what the malicious one says
// relay adoption|vote|ack|share by=A of=NAME to=C     somebody hands on what was once sent
// status A | witness NAME
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/files.hpp"
#include "protocol/cluster.hpp"
#include "support/shared.hpp"

namespace exhibit::protocol::test {
namespace {

struct Command {
    std::string verb;
    std::vector<std::string> words;
    std::map<std::string, std::string> fields;

    static Command parse(std::string const& line) {
        std::istringstream in(line);
        Command command;
        in >> command.verb;
        for (std::string word; in >> word;) {
            auto const at = word.find('=');
            if (at == std::string::npos)
                command.words.push_back(word);
            else
                command.fields[word.substr(0, at)] = word.substr(at + 1);
        }
        return command;
    }
    std::string get(std::string const& key, std::string fallback = "") const {
        auto const it = fields.find(key);
        return it == fields.end() ? fallback : it->second;
    }
    bool has(std::string const& key) const { return fields.contains(key); }
};

std::vector<std::string> split(std::string const& text, char by) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, by);) parts.push_back(part);
    return parts;
}

Duration duration_of(std::string text) {
    bool const negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.erase(0, 1);
    if (text == "0h") return {};
    auto const duration = parse_duration(text);
    VERIFY(duration.ok());
    return negative ? Duration{} - *duration : *duration;
}

WallTime time_of(std::string const& text) { return epoch + duration_of(text); }
unsigned number_of(std::string const& text) { return static_cast<unsigned>(std::stoul(text)); }

std::string show_hours(WallTime time) {
    auto const ms = (time - epoch).count_ms();
    if (ms % 3'600'000 == 0) return std::to_string(ms / 3'600'000) + "h";
    if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + "m";
    return std::to_string(ms) + "ms";
}

class Interpreter {
public:
    std::string run(Command const& command) {
        auto const& verb = command.verb;
        if (verb == "cluster") return make_cluster(command);
        VERIFY(cluster_.has_value());
        if (verb == "sign")
            sign(command);
        else if (verb == "forge")
            forge(command);
        else if (verb == "release-now")
            cluster_->sign_release_now(command.words.at(0), time_of(command.get("claimed")),
                                       command.get("policy", "P1"));
        else if (verb == "propose")
            propose(command);
        else if (verb == "hold")
            hold(command);
        else if (verb == "spoken")
            spoken(command);
        else if (verb == "opened")
            tell(command,
                 cluster_->sign_opened(command.get("policy", "P1"),
                                       number_of(command.get("stage", "0")), command.has("by")));
        else if (verb == "give")
            give(command);
        else if (verb == "time")
            cluster_->now_ = time_of(command.words.at(0));
        else if (verb == "clock")
            for (auto const& [who, off] : command.fields)
                cluster_->find(who).clock_off = duration_of(off);
        else if (verb == "tick")
            for (auto const& who : split(command.words.at(0), ',')) cluster_->event(who, Tick{});
        else if (verb == "restart")
            for (auto const& who : split(command.words.at(0), ',')) cluster_->event(who, Started{});
        else if (verb == "save")
            save(command.words.at(0));
        else if (verb == "restore")
            restore(command.words.at(0));
        else if (verb == "down")
            cluster_->find(command.words.at(0)).down = true;
        else if (verb == "up")
            cluster_->find(command.words.at(0)).down = false;
        else if (verb == "wrong-share")
            cluster_->find(command.words.at(0)).wrong_share = true;
        else if (verb == "deliver" || verb == "drop")
            deliver(command, verb == "drop");
        else if (verb == "settle")
            settle();
        else if (verb == "run")
            run_until(time_of(command.get("until")));
        else if (verb == "evil")
            evil(command);
        else if (verb == "relay")
            relay(command);
        else if (verb == "status")
            return status(command.words.at(0));
        else if (verb == "witness")
            return witness(command.words.at(0));
        else
            return "unknown command " + verb + "\n";
        return cluster_->take_log();
    }
    std::vector<std::string> problems() const {
        return cluster_ ? cluster_->problems_ : std::vector<std::string>{};
    }

private:
    std::string make_cluster(Command const& command) {
        CaseSetup setup;
        setup.numbers = {number_of(command.get("n", "4")), number_of(command.get("k", "2")),
                         number_of(command.get("q", "3")), number_of(command.get("f", "1"))};
        setup.interval = duration_of(command.get("interval", "72h"));
        setup.grace = duration_of(command.get("grace", "48h"));
        for (auto const& one : split(command.get("malicious"), ',')) setup.malicious.insert(one);
        // The reader's key is put in by the cluster.
        setup.audience = audience_of(command, PublicKey());
        cluster_.emplace(std::move(setup));
        return "";
    }
    static std::vector<AudienceStage> audience_of(Command const& command, PublicKey const& reader) {
        auto const audience = command.get("audience", "everyone");
        std::vector<AudienceStage> stages;
        if (audience.starts_with("named")) stages.push_back(CaseSetup::lawyer(reader));
        if (audience == "named+everyone")
            stages.push_back(CaseSetup::everyone(duration_of(command.get("after", "30d"))));
        if (audience == "everyone") stages.push_back(CaseSetup::everyone());
        return stages;
    }
    void propose(Command const& command) {
        auto const change = [&](Policy& next) {
            if (command.has("audience"))
                next.audience = audience_of(command, cluster_->reader_.public_key());
            if (command.has("cancel")) {
                next.cancelled = true;
                next.audience.clear();
            }
            if (command.has("interval-floor"))
                next.floors.interval_least = duration_of(command.get("interval-floor"));
            if (command.has("cool-off"))
                next.floors.cool_off = duration_of(command.get("cool-off"));
            if (command.has("k")) next.quorum.k = number_of(command.get("k"));
        };
        cluster_->sign_policy(command.words.at(0), command.get("of", "P1"),
                              number_of(command.get("version", "2")), change, command.has("key"));
    }
    void tell(Command const& command, Envelope const& envelope) {
        for (auto const& who : split(command.get("to", command.get("by")), ','))
            cluster_->event(who, Received{envelope}, "witness");
    }
    void hold(Command const& command) {
        tell(command, cluster_->sign_hold(command.get("by"), command.words.at(0),
                                          number_of(command.get("number", "1"))));
    }
    void spoken(Command const& command) {
        tell(command, cluster_->sign_spoken(command.get("by"), command.words.at(0),
                                            number_of(command.get("place", "1")),
                                            spaced(command.get("words"))));
    }
    static std::string spaced(std::string text) {
        std::ranges::replace(text, '-', ' ');
        return text;
    }
    void save(std::string const& who) {
        auto const& one = cluster_->find(who);
        saved_[who] = {one.disk, one.shadow_disk};
    }
    void restore(std::string const& who) {
        auto& one = cluster_->find(who);
        std::tie(one.disk, one.shadow_disk) = saved_.at(who);
    }
    void sign(Command const& command) {
        std::vector<std::pair<std::string, WallTime>> clocks;
        for (auto const& one : split(command.get("clocks"), ',')) {
            auto const parts = split(one, ':');
            clocks.push_back({parts.at(0), time_of(parts.at(1))});
        }
        std::optional<Duration> interval, grace;
        if (command.has("interval")) interval = duration_of(command.get("interval"));
        if (command.has("grace")) grace = duration_of(command.get("grace"));
        std::vector<std::string> codes;
        for (auto const& one : split(command.get("codes"), ',')) codes.push_back(spaced(one));
        cluster_->sign_check_in(command.words.at(0), time_of(command.get("claimed")), interval,
                                grace, clocks, codes, command.has("key"));
    }
    void forge(Command const& command) {
        auto envelope = cluster_->document(command.get("of"));
        auto check_in = CheckIn::parse_payload(envelope.payload).take();
        check_in.claimed = time_of(command.get("claimed"));
        envelope.payload = to_bytes(write_payload(check_in));
        cluster_->name_document(command.words.at(0), envelope);
    }
    void give(Command const& command) {
        for (auto const& who : split(command.get("to"), ',')) {
            cluster_->event(who, Received{cluster_->document(command.words.at(0))}, "witness");
        }
    }
    bool matches(Command const& command, Message const& message) {
        if (command.has("from") && command.get("from") != message.from) return false;
        if (command.has("to") && command.get("to") != message.to) return false;
        return !command.has("kind") ||
               message.envelope.payload_type.find("exhibit." + command.get("kind") + ".v1") !=
                   std::string::npos;
    }
    void deliver(Command const& command, bool drop) {
        std::vector<Message> now, later;
        for (auto& message : cluster_->queue_)
            (matches(command, message) ? now : later).push_back(std::move(message));
        cluster_->queue_ = std::move(later);
        if (!drop)
            for (auto const& message : now) cluster_->deliver(message);
    }
    void settle() {
        cluster_->quiet_ = true;
        for (int limit = 0; !cluster_->queue_.empty() && limit < 20'000; ++limit) {
            auto message = std::move(cluster_->queue_.front());
            cluster_->queue_.erase(cluster_->queue_.begin());
            cluster_->deliver(message);
        }
        if (!cluster_->queue_.empty()) cluster_->problems_.push_back("a storm of messages");
        cluster_->quiet_ = false;
    }
    void run_until(WallTime end) {
        for (int limit = 0; limit < 20'000; ++limit) {
            cluster_->quiet_ = true;
            settle();
            cluster_->quiet_ = true;
            auto next = end;
            for (auto const& one : cluster_->guardians_) {
                if (!one.disk.empty() && !one.down)
                    next = std::min(next, std::max(one.wake_at - one.clock_off,
                                                   cluster_->now_ + Duration::ms(10)));
            }
            if (cluster_->now_ >= end) break;
            cluster_->now_ = next;
            for (auto& one : cluster_->guardians_) {
                if (!one.disk.empty() && cluster_->clock(one) >= one.wake_at)
                    cluster_->event(one.name, Tick{});
            }
        }
        if (cluster_->now_ < end) cluster_->problems_.push_back("guardians wake too often");
        cluster_->quiet_ = false;
    }
    // The newest question of this guardian that lies at a malicious one.
    template <typename T>
    T question(std::string const& from) {
        for (auto it = cluster_->at_malicious_.rbegin(); it != cluster_->at_malicious_.rend();
             ++it) {
            if (it->from == from && it->envelope.payload_type == T::kind)
                return T::parse_payload(it->envelope.payload).take();
        }
        ADD_FAILURE() << "nobody asked";
        return {};
    }
    void evil(Command const& command) {
        auto& who = cluster_->find(command.words.at(0));
        VERIFY(cluster_->is_malicious(who.name));
        auto const& what = command.words.at(1);
        auto const to = command.get("to");
        auto const& policy = *cluster_->policy_;
        auto const case_id = policy->case_id;
        auto const subject = [&] {
            return Subject::of(cluster_->document(command.get("of", "0")));
        };
        Envelope envelope;
        if (what == "pre-vote") {
            auto const asked = question<PreVote>(to);
            envelope =
                Signed<PreVote>::sign({case_id,
                                       who.id,
                                       false,
                                       asked.nonce,
                                       time_of(command.get("clock", show_hours(cluster_->now_))),
                                       cluster_->document(command.get("of", "0")),
                                       {},
                                       {},
                                       policy.digest(),
                                       {},
                                       {},
                                       {}},
                                      who.key)
                    .envelope();
        } else if (what == "vote") {
            auto const asked = question<VoteRequest>(to);
            envelope = Signed<Vote>::sign({case_id, who.id, asked.nonce, cluster_->now_,
                                           asked.subject, asked.hold, asked.policy},
                                          who.key)
                           .envelope();
        } else if (what == "adopt") {
            envelope = Signed<Adoption>::sign({case_id, who.id, cluster_->now_, subject(),
                                               number_of(command.get("hold", "0")), under(command)},
                                              who.key)
                           .envelope();
        } else if (what == "ask") {
            envelope = Signed<VoteRequest>::sign({case_id,
                                                  who.id,
                                                  {},
                                                  subject(),
                                                  number_of(command.get("hold", "0")),
                                                  under(command)},
                                                 who.key)
                           .envelope();
        } else if (what == "no-objection") {
            auto const name = command.get("of");
            envelope = Signed<PolicyWord>::sign({case_id,
                                                 who.id,
                                                 {cluster_->policies_.at(name)->envelope(),
                                                  {cluster_->sign_no_objection(who.name, name)}}},
                                                who.key)
                           .envelope();
        } else if (what == "ack") {
            envelope =
                Signed<Acknowledgement>::sign(
                    {case_id, who.id, subject().digest, cluster_->now_, cluster_->now_}, who.key)
                    .envelope();
        } else {
            envelope = cluster_->make_share(
                who, under(command), number_of(command.get("stage", "0")), command.has("wrong"));
        }
        if (to == "witness") return cluster_->witness_gets(envelope);
        for (auto const& one : split(to, ','))
            cluster_->event(one, Received{envelope}, who.name, what != "ask");
    }
    DocumentDigest under(Command const& command) {
        return cluster_->policies_.at(command.get("policy", "P1"))->digest();
    }
    void relay(Command const& command) {
        std::map<std::string, std::string> const forms{
            {"adoption", "adoption by "}, {"vote", "vote of "}, {"ack", "acknowledgement by "},
            {"share", "share of "},       {"word", "word of "}, {"hold", "hold 1 by "}};
        auto wanted = forms.at(command.words.at(0)) + command.get("by");
        for (auto const& envelope : cluster_->seen_) {
            auto const label = cluster_->describe(envelope);
            bool const right = label.starts_with(wanted) &&
                               (!command.has("of") || label.ends_with("#" + command.get("of")));
            if (!right) continue;
            for (auto const& to : split(command.get("to"), ','))
                cluster_->event(to, Received{envelope}, "", true);
            return;
        }
        ADD_FAILURE() << "never sent: " << wanted;
    }
    std::string status(std::string const& who) {
        auto const& guardian = cluster_->find(who);
        auto const [state, shadow] = cluster_->ledgers(who);
        auto text = who + ": " + state.phase(cluster_->clock(guardian)) + ", last " +
                    cluster_->describe(state.last.envelope()) + ", deadline " +
                    show_hours(state.deadline);
        if (state.release_now) text += ", " + cluster_->describe(state.release_now->envelope());
        if (state.bound) text += ", bound by " + cluster_->name_of(state.bound->digest);
        if (state.terms().version > 1)
            text += ", " + cluster_->policy_name(state.policy->digest()) + " in force";
        if (state.hold > 0) text += ", hold " + std::to_string(state.hold);
        if (state.duress) text += ", a word of duress";
        if (shadow.last.digest() != state.last.digest() || shadow.deadline != state.deadline) {
            text += ", shadow " + cluster_->describe(shadow.last.envelope()) + " deadline " +
                    show_hours(shadow.deadline);
        }
        if (shadow.policy->digest() != state.policy->digest())
            text += ", shadow " + cluster_->policy_name(shadow.policy->digest()) + " in force";
        if (!state.waiting.empty())
            text += ", " + std::to_string(state.waiting.size()) + " waiting";
        if (state.failed_rounds > 0)
            text += ", failed rounds " + std::to_string(state.failed_rounds);
        return text + "\n";
    }
    std::string witness(std::string const& name) {
        std::string text = "#" + name + ":";
        for (auto const& who : cluster_->acknowledged_by(name)) text += " " + who;
        return text + (cluster_->done(name) ? " (done)\n" : " (not done)\n");
    }

    std::optional<Cluster> cluster_;
    std::map<std::string, std::pair<std::string, std::string>> saved_;
};

// Each from the beginning; a transcript knows nothing of another.
void run_transcript(Path const& path) {
    SCOPED_TRACE(path.filename().string());
    std::ifstream file(path);
    std::ostringstream rewritten;
    Interpreter interpreter;
    std::string command_text, line;
    bool const rewrite = std::getenv("EXHIBIT_REWRITE") != nullptr;
    while (std::getline(file, line)) {
        if (line != "----") {
            rewritten << line << "\n";
            if (!line.empty() && !line.starts_with('#')) command_text += line + "\n";
            continue;
        }
        std::string expected, got;
        while (std::getline(file, line) && !line.empty()) expected += line + "\n";
        for (auto const& command : split(command_text, '\n'))
            got += interpreter.run(Command::parse(command));
        if (got.empty()) got = "nothing\n";
        if (!rewrite) { EXPECT_EQ(expected, got) << "after\n" << command_text; }
        command_text.clear();
        rewritten << "----\n" << got << "\n";
    }
    for (auto const& problem : interpreter.problems()) ADD_FAILURE() << problem;
    EXPECT_TRUE(command_text.empty()) << "commands without ----";
    if (rewrite) std::ofstream(path) << rewritten.str();
}

TEST(Transcripts, come_out_exactly) {
    std::vector<Path> paths;
    for (auto const& entry : std::filesystem::directory_iterator(exhibit::test::source_folder() /
                                                                 "tests/protocol/transcripts")) {
        if (entry.path().extension() == ".txt") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    for (auto const& path : paths) run_transcript(path);
    std::printf("protocol transcripts: %zu\n", paths.size());
    EXPECT_GE(paths.size(), 20u);
}

}  // namespace
}  // namespace exhibit::protocol::test
