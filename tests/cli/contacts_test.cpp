// Whom to warn: said at init or later, held by the guardians alone, and written to when it is time.
#include "cli_fixture.hpp"
#include "support/post.hpp"

namespace exhibit::test {
namespace {

struct ContactsCommand : ::testing::Test {
    Receiver relay{Receiver::smtp}, hook{Receiver::hook};
    TemporaryFolder secrets;
    World world{{}};

    ContactsCommand() {
        put(secrets / "password", "pass word\n");
        for (auto const* name : {"ana", "bruno", "chen", "dana"}) {
            std::vector<std::string> const more = {"--smtp",
                                                   "smtp://" + relay.place(),
                                                   "--smtp-user",
                                                   "ana",
                                                   "--smtp-password-file",
                                                   (secrets / "password").string(),
                                                   "--smtp-ca",
                                                   relay.authorities().string(),
                                                   "--mail-from",
                                                   std::string(name) + "@guardians.example",
                                                   "--web-ca",
                                                   hook.authorities().string(),
                                                   "--private-hooks"};
            world.guardians.push_back(
                std::make_unique<TestGuardian>(world.folder.path(), name, more));
        }
    }
    std::string file(std::string const& text) {
        put(world.folder / "people.txt", text);
        return (world.folder / "people.txt").string();
    }
};

TEST_F(ContactsCommand,
       contacts_of_a_silent_witness_are_warned_and_then_told_where_the_release_is) {
    NEEDS_RECEIVERS();
    // The deadline may pass while this runs on a slow machine: both lists name the same people, and
    // who is named late hears of it, too.
    auto const web = "web https://" + hook.place() + "/hook\n";
    world.init("gate-4", {"--audience", "public", "--every", "20s", "--grace", "40s", "--contacts",
                          file("from M.\nmail sister@example.net\n" + web)});
    auto const known = world.json({"contacts"});
    for (auto const& one : known["guardians"]) {
        EXPECT_EQ(one["version"], 1) << one.dump();
        EXPECT_EQ(one["people"], 2);
    }
    auto const told =
        world.json({"contacts", file("from M.\nmail sister@example.net safe\n" + web)});
    EXPECT_EQ(told["held_by"], 4);
    EXPECT_EQ(told["people"], 2);
    EXPECT_EQ(told["safe"], 1);
    EXPECT_EQ(world.json({"contacts"})["guardians"][3]["version"], 2);
    for (auto const& entry : std::filesystem::recursive_directory_iterator(world.device())) {
        if (!entry.is_regular_file()) continue;
        EXPECT_EQ(slurp(entry.path()).find("sister"), std::string::npos) << entry.path();
    }
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(240);
    while (std::chrono::steady_clock::now() < until &&
           (relay.got().size() < 8 || hook.got().size() < 8))
        sleep_ms(100);
    std::size_t warned = 0, released = 0;
    for (auto const& mail : relay.got()) {
        auto const text = mail_text(mail);
        warned += text.find("No sign of life from M.") != std::string::npos;
        released += text.find("exhibit publish --from 127.0.0.1:") != std::string::npos;
    }
    EXPECT_EQ(warned, 4u);
    EXPECT_EQ(released, 4u);
    EXPECT_EQ(hook.got().size(), 8u);
    // The release names no contact.
    auto const out = world.folder / "out";
    world.json({"publish", out.string()});
    for (auto const& entry : std::filesystem::recursive_directory_iterator(out)) {
        if (!entry.is_regular_file()) continue;
        EXPECT_EQ(slurp(entry.path()).find("sister"), std::string::npos) << entry.path();
    }
}

TEST_F(ContactsCommand, what_is_wrong_is_named_before_anything_is_sent) {
    world.init("gate-4", {"--audience", "public", "--every", "1h", "--grace", "1h"});
    auto const error_of = [](Ran const& ran) { return one_object(ran.out)["error"]; };
    auto const bad = error_of(world.me({"--json", "contacts", file("mail a@b\nphone 123\n")}));
    EXPECT_EQ(bad["code"], "contacts");
    EXPECT_NE(bad["where"].get<std::string>().find("people.txt line 2"), std::string::npos);
    auto const wrong =
        run(world.command({"--json", "contacts", file("mail a@b\n")}), {}, {}, "another\n");
    EXPECT_EQ(error_of(wrong)["code"], "passphrase");
    EXPECT_EQ(world.json({"contacts"})["guardians"][0]["version"], 0);
    for (auto const& guardian : world.guardians) guardian->process().stop(SIGTERM);
    EXPECT_EQ(world.me({"contacts"}).code, 4);
    EXPECT_EQ(world.me({"contacts", file("mail a@b\n")}).code, 4);

    auto const serve = [&](std::vector<std::string> more) {
        std::vector<std::string> words{program,    "--json",     "guard",
                                       "serve",    "--data",     (world.folder / "new").string(),
                                       "--listen", "127.0.0.1:0"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    };
    EXPECT_EQ(error_of(serve({"--smtp", "mail.example", "--mail-from", "a@b"}))["code"], "smtp");
    EXPECT_EQ(error_of(serve({"--smtp", "smtp://mail.example"}))["code"], "smtp");
    EXPECT_EQ(error_of(serve({"--smtp", "smtp://mail.example", "--mail-from", "x"}))["code"],
              "mail-address");
    EXPECT_EQ(serve({"--smtp", "smtp://mail.example", "--mail-from", "a@b", "--smtp-password-file",
                     (world.folder / "none").string()})
                  .code,
              3);
}

}  // namespace
}  // namespace exhibit::test
