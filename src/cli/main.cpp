// exhibit: parses the command line and calls one command. Everything with a lifetime is made here:
// terminal, signal handling, locked memory.
#include <algorithm>

#include "cli/command_line.hpp"
#include "net/proxy.hpp"
#include "seal/wipe.hpp"

using namespace exhibit;
using namespace exhibit::cli;

namespace {

// The command that was likely meant, for a typing error.
std::string nearest(CLI::App const& app, std::string const& typed) {
    std::string best;
    std::size_t least = 3;
    for (auto const* command : app.get_subcommands([](CLI::App const*) { return true; })) {
        auto const& name = command->get_name();
        std::vector<std::size_t> row(name.size() + 1);
        for (std::size_t j = 0; j <= name.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= typed.size(); ++i) {
            auto corner = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= name.size(); ++j) {
                auto const above = row[j];
                row[j] =
                    std::min({row[j] + 1, row[j - 1] + 1, corner + (typed[i - 1] != name[j - 1])});
                corner = above;
            }
        }
        if (row.back() < least) {
            least = row.back();
            best = name;
        }
    }
    return best;
}

// The first word that is neither an option nor an option's value.
std::string command_word(int argc, char** argv) {
    constexpr std::string_view with_value[] = {"--dir", "--case", "--passphrase-fd", "--proxy",
                                               "--sentence-fd"};
    for (int i = 1; i < argc; ++i) {
        std::string_view const word = argv[i];
        if (std::ranges::find(with_value, word) != std::end(with_value))
            ++i;
        else if (!word.starts_with("-"))
            return std::string(word);
    }
    return {};
}

int run(int argc, char** argv) {
    CLI::App app("Exhibit: evidence that outlives the person who filmed it", "exhibit");
    app.set_version_flag("--version", "exhibit " EXHIBIT_VERSION);
    app.require_subcommand(0, 1);
    Words words;
    auto& globals = words.globals;
    std::string dir;
    app.add_option("--dir", dir, "where cases lie (a memory stick, a test)");
    app.add_option("--case", globals.case_name, "which case; may be left out while there is one");
    app.add_flag("--json", globals.json, "one JSON object on standard output, for programs");
    app.add_option("--passphrase-fd", globals.passphrase_fd,
                   "read the passphrase from this file descriptor");
    app.add_option("--proxy", globals.proxy,
                   "SOCKS5 proxy for every connection, e.g. socks5://127.0.0.1:9050 (Tor)")
        ->envname("EXHIBIT_PROXY");

    std::optional<Run> chosen;
    Offer offer;
    offer.plain = [&chosen](CLI::App* command, Run what) {
        command->callback([&chosen, what = std::move(what)] {
            if (!chosen) chosen = what;  // a command below another is called first
        });
    };
    offer.online = [&offer, &globals](CLI::App* command, Run what) {
        offer.plain(command, [&globals, what = std::move(what)](Terminal& t) -> Outcome {
            if (!globals.proxy.empty()) TRY(check_socks_proxy(globals.proxy));
            return what(t);
        });
    };
    add_commands_of_guardian(app, words, offer);
    add_commands_of_witness(app, words, offer);
    add_commands_of_release(app, words, offer);
    add_commands_of_provenance(app, words, offer);

    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& problem) {
        if (problem.get_exit_code() == 0) return app.exit(problem);  // --help, --version
        Terminal terminal(globals.json);
        auto error = wrong_use(problem.what()).hint("exhibit --help");
        if (auto const typed = command_word(argc, argv); !typed.empty()) {
            auto const meant = nearest(app, typed);
            if (!meant.empty() && meant != typed)
                error.mend = "did you mean  exhibit " + meant + " ?";
            else if (!meant.empty())
                error.mend = "exhibit " + meant + " --help";
        }
        terminal.fail(error);
        terminal.finish();
        return static_cast<int>(Fault::usage);
    }
    globals.dir = dir;
    Terminal terminal(globals.json);
    auto const act = [&]() -> Outcome {
        if (!globals.proxy.empty()) globals.proxy = TRY(parse_socks_proxy(globals.proxy));
        // A `travel` that was killed: whatever is asked next, the removing comes first.
        // What cannot be removed must not bar a sign of life.
        if (auto const wiped = seal::finish_wiping(cases_folder(globals)); !wiped.ok())
            terminal.warn("what `travel` left here could not all be removed: " +
                          wiped.error().where + " " + wiped.error().what);
        return chosen ? (*chosen)(terminal) : run_story(globals, terminal);
    };
    auto const outcome = act();
    if (!outcome.ok()) terminal.fail(outcome.error());
    terminal.finish();
    if (outcome.ok()) return 0;
    return static_cast<int>(outcome.error().fault);
}

}  // namespace

int main(int argc, char** argv) {
    guard_process_memory();
    catch_interrupts();
    try {
        return run(argc, argv);
    } catch (std::bad_alloc const&) {
        std::fprintf(
            stderr,
            "exhibit: error: out of memory\nexhibit: safe: what was acknowledged is kept\n");
        return static_cast<int>(Fault::world);
    } catch (std::exception const& problem) {
        std::fprintf(stderr,
                     "exhibit: error: this should not happen: %s\n"
                     "exhibit: safe: what was acknowledged is kept\n",
                     problem.what());
        return static_cast<int>(Fault::world);
    }
}
