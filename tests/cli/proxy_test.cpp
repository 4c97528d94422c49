// The whole story through a SOCKS5 proxy. The guardians have addresses that the proxy alone can
// look up, and strace sees every connection that the witness's programs and a guardian make.
#include "support/proxy.hpp"
#include "cli_fixture.hpp"

namespace exhibit::test {
namespace {

struct OverProxy : ::testing::Test {
    TemporaryFolder folder;
    std::unique_ptr<SocksProxy> proxy;
    std::vector<std::unique_ptr<TestGuardian>> guardians;

    // Each at a port of its own that is known beforehand: it stands in its public address.
    void start_guardians(std::vector<std::string> const& names) {
        for (auto const& name : names) {
            auto const port = free_port();
            std::vector<std::string> const more = {
                "--proxy",          proxy->url(),
                "--public-address", name + ".onion:" + std::to_string(port),
                "--listen",         "127.0.0.1:" + std::to_string(port)};
            guardians.push_back(std::make_unique<TestGuardian>(
                folder.path(), name, more, TracedCalls::prefix(folder / (name + ".calls"))));
        }
    }

    Path invitations() {
        std::string text;
        for (auto const& guardian : guardians) text += guardian->invite() + "\n";
        put(folder / "invitations", text);
        return folder / "invitations";
    }

    Ran traced(std::vector<std::string> const& words, std::string const& via) {
        auto const log = folder / ("calls-" + std::to_string(++calls_));
        std::vector<std::string> command = {"strace",
                                            "-f",
                                            "-qq",
                                            "-e",
                                            "trace=connect,sendto,sendmsg,sendmmsg",
                                            "-o",
                                            log.string(),
                                            program,
                                            "--dir",
                                            (folder / "device").string(),
                                            "--passphrase-fd",
                                            "3",
                                            "--json",
                                            "--proxy",
                                            via};
        command.insert(command.end(), words.begin(), words.end());
        auto const ran = run(command, {}, {}, sentence);
        calls = std::make_unique<TracedCalls>(log);
        return ran;
    }

    // It succeeds, it goes through the proxy, and it goes nowhere else.
    Json through(std::vector<std::string> const& words) {
        auto const ran = traced(words, proxy->url());
        EXPECT_EQ(ran.code, 0) << words[0] << ": " << ran.out << ran.err;
        EXPECT_GT(calls->to_port(proxy->port()), 0u) << words[0];
        for (auto const& line : calls->elsewhere(proxy->port()))
            ADD_FAILURE() << words[0] << " goes elsewhere: " << line;
        return one_object(ran.out);
    }

    std::unique_ptr<TracedCalls> calls;

private:
    int calls_ = 0;
};

TEST_F(OverProxy, witness_and_guardians_make_no_connection_but_to_the_proxy) {
    NEEDS_SOCKS_PROXY();
    NEEDS_PROGRAM("strace");
    proxy = std::make_unique<SocksProxy>(
        std::vector<std::string>{"ana.onion", "bruno.onion", "chen.onion"});
    start_guardians({"ana", "bruno", "chen"});
    put(folder / "clip.mp4", footage(1'500'000, 3));

    through({"init", "gate-4", "--guardians", invitations().string(), "--drill", "--audience",
             "public", "--every", "1h", "--grace", "1h", "--trust-every-guardian"});
    auto const sealed = run(
        {program, "--dir", (folder / "device").string(), "seal", (folder / "clip.mp4").string()});
    ASSERT_EQ(sealed.code, 0) << sealed.err;
    EXPECT_EQ(through({"send"})["least_held"], 3) << "guardians copy through the proxy, too";
    EXPECT_EQ(through({"checkin"})["acknowledged"], 3);
    through({"status"});
    EXPECT_EQ(through({"release", "--yes"})["released"], true);
    auto const out = folder / "out";
    through({"publish", "gate-4", out.string()});
    EXPECT_EQ(slurp(out / "data" / "0001" / "clip.mp4"), slurp(folder / "clip.mp4"));

    for (auto const& guardian : guardians) {
        guardian->process().stop(SIGTERM);
        auto const seen = TracedCalls(folder / (guardian->name() + ".calls"));
        EXPECT_GT(seen.to_port(proxy->port()), 0u) << guardian->name();
        for (auto const& line : seen.elsewhere(proxy->port()))
            ADD_FAILURE() << guardian->name() << " goes elsewhere: " << line;
    }
    for (auto const& asked : proxy->asked_for())
        EXPECT_NE(asked.find(".onion:"), std::string::npos)
            << "looked up before the proxy was asked: " << asked;
}

TEST_F(OverProxy, a_proxy_that_is_not_there_is_said_once_and_nothing_is_tried) {
    NEEDS_PROGRAM("strace");
    auto const port = free_port();
    auto const nowhere = "socks5://127.0.0.1:" + std::to_string(port);
    put(folder / "one", "exhibit-guardian-1:ana:ana.onion:7443:" + std::string(64, 'A') + "\n");
    for (auto const& words : std::vector<std::vector<std::string>>{
             {"init", "x", "--guardians", (folder / "one").string(), "--audience", "public"},
             {"status"},
             {"checkin"},
             {"send"},
             {"publish", (folder / "out").string()}}) {
        auto const ran = traced(words, nowhere);
        EXPECT_EQ(ran.code, 3) << words[0];
        EXPECT_NE(ran.err.find("the proxy does not answer"), std::string::npos) << ran.err;
        EXPECT_NE(ran.err.find("exhibit: hint:"), std::string::npos) << ran.err;
        EXPECT_EQ(one_object(ran.out)["error"]["code"], "proxy");
        EXPECT_TRUE(calls->elsewhere(port).empty()) << calls->elsewhere(port).front();
    }
    auto const wrong = traced({"status"}, "http://127.0.0.1:8080");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("socks5://127.0.0.1:9050"), std::string::npos) << wrong.err;
}

TEST_F(OverProxy, the_environment_names_it_too_and_an_empty_option_does_without) {
    auto const nowhere = "127.0.0.1:" + std::to_string(free_port());
    auto const dir = (folder / "device").string();
    auto const by_environment =
        run({"env", "EXHIBIT_PROXY=" + nowhere, program, "--json", "--dir", dir, "status"});
    EXPECT_EQ(one_object(by_environment.out)["error"]["code"], "proxy");
    auto const without = run({"env", "EXHIBIT_PROXY=" + nowhere, program, "--json", "--proxy", "",
                              "--dir", dir, "status"});
    EXPECT_EQ(one_object(without.out)["error"]["code"], "no-case");
    // What needs no network does not ask whether there is one.
    EXPECT_EQ(run({"env", "EXHIBIT_PROXY=" + nowhere, program, "guard", "explain"}).code, 0);
}

}  // namespace
}  // namespace exhibit::test
