#include "case/disclosure.hpp"

#include <algorithm>
#include <cstdio>

#include "base/encoding.hpp"
#include "case/signed.hpp"

namespace exhibit {
namespace {

constexpr char const* record_type = "exhibit.disclosure.v1";
constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;
constexpr std::size_t path_max = 64 * block_runs_max;

// Nothing but Python's own library. 25 lines, so that a person can read them before running them.
constexpr std::string_view script =
    R"(# Are these parts the sealed bytes? Beside disclosure.json:  python3 check-parts.py
import base64, bisect, hashlib, json, sys
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def plain(text): return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
shown = json.load(open("disclosure.json"))
token = open("%04d.sd-jwt" % shown["number"]).read().strip().split("~")
signed, facts, leaves = json.loads(plain(token[0].split(".")[1]))["_sd"], {}, []
for text in filter(None, token[1:]):
    if base64.urlsafe_b64encode(sha(text.encode())).decode().rstrip("=") not in signed:
        sys.exit("NO: a fact is not one that was signed")
    facts[json.loads(plain(text))[1]] = json.loads(plain(text))[2]
path, names = [bytes.fromhex(one) for one in shown["path"]], [one["file"] for one in shown["parts"]]
for part in shown["parts"]:
    blocks = open(part["file"], "rb")
    for at, salt in enumerate(part["salts"], part["first"]):
        leaves.append((at, sha(b"\0", int(salt, 16).to_bytes(16, "big"), blocks.read(65536))))
    if blocks.read(1): sys.exit("NO: a part is longer than its blocks")
order, rest = [at for at, _ in leaves], leaves[::-1]  # each leaf is used once, in its own place
def root(low, high):
    if bisect.bisect_left(order, low) == bisect.bisect_left(order, high): return path.pop(0)
    if high - low == 1: return rest.pop()[1] if rest[-1][0] == low else b""
    half = low + (1 << (high - low - 1).bit_length() - 1)
    return sha(b"\1", root(low, half), root(half, high))
good = order and root(0, -(-facts["size"] >> 16)).hex() == facts["block_root"] and not path + rest
print("yes, the sealed bytes:", names) if good else sys.exit("NO: these are not the sealed bytes")
)";

Json write_parts(BlockProof const& proof) {
    Json list = Json::array();
    std::size_t next = 0;
    for (auto const& run : proof.shown) {
        Json salts = Json::array();
        for (std::uint64_t i = 0; i < run.count; ++i) salts.push_back(to_hex(proof.salts[next++]));
        list.push_back({{"first", run.first},
                        {"file", part_file(run, proof.size_bytes)},
                        {"salts", std::move(salts)}});
    }
    return list;
}

Error wrong(char const* what) { return bad_input(what).at("disclosure.json").coded("proof"); }

Outcome take_part(BlockProof& proof, Json const& json) {
    auto object = TRY(JsonObject::of(json, "parts"));
    auto const first = TRY(object.integer("first", 0, number_max));
    auto const file = TRY(object.text("file", 64));
    auto const* salts = TRY(object.array("salts", shown_blocks_max));
    TRY(object.finish());
    if (proof.salts.size() + salts->size() > shown_blocks_max)
        return wrong("the parts are too large");
    for (auto const& one : *salts) {
        if (!one.is_string()) return wrong("a salt is no text");
        auto const salt = TRY(from_hex_exact<block_salt_bytes>(one.get_ref<std::string const&>()));
        proof.salts.push_back(salt);
    }
    BlockRun const run{static_cast<std::uint64_t>(first), salts->size()};
    if (file != part_file(run, proof.size_bytes)) return wrong("a part has another file's name");
    proof.shown.push_back(run);
    return {};
}

Result<std::optional<BlockProof>> take_parts(JsonObject& object) {
    if (!object.has("parts")) return std::optional<BlockProof>();
    BlockProof proof;
    auto const size = TRY(object.integer("size", 1, number_max));
    proof.size_bytes = static_cast<std::uint64_t>(size);
    auto const* parts = TRY(object.array("parts", block_runs_max));
    for (auto const& part : *parts) { TRY(take_part(proof, part)); }
    auto const* path = TRY(object.array("path", path_max));
    for (auto const& one : *path) {
        if (!one.is_string()) return wrong("a hash is no text");
        auto const hash = TRY(from_hex_exact<32>(one.get_ref<std::string const&>()));
        proof.path.push_back(hash);
    }
    TRY(check_block_proof(proof));
    return std::optional(std::move(proof));
}

}  // namespace

std::string_view check_parts_script() { return script; }

std::string part_file(BlockRun const& run, std::uint64_t size_bytes) {
    char name[96];
    auto const end = std::min(run.end() * original_block_bytes, size_bytes);
    std::snprintf(name, sizeof name, "parts/%013llu-%013llu",
                  static_cast<unsigned long long>(run.first * original_block_bytes),
                  static_cast<unsigned long long>(end));
    return name;
}

std::string write_disclosure_record(DisclosureRecord const& record) {
    Json json = {
        {"type", record_type}, {"case", record.case_id.text()}, {"number", record.number.get()}};
    if (record.parts) {
        json["size"] = record.parts->size_bytes;
        json["parts"] = write_parts(*record.parts);
        Json path = Json::array();
        for (auto const& hash : record.parts->path) path.push_back(to_hex(hash));
        json["path"] = std::move(path);
    }
    return write_json(json) + "\n";
}

Result<DisclosureRecord> parse_disclosure_record(ByteView text) {
    if (!text.empty() && text.back() == '\n') text = text.first(text.size() - 1);
    auto const json =
        TRY(parse_json(text, {.bytes_max = disclosure_record_bytes_max, .depth_max = 8}));
    auto object = TRY(JsonObject::of(json, "disclosure.json"));
    auto const type = TRY(object.text("type", 64));
    if (type != record_type)
        return bad_input("is no disclosure").at("disclosure.json").coded("kind");
    DisclosureRecord record;
    record.case_id = TRY(take_case(object));
    auto const number = TRY(take_unsigned(object, "number", 1, exhibit_number_max));
    record.number = ExhibitNumber(number);
    record.parts = TRY(take_parts(object));
    TRY(object.finish());
    return record;
}

}  // namespace exhibit
