#include "cli/command_line.hpp"

namespace exhibit::cli {

CLI::App* add(CLI::App& to, char const* name, char const* line, char const* example) {
    auto* const command = to.add_subcommand(name, line);
    command->footer(example);
    command->fallthrough();
    return command;
}

void add_repeated(CLI::App& to, char const* name, std::vector<std::string>& values,
                  char const* line) {
    to.add_option(name, values, line)->allow_extra_args(false);
}

}  // namespace exhibit::cli
