// Where the published vectors and camera clips are, and how a test says that it did not run.
//
// They lie beside the checkout in ../shared (or in $EXHIBIT_SHARED) and are not copied into the
// project. Without them a test is printed as not run; `./dev test` counts those, and fails on them
// in CI.
#pragma once

#include <gtest/gtest.h>

#include "base/files.hpp"

namespace exhibit::test {

// The checkout, and the folder of the programs that were built with this one.
Path const& source_folder();
Path const& program_folder();

// shared_path("vectors/age") -> an absolute path, whether it exists or not.
Path shared_path(std::string const& below);
bool have_shared(std::string const& below);

// A fresh folder below the system's temporary folder, removed with all it holds at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;
    Path const& path() const { return path_; }
    Path operator/(std::string const& name) const { return path_ / name; }

private:
    Path path_;
};

// Runs a program without a shell, feeds it input, returns exit code, output and errors.
struct Ran {
    int code = -1;  // -1: could not be started
    std::string out;
    std::string err;
};
// `third` is what the program may read from descriptor 3, such as a passphrase (--passphrase-fd 3).
Ran run(std::vector<std::string> const& command, ByteView input = {}, Path const& folder = {},
        std::string const& third = {});
// Is the program on PATH? Oracles that are not are printed as not run.
bool have_program(std::string const& name);
// node with the project's node_modules to resolve from.
Ran run_node(std::string const& module_source, std::vector<std::string> const& arguments = {},
             ByteView input = {});

// A program that runs beside the test; killed and waited for at the end. Dies with the thread that
// began it.
class Background {
public:
    struct Wiring {
        Path out, err;      // files; empty: /dev/null
        std::string third;  // to read from descriptor 3
        Path in;            // file or FIFO; empty: /dev/null
    };
    Background() = default;
    Background(std::vector<std::string> const& command, Wiring const& wiring);
    ~Background() { stop(9); }
    Background(Background&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
    Background& operator=(Background&& other) noexcept;
    int pid() const { return pid_; }
    void signal(int number) const;
    // Its exit code, or 128 + the signal that ended it; nothing while it runs.
    std::optional<int> poll();
    int wait();
    int stop(int number) {
        signal(number);
        return wait();
    }

private:
    int pid_ = 0;
    int code_ = -1;
};

}  // namespace exhibit::test

#define NEEDS_SHARED(below)                   \
    if (!::exhibit::test::have_shared(below)) \
    GTEST_SKIP() << "NOT RUN: ../shared/" << (below) << " is missing"
#define NEEDS_PROGRAM(name)                   \
    if (!::exhibit::test::have_program(name)) \
    GTEST_SKIP() << "NOT RUN: the program " << (name) << " is missing"

// For a Result in a test: fails the test with the error's text.
#define ASSERT_OK(result)                                                                    \
    do {                                                                                     \
        auto const& r_ = (result);                                                           \
        ASSERT_TRUE(r_.ok()) << (r_.ok() ? ""                                                \
                                         : r_.error().what + " [" + r_.error().code + "] " + \
                                               r_.error().where);                            \
    } while (false)
#define EXPECT_OK(result)                                                                    \
    do {                                                                                     \
        auto const& r_ = (result);                                                           \
        EXPECT_TRUE(r_.ok()) << (r_.ok() ? ""                                                \
                                         : r_.error().what + " [" + r_.error().code + "] " + \
                                               r_.error().where);                            \
    } while (false)
#define EXPECT_ERROR_CODE(result, expected)                                           \
    do {                                                                              \
        auto const& r_ = (result);                                                    \
        EXPECT_FALSE(r_.ok());                                                        \
        if (!r_.ok()) { EXPECT_STREQ(r_.error().code, expected) << r_.error().what; } \
    } while (false)
