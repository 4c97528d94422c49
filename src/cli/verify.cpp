// exhibit verify: what holds, what does not, what was not proven.
#include "prove/verify.hpp"
#include "prove/provenance_check.hpp"

#include <map>
#include <sstream>

#include "case/disclosure.hpp"
#include "case/release_folder.hpp"
#include "cli/cli.hpp"

namespace exhibit::cli {
namespace {

// A published original, data/NNNN/NAME in a release folder: its statement, disclosures and
// certificates lie where `publish` puts them.
std::optional<prove::OriginalProof> proof_beside(Path const& file) {
    auto const number = parse_exhibit_number(file.parent_path().filename().string());
    if (!number.ok()) return std::nullopt;
    auto const data = file.parent_path().parent_path();
    auto const root = data.parent_path();
    auto const beside = [&](std::string const& name) -> std::optional<Path> {
        auto const path = root / "proofs" / (show(*number) + name);
        if (!is_there(path)) return std::nullopt;
        return path;
    };
    prove::OriginalProof proof;
    proof.statement = data / (show(*number) + ".sd-jwt");
    proof.disclosures = data / (show(*number) + ".disclosures.json");
    if (!is_there(proof.statement)) return std::nullopt;
    proof.exhibit_certificate = beside(".exhibit-certificate.json");
    proof.device_certificate = beside(".device-certificate.json");
    if (is_there(data / "policy.json")) proof.policy = data / "policy.json";
    return proof;
}

// What the person believes besides what lies in the folder.
struct Belief {
    prove::VerifyOptions options;
    std::vector<age::X25519Identity> keys;
    std::vector<age::Identity const*> identities() const {
        std::vector<age::Identity const*> out;
        for (auto const& key : keys) out.push_back(&key);
        return out;
    }
};

VerifyReport verify_one(Path const& path, Belief const& belief) {
    auto const& options = belief.options;
    if (path.extension() == ".age") {
        auto statement = path;
        statement.replace_extension(".sd-jwt");
        return prove::verify_exhibit_file(path, statement, belief.identities());
    }
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) {
        if (path.extension() == ".sd-jwt") return prove::verify_presentation(path);
        if (auto const proof = proof_beside(std::filesystem::absolute(path)))
            return prove::verify_original(path, *proof, options);
        auto report = prove::verify_media(path, options);
        if (!report.findings.empty()) return report;
    }
    // A release stays one, whatever somebody laid into it.
    bool const is_release = is_there(path / release_folder::data) || is_there(path / "bagit.txt");
    if (!is_release && is_there(path / disclosure_folder::record))
        return prove::verify_disclosure(path, options);
    return prove::verify_release(path, options);
}

// "652316 0000…": a height and a hash as explorers show it, a line; '#' begins a comment.
Outcome read_blocks(std::string const& file, std::map<std::uint64_t, Digest256>& out) {
    auto const text = TRY(read_text_file(file, 64 << 20));
    std::istringstream lines(text);
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        std::istringstream words(line);
        std::string hex;
        std::uint64_t height = 0;
        if (line.empty() || line.front() == '#') continue;
        auto const bad = bad_input("is not a height and the hash of a block")
                             .at(file + ", line " + std::to_string(number))
                             .coded("blocks");
        if (!(words >> height >> hex)) return bad;
        auto const hash = ots::parse_block_hash(hex);
        if (!hash.ok()) return bad;
        out[height] = *hash;
    }
    return {};
}

