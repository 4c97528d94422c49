// Making a disclosure (case/disclosure.hpp): some facts, perhaps parts of the recording, and the
// papers that say whose hand and since when; everything else stays withheld.
#pragma once

#include "case/disclosure.hpp"
#include "case/statement.hpp"
#include "prove/footage_parts.hpp"

namespace exhibit::prove {

// What a disclosure is made from. Of a release, all lies where `publish` put it.
struct DisclosureSource {
    Path statement;                // NNNN.sd-jwt
    Path disclosures;              // NNNN.disclosures.json
    std::optional<Path> original;  // needed for parts
    std::optional<Path> release;   // for the papers
};
Result<DisclosureSource> source_in_release(Path const& release, ExhibitNumber number);

struct DisclosureWish {
    std::vector<std::string> facts = {};  // names, or their short forms: "day", "10km", "camera"
    std::vector<ByteSpan> bytes = {};
    std::vector<TimeSpan> times = {};
    bool with_index = false;  // what a player needs; it may tell time and place
    bool with_papers = true;  // policy, certificates, receipts, the guardians' logs and stamps
};

struct MadeDisclosure {
    std::vector<std::string> shown, withheld;  // facts by name
    std::uint64_t shown_bytes = 0, of_bytes = 0;
    std::vector<std::string> told;  // what the parts tell although the fact is withheld
};

// Writes the folder `out`, which must not be there. Codes: "no-such-fact", "secret-fact" (the seed
// of the block tree), "no-original", "range", "time", "digest" (the original is not the sealed
// one), "exists", and those of the disk.
Result<MadeDisclosure> disclose(DisclosureSource const& source, DisclosureWish const& wish,
                                Path const& out);

// What could be shown, in the order of the statement; with what each tells, in words.
struct FactOnOffer {
    std::string name, value;
};
Result<std::vector<FactOnOffer>> facts_on_offer(DisclosureSource const& source);

}  // namespace exhibit::prove
