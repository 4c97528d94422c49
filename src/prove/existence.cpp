#include <algorithm>
#include <map>

#include "case/release_folder.hpp"
#include "formats/tar/name.hpp"
#include "prove/custody_check.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

// What kept clocks may differ by: the acceptable skew of RFC 4120 (§8.2). Within it two honest
// guardians can disagree about which of two moments came first.
constexpr auto clocks_apart_max = Duration::minutes(5);

struct Bound {
    WallTime time;
    std::string by;
};

// A `received` event of a guardian about this very exhibit, with its place in the log.
struct Logged {
    CheckedCustody const* custody = nullptr;
    CustodyRecord const* record = nullptr;
    CheckedEvent const* event = nullptr;
    std::string path;
};

bool is_about(CustodyEvent const& event, SealStatement const& statement) {
    auto const names = [&](CustodyItem const& item) { return item.bep52 == statement.claims.root; };
    return event.event == CustodyKind::received && event.exhibit == statement.claims.number &&
           (std::ranges::any_of(event.in, names) || std::ranges::any_of(event.out, names));
}

class ExistenceJudge {
public:
    ExistenceJudge(Findings& to, Existence const& it) : to_(to), it_(it) {}

    void run() {
        find_logged();
        judge_logs();
        judge_stamps();
        judge_not_before();
        sum_up();
    }

private:
    CustodyFiles const& files() const { return it_.custody.files; }
    Policy const& policy() const { return it_.evidence.policy.value(); }

    void find_logged() {
        for (std::size_t i = 0; i < it_.custody.checked.size(); ++i) {
            auto const& one = it_.custody.checked[i];
            for (auto const& event : one.events) {
                if (!event.place || !is_about(event.event.value(), it_.statement)) continue;
                // A complaint may have left out an event: find its file by what it is.
                auto const& record = files().records[i];
                auto const at = std::ranges::find_if(record.events, [&](auto const& e) {
                    return document_digest(e.event) == event.event.digest();
                });
                auto const index = static_cast<std::size_t>(at - record.events.begin());
                logged_.push_back({&one, &record, &event, files().paths[i].events[index]});
            }
        }
    }

    void judge_logs() {
        if (logged_.empty()) {
            if (it_.custody.any())
                to_.say("logged.none", "no guardian's log is shown to hold its receipt of this");
            return;
        }
        std::map<GuardianId, WallTime> first;
        std::vector<std::string> evidence;
        std::size_t least_cosigners = logged_.front().event->place->cosigners;
        for (auto const& one : logged_) {
            auto const& found = *one.event->place;
            auto const [at, is_new] = first.try_emplace(one.custody->guardian, found.existed_by);
            if (!is_new) at->second = std::min(at->second, found.existed_by);
            least_cosigners = std::min(least_cosigners, found.cosigners);
            evidence.push_back(one.path.substr(0, one.path.size() - 5) + ".tlog-proof");
        }
        auto const earliest =
            std::ranges::min_element(first, {}, [](auto const& one) { return one.second; })->second;
        auto const count = std::to_string(first.size());
        to_.say("logged.cosigned",
                count + (first.size() == 1 ? " guardian's log holds" : " guardians' logs hold") +
                    " the receipt of it, in states that at least " +
                    std::to_string(least_cosigners) +
                    " others cosigned; an honest one had seen it by " + show_time(earliest) +
                    ", unless more than " + std::to_string(policy().quorum.f) + " of them lie",
                {std::move(evidence),
                 "any tlog verifier, with custody/*/log-1.tlog-policy",
                 {{"logs", first.size()},
                  {"cosigners", least_cosigners},
                  {"no_later_than", write_time(earliest)}}});
        bounds_.push_back({earliest, count +
                                         (first.size() == 1 ? " guardian's log"
                                                            : " guardians' "
                                                              "logs") +
                                         ", cosigned"});
    }

    // Several events may lead to one stamped state; it is judged once.
    void judge_stamps() {
        std::vector<CheckedStamp const*> done;
        for (auto const& one : logged_) {
            auto const* stamp = one.custody->stamp_of(*one.event);
            if (stamp == nullptr || std::ranges::find(done, stamp) != done.end()) continue;
            done.push_back(stamp);
            auto const at = static_cast<std::size_t>(stamp - one.custody->stamps.data());
            judge_stamp_of(one, *stamp, stamp_path(one, at));
        }
    }

