// Project Wycheproof and the C2SP Ed25519 edge cases against src/crypto: they pin what our
// libraries do, so that an update that judges otherwise is noticed.
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "crypto/aead.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/kdf.hpp"
#include "crypto/x25519.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

using Json = nlohmann::json;

Json load(std::string const& below) {
    auto text = read_text_file(test::shared_path(below), 8 << 20);
    EXPECT_TRUE(text.ok());
    return text.ok() ? Json::parse(*text) : Json();
}

Bytes hex(Json const& value) {
    auto bytes = from_hex(value.get<std::string>());
    EXPECT_TRUE(bytes.ok());
    return bytes.ok() ? bytes.take() : Bytes();
}

Secret<32> secret(Json const& value) {
    auto key = Secret<32>::copy_of(hex(value));
    EXPECT_TRUE(key.ok());
    return key.take();
}

// Calls check(group, test) for each and says how many it took (it returns false to pass one over).
int each_test(std::string const& name, auto const& check) {
    int taken = 0, all = 0;
    auto const file = load("vectors/wycheproof/" + name);
    for (auto const& group : file["testGroups"]) {
        for (auto const& test : group["tests"]) {
            SCOPED_TRACE(name + " tcId " + test["tcId"].dump());
            taken += check(group, test) ? 1 : 0;
            ++all;
        }
    }
    std::printf("wycheproof %s: %d of %d cases\n", name.c_str(), taken, all);
    return taken;
}

TEST(Wycheproof, x25519) {
    NEEDS_SHARED("vectors/wycheproof");
    int refused = 0;
    int const taken = each_test("x25519_test.json", [&](Json const&, Json const& test) {
        auto theirs = exactly<32>(hex(test["public"]));
        EXPECT_TRUE(theirs.ok());
        auto const shared = x25519(secret(test["private"]), *theirs);
        auto const expected = hex(test["shared"]);
        // age: an all-zero shared secret must end it; all else must agree, the "acceptable" ones
        // too.
        bool const zero = std::ranges::all_of(expected, [](Byte b) { return b == 0; });
        EXPECT_EQ(shared.ok(), !zero);
        if (shared.ok()) { EXPECT_EQ(to_bytes(shared->reveal()), expected); }
        refused += shared.ok() ? 0 : 1;
        return true;
    });
    std::printf("wycheproof x25519: %d of low order, refused\n", refused);
    EXPECT_EQ(taken, 518);
    EXPECT_GT(refused, 0);
}

TEST(Wycheproof, chacha20_poly1305) {
    NEEDS_SHARED("vectors/wycheproof");
    int const taken = each_test("chacha20_poly1305_test.json", [](Json const&, Json const& test) {
        auto const iv = exactly<12>(hex(test["iv"]));
        // Our wrapper has neither additional data nor other nonces.
        if (!iv.ok() || !test["aad"].get<std::string>().empty()) return false;
        Aead aead(secret(test["key"]));
        auto const plain = hex(test["msg"]);
        auto sealed = hex(test["ct"]);
        append(sealed, hex(test["tag"]));
        bool const valid = test["result"] == "valid";
        Bytes opened(sealed.size() - aead_tag_bytes, 0xee);
        EXPECT_EQ(aead.open(*iv, sealed, opened), valid);
        EXPECT_EQ(opened, valid ? plain : Bytes(opened.size()));  // wiped when refused
        if (!valid) return true;
        Bytes again(plain.size() + aead_tag_bytes);
        aead.seal(*iv, plain, again);
        EXPECT_EQ(again, sealed);
        return true;
    });
    EXPECT_GT(taken, 40);
}

