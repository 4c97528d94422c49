#include <algorithm>
#include <set>
#include <thread>

#include "cli/cli.hpp"
#include "guard/witness/logs.hpp"
#include "guard/witness/send.hpp"
#include "seal/sealer.hpp"

namespace exhibit::cli {
namespace {

// How long `send` waits for the others' receipts before it says "later".
constexpr auto spread_wait = std::chrono::seconds(15);
// And for the others to have cosigned their logs: a second when all is well.
constexpr auto logged_wait = std::chrono::seconds(6);

struct Sending {
    seal::CaseFolder const& folder;
    guard::LinkOptions options;
    Policy terms;
    Terminal& terminal;
    std::vector<GuardianId> silent =
        {};  // did not answer in this run: asked last, once, for what follows
};

bool is_silent(Sending const& sending, KnownGuardian const& guardian) {
    return std::ranges::find(sending.silent, guardian.id()) != sending.silent.end();
}

Result<std::optional<std::string>> statement_of(seal::CaseFolder const& folder,
                                                ExhibitRecord const& record) {
    if (!record.statement) return std::optional<std::string>();
    auto text = TRY(read_text_file(folder.exhibit_file(record.number, ".sd-jwt"), 1 << 20));
    return std::optional<std::string>(std::move(text));
}

// To the first guardian that takes it and has not signed for it yet; the order is the invitations',
// the wished one first.
Outcome send_one(Sending& sending, ExhibitRecord& record, std::string const& wished) {
    auto const statement = TRY(statement_of(sending.folder, record));
    auto guardians = sending.folder.info().guardians;
    // A begun upload goes on where it was begun.
    std::stable_partition(guardians.begin(), guardians.end(), [&](KnownGuardian const& g) {
        return !record.upload_url.empty() && record.upload_url.starts_with(g.address.url() + "/");
    });
    // Ten exhibits must not wait ten times for one dead guardian.
    std::stable_partition(guardians.begin(), guardians.end(),
                          [&](KnownGuardian const& g) { return !is_silent(sending, g); });
    // Whoever names one may know that the one where it was begun only pretends to take it.
    std::stable_partition(guardians.begin(), guardians.end(),
                          [&](KnownGuardian const& g) { return g.name == wished; });
    auto const held = guard::held_by(record);
    std::erase_if(guardians, [&](KnownGuardian const& g) {
        return std::ranges::find(held, g.id()) != held.end();
    });
    if (guardians.empty()) return {};
    std::optional<Error> last;
    for (auto const& guardian : guardians) {
        auto link = guard::Link::open(sending.folder.info().case_id, guardian, sending.options);
        if (!link.ok()) {
            last = link.error();
            continue;
        }
        Progress progress(sending.terminal, show(record.number) + "  to " + guardian.name);
        guard::SendOptions options;
        if (is_silent(sending, guardian)) options.attempts = 1;
        options.progress = [&](guard::SendProgress const& at) { progress.at(at.done, at.total); };
        options.should_stop = interrupted;
        options.save = [&](ExhibitRecord const& changed) { return sending.folder.save(changed); };
        auto const sent = guard::send_exhibit(*link, sending.terms, record,
                                              sending.folder.exhibit_file(record.number, ".age"),
                                              statement, options);
        if (sent.ok()) return {};
        last = sent.error();
        if (interrupted()) {
            return Error(*last)
                .still_safe("what " + guardian.name + " has is kept; nothing is lost")
                .hint("go on with:  exhibit send");
        }
        sending.terminal.warn(last->what);
        std::string_view const code = last->code;
        bool const answered = code == "guardian-refused" || code == "refused-upload";
        if (last->fault == Fault::world && !answered && !is_silent(sending, guardian))
            sending.silent.push_back(guardian.id());
    }
    VERIFY(last.has_value());
    return Error(*last)
        .still_safe("the sealed exhibits are on this device")
        .hint("try again with:  exhibit send");
}

// Has nobody signed for it, or has the guardian that was named not?
bool is_wanted(Sending const& sending, ExhibitRecord const& record, std::string const& wished) {
    // It was left behind by `travel`: what a guardian has of it, it keeps.
    if (!is_there(sending.folder.exhibit_file(record.number, ".age")))
        return record.statement && guard::held_by(record).empty();
    auto const held = guard::held_by(record);
    if (held.empty()) return true;
    auto const& guardians = sending.folder.info().guardians;
    auto const named = std::ranges::find(guardians, wished, &KnownGuardian::name);
    return named != guardians.end() && std::ranges::find(held, named->id()) == held.end();
}

// k + … guardians may vanish; what counts is that a release still finds a copy: n − q + 1 at least.
std::size_t enough_of(Quorum const& quorum) { return quorum.n - quorum.q + quorum.f + 1; }

// What was sent earlier, and is not with enough of them by now, does not spread by itself: whoever
// took it may be dead, or lie. It is carried to others, one after the other.
void send_again(Sending& sending, std::vector<ExhibitRecord>& records,
                std::vector<ExhibitNumber> const& from_before) {
    auto const enough = enough_of(sending.folder.info().quorum);
    for (auto& record : records) {
        if (!record.statement || interrupted() ||
            std::ranges::find(from_before, record.number) == from_before.end() ||
            !is_there(sending.folder.exhibit_file(record.number, ".age")))
            continue;
        for (auto have = guard::held_by(record).size(); have < enough;) {
            if (!send_one(sending, record, {}).ok()) return;  // each guardian's trouble was told
            auto const now = guard::held_by(record).size();
            if (now == have) break;
            have = now;
        }
    }
}

// For the next package.
void note_sent(Sending const& sending, ExhibitRecord const& record) {
    if (!record.statement) return;
    UntoldEvent::Sent const sent{record.number, *record.statement, record.root, record.size_bytes};
    if (auto const noted = sending.folder.note({wall_now(), sent}); !noted.ok())
        sending.terminal.warn(noted.error().what);
}

// Fetches receipts from every guardian until each exhibit is held by all, or the wait is over.
void gather_receipts(Sending& sending, std::vector<ExhibitRecord>& records) {
    auto const& info = sending.folder.info();
    auto const until = std::chrono::steady_clock::now() + spread_wait;
    // Who does not answer is not asked again in this round of waiting, nor waited for.
    std::vector<KnownGuardian> asked = info.guardians;
    auto const complete = [&] {
        return std::ranges::all_of(records, [&](ExhibitRecord const& record) {
            auto const held = guard::held_by(record);
            return !record.statement || std::ranges::all_of(asked, [&](KnownGuardian const& g) {
                return std::ranges::find(held, g.id()) != held.end();
            });
        });
    };
    while (!complete() && !asked.empty() && std::chrono::steady_clock::now() < until &&
           !interrupted()) {
        std::vector<KnownGuardian> answering;
        for (auto const& guardian : asked) {
            auto quick = sending.options;
            quick.timeout_ms = 3000;
            auto link = guard::Link::open(info.case_id, guardian, quick);
            auto const receipts =
                link.ok() ? link->receipts() : Result<std::vector<Envelope>>(link.take_error());
            if (!receipts.ok()) continue;
            answering.push_back(guardian);
            for (auto& record : records) {
                if (!guard::take_receipts(record, sending.terms, *receipts)) continue;
                if (auto const saved = sending.folder.save(record); !saved.ok())
                    sending.terminal.warn(saved.error().what);
            }
        }
        asked = std::move(answering);
        if (!complete()) std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
}

// Of every guardian that holds an exhibit: its place in that guardian's log, cosigned by enough.
void gather_logged(Sending& sending, std::vector<ExhibitRecord>& records) {
    auto const& info = sending.folder.info();
    auto memory = sending.folder.log_memory();
    if (!memory.ok()) return sending.terminal.warn(memory.error().what);
    auto quick = sending.options;
    quick.timeout_ms = 3000;
    auto const until = std::chrono::steady_clock::now() + logged_wait;
    std::set<GuardianId> silent;
    for (bool missing = true; missing && !interrupted();) {
        missing = false;
        for (auto const& guardian : info.guardians) {
            if (silent.contains(guardian.id())) continue;
            auto link = guard::Link::open(info.case_id, guardian, quick);
            for (auto& record : records) {
                auto const held = guard::held_by(record);
                if (std::ranges::find(held, guardian.id()) == held.end()) continue;
                auto const before = record.logged.size();
                auto const there = link.ok()
                                       ? guard::fetch_logged(*link, sending.terms, *memory, record)
                                       : Result<bool>(link.error());
                if (!there.ok()) {
                    silent.insert(guardian.id());
                    break;
                }
                missing = missing || !*there;
                if (record.logged.size() == before) continue;
                if (auto const saved = sending.folder.save(record); !saved.ok())
                    sending.terminal.warn(saved.error().what);
            }
        }
        if (missing && std::chrono::steady_clock::now() >= until) break;
        if (missing) std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    if (auto const saved = sending.folder.save(*memory); !saved.ok())
        sending.terminal.warn(saved.error().what);
}

std::string names_of(CaseInfo const& info, std::vector<GuardianId> const& ids) {
    std::string names;
    for (auto const& guardian : info.guardians) {
        if (std::ranges::find(ids, guardian.id()) != ids.end()) names += " " + guardian.name;
    }
    return names;
}

std::string held_line(CaseInfo const& info, ExhibitRecord const& record) {
    auto const held = guard::held_by(record);
    std::string have, later;
    for (auto const& guardian : info.guardians) {
        bool const has = std::ranges::find(held, guardian.id()) != held.end();
        (has ? have : later) += " " + guardian.name;
    }
    auto const logged = names_of(info, logged_by(record));
    return show(record.number) + "  held by" + (have.empty() ? " nobody yet" : have) +
           (later.empty() ? "" : ";  later:" + later) +
           (logged.empty() ? "" : ";  logged by" + logged);
}

// A recording that was cut off has no statement, and no guardian signs for it: it counts as held by
// nobody, whoever has its bytes.
void say_unfinished(std::size_t count, Terminal& terminal) {
    bool const one = count == 1;
    terminal.say(std::to_string(count) + (one ? " recording was" : " recordings were") +
                 " cut off before the seal was signed: one guardian has " +
                 (one ? "its" : "their") +
                 " bytes, and nobody has signed for them.\nIf there is an original of " +
                 (one ? "it" : "them") + ", keep it and seal it again.");
}

// True when enough guardians have everything that was sealed whole.
bool say_what_is_held(CaseInfo const& info, std::vector<ExhibitRecord> const& records,
                      Terminal& terminal) {
    std::size_t least = info.quorum.n, unfinished = 0, there = 0;
    Json list = Json::array();
    for (auto const& record : records) {
        auto const held = guard::held_by(record).size();
        if (record.statement) least = std::min(least, held);
        if (!record.statement) ++unfinished;
        if (!record.statement && record.uploaded) ++there;
        terminal.say(record.statement ? held_line(info, record)
                     : record.uploaded
                         ? show(record.number) + "  sent, unfinished and unsigned"
                         : show(record.number) + "  NOT SENT, unfinished and unsigned");
        list.push_back({{"number", show(record.number)},
                        {"held_by", held},
                        {"logged_by", logged_by(record).size()}});
    }
    auto const enough = enough_of(info.quorum);
    auto const whole = records.size() - unfinished;
    if (there > 0) say_unfinished(there, terminal);
    if (whole > 0) {
        terminal.say(std::to_string(whole) + (whole == 1 ? " exhibit is" : " exhibits are") +
                     " held by at least " + std::to_string(least) + " of " +
                     std::to_string(info.quorum.n) + " guardians (signed receipts).");
    }
    if (whole == 0) {
        terminal.say("Next:  exhibit checkin");
    } else if (least >= enough) {
        terminal.say(
            std::string("Now you may delete the originals ") +
            (unfinished > 0 ? "of what is held " : "") +
            "if you must: deleting on a card or phone does not erase them beyond recovery.\n"
            "Next:  exhibit checkin   (so that the guardians know which exhibits you vouch for)");
    } else {
        terminal.say(
            "Keep the originals: too few guardians have them yet.      Next:  exhibit send  "
            "(again, later)");
    }
    terminal.result({{"exhibits", list},
                     {"least_held", unfinished > 0 ? 0 : least},
                     {"unfinished", unfinished},
                     {"enough", enough}});
    return whole == 0 || least >= enough;
}

}  // namespace

Outcome run_send(Globals const& globals, Send const& arguments, Terminal& terminal) {
    auto const folder = TRY(find_case(globals));
    auto const lock = TRY(folder.lock());
    auto const& info = folder.info();
    std::uint64_t rate = 0;
    if (!arguments.rate.empty()) rate = TRY(parse_bytes(arguments.rate));
    Sending sending{folder,
                    {.socks5_proxy = globals.proxy, .send_bytes_per_second_max = rate},
                    terms_of(info),
                    terminal};
    // A recording that a kill or an empty battery cut off is an exhibit, too.
    TRY(seal::recover(folder));
    auto records = TRY(folder.exhibits());
    if (records.empty())
        return wrong_use("nothing is sealed yet").hint("exhibit seal FILE...").coded("nothing");
    std::vector<ExhibitNumber> from_before;  // that one guardian at least had signed for
    std::optional<Error> failed;             // the first
    for (auto& record : records) {
        if (!guard::held_by(record).empty()) from_before.push_back(record.number);
        if (!is_wanted(sending, record, arguments.to)) continue;
        auto const sent = send_one(sending, record, arguments.to);
        if (sent.ok()) {
            note_sent(sending, record);
            continue;
        }
        // What no guardian takes must not keep back what comes after it.
        if (!failed) failed = Error(sent.error()).at(show(record.number));
        if (interrupted() || sending.silent.size() == info.guardians.size()) return *failed;
    }
    if (!arguments.no_wait) {
        gather_receipts(sending, records);
        send_again(sending, records, from_before);
        gather_logged(sending, records);
    }
    auto const enough = say_what_is_held(info, records, terminal);
    if (failed) return *failed;
    if (enough || arguments.no_wait) return {};
    return Error{Fault::guardians,
                 "too few guardians have all of it",
                 "",
                 "what they have they keep, and pass on to each other",
                 "keep the originals, and run  exhibit send  again later",
                 "not-held"};
}

}  // namespace exhibit::cli
