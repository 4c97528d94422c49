#include "formats/sdjwt/sdjwt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/encoding.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

std::string encoded(std::string_view text) {
    return to_base64(as_bytes(text), Base64::url_unpadded);
}
std::string text_of(std::string_view part) {
    return to_string(from_base64(part, Base64::url_unpadded).take());
}

SigningKey key_of(Byte seed) {
    Secret<32> secret;
    for (auto& byte : secret.reveal_for_writing()) byte = seed;
    return SigningKey::from_seed(std::move(secret));
}

SdJwtIssue seal() {
    return {"exhibit-seal+sd-jwt",
            Json{{"size", 4096}, {"root", "00ff"}},
            {Fact{"time", "2026-11-22T21:10:00.000Z"}, Fact{"place", Json{{"lat_e7", 515000000}}},
             Fact{"author", nullptr}},
            {},
            5};
}

SdJwt issued(SdJwtIssue const& what = seal(), Byte key = 1) {
    SeededRandom random(7);
    return issue_sd_jwt(what, key_of(key), random).take();
}

// A token with any header and payload, rightly signed.
SdJwt signed_token(std::string const& header, std::string const& payload,
                   std::vector<std::string> const& disclosures = {}) {
    auto const part = encoded(header) + "." + encoded(payload);
    SdJwt token{part + "." + encoded(as_text(key_of(1).sign(as_bytes(part)))), {}};
    for (auto const& text : disclosures)
        token.disclosures.push_back({"", "", nullptr, encoded(text)});
    return token;
}

std::string const header = R"({"alg":"EdDSA","typ":"t"})";

std::string payload_for(std::vector<std::string> const& disclosures, Json open = Json::object()) {
    open["_sd"] = Json::array();
    for (auto const& text : disclosures) {
        open["_sd"].push_back(digest_of({"", "", nullptr, encoded(text)}));
    }
    return open.dump();
}

Result<VerifiedSdJwt> verified(SdJwt const& token) {
    return verify_sd_jwt(token, key_of(1).public_key());
}

