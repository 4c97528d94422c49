// The audience is changed: by hand, and until it is in force.
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include "cli/cli_fixture.hpp"
namespace exhibit::test {
namespace {

TEST(PolicyCommand, a_change_is_taken_by_all_and_comes_into_force) {
    World world({"ana", "bruno", "chen", "dana"});
    world.init("gate", {"--every", "10h", "--grace", "10h", "--audience", "public"});
    auto const changed = world.json({"policy", "change", "--audience", "public"});
    EXPECT_EQ(changed["taken"], 4);
    EXPECT_EQ(changed["version"], 2);
    unsigned version = 0;
    for (int i = 0; i < 60 && version != 2; ++i) {
        version = world.json({"policy"})["version"].get<unsigned>();
        if (version != 2) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    EXPECT_EQ(version, 2u);
}

// The device has not heard yet that the change is in force; "now" may not wait for that.
TEST(PolicyCommand, a_release_just_after_a_change_is_signed_under_what_is_in_force) {
    World world({"ana", "bruno", "chen", "dana"});
    world.init("gate", {"--every", "10h", "--grace", "10h", "--audience", "public"});
    world.json({"policy", "change", "--audience", "public"});
    std::this_thread::sleep_for(std::chrono::seconds(4));
    auto const released = world.json({"release", "--yes"});
    EXPECT_EQ(released["told"], 4);
    EXPECT_EQ(released["released"], true);
}

TEST(PolicyCommand, the_end_of_a_case_is_told_when_it_has_come) {
    World world({"ana", "bruno", "chen", "dana"});
    world.init("gate", {"--every", "10h", "--grace", "10h", "--audience", "public"});
    EXPECT_EQ(world.json({"policy", "cancel", "--yes"})["taken"], 4);
    std::string phase;
    for (int i = 0; i < 60 && phase != "cancelled"; ++i) {
        phase = world.json({"status"})["phase"];
        if (phase != "cancelled") std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    EXPECT_EQ(phase, "cancelled");
    auto const status = world.me({"status"});
    EXPECT_NE(status.out.find("gate (DRILL)  has ended"), std::string::npos) << status.out;
    EXPECT_EQ(status.out.find("next before"), std::string::npos) << status.out;
}

}  // namespace
}  // namespace exhibit::test
