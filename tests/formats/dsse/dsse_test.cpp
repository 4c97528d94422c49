#include "formats/dsse/dsse.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "formats/json/json.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

SigningKey key_of(Byte seed) {
    Secret<32> secret;
    for (auto& byte : secret.reveal_for_writing())
        byte = seed;  // a fixed key, so that texts can be compared
    return SigningKey::from_seed(std::move(secret));
}

Envelope sample() { return sign_envelope("application/test", as_bytes("hello"), key_of(1)); }

Json sample_json() {
    auto const text = write_envelope(sample());
    return parse_json(as_bytes(text)).take();
}

Result<Envelope> parse(Json const& json) {
    auto const text = json.dump();
    return parse_envelope(as_bytes(text));
}

TEST(Dsse, pre_authentication_encoding_is_as_published) {
    NEEDS_SHARED("vectors/dsse/dsse.json");
    auto const file = read_file(test::shared_path("vectors/dsse/dsse.json"), 1 << 20);
    ASSERT_OK(file);
    auto const vectors = parse_json(*file);
    ASSERT_OK(vectors);
    int count = 0;
    for (auto const& one : (*vectors)["pae"]) {
        auto const body = one["body"].get<std::string>();
        EXPECT_EQ(as_text(dsse_pae(one["type"].get<std::string>(), as_bytes(body))),
                  one["pae"].get<std::string>());
        ++count;
    }
    std::printf("DSSE: %d PAE vectors\n", count);
    ::testing::Test::RecordProperty("pae", count);
    EXPECT_EQ(count, 2);
}

TEST(Dsse, pre_authentication_encoding_counts_bytes_not_letters) {
    EXPECT_EQ(as_text(dsse_pae("\u00e9", as_bytes("\U0001f600"))), "DSSEv1 2 \u00e9 4 \U0001f600");
}

TEST(Dsse, the_published_envelope_is_read) {
    NEEDS_SHARED("vectors/dsse/dsse.json");
    auto const file = read_file(test::shared_path("vectors/dsse/dsse.json"), 1 << 20);
    ASSERT_OK(file);
    auto const vectors = parse_json(*file).take();
    auto const envelope = parse(vectors["envelope"]);
    ASSERT_OK(envelope);
    EXPECT_EQ(as_text(envelope->payload), "hello world");
    EXPECT_EQ(envelope->payload_type, "http://example.com/HelloWorld");
    ASSERT_EQ(envelope->signatures.size(), 1u);
    EXPECT_EQ(envelope->signatures[0].keyid, "");
    EXPECT_EQ(envelope->signatures[0].sig.size(), 64u);
    // It is signed by P-256; as Ed25519 it must verify with no key of ours.
    EXPECT_FALSE(signed_by(*envelope, key_of(1).public_key()));
}

TEST(Dsse, what_was_signed_verifies_and_comes_back) {
    auto envelope = sample();
    add_signature(envelope, key_of(2));
    auto const text = write_envelope(envelope);
    auto const back = parse_envelope(as_bytes(text));
    ASSERT_OK(back);
    EXPECT_EQ(*back, envelope);
    EXPECT_EQ(write_envelope(*back), text);
    EXPECT_TRUE(signed_by(*back, key_of(1).public_key()));
    EXPECT_TRUE(signed_by(*back, key_of(2).public_key()));
    EXPECT_FALSE(signed_by(*back, key_of(3).public_key()));
}

TEST(Dsse, the_key_id_is_the_hash_of_the_raw_key) {
    auto const key = key_of(1);
    EXPECT_EQ(sample().signatures[0].keyid, to_hex(sha256(ByteView(key.public_key().bytes()))));
    EXPECT_EQ(dsse_keyid(key.public_key()).size(), 64u);
}

TEST(Dsse, a_signature_covers_the_type_and_every_byte_of_the_payload) {
    auto const key = key_of(1).public_key();
    auto envelope = sample();
    envelope.payload_type = "application/tesu";
    EXPECT_FALSE(signed_by(envelope, key));
    for (std::size_t i = 0; i < 5; ++i) {
        envelope = sample();
        envelope.payload[i] ^= 1;
        EXPECT_FALSE(signed_by(envelope, key));
    }
    // Moving a byte from one field to the other must not give the same PAE.
    EXPECT_NE(dsse_pae("a", as_bytes("b c")), dsse_pae("a 1 b", as_bytes("c")));
}

TEST(Dsse, the_key_id_is_only_a_hint) {
    auto envelope = sample();
    envelope.signatures[0].keyid = "somebody else";
    EXPECT_TRUE(signed_by(envelope, key_of(1).public_key()));
    envelope.signatures[0].keyid = dsse_keyid(key_of(2).public_key());
    EXPECT_FALSE(signed_by(envelope, key_of(2).public_key()));
}

