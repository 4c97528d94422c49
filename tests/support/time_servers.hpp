// A local time-stamp authority (openssl ts) and a local calendar (python-opentimestamps), started
// by a test and ended with it. Test certificates and a test chain: they prove nothing to anybody.
#pragma once

#include <thread>

#include "support/shared.hpp"

namespace exhibit::test {

inline constexpr char const* system_python = "/usr/bin/python3";

class TimeServer {
public:
    // `arguments`: behind the folder. `mines`: the calendar puts into a block what it is asked for.
    TimeServer(char const* program, Path folder, std::vector<std::string> arguments = {})
        : folder_(std::move(folder)) {
        std::vector<std::string> command = {system_python,
                                            (source_folder() / "tests/support" / program).string(),
                                            folder_.string()};
        command.insert(command.end(), arguments.begin(), arguments.end());
        server_ = Background(command, {});
    }
    // Empty when it did not start.
    std::string url() const {
        for (int i = 0; i < 600; ++i) {
            auto const text = read_text_file(folder_ / "url", 256);
            if (text.ok()) return *text;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return {};
    }
    Path operator/(std::string const& name) const { return folder_ / name; }
    void stop() { server_.stop(9); }

private:
    Path folder_;
    Background server_;
};

inline bool have_opentimestamps() {
    return run({system_python, "-c", "import opentimestamps.calendar, bitcoin.core"}).code == 0;
}

}  // namespace exhibit::test

#define NEEDS_OPENTIMESTAMPS()                   \
    if (!::exhibit::test::have_opentimestamps()) \
    GTEST_SKIP() << "NOT RUN: python3-opentimestamps is missing"
