#include "formats/jpeg/jpeg.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/shared.hpp"

namespace exhibit::jpeg {
using test::shared_path;

namespace {

Bytes jumbf_of(std::size_t size) {
    Bytes box(size, 0x55);
    auto const length = big_endian<4>(size);
    std::copy(length.begin(), length.end(), box.begin());
    std::copy_n("jumb", 4, box.begin() + 4);
    return box;
}

Bytes picture(ByteView packets) {
    Bytes out = {0xff, soi};
    append(out, packets);
    append(out, Bytes{0xff, sos, 0, 2, 1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, eoi});
    return out;
}

TEST(Jpeg, a_box_of_any_size_comes_back_from_its_packets) {
    for (std::size_t size : {8UL, 9UL, 64008UL, 64009UL, 200000UL}) {
        auto const box = jumbf_of(size);
        auto const packets = write_jumbf_packets(box, 0x0211);
        EXPECT_EQ(packets.size(), jumbf_packets_size(size));
        auto const file = picture(packets);
        MemorySource const source(file);
        auto const segments = header_segments(source);
        ASSERT_OK(segments);
        auto const boxes = jumbf_boxes(source, *segments);
        ASSERT_OK(boxes);
        ASSERT_EQ(boxes->size(), 1U);
        EXPECT_EQ(boxes->front().box, box);
        EXPECT_EQ(boxes->front().whole, (ByteRange{2, packets.size()}));
    }
}

TEST(Jpeg, packets_with_something_between_them_are_refused) {
    auto const packets = write_jumbf_packets(jumbf_of(100000), 1);
    Bytes apart(packets.begin(), packets.begin() + 64020);
    append(apart, Bytes{0xff, 0xe5, 0, 4, 1, 2});
    append(apart, ByteView(packets).subspan(64020));
    auto const file = picture(apart);
    MemorySource const source(file);
    EXPECT_ERROR_CODE(jumbf_boxes(source, *header_segments(source)), "jumbf-packets");
}

TEST(Jpeg, a_scan_ends_at_the_next_marker) {
    auto file = picture({});
    append(file, as_bytes("after"));
    MemorySource const source(file);
    auto const segments = all_segments(source);
    ASSERT_OK(segments);
    ASSERT_EQ(segments->size(), 4U);
    EXPECT_EQ((*segments)[1].whole, (ByteRange{2, 12}));
    EXPECT_EQ((*segments)[2].marker, eoi);
    EXPECT_EQ((*segments)[3].whole.length, 5U);
}

TEST(Jpeg, cut_files_are_refused_or_read_to_their_end) {
    NEEDS_SHARED("vectors/c2pa/own/valid.jpg");
    auto const file = read_file(shared_path("vectors/c2pa/own/valid.jpg"), 1 << 20);
    ASSERT_OK(file);
    for (std::size_t n = 0; n < file->size(); n += 97) {
        MemorySource const source(ByteView(*file).first(n));
        auto const segments = all_segments(source);
        if (segments.ok() && n > 0) { EXPECT_EQ(segments->back().whole.end(), n); }
    }
}

}  // namespace
}  // namespace exhibit::jpeg