TEST(Wycheproof, hkdf_sha256) {
    NEEDS_SHARED("vectors/wycheproof");
    int const taken = each_test("hkdf_sha256_test.json", [](Json const&, Json const& test) {
        if (test["result"] != "valid")
            return false;  // asks for more than 255 blocks; ours gives one
        auto const info = hex(test["info"]);
        auto const okm = hex(test["okm"]);
        auto const ours = hkdf_sha256(hex(test["ikm"]), hex(test["salt"]), as_text(info));
        auto const shared = std::min<std::size_t>(32, okm.size());
        EXPECT_TRUE(same_bytes(ByteView(ours.reveal()).first(shared), ByteView(okm).first(shared)));
        auto const open = hkdf_sha256_public(hex(test["ikm"]), hex(test["salt"]), info);
        EXPECT_TRUE(same_bytes(open, ours.reveal()));
        return true;
    });
    EXPECT_GT(taken, 80);
}

TEST(Wycheproof, pbkdf2_sha256) {
    NEEDS_SHARED("vectors/wycheproof");
    int const taken = each_test("pbkdf2_hmacsha256_test.json", [](Json const&, Json const& test) {
        auto const dk = hex(test["dk"]);
        auto const ours = pbkdf2_sha256(hex(test["password"]), hex(test["salt"]),
                                        test["iterationCount"].get<unsigned>(), dk.size());
        EXPECT_EQ(to_bytes(ours.reveal()) == dk, test["result"] == "valid");
        return true;
    });
    EXPECT_EQ(taken, 60);
}

TEST(Wycheproof, ed25519) {
    NEEDS_SHARED("vectors/wycheproof");
    int const taken = each_test("ed25519_test.json", [](Json const& group, Json const& test) {
        auto const key = exactly<32>(hex(group["publicKey"]["pk"]));
        EXPECT_TRUE(key.ok());
        EXPECT_EQ(verify_ed25519(PublicKey(*key), hex(test["msg"]), hex(test["sig"])),
                  test["result"] == "valid");
        return true;
    });
    EXPECT_EQ(taken, 151);
}

// The scrypt vectors of RFC 7914 §12 that have r = 8 and p = 1.
TEST(Scrypt, agrees_with_rfc_7914) {
    auto const key = scrypt(as_bytes("pleaseletmein"), as_bytes("SodiumChloride"), 14);
    ASSERT_OK(key);
    EXPECT_EQ(to_hex(key->reveal()),
              "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

bool openssl_alone(ByteArray<32> const& key, ByteView message, ByteView signature) {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const pkey(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()),
        EVP_PKEY_free);
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    return pkey != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

TEST(Ed25519EdgeCases, are_judged_as_openssl_3_0_does) {
    NEEDS_SHARED("vectors/ed25519");
    int accepted = 0, all = 0, with_reencoded_k = 0;
    for (auto const& test : load("vectors/ed25519/ed25519vectors.json")) {
        auto const key = exactly<32>(hex(test["key"]));
        ASSERT_TRUE(key.ok());
        std::set<std::string> flags;
        if (test["flags"].is_array()) flags = test["flags"].get<std::set<std::string>>();
        auto const message = test["msg"].get<std::string>();
        auto const signature = hex(test["sig"]);
        bool const valid = verify_ed25519(PublicKey(*key), as_bytes(message), signature);
        // libsodium is asked first, so what it accepts must be among what OpenSSL accepts.
        EXPECT_EQ(valid, openssl_alone(*key, as_bytes(message), signature)) << test["number"];
        if (flags.contains("non_canonical_R") || flags.contains("low_order_residue")) {
            EXPECT_FALSE(valid) << test["number"];
        }
        accepted += valid ? 1 : 0;
        with_reencoded_k += valid && flags.contains("reencoded_k") ? 1 : 0;
        ++all;
    }
    std::printf("ed25519 edge cases: %d of %d accepted, %d with reencoded k\n", accepted, all,
                with_reencoded_k);
    EXPECT_EQ(all, 914);
    EXPECT_EQ(accepted, 208);
    EXPECT_EQ(with_reencoded_k, 10);
}

}  // namespace
}  // namespace exhibit
