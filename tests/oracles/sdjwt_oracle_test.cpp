// npm @sd-jwt/core against sdjwt: it verifies what we issue and present, and we verify what it
// issues.
#include <gtest/gtest.h>

#include <sstream>

#include "base/encoding.hpp"
#include "formats/sdjwt/sdjwt.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

constexpr int rounds = 25;

// One instance per key; EdDSA by node's own crypto.
constexpr auto node_prelude = R"js(
import {SDJwtInstance} from '@sd-jwt/core';
import {createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, verify} from 'node:crypto';
import {readFileSync} from 'node:fs';
const hasher = data => new Uint8Array(createHash('sha256')
    .update(typeof data === 'string' ? data : Buffer.from(data)).digest());
const instance = (publicKey, privateKey) => new SDJwtInstance({
    hasher, hashAlg: 'sha-256', signAlg: 'EdDSA', saltGenerator: n => randomBytes(n).toString('base64url'),
    signer: data => sign(null, Buffer.from(data), privateKey).toString('base64url'),
    verifier: (data, sig) => verify(null, Buffer.from(data), publicKey, Buffer.from(sig, 'base64url'))});
)js";

// Lines of `<x of the key> <token>`; answers the claims as JSON, or REFUSED.
constexpr auto node_verifier = R"js(
for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
    const [x, token] = line.split(' ');
    try {
        const key = createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x}, format: 'jwk'});
        console.log(JSON.stringify((await instance(key).verify(token)).payload));
    } catch { console.log('REFUSED'); }
}
)js";

constexpr auto node_issuer = R"js(
for (let i = 0; i < Number(process.argv[1]); ++i) {
    const {publicKey, privateKey} = generateKeyPairSync('ed25519');
    const claims = {number: i, text: 'é😀\u0001"', list: [1, {deep: null}], place: {lat: -i}, yes: true};
    const names = Object.keys(claims).filter((_, n) => (i >> n & 1) === 1);
    const token = await instance(publicKey, privateKey).issue(claims, {_sd: names, _sd_decoy: i % 4},
        {header: {typ: 'oracle+sd-jwt', jwk: publicKey.export({format: 'jwk'})}});
    console.log(token + ' ' + JSON.stringify(claims) + ' ' + names.length);
}
)js";

bool node_is_ready() {
    return test::have_program("node") &&
           is_there(test::source_folder() / "node_modules/@sd-jwt/core");
}
#define NEEDS_SD_JWT_ORACLE() \
    if (!node_is_ready()) GTEST_SKIP() << "NOT RUN: node with @sd-jwt/core is missing"

std::vector<std::string> lines_of(std::string const& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string x_of(PublicKey const& key) { return to_base64(key.bytes(), Base64::url_unpadded); }

TEST(SdJwtOracle, node_verifies_what_we_issue_and_present) {
    NEEDS_SD_JWT_ORACLE();
    SystemRandom random;
    std::string input;
    std::vector<Json> expected;
    auto const ask = [&](SdJwt const& token, PublicKey const& key, std::optional<Json> claims) {
        input += x_of(key) + " " + write_sd_jwt(token) + "\n";
        expected.push_back(claims ? *claims : Json("REFUSED"));
    };
    for (int i = 0; i < rounds; ++i) {
        auto const key = SigningKey::generate();
        SdJwtIssue const what{"exhibit-seal+sd-jwt",
                              Json{{"size", i}, {"text", "é\U0001f600\x01\""}},
                              {Fact{"time", "now"}, Fact{"place", Json{{"lat", -i}}},
                               Fact{"list", Json::array({1, nullptr})}},
                              {},
                              static_cast<unsigned>(i)};
        auto const token = issue_sd_jwt(what, key, random).take();
        auto const all = verify_sd_jwt(token, key.public_key());
        ASSERT_OK(all);
        ask(token, key.public_key(), all->claims());
        auto const part = present(token, {"place"}).take();
        auto const some = verify_sd_jwt(part, key.public_key());
        ASSERT_OK(some);
        ask(part, key.public_key(), some->claims());
        ask(token, SigningKey::generate().public_key(), std::nullopt);
    }
    auto const ran = test::run_node(std::string(node_prelude) + node_verifier, {}, as_bytes(input));
    ASSERT_EQ(ran.code, 0) << ran.err;
    auto const answers = lines_of(ran.out);
    ASSERT_EQ(answers.size(), expected.size());
    std::size_t agreed = 0;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto const answer =
            answers[i] == "REFUSED" ? Json("REFUSED") : parse_json(as_bytes(answers[i])).take();
        EXPECT_EQ(answer, expected[i]);
        agreed += answer == expected[i] ? 1 : 0;
    }
    std::printf(
        "SD-JWT: node agreed on %zu of %zu tokens of ours (a third of them to be refused)\n",
        agreed, answers.size());
    RecordProperty("agreed", static_cast<int>(agreed));
}

TEST(SdJwtOracle, we_verify_what_node_issues) {
    NEEDS_SD_JWT_ORACLE();
    auto const ran =
        test::run_node(std::string(node_prelude) + node_issuer, {std::to_string(rounds)});
    ASSERT_EQ(ran.code, 0) << ran.err;
    auto const lines = lines_of(ran.out);
    ASSERT_EQ(lines.size(), static_cast<std::size_t>(rounds));
    std::size_t agreed = 0;
    for (auto const& line : lines) {
        auto const first = line.find(' ');
        auto const last = line.rfind(' ');
        auto const token = parse_sd_jwt(line.substr(0, first));
        ASSERT_OK(token);
        auto const claims =
            parse_json(as_bytes(std::string_view(line).substr(first + 1, last - first - 1)));
        ASSERT_OK(claims);
        auto const key = key_in_header(*token);
        ASSERT_OK(key);
        auto const result = verify_sd_jwt(*token, *key);
        ASSERT_OK(result);
        EXPECT_EQ(result->type, "oracle+sd-jwt");
        EXPECT_EQ(result->claims(), *claims);
        EXPECT_EQ(std::to_string(result->facts.size()), line.substr(last + 1));
        EXPECT_EQ(write_sd_jwt(*token), line.substr(0, first));
        EXPECT_FALSE(verify_sd_jwt(*token, SigningKey::generate().public_key()).ok());
        agreed += result->claims() == *claims ? 1 : 0;
    }
    std::printf("SD-JWT: we agreed on %zu of %zu tokens of node\n", agreed, lines.size());
    RecordProperty("agreed", static_cast<int>(agreed));
}

}  // namespace
}  // namespace exhibit
