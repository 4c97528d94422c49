#include "formats/x509/x509.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"

using exhibit::test::shared_path;

namespace exhibit::x509 {
namespace {

constexpr auto keys = "vectors/c2pa/own/test-keys";

std::vector<Certificate> load(std::string const& name) {
    auto const text = read_text_file(shared_path("vectors/c2pa/" + name), 1 << 20);
    auto read = Certificate::from_pem(text.ok() ? *text : "");
    EXPECT_TRUE(read.ok()) << name;
    return read.ok() ? read.take() : std::vector<Certificate>{};
}

WallTime day(std::string_view text) {
    return parse_time(std::string(text) + "T00:00:00.000Z").take();
}

TEST(X509, a_leaf_that_chains_to_an_anchor_is_trusted) {
    NEEDS_SHARED(keys);
    auto const chain = load("own/test-keys/chain.pem");
    auto const leaf = chain.front();
    TrustLists lists;
    EXPECT_OK(check_signer_profile(leaf));
    EXPECT_EQ(standing_of_signer(leaf, {}, lists, day("2026-11-22")), Standing::untrusted);
    lists.signers = load("own/test-keys/root.pem");
    EXPECT_EQ(standing_of_signer(leaf, {}, lists, day("2026-11-23")), Standing::trusted);
    // Not before it began, not after it ended.
    EXPECT_EQ(standing_of_signer(leaf, {}, lists, day("2020-01-01")), Standing::untrusted);
    EXPECT_EQ(standing_of_signer(leaf, {}, lists, day("2040-01-01")), Standing::untrusted);
    // The lists are apart: an anchor for time stamps makes no signer.
    lists.timestampers = std::exchange(lists.signers, {});
    EXPECT_EQ(standing_of_signer(leaf, {}, lists, day("2026-11-23")), Standing::untrusted);
    lists.address_book = {leaf};
    EXPECT_EQ(standing_of_signer(leaf, {}, lists, day("2026-11-23")), Standing::known);
}

TEST(X509, authorities_and_stampers_do_not_pass_as_signers) {
    NEEDS_SHARED(keys);
    EXPECT_ERROR_CODE(check_signer_profile(load("own/test-keys/root.pem").front()), "profile");
    auto const tsa = load("own/test-keys/tsa.pem").front();
    EXPECT_ERROR_CODE(check_signer_profile(tsa), "profile");
    EXPECT_OK(check_timestamper_profile(tsa));
    EXPECT_ERROR_CODE(check_timestamper_profile(load("own/test-keys/leaf.pem").front()), "profile");
    TrustLists lists;
    lists.signers = load("own/test-keys/root.pem");
    EXPECT_EQ(standing_of_signer(lists.signers.front(), {}, lists, day("2026-11-23")),
              Standing::untrusted);
}

TEST(X509, published_chains_and_lists_are_read) {
    NEEDS_SHARED("vectors/c2pa/certs");
    TrustLists lists;
    lists.signers = load("trust/all_anchors_for_expected.pem");
    int count = 0;
    for (auto const* name : {"es256", "es384", "es512", "ps256", "ed25519"}) {
        SCOPED_TRACE(name);
        auto chain = load(std::string("certs/") + name + ".pub");
        EXPECT_OK(check_signer_profile(chain.front()));
        EXPECT_EQ(standing_of_signer(chain.front(), chain, lists, day("2026-11-23")),
                  Standing::trusted);
        ++count;
    }
    auto const published = load("trust/c2pa_trust_list_2026-04.pem");
    EXPECT_GT(published.size(), 1U);
    std::printf("%d chains, %zu published anchors\n", count, published.size());
}

TEST(X509, a_revocation_answer_counts_for_its_own_serial_only) {
    NEEDS_SHARED("vectors/c2pa/certs");
    auto const leaf = load("own/test-keys/leaf.pem").front();
    auto const anchors = load("trust/all_anchors_for_expected.pem");
    for (auto const* name : {"good", "revoked", "unknown"}) {
        auto const path =
            shared_path(std::string("vectors/c2pa/certs/ocsp_response_") + name + ".der");
        auto const der = read_file(path, 65536);
        ASSERT_OK(der);
        EXPECT_EQ(ask_ocsp_response(*der, leaf, {}, anchors, day("2026-11-23")),
                  RevocationAnswer::unknown);
    }
}

TEST(X509, what_is_no_certificate_is_refused) {
    EXPECT_ERROR_CODE(Certificate::from_pem("hello"), "certificate");
    EXPECT_ERROR_CODE(Certificate::from_der(as_bytes("hello")), "certificate");
    EXPECT_ERROR_CODE(open_timestamp_token(as_bytes("hello")), "timestamp");
    EXPECT_ERROR_CODE(token_of_response(as_bytes("hello")), "timestamp");
    EXPECT_ERROR_CODE(AnyPrivateKey::from_pem(as_bytes("hello")), "pem");
    NEEDS_SHARED(keys);
    auto const leaf = load("own/test-keys/leaf.pem").front();
    for (std::size_t n = 0; n < leaf.der().size(); n += 7) {
        EXPECT_ERROR_CODE(Certificate::from_der(ByteView(leaf.der()).first(n)), "certificate");
    }
    auto longer = leaf.der();
    longer.push_back(0);
    EXPECT_ERROR_CODE(Certificate::from_der(longer), "certificate");
}

}  // namespace
}  // namespace exhibit::x509
