#include "formats/age/stream.hpp"

#include <algorithm>

#include "base/secret.hpp"

namespace exhibit::age {
namespace {

Error bad_payload(char const* why, std::uint64_t chunk) {
    return bad_input(why)
        .at("chunk " + std::to_string(chunk))
        .hint("fetch another copy; what was written before this place is authentic")
        .coded("payload");
}

// Moves bytes from the front of `from` until `held` has `full` bytes.
void top_up(Bytes& held, ByteView& from, std::size_t full) {
    auto const n = std::min(full - held.size(), from.size());
    append(held, from.first(n));
    from = from.subspan(n);
}

}  // namespace

Result<Encryptor> Encryptor::create(Recipients recipients, Bytes& head_out) {
    auto head = TRY(make_head(recipients));
    head_out = std::move(head.bytes);
    return Encryptor(head.key);
}

Encryptor::Encryptor(StreamKey const& key) : cipher_(key), sealed_(sealed_chunk_bytes) {
    held_.reserve(chunk_bytes);
}

Encryptor::~Encryptor() {
    held_.resize(held_.capacity());  // also what clear() only hid
    wipe(held_);
}

Outcome Encryptor::seal(Last last, ByteView plaintext, Sink const& sink) {
    auto const out = MutableBytes(sealed_).first(plaintext.size() + aead_tag_bytes);
    cipher_.seal(next_++, last, plaintext, out);
    return sink(out);
}

Outcome Encryptor::update(ByteView plaintext, Sink const& sink) {
    VERIFY(!finished_);
    if (plaintext.empty()) return {};
    if (!held_.empty()) {
        top_up(held_, plaintext, chunk_bytes);
        if (plaintext.empty()) return {};  // it may be the last chunk
        TRY(seal(Last::no, held_, sink));
        held_.clear();
    }
    for (; plaintext.size() > chunk_bytes; plaintext = plaintext.subspan(chunk_bytes)) {
        TRY(seal(Last::no, plaintext.first(chunk_bytes), sink));
    }
    append(held_, plaintext);
    return {};
}

Outcome Encryptor::finish(Sink const& sink) {
    VERIFY(!finished_);
    finished_ = true;
    return seal(Last::yes, held_, sink);
}

Result<Decryptor> Decryptor::create(Identities identities) {
    if (identities.empty()) return wrong_use("no key to decrypt with").coded("identity");
    return Decryptor({identities.begin(), identities.end()});
}

Decryptor::~Decryptor() { wipe(plain_); }

Outcome Decryptor::remember(Outcome outcome) {
    if (!outcome.ok()) failed_ = outcome.error();
    return outcome;
}

// Gathers header and nonce; gives the payload bytes that came with them, or nothing yet.
Result<std::optional<Bytes>> Decryptor::take_head(ByteView& ciphertext) {
    append(held_, ciphertext.first(std::min(ciphertext.size(), header_bytes_most + nonce_bytes)));
    auto const taken_all = ciphertext.size() <= header_bytes_most + nonce_bytes;
    auto const end = find_header_end(held_, searched_);
    if (!end.has_value() ? held_.size() > header_bytes_most : *end > header_bytes_most) {
        return bad_input("the age header is too long").coded("header");
    }
    if (!end.has_value() || held_.size() < *end + nonce_bytes) return std::optional<Bytes>();
    auto opened = TRY(open_head(held_, identities_));
    identities_.clear();
    head_bytes_ = opened.bytes;
    cipher_.emplace(opened.key);
    auto rest = Bytes(held_.begin() + static_cast<std::ptrdiff_t>(head_bytes_), held_.end());
    held_.clear();
    ciphertext = taken_all ? ByteView() : ciphertext.subspan(header_bytes_most + nonce_bytes);
    plain_.resize(chunk_bytes);
    return std::optional<Bytes>(std::move(rest));
}

// A genuine chunk at the wrong place: the last one with something glued on, or another one after
// which the file was cut off. It is still footage, so it is given out before the error.
Outcome Decryptor::open_misplaced(Last claimed, ByteView sealed, Sink const& sink) {
    auto const other = claimed == Last::yes ? Last::no : Last::yes;
    auto const out = MutableBytes(plain_).first(sealed.size() - aead_tag_bytes);
    if (sealed.size() != sealed_chunk_bytes || !cipher_->open(next_, other, sealed, out)) {
        return bad_payload("the age file is damaged, cut short or forged", next_);
    }
    TRY(sink(out));
    return bad_payload(claimed == Last::yes ? "the age file is cut short after this chunk"
                                            : "the age file has bytes after its end",
                       next_);
}

Outcome Decryptor::open(Last last, ByteView sealed, Sink const& sink) {
    if (sealed.size() < aead_tag_bytes) return bad_payload("the age file is cut short", next_);
    auto const out = MutableBytes(plain_).first(sealed.size() - aead_tag_bytes);
    if (!cipher_->open(next_, last, sealed, out)) return open_misplaced(last, sealed, sink);
    // "The last chunk may be empty only if the whole payload is."
    if (out.empty() && next_ > 0) return bad_payload("the age file ends in an empty chunk", next_);
    ++next_;
    if (out.empty()) return {};
    return sink(out);
}

Outcome Decryptor::take_payload(ByteView ciphertext, Sink const& sink) {
    if (ciphertext.empty()) return {};
    if (!held_.empty()) {
        top_up(held_, ciphertext, sealed_chunk_bytes);
        if (ciphertext.empty()) return {};  // only the end of the file tells whether it is the last
        TRY(open(Last::no, held_, sink));
        held_.clear();
    }
    for (; ciphertext.size() > sealed_chunk_bytes;
         ciphertext = ciphertext.subspan(sealed_chunk_bytes)) {
        TRY(open(Last::no, ciphertext.first(sealed_chunk_bytes), sink));
    }
    append(held_, ciphertext);
    return {};
}

Outcome Decryptor::update(ByteView ciphertext, Sink const& sink) {
    VERIFY(!finished_);
    if (failed_.has_value()) return *failed_;
    if (!cipher_.has_value()) {
        auto head = take_head(ciphertext);
        if (!head.ok()) return remember(head.take_error());
        if (!head.value().has_value()) return {};
        auto outcome = take_payload(*head.value(), sink);
        if (!outcome.ok()) return remember(std::move(outcome));
    }
    return remember(take_payload(ciphertext, sink));
}

Outcome Decryptor::finish(Sink const& sink) {
    VERIFY(!finished_);
    if (failed_.has_value()) return *failed_;
    finished_ = true;
    if (!cipher_.has_value()) {
        // Which error it is, the parser knows best; a header that parses lacks its nonce.
        auto const opened = open_head(held_, identities_);
        return remember(opened.ok()
                            ? bad_input("the file ends inside the age header").coded("header")
                            : opened.error());
    }
    return remember(open(Last::yes, held_, sink));
}

}  // namespace exhibit::age
