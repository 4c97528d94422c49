#include "formats/riff/riff.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"

namespace exhibit::riff {
using test::shared_path;

namespace {

Bytes sound() {
    Bytes chunks = write_chunk(chunk_id("fmt "), Bytes(16, 1));
    append(chunks, write_chunk(chunk_id("data"), Bytes(7, 2)));
    Bytes out = to_bytes("RIFF");
    append(out, little_endian(static_cast<std::uint32_t>(chunks.size() + 4)));
    append(out, "WAVE");
    append(out, chunks);
    return out;
}

TEST(Riff, chunks_are_found_with_their_padding) {
    auto file = sound();
    append(file, as_bytes("tail"));
    auto const form = parse(MemorySource(file));
    ASSERT_OK(form);
    EXPECT_EQ(form->id, chunk_id("WAVE"));
    ASSERT_EQ(form->chunks.size(), 2U);
    EXPECT_EQ(form->chunks[1].data.length, 7U);
    EXPECT_EQ(form->chunks[1].whole.length, 16U);
    EXPECT_EQ(form->after.length, 4U);
}

TEST(Riff, cut_files_are_refused) {
    auto const file = sound();
    for (std::size_t n = 0; n < file.size(); ++n) {
        EXPECT_ERROR_CODE(parse(MemorySource(ByteView(file).first(n))), "riff");
    }
}

TEST(Riff, published_bombs_and_broken_files_do_no_harm) {
    NEEDS_SHARED("vectors/c2pa/rs");
    auto const bomb = FileSource::open(shared_path("vectors/c2pa/rs/riff_bomb_1000.wav"));
    ASSERT_OK(bomb);
    (void)parse(*bomb);
    auto const broken = FileSource::open(shared_path("vectors/c2pa/rs/sample3.invalid.wav"));
    ASSERT_OK(broken);
    EXPECT_ERROR_CODE(parse(*broken), "riff");
    auto const good = FileSource::open(shared_path("vectors/c2pa/own/valid.wav"));
    ASSERT_OK(good);
    auto const form = parse(*good);
    ASSERT_OK(form);
    EXPECT_EQ(form->chunks.back().id, chunk_id("C2PA"));
}

}  // namespace
}  // namespace exhibit::riff
