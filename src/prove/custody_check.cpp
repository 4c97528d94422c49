#include "prove/custody_check.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "case/release_folder.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

FolderFiles read_files(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                       Findings& to) {
    FolderFiles files;
    std::size_t total = 0;
    for (auto const& entry : entries) {
        if (!is_custody_path(entry.path) || entry.kind != bagit::EntryKind::file) continue;
        if (total > custody_record_bytes_max) {
            to.say("custody.too-many", "there are more records of custody than a release can have",
                   {{entry.path}});
            break;
        }
        auto const text = folder.text(entry.path, custody_file_bytes_max);
        if (!text.ok()) {
            to.trouble("custody.bad", "custody.unreadable", entry.path + " ", text.error(),
                       {{entry.path}});
            continue;
        }
        total += text->size();
        files[entry.path] = to_bytes(*text);
    }
    return files;
}

std::string path_of(CustodyFiles::Paths const& paths, CustodyComplaint const& complaint) {
    using About = CustodyComplaint::About;
    auto const& list = complaint.about == About::card    ? paths.cards
                       : complaint.about == About::stamp ? paths.stamps
                                                         : paths.events;
    if (complaint.index >= list.size()) return place::custody;
    auto path = list[complaint.index];
    if (complaint.about == About::proof && path.ends_with(".json"))
        path = path.substr(0, path.size() - 5) + ".tlog-proof";
    return path;
}

bool has_card(KnownCustody const& known, GuardianId const& guardian) {
    return std::ranges::any_of(known.cards,
                               [&](auto const& one) { return one.first.guardian == guardian; });
}

void tell_complaints(KnownCustody const& known, Chains chains, Findings& to) {
    for (auto const& trouble : known.files.troubles)
        to.trouble("custody.bad", "custody.unreadable", tar::printable(trouble.path) + ": ",
                   trouble.why, {{trouble.path}});
    for (std::size_t i = 0; i < known.checked.size(); ++i) {
        for (auto const& complaint : known.checked[i].complaints) {
            auto const path = path_of(known.files.paths[i], complaint);
            // What is missing is no evidence against what is here.
            if (complaint.about == CustodyComplaint::About::stamp &&
                !has_card(known, known.checked[i].guardian)) {
                to.say("custody.no-card",
                       tar::printable(path) +
                           " is of a guardian whose log card is not here; it is not counted",
                       {{path}});
                continue;
            }
            bool const gap = complaint.about == CustodyComplaint::About::chain;
            if (gap && chains == Chains::partial) continue;
            to.say(gap ? Say("custody.missing-event") : Say("custody.bad"),
                   tar::printable(path) +
                       (gap ? " " + complaint.why.what
                            : " does not hold: " + complaint.why.what + "; it counts for nothing"),
                   {{path}});
        }
    }
}

// Two states of one log with the same size and other roots: two histories were told.
void judge_views(KnownCustody const& known, Findings& to) {
    std::map<std::pair<LogName, std::uint64_t>, std::set<tlog::Hash>> seen;
    for (auto const& one : known.checked) {
        for (auto const& event : one.events) {
            if (event.place)
                seen[{event.place->log, event.place->checkpoint.size}].insert(
                    event.place->checkpoint.root);
        }
        for (auto const& stamp : one.stamps)
            seen[{stamp.log, stamp.checkpoint.size}].insert(stamp.checkpoint.root);
    }
    for (auto const& [state, roots] : seen) {
        if (roots.size() < 2) continue;
        to.say("custody.split-view",
               "the log " + log_origin(state.first.guardian, state.first.generation) +
                   " was shown in two contradicting states of " + std::to_string(state.second) +
                   " entries: its guardian told two histories",
               {{std::string(place::custody) + "/", std::string(place::time) + "/"}});
    }
}

void tell_custody(KnownCustody const& known, Findings& to) {
    std::size_t events = 0, logged = 0, gaps = 0;
    for (auto const& one : known.checked) {
        for (auto const& event : one.events) {
            ++events;
            logged += event.place.has_value();
            gaps += event.event->event == CustodyKind::gap;
        }
    }
    if (events == 0) return;
    Json const details = {{"events", events}, {"logged", logged}, {"gaps", gaps}};
    to.say("custody.events",
           std::to_string(events) + " events of " + std::to_string(known.checked.size()) +
               " guardians are here, signed; " + std::to_string(logged) +
               " are proven to stand in their logs" +
               (gaps == 0 ? "" : "; " + std::to_string(gaps) + " tell of times without a keeper"),
           {{std::string(place::custody) + "/"}, "exhibit custody", details});
}

}  // namespace

KnownCustody judge_custody(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                           Policy const& policy, TimeTrust trust, Findings& to, Chains chains) {
    KnownCustody known;
    known.trust = std::move(trust);
    known.files = read_custody_files(read_files(folder, entries, to));
    known.cards = cards_of(known.files.records, policy);
    for (auto const& record : known.files.records) {
        known.checked.push_back(check_custody(record, known.cards, policy));
        give_blocks(known.trust.headers, record);
    }
    tell_complaints(known, chains, to);
    judge_views(known, to);
    tell_custody(known, to);
    return known;
}

}  // namespace exhibit::prove
