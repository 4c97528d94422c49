// exhibit rekey: other guardians and another key, and one life for both epochs.
#include <gtest/gtest.h>

#include "cli/cli_fixture.hpp"

namespace exhibit::test {
namespace {

TEST(Rekey, a_passphrase_for_duress_that_the_new_epoch_does_not_know_is_plainly_wrong) {
    World world({"ana", "bruno", "chen", "dana"});
    put(world.folder / "duress", "a sentence for when I am forced\n");
    auto init = world.command({"init", "gate", "--guardians", world.invitations().string(),
                               "--drill", "--every", "10h", "--grace", "10h", "--audience",
                               "public", "--duress-fd", "4"});
    // Descriptor 4 by a shell: the fixture has three only.
    std::string line = "exec \"$@\" 4< " + (world.folder / "duress").string();
    init.insert(init.begin(), {"sh", "-c", line, "sh"});
    auto const begun = run(init, {}, {}, sentence);
    ASSERT_EQ(begun.code, 0) << begun.err;
    std::string const forced = "a sentence for when I am forced\n";
    auto const before = run(world.command({"checkin"}), {}, {}, forced);
    EXPECT_EQ(before.code, 0) << before.err;
    std::string text;
    for (auto const& one : world.guardians) text += one->invite() + "\n";
    put(world.folder / "new.txt", text);
    std::vector<std::string> const rekey{
        "rekey", "--guardians", (world.folder / "new.txt").string(), "--audience", "public"};
    auto const without = world.me(rekey);
    EXPECT_NE(without.code, 0);
    EXPECT_NE(without.err.find("--duress-fd"), std::string::npos) << without.err;
    text.clear();
    for (auto const& one : world.guardians) text += one->invite() + "\n";
    put(world.folder / "new.txt", text);
    auto lied = rekey;
    lied.push_back("--no-duress");
    world.json(lied);
    auto const after = run(world.command({"checkin"}), {}, {}, forced);
    auto const wrong = run(world.command({"checkin"}), {}, {}, "not this one\n");
    EXPECT_NE(after.code, 0);
    EXPECT_EQ(after.err, wrong.err);
    EXPECT_EQ(after.out, wrong.out);
}

TEST(Rekey, new_exhibits_go_to_the_new_guardians_and_check_ins_to_all) {
    World world({"ana", "bruno", "chen", "dana"});
    world.init("gate", {"--every", "10h", "--grace", "10h", "--audience", "public"});
    put(world.folder / "one.mp4", footage(20'000, 1));
    put(world.folder / "two.mp4", footage(20'000, 2));
    world.json({"seal", (world.folder / "one.mp4").string()});
    world.json({"send"});

    std::vector<std::unique_ptr<TestGuardian>> others;
    std::string text;
    for (auto const* name : {"eli", "fay", "gil", "hana"}) {
        others.push_back(std::make_unique<TestGuardian>(world.folder.path(), name));
        text += others.back()->invite() + "\n";
    }
    put(world.folder / "new.txt", text);
    auto const rekeyed = world.json({"rekey", "--guardians", (world.folder / "new.txt").string(),
                                     "--audience", "public", "--no-duress"});
    EXPECT_EQ(rekeyed.value("name", ""), "gate~2");

    world.json({"seal", (world.folder / "two.mp4").string()});
    EXPECT_TRUE(is_there(world.device() / "gate~2" / "exhibits" / "0001.age"));
    EXPECT_FALSE(is_there(world.device() / "gate" / "exhibits" / "0002.age"));
    world.json({"send"});
    auto const checked = world.json({"checkin"});
    EXPECT_EQ(checked["epochs"].size(), 2U) << checked;

    auto const status = world.json({"status"});
    ASSERT_EQ(status["epochs"].size(), 2U) << status;
    for (auto const& epoch : status["epochs"]) {
        ASSERT_EQ(epoch["exhibits"].size(), 1U) << epoch;
        EXPECT_EQ(epoch["exhibits"][0]["held_by"], 4) << epoch;
        EXPECT_TRUE(epoch["release_possible"].get<bool>());
    }
    // What opens one epoch only opens none, in the words of any wrong passphrase.
    auto const wrong = run(world.command({"checkin"}), {}, {}, "not this one\n");
    EXPECT_NE(wrong.code, 0);
    EXPECT_EQ(wrong.err.find("poch"), std::string::npos) << wrong.err;
    // What goes to one epoch only must say to which.
    auto const codes = world.me({"codes"});
    EXPECT_NE(codes.code, 0);
    EXPECT_NE(codes.err.find("gate~1"), std::string::npos) << codes.err;

    // One epoch that is elsewhere is missed, and said to be; the others are spoken to.
    std::filesystem::rename(world.device() / "gate", world.folder / "elsewhere");
    auto const half = world.me({"checkin"});
    EXPECT_EQ(half.code, 0) << half.err;
    EXPECT_NE(half.err.find("epoch 1 is not on this device"), std::string::npos) << half.err;
    std::filesystem::rename(world.folder / "elsewhere", world.device() / "gate");

    auto const released = world.json({"release", "--yes"});
    EXPECT_EQ(released["epochs"].size(), 2U) << released;
}

}  // namespace
}  // namespace exhibit::test
