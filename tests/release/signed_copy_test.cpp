#include "release/signed_copy.hpp"

#include <gtest/gtest.h>

#include "release/disclosed_facts.hpp"
#include "support/signed_bytes.hpp"

namespace exhibit::release {
namespace {

class SignedCopies : public ::testing::Test {
protected:
    Path put(std::string const& name, ByteView bytes) {
        EXPECT_OK(replace_file(folder_ / name, bytes));
        return folder_ / name;
    }
    CopyPlan plan(Path const& from, std::string const& to) const {
        CopyPlan out;
        out.from = from;
        out.to = folder_ / to;
        out.wish = test::a_wish();
        return out;
    }
    void say(CopyPlan& to, std::string const& name, std::string const& value) {
        auto fact = fact_assertion({name, value});
        EXPECT_OK(fact);
        to.wish.facts.push_back(fact.take());
    }
    Result<SignedCopy> sign(CopyPlan const& plan) {
        return sign_copy(plan, workshop_.by.signer, workshop_.by.question(), workshop_.random);
    }
    Result<SignedCopy> revise(CopyPlan const& plan) {
        return revise_copy(plan, workshop_.by.signer, workshop_.by.question(), workshop_.random);
    }
    c2pa::Report judge(std::string const& name) {
        return std::move(examine(folder_ / name, {}, workshop_.by.question()).take().report);
    }
    std::size_t files() const {
        auto const all = std::filesystem::directory_iterator(folder_.path());
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    test::TemporaryFolder folder_;
    test::Workshop workshop_;
};

TEST_F(SignedCopies, facts_are_withheld_by_the_names_people_use) {
    auto first = plan(put("a.jpg", test::a_jpeg()), "b.jpg");
    say(first, "place", "43.82,87.61");
    say(first, "time", "2020-10-12");
    say(first, "note", "the north gate of the market");
    say(first, "original", "sha256:00 size:1");
    ASSERT_OK(sign(first));
    EXPECT_EQ(judge("b.jpg").state, c2pa::State::trusted);
    auto less = plan(folder_ / "b.jpg", "c.jpg");
    less.withhold = {"place", "note", "guardian.exhibit.original"};
    auto const made = revise(less);
    ASSERT_OK(made);
    EXPECT_TRUE(made->by_update);
    EXPECT_EQ(made->withheld.size(), 3U);
    EXPECT_TRUE(made->words.empty());
    auto const shown = c2pa::show(judge("c.jpg"));
    EXPECT_NE(shown.find("2020-10-12"), std::string::npos);
    EXPECT_EQ(shown.find("north gate"), std::string::npos);
    less.to = folder_ / "d.jpg";
    less.withhold = {"device"};
    EXPECT_ERROR_CODE(revise(less), "redaction");
    // What is gone cannot be withheld again.
    auto again = plan(folder_ / "c.jpg", "e.jpg");
    again.withhold = {"place"};
    EXPECT_ERROR_CODE(revise(again), "redaction");
}

TEST_F(SignedCopies, what_would_still_be_in_the_copy_is_found_and_the_copy_removed) {
    auto const fact = fact_assertion({"note", "the north gate of the market"});
    ASSERT_OK(fact);
    // The picture's own comment holds the very bytes of the assertion.
    auto picture = test::a_jpeg();
    auto comment = Bytes{0xff, 0xfe};
    append(comment, big_endian<2>(fact->content.size() + 2));
    append(comment, fact->content);
    picture.insert(picture.begin() + 20, comment.begin(), comment.end());
    auto first = plan(put("a.jpg", picture), "b.jpg");
    say(first, "note", "the north gate of the market");
    ASSERT_OK(sign(first));
    auto less = plan(folder_ / "b.jpg", "c.jpg");
    less.withhold = {"note"};
    EXPECT_ERROR_CODE(revise(less), "leak");
    EXPECT_EQ(files(), 2U);  // a and b: nothing was left behind
}

TEST_F(SignedCopies, a_word_that_stands_elsewhere_is_told) {
    auto video = test::an_mp4(50);
    append(video,
           bmff::write_box(bmff::box_type("udta"), as_bytes("the north gate of the market")));
    auto first = plan(put("a.mp4", video), "b.mp4");
    say(first, "note", "the north gate of the market");
    ASSERT_OK(sign(first));
    auto less = plan(folder_ / "b.mp4", "c.mp4");
    less.withhold = {"note"};
    auto const made = revise(less);
    ASSERT_OK(made);
    EXPECT_FALSE(made->by_update);  // never in an MP4
    ASSERT_EQ(made->words.size(), 1U);
    EXPECT_EQ(made->words[0].word, "the north gate of the market");
    EXPECT_EQ(judge("c.mp4").state, c2pa::State::trusted);
}

TEST_F(SignedCopies, an_original_that_does_not_hold_needs_to_be_acknowledged) {
    ASSERT_OK(sign(plan(put("a.mp4", test::an_mp4(50)), "b.mp4")));
    auto bent = read_file(folder_ / "b.mp4", 1 << 20);
    ASSERT_OK(bent);
    bent->back() ^= 1;
    auto next = plan(put("bent.mp4", *bent), "c.mp4");
    EXPECT_ERROR_CODE(sign(next), "original");
    EXPECT_FALSE(is_there(folder_ / "c.mp4"));
    next.acknowledge = true;
    auto const made = sign(next);
    ASSERT_OK(made);
    EXPECT_EQ(made->original.state, c2pa::State::invalid);
    // The copy says so itself: a reader sees that the signer knew.
    auto const json = c2pa::dump_json_report(judge("c.mp4"));
    EXPECT_NE(json.find("assertion.bmffHash.mismatch"), std::string::npos);
}

TEST_F(SignedCopies, a_manifest_beside_a_file_leaves_it_untouched) {
    auto const note = put("note.txt", as_bytes("what was said at the gate"));
    auto beside = plan(note, "note.c2pa");
    beside.beside = true;
    say(beside, "place", "43.82,87.61");
    ASSERT_OK(sign(beside));
    EXPECT_EQ(judge("note.txt").state, c2pa::State::trusted);
    auto less = plan(note, "less.c2pa");
    less.withhold = {"place"};
    auto const made = revise(less);
    ASSERT_OK(made);
    EXPECT_TRUE(made->by_update);
    EXPECT_EQ(examine(note, folder_ / "less.c2pa", workshop_.by.question())->report.state,
              c2pa::State::trusted);
    ASSERT_OK(replace_file(note, std::string_view("what was not said at the gate")));
    EXPECT_EQ(judge("note.txt").state, c2pa::State::invalid);
}

TEST_F(SignedCopies, nothing_is_written_over_and_nothing_half_written) {
    auto const from = put("a.jpg", test::a_jpeg());
    put("b.jpg", as_bytes("mine"));
    EXPECT_ERROR_CODE(sign(plan(from, "b.jpg")), "exists");
    EXPECT_ERROR_CODE(sign(plan(from, "a.jpg")), "exists");
    EXPECT_ERROR_CODE(sign(plan(folder_ / "missing.jpg", "c.jpg")), "not-found");
    EXPECT_ERROR_CODE(sign(plan(put("plain.txt", as_bytes("text")), "c.txt")), "no-place");
    workshop_.by.signer.sign = [](ByteView) -> Result<Bytes> { return world_error("no token"); };
    EXPECT_FALSE(sign(plan(from, "c.jpg")).ok());
    EXPECT_EQ(files(), 3U);
    EXPECT_ERROR_CODE(revise(plan(from, "c.jpg")), "none");
}

TEST(DisclosedFacts, are_written_in_the_terms_of_the_standards) {
    auto const text = [](std::string const& name, std::string const& value) {
        auto const assertion = fact_assertion({name, value});
        return assertion.ok() ? assertion->label + " " + to_string(assertion->content)
                              : std::string(assertion.error().code);
    };
    EXPECT_NE(text("place", "43.82,87.61").find("\"exif:GPSLatitude\":\"43,49.2000N\""),
              std::string::npos);
    EXPECT_NE(text("place", "-33.99999999, -70.5").find("34,0.0000S"), std::string::npos);
    EXPECT_NE(text("place", "-33.99999999, -70.5").find("70,30.0000W"), std::string::npos);
    EXPECT_TRUE(text("note", "x").starts_with("guardian.exhibit.metadata "));
    EXPECT_TRUE(text("region", "north gate").starts_with("c2pa.metadata "));
    EXPECT_NE(text("original", "sha256:ab size:3").find("\"sha256\":\"ab\""), std::string::npos);
    for (auto const& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"place", "the gate"},
                                                          {"place", "91,0"},
                                                          {"place", "1"},
                                                          {"colour", "red"},
                                                          {"original", "words"},
                                                          {"note", std::string(5000, 'x')},
                                                          {"note", "\xff"}}) {
        EXPECT_EQ(text(name, value), "fact") << name << " " << value.substr(0, 20);
    }
    EXPECT_ERROR_CODE(parse_fact("place"), "fact");
    EXPECT_ERROR_CODE(parse_fact("=x"), "fact");
    EXPECT_OK(parse_fact("note=a = b"));
}

}  // namespace
}  // namespace exhibit::release
