#include "formats/cose/cose.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "crypto/certificate.hpp"
#include "support/shared.hpp"

using exhibit::test::shared_path;

namespace exhibit::cose {
namespace {

constexpr auto certs = "vectors/c2pa/certs";

struct Signer {
    AnyPrivateKey key;
    std::vector<Certificate> chain;
};

Result<Signer> signer(std::string const& name) {
    auto const pem = TRY(read_file(shared_path(std::string(certs) + "/" + name + ".pem"), 65536));
    auto const text =
        TRY(read_text_file(shared_path(std::string(certs) + "/" + name + ".pub"), 65536));
    auto key = TRY(AnyPrivateKey::from_pem(pem));
    auto chain = TRY(Certificate::from_pem(text));
    return Signer{std::move(key), std::move(chain)};
}

TEST(Cose, every_algorithm_signs_and_is_verified_with_its_own_certificate) {
    NEEDS_SHARED(certs);
    for (auto const* name : {"es256", "es384", "es512", "ps256", "ed25519"}) {
        SCOPED_TRACE(name);
        auto const one = signer(name);
        ASSERT_OK(one);
        auto const scheme = one->key.scheme();
        ASSERT_OK(scheme);
        std::vector<Bytes> chain;
        for (auto const& certificate : one->chain) chain.push_back(certificate.der());
        Sign1 made;
        made.protected_bytes = write_protected(*scheme, chain);
        auto const message = signed_bytes("Signature1", made.protected_bytes, as_bytes("claim"));
        auto signature = one->key.sign(*scheme, message);
        ASSERT_OK(signature);
        made.signature = *signature;
        auto const read = parse_sign1(write_sign1(made));
        ASSERT_OK(read);
        EXPECT_EQ(read->scheme, *scheme);
        EXPECT_EQ(read->x5chain, chain);
        auto const leaf = Certificate::from_der(read->x5chain.front());
        ASSERT_OK(leaf);
        auto const key = leaf->public_key();
        EXPECT_TRUE(key->verify(*scheme, message, read->signature));
        auto other = message;
        other.back() ^= 1;
        EXPECT_FALSE(key->verify(*scheme, other, read->signature));
        auto bent = read->signature;
        bent.front() ^= 1;
        EXPECT_FALSE(key->verify(*scheme, message, bent));
        bent.pop_back();
        EXPECT_FALSE(key->verify(*scheme, message, bent));
    }
}

TEST(Cose, what_is_no_signature_is_refused) {
    // Not tagged, attached, three parts, no algorithm, x5chain in both headers.
    for (auto const* text :
         {"8443a10126a0f640", "d28443a10126a04040", "d28343a10126a0f6", "d28440a0f640",
          "d28447a2012618214101a118214101f640", "d28446a201261821f6a0f640"}) {
        SCOPED_TRACE(text);
        EXPECT_ERROR_CODE(parse_sign1(from_hex(text).take()), "cose");
    }
    EXPECT_ERROR_CODE(parse_sign1(from_hex("d2").take()), "cbor");
    auto const foreign = parse_sign1(from_hex("d28444a1013830a0f640").take());  // -49: ML-DSA-65
    ASSERT_OK(foreign);
    EXPECT_EQ(foreign->algorithm, -49);
    EXPECT_FALSE(foreign->scheme.has_value());
}

}  // namespace
}  // namespace exhibit::cose
