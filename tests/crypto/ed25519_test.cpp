#include "crypto/ed25519.hpp"

#include "support/shared.hpp"

namespace exhibit {
namespace {

TEST(Ed25519, a_key_survives_its_pem) {
    auto const key = SigningKey::generate();
    auto const again = parse_private_pem(write_private_pem(key).reveal());
    ASSERT_OK(again);
    EXPECT_EQ(again->public_key(), key.public_key());
    auto const public_again = parse_public_pem(write_public_pem(key.public_key()));
    ASSERT_OK(public_again);
    EXPECT_EQ(*public_again, key.public_key());
}

TEST(Ed25519, a_signature_verifies_and_a_changed_one_does_not) {
    auto const key = SigningKey::generate();
    auto const message = as_bytes("the gate was closed");
    auto signature = key.sign(message);
    EXPECT_TRUE(verify_ed25519(key.public_key(), message, signature));
    signature[10] ^= 1;
    EXPECT_FALSE(verify_ed25519(key.public_key(), message, signature));
    EXPECT_FALSE(verify_ed25519(key.public_key(), message, ByteView(signature).first(63)));
}

TEST(Ed25519, openssl_reads_our_private_key) {
    NEEDS_PROGRAM("openssl");
    auto const key = SigningKey::generate();
    test::TemporaryFolder folder;
    ASSERT_OK(replace_file(folder / "key.pem", write_private_pem(key).reveal()));
    auto const ran =
        test::run({"openssl", "pkey", "-in", (folder / "key.pem").string(), "-pubout"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, write_public_pem(key.public_key()));
}

}  // namespace
}  // namespace exhibit
