// kill -9 at random moments of the witness's programs: what was said to be done is done.
#include "guard/witness/rounds.hpp"
#include "kill_fixture.hpp"

namespace exhibit::test {
namespace {

struct KillSeal : ::testing::Test, KnownDevice {
    std::mt19937_64 random{seed()};
    // number -> content, of every exhibit that was ever reported as sealed or kept.
    std::map<std::string, std::string> reported;
    std::map<std::string, std::string> roots;

    // A number never stands for other bytes than when it was first seen with a record.
    void check_numbers() {
        for (auto const& entry : std::filesystem::directory_iterator(exhibits)) {
            if (entry.path().extension() != ".json" ||
                entry.path().filename().string().starts_with("."))
                continue;
            auto const record = parse_exhibit_record(*read_file(entry.path(), 1 << 20));
            ASSERT_OK(record);
            auto const [at, fresh] =
                roots.emplace(entry.path().stem().string(), record->root.hex());
            EXPECT_EQ(at->second, record->root.hex()) << "a number was used again: " << at->first;
        }
    }
};

TEST_F(KillSeal, what_was_reported_as_sealed_opens_and_the_original_is_untouched) {
    auto const clip = folder / "clip.mp4";
    auto const content = footage(20'000'000, seed());
    put(clip, content);
    std::filesystem::last_write_time(
        clip, std::filesystem::file_time_type::clock::now() - std::chrono::hours(30));
    auto const written = std::filesystem::last_write_time(clip);
    // How long one takes: a first guess, corrected below, since the machine's load changes.
    auto whole = static_cast<unsigned>(ms_of([&] { ASSERT_EQ(seal({clip.string()}).code, 0); }));
    reported["0002"] = content;
    int const rounds = times(100);
    int killed = 0;
    for (int round = 0; round < rounds; ++round) {
        // One file, or two of which the first is reported before the second begins.
        std::vector<std::string> words{program, "--dir", dir.string(), "seal", clip.string()};
        if (round % 4 == 0) words.push_back(clip.string());
        Background sealing(words,
                           {.out = folder / "out", .err = folder / "err", .third = {}, .in = {}});
        auto const hit =
            kill_within(sealing, random, (whole + 10) * static_cast<unsigned>(words.size() - 4));
        killed += hit;
        // Two of three are to be killed, so that the last moments of a seal are hit as well.
        whole = hit ? whole + whole / 16 : whole - whole / 8;
        std::istringstream lines(slurp(folder / "out"));
        for (std::string line; std::getline(lines, line);) {
            if (line.size() > 4 && line.ends_with("  sealed"))
                reported[line.substr(0, 4)] = content;
        }
        check_numbers();
        if (round % 6 != 5) continue;
        // It goes on as if nothing had happened, and cleans up.
        auto const small = "after " + std::to_string(round);
        put(folder / "small.txt", small);
        auto const ran = seal({(folder / "small.txt").string()});
        ASSERT_EQ(ran.code, 0) << ran.err;
        reported[one_object(ran.out)["exhibits"][0]["number"]] = small;
        ASSERT_EQ(leftovers(), 0u);
        if (round % 30 == 29) {
            auto const status = run({program, "--dir", dir.string(), "--json", "status"});
            ASSERT_EQ(status.code, 0) << status.err;
            one_object(status.out);
        }
    }
    EXPECT_EQ(slurp(clip), content);
    EXPECT_EQ(std::filesystem::last_write_time(clip), written);
    check_numbers();
    for (auto const& [number, want] : reported)
        ASSERT_TRUE(opened(number).second == want) << number << " does not open";
    // Also those whose record was written before the line was: nothing on the disk is half an
    // exhibit.
    for (auto const& [number, root] : roots) {
        if (number == "0001" || reported.contains(number)) continue;
        ASSERT_TRUE(opened(number).second == content) << number;
    }
    std::printf(
        "kill -9: seal killed %d of %d times; %zu exhibits reported, %zu recorded, all open\n",
        killed, rounds, reported.size(), roots.size());
    EXPECT_GT(killed, rounds / 3);
}

TEST_F(KillSeal, a_recording_from_a_pipe_is_whole_or_kept_as_unfinished) {
    int const rounds = times(40);
    int killed = 0, unfinished = 0, whole = 0, readable = 0;
    auto const sound = footage(9'000'000, seed() + 1);
    put(folder / "sound.wav", sound);
    auto const usual = static_cast<unsigned>(ms_of([&] {
        Background sealing({program, "--dir", dir.string(), "seal", "--name", "first.wav", "-"},
                           {.out = {}, .err = {}, .third = {}, .in = folder / "sound.wav"});
        ASSERT_EQ(sealing.wait(), 0);
    }));
    put(folder / "small.txt", "small");
    for (int round = 0; round < rounds; ++round) {
        check_numbers();
        auto const before = roots.size();
        Background sealing(
            {program, "--dir", dir.string(), "--json", "seal", "--name", "sound.wav", "-"},
            {.out = folder / "out",
             .err = folder / "err",
             .third = {},
             .in = folder / "sound.wav"});
        bool const was = kill_within(sealing, random, usual);
        killed += was;
        bool grew = false;
        for (auto const& entry : std::filesystem::directory_iterator(exhibits))
            grew = grew || (entry.path().extension() == ".growing" && entry.file_size() > 0);
        auto const out = slurp(folder / "out");
        ASSERT_TRUE(was || !out.empty()) << slurp(folder / "err");
        auto const ran = seal({(folder / "small.txt").string()});
        ASSERT_EQ(ran.code, 0) << ran.err;
        ASSERT_EQ(leftovers(), 0u);
        check_numbers();
        // What was begun is there under its own number: whole, or unfinished.
        auto const added = roots.size() - before - 1;
        ASSERT_LE(added, 1u);
        ASSERT_TRUE(added == 1 || (!grew && out.empty())) << "a recording was thrown away";
        if (added == 0) continue;
        std::string number =
            roots.rbegin()->first;  // of small.txt; the recording is the one before
        char before_it[16];
        std::snprintf(before_it, sizeof before_it, "%04d", std::stoi(number) - 1);
        auto const record = parse_exhibit_record(
            *read_file(exhibits / (std::string(before_it) + ".json"), 1 << 20));
        ASSERT_OK(record);
        if (record->statement) {
            ++whole;
            ASSERT_TRUE(opened(before_it).second == sound) << before_it;
        } else {
            ++unfinished;
            ASSERT_EQ(out, "") << "reported as sealed, kept as unfinished";
            ASSERT_FALSE(is_there(exhibits / (std::string(before_it) + ".sd-jwt")));
            auto const got =
                known.open({exhibits / (std::string(before_it) + ".age")}, folder / "cut");
            if (got.code == 0) {
                // Killed after its last byte and before its statement, it is whole, but nobody
                // signed it.
                auto const one = one_object(got.out)["exhibits"][0];
                EXPECT_EQ(one["statement_checked"], false);
                auto const text = slurp(folder / "cut" / "sound.wav");
                EXPECT_TRUE(sound.starts_with(text)) << "what comes out is not what went in";
                EXPECT_TRUE(one["unfinished"] == true || text == sound);
                ++readable;
            }
            std::filesystem::remove_all(folder / "cut");
        }
    }
    std::printf(
        "kill -9: recordings killed %d of %d times; %d kept unfinished (%d of them readable), %d "
        "whole\n",
        killed, rounds, unfinished, readable, whole);
    EXPECT_GT(unfinished, 0);
}

TEST_F(KillClient, init_leaves_no_case_or_a_whole_one) {
    int const rounds = times(4);
    int killed = 0, whole = 0;
    auto const usual = static_cast<unsigned>(ms_of([&] { world.init("first", loose); }));
    for (int round = 0; round < rounds; ++round) {
        auto const name = "case-" + std::to_string(round);
        auto words =
            world.command({"init", name, "--guardians", world.invitations().string(), "--drill"});
        words.insert(words.end(), loose.begin(), loose.end());
        Background beginning(words,
                             {.out = world.folder / "out", .err = {}, .third = sentence, .in = {}});
        // Most of it is the passphrase's stretching; the end is where folders appear.
        if (round % 2) sleep_ms(usual * 8 / 10);
        killed += kill_within(beginning, random, round % 2 ? usual / 3 : usual);
        if (!is_there(world.device() / name)) {
            EXPECT_EQ(slurp(world.folder / "out").find("is ready"), std::string::npos);
            EXPECT_EQ(world.me({"--case", name, "status"}).code, 2);
            continue;
        }
        ++whole;
        put(world.folder / "a.txt", "a");
        EXPECT_EQ(world.json({"--case", name, "seal",
                              (world.folder / "a.txt").string()})["exhibits"][0]["number"],
                  "0001");
        EXPECT_EQ(world.json({"--case", name, "send"})["least_held"], 3);
    }
    // What a killed one left aside is no case, and not in the way of the same name.
    auto const stories = one_object(world.me({"--json"}).out)["cases"];
    EXPECT_EQ(stories.size(), static_cast<std::size_t>(whole) + 1) << stories;
    std::printf("kill -9: init killed %d of %d times, %d cases were whole\n", killed, rounds,
                whole);
}

TEST_F(KillClient, send_goes_on_where_it_was_and_every_guardian_has_the_same_bytes) {
    auto const begun = world.init("sending", loose);
    auto const exhibits = world.device() / "sending" / "exhibits";
    auto const rounds = times(12);
    int killed = 0;
    std::string const case_id = begun["case"];
    for (int round = 0; round < rounds; ++round) {
        put(world.folder / "clip.mp4",
            footage(3'000'000 + random() % 3'000'000, seed() + static_cast<unsigned>(round)));
        auto const number =
            world.json({"seal", (world.folder / "clip.mp4").string()})["exhibits"][0]["number"]
                .get<std::string>();
        for (int tries = 0; tries < 3; ++tries) {
            Background sending(world.command({"send", "--rate", "40M", "--to",
                                              world.guardians[random() % 3]->name()}),
                               {.out = {}, .err = {}, .third = {}, .in = {}});
            killed += kill_within(sending, random, 220);
        }
        ASSERT_EQ(world.json({"send"})["least_held"], 3);
        auto const record =
            parse_exhibit_record(*read_file(exhibits / (number + ".json"), 1 << 20));
        ASSERT_OK(record);
        EXPECT_EQ(record->receipts.size(), 3u);
        auto const ours = slurp(exhibits / (number + ".age"));
        for (auto const& guardian : world.guardians) {
            auto const theirs = guardian->blob(case_id, number);
            ASSERT_FALSE(theirs.empty()) << guardian->name() << " has no whole " << number;
            ASSERT_TRUE(slurp(theirs) == ours)
                << guardian->name() << " has other bytes of " << number;
        }
    }
    // A recording that was cut off is sent, too; and sent once.
    put(world.folder / "sound.wav", footage(9'000'000, seed()));
    Background recording(world.command({"seal", "--name", "sound.wav", "-"}),
                         {.out = {}, .err = {}, .third = {}, .in = world.folder / "sound.wav"});
    for (int i = 0; i < 2000; ++i) {
        auto const growing = exhibits / ([&] {
                                 char n[16];
                                 std::snprintf(n, sizeof n, "%04d", rounds + 1);
                                 return std::string(n);
                             }() + ".growing");
        std::error_code gone;
        if (std::filesystem::file_size(growing, gone) > 100'000 && !gone) break;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    recording.stop(SIGKILL);
    for (int i = 0; i < 2; ++i) {
        auto const sent = world.json({"send"});
        EXPECT_EQ(sent["exhibits"].size(), static_cast<std::size_t>(rounds) + 1);
    }
    std::printf(
        "kill -9: send killed %d of %d times, %d exhibits byte for byte with every guardian\n",
        killed, rounds * 3, rounds);
    EXPECT_GT(killed, rounds);
}

TEST_F(KillClient, a_check_in_that_was_killed_stands_where_it_arrived_and_the_next_one_counts) {
    world.init("alive", loose);
    auto const folder = folder_of("alive");
    auto const rounds = times(6);
    int killed = 0, arrived = 0;
    auto const usual = static_cast<unsigned>(ms_of([&] { world.json({"checkin"}); }));
    std::map<std::string, WallTime> newest;
    auto const look = [&] {
        for (auto const& said : guard::ask_status(folder.info(), SystemRandom().bytes<16>(), {})) {
            ASSERT_OK(said.result);
            auto& known = newest[said.guardian.name];
            EXPECT_GE(said.result->value().claimed, known)
                << said.guardian.name << " went back in time";
            arrived += known < said.result->value().claimed;
            known = said.result->value().claimed;
        }
    };
    look();
    for (int round = 0; round < rounds; ++round) {
        Background check_in(world.command({"checkin"}),
                            {.out = {}, .err = {}, .third = sentence, .in = {}});
        auto const window = round % 4 == 0 ? usual : usual / 5;  // most at the end, where it speaks
        sleep_ms(usual - window);
        killed += kill_within(check_in, random, window);
        look();
        if (round % 2 == 0) continue;
        auto const done = world.json({"checkin"});
        EXPECT_EQ(done["done"], true);
        EXPECT_EQ(done["acknowledged"], 3);
        auto const status = world.json({"status"});
        for (auto const& one : status["guardians"]) EXPECT_EQ(one["check_in"], done["check_in"]);
    }
    std::printf("kill -9: checkin killed %d of %d times, heard of by guardians %d times\n", killed,
                rounds, arrived);
}

}  // namespace
}  // namespace exhibit::test
