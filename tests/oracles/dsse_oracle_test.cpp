// openssl against dsse: it verifies what we sign, signs what we verify, and verifies the published
// example.
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "formats/dsse/dsse.hpp"
#include "formats/json/json.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

constexpr int rounds = 20;

void save(Path const& path, ByteView content) { ASSERT_OK(replace_file(path, content)); }

test::Ran verify_with_openssl(test::TemporaryFolder const& folder) {
    return test::run({"openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pub",
                      "-sigfile", "sig", "-in", "pae"},
                     {}, folder.path());
}

TEST(DsseOracle, openssl_verifies_what_we_sign) {
    NEEDS_PROGRAM("openssl");
    test::TemporaryFolder const folder;
    int accepted = 0;
    for (int i = 0; i < rounds; ++i) {
        auto const key = SigningKey::generate();
        Bytes const payload(static_cast<std::size_t>(i * 37), static_cast<Byte>(i));
        auto const text =
            write_envelope(sign_envelope("application/vnd.in-toto+json", payload, key));
        auto const envelope = parse_envelope(as_bytes(text));
        ASSERT_OK(envelope);
        save(folder / "key.pub", as_bytes(write_public_pem(key.public_key())));
        save(folder / "sig", envelope->signatures[0].sig);
        save(folder / "pae", dsse_pae(envelope->payload_type, envelope->payload));
        auto const ran = verify_with_openssl(folder);
        EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
        accepted += ran.code == 0 ? 1 : 0;
        // The same signature under another type must fail, or the oracle says yes to everything.
        save(folder / "pae", dsse_pae("application/other", envelope->payload));
        EXPECT_NE(verify_with_openssl(folder).code, 0);
    }
    std::printf("openssl verified %d of %d envelopes of ours\n", accepted, rounds);
    RecordProperty("verified", accepted);
}

TEST(DsseOracle, we_verify_what_openssl_signs) {
    NEEDS_PROGRAM("openssl");
    test::TemporaryFolder const folder;
    int accepted = 0;
    for (int i = 0; i < rounds; ++i) {
        ASSERT_EQ(test::run({"openssl", "genpkey", "-algorithm", "ed25519", "-out", "key"}, {},
                            folder.path())
                      .code,
                  0);
        auto const pub = test::run({"openssl", "pkey", "-in", "key", "-pubout"}, {}, folder.path());
        auto const key = parse_public_pem(pub.out);
        ASSERT_OK(key);
        auto const payload = "payload " + std::to_string(i);
        save(folder / "pae",
             as_bytes("DSSEv1 10 text/plain " + std::to_string(payload.size()) + " " + payload));
        auto const ran =
            test::run({"openssl", "pkeyutl", "-sign", "-rawin", "-inkey", "key", "-in", "pae"}, {},
                      folder.path());
        ASSERT_EQ(ran.code, 0) << ran.err;
        auto const text = "{\"payloadType\":\"text/plain\", \"payload\":\"" +
                          to_base64(as_bytes(payload)) + "\", \"signatures\":[{\"sig\":\"" +
                          to_base64(as_bytes(ran.out)) + "\"}]}";
        auto envelope = parse_envelope(as_bytes(text));
        ASSERT_OK(envelope);
        EXPECT_TRUE(signed_by(*envelope, *key));
        accepted += signed_by(*envelope, *key) ? 1 : 0;
        envelope->payload.push_back(0);
        EXPECT_FALSE(signed_by(*envelope, *key));
    }
    std::printf("we verified %d of %d envelopes signed by openssl\n", accepted, rounds);
    RecordProperty("verified", accepted);
}

// X.690: an INTEGER is signed and minimal.
Bytes der_integer(ByteView big_endian) {
    while (big_endian.size() > 1 && big_endian[0] == 0) big_endian = big_endian.subspan(1);
    Bytes value;
    if (big_endian[0] >= 0x80) value.push_back(0);
    append(value, big_endian);
    Bytes out{0x02, static_cast<Byte>(value.size())};
    append(out, value);
    return out;
}

TEST(DsseOracle, the_published_p256_example_verifies_over_our_pae) {
    NEEDS_SHARED("vectors/dsse/dsse.json");
    NEEDS_PROGRAM("openssl");
    auto const file = read_file(test::shared_path("vectors/dsse/dsse.json"), 1 << 20);
    ASSERT_OK(file);
    auto const vectors = parse_json(*file).take();
    auto const envelope = parse_envelope(as_bytes(vectors["envelope"].dump()));
    ASSERT_OK(envelope);
    auto const& raw = envelope->signatures[0].sig;
    ASSERT_EQ(raw.size(), 64u);
    auto body = der_integer(ByteView(raw).first(32));
    append(body, der_integer(ByteView(raw).last(32)));
    Bytes signature{0x30, static_cast<Byte>(body.size())};
    append(signature, body);

    // SubjectPublicKeyInfo of an uncompressed P-256 point.
    auto spki = from_hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004").take();
    for (auto const* coordinate : {"x", "y"}) {
        auto const text = vectors["p256_public_jwk"][coordinate].get<std::string>();
        append(spki, from_base64(text, Base64::url_unpadded).take());
    }
    test::TemporaryFolder const folder;
    save(folder / "key.pub", as_bytes("-----BEGIN PUBLIC KEY-----\n" + to_base64(spki) +
                                      "\n-----END PUBLIC KEY-----\n"));
    save(folder / "sig", signature);
    save(folder / "pae", dsse_pae(envelope->payload_type, envelope->payload));
    std::vector<std::string> const command{"openssl", "dgst",       "-sha256", "-verify",
                                           "key.pub", "-signature", "sig",     "pae"};
    auto const ran = test::run(command, {}, folder.path());
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    save(folder / "pae", dsse_pae(envelope->payload_type, as_bytes("hello worle")));
    EXPECT_NE(test::run(command, {}, folder.path()).code, 0);
    std::printf("DSSE: %d of 1 published envelopes\n", ran.code == 0 ? 1 : 0);
}

}  // namespace
}  // namespace exhibit
