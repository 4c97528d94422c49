// The calendar must not lull anybody: it counts from the last check-in that enough guardians have.
#include "cli_fixture.hpp"

namespace exhibit::test {
namespace {

TEST(RemindCommand, counts_from_the_last_check_in_that_was_done) {
    World world({"ana", "bruno", "chen"});
    auto const begun = world.init("alive", {"--audience", "public", "--every", "300s", "--grace",
                                            "60m", "--trust-every-guardian"});
    auto const calendar = (world.folder / "next.ics").string();
    EXPECT_EQ(world.json({"remind", "--ics", calendar})["deadline"], begun["deadline"]);

    // Two of three are gone: the sign of life reaches too few to move anything for sure.
    world.guardians[1]->kill_nine();
    world.guardians[2]->kill_nine();
    auto const failed = world.me({"--json", "checkin", "--every", "900s"});
    ASSERT_NE(failed.code, 0) << failed.out;
    EXPECT_EQ(world.json({"remind", "--ics", calendar})["deadline"], begun["deadline"]);

    world.guardians[1]->start();
    world.guardians[2]->start();
    auto const done = world.json({"checkin", "--every", "600s"});
    ASSERT_EQ(done["done"], true);
    EXPECT_EQ(world.json({"remind", "--ics", calendar})["deadline"], done["deadline"]);
    EXPECT_NE(slurp(calendar).find("Call home"), std::string::npos);
}

}  // namespace
}  // namespace exhibit::test