TEST(Dsse, one_bad_signature_beside_a_good_one_does_no_harm) {
    auto envelope = sample();
    envelope.signatures.insert(envelope.signatures.begin(), {"", Bytes(64, 0)});
    envelope.signatures.insert(envelope.signatures.begin(), {"", Bytes(71, 0x30)});
    EXPECT_TRUE(signed_by(envelope, key_of(1).public_key()));
}

TEST(Dsse, both_alphabets_of_base64_are_read) {
    auto const payload = Bytes{0xfb, 0xff, 0xfe, 0x00};
    auto const envelope = sign_envelope("t", payload, key_of(1));
    auto json = parse_json(as_bytes(write_envelope(envelope))).take();
    EXPECT_EQ(json["payload"], "+//+AA==");
    for (auto const* text : {"-__-AA==", "-__-AA", "+//+AA"}) {
        json["payload"] = text;
        auto const back = parse(json);
        ASSERT_OK(back);
        EXPECT_EQ(back->payload, payload);
        EXPECT_TRUE(signed_by(*back, key_of(1).public_key()));
    }
    json["payload"] = "+//+AB==";  // bits that say nothing must be zero
    EXPECT_ERROR_CODE(parse(json), "dsse");
    json["payload"] = "+//+ AA==";
    EXPECT_ERROR_CODE(parse(json), "dsse");
}

TEST(Dsse, unknown_fields_are_ignored_as_the_specification_requires) {
    auto json = sample_json();
    json["x"] = 1.5;
    json["signatures"][0]["cert"] = {{"a", nullptr}};
    auto const back = parse(json);
    ASSERT_OK(back);
    EXPECT_EQ(*back, sample());
}

TEST(Dsse, what_is_not_an_envelope_is_refused) {
    for (auto const* key : {"payload", "payloadType", "signatures"}) {
        auto json = sample_json();
        json.erase(key);
        EXPECT_ERROR_CODE(parse(json), "missing-field");
        json[key] = 7;
        EXPECT_ERROR_CODE(parse(json), "wrong-field");
    }
    auto json = sample_json();
    json["signatures"] = Json::array();
    EXPECT_ERROR_CODE(parse(json), "dsse");
    json["signatures"] = Json::array({"x"});
    EXPECT_ERROR_CODE(parse(json), "wrong-field");
    json["signatures"] = Json::array({Json::object()});
    EXPECT_ERROR_CODE(parse(json), "missing-field");
    json["signatures"] = Json::array({Json{{"sig", ""}}});
    EXPECT_ERROR_CODE(parse(json), "dsse");
    EXPECT_ERROR_CODE(parse(Json::array()), "wrong-field");
    EXPECT_ERROR_CODE(parse_envelope(as_bytes("{\"payload\":\"\",\"payload\":\"\"}")), "json");
    EXPECT_ERROR_CODE(parse_envelope({}), "json");
}

TEST(Dsse, limits_hold) {
    auto json = sample_json();
    auto const one = json["signatures"][0];
    for (int i = 1; i < 64; ++i) json["signatures"].push_back(one);
    EXPECT_OK(parse(json));
    json["signatures"].push_back(one);
    EXPECT_ERROR_CODE(parse(json), "wrong-field");
    json = sample_json();
    json["payloadType"] = std::string(257, 'a');
    EXPECT_ERROR_CODE(parse(json), "wrong-field");
    auto const text = write_envelope(sample());
    EXPECT_OK(parse_envelope(as_bytes(text), text.size()));
    EXPECT_ERROR_CODE(parse_envelope(as_bytes(text), text.size() - 1), "json");
}

TEST(Dsse, an_empty_payload_of_an_empty_type_can_be_signed) {
    auto const envelope = sign_envelope("", {}, key_of(1));
    auto const back = parse_envelope(as_bytes(write_envelope(envelope)));
    ASSERT_OK(back);
    EXPECT_TRUE(signed_by(*back, key_of(1).public_key()));
}

TEST(Dsse, what_others_hang_on_an_envelope_is_dropped) {
    auto const clean = sample();
    auto loaded = clean;
    loaded.signatures.front().keyid = std::string(1000, 'x');
    for (int i = 0; i < 60; ++i)
        loaded.signatures.insert(loaded.signatures.begin(), {"hint", Bytes(1000, 7)});
    add_signature(loaded, key_of(2));
    EXPECT_TRUE(keep_signature_of(loaded, key_of(1).public_key()));
    EXPECT_EQ(loaded, clean);
    auto const before = loaded;
    EXPECT_FALSE(keep_signature_of(loaded, key_of(3).public_key()));
    EXPECT_EQ(loaded, before);
}

}  // namespace
}  // namespace exhibit
