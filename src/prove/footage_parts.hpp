// From seconds to bytes: which bytes of an MP4 or MOV hold the pictures and the sound between two
// times. Whole groups of pictures, because nothing less can be decoded. Pure.
#pragma once

#include "base/byte_source.hpp"
#include "base/time.hpp"
#include "case/block_proof.hpp"
#include "case/statement.hpp"

namespace exhibit::prove {

struct TimeSpan {
    Duration from, until;
};
// "1:02.5", "62.5", "0:01:02". Code "time".
Result<Duration> parse_position(std::string_view text);

struct FootagePart {
    std::vector<ByteSpan> spans;
    Duration from, until;  // of the groups of pictures that are whole
};
// Codes "no-movie", "time", and those of formats/quicktime.
Result<FootagePart> part_of_footage(ByteSource const& recording, TimeSpan const& wanted);
// The boxes without which a player can play nothing: ftyp and moov. They also hold what the camera
// wrote of time and place.
Result<std::vector<ByteSpan>> index_of_footage(ByteSource const& recording);

// What the shown blocks tell by themselves although it was not asked to be shown: metadata of the
// file, whole or in part (also kinds that nobody here reads), telemetry among the pictures. In
// words for whoever is about to give it away; empty when nothing is known of.
std::vector<std::string> told_by_parts(ByteSource const& recording,
                                       std::vector<BlockRun> const& shown, ShownFacts const& facts);

}  // namespace exhibit::prove
