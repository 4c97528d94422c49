// Where everything of a file goes when a manifest store is put into it: the new file as a list of
// pieces, known before a byte is copied, so that one pass is enough and memory does not grow with
// the file.
#pragma once

#include "formats/bmff/offsets.hpp"
#include "formats/c2pa/asset.hpp"

namespace exhibit::c2pa {

// Files from here on get a hash per block instead of one (§18.6, Annex A.5.4): parts of them can be
// checked, and on more than one core, which takes half the time of one hash over all.
inline constexpr std::uint64_t block_hashes_from = 128U << 20;
// Rows of hashes stay below 64 KiB up to 32 GiB, and grow no further: blocks do.
inline constexpr std::uint64_t block_bytes_min = 16U << 20;
inline constexpr std::uint64_t blocks_max = 2048;

struct Piece {
    enum class From {
        source,    // copied
        bytes,     // given here
        hole,      // the container of the store: zeros at first
        fragment,  // a `moof`, copied with its offsets moved
        index,     // an `mfra`, copied with its offsets moved
        metadata,  // a `meta`, copied with its offsets moved
    };
    // Left out of the hash, part of the flat hash, or hashed in blocks of their own.
    enum class Hashed { no, flat, blocks };

    From from = From::source;
    ByteRange range;  // of the source, for all but bytes and hole
    Bytes bytes;
    std::uint64_t length = 0;  // in the new file
    Hashed hashed = Hashed::flat;
    bool begins_box = false;  // of an MP4's top level: its place is hashed before it
};

// The media of one mdat box, hashed in blocks.
struct BlockTree {
    std::uint64_t media_index = 0;  // the how manyth mdat of the file
    std::uint64_t block_bytes = 0;
    std::uint64_t count = 0;
};

struct Layout {
    AssetKind kind = AssetKind::other;
    std::vector<Piece> pieces;
    ByteRange hole;  // in the new file
    std::vector<bmff::Shift> shifts;
    std::vector<BlockTree> trees;
    std::uint64_t size = 0;  // of the new file
};

// The store's place: where it should stand, or where the old one stood, as an update must have it.
enum class Place { usual, as_before };

// A layout with a hole of at least container_bytes(kind, store_bytes), without what holds an older
// store. Codes of the containers; "no-place" when this file cannot hold a store, with a hint.
Result<Layout> lay_out(ByteSource const& source, Asset const& asset, std::uint64_t store_bytes,
                       Place place, std::uint64_t blocks_from = block_hashes_from);
Result<Layout> lay_out_bmff(ByteSource const& source, Asset const& asset, std::uint64_t store_bytes,
                            std::uint64_t blocks_from);

// Bytes that a store of that size takes in a file of that kind, with all that is around it.
std::uint64_t container_bytes(AssetKind kind, std::uint64_t store_bytes);
// Those bytes; for an MP4 padded with zeros to `size`.
Bytes write_container(AssetKind kind, ByteView store, std::uint64_t size);
// A C2PA `uuid` box (Annex A.5).
Bytes write_manifest_box(std::string_view purpose, ByteView store, std::uint64_t size);
std::uint64_t manifest_box_bytes(std::string_view purpose, std::uint64_t store_bytes);

inline constexpr std::uint16_t jumbf_instance = 0x0211;  // "En" of the APP11 segments

}  // namespace exhibit::c2pa
