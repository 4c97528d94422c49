// A disclosure: some facts of one exhibit, and perhaps parts of its recording, shown to somebody
// while the rest is withheld. A folder:
//
//   disclosure.json       which exhibit; the parts, their salts, the path to the tree's root
//   NNNN.sd-jwt           the seal statement with the disclosures that are shown (RFC 9901)
//   parts/FIRST-END       bytes of the recording, whole blocks of 64 KiB (the last one of the
//                         recording as short as it is); FIRST and END are byte offsets
//   check-parts.py        25 lines that check the parts, for whoever has no Exhibit
//   policy.json  proofs/  receipts/  custody/  time/    as in a release, for this exhibit alone
#pragma once

#include "case/block_proof.hpp"
#include "case/ids.hpp"
#include "formats/json/json.hpp"

namespace exhibit {

struct DisclosureRecord {
    CaseId case_id;
    ExhibitNumber number;
    std::optional<BlockProof> parts;
};
inline constexpr std::size_t disclosure_record_bytes_max = 32u << 20;

std::string write_disclosure_record(DisclosureRecord const& record);
// Form only. Codes "kind", "proof", "salt-reused" and those of JsonObject.
Result<DisclosureRecord> parse_disclosure_record(ByteView text);

// "parts/0000000065536-0000000131072": sorted as they lie.
std::string part_file(BlockRun const& run, std::uint64_t size_bytes);

// check-parts.py. Also lies in every release.
std::string_view check_parts_script();

namespace disclosure_folder {
inline constexpr char const* record = "disclosure.json";
inline constexpr char const* policy = "policy.json";
inline constexpr char const* script = "check-parts.py";
}  // namespace disclosure_folder

}  // namespace exhibit
