#include "guard/guardian/guardian.hpp"

#include "guard/guardian/rehearsal.hpp"

namespace exhibit::guard::test {
namespace {

unsigned status_of(Result<HttpAnswer> const& answer) { return answer.ok() ? answer->status : 0; }
std::string text_of(Result<HttpAnswer> const& answer) {
    return answer.ok() ? to_string(answer->body) : answer.error().what;
}

TEST(Guardian, enrolment_again_gives_the_same_receipt) {
    Rehearsal r;
    auto const once = r.enrol(0, r.enrolment(0));
    ASSERT_EQ(status_of(once), 201U) << text_of(once);
    auto const again = r.enrol(0, r.enrolment(0));
    ASSERT_EQ(status_of(again), 201U) << text_of(again);
    EXPECT_EQ(once->body, again->body);
    auto const receipt =
        Signed<ShareReceipt>::open(*parse_envelope(once->body), r.guardians[0]->key());
    ASSERT_OK(receipt);
    EXPECT_EQ(receipt.value()->policy, r.policy->digest());
    EXPECT_EQ(receipt.value()->share_digest, r.policy->value().guardians[0].share_digest);
}

TEST(Guardian, a_wrong_share_is_refused_and_nothing_stays) {
    Rehearsal r;
    auto wrong = r.enrolment(0);
    auto const to = age::X25519Recipient::parse(r.guardians[0]->recipient());
    wrong.share_age = age::encrypt(r.shares[1].reveal(), *to).take();
    auto const refused = r.enrol(0, wrong);
    EXPECT_EQ(status_of(refused), 422U);
    EXPECT_NE(text_of(refused).find("\"share\""), std::string::npos) << text_of(refused);
    wrong.share_age = r.shares_age[1];  // for somebody else
    EXPECT_EQ(status_of(r.enrol(0, wrong)), 422U);
    EXPECT_TRUE(r.guardians[0]->cases().empty());
    EXPECT_EQ(status_of(r.enrol(0, r.enrolment(0))), 201U);
}

TEST(Guardian, an_invitation_is_needed_and_serves_one_case) {
    Rehearsal r;
    auto stranger = r.enrolment(0);
    stranger.token[0] ^= 1;
    EXPECT_EQ(status_of(r.enrol(0, stranger)), 403U);
    ASSERT_EQ(status_of(r.enrol(0, r.enrolment(0))), 201U);
    auto other = r.enrolment(0);
    auto changed = r.policy->value();
    changed.created = changed.created + Duration::ms(1);
    other.policy = Signed<Policy>::sign(std::move(changed), r.witness).envelope();
    EXPECT_EQ(status_of(r.enrol(0, other)), 403U);
}

TEST(Guardian, a_directory_with_other_guardians_is_refused) {
    Rehearsal r;
    auto other = r.enrolment(0);
    auto changed = r.directory->value();
    changed.entries.pop_back();
    other.directory = Signed<Directory>::sign(std::move(changed), r.witness).envelope();
    EXPECT_EQ(status_of(r.enrol(0, other)), 422U);
    auto unsigned_one = r.enrolment(0);
    unsigned_one.directory =
        Signed<Directory>::sign(r.directory->value(), SigningKey::generate()).envelope();
    EXPECT_EQ(status_of(r.enrol(0, unsigned_one)), 422U);
}

TEST(Guardian, a_check_in_is_acknowledged_and_survives_a_restart) {
    Rehearsal r;
    r.enrol_all();
    ASSERT_EQ(r.check_in({0, 1, 2, 3}), 4U);
    auto const before = r.status(0);
    ASSERT_OK(before);
    EXPECT_EQ(before->phase, "watching");
    r.stop_guardian(0);
    r.start_guardian(0);
    auto const after = r.status(0);
    ASSERT_OK(after);
    EXPECT_EQ(after->check_in, before->check_in);
    EXPECT_EQ(after->deadline, before->deadline);
    EXPECT_EQ(r.check_in({0, 1, 2, 3}), 4U);
}

TEST(Guardian, a_check_in_reaches_the_others_by_itself) {
    Rehearsal r;
    r.enrol_all();
    ASSERT_EQ(r.check_in({2}), 1U);
    auto const at_two = r.status(2);
    ASSERT_OK(at_two);
    EXPECT_TRUE(eventually([&] {
        auto const at_one = r.status(1);
        return at_one.ok() && at_one->check_in == at_two->check_in;
    }));
}

TEST(Guardian, the_witness_is_known_by_its_access_secret) {
    Rehearsal r;
    r.enrol_all();
    Json const ask = {{"nonce", std::string(32, '0')}};
    auto const body = write_json(ask);
    EXPECT_EQ(status_of(r.send(0, "POST", r.path("status"), as_bytes(body))), 401U);
    EXPECT_EQ(status_of(r.send(0, "POST", r.path("status"), as_bytes(body), r.bearer(1))), 403U);
    EXPECT_EQ(status_of(r.send(0, "POST", r.path("status"), as_bytes(body), r.bearer(0))), 200U);
    EXPECT_EQ(status_of(r.send(0, "GET", r.path("receipts"), {})), 401U);
    // Not released is answered as if there were no such case.
    auto const here = r.send(0, "GET", r.path("release"), {});
    SystemRandom random;
    auto const nowhere = r.send(0, "GET", case_path(CaseId::make(random), "release"), {});
    EXPECT_EQ(status_of(here), 404U);
    EXPECT_EQ(text_of(here), text_of(nowhere));
    EXPECT_EQ(status_of(r.send(0, "GET", r.path("exhibits/0001.age"), {})), 404U);
    auto exhibit = r.seal(1, "x");
    auto const saved = r.access[0];
    r.access[0] = r.access[1];
    EXPECT_EQ(status_of(r.upload(0, exhibit)), 403U);
    EXPECT_EQ(status_of(r.state(0, exhibit)), 403U);
    r.access[0] = saved;
}

TEST(Guardian, hostile_bodies_are_answered_with_an_error) {
    Rehearsal r;
    r.enrol_all();
    EXPECT_EQ(status_of(r.send(0, "POST", r.path("messages"), as_bytes(std::string_view("{}")))),
              400U);
    EXPECT_EQ(status_of(r.send(0, "POST", r.path("messages"), Bytes(600 * 1024, 'a'))), 413U);
    EXPECT_EQ(status_of(r.send(0, "POST", "/v1/cases", as_bytes(std::string_view("[]")))), 400U);
    EXPECT_EQ(status_of(r.send(0, "POST", "/v1/card", as_bytes(std::string_view("\xff")))), 400U);
    EXPECT_EQ(status_of(r.send(0, "GET", "/v1/cases/../../keys/age.txt", {})), 404U);
    EXPECT_EQ(status_of(r.send(0, "GET",
                               "/published/" + r.id.text() + "/%2e%2e/%2e%2e/keys/age.txt", {})),
              404U);
    // Somebody else's check-in changes nothing.
    auto const before = r.status(0);
    ASSERT_OK(before);
    CheckIn forged;
    forged.case_id = r.id;
    forged.claimed = wall_now();
    forged.interval = r.terms.interval;
    forged.grace = r.terms.grace;
    forged.policy = r.policy->digest();
    forged.vouched = VouchedList().digest();
    forged.clocks = r.first_clocks;
    auto const answer = r.tell(0, Signed<CheckIn>::sign(forged, SigningKey::generate()).envelope());
    ASSERT_OK(answer);
    EXPECT_FALSE(answer->refused.empty());
    auto const after = r.status(0);
    ASSERT_OK(after);
    EXPECT_EQ(after->check_in, before->check_in);
}

TEST(Guardian, an_upload_becomes_an_exhibit_by_its_statement) {
    Rehearsal r;
    r.enrol_all();
    auto const exhibit = r.seal(1, "MARKER-PLAIN");
    EXPECT_EQ(status_of(r.state(0, exhibit)), 409U);
    ASSERT_EQ(status_of(r.upload(0, exhibit)), 201U);
    auto const stated = r.state(0, exhibit);
    ASSERT_EQ(status_of(stated), 200U) << text_of(stated);
    auto const receipt =
        Signed<ExhibitReceipt>::open(*parse_envelope(stated->body), r.guardians[0]->key());
    ASSERT_OK(receipt);
    EXPECT_EQ(receipt.value()->size_bytes, exhibit.ciphertext.size());
    EXPECT_EQ(receipt.value()->statement, DocumentDigest(sha256(exhibit.statement)));
    auto const again = r.state(0, exhibit);
    ASSERT_EQ(status_of(again), 200U);
    EXPECT_EQ(again->body, stated->body);
    auto const back = r.send(0, "GET", r.path("exhibits/0001.age"), {}, r.bearer(0));
    ASSERT_EQ(status_of(back), 200U);
    EXPECT_EQ(back->body, exhibit.ciphertext);
    auto headers = r.bearer(0);
    headers.add("Range", "bytes=100-199");
    auto const part = r.send(0, "GET", r.path("exhibits/0001.age"), {}, headers);
    ASSERT_EQ(status_of(part), 206U);
    EXPECT_TRUE(same_bytes(part->body, ByteView(exhibit.ciphertext).subspan(100, 100)));
    EXPECT_EQ(status_of(r.upload(0, exhibit)), 409U);
}

TEST(Guardian, an_upload_with_another_root_is_refused) {
    Rehearsal r;
    r.enrol_all();
    auto const exhibit = r.seal(1, "true");
    auto other = exhibit;
    other.ciphertext[5000] ^= 1;
    ASSERT_EQ(status_of(r.upload(0, other)), 201U);
    auto const refused = r.state(0, exhibit);
    EXPECT_EQ(status_of(refused), 422U) << text_of(refused);
    EXPECT_EQ(r.receipts_at(0), 0U);
    // The right bytes can still come.
    ASSERT_EQ(status_of(r.upload(0, exhibit)), 201U);
    EXPECT_EQ(status_of(r.state(0, exhibit)), 200U);
}

TEST(Guardian, more_than_the_quota_is_refused) {
    Terms terms;
    terms.quota_bytes = 200'000;
    Rehearsal r(terms);
    r.enrol_all();
    EXPECT_EQ(status_of(r.upload(0, r.seal(1, "big", 300'000))), 413U);
    EXPECT_EQ(status_of(r.upload(0, r.seal(1, "fits", 100'000))), 201U);
    EXPECT_EQ(status_of(r.upload(0, r.seal(2, "no more", 150'000))), 413U);
}

TEST(Guardian, what_was_uploaded_cannot_be_deleted) {
    Rehearsal r;
    r.enrol_all();
    auto const created = r.upload(0, r.seal(1, "x"));
    ASSERT_EQ(status_of(created), 201U);
    auto location = std::string(created->headers.find("Location").value_or(""));
    if (auto const at = location.find("/v1/"); at != std::string::npos)
        location = location.substr(at);
    auto headers = r.bearer(0);
    headers.add("Tus-Resumable", "1.0.0");
    EXPECT_EQ(status_of(r.send(0, "DELETE", location, {}, headers)), 403U);
    EXPECT_EQ(status_of(r.send(0, "HEAD", location, {}, headers)), 200U);
}

}  // namespace
}  // namespace exhibit::guard::test
