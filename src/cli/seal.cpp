#include <algorithm>

#include "cli/epochs.hpp"
#include "cli/program_digest.hpp"
#include "formats/tar/name.hpp"
#include "seal/replace_device.hpp"
#include "seal/sealer.hpp"

namespace exhibit::cli {
namespace {

// Files as named; folders with all the regular files below them, in the order of their names. Links
// are not followed: what is sealed is what the person pointed at.
Result<std::vector<Path>> files_below(std::vector<std::string> const& paths) {
    std::vector<Path> files;
    for (auto const& text : paths) {
        Path const path(text);
        std::error_code problem;
        auto const status = std::filesystem::symlink_status(path, problem);
        if (problem || status.type() == std::filesystem::file_type::not_found) {
            return bad_input("is not there")
                .at(tar::printable(text))
                .coded("not-found")
                .still_safe("nothing was sealed");
        }
        if (status.type() != std::filesystem::file_type::directory) {
            files.push_back(path);
            continue;
        }
        std::vector<Path> below;
        for (auto it = std::filesystem::recursive_directory_iterator(path, problem);
             !problem && it != std::filesystem::recursive_directory_iterator();
             it.increment(problem)) {
            if (it->is_regular_file() && !it->is_symlink()) below.push_back(it->path());
        }
        if (problem)
            return world_error("cannot be listed: " + problem.message()).at(tar::printable(text));
        std::ranges::sort(below);
        std::ranges::move(below, std::back_inserter(files));
    }
    if (files.empty()) return wrong_use("there is no file to seal").coded("nothing");
    return files;
}

// Decimal degrees at the front of `rest`, taken off it, with one decimal at most.
std::optional<std::string> take_degrees(std::string_view& rest) {
    std::size_t at = !rest.empty() && (rest[0] == '+' || rest[0] == '-') ? 1 : 0;
    auto const digits = [&] {
        auto const begin = at;
        while (at < rest.size() && rest[at] >= '0' && rest[at] <= '9') ++at;
        return at - begin;
    };
    auto const whole = digits();
    if (whole == 0 || whole > 3) return std::nullopt;
    std::string out(rest.substr(0, at));
    if (at < rest.size() && rest[at] == '.') {
        ++at;
        auto const first = rest.substr(at, 1);
        if (digits() == 0) return std::nullopt;
        out += "." + std::string(first);
    }
    rest.remove_prefix(at);
    return out;
}

// A tenth of a degree is about ten kilometres: it names a district. Only of two decimal degrees is
// it known which digits say more; an address, or minutes and seconds, have no coarse form.
std::optional<std::string> coarse(std::string_view place) {
    auto const skip = [&](std::string_view which) {
        auto const end = std::min(place.find_first_not_of(which), place.size());
        place.remove_prefix(end);
        return end > 0;
    };
    skip(" ");
    auto const latitude = take_degrees(place);
    if (!latitude || !skip(" ,;")) return std::nullopt;
    auto const longitude = take_degrees(place);
    skip(" ");
    if (!longitude || !place.empty()) return std::nullopt;
    return *latitude + "," + *longitude;
}

Json captured(seal::SealedExhibit const& sealed) {
    Json out = Json::object();
    for (auto const& [name, value] : write_capture_facts(sealed.captured)) out[name] = value;
    return out;
}

Json describe(seal::SealedExhibit const& sealed) {
    return {{"number", show(sealed.record.number)},
            {"name", tar::printable(sealed.name)},
            {"original_bytes", sealed.original_bytes},
            {"sealed_bytes", sealed.record.size_bytes},
            {"cipher_root", sealed.record.root.hex()},
            {"captured", captured(sealed)},
            {"disagreements", sealed.disagreements},
            {"sync_ms", static_cast<std::int64_t>(sealed.sync_seconds * 1000)}};
}

Error not_sealed(Error first, std::size_t failed, std::size_t sealed) {
    if (failed == 1 && sealed == 0) return first;
    first.what = std::to_string(failed) + " not sealed, the first because it " + first.what;
    return std::move(first)
        .still_safe("the " + std::to_string(sealed) + " others are sealed")
        .hint("name only those that are missing, when they can be read");
}

}  // namespace

Outcome run_seal(Globals const& globals, Seal const& arguments, Terminal& terminal) {
    auto const folder = TRY(find_newest_epoch(globals));
    auto const lock = TRY(folder.lock());
    TRY(seal::finish_install(folder));
    auto const kept = TRY(seal::recover(folder));
    for (auto const& record : kept) {
        terminal.say(
            show(record.number) +
            "  kept: a recording that was cut off; it will be released as unfinished, unsigned");
    }
    seal::SealOptions options;
    options.tool = program_identity();
    options.readers = arguments.readers;
    if (!arguments.note.empty()) options.note = arguments.note;
    if (!arguments.time.empty()) options.claimed_time = arguments.time;
    if (!arguments.from.empty()) options.imported_from = arguments.from;
    if (!arguments.place.empty()) {
        options.place_exact = arguments.place;
        options.place_coarse = coarse(arguments.place);
    }
    Json list = Json::array();
    std::uint64_t total = 0;
    std::size_t failed = 0;
    std::optional<Error> first;
    auto const started = std::chrono::steady_clock::now();
    auto const report = [&](seal::SealedExhibit const& sealed) {
        total += sealed.original_bytes;
        list.push_back(describe(sealed));
        terminal.say(show(sealed.record.number) + "  " + tar::printable(sealed.name) + "  " +
                     show_bytes(sealed.original_bytes) + "  sealed   " +
                     tar::printable(show_capture(sealed.captured)));
        for (auto const& one : sealed.disagreements)
            terminal.say("      its sources disagree: " + tar::printable(one));
    };
    bool const from_pipe = arguments.paths == std::vector<std::string>{"-"};
    if (from_pipe) {
        if (arguments.name.empty())
            return wrong_use("what comes from a pipe needs a name")
                .hint("exhibit seal --name market.wav -")
                .coded("name");
        Progress progress(terminal, "sealing");
        options.progress = [&](std::uint64_t done, std::uint64_t all) { progress.at(done, all); };
        auto sealed =
            seal::seal_stream(folder, 0, arguments.name, options, wall_now(), interrupted);
        progress.end();
        if (!sealed.ok()) {
            auto error = sealed.take_error();
            if (error.safe.empty())
                error.safe =
                    "what was recorded up to the last part is kept, as an unfinished recording";
            return error;
        }
        report(*sealed);
    } else {
        auto const files = TRY(files_below(arguments.paths));
        for (auto const& file : files) {
            Progress progress(terminal, tar::printable(file.filename().string()));
            options.progress = [&](std::uint64_t done, std::uint64_t all) {
                progress.at(done, all);
            };
            auto sealed = seal::seal_file(folder, file, options, wall_now());
            progress.end();
            if (sealed.ok()) {
                report(*sealed);
            } else {
                // One bad sector on a card must not keep back what comes after it.
                ++failed;
                if (!first) first = sealed.error();
                if (files.size() > 1)
                    terminal.warn("not sealed: " + sealed.error().what + " (" +
                                  tar::printable(file.string()) + ")");
                if (std::string_view(sealed.error().code) == "disk-full") break;
            }
            if (interrupted())
                return world_error("stopped")
                    .still_safe(std::to_string(list.size()) + " of " +
                                std::to_string(files.size()) + " files are sealed")
                    .coded("stopped");
        }
    }
    if (first && list.empty()) {
        terminal.result({{"exhibits", list}});
        return not_sealed(std::move(*first), failed, 0);
    }
    auto const seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    char time[32];
    std::snprintf(time, sizeof time, "%.1f s", seconds);
    terminal.say(
        std::to_string(list.size()) + (list.size() == 1 ? " exhibit, " : " exhibits, ") +
        show_bytes(total) + " in " + time + "." +
        (from_pipe ? "" : " The originals are where they were: Exhibit has not touched them."));
    terminal.say(
        "Not yet sent: if this device is lost now, they are lost.      Next:  exhibit send");
    terminal.result({{"exhibits", list}});
    if (!first) return {};
    return not_sealed(std::move(*first), failed, list.size());
}

}  // namespace exhibit::cli
