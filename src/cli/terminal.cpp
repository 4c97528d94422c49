#include "cli/terminal.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace exhibit::cli {
namespace {

constexpr std::size_t line_max = 4096;
constexpr auto redraw_every = std::chrono::milliseconds(120);
constexpr auto plain_every = std::chrono::seconds(10);

std::atomic<bool> interrupt_seen{false};
void on_interrupt(int) { interrupt_seen = true; }

// Reads one line straight into locked memory; the line end is not kept.
Result<SecretBytes> read_secret_line(int fd) {
    SecretBytes buffer(line_max);
    auto to = buffer.reveal_for_writing();
    std::size_t used = 0;
    for (;;) {
        Byte one = 0;
        auto const n = ::read(fd, &one, 1);
        if (n < 0 && errno == EINTR && !interrupted()) continue;
        if (n < 0) return system_error("the passphrase cannot be read", "");
        if (n == 0 || one == '\n') break;
        if (used == to.size()) return wrong_use("the passphrase is too long").coded("passphrase");
        to[used++] = one;
    }
    return SecretBytes::copy_of(buffer.reveal().first(used));  // reveal: to shorten it
}

// Much of what is said was first said by guardians or written by strangers. No control sequence of
// theirs reaches the terminal; lines and tabs stay.
std::string harmless(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i < out.size(); ++i) {
        auto const c = static_cast<unsigned char>(out[i]);
        auto const next = i + 1 < out.size() ? static_cast<unsigned char>(out[i + 1]) : 0u;
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) out[i] = '?';
        // U+0080 to U+009F, in UTF-8.
        if (c == 0xc2 && next >= 0x80 && next < 0xa0) out[i] = out[i + 1] = '?';
    }
    return out;
}

// Echo off for as long as it lives.
class NoEcho {
public:
    NoEcho() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!changed_) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    ~NoEcho() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }

private:
    termios before_{};
    bool changed_;
};

}  // namespace

Terminal::Terminal(bool json) : json_(json), can_ask_(isatty(STDIN_FILENO) == 1) {}

void Terminal::say(std::string const& line) {
    if (json_) return;
    std::printf("%s\n", harmless(line).c_str());
    std::fflush(stdout);
}

void Terminal::result(Json value) {
    if (json_) result_ = std::move(value);
}

Json Terminal::take_result() {
    auto taken = result_.is_object() ? std::move(result_) : Json::object();
    result_ = Json();
    return taken;
}

void Terminal::finish() {
    if (result_.is_object())
        std::printf("%s\n", result_.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    std::fflush(stdout);
    result_ = nullptr;
}

void Terminal::warn(std::string const& line) {
    std::fprintf(stderr, "exhibit: %s\n", harmless(line).c_str());
}

void Terminal::fail(Error const& error) {
    std::string what = error.what;
    if (!error.where.empty()) what += " (" + error.where + ")";
    if (json_) {
        if (!result_.is_object()) result_ = Json::object();
        result_["error"] = {{"code", error.code},
                            {"what", error.what},
                            {"where", error.where},
                            {"safe", error.safe},
                            {"mend", error.mend}};
    }
    std::fprintf(stderr, "exhibit: error: %s\n", harmless(what).c_str());
    if (!error.safe.empty())
        std::fprintf(stderr, "exhibit: safe: %s\n", harmless(error.safe).c_str());
    if (!error.mend.empty())
        std::fprintf(stderr, "exhibit: hint: %s\n", harmless(error.mend).c_str());
}

Result<std::string> Terminal::ask(std::string const& question) {
    if (!can_ask_)
        return wrong_use("there is no terminal to ask: " + question).coded("no-terminal");
    std::fprintf(stderr, "%s ", question.c_str());
    std::string line;
    for (int c = std::getchar(); c != EOF && c != '\n' && line.size() < line_max;
         c = std::getchar())
        line += static_cast<char>(c);
    return line;
}

Result<SecretBytes> Terminal::ask_secret(std::string const& question) {
    if (!can_ask_) {
        return wrong_use("there is no terminal to ask for the passphrase")
            .coded("no-terminal")
            .hint("hand it over in a file descriptor: --passphrase-fd 3");
    }
    auto secret = [&] {
        // Before the question: what is typed at once must neither show nor be thrown away.
        NoEcho const quiet;
        std::fprintf(stderr, "%s ", question.c_str());
        return read_secret_line(STDIN_FILENO);
    }();
    std::fprintf(stderr, "\n");
    return secret;
}

Result<SecretBytes> Terminal::passphrase(int descriptor, std::string const& question,
                                         Secrecy secrecy) {
    auto first = TRY(descriptor >= 0 ? read_secret_line(descriptor) : ask_secret(question));
    if (first.empty()) return wrong_use("the passphrase is empty").coded("passphrase");
    if (secrecy == Secrecy::fresh && descriptor < 0) {
        auto const second = TRY(ask_secret("Once more:"));
        if (!equal(first, second))
            return wrong_use("the two passphrases differ").coded("passphrase").hint("try again");
    }
    return first;
}

Result<SecretBytes> Terminal::passphrase_or_none(int descriptor, std::string const& question) {
    auto first = TRY(descriptor >= 0 ? read_secret_line(descriptor) : ask_secret(question));
    if (first.empty() || descriptor >= 0) return first;
    auto const second = TRY(ask_secret("Once more:"));
    if (!equal(first, second))
        return wrong_use("the two passphrases differ").coded("passphrase").hint("try again");
    return first;
}

Result<SecretBytes> Terminal::secret(int descriptor, std::string const& question,
                                     std::string const& what) {
    auto typed = TRY(descriptor >= 0 ? read_secret_line(descriptor) : ask_secret(question));
    if (typed.empty()) return wrong_use(what + " is missing").coded("missing");
    return typed;
}

Outcome Terminal::show_until_enter(std::string const& before, SecretBytes const& text,
                                   std::string const& after) {
    if (!can_ask_ || isatty(STDERR_FILENO) != 1)
        return wrong_use("there is no terminal to show a secret on").coded("no-terminal");
    {
        NoEcho const quiet;
        std::fprintf(stderr, "%s\n\n    ", before.c_str());
        // reveal: the person learns it from this terminal.
        std::fwrite(text.reveal().data(), 1, text.size(), stderr);
        std::fprintf(stderr, "\n\n%s ", after.c_str());
        for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) {}
    }
    constexpr char const* clear_screen_and_scrollback = "\033[H\033[2J\033[3J";
    std::fputs(clear_screen_and_scrollback, stderr);
    std::fflush(stderr);
    return {};
}

