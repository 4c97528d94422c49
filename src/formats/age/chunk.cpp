#include "formats/age/chunk.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/kdf.hpp"

namespace exhibit::age {
namespace {

// An 11-byte big-endian counter and the last-chunk flag. 64 bits of counter cannot run out.
AeadNonce chunk_nonce(std::uint64_t number, Last last) {
    AeadNonce nonce{};
    auto const counter = big_endian<8>(number);
    std::ranges::copy(counter, nonce.begin() + 3);
    nonce[11] = last == Last::yes ? 1 : 0;
    return nonce;
}

Outcome check_company(Recipients recipients) {
    auto const refused = [](char const* why) { return wrong_use(why).coded("recipients"); };
    if (recipients.empty()) return refused("nobody to encrypt to");
    if (recipients.size() > stanzas_most) return refused("too many recipients for one file");
    for (auto const* recipient : recipients) {
        if (recipient->company() == Company::alone && recipients.size() > 1) {
            return refused("a passphrase must be the only way into a file");
        }
        if (recipient->company() != recipients[0]->company()) {
            return refused("post-quantum and other recipients cannot share a file");
        }
    }
    return {};
}

Result<FileKey> unwrap_any(std::span<Stanza const> stanzas, Identities identities) {
    auto const is_scrypt = [](Stanza const& s) { return s.arguments[0] == "scrypt"; };
    // Also when the identity at hand is of another kind: every reader must judge the file alike.
    if (stanzas.size() > 1 && std::ranges::any_of(stanzas, is_scrypt)) {
        return bad_input("the age header is malformed: a passphrase stanza must be the only one")
            .coded("header");
    }
    for (auto const* identity : identities) {
        auto file_key = TRY(identity->unwrap(stanzas));
        if (file_key.has_value()) return std::move(*file_key);
    }
    return bad_input("none of the keys or passphrases given opens this file")
        .hint("try another key; the file itself looks well-formed")
        .coded("no-match");
}

}  // namespace

StreamKey::StreamKey(FileKey const& file_key, PayloadNonce const& nonce)
    // reveal: key derivation.
    : key_(hkdf_sha256(file_key.reveal(), nonce, "payload")) {}

void ChunkCipher::seal(std::uint64_t number, Last last, ByteView plaintext, MutableBytes out) {
    VERIFY(plaintext.size() == chunk_bytes ||
           (last == Last::yes && plaintext.size() < chunk_bytes));
    VERIFY(!plaintext.empty() || number == 0);
    aead_.seal(chunk_nonce(number, last), plaintext, out);
}

bool ChunkCipher::open(std::uint64_t number, Last last, ByteView sealed, MutableBytes out) {
    VERIFY(sealed.size() <= sealed_chunk_bytes);
    return aead_.open(chunk_nonce(number, last), sealed, out);
}

Result<MadeHead> make_head(Recipients recipients) {
    TRY(check_company(recipients));
    auto const file_key = FileKey::random();
    Header header;
    for (auto const* recipient : recipients) {
        auto stanza = TRY(recipient->wrap(file_key));
        header.stanzas.push_back(std::move(stanza));
    }
    header.mac = header_mac(file_key, write_header_without_mac(header.stanzas));
    auto const random = Secret<nonce_bytes>::random();
    PayloadNonce nonce;
    std::ranges::copy(random.reveal(), nonce.begin());  // reveal: it stands in the file
    Bytes bytes = write_header(header);
    append(bytes, nonce);
    return MadeHead{std::move(bytes), StreamKey(file_key, nonce)};
}

Result<OpenedHead> open_head(ByteView start, Identities identities) {
    auto reader = Reader(start);
    auto const header = TRY(parse_header(reader));
    auto const file_key = TRY(unwrap_any(header.stanzas, identities));
    // Over the bytes as they came, not as we would write them: the MAC is about this file.
    auto const mac_line_bytes = to_base64(header.mac, Base64::unpadded).size() + 2;
    auto const mac = header_mac(file_key, start.first(reader.offset() - mac_line_bytes));
    if (!equal(mac, header.mac)) {
        return bad_input("the age header was changed after it was written").coded("hmac");
    }
    auto nonce_view = reader.take(nonce_bytes);
    if (!nonce_view.ok()) return bad_input("the file ends inside the age header").coded("header");
    PayloadNonce nonce;
    std::ranges::copy(nonce_view.value(), nonce.begin());
    return OpenedHead{reader.offset(), StreamKey(file_key, nonce)};
}

std::uint64_t chunk_count(std::uint64_t plaintext_bytes) {
    auto const whole = plaintext_bytes / chunk_bytes + (plaintext_bytes % chunk_bytes != 0 ? 1 : 0);
    return std::max<std::uint64_t>(1, whole);
}

std::uint64_t encrypted_size(std::uint64_t head_bytes, std::uint64_t plaintext_bytes) {
    return head_bytes + plaintext_bytes + chunk_count(plaintext_bytes) * aead_tag_bytes;
}

Result<std::uint64_t> plaintext_size(std::uint64_t head_bytes, std::uint64_t file_bytes) {
    auto const refused = [] { return bad_input("the age file is cut short").coded("payload"); };
    if (file_bytes < head_bytes) return refused();
    auto const payload = file_bytes - head_bytes;
    auto const chunks = payload / sealed_chunk_bytes + (payload % sealed_chunk_bytes != 0 ? 1 : 0);
    if (payload < chunks * aead_tag_bytes || chunks == 0) return refused();
    auto const plain = payload - chunks * aead_tag_bytes;
    // E.g. a last chunk of nothing but its tag, after others.
    if (encrypted_size(head_bytes, plain) != file_bytes) return refused();
    return plain;
}

}  // namespace exhibit::age
