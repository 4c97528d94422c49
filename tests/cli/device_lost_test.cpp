// A device is taken. From another copy of the case it is shut out, though the power fails again and
// again; and what was planted with it is told apart in the release.
#include <map>

#include "cli_fixture.hpp"

namespace exhibit::test {
namespace {

struct DeviceTaken : ::testing::Test {
    World world{{"ana", "bruno", "chen", "dana"}};
    Path const stolen = world.folder / "stolen";
    std::mt19937_64 random{std::random_device{}()};

    DeviceTaken() {
        put(world.folder / "mine.txt", "what I filmed");
        put(world.folder / "planted.txt", "what they planted");
        world.init("gate-4", {"--audience", "public", "--every", "1h", "--grace", "1h"});
        world.json({"seal", (world.folder / "mine.txt").string()});
        EXPECT_EQ(world.json({"send"})["least_held"], 4);
        std::filesystem::copy(world.device(), stolen, std::filesystem::copy_options::recursive);
    }
    // Runs it and kills it at a random moment; true if it was still running.
    bool killed_within(unsigned most_ms) {
        Background process(world.command({"--json", "device-lost", "--since", "2h"}),
                           {.out = {}, .err = {}, .third = sentence, .in = {}});
        std::this_thread::sleep_for(std::chrono::microseconds(random() % (most_ms * 1000)));
        return process.stop(SIGKILL) == 128 + SIGKILL;
    }
};

TEST_F(DeviceTaken, a_word_that_no_guardian_takes_changes_nothing_here) {
    put(world.folder / "duress", "a sentence for when I am forced\n");
    std::vector<std::string> words{"sh", "-c",
                                   "exec \"$@\" 4< " + (world.folder / "duress").string(), "sh"};
    for (auto const& word : world.command(
             {"init", "gate-5", "--guardians", world.invitations().string(), "--drill", "--every",
              "1h", "--grace", "1h", "--audience", "public", "--duress-fd", "4"}))
        words.push_back(word);
    auto const made = run(words, {}, {}, sentence);
    ASSERT_EQ(made.code, 0) << made.err;
    auto const key = slurp(world.device() / "gate-5" / "device-key.pem");
    auto const refused = run(world.command({"--case", "gate-5", "device-lost"}), {}, {},
                             "a sentence for when I am forced\n");
    EXPECT_NE(refused.code, 0);
    EXPECT_EQ(slurp(world.device() / "gate-5" / "device-key.pem"), key);
    EXPECT_FALSE(is_there(world.device() / "gate-5" / "device-lost.json"));
    auto const taken = world.me({"--case", "gate-5", "device-lost"});
    EXPECT_EQ(taken.code, 0) << taken.err;
    EXPECT_NE(slurp(world.device() / "gate-5" / "device-key.pem"), key);
}

TEST_F(DeviceTaken, it_is_shut_out_by_a_command_that_survives_kills_and_absent_guardians) {
    // They seal and send something before she knows.
    world.json({"seal", (world.folder / "planted.txt").string()}, stolen);
    EXPECT_GE(world.json({"send"}, stolen)["least_held"], 1);

    world.guardians[3]->process().stop(SIGTERM);
    unsigned kills = 0;
    // Stretching the passphrase takes most of the time until something is begun.
    auto const begun = world.device() / "gate-4" / "device-lost.json";
    for (int i = 0; i < 40 && kills < 8; ++i) kills += killed_within(is_there(begun) ? 200 : 3000);
    EXPECT_GE(kills, 1u);
    auto const partly = world.me({"--json", "device-lost", "--since", "2h"});
    EXPECT_EQ(partly.code, 4) << partly.out << partly.err;
    EXPECT_EQ(one_object(partly.out)["confirmed"], 3) << partly.err;
    world.guardians[3]->start();
    auto const done = world.json({"device-lost"});
    EXPECT_EQ(done["confirmed"], 4);
    EXPECT_EQ(done["done"], true);
    EXPECT_FALSE(is_there(world.device() / "gate-4" / "device-lost.json"));
    std::printf("killed %u times on the way\n", kills);

    // The stolen one is answered by nobody; what is left of it asks as nobody's witness.
    put(world.folder / "late.txt", "too late");
    world.json({"seal", (world.folder / "late.txt").string()}, stolen);
    auto const refused = world.me({"--json", "send", "--no-wait"}, {}, stolen);
    EXPECT_NE(refused.code, 0);
    EXPECT_EQ(world.me({"status"}, {}, stolen).code, 4);

    // She goes on: numbers that are taken already are passed over by sealing on.
    auto const status = world.json({"status"});
    EXPECT_EQ(status["guardians"].size(), 4u);
    put(world.folder / "after.txt", "what I filmed later");
    EXPECT_EQ(world.json({"seal", (world.folder / "after.txt").string()})["exhibits"][0]["number"],
              "0003");
    EXPECT_EQ(world.json({"send"})["least_held"], 4);
    EXPECT_EQ(world.json({"checkin"})["done"], true);
    EXPECT_EQ(world.json({"release", "--yes"})["released"], true);
    auto const out = world.folder / "out";
    world.json({"publish", "gate-4", out.string()});
    auto const ran = run({program, "--json", "verify", out.string()});
    auto const report = one_object(ran.out);
    std::map<std::string, std::string> lost;
    for (auto const& finding : report["findings"]) {
        if (finding["claim"] == "lost-device")
            lost[finding["subject"].get<std::string>()] = finding["sentence"].get<std::string>();
    }
    ASSERT_EQ(lost.size(), 2u) << ran.out.substr(0, 3000);
    EXPECT_NE(lost["0002 planted.txt"].find("may be planted"), std::string::npos);
    EXPECT_FALSE(lost.contains("0003 after.txt"));
    EXPECT_EQ(ran.code, 0) << "the new device's key has its certificate: " << ran.err;
}

TEST_F(DeviceTaken, a_time_that_is_none_or_to_come_is_refused_before_anything_is_begun) {
    for (auto const* since : {"yesterday", "2999-01-01T00:00:00.000Z", ""}) {
        if (*since == 0) continue;
        auto const ran = world.me({"--json", "device-lost", "--since", since});
        EXPECT_EQ(ran.code, 2);
        EXPECT_EQ(one_object(ran.out)["error"]["code"], "time");
    }
    auto const wrong = run(world.command({"--json", "device-lost"}), {}, {}, "another\n");
    EXPECT_EQ(one_object(wrong.out)["error"]["code"], "passphrase");
    EXPECT_FALSE(is_there(world.device() / "gate-4" / "device-lost.json"));
    EXPECT_EQ(slurp(world.device() / "gate-4" / "device-key.pem"),
              slurp(stolen / "gate-4" / "device-key.pem"));
}

}  // namespace
}  // namespace exhibit::test
