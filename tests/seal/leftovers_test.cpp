// In a made-up home and system: everything that was planted is found, and nothing is changed.
#include "seal/leftovers.hpp"

#include <algorithm>
#include <map>

#include "support/shared.hpp"

namespace exhibit::seal {
namespace {

struct MadeUp : ::testing::Test {
    test::TemporaryFolder folder;
    Places places{folder / "home", folder / "home/.local/share/exhibit", folder / "root",
                  folder / "stick/exhibit"};

    void plant(Path const& path, std::string const& content) {
        std::filesystem::create_directories(path.parent_path());
        EXPECT_OK(replace_file(path, content));
    }
    static bool has(Leftovers const& found, std::string const& kind, Path const& where) {
        return std::ranges::any_of(found.traces, [&](Trace const& trace) {
            return trace.kind == kind && trace.where == where.string() && !trace.what.empty() &&
                   !trace.mend.empty();
        });
    }
    std::map<std::string, std::string> everything() {
        std::map<std::string, std::string> all;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            auto const time = entry.last_write_time().time_since_epoch().count();
            all[entry.path().string()] = std::to_string(time);
            if (entry.is_regular_file())
                all[entry.path().string()] += to_string(*read_file(entry.path(), 16 << 20));
        }
        return all;
    }
};

TEST_F(MadeUp, what_was_planted_is_found_and_nothing_is_changed) {
    auto const& home = places.home;
    plant(places.cases / "gate-4/case.json", "{}");
    plant(places.cases / ".wiping-0badcafe/x", "x");
    plant(home / ".bash_history",
          "ls\nexhibit seal /media/card\nEXHIBIT_CASE=gate-4 exhibit send\n");
    plant(home / ".local/share/fish/fish_history", "- cmd: exhibit status\n");
    plant(home / ".local/share/recently-used.xbel", "<bookmark href=\"file:///EXHIBIT/out\"/>");
    plant(home / ".viminfo", "> ~/exhibit/invitations.txt");
    plant(home / ".cache/thumbnails/large/a1b2.png", "png");
    plant(home / ".local/share/Trash/files/clip.mp4", "footage");
    plant(home / ".config/autostart/x.desktop", "Exec=exhibit remind");
    plant(home / "Desktop/friends.txt",
          "# from ana\nexhibit-guardian-1:ana:ana.example:7443:AAAA\n");
    plant(home / "Desktop/friends.txt~", "exhibit-guardian-1:ana:ana.example:7443:AAAA\n");
    plant(home / "notes/key.txt", "AGE-SECRET-KEY-1QQQ\n");
    plant(home / "backup/old/case.json", "{\"type\":\"exhibit.case.v1\"}");
    auto const& root = places.root;
    plant(root / "var/lib/dpkg/info/exhibit.list", "/usr/bin/exhibit\n");
    plant(root / "var/log/dpkg.log", "installed exhibit:amd64\n");
    plant(root / "var/log/journal/abc/system.journal", "j");
    plant(root / "var/lib/systemd/coredump/core.exhibit.1000.zst", "core");
    plant(root / "proc/swaps", "Filename Type Size\n/dev/sda2 partition 1\n");
    plant(root / "sys/power/resume", "8:2\n");
    auto const before = everything();

    auto const found = find_leftovers(places);
    EXPECT_TRUE(has(found, "case", places.cases / "gate-4"));
    EXPECT_TRUE(has(found, "case", places.cases / ".wiping-0badcafe"));
    EXPECT_TRUE(has(found, "history", home / ".bash_history"));
    EXPECT_TRUE(has(found, "history", home / ".local/share/fish/fish_history"));
    EXPECT_TRUE(has(found, "recent", home / ".local/share/recently-used.xbel"));
    EXPECT_TRUE(has(found, "editor", home / ".viminfo"));
    EXPECT_TRUE(has(found, "thumbnails", home / ".cache/thumbnails"));
    EXPECT_TRUE(has(found, "trash", home / ".local/share/Trash/files"));
    EXPECT_TRUE(has(found, "autostart", home / ".config/autostart/x.desktop"));
    EXPECT_TRUE(has(found, "paper", home / "Desktop/friends.txt"));
    EXPECT_TRUE(has(found, "editor", home / "Desktop/friends.txt~"));
    EXPECT_TRUE(has(found, "paper", home / "notes/key.txt"));
    EXPECT_TRUE(has(found, "paper", home / "backup/old/case.json"));
    EXPECT_TRUE(has(found, "program", root / "var/lib/dpkg/info/exhibit.list"));
    EXPECT_TRUE(has(found, "program", places.program));
    EXPECT_TRUE(has(found, "log", root / "var/log/dpkg.log"));
    EXPECT_TRUE(has(found, "log", root / "var/log/journal"));
    EXPECT_TRUE(has(found, "core", root / "var/lib/systemd/coredump/core.exhibit.1000.zst"));
    EXPECT_TRUE(has(found, "swap", root / "proc/swaps"));
    EXPECT_TRUE(has(found, "swap", root / "sys/power/resume"));
    EXPECT_FALSE(found.gave_up);
    for (auto const& trace : found.traces) {
        EXPECT_EQ(trace.what.find("media/card"), std::string::npos) << "no content is shown";
        EXPECT_EQ(trace.what.find("QQQ"), std::string::npos);
    }
    EXPECT_EQ(everything(), before);
}

TEST_F(MadeUp, in_a_clean_home_there_is_nothing_and_odd_things_are_no_trouble) {
    auto const& home = places.home;
    plant(home / ".bash_history", "ls\ncd\n");
    plant(home / "Documents/letter.txt", "dear");
    std::filesystem::create_directory_symlink(home, home / "loop");
    std::filesystem::create_symlink("/dev/zero", home / ".zsh_history");
    std::filesystem::create_directories(home / ".viminfo");
    plant(places.root / "proc/swaps", "Filename Type Size\n");
    plant(places.root / "sys/power/resume", "0:0\n");
    places.program.clear();
    auto const found = find_leftovers(places);
    for (auto const& trace : found.traces) ADD_FAILURE() << trace.where << ": " << trace.what;
    EXPECT_EQ(found.files_read, 2u);
    EXPECT_FALSE(unseen_leftovers().empty());
    EXPECT_TRUE(
        find_leftovers({folder / "none", folder / "none", folder / "none", {}}).traces.empty());
}

}  // namespace
}  // namespace exhibit::seal