    std::string stamp_path(Logged const& one, std::size_t index) const {
        auto const i = static_cast<std::size_t>(one.record - files().records.data());
        // Stamps that did not hold are not among the checked ones, so the index is of those only:
        // the text tells which file it is.
        auto const& text = one.custody->stamps[index].stamp.checkpoint;
        auto const at = std::ranges::find(one.record->stamps, text, &LogStamp::checkpoint);
        return files().paths[i].stamps[static_cast<std::size_t>(at - one.record->stamps.begin())];
    }

    void judge_stamp_of(Logged const& one, CheckedStamp const& stamp, std::string const& path) {
        auto const judged = judge_stamp(stamp, *one.record, it_.custody.trust);
        auto const stem = path.substr(0, path.size() - std::string_view(".checkpoint").size());
        for (auto const& token : judged.tokens) judge_token(token, stem, path);
        if (judged.ots_trouble)
            to_.trouble("bitcoin.bad", "bitcoin.unreadable",
                        "the OpenTimestamps proof does not hold: ", *judged.ots_trouble,
                        {{stem + ".ots", path}});
        if (judged.bitcoin) judge_bitcoin(*judged.bitcoin, stem + ".ots", path);
    }

    void judge_token(JudgedToken const& token, std::string const& stem, std::string const& path) {
        auto const file = stem + "." + token.authority + ".tst";
        Grounds grounds{{file, path},
                        "openssl ts -verify -token_in -in " + in_quotes(file) + " -data " +
                            in_quotes(path) + " -CAfile ROOT.pem -attime TIME"};
        if (!token.stamp) {
            bool const revoked = std::string_view(token.trouble->code) == "revoked";
            return to_.trouble(
                revoked ? Say("stamped.revoked") : Say("stamped.bad"), "stamped.unreadable",
                "the time stamp does not hold: ", *token.trouble, std::move(grounds));
        }
        auto const& stamp = *token.stamp;
        grounds.details = {{"time", write_time(stamp.time)},
                           {"authority", stamp.authority},
                           {"policy", stamp.policy},
                           {"serial", stamp.serial}};
        auto const who = tar::printable(stamp.authority);
        if (!stamp.trusted)
            return to_.say("stamped.untrusted",
                           "time stamp of " + who + ", " + show_time(stamp.time) +
                               ": whole, but by an authority that is not on your list "
                               "(--trust-stamps)",
                           std::move(grounds));
        if (stamp.restamp_before)
            grounds.details["certificate_ends"] = write_time(*stamp.restamp_before);
        to_.say("stamped.trusted",
                "time stamp of " + who + ", " + show_time(stamp.time) +
                    ": over a state of the log that has the receipt",
                std::move(grounds));
        bounds_.push_back({stamp.time, "time stamp of " + who});
    }

    void judge_bitcoin(ots::Judged const& judged, std::string const& file,
                       std::string const& path) {
        Grounds const grounds{{file, path, std::string(place::blocks) + "/"},
                              "ots verify (python-opentimestamps), or any Bitcoin node"};
        using State = ots::BitcoinClaim::State;
        for (auto const& claim : judged.bitcoin) {
            auto const block = "Bitcoin block " + std::to_string(claim.height);
            switch (claim.state) {
                case State::proven: say_block(claim, block, grounds); break;
                case State::no_header:
                    to_.say("bitcoin.needs-header",
                            block +
                                " is said to hold it; its header is not here, so it is not "
                                "counted",
                            grounds);
                    break;
                case State::wrong_root:
                    to_.say("bitcoin.other-root",
                            "the proof does not lead to " + block + ": another root stands there",
                            grounds);
                    break;
                case State::contradicted:
                    to_.say("bitcoin.other-block",
                            "the header given for " + block + " is not that of the block you know",
                            grounds);
                    break;
                case State::not_computable:
                    to_.say("bitcoin.not-computed",
                            block + ": by an operation that is not computed here", grounds);
            }
        }
        if (judged.bitcoin.empty() && !judged.pending.empty())
            to_.say("bitcoin.pending",
                    std::to_string(judged.pending.size()) +
                        " calendars have promised to put it into Bitcoin: no proof yet",
                    grounds);
    }

