#include "formats/c2pa/merkle.hpp"

#include <algorithm>
#include <set>

#include "formats/c2pa/asset_hasher.hpp"

namespace exhibit::c2pa {
namespace {

constexpr auto mdat_type = bmff::box_type("mdat");
constexpr std::uint64_t proof_bytes_max = 1 << 20;

Error wrong(std::string what) {
    return bad_input("its tree is malformed: " + what).coded("merkle");
}

std::optional<std::uint64_t> number_of(cbor::Value const& value, char const* key) {
    auto const* one = value.find(key);
    return one == nullptr ? std::nullopt : one->unsigned_number();
}

Result<std::vector<Bytes>> hashes_of(cbor::Value const& value) {
    auto const* list = value.find_array("hashes");
    if (list == nullptr) return wrong("no hashes");
    std::vector<Bytes> out;
    for (auto const& one : *list) {
        if (one.bytes() == nullptr) return wrong("a hash that is none");
        out.push_back(*one.bytes());
    }
    return out;
}

Result<MerkleMap> read_map(cbor::Value const& value, std::optional<HashKind> kind) {
    MerkleMap out;
    auto const unique_id = number_of(value, "uniqueId");
    auto const local_id = number_of(value, "localId");
    auto const count = number_of(value, "count");
    if (!unique_id || !local_id || !count) return wrong("a number is missing");
    if (*count == 0 || *count > merkle_leaves_max)
        return wrong("a number of leaves that cannot be");
    if (auto const* name = value.find_text("alg")) kind = hash_kind(*name);
    if (!kind) return wrong("no hash that is allowed");
    out.unique_id = *unique_id;
    out.local_id = *local_id;
    out.count = *count;
    out.kind = *kind;
    if (auto const* hash = value.find_bytes("initHash")) out.init_hash = *hash;
    out.row = TRY(hashes_of(value));
    if (out.row.empty() || out.row.size() > out.count) return wrong("a row that cannot be");
    out.fixed_block = number_of(value, "fixedBlockSize").value_or(0);
    if (auto const* list = value.find_array("variableBlockSizes")) {
        for (auto const& one : *list)
            out.variable_blocks.push_back(one.unsigned_number().value_or(0));
    }
    return out;
}

// Does the leaf, with its siblings upward, come to its place in the row?
bool leads_to_row(MerkleMap const& map, Bytes const& leaf, std::uint64_t location,
                  std::vector<Bytes> const& siblings) {
    auto node = leaf;
    auto width = map.count;
    std::size_t used = 0;
    while (width > map.row.size()) {
        bool const promoted = location % 2 == 0 && location + 1 == width;
        if (!promoted) {
            if (used == siblings.size()) return false;
            auto const& other = siblings[used++];
            node = location % 2 == 0 ? merkle_parent(map.kind, node, other)
                                     : merkle_parent(map.kind, other, node);
        }
        location /= 2;
        width = (width + 1) / 2;
    }
    return width == map.row.size() && used == siblings.size() && location < map.row.size() &&
           map.row[location] == node;
}

// The row that the leaves come to; empty when none has that many nodes.
std::vector<Bytes> row_above(MerkleMap const& map, std::vector<Bytes> leaves) {
    while (leaves.size() > map.row.size()) leaves = merkle_next_row(map.kind, leaves);
    if (leaves.size() != map.row.size()) leaves.clear();
    return leaves;
}

Result<std::optional<std::vector<Bytes>>> media_leaves(ByteSource const& source,
                                                       MerkleMap const& map,
                                                       bmff::Box const& mdat) {
    using Leaves = std::optional<std::vector<Bytes>>;
    auto at = mdat.offset + std::min(merkle_media_offset, mdat.size);
    std::vector<ByteRange> blocks;
    while (at < mdat.end()) {
        auto const index = blocks.size();
        if (index >= map.count) return Leaves{};
        auto block = map.fixed_block;
        if (!map.variable_blocks.empty()) {
            block = index < map.variable_blocks.size() ? map.variable_blocks[index] : 0;
        }
        if (block == 0) return Leaves{};
        blocks.push_back({at, std::min(block, mdat.end() - at)});
        at = blocks.back().end();
    }
    if (blocks.size() != map.count) return Leaves{};
    auto leaves = TRY(hash_blocks(source, map.kind, blocks));
    return Leaves(std::move(leaves));
}

std::vector<bmff::Box> media_boxes(std::vector<bmff::Box> const& top) {
    std::vector<bmff::Box> out;
    std::ranges::copy_if(top, std::back_inserter(out),
                         [](auto const& b) { return b.type == mdat_type; });
    return out;
}

struct Proof {
    std::uint64_t unique_id = 0, local_id = 0, location = 0;
    std::vector<Bytes> siblings;
};

Result<Proof> read_proof(ByteSource const& source, BmffManifestBox const& box) {
    if (box.content.length > proof_bytes_max) return wrong("a proof too long");
    auto bytes = TRY(source.read(box.content.offset, box.content.length));
    // Proofs are padded with zeros to equal sizes.
    auto value = cbor::parse(bytes);
    while (!value.ok() && !bytes.empty() && bytes.back() == 0) {
        bytes.pop_back();
        value = cbor::parse(bytes);
    }
    if (!value.ok()) return wrong("a proof that cannot be read");
    auto const unique_id = number_of(*value, "uniqueId");
    auto const local_id = number_of(*value, "localId");
    auto const location = number_of(*value, "location");
    if (!unique_id || !local_id || !location) return wrong("a proof without its place");
    Proof out{*unique_id, *local_id, *location, {}};
    if (value->find("hashes") != nullptr) out.siblings = TRY(hashes_of(*value));
    return out;
}

MerkleMap const* map_of(std::vector<MerkleMap> const& maps, Proof const& proof) {
    auto const found = std::ranges::find_if(maps, [&](auto const& map) {
        return map.unique_id == proof.unique_id && map.local_id == proof.local_id;
    });
    return found == maps.end() || proof.location >= found->count ? nullptr : &*found;
}

// One file of a fragmented track: a proof box before its moof, and the hash of all the rest.
Result<std::string> check_fragment(ByteSource const& fragment, std::vector<MerkleMap> const& maps,
                                   cbor::Value const& assertion) {
    auto const asset = look_at(fragment);
    if (!asset.ok()) {
        if (asset.error().fault != Fault::input) return asset.error();
        return std::string("a fragment cannot be read");
    }
    if (asset->manifest_boxes.size() != 1 || asset->manifest_boxes[0].purpose != "merkle") {
        return std::string("a fragment without its proof");
    }
    auto const proof = TRY(read_proof(fragment, asset->manifest_boxes[0]));
    auto const* map = map_of(maps, proof);
    if (map == nullptr) return std::string("a fragment that was not signed");
    auto const exclusions = TRY(bmff_exclusions(fragment, asset->boxes, assertion));
    auto const leaf = TRY(bmff_hash(fragment, asset->boxes, map->kind, exclusions.all));
    if (!leads_to_row(*map, leaf, proof.location, proof.siblings)) {
        return std::string("a fragment is not what was signed");
    }
    return std::string();
}

}  // namespace

Bytes merkle_parent(HashKind kind, ByteView left, ByteView right) {
    Hash hash(kind);
    hash.update(left);
    hash.update(right);
    return hash.finish();
}

std::vector<Bytes> merkle_next_row(HashKind kind, std::vector<Bytes> const& row) {
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < row.size(); i += 2) {
        out.push_back(i + 1 < row.size() ? merkle_parent(kind, row[i], row[i + 1]) : row[i]);
    }
    return out;
}

