#include "formats/jumbf/jumbf.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"

namespace exhibit::jumbf {
using test::shared_path;

namespace {

Description described(std::string label) {
    Description description;
    description.type = type_id("cbor");
    description.label = std::move(label);
    return description;
}

Bytes small_box(std::string label, std::string_view content) {
    return write_superbox(described(std::move(label)),
                          {write_box(box_type("cbor"), as_bytes(content))});
}

TEST(Jumbf, a_tree_comes_back_the_same) {
    Bytes const salt(32, 7);
    auto salted = described("salted");
    salted.toggles = 0x13;
    salted.private_box = ContentBox{box_type("c2sh"), salt};
    auto const bytes =
        write_superbox(described("outer"), {small_box("a", "one"), write_superbox(salted, {})});
    auto const box = parse(bytes);
    ASSERT_OK(box);
    ASSERT_EQ(box->children.size(), 2U);
    EXPECT_EQ(box->only_child("a")->content(box_type("cbor"))->payload.size(), 3U);
    EXPECT_TRUE(same_bytes(box->children[1].description.salt(), salt));
    EXPECT_EQ(box->payload.size() + 8, bytes.size());
    EXPECT_EQ(write(*box), bytes);
}

TEST(Jumbf, a_label_that_is_there_twice_finds_nothing) {
    auto const bytes =
        write_superbox(described("outer"), {small_box("a", "1"), small_box("a", "2")});
    auto const box = parse(bytes);
    ASSERT_OK(box);
    EXPECT_EQ(box->only_child("a"), nullptr);
}

TEST(Jumbf, stores_of_the_reference_come_back_the_same) {
    NEEDS_SHARED("vectors/c2pa/own");
    int count = 0;
    for (auto const* name : {"sidecar.jpg.c2pa", "sidecar.mp4.c2pa", "sidecar.txt.c2pa",
                             "late_stamp_raw.txt.c2pa", "independent_sidecar.txt.c2pa"}) {
        auto const bytes = read_file(shared_path(std::string("vectors/c2pa/own/") + name), 1 << 20);
        ASSERT_OK(bytes);
        auto const box = parse(*bytes);
        ASSERT_OK(box);
        EXPECT_EQ(write(*box), *bytes) << name;
        ++count;
    }
    std::printf("%d stores read and written back\n", count);
}

TEST(Jumbf, every_cut_and_every_wrong_length_is_refused) {
    auto const bytes =
        write_superbox(described("outer"), {small_box("a", "one"), small_box("b", "two")});
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        EXPECT_ERROR_CODE(parse(ByteView(bytes).first(n)), "jumbf");
    }
    auto longer = bytes;
    longer.push_back(0);
    EXPECT_ERROR_CODE(parse(longer), "jumbf");
    EXPECT_OK(parse_first(longer));
    auto grown = bytes;
    grown[3] = static_cast<Byte>(grown[3] + 1);
    EXPECT_ERROR_CODE(parse(grown), "jumbf");
}

TEST(Jumbf, depth_is_limited) {
    auto bytes = small_box("x", "y");
    for (unsigned i = 0; i < depth_max; ++i) bytes = write_superbox(described("d"), {bytes});
    EXPECT_OK(parse(bytes));
    bytes = write_superbox(described("d"), {bytes});
    EXPECT_ERROR_CODE(parse(bytes), "jumbf");
}

TEST(Jumbf, labels_that_would_change_a_path_are_refused) {
    for (auto const* label : {"a/b", "a;b", "a?b", "a#b", "a\nb"}) {
        SCOPED_TRACE(label);
        EXPECT_ERROR_CODE(parse(small_box(label, "x")), "jumbf");
    }
}

TEST(Jumbf, the_long_and_the_open_form_of_a_length_are_read) {
    auto const plain = small_box("a", "one");
    Bytes open = plain;
    std::fill(open.begin(), open.begin() + 4, Byte{0});
    ASSERT_OK(parse(open));
    Bytes wide = {0, 0, 0, 1, 'j', 'u', 'm', 'b'};
    append(wide, big_endian<8>(plain.size() + 8));
    append(wide, ByteView(plain).subspan(8));
    auto const box = parse(wide);
    ASSERT_OK(box);
    EXPECT_TRUE(same_bytes(box->payload, ByteView(plain).subspan(8)));
}

}  // namespace
}  // namespace exhibit::jumbf
