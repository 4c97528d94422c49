// Trees of hashes over the media of large MP4s, and over fragments in files of their own (18.7.4).
#pragma once

#include "formats/c2pa/binding.hpp"

namespace exhibit::c2pa {

inline constexpr std::uint64_t merkle_leaves_max = 1 << 20;
// Leaves begin here, counted from the start of the mdat box, whatever the length of its header.
inline constexpr std::uint64_t merkle_media_offset = 16;

struct MerkleMap {
    std::uint64_t unique_id = 0;
    std::uint64_t local_id = 0;  // the how manyth mdat, or the track
    std::uint64_t count = 0;
    HashKind kind = HashKind::sha256;
    Bytes init_hash;  // fragments: of the file that begins the track
    std::vector<Bytes> row;
    std::uint64_t fixed_block = 0;
    std::vector<std::uint64_t> variable_blocks;
};

// None is an empty list. Code "merkle"; a map over fragments without the hash of its beginning is
// refused: skipping that hash was a real bypass.
Result<std::vector<MerkleMap>> read_merkle_maps(cbor::Value const& assertion,
                                                std::optional<HashKind> kind);

// What is left out of the flat hash and no tree covers.
std::vector<ByteRange> not_covered(std::vector<MerkleMap> const& maps,
                                   std::vector<bmff::Box> const& top,
                                   BmffExclusions const& exclusions);

// Empty when all is right, else why not. An Error only when the file cannot be read.
Result<std::string> check_media(Bound const& bound, std::vector<MerkleMap> const& maps);
Result<std::string> check_fragments(Bound const& bound, std::vector<MerkleMap> const& maps,
                                    cbor::Value const& assertion, BmffExclusions const& exclusions);

}  // namespace exhibit::c2pa
