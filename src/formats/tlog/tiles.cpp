#include "formats/tlog/tiles.hpp"

#include <algorithm>
#include <map>

#include "base/reader.hpp"
#include "formats/tlog/checkpoint.hpp"

namespace exhibit::tlog {
namespace {

Error not_a_tile(std::string what) { return bad_input(std::move(what)).coded("tile"); }

std::string three_digits(std::uint64_t n) {
    auto text = std::to_string(n);
    return std::string(3 - text.size(), '0') + text;
}

std::string write_index(std::uint64_t index) {
    auto text = three_digits(index % 1000);
    for (index /= 1000; index > 0; index /= 1000) {
        text.insert(0, "x" + three_digits(index % 1000) + "/");
    }
    return text;
}

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    for (;;) {
        auto const slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

std::optional<std::uint64_t> three(std::string_view text) {
    if (text.size() != 3) return std::nullopt;
    std::uint64_t value = 0;
    for (char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

// The hash over count (a power of two) hashes from `hashes`.
Hash fold(std::span<Hash const> hashes) {
    std::vector<Hash> row(hashes.begin(), hashes.end());
    while (row.size() > 1) {
        for (std::size_t i = 0; i < row.size() / 2; ++i)
            row[i] = node_hash(row[2 * i], row[2 * i + 1]);
        row.resize(row.size() / 2);
    }
    return row[0];
}

}  // namespace

std::string write_tile_path(Tile const& tile) {
    VERIFY(tile.width >= 1 && tile.width <= tile_width);
    auto out = "tile/" + (tile.level ? std::to_string(*tile.level) : "entries") + "/" +
               write_index(tile.index);
    if (tile.width < tile_width) out += ".p/" + std::to_string(tile.width);
    return out;
}

Result<Tile> parse_tile_path(std::string_view path) {
    if (path.size() > tile_path_max) return not_a_tile("is too long for the path of a tile");
    auto parts = parts_of(path);
    if (parts.size() < 3 || parts[0] != "tile") return not_a_tile("is no path of a tile");
    Tile tile;
    if (parts[1] != "entries") {
        auto const level = parse_size(parts[1]);
        if (!level.ok() || *level >= tile_levels_max) return not_a_tile("has no such level");
        tile.level = static_cast<unsigned>(*level);
    }
    if (parts[parts.size() - 2].ends_with(".p")) {
        auto const width = parse_size(parts.back());
        if (!width.ok() || *width == 0 || *width >= tile_width)
            return not_a_tile("has no such width");
        tile.width = static_cast<unsigned>(*width);
        parts.pop_back();
        parts.back().remove_suffix(2);
    }
    for (std::size_t i = 2; i < parts.size(); ++i) {
        auto part = parts[i];
        bool const last = i + 1 == parts.size();
        if (!last) {
            if (!part.starts_with('x')) return not_a_tile("is no path of a tile");
            part.remove_prefix(1);
        }
        auto const group = three(part);
        if (!group || tile.index > tree_size_max / 1000) return not_a_tile("has no such number");
        tile.index = tile.index * 1000 + *group;
    }
    if (tile.index > tree_size_max / tile_width || write_tile_path(tile) != path)
        return not_a_tile("is not the path that this tile has");
    return tile;
}

unsigned tile_width_at(unsigned level, std::uint64_t index, std::uint64_t size) {
    auto const hashes = level >= tile_levels_max ? 0 : size >> (8 * level);
    if (hashes / tile_width > index) return tile_width;
    return hashes / tile_width == index ? static_cast<unsigned>(hashes % tile_width) : 0;
}

bool tile_is_within(Tile const& tile, std::uint64_t size) {
    return tile.width <= tile_width_at(tile.level.value_or(0), tile.index, size);
}

Bytes write_hashes(std::vector<Hash> const& hashes) {
    Bytes out;
    for (auto const& hash : hashes) append(out, hash);
    return out;
}

Result<std::vector<Hash>> parse_hashes(ByteView body, unsigned width) {
    if (body.size() != std::size_t{width} * 32) return not_a_tile("has another length");
    std::vector<Hash> out(width);
    for (unsigned i = 0; i < width; ++i)
        std::ranges::copy(body.subspan(i * 32, 32), out[i].begin());
    return out;
}

Bytes write_bundle(std::vector<Bytes> const& entries) {
    VERIFY(entries.size() <= tile_width);
    Bytes out;
    for (auto const& entry : entries) {
        VERIFY(entry.size() <= entry_bytes_max);
        append(out, big_endian<2>(entry.size()));
        append(out, entry);
    }
    return out;
}

Result<std::vector<Bytes>> parse_bundle(ByteView body, unsigned width) {
    Reader reader(body);
    std::vector<Bytes> out;
    while (!reader.at_end()) {
        if (out.size() == width) return bad_input("holds too many entries").coded("bundle");
        auto const length = TRY(reader.take_u16be());
        auto const entry = TRY(reader.take(length));
        out.push_back(to_bytes(entry));
    }
    if (out.size() != width) return bad_input("holds too few entries").coded("bundle");
    return out;
}

HashSource tiles_as_hashes(std::uint64_t size, TileFetch fetch) {
    return [size, fetch = std::move(fetch)](unsigned level, std::uint64_t index) -> Result<Hash> {
        auto const row = level / 8;
        auto const span = std::uint64_t{1} << (level % 8);  // hashes of the row under this one
        auto const first = index * span;
        Tile const tile{row, first / tile_width, tile_width_at(row, first / tile_width, size)};
        if (first % tile_width + span > tile.width)
            return bad_input("the log is too small for that").coded("tile");
        auto const body = TRY(fetch(tile));
        auto const hashes = TRY(parse_hashes(body, tile.width));
        return fold(std::span(hashes).subspan(first % tile_width, span));
    };
}

}  // namespace exhibit::tlog