// The first header is a block of the list: that is where the chain begins.
Outcome read_headers(std::string const& file, std::map<std::uint64_t, Digest256> const& blocks,
                     ots::KnownHeaders& known) {
    auto const bytes = TRY(read_file(file, 256u << 20));
    std::vector<ots::BlockHeader> headers;
    for (std::size_t at = 0; at + ots::BlockHeader::bytes <= bytes.size();
         at += ots::BlockHeader::bytes) {
        auto const header =
            TRY(ots::BlockHeader::from(ByteView(bytes).subspan(at, ots::BlockHeader::bytes)));
        headers.push_back(header);
    }
    if (headers.empty()) return bad_input("holds no header").at(file).coded("headers");
    for (auto const& [height, hash] : blocks) {
        if (hash != headers.front().hash()) continue;
        auto chained = known.chain({height, hash}, headers);
        if (!chained.ok()) return std::move(chained.take_error()).at(file);
        return {};
    }
    return bad_input("does not begin with a block of your list")
        .at(file)
        .coded("headers")
        .hint("--blocks FILE with the height and hash of its first block");
}

Result<Belief> read_belief(Globals const& globals, Verify const& arguments) {
    Belief belief;
    belief.options.full = arguments.full;
    belief.options.now = wall_now();
    auto const book = known_keys_file(globals, arguments.known);
    if (!arguments.known.empty() || is_there(book)) {
        auto const text = TRY(read_text_file(book, KnownKeys::bytes_max));
        auto known = KnownKeys::parse(text);
        if (!known.ok()) return std::move(known.take_error()).at(book.string());
        belief.options.known = known.take();
    }
    for (auto const& file : arguments.trust_stamps) {
        auto const text = TRY(read_text_file(file, 16 << 20));
        auto roots = Certificate::from_pem(text);
        if (!roots.ok()) return std::move(roots.take_error()).at(file);
        for (auto& root : *roots) belief.options.time.roots.push_back(std::move(root));
    }
    std::map<std::uint64_t, Digest256> blocks;
    if (!arguments.blocks.empty()) { TRY(read_blocks(arguments.blocks, blocks)); }
    for (auto const& [height, hash] : blocks) belief.options.time.headers.pin(height, hash);
    if (!arguments.headers.empty()) {
        TRY(read_headers(arguments.headers, blocks, belief.options.time.headers));
    }
    if (!arguments.key.empty()) {
        auto text = TRY(read_file(arguments.key, 64 * 1024));
        auto keys = age::parse_identity_file(text);
        wipe(text);
        if (!keys.ok()) return std::move(keys.take_error()).at(arguments.key);
        belief.keys = keys.take();
    }
    return belief;
}

Error trouble_of(VerifyReport const& report, std::string const& path) {
    auto const* finding = report.first_trouble();
    if (finding == nullptr) return bad_input("nothing was proven").at(path).coded("fails");
    bool const contradicts = finding->verdict == Verdict::fails;
    return Error{contradicts ? Fault::input : Fault::world,
                 (finding->subject.empty() ? "" : finding->subject + ": ") + finding->sentence,
                 path,
                 "",
                 "",
                 contradicts ? "fails" : "not-checked"};
}

}  // namespace

Outcome run_verify(Globals const& globals, Verify const& arguments, Terminal& terminal) {
    let_interrupts_end_it();
    auto const belief = TRY(read_belief(globals, arguments));
    auto const reader = arguments.expert    ? prove::Reader::expert
                        : arguments.explain ? prove::Reader::lay
                                            : prove::Reader::plain;
    std::optional<Error> trouble;
    Json reports = Json::array();
    for (auto const& text : arguments.paths) {
        Path const path = text;
        if (!is_there(path)) return bad_input("is not there").at(text).coded("not-found");
        auto const report = verify_one(path, belief);
        if (terminal.json()) {
            auto json = TRY(parse_json(as_bytes(prove::write_report(report)),
                                       {.bytes_max = 256u << 20, .depth_max = 32}));
            reports.push_back(std::move(json));
        } else {
            std::printf("%s", prove::show_report(report, reader).c_str());
        }
        if (!report.holds() && !trouble) trouble = trouble_of(report, text);
    }
    terminal.result(reports.size() == 1 ? reports.front() : Json{{"reports", reports}});
    if (trouble) return *trouble;
    return {};
}

}  // namespace exhibit::cli
