#include "formats/rfc3161/rfc3161.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"

namespace exhibit::rfc3161 {
namespace {

Path vectors() { return test::shared_path("vectors/rfc3161"); }
Bytes load(std::string const& name) { return read_file(vectors() / name, 1 << 20).take(); }
std::vector<Certificate> pem(std::string const& name) {
    return Certificate::from_pem(as_text(load(name))).take();
}
TimestampRequest request(std::string const& name) {
    return parse_timestamp_request(load(name)).take();
}
Trust trusting(std::string const& root = "ca.pem") { return {pem(root), {}, {}}; }

TEST(Rfc3161, published_answers_verify_and_are_of_their_time) {
    NEEDS_SHARED("vectors/rfc3161");
    for (std::string const name : {"sha256", "sha512", "noname"}) {
        auto const stamp = judge_reply(load(name + ".tsr"), request(name + ".tsq"), trusting());
        ASSERT_OK(stamp);
        EXPECT_TRUE(stamp->trusted) << name;
        EXPECT_EQ(stamp->policy, "1.3.6.1.4.1.55555.1.1");
        EXPECT_GT(stamp->time, WallTime::from_ms(1'700'000'000'000)) << name;
        EXPECT_LT(stamp->time, *stamp->restamp_before);
        EXPECT_EQ(stamp->revocation, RevocationAnswer::unknown);
    }
    auto const data = load("data.txt");
    auto const token = judge_token(load("sha256.tst"), HashKind::sha256, sha256(data), trusting());
    ASSERT_OK(token);
    EXPECT_TRUE(token->trusted);
}

TEST(Rfc3161, another_query_or_other_data_is_refused) {
    NEEDS_SHARED("vectors/rfc3161");
    EXPECT_ERROR_CODE(judge_reply(load("sha256.tsr"), request("sha512.tsq"), trusting()), "nonce");
    EXPECT_ERROR_CODE(
        judge_token(load("sha256.tst"), HashKind::sha256, sha256("other"), trusting()), "imprint");
    auto other = request("sha256.tsq");
    other.nonce.back() ^= 1;
    EXPECT_ERROR_CODE(judge_reply(load("sha256.tsr"), other, trusting()), "nonce");
    other = request("sha256.tsq");
    other.imprint[0] ^= 1;
    EXPECT_ERROR_CODE(judge_reply(load("sha256.tsr"), other, trusting()), "imprint");
}

TEST(Rfc3161, an_untrusted_root_is_not_invalid_but_says_so) {
    NEEDS_SHARED("vectors/rfc3161");
    auto const stamp =
        judge_reply(load("sha256.tsr"), request("sha256.tsq"), trusting("other-ca.pem"));
    ASSERT_OK(stamp);
    EXPECT_FALSE(stamp->trusted);
    EXPECT_FALSE(judge_reply(load("sha256.tsr"), request("sha256.tsq"), {})->trusted);
}

TEST(Rfc3161, a_broken_signature_is_refused_also_when_no_authority_is_named) {
    NEEDS_SHARED("vectors/rfc3161");
    EXPECT_ERROR_CODE(judge_reply(load("sha256-badsig.tsr"), request("sha256.tsq"), trusting()),
                      "timestamp");
    // The trap: a verifier by TS_RESP_verify_response without TS_VFY_SIGNATURE takes this one.
    EXPECT_ERROR_CODE(judge_reply(load("noname-badsig.tsr"), request("noname.tsq"), trusting()),
                      "timestamp");
}

TEST(Rfc3161, a_signer_who_is_not_inside_is_taken_from_beside_it) {
    NEEDS_SHARED("vectors/rfc3161");
    auto const query = request("nocert-nononce.tsq");
    EXPECT_TRUE(query.nonce.empty());
    EXPECT_FALSE(query.wants_certificates);
    EXPECT_ERROR_CODE(judge_reply(load("nocert-nononce.tsr"), query, trusting()), "timestamp");
    auto trust = trusting();
    trust.kept = pem("tsa.pem");
    auto const stamp = judge_reply(load("nocert-nononce.tsr"), query, trust);
    ASSERT_OK(stamp);
    EXPECT_TRUE(stamp->trusted);
    trust.kept = pem("other-ca.pem");
    EXPECT_FALSE(judge_reply(load("nocert-nononce.tsr"), query, trust).ok());
}

TEST(Rfc3161, a_rejection_is_read_and_is_no_stamp) {
    NEEDS_SHARED("vectors/rfc3161");
    auto const reply = parse_timestamp_reply(load("sha1-rejected.tsr"));
    ASSERT_OK(reply);
    EXPECT_EQ(reply->status, 2);
    EXPECT_EQ(reply->failures, std::vector<std::string>{"badAlg"});
    EXPECT_FALSE(reply->granted());
    auto const query = request("sha1-rejected.tsq");
    EXPECT_EQ(query.kind, HashKind::sha1);
    EXPECT_ERROR_CODE(judge_reply(load("sha1-rejected.tsr"), query, trusting()), "rejected");
}

TEST(Rfc3161, every_published_query_is_written_back_the_same) {
    NEEDS_SHARED("vectors/rfc3161");
    for (std::string const name : {"sha256", "sha512", "noname", "nocert-nononce"}) {
        auto const bytes = load(name + ".tsq");
        EXPECT_EQ(write_timestamp_request(request(name + ".tsq")), bytes) << name;
        auto longer = bytes;
        longer.push_back(0);
        EXPECT_ERROR_CODE(parse_timestamp_request(longer), "timestamp-request");
    }
}

TEST(Rfc3161, no_single_changed_byte_of_an_answer_is_taken_for_another_stamp) {
    NEEDS_SHARED("vectors/rfc3161");
    auto const bytes = load("sha256.tsr");
    auto const query = request("sha256.tsq");
    auto const trust = trusting();
    auto const good = judge_reply(bytes, query, trust).take();
    int refused = 0, harmless = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto changed = bytes;
        changed[i] ^= 0x01;
        auto const stamp = judge_reply(changed, query, trust);
        if (!stamp.ok() || !stamp->trusted) {
            ++refused;
            continue;
        }
        // Unsigned parts (a free text, an unused certificate) may change; what is said may not.
        EXPECT_EQ(stamp->time, good.time) << i;
        EXPECT_EQ(stamp->signer.der(), good.signer.der()) << i;
        ++harmless;
    }
    std::printf("RFC 3161: %d changed bytes refused, %d change nothing that is said\n", refused,
                harmless);
    EXPECT_GT(refused, harmless);
}

}  // namespace
}  // namespace exhibit::rfc3161