TEST(SdJwt, the_digest_of_the_disclosure_in_the_rfc_is_as_printed_there) {
    std::string const text =
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
    auto const disclosure = parse_disclosure(text);
    ASSERT_OK(disclosure);
    EXPECT_EQ(disclosure->salt, "_26bc4LT-ac6q2KI6cBW5es");
    EXPECT_EQ(disclosure->name, "family_name");
    EXPECT_EQ(disclosure->value, "M\u00f6bius");
    EXPECT_EQ(digest_of(*disclosure), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
}

TEST(SdJwt, what_was_issued_is_verified_with_all_its_facts) {
    auto const text = write_sd_jwt(issued());
    auto const token = parse_sd_jwt(text);
    ASSERT_OK(token);
    EXPECT_EQ(write_sd_jwt(*token), text);
    EXPECT_EQ(token->disclosures, issued().disclosures);
    auto const result = verified(*token);
    ASSERT_OK(result);
    EXPECT_EQ(result->type, "exhibit-seal+sd-jwt");
    EXPECT_EQ(result->open_claims, seal().open_claims);
    EXPECT_EQ(result->facts, seal().facts);
    EXPECT_EQ(result->digests, 8u);
    EXPECT_EQ(result->claims().size(), 5u);
    EXPECT_EQ(key_in_header(*token).take(), key_of(1).public_key());
}

TEST(SdJwt, every_subset_of_the_facts_can_be_shown_and_says_nothing_else) {
    auto const token = issued();
    auto const facts = seal().facts;
    for (unsigned subset = 0; subset < 8; ++subset) {
        std::vector<std::string> names;
        std::vector<Fact> expected;
        for (unsigned i = 0; i < 3; ++i) {
            if ((subset >> i & 1) == 0) continue;
            names.push_back(facts[i].name);
            expected.push_back(facts[i]);
        }
        auto const shown = present(token, names);
        ASSERT_OK(shown);
        auto const text = write_sd_jwt(*shown);
        auto const result = verified(parse_sd_jwt(text).take());
        ASSERT_OK(result);
        EXPECT_EQ(result->facts, expected);
        EXPECT_EQ(result->digests, 8u);
        for (unsigned i = 0; i < 3; ++i) {
            bool const is_shown = (subset >> i & 1) != 0;
            EXPECT_EQ(text.find(token.disclosures[i].encoded) != text.npos, is_shown);
        }
    }
    EXPECT_ERROR_CODE(present(token, {"weather"}), "no-such-fact");
}

TEST(SdJwt, the_signed_part_names_no_fact_and_its_digests_are_sorted) {
    auto const token = issued();
    auto const first = token.jwt.find('.');
    auto const payload = text_of(token.jwt.substr(first + 1, token.jwt.rfind('.') - first - 1));
    for (auto const* word : {"time", "place", "author", "2026", "515"}) {
        EXPECT_EQ(payload.find(word), payload.npos) << word;
    }
    auto const json = parse_json(as_bytes(payload)).take();
    auto const digests = json["_sd"].get<std::vector<std::string>>();
    EXPECT_EQ(digests.size(), 8u);
    EXPECT_TRUE(std::ranges::is_sorted(digests));
    EXPECT_EQ(json["_sd_alg"], "sha-256");
}

TEST(SdJwt, salts_have_128_bits_and_are_never_the_same) {
    SystemRandom random;
    std::map<std::string, int> seen;
    for (int i = 0; i < 20; ++i) {
        auto const token = issue_sd_jwt(seal(), key_of(1), random).take();
        for (auto const& disclosure : token.disclosures) {
            EXPECT_EQ(from_base64(disclosure.salt, Base64::url_unpadded).take().size(), 16u);
            EXPECT_EQ(++seen[disclosure.salt], 1);
        }
    }
    EXPECT_EQ(seen.size(), 60u);
}

TEST(SdJwt, names_that_mislead_are_not_issued) {
    SeededRandom random(1);
    auto const code_of = [&](SdJwtIssue const& what) {
        auto const result = issue_sd_jwt(what, key_of(1), random);
        return std::string(result.ok() ? "" : result.error().code);
    };
    EXPECT_EQ(code_of(SdJwtIssue{"t", Json::object(), {Fact{"a", 1}, Fact{"a", 2}}, {}, 0}),
              "sd-jwt");
    EXPECT_EQ(code_of(SdJwtIssue{"t", Json{{"a", 1}}, {Fact{"a", 1}}, {}, 0}), "sd-jwt");
    for (auto const* name : {"_sd", "_sd_alg", "..."}) {
        EXPECT_EQ(code_of(SdJwtIssue{"t", Json::object(), {Fact{name, 1}}, {}, 0}), "sd-jwt");
        EXPECT_EQ(code_of(SdJwtIssue{"t", Json{{name, 1}}, {}, {}, 0}), "sd-jwt");
        EXPECT_EQ(code_of(SdJwtIssue{"t", Json{{"a", {{name, 1}}}}, {}, {}, 0}), "sd-jwt");
        EXPECT_EQ(code_of(SdJwtIssue{
                      "t", Json::object(), {Fact{"a", Json::array({Json{{name, 1}}})}}, {}, 0}),
                  "sd-jwt");
    }
    EXPECT_EQ(code_of(SdJwtIssue{"t", Json::array(), {}, {}, 0}), "sd-jwt");
    EXPECT_EQ(code_of(SdJwtIssue{"", Json::object(), {}, {}, 0}), "sd-jwt");
    EXPECT_EQ(code_of(SdJwtIssue{"t", Json::object(), {}, {}, 1025}), "sd-jwt");
    EXPECT_EQ(code_of(SdJwtIssue{"t", Json::object(), {Fact{"a", 0.5}}, {}, 0}), "json");
    EXPECT_EQ(code_of(SdJwtIssue{"t", Json::object(), {Fact{"a", "\xff"}}, {}, 0}), "json");
    EXPECT_EQ(code_of(SdJwtIssue{"t", Json{{"a", 0.5}}, {}, {}, 0}), "json");
}

TEST(SdJwt, disclosures_made_before_are_signed_with_the_rest) {
    SeededRandom random(3);
    auto made = make_disclosure({"footage", "ff"}, random).take();
    auto what = seal();
    what.disclosures = {made};
    auto const token = issue_sd_jwt(what, key_of(1), random);
    ASSERT_OK(token);
    EXPECT_EQ(token->disclosures.front(), made);
    auto const result = verified(*token);
    ASSERT_OK(result);
    EXPECT_EQ(result->claims()["footage"], "ff");
    EXPECT_EQ(result->digests, 9u);
    EXPECT_OK(verified(present(*token, {"footage", "time"}).take()));

    what.disclosures = {made, made};
    EXPECT_ERROR_CODE(issue_sd_jwt(what, key_of(1), random), "sd-jwt");
    what.disclosures = {make_disclosure({"time", 1}, random).take()};
    EXPECT_ERROR_CODE(issue_sd_jwt(what, key_of(1), random), "sd-jwt");
    made.value = "00";
    what.disclosures = {made};
    EXPECT_ERROR_CODE(issue_sd_jwt(what, key_of(1), random), "sd-jwt");
}

TEST(SdJwt, another_key_or_any_changed_letter_is_refused) {
    auto const token = issued();
    EXPECT_ERROR_CODE(verify_sd_jwt(token, key_of(2).public_key()), "signature");
    int refused = 0;
    for (std::size_t i = 0; i < token.jwt.size(); ++i) {
        auto changed = token;
        changed.jwt[i] = changed.jwt[i] == 'A' ? 'B' : 'A';
        bool const ok = verified(changed).ok();
        EXPECT_FALSE(ok) << i;
        refused += ok ? 0 : 1;
    }
    EXPECT_EQ(static_cast<std::size_t>(refused), token.jwt.size());
}

TEST(SdJwt, only_one_algorithm_is_taken) {
    EXPECT_OK(verified(signed_token(header, "{}")));
    for (auto const* other : {R"({"alg":"none","typ":"t"})", R"({"alg":"HS256","typ":"t"})",
                              R"({"alg":"eddsa","typ":"t"})", R"({"alg":"Ed25519","typ":"t"})"}) {
        EXPECT_ERROR_CODE(verified(signed_token(other, "{}")), "sd-jwt");
    }
    EXPECT_ERROR_CODE(verified(signed_token(R"({"typ":"t"})", "{}")), "missing-field");
    EXPECT_ERROR_CODE(verified(signed_token(R"({"alg":"EdDSA"})", "{}")), "missing-field");
    EXPECT_ERROR_CODE(verified(signed_token(R"({"alg":"EdDSA","alg":"EdDSA","typ":"t"})", "{}")),
                      "json");
    EXPECT_ERROR_CODE(
        verified(signed_token(R"({"alg":"EdDSA","typ":"t","crit":["b64"],"b64":false})", "{}")),
        "unknown-field");
    EXPECT_ERROR_CODE(verified(signed_token(header, R"({"_sd_alg":"sha-512"})")), "sd-jwt");
}

TEST(SdJwt, the_key_in_the_header_must_be_the_one_that_verified) {
    auto const jwk = [](std::string const& body) {
        return R"({"alg":"EdDSA","typ":"t","jwk":{)" + body + "}}";
    };
    auto const x = [](Byte seed) { return encoded(as_text(key_of(seed).public_key().bytes())); };
    EXPECT_OK(
        verified(signed_token(jwk(R"("kty":"OKP","crv":"Ed25519","x":")" + x(1) + "\""), "{}")));
    EXPECT_ERROR_CODE(
        verified(signed_token(jwk(R"("kty":"OKP","crv":"Ed25519","x":")" + x(2) + "\""), "{}")),
        "sd-jwt");
    EXPECT_ERROR_CODE(
        verified(signed_token(jwk(R"("kty":"OKP","crv":"X25519","x":")" + x(1) + "\""), "{}")),
        "sd-jwt");
    EXPECT_ERROR_CODE(
        verified(signed_token(jwk(R"("kty":"OKP","crv":"Ed25519","x":"AAAA")"), "{}")), "length");
    EXPECT_ERROR_CODE(
        verified(
            signed_token(jwk(R"("kty":"OKP","crv":"Ed25519","d":"AA","x":")" + x(1) + "\""), "{}")),
        "unknown-field");
    EXPECT_ERROR_CODE(key_in_header(signed_token(header, "{}")), "sd-jwt");
}

