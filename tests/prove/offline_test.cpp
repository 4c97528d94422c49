// What reads evidence needs no network and has no way to it: the real program under a kernel filter
// that kills whoever asks for a socket.
#include <csignal>

#include "specimen.hpp"

namespace exhibit::prove {
namespace {

using namespace test;

constexpr int killed_by_the_filter = 128 + SIGSYS;

std::string guard_rail() { return (program_folder() / "no_network").string(); }

Ran without_network(std::vector<std::string> words) {
    words.insert(words.begin(), {guard_rail(), (program_folder() / "exhibit").string()});
    return run(words);
}

struct Offline : testing::Test {
    void SetUp() override {
        if (run({guard_rail(), "true"}).code == 125)
            GTEST_SKIP() << "NOT RUN: this kernel lets nobody filter system calls";
    }
    TemporaryFolder folder;
};

TEST_F(Offline, verify_custody_and_disclose_need_no_network) {
    Originals originals;
    auto const out = originals.published();
    auto const key = (out / "data/case-key.txt").string();
    auto const ciphertext = (out / "data/0001.age").string();
    auto const shown = (folder / "shown").string();
    std::vector<std::string> trusting = {"verify", "--expert"};
    if (originals.custody->authority) {
        trusting.push_back("--trust-stamps");
        trusting.push_back(originals.custody->authority->root_file().string());
    }
    trusting.push_back(out.string());
    std::vector<std::vector<std::string>> const commands = {
        {"verify", out.string()},
        {"--json", "verify", "--full", out.string()},
        {"verify", "--explain", out.string()},
        trusting,
        {"verify", (out / "data/0001" / photo).string()},
        {"verify", ciphertext},
        {"verify", "--key", key, ciphertext},
        {"verify", (out / "data/0001.sd-jwt").string()},
        {"custody", out.string()},
        {"disclose", out.string(), "--exhibit", "2", "--show", "name", "--bytes", "0-70000", shown},
        {"verify", shown},
        {"open", "--key", key, ciphertext, "--out", (folder / "opened").string()},
    };
    for (auto const& command : commands) {
        auto const ran = without_network(command);
        EXPECT_EQ(ran.code, 0) << command[0] << " " << command[1] << "\n" << ran.out << ran.err;
    }
    Specimen specimen(originals, folder / "forged");
    specimen.flip("data/0001/" + std::string(photo));
    EXPECT_EQ(without_network({"verify", specimen.folder.string()}).code, 1);
}

// Without this the test above could not fail.
TEST_F(Offline, whoever_asks_for_a_socket_is_killed) {
    auto const ran =
        without_network({"publish", "--from", "127.0.0.1:1", "--case-id",
                         "533onwrkfccyoipguxur4a7ptq", (folder / "published").string()});
    EXPECT_EQ(ran.code, killed_by_the_filter) << ran.out << ran.err;
}

}  // namespace
}  // namespace exhibit::prove
