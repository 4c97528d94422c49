#include "formats/age/scrypt.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/aead.hpp"
#include "crypto/kdf.hpp"

namespace exhibit::age {
namespace {

constexpr std::string_view type = "scrypt";
constexpr std::string_view salt_label = "age-encryption.org/v1/scrypt";
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t wrapped_bytes = 16 + aead_tag_bytes;

Error malformed(std::string why) {
    return bad_input("the passphrase stanza is malformed: " + std::move(why)).coded("header");
}

Result<Aead> wrapping(SecretBytes const& passphrase, ByteView salt, unsigned log_n) {
    Bytes labelled = to_bytes(salt_label);
    append(labelled, salt);
    // reveal: key derivation.
    auto const key = TRY(exhibit::scrypt(passphrase.reveal(), labelled, log_n));
    return Aead(key);
}

// ^[1-9][0-9]*$ and within the limit; read digit by digit, so that nothing can overflow.
Result<unsigned> parse_log_n(std::string_view text, unsigned limit) {
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || text[0] == '0' || !std::ranges::all_of(text, is_digit)) {
        return malformed("the work factor is not a plain number");
    }
    unsigned value = 0;
    for (char c : text) {
        value = value * 10 + static_cast<unsigned>(c - '0');
        if (value > limit) {
            return bad_input("the passphrase file asks for more work than is allowed (2^" +
                             std::to_string(limit) + ")")
                .coded("header");
        }
    }
    return value;
}

}  // namespace

ScryptRecipient::ScryptRecipient(SecretBytes passphrase, unsigned log_n)
    : passphrase_(std::move(passphrase)), log_n_(log_n) {
    VERIFY(log_n_ >= 1 && log_n_ <= log_n_most);
}

Result<Stanza> ScryptRecipient::wrap(FileKey const& file_key) const {
    auto const salt = SecretBytes::random(salt_bytes);  // public once it stands in the header
    auto aead = TRY(wrapping(passphrase_, salt.reveal(), log_n_));
    Stanza stanza{
        {std::string(type), to_base64(salt.reveal(), Base64::unpadded), std::to_string(log_n_)},
        Bytes(wrapped_bytes)};
    // reveal: encrypted at once.
    aead.seal({}, file_key.reveal(), stanza.body);
    return stanza;
}

ScryptIdentity::ScryptIdentity(SecretBytes passphrase, unsigned log_n_limit)
    : passphrase_(std::move(passphrase)), log_n_limit_(log_n_limit) {
    VERIFY(log_n_limit_ >= 1 && log_n_limit_ <= log_n_most);
}

Result<std::optional<FileKey>> ScryptIdentity::unwrap(std::span<Stanza const> stanzas) const {
    auto const found =
        std::ranges::find_if(stanzas, [](auto const& s) { return s.arguments[0] == type; });
    if (found == stanzas.end()) return std::optional<FileKey>();
    if (stanzas.size() != 1) return malformed("it must be the only one");
    if (found->arguments.size() != 3) return malformed("wrong number of arguments");
    auto salt = from_base64(found->arguments[1], Base64::unpadded);
    if (!salt.ok()) return malformed("the salt is not canonical base64");
    if (salt->size() != salt_bytes) return malformed("the salt has the wrong length");
    auto const log_n = TRY(parse_log_n(found->arguments[2], log_n_limit_));
    if (found->body.size() != wrapped_bytes) return malformed("the body has the wrong length");
    auto aead = TRY(wrapping(passphrase_, *salt, log_n));
    FileKey file_key;
    if (!aead.open({}, found->body, file_key.reveal_for_writing())) return std::optional<FileKey>();
    return std::optional<FileKey>(std::move(file_key));
}

}  // namespace exhibit::age