Progress::Progress(Terminal const& terminal, std::string label)
    : label_(harmless(label)),
      moving_(isatty(STDERR_FILENO) == 1),
      silent_(terminal.json()),
      start_(std::chrono::steady_clock::now()),
      last_(start_) {}

Progress::~Progress() { end(); }

void Progress::at(std::uint64_t done, std::uint64_t total) {
    if (silent_) return;
    auto const now = std::chrono::steady_clock::now();
    if (!begun_) {
        begun_ = true;
        first_done_ = done;
        start_ = now;
    }
    if (now - last_ < (moving_ ? std::chrono::milliseconds(redraw_every)
                               : std::chrono::milliseconds(plain_every)))
        return;
    last_ = now;
    auto const seconds = std::chrono::duration<double>(now - start_).count();
    auto const rate = seconds > 0 ? static_cast<double>(done - first_done_) / seconds : 0;
    std::string line = label_ + "  " + show_bytes(done);
    if (total > 0) {
        constexpr std::size_t width = 22;
        auto const full = static_cast<std::size_t>(
            static_cast<double>(width) * static_cast<double>(done) / static_cast<double>(total));
        std::string bar;
        for (std::size_t i = 0; i < width; ++i) bar += i < full ? "█" : "░";
        line = label_ + "  " + bar + "  " + show_bytes(done) + " of " + show_bytes(total);
    }
    line += "  " + show_bytes(static_cast<std::uint64_t>(rate)) + "/s";
    if (total > done && rate > 0) {
        line += "  " +
                show_duration(Duration::ms(
                    static_cast<std::int64_t>(1000 * static_cast<double>(total - done) / rate))) +
                " left";
    }
    std::fprintf(stderr, moving_ ? "\r\033[K%s" : "%s\n", line.c_str());
    std::fflush(stderr);
    drawn_ = moving_;
}

void Progress::end() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
    drawn_ = false;
}

std::string show_bytes(std::uint64_t bytes) {
    char const* const units[] = {"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    int unit = 0;
    while (value >= 999.5 && unit < 4) {
        value /= 1000;
        ++unit;
    }
    char text[40];
    std::snprintf(text, sizeof text, unit > 0 && value < 9.95 ? "%.1f %s" : "%.0f %s", value,
                  units[unit]);
    return text;
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
    std::uint64_t n = 0;
    std::size_t at = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && n < 1'000'000'000'000)
        n = n * 10 + static_cast<std::uint64_t>(text[at++] - '0');
    auto const unit = text.substr(at);
    std::uint64_t scale = 0;
    if (unit.empty() || unit == "B")
        scale = 1;
    else if (unit == "k" || unit == "kB")
        scale = 1'000;
    else if (unit == "M" || unit == "MB")
        scale = 1'000'000;
    else if (unit == "G" || unit == "GB")
        scale = 1'000'000'000;
    else if (unit == "T" || unit == "TB")
        scale = 1'000'000'000'000;
    else if (unit == "MiB")
        scale = 1 << 20;
    else if (unit == "GiB")
        scale = 1 << 30;
    if (at == 0 || scale == 0 || n == 0 || n > (std::uint64_t{1} << 60) / scale) {
        return wrong_use("is not a size like 50G or 500M").at(std::string(text)).coded("size");
    }
    return n * scale;
}

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void let_interrupts_end_it() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

bool interrupted() { return interrupt_seen; }

Path folder_named(std::string const& text) {
    Path path = text;
    while (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    return path;
}

}  // namespace exhibit::cli
