// HEIC files made by hand: Exif in the file, Exif in `idat`, none, and locations that lie.
#include "formats/heif/heif.hpp"

#include <algorithm>

#include "support/recordings.hpp"
#include "support/shared.hpp"

namespace exhibit::heif {
namespace {

using namespace test;

Result<Bytes> exif_in(Bytes const& file) {
    MemorySource const source(file);
    auto const top = bmff::top_level(source);
    if (!top.ok()) return top.error();
    return exif_of(source, *top);
}

TEST(Heif, exif_lies_where_its_item_says) {
    auto const tiff = to_bytes(std::string_view("II*\0 and so on"));
    for (bool const in_idat : {false, true}) {
        auto const file = heic_with_exif(tiff, in_idat);
        MemorySource const source(file);
        EXPECT_TRUE(*is_heif(source, *bmff::top_level(source)));
        auto const found = exif_in(file);
        ASSERT_OK(found);
        EXPECT_EQ(*found, tiff);
    }
}

TEST(Heif, a_picture_without_exif_has_none) {
    auto const file = joined({file_type("heic"), full_box("meta", 0, full_box("iinf", 0, u16(0)))});
    EXPECT_TRUE(exif_in(file)->empty());
    auto const movie = file_type("isom");
    MemorySource const source(movie);
    EXPECT_FALSE(*is_heif(source, *bmff::top_level(source)));
}

TEST(Heif, locations_that_lie_are_refused) {
    auto const tiff = Bytes(100, 7);
    auto file = heic_with_exif(tiff, false);
    auto const iloc = std::ranges::search(file, std::string_view("iloc")).begin();
    auto const far = u32(0x7fffffff);
    std::ranges::copy(far, iloc + 4 + 4 + 2 + 2 + 2 + 2 + 2 + 2);
    EXPECT_ERROR_CODE(exif_in(file), "heif");
    // Cut anywhere: refused or whole, never beyond.
    auto const good = heic_with_exif(tiff, true);
    for (std::size_t size = 0; size < good.size(); ++size)
        (void)exif_in(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
}

}  // namespace
}  // namespace exhibit::heif
