#include "release/folder_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/shared.hpp"

namespace exhibit::release::test {
namespace {

using exhibit::test::TemporaryFolder;

std::vector<std::string> names_in(Path const& folder) {
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

// What was opened for named readers must not stay on the disk of a machine that lost its power.
TEST(FolderWriter, removes_what_a_killed_one_left_and_nothing_else) {
    TemporaryFolder const folder;
    auto const out = folder / "out";
    for (auto const* left :
         {".out.0123456789ab.new", ".out.0123456789a.new", ".out.0123456789ag.new",
          ".other.0123456789ab.new", ".out.0123456789ab.new2"}) {
        std::filesystem::create_directory(folder / left);
        ASSERT_OK(replace_file(folder / left / "opened.mp4", as_bytes("footage")));
    }
    ASSERT_OK(replace_file(folder / ".out.aaaaaaaaaaaa.new", as_bytes("a file")));
    auto const living = FolderWriter::create(out, Access::only_me, 1 << 20);
    ASSERT_OK(living);
    auto second = FolderWriter::create(out, Access::only_me, 1 << 20);
    ASSERT_OK(second);
    ASSERT_OK(second->write("a.txt", "a"));
    auto const names = names_in(folder.path());
    EXPECT_EQ(std::ranges::count(names, ".out.0123456789ab.new"), 0);
    for (auto const* kept :
         {".out.0123456789a.new", ".out.0123456789ag.new", ".other.0123456789ab.new",
          ".out.0123456789ab.new2", ".out.aaaaaaaaaaaa.new"})
        EXPECT_EQ(std::ranges::count(names, kept), 1) << kept;
    EXPECT_EQ(names.size(), 7u) << "both that are being written are there";
    ASSERT_OK(second->install());
    EXPECT_TRUE(is_there(out / "a.txt"));
}

}  // namespace
}  // namespace exhibit::release::test
