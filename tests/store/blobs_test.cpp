#include "store/blobs_conformance.hpp"

namespace exhibit::test {
namespace {

struct FolderHarness {
    TemporaryFolder folder;
    std::unique_ptr<FolderBlobs> engine = FolderBlobs::open(folder / "blobs").take();
    Blobs& blobs() { return *engine; }
    void reopen() {
        engine.reset();
        engine = FolderBlobs::open(folder / "blobs").take();
    }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Folder, BlobsConformance, FolderHarness);

TEST(BlobName, takes_what_cannot_climb_hide_or_differ_by_case) {
    for (std::string const good : {"a", "case1/0001.age", "a..b/c-d_e", "0/1/2", "a-/b."}) {
        EXPECT_TRUE(BlobName::parse(good).ok()) << good;
    }
    EXPECT_TRUE(BlobName::parse(std::string(blob_name_bytes_max, 'a')).ok());
}

TEST(BlobName, refuses_everything_else) {
    for (std::string const bad :
         {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.hidden", ".a", "A", "a b",
          "a\\b", "a+b", "a,growing", "\xc3\xa4", "a\n"}) {
        EXPECT_ERROR_CODE(BlobName::parse(bad), "name");
    }
    EXPECT_ERROR_CODE(BlobName::parse(std::string("a\0b", 3)), "name");
    EXPECT_ERROR_CODE(BlobName::parse(std::string(blob_name_bytes_max + 1, 'a')), "name");
}

TEST(FolderBlobs, a_second_process_is_refused) {
    FolderHarness first;
    EXPECT_ERROR_CODE(FolderBlobs::open(first.folder / "blobs"), "busy");
}

TEST(FolderBlobs, the_local_path_holds_the_content) {
    FolderHarness here;
    ASSERT_OK(here.blobs().create(blob("case1/a")));
    ASSERT_OK(here.blobs().append(blob("case1/a"), 0, as_bytes("abc")));
    EXPECT_EQ(*read_text_file(**here.blobs().local_path(blob("case1/a")), 10), "abc");
    ASSERT_OK(here.blobs().finish(blob("case1/a")));
    auto const path = **here.blobs().local_path(blob("case1/a"));
    EXPECT_EQ(path.filename(), "case1+a");
    EXPECT_EQ(*read_text_file(path, 10), "abc");
}

TEST(FolderBlobs, a_copy_made_with_any_tool_is_a_copy_of_the_store) {
    FolderHarness here;
    ASSERT_OK(here.blobs().put(blob("case1/a"), as_bytes("abc")));
    ASSERT_OK(here.blobs().create(blob("case1/b")));
    here.engine.reset();
    std::filesystem::copy(here.folder / "blobs", here.folder / "copy",
                          std::filesystem::copy_options::recursive);
    auto copy = FolderBlobs::open(here.folder / "copy").take();
    EXPECT_TRUE(copy->info(blob("case1/a"))->finished);
    EXPECT_FALSE(copy->info(blob("case1/b"))->finished);
}

TEST(FolderBlobs, foreign_files_are_not_listed) {
    FolderHarness here;
    ASSERT_OK(here.blobs().put(blob("case1/a"), as_bytes("abc")));
    auto const folder = (**here.blobs().local_path(blob("case1/a"))).parent_path();
    ASSERT_OK(replace_file(folder / "README.TXT", std::string_view("notes")));
    ASSERT_OK(replace_file(folder / ".hidden", std::string_view("notes")));
    ASSERT_OK(make_folders(folder / "lost+found"));
    EXPECT_EQ(here.blobs().list("")->size(), 1u);
}

}  // namespace
}  // namespace exhibit::test
