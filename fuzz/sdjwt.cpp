// A token that is taken apart is written back byte for byte. The bytes also go, rightly signed,
// through the verifier as a payload and as a disclosure: a signature must not be what keeps a
// parser from harm.
#include "formats/sdjwt/sdjwt.hpp"
#include "base/encoding.hpp"

namespace {

using namespace exhibit;

SigningKey const& key() {
    static SigningKey const fixed = SigningKey::from_seed(Secret<32>());
    return fixed;
}

std::string url(ByteView bytes) { return to_base64(bytes, Base64::url_unpadded); }

void verify_as_payload(ByteView input) {
    auto const part = url(as_bytes(R"({"alg":"EdDSA","typ":"t"})")) + "." + url(input);
    SdJwt token{part + "." + url(key().sign(as_bytes(part))), {}};
    token.disclosures.push_back({"", "", nullptr, url(input)});
    auto const result = verify_sd_jwt(token, key().public_key());
    VERIFY(!result.ok());  // nothing holds its own digest
    token.disclosures.clear();
    auto const open = verify_sd_jwt(token, key().public_key());
    if (open.ok()) VERIFY(check_json(open->claims()).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const input(data, size);
    verify_as_payload(input);
    auto const token = parse_sd_jwt(as_text(input));
    if (!token.ok()) return 0;
    VERIFY(write_sd_jwt(*token) == as_text(input));
    auto const claimed = key_in_header(*token);
    if (claimed.ok()) static_cast<void>(verify_sd_jwt(*token, *claimed).ok());
    return 0;
}