    void say_block(ots::BitcoinClaim const& claim, std::string const& block, Grounds grounds) {
        // Miners' clocks may be off by two hours: to people the day is said.
        auto const day = write_time(claim.time).substr(0, 10);
        grounds.details = {{"height", claim.height}, {"time", write_time(claim.time)}};
        if (claim.grade == ots::Grade::given)
            return to_.say("bitcoin.given",
                           "in " + block + " of " + day +
                               ", if the header that came along is that block's: look it up",
                           std::move(grounds));
        bool const chained = claim.grade == ots::Grade::chained;
        to_.say(chained ? Say("bitcoin.chained") : Say("bitcoin.pinned"),
                "in " + block + " of " + day +
                    (chained ? ", of the chain of headers that you gave"
                             : ", by the list of blocks that you gave"),
                std::move(grounds));
        // A bound must not be earlier than the truth: two hours are what a miner may be off.
        bounds_.push_back({claim.time + Duration::hours(2), block});
    }

    void judge_not_before() {
        if (!it_.guardian_checkpoint) return;
        Grounds grounds{{it_.disclosures, std::string(place::custody) + "/"},
                        "any tlog verifier, with custody/*/log-1.tlog-policy"};
        auto const note = tlog::parse_note(*it_.guardian_checkpoint);
        auto const judged = note.ok()
                                ? exhibit::judge_not_before(*note, it_.custody.cards, policy())
                                : Result<NotBefore>(note.error());
        if (judged.ok()) {
            no_earlier_ = Bound{judged->time, "it contains a guardian's checkpoint of that time"};
            grounds.details = {{"no_earlier_than", write_time(judged->time)},
                               {"log", log_origin(judged->log.guardian, judged->log.generation)},
                               {"size", judged->checkpoint.size}};
            grounds_of_earlier_ = std::move(grounds);
            return;
        }
        auto const code = std::string_view(judged.error().code);
        if (code == "log-card" || code == "quorum")
            return to_.say("existed.checkpoint-unknown",
                           "it contains a guardian's checkpoint that cannot be judged here: " +
                               judged.error().what,
                           std::move(grounds));
        to_.say("existed.checkpoint-bad",
                "the guardian's checkpoint that it contains does not hold: " + judged.error().what,
                std::move(grounds));
    }

    void add_receipts() {
        auto const held = held_by(it_.evidence, it_.statement.digest, it_.statement.claims.root);
        if (held.no_later_than) bounds_.push_back({*held.no_later_than, "guardians' receipts"});
    }

    void sum_up() {
        add_receipts();
        std::ranges::sort(bounds_, {}, &Bound::time);
        if (!bounds_.empty()) {
            std::string by;
            Json list = Json::array();
            for (auto const& bound : bounds_) {
                // One authority that stamped several logs is one authority.
                if (by.find(bound.by) == std::string::npos)
                    by += (by.empty() ? "" : "; ") + bound.by;
                list.push_back({{"by", bound.by}, {"no_later_than", write_time(bound.time)}});
            }
            auto const time = bounds_.front().time;
            to_.say("existed.no-later", "no later than " + show_time(time) + " (" + by + ")",
                    {{}, {}, {{"no_later_than", write_time(time)}, {"bounds", list}}});
        } else {
            to_.say("existed.not-known", "nothing here proves when it existed");
        }
        if (!no_earlier_) return;
        to_.say("existed.no-earlier",
                "no earlier than " + show_time(no_earlier_->time) + " (" + no_earlier_->by + ")",
                std::move(grounds_of_earlier_));
        for (auto const& bound : bounds_) compare_with_earliest(bound);
    }

    void compare_with_earliest(Bound const& bound) {
        auto const apart = no_earlier_->time - bound.time;
        if (apart <= Duration{}) return;
        auto const both = bound.by + " puts it before " + show_time(bound.time) +
                          ", but it contains a checkpoint of " + show_time(no_earlier_->time);
        if (apart <= clocks_apart_max)
            return to_.say("existed.clocks-apart",
                           both + ": clocks may differ by so much; it existed at about that time");
        to_.say("existed.contradiction",
                both + ": one of the two was backdated or forged, or clocks were that far off");
    }

    Findings& to_;
    Existence const& it_;
    std::vector<Logged> logged_;
    std::vector<Bound> bounds_;
    std::optional<Bound> no_earlier_;
    Grounds grounds_of_earlier_;
};

}  // namespace

void judge_existence(Findings& to, Existence const& it) { ExistenceJudge(to, it).run(); }

}  // namespace exhibit::prove
