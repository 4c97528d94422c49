#include "guard/guardian/spread.hpp"

#include "guard/guardian/rehearsal.hpp"

namespace exhibit::guard::test {
namespace {

TEST(Spread, one_upload_reaches_all_guardians_and_all_receipts_are_everywhere) {
    Rehearsal r;
    r.enrol_all();
    auto const exhibit = r.seal(1, "MARKER-PLAIN", 300'000);
    ASSERT_EQ(r.upload(0, exhibit)->status, 201U);
    ASSERT_EQ(r.state(0, exhibit)->status, 200U);
    for (unsigned i = 0; i < 4; ++i) {
        EXPECT_TRUE(eventually([&] { return r.receipts_at(i) == 4; }))
            << i << " has " << r.receipts_at(i);
        auto const copy = r.send(i, "GET", r.path("exhibits/0001.age"), {}, r.bearer(i));
        ASSERT_OK(copy);
        EXPECT_EQ(copy->body, exhibit.ciphertext);
    }
}

TEST(Spread, a_guardian_that_was_away_catches_up_after_its_return) {
    Rehearsal r;
    r.enrol_all();
    r.stop_guardian(3);
    auto const exhibit = r.seal(1, "while you were away");
    ASSERT_EQ(r.upload(0, exhibit)->status, 201U);
    ASSERT_EQ(r.state(0, exhibit)->status, 200U);
    EXPECT_TRUE(eventually([&] { return r.receipts_at(1) == 3 && r.receipts_at(2) == 3; }));
    r.start_guardian(3);
    EXPECT_TRUE(eventually([&] { return r.receipts_at(3) == 4 && r.receipts_at(0) == 4; }))
        << r.receipts_at(3) << " and " << r.receipts_at(0);
}

TEST(Spread, a_guardian_whose_bytes_are_wrong_is_named_and_its_bytes_are_dropped) {
    Rehearsal r;
    r.enrol_all();
    for (unsigned i = 1; i < 4; ++i) r.stop_guardian(i);
    auto const exhibit = r.seal(1, "x");
    ASSERT_EQ(r.upload(0, exhibit)->status, 201U);
    ASSERT_EQ(r.state(0, exhibit)->status, 200U);
    std::size_t damaged = 0;
    for (auto const& entry :
         std::filesystem::recursive_directory_iterator(r.options[0].data / "blobs")) {
        if (!entry.is_regular_file() || entry.file_size() != exhibit.ciphertext.size()) continue;
        auto bytes = read_file(entry.path(), 1u << 20).take();
        bytes[40'000] ^= 1;
        std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_write,
                                     std::filesystem::perm_options::add);
        ASSERT_OK(replace_file(entry.path(), ByteView(bytes)));
        ++damaged;
    }
    ASSERT_EQ(damaged, 1U);
    r.start_guardian(1);
    EXPECT_TRUE(eventually([&] {
        for (auto const& note : r.guardians[1]->notes()) {
            if (note.code == "peer-lies" && note.text.find("guardian-0") != std::string::npos)
                return true;
        }
        return false;
    }));
    EXPECT_EQ(r.receipts_at(1), 0U);
}

TEST(Spread, a_stranger_is_given_no_ciphertext) {
    Rehearsal r;
    r.enrol_all();
    auto const exhibit = r.seal(1, "x");
    ASSERT_EQ(r.upload(0, exhibit)->status, 201U);
    ASSERT_EQ(r.state(0, exhibit)->status, 200U);
    PeerRequest request;
    request.case_id = r.id;
    request.guardian = r.guardians[1]->id();
    request.path = r.path("exhibits/0001.age");
    request.time = wall_now();
    auto const forged = Signed<PeerRequest>::sign(std::move(request), SigningKey::generate());
    HeaderFields const headers = {
        {std::string(peer_header), to_base64(as_bytes(write_envelope(forged.envelope())))}};
    auto const answer = r.send(0, "GET", r.path("exhibits/0001.age"), {}, headers);
    ASSERT_OK(answer);
    EXPECT_EQ(answer->status, 403U);
}

TEST(Spread, the_vouched_list_follows_the_check_in) {
    Rehearsal r;
    r.enrol_all();
    VouchedList list;
    list.statements.push_back(DocumentDigest(sha256(std::string_view("statement"))));
    auto const text = list.text();
    auto const put =
        r.send(0, "PUT", r.path("vouched/" + list.digest().hex()), as_bytes(text), r.bearer(0));
    ASSERT_OK(put);
    EXPECT_EQ(put->status, 204U);
    auto const envelope =
        r.make_check_in(r.last_claimed + least_gap(r.terms.interval), list.digest());
    auto const told = r.tell(0, envelope);
    ASSERT_OK(told);
    EXPECT_EQ(told->refused, "");
    EXPECT_TRUE(eventually([&] {
        auto const got =
            r.send(2, "GET", r.path("vouched/" + list.digest().hex()), {}, r.bearer(2));
        return got.ok() && got->status == 200 && to_string(got->body) == text;
    }));
}

}  // namespace
}  // namespace exhibit::guard::test
