#include "formats/age/age.hpp"

namespace exhibit::age {
namespace {

struct Payload {
    ByteView sealed;
    std::size_t plaintext_bytes;
    ChunkCipher cipher;
};

Result<Payload> open_small(ByteView file, Identities identities, std::size_t limit) {
    auto const opened = TRY(open_head(file, identities));
    auto const size = TRY(plaintext_size(opened.bytes, file.size()));
    if (size > limit) {
        return bad_input("the decrypted content would be longer than " + std::to_string(limit) +
                         " bytes")
            .coded("too-large");
    }
    return Payload{file.subspan(opened.bytes), static_cast<std::size_t>(size),
                   ChunkCipher(opened.key)};
}

// Each chunk goes straight to its place; on failure what was decrypted is wiped.
Outcome open_into(Payload& payload, MutableBytes out) {
    VERIFY(out.size() == payload.plaintext_bytes);
    auto const chunks = chunk_count(out.size());
    for (std::uint64_t i = 0; i < chunks; ++i) {
        auto const at = static_cast<std::size_t>(i);
        auto const last = i + 1 == chunks ? Last::yes : Last::no;
        auto const to = last == Last::yes ? out.subspan(at * chunk_bytes)
                                          : out.subspan(at * chunk_bytes, chunk_bytes);
        auto const from =
            payload.sealed.subspan(at * sealed_chunk_bytes, to.size() + aead_tag_bytes);
        if (payload.cipher.open(i, last, from, to)) continue;
        wipe(out);
        return bad_input("the age file is damaged, cut short or forged")
            .at("chunk " + std::to_string(i))
            .hint("fetch another copy")
            .coded("payload");
    }
    return {};
}

}  // namespace

Result<Bytes> encrypt(ByteView plaintext, Recipients recipients) {
    auto head = TRY(make_head(recipients));
    Bytes out = std::move(head.bytes);
    auto const start = out.size();
    out.resize(encrypted_size(start, plaintext.size()));
    ChunkCipher cipher(head.key);
    auto const chunks = chunk_count(plaintext.size());
    for (std::uint64_t i = 0; i < chunks; ++i) {
        auto const at = static_cast<std::size_t>(i);
        auto const rest = plaintext.subspan(at * chunk_bytes);
        auto const from = i + 1 == chunks ? rest : rest.first(chunk_bytes);
        auto const to = MutableBytes(out).subspan(start + at * sealed_chunk_bytes,
                                                  from.size() + aead_tag_bytes);
        cipher.seal(i, i + 1 == chunks ? Last::yes : Last::no, from, to);
    }
    return out;
}

Result<Bytes> encrypt(ByteView plaintext, Recipient const& recipient) {
    Recipient const* const one[] = {&recipient};
    return encrypt(plaintext, one);
}

Result<Bytes> decrypt(ByteView file, Identities identities, std::size_t limit) {
    auto payload = TRY(open_small(file, identities, limit));
    Bytes out(payload.plaintext_bytes);
    TRY(open_into(payload, out));
    return out;
}

Result<Bytes> decrypt(ByteView file, Identity const& identity, std::size_t limit) {
    Identity const* const one[] = {&identity};
    return decrypt(file, one, limit);
}

Result<SecretBytes> decrypt_secret(ByteView file, Identities identities, std::size_t limit) {
    auto payload = TRY(open_small(file, identities, limit));
    SecretBytes out(payload.plaintext_bytes);
    TRY(open_into(payload, out.reveal_for_writing()));
    return out;
}

Result<SecretBytes> decrypt_secret(ByteView file, Identity const& identity, std::size_t limit) {
    Identity const* const one[] = {&identity};
    return decrypt_secret(file, one, limit);
}

}  // namespace exhibit::age
