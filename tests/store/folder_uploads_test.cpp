#include "store/folder_uploads.hpp"

#include "support/shared.hpp"

namespace exhibit::test {
namespace {

struct Shelf {
    TemporaryFolder folder;
    MemoryRows rows;
    std::unique_ptr<FolderBlobs> blobs = FolderBlobs::open(folder / "blobs").take();
    FolderUploads uploads{*blobs, rows};

    UploadId begin(std::optional<std::uint64_t> length = 100) {
        NewUpload upload;
        upload.length = length;
        upload.metadata = "number MDAwMQ==";
        upload.owner = "case/0001";
        upload.limit = 1000;
        return uploads.create(upload).take();
    }
};

TEST(FolderUploads, what_is_not_committed_does_not_count) {
    Shelf shelf;
    auto const id = shelf.begin();
    {
        auto writer = shelf.uploads.open_writer(id).take();
        ASSERT_OK(writer->write(Bytes(30, 'a')));
        ASSERT_OK(writer->commit());
        ASSERT_OK(writer->write(Bytes(20, 'b')));
    }
    auto const state = shelf.uploads.state(id);
    ASSERT_OK(state);
    EXPECT_EQ(state->offset, 30U);
    auto const blob = FolderUploads::blob_of(id, *state);
    EXPECT_EQ(*shelf.blobs->size(*blob), 30U);
}

TEST(FolderUploads, bytes_that_a_crash_left_behind_are_cut_off_before_the_next) {
    Shelf shelf;
    auto const id = shelf.begin();
    auto const blob = FolderUploads::blob_of(id, *shelf.uploads.state(id));
    ASSERT_OK(shelf.blobs->append(*blob, 0, Bytes(50, 'z')));  // written, never promised
    auto writer = shelf.uploads.open_writer(id).take();
    EXPECT_EQ(writer->offset(), 0U);
    ASSERT_OK(writer->write(Bytes(10, 'a')));
    ASSERT_OK(writer->commit());
    EXPECT_EQ(*shelf.blobs->read(*blob, 0, 100), Bytes(10, 'a'));
}

TEST(FolderUploads, there_is_one_writer) {
    Shelf shelf;
    auto const id = shelf.begin();
    auto writer = shelf.uploads.open_writer(id).take();
    EXPECT_ERROR_CODE(shelf.uploads.open_writer(id), "busy");
    EXPECT_ERROR_CODE(shelf.uploads.remove(id), "busy");
    writer.reset();
    EXPECT_OK(shelf.uploads.open_writer(id));
}

TEST(FolderUploads, limit_and_length_hold) {
    Shelf shelf;
    auto const id = shelf.begin(std::nullopt);
    {
        auto writer = shelf.uploads.open_writer(id).take();
        EXPECT_ERROR_CODE(writer->write(Bytes(1001, 'a')), "too-large");
        ASSERT_OK(writer->write(Bytes(500, 'a')));
        ASSERT_OK(writer->commit());
    }
    EXPECT_ERROR_CODE(shelf.uploads.set_length(id, 499), "too-large");
    EXPECT_ERROR_CODE(shelf.uploads.set_length(id, 1001), "too-large");
    ASSERT_OK(shelf.uploads.set_length(id, 500));
    EXPECT_ERROR_CODE(shelf.uploads.set_length(id, 500), "conflict");
    EXPECT_TRUE(shelf.uploads.state(id)->complete());
}

TEST(FolderUploads, finished_ones_stay_and_expired_ones_go) {
    Shelf shelf;
    auto const kept = shelf.begin(0), gone = shelf.begin();
    ASSERT_OK(shelf.uploads.set_expiry(kept, WallTime::from_ms(1000)));
    ASSERT_OK(shelf.uploads.set_expiry(gone, WallTime::from_ms(1000)));
    ASSERT_OK(shelf.uploads.finish(kept));
    EXPECT_EQ(*shelf.uploads.expire(WallTime::from_ms(999)), 0U);
    EXPECT_EQ(*shelf.uploads.expire(WallTime::from_ms(1000)), 1U);
    EXPECT_OK(shelf.uploads.state(kept));
    EXPECT_ERROR_CODE(shelf.uploads.state(gone), "not-found");
    EXPECT_ERROR_CODE(shelf.uploads.state(UploadId("../../etc/passwd")), "not-found");
    EXPECT_EQ(shelf.uploads.list("case/0001/", 10)->size(), 1U);
}

TEST(FolderUploads, no_room_leaves_all_as_it_was) {
    TemporaryFolder folder;
    MemoryRows rows;
    auto blobs = FolderBlobs::open(folder / "blobs").take();
    FolderUploads uploads(*blobs, rows, [](std::string const&, std::uint64_t bytes) -> Outcome {
        if (bytes > 10) return bad_input("no room").coded("quota");
        return {};
    });
    NewUpload upload;
    upload.owner = "case/0001";
    upload.limit = 1000;
    auto const id = uploads.create(upload).take();
    auto writer = uploads.open_writer(id).take();
    ASSERT_OK(writer->write(Bytes(10, 'a')));
    EXPECT_ERROR_CODE(writer->write(Bytes(11, 'a')), "quota");
    EXPECT_EQ(*writer->commit(), 10U);
}

TEST(FolderUploads, a_commit_that_failed_promises_nothing) {
    Shelf shelf;
    auto const id = shelf.begin();
    {
        auto writer = shelf.uploads.open_writer(id).take();
        ASSERT_OK(writer->write(Bytes(10, 'a')));
        shelf.rows.fail_commits_with(world_error("full").coded("disk-full"));
        EXPECT_ERROR_CODE(writer->commit(), "disk-full");
        EXPECT_EQ(writer->offset(), 0U);
    }
    shelf.rows.fail_commits_with(std::nullopt);
    EXPECT_EQ(shelf.uploads.state(id)->offset, 0U);
}

}  // namespace
}  // namespace exhibit::test
