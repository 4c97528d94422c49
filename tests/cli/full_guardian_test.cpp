// A guardian's disk is full in the middle of an upload. It says so, the upload goes elsewhere, what
// it has stays, and it still takes signs of life: footage never takes the room that they need. With
// space again it has all, and the same bytes.
#include <fcntl.h>
#include <sys/stat.h>

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

// What no guardian takes must not keep back what comes after it; and a sign of life does not wait
// until an upload or a recording is over.
TEST(FullGuardian, an_exhibit_beyond_the_quota_keeps_back_no_other) {
    World world{{"ana", "bruno"}};
    auto const invite = [&](TestGuardian const& guardian) {
        auto const ran = run({program, "--json", "guard", "invite", "--data",
                              guardian.data().string(), "--quota", "1M"});
        return one_object(ran.out).value("invitation", "") + "\n";
    };
    auto const file = world.folder / "invitations";
    put(file, invite(*world.guardians[0]) + invite(*world.guardians[1]));
    world.json({"init", "gate", "--guardians", file.string(), "--drill", "--audience", "public",
                "--every", "300s", "--grace", "60m", "--trust-every-guardian"});
    put(world.folder / "large.mp4", footage(3 << 20, 9));
    put(world.folder / "small.txt", "small");
    world.json({"seal", (world.folder / "large.mp4").string()});
    world.json({"seal", (world.folder / "small.txt").string()});
    auto const sent = world.me({"--json", "send"});
    EXPECT_NE(sent.code, 0);
    auto const told = one_object(sent.out);
    EXPECT_EQ(told["exhibits"][0]["held_by"], 0) << sent.out;
    EXPECT_EQ(told["exhibits"][1]["held_by"], 2) << sent.out;
    EXPECT_NE(sent.err.find("quota"), std::string::npos) << sent.err;

    Path const fifo = world.folder / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    int const end = ::open(fifo.c_str(), O_RDWR);
    Background recording(
        {program, "--dir", world.device().string(), "seal", "--name", "a.wav", "-"},
        {.out = {}, .err = {}, .third = {}, .in = fifo});
    auto const growing = world.device() / "gate" / "exhibits" / "0003.growing";
    for (int i = 0; i < 1000 && !is_there(growing); ++i) sleep_ms(5);
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 2) << "while it records";
    recording.signal(SIGINT);
    EXPECT_EQ(recording.wait(), 0);
    ::close(end);
}

}  // namespace
}  // namespace exhibit::test
