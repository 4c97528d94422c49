#include "guard/guardian/note_printer.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <vector>

namespace exhibit::guard::test {
namespace {

// A terminal that takes nothing until it is let go.
struct Stopped {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    std::vector<std::string> lines;

    void print(std::string const& line) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return open; });
        lines.push_back(line);
    }
    void let_go() {
        std::lock_guard lock(mutex);
        open = true;
        changed.notify_all();
    }
};

TEST(NotePrinter, who_speaks_never_waits_and_the_newest_lines_are_kept) {
    auto const terminal = std::make_shared<Stopped>();
    NotePrinter printer([terminal](std::string const& line) { terminal->print(line); });
    for (int i = 0; i < 3000; ++i) printer.say(std::to_string(i));
    EXPECT_FALSE(printer.close(std::chrono::milliseconds(10))) << "and it can be left";
    terminal->let_go();
    EXPECT_TRUE(printer.close(std::chrono::seconds(20)));
    auto const& lines = terminal->lines;
    ASSERT_GE(lines.size(), NotePrinter::waiting_most);
    EXPECT_LE(lines.size(), NotePrinter::waiting_most + 2);
    EXPECT_EQ(lines.back(), "2999");
    std::size_t told = 0;
    for (auto const& line : lines)
        told += line.find("were not printed in time") != std::string::npos;
    EXPECT_EQ(told, 1u);
}

}  // namespace
}  // namespace exhibit::guard::test
