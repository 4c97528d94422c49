// Tiles (c2sp.org/tlog-tiles): a log as plain files that anyone can fetch. A tile of level L holds
// up to 256 hashes of complete subtrees of 256^L leaves.
//
//   tile/<L>/<N>[.p/<W>]        hashes          tile/entries/<N>[.p/<W>]     entries
//
// N in groups of three digits, all but the last with an x: 1234067 is x001/x234/067.
#pragma once

#include "formats/tlog/merkle.hpp"

namespace exhibit::tlog {

inline constexpr unsigned tile_width = 256;
inline constexpr unsigned tile_levels_max = 8;  // 256^8 > 2^63
inline constexpr std::size_t entry_bytes_max = 65535;
inline constexpr std::size_t tile_path_max = 64;

struct Tile {
    std::optional<unsigned> level;  // none: a bundle of entries
    std::uint64_t index = 0;
    unsigned width = tile_width;  // 1 … 256; less is a partial tile
    friend auto operator<=>(Tile const&, Tile const&) = default;
};
std::string write_tile_path(Tile const& tile);
// Code "tile". One path per tile.
Result<Tile> parse_tile_path(std::string_view path);

// How wide that tile is in a log of this size; 0: it is not there, not even in part.
unsigned tile_width_at(unsigned level, std::uint64_t index, std::uint64_t size);
// Is the tile (of hashes or entries) there in a log of this size? Partial ones must be the right
// edge or an earlier state of it.
bool tile_is_within(Tile const& tile, std::uint64_t size);

// The hashes of a tile, side by side. Code "tile" when it has another length than its width says.
Bytes write_hashes(std::vector<Hash> const& hashes);
Result<std::vector<Hash>> parse_hashes(ByteView body, unsigned width);

// The entries of a bundle: each a big-endian u16 length and the bytes. Code "bundle".
Bytes write_bundle(std::vector<Bytes> const& entries);
Result<std::vector<Bytes>> parse_bundle(ByteView body, unsigned width);

// Reads a log by its tiles: from what `fetch` brings, the hash of any complete subtree. A tile is
// asked for at its width in a log of `size`.
using TileFetch = std::function<Result<Bytes>(Tile const&)>;
HashSource tiles_as_hashes(std::uint64_t size, TileFetch fetch);

}  // namespace exhibit::tlog
