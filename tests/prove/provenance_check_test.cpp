// One genuine and one forged specimen of every sentence about a file's own manifest.
#include "prove/provenance_check.hpp"

#include <gtest/gtest.h>

#include "support/signed_bytes.hpp"

namespace exhibit::prove {
namespace {

class ProvenanceCheck : public ::testing::Test {
protected:
    // The one sentence about the manifest; empty when there is none.
    std::string said_of(ByteView bytes, WallTime now = wall_now()) {
        EXPECT_OK(replace_file(folder_ / "file", bytes));
        return said_of_file(folder_ / "file", now);
    }
    static std::string said_of_file(Path const& file, WallTime now = wall_now()) {
        auto const report = verify_media(file, {.now = now});
        return report.findings.empty() ? "" : report.findings.front().id;
    }
    test::TemporaryFolder folder_;
    test::Workshop workshop_;
};

TEST_F(ProvenanceCheck, a_file_that_says_nothing_is_not_spoken_of) {
    EXPECT_EQ(said_of(test::a_jpeg()), "");
    EXPECT_EQ(said_of(as_bytes("plain text")), "");
    EXPECT_EQ(said_of({}), "");
}

TEST_F(ProvenanceCheck, intact_and_signer_not_on_your_list) {
    for (auto const& plain : {test::a_jpeg(), test::a_png(), test::a_wav(50), test::an_mp4(50)})
        EXPECT_EQ(said_of(workshop_.sign(plain, test::a_wish())), "provenance.intact");
    auto const report = verify_media(folder_ / "file", {.now = wall_now()});
    EXPECT_TRUE(report.holds());
    EXPECT_NE(report.findings[0].sentence.find("intact; signer not on your list"),
              std::string::npos);
    EXPECT_NE(report.findings[0].sentence.find("\"Test newsroom\""), std::string::npos);
    EXPECT_EQ(report.findings[1].id, "not-proven.always");
}

TEST_F(ProvenanceCheck, one_byte_that_was_changed_since_breaks_it) {
    auto file = workshop_.sign(test::an_mp4(50), test::a_wish());
    file.back() ^= 1;
    EXPECT_EQ(said_of(file), "provenance.broken");
    EXPECT_FALSE(verify_media(folder_ / "file", {.now = wall_now()}).holds());
    // And so does a box that nobody can read, where the manifest was.
    auto other = workshop_.sign(test::an_mp4(50), test::a_wish());
    auto const found = std::ranges::search(other, std::string_view("manifest"));
    *found.begin() = 'x';
    EXPECT_EQ(said_of(other), "provenance.broken");
}

TEST_F(ProvenanceCheck, a_certificate_that_ended_is_no_word_against_the_file) {
    auto const file = workshop_.sign(test::a_jpeg(), test::a_wish());
    EXPECT_EQ(said_of(file, wall_now() + Duration::days(1000)), "provenance.ended");
    EXPECT_NE(verify_media(folder_ / "file", {.now = wall_now() + Duration::days(1000)})
                  .findings[0]
                  .verdict,
              Verdict::fails);
}

TEST_F(ProvenanceCheck, a_manifest_elsewhere_is_not_fetched) {
    NEEDS_SHARED("vectors/c2pa/rs/cloud.jpg");
    EXPECT_EQ(said_of_file(test::shared_path("vectors/c2pa/rs/cloud.jpg")), "provenance.elsewhere");
}

TEST_F(ProvenanceCheck, what_cannot_be_read_is_not_called_tampering) {
    EXPECT_EQ(said_of_file(folder_.path()), "provenance.unreadable");
    EXPECT_EQ(said_of_file(folder_ / "missing"), "provenance.unreadable");
}

}  // namespace
}  // namespace exhibit::prove
