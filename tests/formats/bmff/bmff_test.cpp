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

TEST(Bmff, only_the_table_that_has_to_be_becomes_wide) {
    auto const leaves = join({table("stco", {10, 20}), write_box(box_type("free"), Bytes(5, 1)),
                              table("stco", {0xfffffff0}), table("co64", {30})});
    // A long header stays long, and counts the growth.
    auto whole = movie(leaves);
    auto const inner = ByteView(whole).subspan(8);
    auto long_head = to_bytes(ByteView(Bytes{0, 0, 0, 1, 'm', 'o', 'o', 'v'}));
    append(long_head, big_endian<8>(inner.size() + 16));
    append(long_head, inner);
    for (auto const& before : {whole, long_head}) {
        auto const after = shift_movie(before, {{0, 100}});
        ASSERT_OK(after);
        EXPECT_EQ(after->size(), before.size() + 4);
        EXPECT_EQ(offsets_of(*after), (std::vector<std::uint64_t>{110, 120, 0x100000054, 130}));
        MemorySource const source(*after);
        EXPECT_EQ(find(source, "/moov/trak/mdia/minf/stbl/stco")->size(), 1U);
        EXPECT_EQ(find(source, "/moov/trak/mdia/minf/stbl/co64")->size(), 2U);
        EXPECT_EQ(find(source, "/moov/trak/mdia/minf/stbl/free")->size(), 1U);
    }
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

Bytes item_table(Byte version, Byte widths, std::vector<std::uint64_t> const& numbers,
                 std::vector<std::size_t> const& sizes) {
    Bytes payload{version, 0, 0, 0, widths, static_cast<Byte>(version == 0 ? 0x40 : 0x44)};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        auto const wide = big_endian<8>(numbers[i]);
        append(payload, ByteView(wide).last(sizes[i]));
    }
    return write_box(box_type("iloc"), payload);
}

Bytes photo(Bytes const& iloc) {
    Bytes payload(4, 0);  // meta is a full box
    append(payload, write_box(box_type("hdlr"), Bytes(24, 0)));
    append(payload, iloc);
    return write_box(box_type("meta"), payload);
}

TEST(Bmff, item_locations_move_with_their_base_or_each_by_itself) {
    // Version 0, offsets and lengths of 4 bytes, bases of 4: one item, base 100, extents 0 and 50.
    auto const based =
        photo(item_table(0, 0x44, {1, 1, 0, 100, 2, 0, 10, 50, 10}, {2, 2, 2, 4, 2, 4, 4, 4, 4}));
    EXPECT_EQ(offsets_of(based), (std::vector<std::uint64_t>{100, 150}));
    auto const together = shift_metadata(based, {{0, 1000}});
    ASSERT_OK(together);
    EXPECT_EQ(offsets_of(*together), (std::vector<std::uint64_t>{1100, 1150}));
    EXPECT_EQ(together->size(), based.size());
    // Something is put between the two.
    auto const apart = shift_metadata(based, {{120, 7}});
    ASSERT_OK(apart);
    EXPECT_EQ(offsets_of(*apart), (std::vector<std::uint64_t>{100, 157}));
    // Version 1: one item in idat (method 1) stays, one in the file moves.
    auto const methods =
        photo(item_table(1, 0x44, {2, 1, 1, 0, 0, 1, 0, 5, 9, 2, 0, 0, 0, 1, 0, 77, 9},
                         {2, 2, 2, 2, 4, 2, 4, 4, 4, 2, 2, 2, 4, 2, 4, 4, 4}));
    EXPECT_EQ(offsets_of(methods), (std::vector<std::uint64_t>{77}));
    auto const moved_back = shift_metadata(methods, {{50, 0 - std::uint64_t{27}}});
    ASSERT_OK(moved_back);
    EXPECT_EQ(offsets_of(*moved_back), (std::vector<std::uint64_t>{50}));
    // Past 4 GiB there is no form for it.
    EXPECT_ERROR_CODE(shift_metadata(based, {{0, std::uint64_t{1} << 32}}), "bmff");
}

TEST(Bmff, item_tables_that_end_too_early_are_refused) {
    auto const whole = item_table(0, 0x44, {1, 1, 0, 100, 1, 0, 10}, {2, 2, 2, 4, 2, 4, 4});
    for (std::size_t cut = 8; cut < whole.size(); ++cut) {
        auto const part = write_box(box_type("iloc"), ByteView(whole).first(cut).subspan(8));
        auto const outcome = shift_metadata(photo(part), {{0, 1}});
        EXPECT_FALSE(outcome.ok()) << cut;
    }
}

TEST(Bmff, extents_without_a_byte_of_their_own_are_not_counted_one_by_one) {
    // No widths but the base's: an extent is nothing but a number in the count.
    auto const one = photo(item_table(0, 0, {1, 1, 0, 100, 1}, {2, 2, 2, 4, 2}));
    EXPECT_EQ(offsets_of(one), (std::vector<std::uint64_t>{100}));
    auto const many = photo(item_table(0, 0, {1, 1, 0, 100, 65'535}, {2, 2, 2, 4, 2}));
    EXPECT_ERROR_CODE(shift_metadata(many, {{0, 1}}), "bmff");
}

TEST(Bmff, a_chunk_table_where_none_belongs_cannot_make_its_box_larger) {
    // One chunk at the last place that 32 bits can name.
    Bytes const table{0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff};
    auto const stco = write_box(box_type("stco"), table);
    Bytes payload(4, 0);
    append(payload, write_box(box_type("mfra"), stco));
    auto const strange = write_box(box_type("meta"), payload);
    EXPECT_ERROR_CODE(shift_metadata(strange, {{0, 1}}), "bmff");
    EXPECT_ERROR_CODE(shift_random_access(write_box(box_type("mfra"), stco), {{0, 1}}), "bmff");
    EXPECT_ERROR_CODE(shift_fragment(write_box(box_type("moof"), stco), {{0, 1}}), "bmff");
    // In a movie it may.
    auto const movie = shift_movie(write_box(box_type("moov"), stco), {{0, 1}});
    ASSERT_OK(movie);
    EXPECT_EQ(movie->size(), stco.size() + 8 + 4);
}

Bytes references(Byte flags, std::string_view where) {
    auto entry = Bytes{0, 0, 0, flags};
    append(entry, where);
    Bytes payload{0, 0, 0, 0, 0, 0, 0, 1};
    append(payload, write_box(box_type("url "), entry));
    auto box = write_box(box_type("dref"), payload);
    for (auto const& type : {box_type("dinf"), box_type("minf"), box_type("mdia"), box_type("trak"),
                             box_type("moov")}) {
        box = write_box(type, box);
    }
    return box;
}

TEST(Bmff, media_in_other_files_and_compressed_headers_cannot_be_moved) {
    auto const check = [](Bytes const& file) {
        MemorySource const source(file);
        return check_movable(source, *top_level(source));
    };
    EXPECT_OK(check(references(1, "")));
    EXPECT_OK(check(references(0, std::string_view("\0", 1))));
    EXPECT_ERROR_CODE(check(references(0, "other.mov")), "bmff-fixed");
    EXPECT_ERROR_CODE(check(write_box(box_type("moov"), write_box(box_type("cmov"), Bytes(8, 0)))),
                      "bmff-fixed");
}

}  // namespace
}  // namespace exhibit::bmff
