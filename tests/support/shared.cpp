#include "support/shared.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

namespace exhibit::test {
namespace {

Path shared_root() {
    if (char const* set = std::getenv("EXHIBIT_SHARED")) return set;
    return source_folder() / ".." / "shared";
}

// The reading end of a pipe that holds the text; -1 for none. Small texts only.
int pipe_holding(std::string const& text) {
    int ends[2];
    if (text.empty() || pipe2(ends, O_CLOEXEC) != 0) return -1;
    if (write(ends[1], text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
    close(ends[1]);
    return ends[0];
}

// In the child, after 0 to 2 are in place.
void hand_over_as_third(int fd) {
    if (fd == 3)
        fcntl(3, F_SETFD, 0);
    else
        dup2(fd, 3);
}

}  // namespace

Path shared_path(std::string const& below) { return shared_root() / below; }
Path const& program_folder() {
    static Path const folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    return folder;
}

Path const& source_folder() {
    static Path const folder = [] {
        std::ifstream in(program_folder() / "checkout.txt");
        std::string line;
        std::getline(in, line);
        if (line.empty()) std::abort();  // not built by tests/CMakeLists.txt
        return Path(line);
    }();
    return folder;
}

bool have_shared(std::string const& below) { return std::filesystem::exists(shared_path(below)); }

TemporaryFolder::TemporaryFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "exhibit-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Ran run(std::vector<std::string> const& command, ByteView input, Path const& folder,
        std::string const& third) {
    int in[2], out[2], err[2];
    int const extra = pipe_holding(third);
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        return {};
    std::vector<char*> arguments;
    for (auto const& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    signal(SIGPIPE, SIG_IGN);
    pid_t const child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        if (extra >= 0) hand_over_as_third(extra);
        if (!folder.empty() && chdir(folder.c_str()) != 0) _exit(126);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    if (extra >= 0) close(extra);
    close(in[0]);
    close(out[1]);
    close(err[1]);
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    Ran ran;
    bool out_open = true, err_open = true, in_open = true;
    while (out_open || err_open) {
        if (in_open && input.empty()) {
            close(in[1]);
            in_open = false;
        }
        pollfd waiting[3] = {{out_open ? out[0] : -1, POLLIN, 0},
                             {err_open ? err[0] : -1, POLLIN, 0},
                             {in_open ? in[1] : -1, POLLOUT, 0}};
        poll(waiting, 3, -1);
        char buffer[65536];
        auto const drain = [&](pollfd const& p, bool& open, std::string& into) {
            if (p.revents == 0) return;
            auto const n = read(p.fd, buffer, sizeof buffer);
            if (n <= 0)
                open = false;
            else
                into.append(buffer, static_cast<std::size_t>(n));
        };
        drain(waiting[0], out_open, ran.out);
        drain(waiting[1], err_open, ran.err);
        if (waiting[2].revents != 0) {
            auto const n = write(in[1], input.data(), input.size());
            if (n > 0)
                input = input.subspan(static_cast<std::size_t>(n));
            else {
                close(in[1]);
                in_open = false;
            }
        }
    }
    if (in_open) close(in[1]);
    close(out[0]);
    close(err[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ran;
}

Background::Background(std::vector<std::string> const& command, Wiring const& wiring) {
    auto const open_or_null = [](Path const& path, int flags) {
        return open(path.empty() ? "/dev/null" : path.c_str(), flags | O_CLOEXEC, 0600);
    };
    int const in = open_or_null(wiring.in, O_RDONLY);
    int const out = open_or_null(wiring.out, O_WRONLY | O_CREAT | O_TRUNC);
    int const err = open_or_null(wiring.err, O_WRONLY | O_CREAT | O_TRUNC);
    int const extra = pipe_holding(wiring.third);
    std::vector<char*> arguments;
    for (auto const& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(in, 0);
        dup2(out, 1);
        dup2(err, 2);
        if (extra >= 0) hand_over_as_third(extra);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    for (int fd : {in, out, err, extra}) {
        if (fd >= 0) close(fd);
    }
}

Background& Background::operator=(Background&& other) noexcept {
    if (this == &other) return *this;
    stop(SIGKILL);
    pid_ = std::exchange(other.pid_, 0);
    code_ = other.code_;
    return *this;
}

void Background::signal(int number) const {
    if (pid_ > 0) kill(pid_, number);
}

std::optional<int> Background::poll() {
    int status = 0;
    if (pid_ > 0 && waitpid(pid_, &status, WNOHANG) == 0) return std::nullopt;
    if (pid_ > 0) code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    pid_ = 0;
    return code_;
}

int Background::wait() {
    int status = 0;
    if (pid_ > 0 && waitpid(pid_, &status, 0) == pid_) {
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    pid_ = 0;
    return code_;
}

bool have_program(std::string const& name) {
    std::string const path = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "";
    for (std::size_t at = 0; at <= path.size();) {
        auto const stop = std::min(path.find(':', at), path.size());
        if (access((path.substr(at, stop - at) + "/" + name).c_str(), X_OK) == 0) return true;
        at = stop + 1;
    }
    return false;
}

Ran run_node(std::string const& module_source, std::vector<std::string> const& arguments,
             ByteView input) {
    std::vector<std::string> command{"node", "--input-type=module", "-e", module_source, "--"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command, input, source_folder());
}

}  // namespace exhibit::test
