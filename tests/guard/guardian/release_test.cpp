#include "guard/guardian/release.hpp"

#include <atomic>

#include "guard/guardian/rehearsal.hpp"

namespace exhibit::guard::test {
namespace {

std::size_t files_with(Path const& folder, std::string_view marker) {
    std::size_t found = 0;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        auto const bytes = read_file(entry.path(), 256u << 20);
        if (bytes.ok() && as_text(*bytes).find(marker) != std::string_view::npos) ++found;
    }
    return found;
}

// What any newsroom does with a bundle: k shares, the case key, the exhibit.
Result<Bytes> open_release(Rehearsal& r, ReleaseBundle const& bundle,
                           std::vector<SecretBytes> words, Bytes const& file) {
    words.resize(r.policy->value().quorum.k);
    auto const secret = TRY(slip39::combine(words, SecretBytes()));
    auto const identity = age::ScryptIdentity(SecretBytes::copy_of(to_hex(secret.reveal())));
    auto const key_text = TRY(age::decrypt_secret(bundle.case_key_age, identity, 4096));
    auto const key = TRY(age::X25519Identity::parse(key_text));
    return age::decrypt(file, key, 1u << 20);
}

Terms short_terms() {
    Terms terms;
    terms.interval = Duration::seconds(3);
    terms.grace = Duration::seconds(2);
    return terms;
}

TEST(Release, silence_releases_the_case_among_three_of_four_guardians) {
    Rehearsal r(short_terms());
    r.stop_guardian(3);  // dead from the beginning: n = 4 stands one
    for (unsigned i = 0; i < 3; ++i) ASSERT_EQ(r.enrol(i, r.enrolment(i))->status, 201U);
    auto const exhibit = r.seal(1, "MARKER-PLAIN");
    ASSERT_EQ(r.upload(0, exhibit)->status, 201U);
    ASSERT_EQ(r.state(0, exhibit)->status, 200U);
    EXPECT_EQ(r.release(0).ok(), false);
    EXPECT_EQ(files_with(r.folder.path(), "MARKER-PLAIN"), 0U);
    EXPECT_EQ(files_with(r.folder.path(), "VID_0001.mp4"), 0U);
    for (auto const& share : r.shares)
        EXPECT_EQ(files_with(r.folder.path(), share.reveal_text()), 0U);
    for (unsigned i = 0; i < 3; ++i) {
        ASSERT_TRUE(eventually([&] { return r.release(i).ok(); }, 60)) << i;
        auto const bundle = r.release(i);
        ASSERT_EQ(bundle->exhibits.size(), 1U);
        EXPECT_GE(bundle->adoptions.size(), r.policy->value().quorum.q);
        auto const file = r.send(i, "GET", r.path("exhibits/0001.age"), {});
        ASSERT_EQ(file->status, 200U);
        std::vector<SecretBytes> words;
        for (auto const& one : bundle->shares) {
            auto const share = open_from_guardian<ReleasedShare>(one, r.policy->value());
            ASSERT_OK(share);
            words.push_back(SecretBytes::copy_of(*share.value()->words));
        }
        auto const plain = open_release(r, *bundle, std::move(words), file->body);
        ASSERT_OK(plain);
        EXPECT_TRUE(as_text(*plain).starts_with("MARKER-PLAIN"));
    }
    // For anybody, but not as often as anybody likes: each is put together anew. The clock stands
    // still, so that a slow machine is not let through for being slow.
    r.options[0].now = [at = wall_now()] { return at; };
    r.stop_guardian(0);
    r.start_guardian(0);
    unsigned refused = 0;
    for (int i = 0; i < 3100 && refused == 0; ++i)
        refused += r.send(0, "GET", r.path("release"), {})->status == 429;
    EXPECT_EQ(refused, 1U);
    EXPECT_EQ(r.send(0, "GET", r.path("custody"), {})->status, 429U);
    EXPECT_EQ(r.send(0, "GET", r.path("custody"), {}, r.bearer(0))->status, 200U);
    EXPECT_EQ(r.send(0, "GET", r.path("exhibits/0001.age"), {})->status, 200U);
}

TEST(Release, a_named_audience_gets_shares_that_only_it_can_read) {
    auto const lawyer = age::X25519Identity::generate();
    auto terms = short_terms();
    terms.audience = {{AudienceStage::Who::named, {lawyer.recipient().text()}, Duration()}};
    Rehearsal r(terms);
    r.enrol_all();
    auto const exhibit = r.seal(1, "FOR-THE-LAWYER");
    ASSERT_EQ(r.upload(1, exhibit)->status, 201U);
    ASSERT_EQ(r.state(1, exhibit)->status, 200U);
    ASSERT_TRUE(eventually([&] { return r.release(2).ok(); }, 60));
    auto const bundle = r.release(2);
    std::vector<SecretBytes> words;
    for (auto const& one : bundle->shares) {
        auto const share = open_from_guardian<ReleasedShare>(one, r.policy->value());
        ASSERT_OK(share);
        EXPECT_FALSE(share.value()->words.has_value());
        ASSERT_EQ(share.value()->encrypted.size(), 1U);
        auto opened = age::decrypt_secret(share.value()->encrypted[0].age_file, lawyer, 1024);
        ASSERT_OK(opened);
        words.push_back(opened.take());
    }
    auto const file = r.send(1, "GET", r.path("exhibits/0001.age"), {});
    ASSERT_EQ(file->status, 200U);
    auto const plain = open_release(r, *bundle, std::move(words), file->body);
    ASSERT_OK(plain);
    EXPECT_TRUE(as_text(*plain).starts_with("FOR-THE-LAWYER"));
    for (auto const& share : r.shares)
        EXPECT_EQ(files_with(r.folder.path(), share.reveal_text()), 0U);
}

TEST(Release, publishing_is_tried_until_it_succeeds_and_then_no_more) {
    Rehearsal r(short_terms());
    std::atomic<int> calls = 0;
    std::atomic<bool> fails = true;
    r.stop_guardian(0);
    r.options[0].on_released = [&](ReleaseBundle const& bundle,
                                   CiphertextOf const& ciphertext) -> Outcome {
        ++calls;
        if (bundle.exhibits.empty()) return bad_input("nothing to publish");
        auto const path = ciphertext(bundle.exhibits[0].number);
        if (!path || !is_there(*path)) return bad_input("no ciphertext");
        if (fails) return world_error("the network is down").coded("test");
        return {};
    };
    r.start_guardian(0);
    r.enrol_all();
    auto const exhibit = r.seal(1, "x");
    ASSERT_EQ(r.upload(0, exhibit)->status, 201U);
    ASSERT_EQ(r.state(0, exhibit)->status, 200U);
    ASSERT_TRUE(eventually([&] { return calls >= 1; }, 60));
    r.stop_guardian(0);
    fails = false;
    auto const before = calls.load();
    r.start_guardian(0);
    ASSERT_TRUE(eventually([&] { return calls > before; }));
    auto const published = [&] {
        for (auto const& note : r.guardians[0]->notes()) {
            if (note.code == "published") return true;
        }
        return false;
    };
    ASSERT_TRUE(eventually(published));
    auto const done = calls.load();
    r.stop_guardian(0);
    r.start_guardian(0);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    EXPECT_EQ(calls.load(), done);
}

TEST(Release, an_upload_without_a_statement_is_released_as_unfinished) {
    Rehearsal r(short_terms());
    r.enrol_all();
    auto exhibit = r.seal(7, "cut off");
    auto headers = r.bearer(0);
    headers.add("Tus-Resumable", "1.0.0");
    headers.add("Upload-Length", std::to_string(exhibit.ciphertext.size() + 1000));
    headers.add("Upload-Metadata", "number " + to_base64(as_bytes(show(exhibit.number))));
    headers.add("Content-Type", "application/offset+octet-stream");
    ASSERT_EQ(r.send(0, "POST", r.path("uploads"), exhibit.ciphertext, headers)->status, 201U);
    ASSERT_TRUE(eventually([&] { return r.release(0).ok(); }, 60));
    auto const bundle = r.release(0);
    ASSERT_EQ(bundle->exhibits.size(), 1U);
    EXPECT_FALSE(bundle->exhibits[0].statement.has_value());
    auto const file = r.send(0, "GET", r.path("exhibits/0007.age"), {});
    ASSERT_OK(file);
    EXPECT_EQ(file->body, exhibit.ciphertext);
}

}  // namespace
}  // namespace exhibit::guard::test
