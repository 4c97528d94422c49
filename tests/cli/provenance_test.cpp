// A newsroom's day with the real program: a key, a signed copy, a blurred one, a fact taken back, a
// time stamp; and what a reader sees of each.
#include "cli_fixture.hpp"

namespace exhibit::test {
namespace {

class Newsroom : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = new TemporaryFolder;
        auto const made = run({program, "--passphrase-fd", "3", "provenance", "key", at("signing"),
                               "--name", "Example Newsroom"},
                              {}, {}, sentence);
        EXPECT_EQ(made.code, 0) << made.err;
        EXPECT_NE(made.out.find("SHA-256 of it: "), std::string::npos);
    }
    static void TearDownTestSuite() { delete folder_; }
    void SetUp() override { NEEDS_SHARED("footage"); }

    static std::string at(std::string const& name) { return (folder_->path() / name).string(); }
    static std::string footage(std::string const& name) {
        return shared_path("footage/" + name).string();
    }
    // With the newsroom's key.
    static Ran signed_by_us(std::vector<std::string> words) {
        words.insert(words.begin(), {program, "--json", "--passphrase-fd", "3", "provenance"});
        words.insert(words.end(), {"--signer", at("signing")});
        return run(words, {}, {}, sentence);
    }
    static Json report_of(std::string const& file) {
        return one_object(
            run({program, "--json", "provenance", "--trust", at("signing/root.pem"), file}).out);
    }
    static std::string shown(std::string const& file) {
        return run({program, "provenance", "--trust", at("signing/root.pem"), file}).out;
    }

private:
    static inline TemporaryFolder* folder_ = nullptr;
};

TEST_F(Newsroom, signs_a_video_and_everybody_reads_what_it_says) {
    auto const copy = at("signed.mp4");
    auto const made = signed_by_us({"sign", "--fact", "region=north gate", "--fact",
                                    "time=2020-10-12", footage("video/te-doorknob.mp4"), copy});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(one_object(made.out)["signer"], "Example Newsroom");
    auto const stranger = run({program, "provenance", copy});
    EXPECT_EQ(stranger.code, 0);
    EXPECT_TRUE(stranger.out.starts_with("intact; signer not on your list\n")) << stranger.out;
    auto const reader = shown(copy);
    EXPECT_TRUE(reader.starts_with("intact; signed by somebody on your list\n")) << reader;
    EXPECT_NE(reader.find("Iptc4xmpExt:LocationCreated: north gate"), std::string::npos);
    auto const json = report_of(copy);
    EXPECT_EQ(json["validation_state"], "Trusted");
    EXPECT_TRUE(
        json["manifests"][json["active_manifest"].get<std::string>()].contains("assertions"));
    auto const verified = run({program, "--json", "verify", copy});
    EXPECT_EQ(verified.code, 0);
    EXPECT_NE(verified.out.find("provenance.intact"), std::string::npos);
    // Somebody changes it.
    auto bytes = slurp(copy);
    bytes[bytes.size() - 100] ^= 1;
    put(at("bent.mp4"), bytes);
    EXPECT_EQ(run({program, "provenance", at("bent.mp4")}).code, 1);
    EXPECT_EQ(run({program, "verify", at("bent.mp4")}).code, 1);
}

TEST_F(Newsroom, blurs_a_copy_names_the_original_and_takes_a_fact_back) {
    NEEDS_PROGRAM("ffmpeg");
    auto const whole = at("whole.mp4");
    ASSERT_EQ(signed_by_us({"sign", "--fact", "place=43.82,87.61", "--fact",
                            "note=by the north gate", footage("video/mdn-friday.mp4"), whole})
                  .code,
              0);
    ASSERT_EQ(run({"ffmpeg", "-nostdin", "-v", "error", "-i", whole, "-vf", "boxblur=8",
                   at("blurred.mp4")})
                  .code,
              0);
    auto const needs_words =
        signed_by_us({"sign", "--original", whole, at("blurred.mp4"), at("no.mp4")});
    EXPECT_EQ(needs_words.code, 2);
    EXPECT_NE(needs_words.err.find("--did"), std::string::npos);
    auto const derived = at("derived.mp4");
    auto const made = signed_by_us({"sign", "--original", whole, "--did", "filtered:faces blurred",
                                    "--withhold", "place", at("blurred.mp4"), derived});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(one_object(made.out)["withheld"].size(), 1U);
    auto const reader = shown(derived);
    EXPECT_NE(reader.find("filtered it: faces blurred"), std::string::npos) << reader;
    EXPECT_NE(reader.find("withheld c2pa.metadata"), std::string::npos);
    EXPECT_NE(reader.find("by the north gate"), std::string::npos);
    EXPECT_EQ(slurp(derived).find("43,49.2"), std::string::npos);
    auto const less = at("less.mp4");
    auto const redacted = signed_by_us({"redact", "--withhold", "note", derived, less});
    ASSERT_EQ(redacted.code, 0) << redacted.err;
    EXPECT_EQ(slurp(less).find("by the north gate"), std::string::npos);
    EXPECT_EQ(report_of(less)["validation_state"], "Trusted");
    EXPECT_EQ(report_of(less)["manifests"].size(), 3U);
}

