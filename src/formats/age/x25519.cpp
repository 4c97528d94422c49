#include "formats/age/x25519.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/aead.hpp"
#include "crypto/kdf.hpp"
#include "formats/bech32/bech32.hpp"

namespace exhibit::age {
namespace {

constexpr std::string_view type = "X25519";
constexpr std::string_view wrap_info = "age-encryption.org/v1/X25519";
constexpr std::string_view recipient_prefix = "age";
constexpr std::string_view identity_prefix = "AGE-SECRET-KEY-";
constexpr std::size_t wrapped_bytes = 16 + aead_tag_bytes;

Error malformed(std::string why) {
    return bad_input("an X25519 stanza is malformed: " + std::move(why)).coded("header");
}

// The key wraps one file key once, so the nonce is zero (spec).
Aead wrapping(Secret<32> const& shared, X25519Public const& share, X25519Public const& recipient) {
    Bytes salt = to_bytes(ByteView(share));
    append(salt, recipient);
    // reveal: key derivation.
    auto const key = hkdf_sha256(shared.reveal(), salt, wrap_info);
    return Aead(key);
}

}  // namespace

Result<X25519Recipient> X25519Recipient::parse(std::string_view age1) {
    auto const refused = [] {
        return bad_input("this is not an age recipient (age1…)")
            .hint("copy it again, whole, in lower case")
            .coded("recipient");
    };
    auto decoded = bech32::decode(age1);
    if (!decoded.ok() || decoded->prefix != recipient_prefix) return refused();
    // reveal: a recipient is public.
    auto key = exactly<32>(decoded->data.reveal());
    if (!key.ok()) return refused();
    return X25519Recipient(*key);
}

std::string X25519Recipient::text() const { return bech32::encode(recipient_prefix, key_); }

Result<Stanza> X25519Recipient::wrap(FileKey const& file_key) const {
    auto const ephemeral = Secret<32>::random();
    auto const share = x25519_public(ephemeral);
    auto shared = x25519(ephemeral, key_);
    if (!shared.ok()) {
        return bad_input("a recipient key is of low order: anybody could open the file")
            .coded("recipient");
    }
    Stanza stanza{{std::string(type), to_base64(share, Base64::unpadded)}, Bytes(wrapped_bytes)};
    // reveal: encrypted at once.
    wrapping(*shared, share, key_).seal({}, file_key.reveal(), stanza.body);
    return stanza;
}

X25519Identity::X25519Identity(Secret<32> secret)
    : secret_(std::move(secret)), public_(x25519_public(secret_)) {}

X25519Identity X25519Identity::generate() { return X25519Identity(Secret<32>::random()); }

Result<X25519Identity> X25519Identity::parse(ByteView text) {
    auto const refused = [] {
        return bad_input("this is not an age identity (AGE-SECRET-KEY-1…)")
            .hint("copy it again, whole, in upper case")
            .coded("identity");
    };
    auto decoded = bech32::decode(as_text(text));
    if (!decoded.ok() || decoded->prefix != identity_prefix) return refused();
    // reveal: from one locked place to another.
    auto secret = Secret<32>::copy_of(decoded->data.reveal());
    if (!secret.ok()) return refused();
    return X25519Identity(secret.take());
}

SecretBytes X25519Identity::text() const {
    // reveal: into locked memory, as text.
    return bech32::encode_secret(identity_prefix, secret_.reveal());
}

Result<std::optional<FileKey>> X25519Identity::unwrap_one(Stanza const& stanza) const {
    if (stanza.arguments.size() != 2) return malformed("wrong number of arguments");
    auto bytes = from_base64(stanza.arguments[1], Base64::unpadded);
    if (!bytes.ok()) return malformed("the share is not canonical base64");
    auto share = exactly<32>(*bytes);
    if (!share.ok()) return malformed("the share has the wrong length");
    // Before decrypting: a longer file key would let one ciphertext open under two keys (spec,
    // partitioning oracle).
    if (stanza.body.size() != wrapped_bytes) return malformed("the body has the wrong length");
    auto shared = x25519(secret_, *share);
    if (!shared.ok()) return malformed("the share is of low order");
    FileKey file_key;
    auto const mine =
        wrapping(*shared, *share, public_).open({}, stanza.body, file_key.reveal_for_writing());
    if (!mine) return std::optional<FileKey>();
    return std::optional<FileKey>(std::move(file_key));
}

Result<std::optional<FileKey>> X25519Identity::unwrap(std::span<Stanza const> stanzas) const {
    for (auto const& stanza : stanzas) {
        if (stanza.arguments[0] != type) continue;
        auto file_key = TRY(unwrap_one(stanza));
        if (file_key.has_value()) return file_key;
    }
    return std::optional<FileKey>();
}

}  // namespace exhibit::age
