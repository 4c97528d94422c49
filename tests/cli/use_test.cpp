// What a person meets first: no case, a typing error, a missing word, a wrong passphrase.
#include <sys/stat.h>

#include "cli_fixture.hpp"
#include "formats/age/x25519.hpp"

namespace exhibit::test {
namespace {

struct NoCase : ::testing::Test {
    TemporaryFolder folder;
    Ran me(std::vector<std::string> words) {
        std::vector<std::string> all{program, "--dir", (folder / "device").string()};
        all.insert(all.end(), words.begin(), words.end());
        return run(all);
    }
};

TEST_F(NoCase, alone_it_tells_the_story_and_the_next_command) {
    auto const ran = me({});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_NE(ran.out.find("Exhibit keeps evidence"), std::string::npos);
    EXPECT_NE(ran.out.find("exhibit init NAME"), std::string::npos);
    EXPECT_LE(count_lines(ran.out), 15u);
    EXPECT_EQ(one_object(me({"--json"}).out).at("cases").size(), 0u);
}

TEST_F(NoCase, every_command_of_a_case_says_that_there_is_none_and_how_to_begin) {
    put(folder / "a.txt", "a");
    std::vector<std::vector<std::string>> const commands = {{"seal", (folder / "a.txt").string()},
                                                            {"send"},
                                                            {"checkin"},
                                                            {"status"},
                                                            {"remind"},
                                                            {"release"},
                                                            {"publish", (folder / "out").string()}};
    for (auto const& words : commands) {
        auto const ran = me(words);
        EXPECT_EQ(ran.code, 2) << words[0];
        EXPECT_EQ(ran.out, "") << words[0];
        EXPECT_NE(ran.err.find("exhibit: error: there is no case yet"), std::string::npos)
            << ran.err;
        EXPECT_NE(ran.err.find("exhibit: hint: begin one with  exhibit init"), std::string::npos)
            << ran.err;
        EXPECT_LE(count_lines(ran.err), 3u) << ran.err;
        auto json = words;
        json.insert(json.begin(), "--json");
        auto const told = me(json);
        EXPECT_EQ(told.code, 2);
        EXPECT_EQ(one_object(told.out)["error"]["code"], "no-case") << words[0];
    }
    EXPECT_FALSE(is_there(folder / "device"));
}

TEST_F(NoCase, open_waits_at_no_pipe_in_a_folder_of_somebody_elses) {
    auto const key = folder / "key.txt", ciphertext = folder / "0001.age";
    put(key, as_text(age::X25519Identity::generate().text().reveal()));
    ASSERT_EQ(mkfifo(ciphertext.c_str(), 0600), 0);
    auto const open = [&] {
        return me({"open", "--key", key.string(), "--out", (folder / "out").string(),
                   ciphertext.string()});
    };
    auto const as_ciphertext = open();
    EXPECT_EQ(as_ciphertext.code, 2);
    EXPECT_NE(as_ciphertext.err.find("is not a regular file"), std::string::npos);
    std::filesystem::remove(ciphertext);
    put(ciphertext, "age");
    ASSERT_EQ(mkfifo((folder / "0001.sd-jwt").c_str(), 0600), 0);
    auto const as_statement = open();
    EXPECT_EQ(as_statement.code, 2);
    EXPECT_NE(as_statement.err.find("0001.sd-jwt"), std::string::npos) << as_statement.err;
}

TEST_F(NoCase, a_typing_error_is_answered_with_the_command_that_was_likely_meant) {
    auto const ran = me({"chekin"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find("did you mean  exhibit checkin ?"), std::string::npos) << ran.err;
    EXPECT_NE(run({program, "sned"}).err.find("did you mean  exhibit send ?"), std::string::npos);
    auto const far = run({program, "xylophone"});
    EXPECT_EQ(far.code, 2);
    EXPECT_EQ(far.err.find("did you mean"), std::string::npos);
    EXPECT_NE(far.err.find("exhibit --help"), std::string::npos);
    auto const option = run({program, "seal", "--colour", "red", "a"});
    EXPECT_EQ(option.code, 2);
    EXPECT_NE(option.err.find("exhibit seal --help"), std::string::npos) << option.err;
}

TEST_F(NoCase, help_and_version_are_not_errors) {
    for (auto const* command :
         {"init", "seal", "send", "checkin", "status", "remind", "release", "publish", "open",
          "verify", "drill", "travel", "return", "contacts", "device-lost", "leftovers"}) {
        auto const ran = run({program, command, "--help"});
        EXPECT_EQ(ran.code, 0) << command;
        EXPECT_NE(ran.out.find("Example:  "), std::string::npos) << command;
    }
    EXPECT_TRUE(run({program, "--version"}).out.starts_with("exhibit "));
}

TEST_F(NoCase, a_guardian_that_is_not_there_cannot_invite) {
    auto const ran = run({program, "guard", "invite", "--data", (folder / "nobody").string()});
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.err.find("there is no guardian here"), std::string::npos);
    EXPECT_FALSE(is_there(folder / "nobody"));
}

TEST_F(NoCase, invitations_that_are_none_are_named_by_line) {
    put(folder / "bad.txt", "# a comment\nexhibit-guardian-1:nonsense\n");
    auto const ran =
        me({"init", "x", "--guardians", (folder / "bad.txt").string(), "--audience", "public"});
    EXPECT_NE(ran.code, 0);
    EXPECT_NE(ran.err.find("bad.txt line 2"), std::string::npos) << ran.err;
}

TEST_F(NoCase, guard_explain_answers_the_questions_a_guardian_is_asked) {
    EXPECT_NE(run({program, "guard", "explain"}).out.find("Stop the release."), std::string::npos);
    EXPECT_TRUE(one_object(run({program, "--json", "guard", "explain"}).out).contains("text"));
}

TEST_F(NoCase, verify_and_open_of_what_is_not_there) {
    EXPECT_EQ(run({program, "verify", (folder / "nothing").string()}).code, 1);
    EXPECT_EQ(run({program, "open", (folder / "nothing.age").string()}).code, 2);
    put(folder / "junk.txt", "no key\n");
    EXPECT_EQ(run({program, "open", "--key", (folder / "junk.txt").string(),
                   (folder / "nothing.age").string()})
                  .code,
              1);
}

struct Beginning : ::testing::Test {
    World world{{"ana", "bruno", "chen", "dana"}};
};

TEST_F(Beginning, needs_an_audience_a_passphrase_and_every_guardian) {
    auto const file = world.invitations().string();
    // No terminal, no --audience: nothing is chosen for the person.
    auto ran = run({program, "--dir", world.device().string(), "init", "gate", "--guardians", file,
                    "--drill"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.err.find("--audience"), std::string::npos) << ran.err;
    EXPECT_FALSE(is_there(world.device() / "gate"));
    ran = run({program, "--dir", world.device().string(), "init", "gate", "--guardians", file,
               "--drill", "--audience", "public"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.err.find("--passphrase-fd"), std::string::npos) << ran.err;
    ran = world.me({"init", "gate", "--guardians", file, "--audience", "public", "--every", "1h",
                    "--grace", "1h"});
    EXPECT_EQ(ran.code, 2) << "a real case with an interval of an hour";
    for (auto const* name : {"../gate", ".gate", "a/b", ""}) {
        EXPECT_EQ(
            world.me({"init", name, "--guardians", file, "--audience", "public", "--drill"}).code,
            2)
            << name;
    }

    world.guardians[3]->process().stop(SIGTERM);
    ran = world.me({"init", "gate", "--guardians", file, "--audience", "public", "--drill"});
    EXPECT_EQ(ran.code, 3) << ran.err;
    EXPECT_NE(ran.err.find("no case was begun"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("dana"), std::string::npos) << ran.err;
    EXPECT_FALSE(is_there(world.device() / "gate"));
    world.guardians[3]->start();

    // The invitations are still good, and are good once.
    ran = world.me({"init", "gate", "--guardians", file, "--audience", "public", "--drill",
                    "--every", "1h", "--grace", "1h"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("A public release publishes the case key"), std::string::npos);
    EXPECT_NE(ran.out.find("Next:  exhibit seal FILE..."), std::string::npos);
    auto const again =
        world.me({"init", "gate-2", "--guardians", file, "--audience", "public", "--drill"});
    EXPECT_NE(again.code, 0);
    EXPECT_NE(again.err.find("used"), std::string::npos) << again.err;
    EXPECT_FALSE(is_there(world.device() / "gate-2"));
    EXPECT_EQ(
        world.me({"init", "gate", "--guardians", file, "--audience", "public", "--drill"}).code, 2);

    // A wrong passphrase sends nothing.
    auto const before = world.json({"status"});
    auto const wrong = run(world.command({"checkin"}), {}, {}, "another sentence\n");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_EQ(wrong.out, "");
    EXPECT_NE(wrong.err.find("this is not the passphrase of the case"), std::string::npos)
        << wrong.err;
    EXPECT_NE(wrong.err.find("exhibit: safe: nothing was sent"), std::string::npos) << wrong.err;
    EXPECT_EQ(world.json({"status"})["deadline"], before["deadline"]);

    // Every guardian dead: said plainly, and one object all the same.
    for (auto const& guardian : world.guardians) guardian->process().stop(SIGTERM);
    auto const silent = world.me({"--json", "status"});
    EXPECT_EQ(silent.code, 4);
    EXPECT_EQ(one_object(silent.out)["error"]["code"], "silent");
    EXPECT_EQ(world.me({"checkin"}).code, 4);
}

}  // namespace
}  // namespace exhibit::test
