// Hard bindings: the hashes that tie a claim to the bytes of a file (§9.2, §18.5 to §18.8).
#pragma once

#include "formats/c2pa/asset.hpp"
#include "formats/c2pa/status.hpp"
#include "formats/c2pa/store.hpp"

#include "crypto/hash.hpp"

namespace exhibit::c2pa {

// "sha256", "sha384", "sha512"; nothing else is allowed.
std::optional<HashKind> hash_kind(std::string_view name);

// The file that a binding is held against.
struct Bound {
    ByteSource const& source;
    Asset const& asset;
    bool detached = false;  // the store lies beside the file
    bool updated = false;   // the active manifest is an update: the store has grown since
    std::vector<ByteSource const*> fragments;  // of a fragmented MP4 whose files lie apart
};

// Checks the assertion of that label and tells the outcome. An Error only when the file cannot be
// read.
Outcome check_binding(Bound const& bound, Manifest const& manifest,
                      jumbf::Superbox const& assertion, StatusLists& to);

// --- Parts that writers need too.

// Ascending and disjoint, or none.
std::optional<std::vector<ByteRange>> exclusion_ranges(cbor::Value const& assertion);
Result<Bytes> hash_without(ByteSource const& source, HashKind kind,
                           std::vector<ByteRange> const& excluded);

// What a c2pa.hash.bmff assertion excludes from a file.
struct BmffExclusions {
    std::vector<ByteRange> all;     // ascending, merged
    std::vector<ByteRange> ranges;  // each by itself
    bool additional = false;        // beyond what the specification foresees
};
// Codes "bmff-exclusions" for a malformed list, "bmff" for a broken file.
Result<BmffExclusions> bmff_exclusions(ByteSource const& source, std::vector<bmff::Box> const& top,
                                       cbor::Value const& assertion);
// Every root box that is not wholly excluded: its offset as u64, then its bytes that are not.
Result<Bytes> bmff_hash(ByteSource const& source, std::vector<bmff::Box> const& top, HashKind kind,
                        std::vector<ByteRange> const& excluded);

// Parent rows of a Merkle tree: an odd last node is promoted unchanged.
Bytes merkle_parent(HashKind kind, ByteView left, ByteView right);
std::vector<Bytes> merkle_next_row(HashKind kind, std::vector<Bytes> const& row);

}  // namespace exhibit::c2pa
