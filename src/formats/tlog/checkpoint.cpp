#include "formats/tlog/checkpoint.hpp"

#include "base/encoding.hpp"

namespace exhibit::tlog {
namespace {

constexpr std::size_t cosignature_bytes = 8 + 64;

Error not_a_checkpoint(std::string what) { return bad_input(std::move(what)).coded("checkpoint"); }

std::string cosigned_message(std::string_view text, std::uint64_t time) {
    return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

// The next line without its newline.
Result<std::string_view> take_line(std::string_view& text) {
    auto const end = text.find('\n');
    if (end == std::string_view::npos) return not_a_checkpoint("a line does not end");
    auto const line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty()) return not_a_checkpoint("a line is empty");
    return line;
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
    auto const wrong = bad_input("is no number").coded("number");
    if (text.empty() || text.size() > 19 || (text[0] == '0' && text.size() > 1)) return wrong;
    std::uint64_t value = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return wrong;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');  // 19 digits fit
    }
    if (value > tree_size_max) return wrong;
    return value;
}

Result<Hash> parse_hash(std::string_view base64) {
    auto const bytes = TRY(from_base64(base64));
    return exactly<32>(bytes);
}

std::string write_checkpoint(Checkpoint const& checkpoint) {
    auto out = checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
               to_base64(checkpoint.root) + "\n";
    for (auto const& line : checkpoint.extensions) out += line + "\n";
    return out;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
    Checkpoint out;
    auto const origin = TRY(take_line(text));
    if (origin.size() > origin_bytes_max) return not_a_checkpoint("the origin is too long");
    out.origin = origin;
    auto const size_line = TRY(take_line(text));
    auto const size = parse_size(size_line);
    if (!size.ok()) return not_a_checkpoint("the size is no number");
    out.size = *size;
    auto const root_line = TRY(take_line(text));
    auto const root = parse_hash(root_line);
    if (!root.ok()) return not_a_checkpoint("the root is no hash");
    out.root = *root;
    while (!text.empty()) {
        if (out.extensions.size() == extensions_max) return not_a_checkpoint("has too many lines");
        auto const line = TRY(take_line(text));
        out.extensions.emplace_back(line);
    }
    return out;
}

Note sign_checkpoint(Checkpoint const& checkpoint, SigningKey const& key) {
    Note note{write_checkpoint(checkpoint), {}};
    sign_note(note, checkpoint.origin, key);
    return note;
}

Result<OpenedCheckpoint> open_checkpoint(Note const& note, VerifierKey const& log,
                                         std::vector<VerifierKey> const& cosigners) {
    OpenedCheckpoint out;
    out.checkpoint = TRY(parse_checkpoint(note.text));
    // A log's key must not sign for another log, even if its owner keeps both.
    if (out.checkpoint.origin != log.name)
        return bad_input("this checkpoint is of another log").coded("origin");
    std::vector<VerifierKey> keys = {log};
    keys.insert(keys.end(), cosigners.begin(), cosigners.end());
    auto const verified = TRY(open_note(note, keys));
    bool by_log = false;
    for (auto const& one : verified) {
        if (one.key == 0)
            by_log = true;
        else if (one.time)
            out.cosigners.push_back({one.key - 1, *one.time});
    }
    if (!by_log) return bad_input("the log did not sign this").coded("unverified");
    return out;
}

NoteSignature cosign(std::string_view text, std::string const& name, SigningKey const& key,
                     std::uint64_t time_seconds) {
    auto const vkey = make_verifier_key(name, KeyType::cosignature, key.public_key());
    auto bytes = to_bytes(big_endian<8>(time_seconds));
    append(bytes, key.sign(as_bytes(cosigned_message(text, time_seconds))));
    return {name, vkey.id, std::move(bytes)};
}

std::optional<std::uint64_t> cosignature_time(std::string_view text, NoteSignature const& signature,
                                              PublicKey const& key) {
    ByteView const bytes = signature.signature;
    if (bytes.size() != cosignature_bytes) return std::nullopt;
    std::uint64_t time = 0;
    for (auto byte : bytes.first(8)) time = time << 8 | byte;
    // A cosigner that has no clock must leave 0, and then it says nothing of time.
    if (time == 0 || time > tree_size_max) return std::nullopt;
    auto const message = cosigned_message(text, time);
    if (!verify_ed25519(key, as_bytes(message), bytes.subspan(8))) return std::nullopt;
    return time;
}

}  // namespace exhibit::tlog
