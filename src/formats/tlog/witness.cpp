#include "formats/tlog/witness.hpp"

#include "base/encoding.hpp"

namespace exhibit::tlog {
namespace {

Error malformed(std::string what) { return bad_input(std::move(what)).coded("malformed"); }

Result<std::string_view> take_line(std::string_view& text) {
    auto const end = text.find('\n');
    if (end == std::string_view::npos) return malformed("a line does not end");
    auto const line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace

std::string write_add_checkpoint(AddCheckpoint const& request) {
    auto out = "old " + std::to_string(request.old_size) + "\n";
    for (auto const& hash : request.path) out += to_base64(hash) + "\n";
    return out + "\n" + request.checkpoint;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view text) {
    if (text.size() > note_bytes_max) return malformed("is too long");
    AddCheckpoint request;
    auto line = TRY(take_line(text));
    if (!line.starts_with("old ")) return malformed("does not say what is old");
    auto const size = parse_size(line.substr(4));
    if (!size.ok()) return malformed("the old size is no number");
    request.old_size = *size;
    for (;;) {
        line = TRY(take_line(text));
        if (line.empty()) break;
        if (request.path.size() == path_steps_max) return malformed("the path is too long");
        auto const hash = parse_hash(line);
        if (!hash.ok()) return malformed("a step of the path is no hash");
        request.path.push_back(*hash);
    }
    request.checkpoint = text;
    return request;
}

int WitnessAnswer::http_status() const {
    switch (kind) {
        case Kind::good: return 200;
        case Kind::malformed: return 400;
        case Kind::unknown_log: return 404;
        case Kind::unsigned_by_log: return 403;
        case Kind::other_size: return 409;
        case Kind::inconsistent: break;
    }
    return 422;
}

WitnessAnswer judge_add_checkpoint(AddCheckpoint const& request,
                                   std::optional<VerifierKey> const& log,
                                   SeenCheckpoint const& seen) {
    using Kind = WitnessAnswer::Kind;
    auto const answer = [](Kind kind, std::string why) {
        return WitnessAnswer{kind, std::move(why), {}};
    };
    std::string_view const text = request.checkpoint;
    auto const gap = text.rfind("\n\n");
    auto const checkpoint = parse_checkpoint(text.substr(0, gap == text.npos ? 0 : gap + 1));
    if (!checkpoint.ok()) return answer(Kind::malformed, checkpoint.error().what);
    if (!log || log->name != checkpoint->origin)
        return answer(Kind::unknown_log, "this log is not known here");
    // A checkpoint whose signatures cannot even be read is one that the log did not sign.
    auto const note = parse_note(text);
    if (!note.ok()) return answer(Kind::unsigned_by_log, note.error().what);
    auto const opened = open_checkpoint(*note, *log, {});
    if (!opened.ok()) return answer(Kind::unsigned_by_log, opened.error().what);
    if (request.old_size > checkpoint->size)
        return answer(Kind::malformed, "the old size is above the new one");
    // Before the proof is looked at: a witness that is ahead must be able to say so.
    if (request.old_size != seen.size) return answer(Kind::other_size, std::to_string(seen.size));
    if (checkpoint->size == 0) {
        if (checkpoint->root != empty_root())
            return answer(Kind::inconsistent, "an empty log has another root");
    }
    if (request.old_size == 0) {
        if (!request.path.empty()) return answer(Kind::inconsistent, "the path is too long");
    } else if (auto const proven = verify_consistency(seen.size, seen.root, checkpoint->size,
                                                      checkpoint->root, request.path);
               !proven.ok()) {
        return answer(Kind::inconsistent, proven.error().what);
    }
    return {Kind::good, {}, *checkpoint};
}

}  // namespace exhibit::tlog
