#include "case/package_reader.hpp"

#include "case/package_names.hpp"
#include "support/shared.hpp"
#include "support/tar_of.hpp"

namespace exhibit {
namespace {

using test::tar_of;

struct Reading {
    std::string original;
    PackageReader package{[this](ByteView bytes) -> Outcome {
        original += as_text(bytes);
        return {};
    }};
    tar::TarReader reader{package};
};

TEST(PackageReader, a_second_file_of_the_originals_name_is_refused) {
    // `age -d | tar x` would leave the second one, and this program would have judged the first.
    for (auto const* name : {"clip.mp4", "clip.mp4.part-000000", "clip.mp4.part-000007"}) {
        Reading it;
        auto const tar = tar_of(
            {{"clip.mp4", "the sealed film"}, {"disclosures.json", "{}"}, {name, "another film"}});
        SCOPED_TRACE(name);
        EXPECT_ERROR_CODE(it.reader.update(tar), "package");
    }
    Reading later_version;
    EXPECT_OK(later_version.reader.update(
        tar_of({{"clip.mp4", "film"}, {"disclosures.json", "{}"}, {"news.json", "{}"}})));
    EXPECT_EQ(later_version.original, "film");
}

TEST(PackageReader, of_a_small_entry_that_is_cut_nothing_is_made) {
    auto const tar = tar_of({{"clip.mp4", "film"}, {"disclosures.json", R"({"all":"of it"})"}});
    for (std::size_t const left : {3u * 512 + 5, 3u * 512 + 14}) {
        Reading it;
        ASSERT_OK(it.reader.update(ByteView(tar).first(left)));
        it.package.drop_half_entry();
        EXPECT_EQ(it.package.disclosures, "");
        EXPECT_EQ(it.original, "film");
    }
    Reading whole;
    ASSERT_OK(whole.reader.update(ByteView(tar).first(3 * 512 + 15)));
    whole.package.drop_half_entry();
    EXPECT_EQ(whole.package.disclosures, R"({"all":"of it"})");
}

TEST(PackageNames, whatever_a_file_is_called_its_entry_is_read_as_the_original) {
    std::string const long_name(240, 'x');
    for (std::string const& name :
         {std::string("clip.mp4"), std::string("disclosures.json"), ".padding" + long_name,
          std::string("...part-000000"), std::string("rec.part-000000"), std::string("a.part-7"),
          std::string("movie.part-2.mp4"), long_name + ".part-000000"}) {
        auto const entry = package_entry_name(name);
        EXPECT_LE(entry.size(), 255u);
        Reading it;
        ASSERT_OK(it.reader.update(tar_of({{entry, "film"}, {"disclosures.json", "{}"}})));
        EXPECT_EQ(it.original, "film");
        EXPECT_EQ(it.package.entry_name(), entry);
        Reading parts;
        ASSERT_OK(parts.reader.update(tar_of({{package_part_name(entry, 0), "fi"},
                                              {package_part_name(entry, 1), "lm"},
                                              {"disclosures.json", "{}"}})));
        EXPECT_EQ(parts.original, "film");
    }
    EXPECT_EQ(package_entry_name("movie.part-2.mp4"), "movie.part-2.mp4");
    EXPECT_EQ(package_entry_name("rec.part-000000"), "original-rec_part-000000");
}

}  // namespace
}  // namespace exhibit
