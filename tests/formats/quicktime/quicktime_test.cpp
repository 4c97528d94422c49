// Movies made by hand: every place where a time or a place can stand, in both versions of the
// header, and tables of samples that lie.
#include "formats/quicktime/samples.hpp"

#include <algorithm>

#include "support/recordings.hpp"
#include "support/shared.hpp"

namespace exhibit::quicktime {
namespace {

using namespace test;

Result<std::optional<Movie>> parse(Bytes const& file) {
    MemorySource const source(file);
    auto const top = bmff::top_level(source);
    if (!top.ok()) return top.error();
    return parse_movie(source, *top);
}

Bytes movie(Bytes const& in_moov) {
    return joined({file_type("qt  "), bmff::write_box(bmff::box_type("moov"), in_moov)});
}

TEST(QuickTime, times_and_places_by_their_own_names) {
    auto const file = movie(
        joined({movie_header(seconds_1904_to_1970 + 1'602'470'467, 12'345),
                box("udta", {user_text("xyz", "-33.8568+151.2153+007.5/"),
                             user_text("day", "2020-10-12T08:41:07+0600"),
                             user_text("mak", "Maker"), user_text("mod", "Old name"), u32(0)}),
                metadata_keys({{"com.apple.quicktime.location.ISO6709", "+43.8201+087.6103+812/"},
                               {"com.apple.quicktime.creationdate", "2020-10-12T08:41:08+0600"},
                               {"com.apple.quicktime.model", "New name"},
                               {"com.example.other", "x"}})}));
    auto const found = parse(file);
    ASSERT_OK(found);
    ASSERT_TRUE(*found);
    auto const& it = **found;
    EXPECT_EQ(write_civil_time(*it.header_time), "2020-10-12T02:41:07Z");
    EXPECT_EQ(it.duration, Duration::ms(12'345));
    EXPECT_EQ(write_civil_time(*it.key_time), "2020-10-12T08:41:08+06:00");
    EXPECT_EQ(write_civil_time(*it.user_time), "2020-10-12T08:41:07+06:00");
    EXPECT_EQ(iso6709::write_place(*it.key_place), "+43.8201+087.6103+812/");
    EXPECT_EQ(iso6709::write_place(*it.user_place), "-33.8568+151.2153+7.5/");
    EXPECT_EQ(it.make + "/" + it.model, "Maker/New name");
    EXPECT_TRUE(it.troubles.empty());
}

TEST(QuickTime, the_header_of_64_bits) {
    auto const fields = joined({u64(std::uint64_t{seconds_1904_to_1970} + 1'602'470'467), u64(0),
                                u32(600), u64(600 * 90), Bytes(80)});
    auto const found = parse(movie(full_box("mvhd", 1, fields)));
    EXPECT_EQ(write_civil_time(*(**found).header_time), "2020-10-12T02:41:07Z");
    EXPECT_EQ((**found).duration, Duration::seconds(90));
}

TEST(QuickTime, a_clock_that_was_never_set_says_nothing) {
    EXPECT_FALSE((**parse(movie(movie_header(0, 1000)))).header_time);
    auto const early = parse(movie(movie_header(1000, 1000)));
    EXPECT_FALSE((**early).header_time);
    EXPECT_EQ((**early).troubles.size(), 1u);
}

TEST(QuickTime, loci_of_3gpp) {
    auto const fixed = [](double value) {
        return u32(static_cast<std::uint32_t>(static_cast<std::int32_t>(value * 65536)));
    };
    auto const fields =
        joined({u16(0x15c7), to_bytes(std::string_view("a quay\0", 7)), Bytes{0}, fixed(-68.303),
                fixed(-54.8019), fixed(12), to_bytes(std::string_view("earth\0\0", 7))});
    auto const found = parse(movie(box("udta", {full_box("loci", 0, fields)})));
    ASSERT_TRUE((**found).loci);
    EXPECT_EQ(iso6709::show_place(*(**found).loci), "54.80 S 68.30 W");
    EXPECT_EQ((**found).loci->altitude_mm, 12'000);
    auto const cut = parse(movie(box("udta", {full_box("loci", 0, Bytes(4))})));
    EXPECT_EQ((**cut).troubles.size(), 1u);
}

TEST(QuickTime, one_bad_field_never_hides_the_others) {
    auto const found =
        parse(movie(joined({movie_header(seconds_1904_to_1970 + 1, 0),
                            box("udta", {user_text("xyz", "somewhere"), user_text("day", "2020")}),
                            metadata_keys({{"com.apple.quicktime.creationdate", "yesterday"}})})));
    ASSERT_OK(found);
    EXPECT_EQ((**found).troubles.size(), 3u);
    EXPECT_TRUE((**found).header_time);
    EXPECT_FALSE((**found).user_place);
}

TEST(QuickTime, a_file_without_a_movie_has_none) {
    EXPECT_FALSE(*parse(file_type("isom")));
    auto const broken = parse(movie(Bytes{0, 0, 0, 100, 'm', 'v', 'h', 'd'}));
    EXPECT_ERROR_CODE(broken, "quicktime");
}

TEST(QuickTime, samples_lie_where_the_tables_say) {
    std::vector<Bytes> const content = {Bytes(10, 1), Bytes(20, 2), Bytes(30, 3)};
    Bytes file = file_type("isom");
    auto const offset = file.size() + 8;
    append(file, box("mdat", {content[0], content[1], content[2]}));
    append(file, box("moov", {sample_track("vide", "avc1", {10, 20, 30}, offset, {1, 3})}));
    MemorySource const source(file);
    auto const top = bmff::top_level(source);
    auto const list = tracks(source, *top);
    ASSERT_OK(list);
    ASSERT_EQ(list->size(), 1u);
    EXPECT_EQ(as_text(list->front().format), "avc1");
    EXPECT_EQ(list->front().timescale, 1000u);
    auto const found = samples(source, list->front());
    ASSERT_OK(found);
    ASSERT_EQ(found->size(), 3u);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(*source.read((*found)[i].range.offset, (*found)[i].range.length), content[i]);
    EXPECT_EQ((*found)[2].start, 2000u);
    EXPECT_TRUE((*found)[0].sync && !(*found)[1].sync && (*found)[2].sync);
    EXPECT_EQ(samples(source, list->front(), 2)->size(), 2u);
}

TEST(QuickTime, tables_that_lie_are_refused) {
    auto const refused = [](Bytes const& trak) {
        auto const file = joined({file_type("isom"), box("moov", {trak})});
        MemorySource const source(file);
        auto const list = tracks(source, *bmff::top_level(source));
        EXPECT_OK(list);
        EXPECT_EQ(list->size(), 1u);
        EXPECT_ERROR_CODE(samples(source, list->front()), "quicktime");
    };
    refused(sample_track("vide", "avc1", {10}, 1'000'000));
    refused(sample_track("vide", "avc1", {1u << 31}, 0));
    refused(sample_track("vide", "avc1", {1}, 0, {0}));
    // All of one size, four thousand million of them.
    auto trak = sample_track("vide", "avc1", {10}, 0);
    auto const stsz = std::ranges::search(trak, std::string_view("stsz")).begin();
    std::ranges::copy(joined({u32(1), u32(0xffffffff)}), stsz + 8);
    refused(trak);
}

}  // namespace
}  // namespace exhibit::quicktime
