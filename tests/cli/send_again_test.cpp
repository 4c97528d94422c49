// The guardian that took an exhibit is not the only one that can: it may die, lie, or be one that
// the witness no longer trusts. And what was cut off is held by nobody, whoever has its bytes.
#include "cli_fixture.hpp"

namespace exhibit::test {
namespace {

struct SendAgain : ::testing::Test {
    World world{{"ana", "bruno", "chen", "dana"}};
    SendAgain() {
        world.init("gate", {"--audience", "public", "--every", "10h", "--grace", "10h"});
        put(world.folder / "clip.mp4", footage(3 << 20, 5));
        world.json({"seal", (world.folder / "clip.mp4").string()});
    }
    void stop(std::initializer_list<std::size_t> which) {
        for (auto const i : which) world.guardians[i]->process().stop(SIGTERM);
    }
    void start(std::initializer_list<std::size_t> which) {
        for (auto const i : which) world.guardians[i]->start();
    }
};

TEST_F(SendAgain, the_only_one_that_has_it_dies_and_the_others_get_it_from_the_witness) {
    stop({1, 2, 3});
    auto const alone = world.me({"--json", "send"});
    EXPECT_EQ(alone.code, 4) << "so that nobody deletes originals after it";
    EXPECT_EQ(one_object(alone.out)["least_held"], 1);
    stop({0});
    start({1, 2, 3});
    auto const sent = world.json({"send"});
    EXPECT_GE(sent["least_held"], 3) << sent.dump();
    auto const status = world.json({"status"});
    EXPECT_GE(status["exhibits"][0]["held_by"], 2) << status.dump();
}

TEST_F(SendAgain, who_is_named_gets_it_whoever_has_it) {
    stop({1, 2, 3});
    EXPECT_EQ(world.json({"send", "--no-wait"})["least_held"], 1);
    stop({0});
    start({2});
    EXPECT_EQ(world.json({"send", "--to", "chen", "--no-wait"})["least_held"], 2);
    // Once is enough.
    auto const again = world.me({"send", "--to", "chen", "--no-wait"});
    EXPECT_EQ(again.code, 0);
    EXPECT_EQ(again.err, "");
}

TEST_F(SendAgain, a_recording_that_was_cut_off_is_held_by_nobody) {
    // What a kill leaves of `exhibit seal --name sound.wav -`.
    put(world.device() / "gate" / "exhibits" / "0002.growing", "bytes of a recording");
    auto const sent = world.json({"send"});
    EXPECT_EQ(sent["least_held"], 0) << sent.dump();
    EXPECT_EQ(sent["unfinished"], 1);
    auto const told = world.me({"send"});
    EXPECT_NE(told.out.find("was cut off before the seal was signed"), std::string::npos)
        << told.out;
    EXPECT_NE(told.out.find("1 exhibit is held by at least 4 of 4"), std::string::npos) << told.out;
    EXPECT_NE(told.out.find("delete the originals of what is held"), std::string::npos) << told.out;
}

}  // namespace
}  // namespace exhibit::test
