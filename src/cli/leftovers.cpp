// exhibit leftovers: what a search of this machine would find. Only looks.
#include <cstdlib>

#include "cli/cli.hpp"
#include "formats/tar/name.hpp"
#include "seal/leftovers.hpp"

namespace exhibit::cli {

Outcome run_leftovers(Globals const& globals, Terminal& terminal) {
    char const* const home = std::getenv("HOME");
    std::error_code problem;
    auto const program = std::filesystem::read_symlink("/proc/self/exe", problem);
    seal::Places const places{home != nullptr ? home : "", cases_folder(globals), "/",
                              problem ? Path() : program};
    auto const found = seal::find_leftovers(places);
    Json list = Json::array();
    for (auto const& trace : found.traces) {
        auto const where = tar::printable(trace.where);
        terminal.say(where + "\n    " + tar::printable(trace.what) + "  →  " + trace.mend);
        list.push_back({{"kind", trace.kind},
                        {"where", where},
                        {"what", tar::printable(trace.what)},
                        {"mend", trace.mend}});
    }
    terminal.say(std::to_string(found.traces.size()) + " traces; " +
                 std::to_string(found.files_read) + " files below your home were looked into" +
                 (found.gave_up ? ", not all: there are too many" : "") +
                 ". Nothing was changed.\n\nWhat cannot be seen from here:");
    Json unseen = Json::array();
    for (auto const& line : seal::unseen_leftovers()) {
        terminal.say("  - " + line);
        unseen.push_back(line);
    }
    terminal.result({{"traces", list},
                     {"files_read", found.files_read},
                     {"complete", !found.gave_up},
                     {"unseen", unseen}});
    return {};
}

}  // namespace exhibit::cli