TEST(SdJwt, a_disclosure_that_was_not_signed_for_is_refused) {
    std::string const fact = R"(["salt","a",1])";
    EXPECT_OK(verified(signed_token(header, payload_for({fact}), {fact})));
    EXPECT_ERROR_CODE(verified(signed_token(header, "{}", {fact})), "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, payload_for({fact}), {R"(["salt","a",2])"})),
                      "sd-jwt");
    // The same array with a space is another text, hence another digest.
    EXPECT_ERROR_CODE(verified(signed_token(header, payload_for({fact}), {R"(["salt", "a",1])"})),
                      "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, payload_for({fact}), {fact, fact})), "sd-jwt");
}

TEST(SdJwt, a_disclosure_cannot_replace_a_claim) {
    std::string const one = R"(["salt","a",1])";
    std::string const two = R"(["tlas","a",2])";
    EXPECT_ERROR_CODE(verified(signed_token(header, payload_for({one}, {{"a", 0}}), {one})),
                      "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, payload_for({one, two}), {one, two})),
                      "sd-jwt");
    EXPECT_OK(verified(signed_token(header, payload_for({one, two}), {two})));
}

TEST(SdJwt, what_a_disclosure_says_is_read_from_its_signed_text) {
    auto token = issued();
    token.disclosures[0].value = "1970-01-01T00:00:00.000Z";
    token.disclosures[0].name = "size";
    auto const result = verified(token);
    ASSERT_OK(result);
    EXPECT_EQ(result->facts, seal().facts);
}

TEST(SdJwt, a_malformed_disclosure_is_refused) {
    for (auto const* text :
         {R"(["salt","a"])", R"(["salt","a",1,2])", R"({"a":1})", R"([1,"a",1])", R"(["salt",1,1])",
          R"(["","a",1])", R"(["salt","_sd",[]])", R"(["salt","...",1])", R"(["salt","_sd_alg",1])",
          R"(["salt","a",{"_sd":["x"]}])", R"(["salt","a",[{"...":"x"}]])"}) {
        EXPECT_ERROR_CODE(parse_disclosure(encoded(text)), "sd-jwt");
    }
    for (auto const* text : {"", "[", R"(["salt","a",1.5])", R"(["salt","a",{"b":1,"b":2}])"}) {
        EXPECT_ERROR_CODE(parse_disclosure(encoded(text)), "json");
    }
    EXPECT_ERROR_CODE(parse_disclosure(encoded(R"(["salt","a",1])") + "="), "sd-jwt");
    EXPECT_ERROR_CODE(parse_disclosure(encoded("[\"" + std::string(257, 's') + "\",\"a\",1]")),
                      "sd-jwt");
    EXPECT_ERROR_CODE(parse_disclosure(encoded("[\"s\",\"" + std::string(257, 'n') + "\",1]")),
                      "sd-jwt");
}

TEST(SdJwt, malformed_digests_are_refused) {
    std::string const good(43, 'A');
    EXPECT_OK(verified(signed_token(header, R"({"_sd":[")" + good + "\"]}")));
    EXPECT_ERROR_CODE(
        verified(signed_token(header, R"({"_sd":[")" + good + "\",\"" + good + "\"]}")), "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, R"({"_sd":[7]})")), "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, R"({"_sd":["AAAA"]})")), "sd-jwt");
    EXPECT_ERROR_CODE(
        verified(signed_token(header, R"({"_sd":[")" + std::string(42, 'A') + "B\"]}")), "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, R"({"_sd":"x"})")), "wrong-field");
    EXPECT_ERROR_CODE(verified(signed_token(header, R"({"a":{"_sd":[]}})")), "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, R"({"a":[{"...":"x"}]})")), "sd-jwt");
    EXPECT_ERROR_CODE(verified(signed_token(header, "[]")), "wrong-field");
    EXPECT_ERROR_CODE(verified(signed_token(header, R"({"a":1.5})")), "json");
}