TEST_F(Newsroom, keeps_a_manifest_beside_a_file_and_stamps_it_later) {
    NEEDS_PROGRAM("openssl");
    auto const photo = at("photo.jpg");
    std::filesystem::copy_file(footage("photo/lund-01.jpg"), photo);
    ASSERT_EQ(signed_by_us({"sign", "--beside", photo}).code, 0);
    EXPECT_TRUE(is_there(at("photo.c2pa")));
    EXPECT_EQ(report_of(photo)["validation_state"], "Trusted");
    EXPECT_EQ(slurp(photo), slurp(footage("photo/lund-01.jpg")));
    auto const asked = run({program, "provenance", "stamp", photo, "--ask", at("query.tsq")});
    EXPECT_EQ(asked.code, 0) << asked.err;
    EXPECT_NE(run({"openssl", "ts", "-query", "-in", at("query.tsq"), "-text"})
                  .out.find("Certificate required: yes"),
              std::string::npos);
    put(at("reply.tsr"), "no token");
    auto const junk =
        signed_by_us({"stamp", photo, at("stamped.c2pa"), "--token", at("reply.tsr")});
    EXPECT_EQ(junk.code, 1);
    EXPECT_FALSE(is_there(at("stamped.c2pa")));
}

TEST_F(Newsroom, is_told_what_is_missing_and_nothing_is_written) {
    auto const from = footage("photo/lund-01.jpg");
    auto const nobody = run({program, "provenance", "sign", from, at("x.jpg")});
    EXPECT_EQ(nobody.code, 2);
    EXPECT_NE(nobody.err.find("exhibit provenance key"), std::string::npos) << nobody.err;
    auto const wrong = run({program, "--passphrase-fd", "3", "provenance", "sign", "--signer",
                            at("signing"), from, at("x.jpg")},
                           {}, {}, "another sentence\n");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("not the passphrase"), std::string::npos);
    EXPECT_EQ(wrong.err.find("another sentence"), std::string::npos);
    for (auto const& words : std::vector<std::vector<std::string>>{
             {"sign", "--fact", "colour=red", from, at("x.jpg")},
             {"sign", "--fact", "place=the gate", from, at("x.jpg")},
             {"sign", "--did", "improved", from, at("x.jpg")},
             {"sign", "--disclose", "time", from, at("x.jpg")},
             {"sign", from},
             {"redact", from, at("x.jpg")}}) {
        EXPECT_EQ(signed_by_us(words).code, 2) << words[1];
    }
    EXPECT_EQ(signed_by_us({"redact", "--withhold", "place", from, at("x.jpg")}).code, 1);
    EXPECT_EQ(signed_by_us({"sign", footage("video/intel-face-book.mkv"), at("x.mkv")}).code, 1);
    EXPECT_FALSE(is_there(at("x.jpg")));
    EXPECT_FALSE(is_there(at("x.mkv")));
    EXPECT_EQ(run({program, "provenance"}).code, 2);
    auto const none = run({program, "provenance", from});
    EXPECT_NE(none.out.find("no manifest"), std::string::npos) << none.out;
    EXPECT_EQ(none.code, 1);
    // Nobody looked into it: then nothing is said of what it holds.
    auto const unread = run({program, "provenance", footage("video/intel-face-book.mkv")});
    EXPECT_EQ(unread.out.find("no manifest"), std::string::npos) << unread.out;
    EXPECT_NE(unread.err.find("--sidecar"), std::string::npos) << unread.err;
    EXPECT_EQ(unread.code, 1);
    for (auto const* command : {"key", "sign", "update", "redact", "stamp"}) {
        auto const help = run({program, "provenance", command, "--help"});
        EXPECT_EQ(help.code, 0);
        EXPECT_NE(help.out.find("Example:  "), std::string::npos) << command;
    }
}

}  // namespace
}  // namespace exhibit::test
