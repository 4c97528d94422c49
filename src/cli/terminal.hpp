// What the person sees and types. Progress is a moving line on a terminal and plain lines
// elsewhere; secrets are asked for without echo, or read from a file descriptor, and never come
// from arguments.
#pragma once

#include <chrono>

#include "base/files.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "formats/json/json.hpp"

namespace exhibit::cli {

class Terminal {
public:
    explicit Terminal(bool json);

    bool json() const { return json_; }
    bool can_ask() const { return can_ask_; }
    // A line for people; nothing in --json mode.
    void say(std::string const& line);
    // The one result of a --json command: the last one told stands, an error is added to it.
    void result(Json value);
    Json take_result();  // an empty object when there is none
    // Above what is said: warnings, always to standard error.
    void warn(std::string const& line);
    void fail(Error const& error);
    // Prints the result of a --json command.
    void finish();

    Result<std::string> ask(std::string const& question);
    Result<SecretBytes> ask_secret(std::string const& question);
    // From the descriptor if one was given (one line), else from the terminal; twice when it is
    // new.
    enum class Secrecy { known, fresh };
    Result<SecretBytes> passphrase(int descriptor, std::string const& question, Secrecy secrecy);
    // Empty when nothing is typed.
    Result<SecretBytes> passphrase_or_none(int descriptor, std::string const& question);
    // The same for another secret, asked for once; `what` names it in errors.
    Result<SecretBytes> secret(int descriptor, std::string const& question,
                               std::string const& what);
    // On the terminal alone, never in a pipe or a file, until Enter is pressed; then the screen and
    // what can be scrolled back to are cleared. Code "no-terminal".
    Outcome show_until_enter(std::string const& before, SecretBytes const& text,
                             std::string const& after);

private:
    bool json_;
    bool can_ask_;
    Json result_;
};

// One moving line: label, bar, bytes, rate, time left. Plain lines every ten seconds when standard
// error is not a terminal. Ends itself.
class Progress {
public:
    Progress(Terminal const& terminal, std::string label);
    ~Progress();
    void at(std::uint64_t done, std::uint64_t total);  // total 0: not known
    void end();

private:
    std::string label_;
    bool moving_;
    bool silent_;
    bool drawn_ = false;
    std::uint64_t first_done_ = 0;
    bool begun_ = false;
    std::chrono::steady_clock::time_point start_, last_;
};

std::string show_bytes(std::uint64_t bytes);               // "1.2 GB"
Result<std::uint64_t> parse_bytes(std::string_view text);  // 50G, 500M, 10GiB
// Ctrl-C and SIGTERM ask a long command to stop at the next safe point.
void catch_interrupts();
// For a command that only reads, and may be ended anywhere.
void let_interrupts_end_it();
bool interrupted();
// "OUT" and "OUT/" name the same folder; what is made beside it is not made inside it.
Path folder_named(std::string const& text);

}  // namespace exhibit::cli
