// What a guardian tells its operator, printed by a thread of its own: a terminal that was stopped
// with Ctrl-S, or a pipe that nobody reads, must not hold up a single case. What cannot be printed
// in time is dropped, oldest first, and counted.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace exhibit::guard {

class NotePrinter {
public:
    static constexpr std::size_t waiting_most = 1000;

    // `print` is called on the other thread, one line after the other; it may block for ever, and
    // must own what it uses or outlive the process.
    explicit NotePrinter(std::function<void(std::string const&)> print);
    NotePrinter(NotePrinter const&) = delete;
    ~NotePrinter() { close(std::chrono::seconds(2)); }

    // Never waits. From any thread.
    void say(std::string line);
    // True when everything has been printed. Nothing is taken any more.
    bool close(std::chrono::milliseconds patience);

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace exhibit::guard