Result<std::vector<MerkleMap>> read_merkle_maps(cbor::Value const& assertion,
                                                std::optional<HashKind> kind) {
    std::vector<MerkleMap> out;
    auto const* value = assertion.find("merkle");
    if (value == nullptr || value->is_null()) return out;
    if (value->array() == nullptr || value->array()->empty()) return wrong("an empty list");
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    for (auto const& one : *value->array()) {
        auto map = TRY(read_map(one, kind));
        if (!seen.insert({map.unique_id, map.local_id}).second) return wrong("one track twice");
        // §15.12.2.1: without sizes the media is one block; with both kinds of sizes it is nothing.
        if (map.fixed_block != 0 && !map.variable_blocks.empty())
            return wrong("two kinds of blocks");
        bool const sizes = map.fixed_block != 0 || !map.variable_blocks.empty();
        bool const whole = assertion.find_bytes("hash") != nullptr && map.init_hash.empty();
        if (whole && !sizes && map.count == 1) map.fixed_block = UINT64_MAX;
        bool const blocks = map.fixed_block != 0 || !map.variable_blocks.empty();
        if (map.init_hash.empty() == !blocks) {
            return wrong("neither the sizes of blocks nor the hash of a beginning");
        }
        if (!out.empty() && out.front().init_hash.empty() != map.init_hash.empty()) {
            return wrong("two kinds of trees");
        }
        out.push_back(std::move(map));
    }
    return out;
}

