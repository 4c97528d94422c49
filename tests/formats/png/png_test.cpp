#include "formats/png/png.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"

namespace exhibit::png {
using test::shared_path;

namespace {

Bytes picture() {
    Bytes out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    append(out, write_chunk(chunk_type("IHDR"), Bytes(13, 1)));
    append(out, write_chunk(chunk_type("IEND"), {}));
    return out;
}

TEST(Png, the_checksum_is_the_published_one) {
    EXPECT_EQ(crc32(as_bytes("123456789")), 0xcbf43926U);
    EXPECT_EQ(crc32(as_bytes("IEND")), 0xae426082U);
}

TEST(Png, chunks_are_found_and_read) {
    auto file = picture();
    append(file, as_bytes("more"));
    MemorySource const source(file);
    auto const all = chunks(source);
    ASSERT_OK(all);
    ASSERT_EQ(all->size(), 3U);
    EXPECT_EQ(read_chunk(source, all->front(), 100)->size(), 13U);
    EXPECT_ERROR_CODE(read_chunk(source, all->front(), 12), "png");
    EXPECT_EQ(all->back().whole.length, 4U);
    file[20] ^= 1;
    EXPECT_ERROR_CODE(read_chunk(source, all->front(), 100), "png");
}

TEST(Png, cut_files_are_refused) {
    auto const file = picture();
    for (std::size_t n = 0; n < file.size(); ++n) {
        MemorySource const cut(ByteView(file).first(n));
        EXPECT_ERROR_CODE(chunks(cut), "png");
    }
}

TEST(Png, a_published_picture_has_its_store_before_the_pixels) {
    NEEDS_SHARED("vectors/c2pa/own/valid.png");
    auto const source = FileSource::open(shared_path("vectors/c2pa/own/valid.png"));
    ASSERT_OK(source);
    auto const all = chunks(*source);
    ASSERT_OK(all);
    EXPECT_EQ((*all)[1].type, chunk_type("caBX"));
    EXPECT_OK(read_chunk(*source, (*all)[1], 1 << 20));
}

}  // namespace
}  // namespace exhibit::png
