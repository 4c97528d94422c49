#include "formats/bmff/offsets.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"

namespace exhibit::bmff {
using test::shared_path;

namespace {

Bytes join(std::vector<Bytes> const& parts) {
    Bytes out;
    for (auto const& part : parts) append(out, part);
    return out;
}

Bytes table(char const (&type)[5], std::vector<std::uint64_t> const& offsets) {
    Bytes payload(4, 0);
    append(payload, big_endian<4>(offsets.size()));
    bool const wide = std::string_view(type) == "co64";
    for (auto offset : offsets) {
        if (wide)
            append(payload, big_endian<8>(offset));
        else
            append(payload, big_endian<4>(offset));
    }
    return write_box(box_type(type), payload);
}

Bytes movie(Bytes const& leaf) {
    auto box = leaf;
    for (auto const& type : {box_type("stbl"), box_type("minf"), box_type("mdia"), box_type("trak"),
                             box_type("moov")}) {
        box = write_box(type, box);
    }
    return box;
}

std::vector<std::uint64_t> offsets_of(ByteView file) {
    MemorySource const source(file);
    auto const top = top_level(source);
    std::vector<std::uint64_t> out;
    EXPECT_TRUE(for_each_offset(source, *top, [&](std::uint64_t at) { out.push_back(at); }).ok());
    return out;
}

TEST(Bmff, boxes_are_found_by_their_path) {
    auto const file =
        join({write_box(box_type("ftyp"), as_bytes("isom")), movie(table("stco", {1, 2})),
              write_box(box_type("mdat"), Bytes(20, 1))});
    MemorySource const source(file);
    EXPECT_EQ(top_level(source)->size(), 3U);
    EXPECT_EQ(find(source, "/moov/trak[1]/mdia/minf/stbl/stco")->size(), 1U);
    EXPECT_EQ(find(source, "/moov/trak[2]/mdia")->size(), 0U);
    EXPECT_ERROR_CODE(find(source, "moov"), "xpath");
    EXPECT_ERROR_CODE(find(source, "/moov/"), "xpath");
    EXPECT_ERROR_CODE(find(source, "/moov[0]"), "xpath");
    EXPECT_ERROR_CODE(find(source, "/moov[-1]"), "xpath");
}

TEST(Bmff, broken_boxes_are_refused) {
    auto const file =
        join({write_box(box_type("ftyp"), as_bytes("isom")), movie(table("stco", {1}))});
    for (std::size_t n = 1; n < file.size(); ++n) {
        if (n == 12) continue;  // exactly the first box
        MemorySource const source(ByteView(file).first(n));
        EXPECT_ERROR_CODE(top_level(source), "bmff");
    }
    Bytes huge = {0, 0, 0, 1, 'm', 'd', 'a', 't', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    EXPECT_ERROR_CODE(top_level(MemorySource(huge)), "bmff");
    Bytes const open = {0, 0, 0, 0, 'm', 'd', 'a', 't', 1, 2, 3};
    EXPECT_EQ(top_level(MemorySource(open))->front().size, 11U);
}

TEST(Bmff, offsets_behind_the_insertion_move_and_others_stay) {
    auto const before = movie(table("stco", {10, 1000, 2000}));
    auto const after = shift_movie(before, {{500, 77}});
    ASSERT_OK(after);
    EXPECT_EQ(offsets_of(*after), (std::vector<std::uint64_t>{10, 1077, 2077}));
    EXPECT_EQ(after->size(), before.size());
}

TEST(Bmff, an_offset_past_4_gib_makes_the_table_wide) {
    auto const after = shift_movie(movie(table("stco", {10, 0xfffffff0})), {{0, 100}});
    ASSERT_OK(after);
    EXPECT_EQ(offsets_of(*after), (std::vector<std::uint64_t>{110, 0x100000054}));
    auto const wide = shift_movie(movie(table("co64", {0x200000000})), {{0, 1}});
    EXPECT_EQ(offsets_of(*wide), (std::vector<std::uint64_t>{0x200000001}));
}

TEST(Bmff, a_table_longer_than_its_box_is_refused) {
    auto lying = table("stco", {1, 2});
    lying[15] = 3;
    EXPECT_ERROR_CODE(shift_movie(movie(lying), {{0, 1}}), "bmff");
    lying[12] = 0xff;
    EXPECT_ERROR_CODE(shift_movie(movie(lying), {{0, 1}}), "bmff");
}

TEST(Bmff, real_clips_have_offsets_inside_of_themselves) {
    NEEDS_SHARED("footage/video");
    std::size_t files = 0;
    std::size_t count = 0;
    for (auto const& entry : std::filesystem::directory_iterator(shared_path("footage/video"))) {
        if (entry.path().extension() != ".mp4") continue;
        auto const source = FileSource::open(entry.path());
        ASSERT_OK(source);
        auto const top = top_level(*source);
        ASSERT_OK(top);
        ASSERT_OK(for_each_offset(*source, *top, [&](std::uint64_t at) {
            EXPECT_LT(at, source->size());
            ++count;
        }));
        ++files;
    }
    EXPECT_GT(count, files);
    std::printf("%zu clips, %zu chunk offsets\n", files, count);
}

TEST(Bmff, a_thousand_boxes_in_each_other_do_no_harm) {
    NEEDS_SHARED("vectors/c2pa/rs/nested_moov_1000.mp4");
    auto const source = FileSource::open(shared_path("vectors/c2pa/rs/nested_moov_1000.mp4"));
    ASSERT_OK(source);
    auto const top = top_level(*source);
    ASSERT_OK(top);
    EXPECT_ERROR_CODE(for_each_offset(*source, *top, [](std::uint64_t) {}), "bmff");
}

}  // namespace
}  // namespace exhibit::bmff
