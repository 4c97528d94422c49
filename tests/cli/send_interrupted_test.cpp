// One upload, interrupted again and again at random: by a kill -9 of the sender, and by a wire that
// breaks under it. It ends byte-identical, and no interruption costs more than one chunk sent
// again.
#include "kill_fixture.hpp"
#include "support/relay.hpp"

namespace exhibit::test {
namespace {

constexpr std::uint64_t chunk = 8 << 20;
// TLS records, headers, handshakes, the statement: what is on the wire besides the footage.
constexpr std::uint64_t overhead_per_run = 256 << 10;

struct Interrupted : ::testing::Test {
    std::mt19937_64 random{seed() + 3};
    Relay relay;  // stands in front of bruno
    World world{{"ana"}};
    Interrupted() {
        world.guardians.push_back(std::make_unique<TestGuardian>(
            world.folder.path(), "bruno",
            std::vector<std::string>{"--public-address",
                                     "127.0.0.1:" + std::to_string(relay.port())}));
        relay.set_target(world.guardians[1]->port());
    }
};

TEST_F(Interrupted, twenty_times_it_resends_at_most_a_chunk_each) {
    auto const begun = world.init("sending", {"--audience", "public", "--every", "300s", "--grace",
                                              "60m", "--trust-every-guardian"});
    put(world.folder / "clip.mp4", footage(96 << 20, seed()));
    auto const sealed = world.json({"seal", (world.folder / "clip.mp4").string()});
    std::string const number = sealed["exhibits"][0]["number"];
    auto const ours = world.device() / "sending" / "exhibits" / (number + ".age");
    auto const size = std::filesystem::file_size(ours);
    auto const before = relay.bytes_in();

    int killed = 0, cuts = 0, runs = 0;
    while (killed + cuts < times(20) && runs < times(60)) {
        // Fast enough to get somewhere, slow enough to be met in the middle.
        Background sending(world.command({"send", "--rate", "24M", "--to", "bruno", "--no-wait"}),
                           {.out = {}, .err = {}, .third = {}, .in = {}});
        ++runs;
        sleep_ms(150 + static_cast<unsigned>(random() % 350));
        if (sending.poll()) break;  // it came through
        if (random() % 3 == 0) {
            relay.cut();
            ++cuts;
            sleep_ms(60);
        }
        killed += sending.stop(SIGKILL) == 128 + SIGKILL;
    }
    auto const in_the_middle = relay.bytes_in() - before;
    world.json({"send"});
    auto const sent = relay.bytes_in() - before;
    auto const interruptions = static_cast<std::uint64_t>(killed + cuts);
    std::printf(
        "send: %d kills and %d cuts in one upload of %.1f MB: %.1f MB went out, %.2f MB again "
        "each\n",
        killed, cuts, double(size) / 1e6, double(sent) / 1e6,
        sent > size ? double(sent - size) / 1e6 / double(interruptions) : 0.0);
    EXPECT_GE(interruptions, 20u) << "it was over after " << in_the_middle << " bytes";
    EXPECT_GE(sent, size);
    EXPECT_LE(sent, size + interruptions * chunk +
                        (static_cast<std::uint64_t>(runs) + 1) * overhead_per_run);
    std::string const case_id = begun["case"];
    for (auto const& guardian : world.guardians) {
        auto const theirs = guardian->blob(case_id, number);
        ASSERT_FALSE(theirs.empty()) << guardian->name();
        EXPECT_TRUE(slurp(theirs) == slurp(ours)) << guardian->name() << " has other bytes";
    }
}

}  // namespace
}  // namespace exhibit::test
