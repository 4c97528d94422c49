// The whole story through the command line, with real guardians: everything but the names is real.
#include "cli_fixture.hpp"
#include "formats/age/age.hpp"

namespace exhibit::test {
namespace {

struct Story : ::testing::Test {
    World world{{"ana", "bruno", "chen", "dana"}};
    std::string const video = footage(3'000'000, 7);
    Path clip = world.folder / "clip.mp4";
    Story() { put(clip, video); }

    // A case with one clip that every guardian holds, a check-in, and two share cards in
    // folder/cards.
    Json sealed_sent_and_alive() {
        world.init("gate-4", {"--audience", "public", "--every", "1h", "--grace", "1h", "--paper",
                              "2", "--cards", (world.folder / "cards").string()});
        world.json({"seal", "--note", "two", "--place", "43.82,87.61", clip.string()});
        EXPECT_EQ(world.json({"send"})["least_held"], 4);
        return world.json({"checkin"});
    }

    // The words of a share card, as somebody would type them.
    std::string words_of(Path const& card) {
        auto const page = slurp(card);
        std::string words;
        for (auto at = page.find("<li>"); at != std::string::npos; at = page.find("<li>", at + 4)) {
            words +=
                (words.empty() ? "" : " ") + page.substr(at + 4, page.find("</li>", at) - at - 4);
        }
        return words;
    }
};

TEST_F(Story, before_a_release_only_paper_opens) {
    auto const checked_in = sealed_sent_and_alive();
    EXPECT_EQ(checked_in["done"], true);
    EXPECT_EQ(checked_in["acknowledged"], 4);
    auto const status = world.json({"status"});
    EXPECT_EQ(status["exhibits"][0]["held_by"], 4);
    EXPECT_EQ(status["guardians"][0]["check_in"], checked_in["check_in"]);
    EXPECT_EQ(status["release_possible"], true);
    auto const calendar = world.folder / "call.ics";
    world.json({"remind", "--ics", calendar.string()});
    auto const ics = slurp(calendar);
    EXPECT_TRUE(ics.starts_with("BEGIN:VCALENDAR\r\n"));
    for (auto const* word : {"xhibit", "gate-4", "check", "guardian"})
        EXPECT_EQ(ics.find(word), std::string::npos) << word;

    // Before the release nobody gets anything.
    auto const early = world.me({"publish", (world.folder / "early").string()});
    EXPECT_EQ(early.code, 3);
    EXPECT_FALSE(is_there(world.folder / "early"));
    auto const unsure = world.me({"release"});
    EXPECT_EQ(unsure.code, 2) << "without --yes and without a terminal nothing is released";
    auto const wrong = run(world.command({"release", "--yes"}), {}, {}, "another\n");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_EQ(world.json({"status"})["phase"].get<std::string>().find("released"),
              std::string::npos);

    // Any two shares open, also while the guardians hold theirs: two paper cards are a quorum of k.
    put(world.folder / "one.txt", words_of(world.folder / "cards" / "share-card-1.html") + "\n");
    put(world.folder / "two.txt", words_of(world.folder / "cards" / "share-card-2.html"));
    auto const exhibit = (world.device() / "gate-4" / "exhibits" / "0001.age").string();
    auto ran = run({program, "--json", "open", exhibit, "--shares",
                    (world.folder / "one.txt").string(), (world.folder / "two.txt").string(),
                    "--case-key", (world.folder / "cards" / "case-key.age").string(), "--out",
                    (world.folder / "by-paper").string()});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(one_object(ran.out)["exhibits"][0]["statement_checked"], true);
    EXPECT_EQ(slurp(world.folder / "by-paper" / "clip.mp4"), video);
    ran = run({program, "open", exhibit, "--shares", (world.folder / "one.txt").string(),
               "--case-key", (world.folder / "cards" / "case-key.age").string(), "--out",
               (world.folder / "by-one").string()});
    EXPECT_NE(ran.code, 0) << "one share alone opens nothing";
}

TEST_F(Story, release_now_publish_verify_and_open) {
    sealed_sent_and_alive();
    auto const case_id = world.json({"status"})["case"].get<std::string>();
    auto const released = world.json({"release", "--yes"});
    EXPECT_EQ(released["released"], true);
    EXPECT_EQ(world.json({"status"})["phase"], "released");
    EXPECT_NE(world.me({"checkin"}).code, 0) << "a release is final";
    auto const out = world.folder / "out";
    auto const published = world.json({"publish", "gate-4", out.string() + "/"});
    EXPECT_EQ(published["opened"], true);
    EXPECT_EQ(published["problems"], 0);
    EXPECT_EQ(slurp(out / "data" / "0001" / "clip.mp4"), video);
    EXPECT_EQ(world.me({"publish", out.string()}).code, 2) << "what is there is not overwritten";

    auto ran = run({program, "verify", out.string()});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    one_object(run({program, "--json", "verify", out.string()}).out);
    EXPECT_EQ(
        one_object(run({program, "--json", "verify", out.string(), out.string()}).out)["reports"]
            .size(),
        2u);
    // With any guardian's address and the case's id, elsewhere.
    auto const address =
        "127.0.0.1:" + Json::parse(slurp(world.guardians[2]->data() / "guardian.json"))["address"]
                           .get<std::string>()
                           .substr(10);
    ran = run({program, "--json", "publish", "--from", address, "--case-id", case_id,
               (world.folder / "elsewhere").string()});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(slurp(world.folder / "elsewhere" / "data" / "0001" / "clip.mp4"), video);
    // With the key that is public now.
    ran = run({program, "--json", "open", "--key", (out / "data" / "case-key.txt").string(),
               (out / "data" / "0001.age").string(), "--out", (world.folder / "by-key").string()});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(slurp(world.folder / "by-key" / "clip.mp4"), video);

    auto forged = video;
    forged[1'234'567] ^= 1;
    put(out / "data" / "0001" / "clip.mp4", forged);
    ran = run({program, "verify", out.string()});
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.err.find("clip.mp4"), std::string::npos) << ran.err;
    EXPECT_EQ(one_object(run({program, "--json", "verify", out.string()}).out)["error"]["code"],
              "fails");
    // It stays a release, whatever else somebody lays into it.
    put(out / "disclosure.json",
        R"({"case":")" + case_id + R"(","number":1,"type":"exhibit.disclosure.v1"})");
    std::filesystem::copy(out / "data" / "0001.sd-jwt", out / "0001.sd-jwt");
    std::filesystem::copy(out / "data" / "policy.json", out / "policy.json");
    EXPECT_EQ(run({program, "verify", out.string()}).code, 1);
}

TEST_F(Story, named_readers_get_it_and_nobody_else) {
    auto const identity = age::X25519Identity::generate();
    auto const text = identity.text();
    put(world.folder / "lawyer.txt", std::string(text.reveal_text()) + "\n");
    auto const stranger = age::X25519Identity::generate();
    auto const other = stranger.text();
    put(world.folder / "stranger.txt", std::string(other.reveal_text()) + "\n");
    world.init("named", {"--audience", "named", "--to", identity.recipient().text(), "--every",
                         "1h", "--grace", "1h"});
    world.json({"seal", clip.string()});
    world.json({"send"});
    EXPECT_EQ(world.json({"release", "--yes"})["released"], true);

    auto const sealed = world.folder / "sealed";
    auto const without = world.json({"publish", sealed.string()});
    EXPECT_EQ(without["opened"], false);
    EXPECT_TRUE(is_there(sealed / "data" / "0001.age"));
    for (auto const& entry : std::filesystem::recursive_directory_iterator(sealed)) {
        auto const name = entry.path().filename().string();
        EXPECT_TRUE(name != "clip.mp4" && name != "case-key.txt" &&
                    name.find("disclosures") == std::string::npos)
            << name;
        if (!entry.is_regular_file()) continue;
        EXPECT_EQ(slurp(entry.path()).find("clip.mp4"), std::string::npos) << entry.path();
    }
    auto const verified = run({program, "verify", sealed.string()});
    std::printf("verify of a release that is sealed for others: exit %d\n", verified.code);
    EXPECT_NE(world
                  .me({"publish", "--key", (world.folder / "stranger.txt").string(),
                       (world.folder / "not-mine").string()})
                  .code,
              70);
    EXPECT_FALSE(is_there(world.folder / "not-mine" / "data" / "0001" / "clip.mp4"));

    auto const out = world.folder / "out";
    auto const with =
        world.json({"publish", "--key", (world.folder / "lawyer.txt").string(), out.string()});
    EXPECT_EQ(with["opened"], true);
    EXPECT_EQ(slurp(out / "data" / "0001" / "clip.mp4"), video);
    auto const ran = run({program, "verify", out.string()});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

TEST_F(Story, silence_releases_a_rehearsal_beside_the_real_case) {
    world.init("real", {"--audience", "public", "--every", "1h", "--grace", "1h"});
    auto const drill = world.me({"--json", "drill", "--guardians", world.invitations().string(),
                                 "--every", "6s", "--grace", "2s"});
    EXPECT_EQ(drill.code, 0) << drill.err;
    EXPECT_EQ(one_object(drill.out)["drill"], "ok");
    // The rehearsal is not in the way: the only real case is still the one that is meant.
    EXPECT_EQ(world.json({"status"})["name"], "real");
    EXPECT_EQ(world.json({})["cases"].size(), 1u);
}

}  // namespace
}  // namespace exhibit::test
