// exhibit leftovers, in a made-up home.
#include <set>

#include "cli_fixture.hpp"

namespace exhibit::test {
namespace {

TEST(LeftoversCommand, lists_traces_says_what_cannot_be_seen_and_changes_nothing) {
    TemporaryFolder folder;
    auto const home = folder / "home";
    std::filesystem::create_directories(home / "Desktop");
    put(home / ".bash_history", "exhibit seal secret-gate.mp4\n");
    put(home / "Desktop" / "a.txt", "exhibit-guardian-1:ana:x:1:AAAA\n");
    std::filesystem::create_directories(home / ".local/share/exhibit/gate-4");
    put(home / ".local/share/exhibit/gate-4/case.json", "{}");
    auto const me = [&](std::vector<std::string> words) {
        std::vector<std::string> all{"env", "-u", "XDG_DATA_HOME", "HOME=" + home.string(),
                                     program};
        all.insert(all.end(), words.begin(), words.end());
        return run(all);
    };
    auto const json = one_object(me({"--json", "leftovers"}).out);
    std::set<std::string> kinds;
    for (auto const& trace : json["traces"]) {
        auto const where = trace["where"].get<std::string>();
        if (where.starts_with(home.string())) kinds.insert(trace["kind"].get<std::string>());
        EXPECT_NE(trace["mend"].get<std::string>(), "");
    }
    EXPECT_EQ(kinds, (std::set<std::string>{"case", "history", "paper"}));
    EXPECT_GE(json["unseen"].size(), 5u);
    EXPECT_EQ(json["complete"], true);
    auto const told = me({"leftovers"});
    EXPECT_EQ(told.code, 0);
    EXPECT_NE(told.out.find(".bash_history\n    1 mention of exhibit"), std::string::npos)
        << told.out;
    EXPECT_NE(told.out.find("What cannot be seen from here:"), std::string::npos);
    EXPECT_EQ(told.out.find("secret-gate"), std::string::npos);
    EXPECT_EQ(slurp(home / ".bash_history"), "exhibit seal secret-gate.mp4\n");
}

}  // namespace
}  // namespace exhibit::test
