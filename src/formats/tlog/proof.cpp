#include "formats/tlog/proof.hpp"

#include "base/encoding.hpp"

namespace exhibit::tlog {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1\n";

Error wrong(std::string what) { return bad_input(std::move(what)).coded("proof"); }

Result<std::string_view> take_line(std::string_view& text) {
    auto const end = text.find('\n');
    if (end == std::string_view::npos) return wrong("a line does not end");
    auto const line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace

std::string write_proof(Proof const& proof) {
    std::string out(first_line);
    if (proof.extra) out += "extra " + to_base64(*proof.extra) + "\n";
    out += "index " + std::to_string(proof.index) + "\n";
    for (auto const& hash : proof.path) out += to_base64(hash) + "\n";
    return out + "\n" + write_note(proof.checkpoint);
}

Result<Proof> parse_proof(std::string_view text) {
    if (text.size() > note_bytes_max) return wrong("is too long");
    if (!text.starts_with(first_line)) return wrong("is no proof of a log");
    text.remove_prefix(first_line.size());
    Proof proof;
    auto line = TRY(take_line(text));
    if (line.starts_with("extra ")) {
        auto extra = from_base64(line.substr(6));
        if (!extra.ok() || extra->empty() || extra->size() > proof_extra_max)
            return wrong("what is said beside the proof cannot be read");
        proof.extra = extra.take();
        line = TRY(take_line(text));
    }
    if (!line.starts_with("index ")) return wrong("does not say where the entry is");
    auto const index = parse_size(line.substr(6));
    if (!index.ok()) return wrong("does not say where the entry is");
    proof.index = *index;
    for (;;) {
        line = TRY(take_line(text));
        if (line.empty()) break;
        if (proof.path.size() == path_steps_max) return wrong("the path is too long");
        auto const hash = parse_hash(line);
        if (!hash.ok()) return wrong("a step of the path is no hash");
        proof.path.push_back(*hash);
    }
    proof.checkpoint = TRY(parse_note(text));
    return proof;
}

Result<JudgedCheckpoint> verify_proof(Proof const& proof, Hash const& leaf, Policy const& policy) {
    auto judged = TRY(judge_checkpoint(proof.checkpoint, policy));
    TRY(verify_inclusion(leaf, proof.index, judged.checkpoint.size, proof.path,
                         judged.checkpoint.root));
    return judged;
}

}  // namespace exhibit::tlog
