#include "formats/c2pa/claim_signer.hpp"

#include "crypto/certificate.hpp"

namespace exhibit::c2pa {
namespace {

// Heads of the header's map, its labels and the padding: less than this.
constexpr std::size_t header_bytes = 64;

cbor::Value stamp_header(ByteView token) {
    cbor::Map one{{"val", cbor::Value(token)}};
    cbor::Map all{{"tstTokens", cbor::Value(cbor::Array{cbor::Value(std::move(one))})}};
    return cbor::Value(std::move(all));
}

Bytes with_padding(cose::Sign1 sign1, std::size_t pad, std::optional<std::size_t> pad2) {
    sign1.unprotected.map()->emplace_back("pad", Bytes(pad));
    if (pad2) sign1.unprotected.map()->emplace_back("pad2", Bytes(*pad2));
    return cose::write_sign1(sign1);
}

// The head of a byte string grows at 24, 256 and 65536 bytes, so that a single padding cannot come
// to every size: then a second one makes up for it.
Bytes padded_to(cose::Sign1 const& sign1, std::size_t size) {
    auto const least = with_padding(sign1, 0, std::nullopt).size();
    VERIFY(least <= size);
    for (std::size_t head = 0; head <= 4 && head <= size - least; ++head) {
        auto out = with_padding(sign1, size - least - head, std::nullopt);
        if (out.size() == size) return out;
    }
    for (std::size_t second = 0; second < 16; ++second) {
        auto const with_two = with_padding(sign1, 0, second).size();
        for (std::size_t head = 0; head <= 4 && with_two + head <= size; ++head) {
            auto out = with_padding(sign1, size - with_two - head, second);
            if (out.size() == size) return out;
        }
    }
    VERIFY(false);
}

cose::Sign1 unsigned_parts(ClaimSigner const& signer) {
    cose::Sign1 out;
    out.protected_bytes = cose::write_protected(signer.scheme, signer.chain);
    out.signature = Bytes(signer.signature_bytes);
    return out;
}

}  // namespace

Bytes stamped_message(ByteView protected_bytes, ByteView signature) {
    // §10.3.2.5.2: "the entire serialized bstr, including the bytes that indicate the major type
    // and the length".
    auto encoded = cbor::byte_string_head(signature.size());
    append(encoded, signature);
    return cose::signed_bytes("CounterSignature", protected_bytes, encoded);
}

std::size_t signature_box_bytes(ClaimSigner const& signer) {
    auto const bare = cose::write_sign1(unsigned_parts(signer)).size();
    return signer.stamp ? bare + header_bytes + stamp_bytes_max : bare;
}

Result<SignedClaim> sign_claim(ClaimSigner const& signer, ByteView claim) {
    auto sign1 = unsigned_parts(signer);
    sign1.signature =
        TRY(signer.sign(cose::signed_bytes("Signature1", sign1.protected_bytes, claim)));
    VERIFY(sign1.signature.size() == signer.signature_bytes);
    auto const size = signature_box_bytes(signer);
    if (!signer.stamp) return SignedClaim{cose::write_sign1(sign1), false};
    auto token = signer.stamp(stamped_message(sign1.protected_bytes, sign1.signature));
    if (!token.ok()) {
        if (token.error().fault != Fault::world) return token.take_error();
        return SignedClaim{padded_to(sign1, size), false};
    }
    if (token->size() > stamp_bytes_max) {
        return bad_input("the time-stamp token has " + std::to_string(token->size()) +
                         " bytes; there is room for " + std::to_string(stamp_bytes_max))
            .hint("ask the authority for a token without its root certificate")
            .coded("stamp-size");
    }
    TRY(open_timestamp_token(*token));
    sign1.unprotected.map()->emplace_back("sigTst2", stamp_header(*token));
    return SignedClaim{padded_to(sign1, size), true};
}

}  // namespace exhibit::c2pa
