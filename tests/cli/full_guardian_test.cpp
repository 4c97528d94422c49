// A guardian's disk is full in the middle of an upload. It says so, the upload goes elsewhere, what
// it has stays, and it still takes signs of life: footage never takes the room that they need. With
// space again it has all, and the same bytes.
#include "cli_fixture.hpp"
#include "support/small_disk.hpp"

namespace exhibit::test {
namespace {

TEST(FullGuardian, takes_signs_of_life_when_it_takes_no_footage) {
    SmallDisk disk("32m");
    NEEDS_MOUNT(disk);
    World world{{"ana"}};
    world.guardians.push_back(std::make_unique<TestGuardian>(
        disk.path(), "bruno", std::vector<std::string>{"--spare", "8M"}));
    auto const begun = world.init("gate", {"--audience", "public", "--every", "300s", "--grace",
                                           "60m", "--trust-every-guardian"});
    put(world.folder / "clip.mp4", footage(40 << 20, 9));
    auto const sealed = world.json({"seal", (world.folder / "clip.mp4").string()});
    std::string const number = sealed["exhibits"][0]["number"];
    world.guardians[0]->process().stop(SIGTERM);

    auto const refused = world.me({"--json", "send", "--to", "bruno", "--no-wait"});
    EXPECT_NE(refused.code, 0);
    EXPECT_NE(refused.err.find("bruno"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("full"), std::string::npos) << refused.err;
    EXPECT_GE(disk.free_bytes(), 7u << 20) << "footage took what was kept for signs of life";
    EXPECT_LT(disk.free_bytes(), 24u << 20) << "it was not full";

    world.guardians[0]->start();
    auto const elsewhere = world.json({"send", "--no-wait"});
    EXPECT_EQ(elsewhere["exhibits"][0]["held_by"], 1);
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 2);
    // Also when others have filled the disk to a few pages, and then to none at all.
    disk.fill(256 << 10);
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 2);
    disk.fill(0);
    auto const last = world.me({"--json", "checkin"});
    EXPECT_EQ(one_object(last.out)["acknowledged"], 1) << last.err;
    EXPECT_NE(last.err.find("bruno"), std::string::npos) << last.err;

    disk.make_room();
    disk.grow_to("128m");
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 2);
    auto const case_id = begun["case"].get<std::string>();
    auto& bruno = *world.guardians[1];
    for (int i = 0; i < 600 && bruno.blob(case_id, number).empty(); ++i) sleep_ms(100);
    world.json({"send"});
    auto const ours = world.device() / "gate" / "exhibits" / (number + ".age");
    ASSERT_FALSE(bruno.blob(case_id, number).empty());
    EXPECT_TRUE(slurp(bruno.blob(case_id, number)) == slurp(ours));
}

}  // namespace
}  // namespace exhibit::test