TEST(SdJwt, texts_that_are_not_a_token_are_refused) {
    auto const text = write_sd_jwt(issued());
    EXPECT_ERROR_CODE(parse_sd_jwt(""), "sd-jwt");
    EXPECT_ERROR_CODE(parse_sd_jwt("~"), "sd-jwt");
    EXPECT_ERROR_CODE(parse_sd_jwt(text.substr(0, text.size() - 1)), "sd-jwt");  // would be +KB
    EXPECT_ERROR_CODE(parse_sd_jwt(text + "~"), "json");  // an empty disclosure
    EXPECT_ERROR_CODE(parse_sd_jwt("a.b~"), "sd-jwt");
    EXPECT_ERROR_CODE(parse_sd_jwt("a.b.c.d~"), "sd-jwt");
    EXPECT_ERROR_CODE(parse_sd_jwt(std::string((1 << 20) + 1, '~')), "sd-jwt");
    auto many = std::string("a.b.c~");
    for (std::size_t i = 0; i <= disclosures_max; ++i) many += encoded(R"(["salt","a",1])") + "~";
    EXPECT_ERROR_CODE(parse_sd_jwt(many), "sd-jwt");
    // Taken apart, but nothing in it is believed.
    auto const nonsense = parse_sd_jwt("..~");
    ASSERT_OK(nonsense);
    EXPECT_FALSE(verified(*nonsense).ok());
}

}  // namespace
}  // namespace exhibit