std::vector<ByteRange> not_covered(std::vector<MerkleMap> const& maps,
                                   std::vector<bmff::Box> const& top,
                                   BmffExclusions const& exclusions) {
    auto const media = media_boxes(top);
    std::vector<ByteRange> out;
    for (auto const& range : exclusions.ranges) {
        bool covered = false;
        for (auto const& map : maps) {
            if (!map.init_hash.empty() || map.local_id >= media.size()) continue;
            auto const& mdat = media[map.local_id];
            covered = covered || (range.offset >= mdat.offset + merkle_media_offset &&
                                  range.end() <= mdat.end());
        }
        if (!covered) out.push_back(range);
    }
    return out;
}

Result<std::string> check_media(Bound const& bound, std::vector<MerkleMap> const& maps) {
    auto const media = media_boxes(bound.asset.boxes);
    std::vector<Proof> proofs;
    for (auto const& box : bound.asset.manifest_boxes) {
        if (box.purpose != "merkle") continue;
        auto proof = TRY(read_proof(bound.source, box));
        if (map_of(maps, proof) == nullptr) return std::string("a proof of nothing");
        proofs.push_back(std::move(proof));
    }
    for (auto const& map : maps) {
        if (map.local_id >= media.size()) return std::string("media that was signed is missing");
        auto const leaves = TRY(media_leaves(bound.source, map, media[map.local_id]));
        if (!leaves) return std::string("the media is longer or shorter than what was signed");
        if (row_above(map, *leaves) != map.row)
            return std::string("the media is not what was signed");
        for (auto const& proof : proofs) {
            if (map_of(maps, proof) != &map) continue;
            if (!leads_to_row(map, (*leaves)[proof.location], proof.location, proof.siblings)) {
                return std::string("a proof that does not hold");
            }
        }
    }
    return std::string();
}

Result<std::string> check_fragments(Bound const& bound, std::vector<MerkleMap> const& maps,
                                    cbor::Value const& assertion,
                                    BmffExclusions const& exclusions) {
    for (auto const& map : maps) {
        auto const init = TRY(bmff_hash(bound.source, bound.asset.boxes, map.kind, exclusions.all));
        if (init != map.init_hash) return std::string("the beginning is not what was signed");
    }
    if (bound.fragments.empty()) return std::string("the fragments are not here");
    for (auto const* fragment : bound.fragments) {
        auto const why = TRY(check_fragment(*fragment, maps, assertion));
        if (!why.empty()) return why;
    }
    return std::string();
}

}  // namespace exhibit::c2pa
