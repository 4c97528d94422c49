// The real programs in a temporary folder: guardians on 127.0.0.1 at a free port, and a witness.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "base/encoding.hpp"
#include "case/device_memory.hpp"
#include "formats/json/json.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

inline std::string const program = (program_folder() / "exhibit").string();
inline std::string const sentence = "a sentence that only this witness knows\n";

inline void sleep_ms(unsigned ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

inline std::string slurp(Path const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void put(Path const& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

// Bytes that look like compressed footage, the same for the same seed.
inline std::string footage(std::size_t size, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::string out(size, '\0');
    for (std::size_t at = 0; at < size; at += 8) {
        auto const word = random();
        std::copy_n(reinterpret_cast<char const*>(&word), std::min<std::size_t>(8, size - at),
                    &out[at]);
    }
    return out;
}

// One JSON object and a line end, nothing else.
inline Json one_object(std::string const& text) {
    auto json = Json::parse(text, nullptr, false);
    EXPECT_TRUE(json.is_object()) << "not one JSON object: " << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    return json.is_object() ? json : Json::object();
}

class TestGuardian {
public:
    // `more` goes to guard serve as it is, `before` stands before the program (strace …).
    TestGuardian(Path const& below, std::string name, std::vector<std::string> more = {},
                 std::vector<std::string> before = {})
        : name_(std::move(name)),
          below_(below),
          more_(std::move(more)),
          before_(std::move(before)) {
        start();
    }
    int port() const { return port_; }
    std::string const& name() const { return name_; }
    Path data() const { return below_ / ("guardian-" + name_); }
    Background& process() { return process_; }

    // At the port it had, if it ran before.
    void start() {
        auto const log = below_ / (name_ + ".log");
        put(log, "");
        std::vector<std::string> words{program,         "guard",  "serve", "--data",
                                       data().string(), "--name", name_,   "--host-releases"};
        words.insert(words.end(), more_.begin(), more_.end());
        if (std::ranges::find(more_, "--listen") == more_.end()) {
            words.push_back("--listen");
            words.push_back("127.0.0.1:" + std::to_string(port_));
        }
        words.insert(words.begin(), before_.begin(), before_.end());
        process_ = Background(
            words, {.out = log, .err = below_ / (name_ + ".err"), .third = {}, .in = {}});
        for (int tries = 0; tries < 2000; ++tries) {
            auto const text = slurp(log);
            auto const at = text.find("is up on port ");
            if (at != std::string::npos && text.find('.', at) != std::string::npos) {
                port_ = std::stoi(text.substr(at + 14));
                return;
            }
            if (auto const ended = process_.poll()) break;
            sleep_ms(5);
        }
        ADD_FAILURE() << "guardian " << name_
                      << " did not start: " << slurp(below_ / (name_ + ".err"));
    }
    void kill_nine() { process_.stop(SIGKILL); }

    std::string invite() const {
        auto const ran = run(
            {program, "--json", "guard", "invite", "--data", data().string(), "--quota", "20G"});
        EXPECT_EQ(ran.code, 0) << ran.err;
        return one_object(ran.out).value("invitation", "");
    }

    // The whole ciphertext that it keeps of an exhibit; empty while there is none.
    Path blob(std::string const& case_id, std::string const& number) const {
        for (auto const& entry : std::filesystem::recursive_directory_iterator(data() / "blobs")) {
            auto const file = entry.path().filename().string();
            if (file.starts_with(case_id + "+" + number + "+") &&
                file.find(',') == std::string::npos)
                return entry.path();
        }
        return {};
    }

private:
    std::string name_;
    Path below_;
    std::vector<std::string> more_;
    std::vector<std::string> before_;
    int port_ = 0;
    Background process_;
};

// A few guardians and one device. Cases lie in folder()/device unless told otherwise.
class World {
public:
    explicit World(std::vector<std::string> const& names) {
        for (auto const& name : names)
            guardians.push_back(std::make_unique<TestGuardian>(folder.path(), name));
    }

    TemporaryFolder folder;
    std::vector<std::unique_ptr<TestGuardian>> guardians;

    Path device() const { return folder / "device"; }
    Path invitations() {
        auto const file = folder / ("invitations-" + std::to_string(++files_));
        std::string text = "# from friends\n\n";
        for (auto const& guardian : guardians) text += guardian->invite() + "\n";
        put(file, text);
        return file;
    }

    std::vector<std::string> command(std::vector<std::string> words, Path const& dir = {}) const {
        std::vector<std::string> all{program, "--dir", (dir.empty() ? device() : dir).string(),
                                     "--passphrase-fd", "3"};
        all.insert(all.end(), words.begin(), words.end());
        return all;
    }
    Ran me(std::vector<std::string> words, ByteView input = {}, Path const& dir = {}) const {
        return run(command(std::move(words), dir), input, {}, sentence);
    }
    // Must succeed, with one JSON object.
    Json json(std::vector<std::string> words, Path const& dir = {}) const {
        words.insert(words.begin(), "--json");
        auto const ran = me(words, {}, dir);
        EXPECT_EQ(ran.code, 0) << words[1] << ": " << ran.out << ran.err;
        return one_object(ran.out);
    }
    Json init(std::string const& name, std::vector<std::string> more, Path const& dir = {}) {
        std::vector<std::string> words{"init", name, "--guardians", invitations().string(),
                                       "--drill"};
        words.insert(words.end(), more.begin(), more.end());
        return json(words, dir);
    }

private:
    unsigned files_ = 0;
};

inline std::string last_line(std::string const& text) {
    auto end = text.find_last_not_of('\n');
    if (end == std::string::npos) return {};
    auto const begin = text.rfind('\n', end);
    return text.substr(begin + 1, end - begin);
}

inline std::size_t count_lines(std::string const& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace exhibit::test
