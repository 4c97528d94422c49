#include "formats/c2pa/embed.hpp"

#include <algorithm>

#include "formats/c2pa/stream_layout.hpp"

namespace exhibit::c2pa {
namespace {

constexpr auto hash_kind_written = HashKind::sha256;
constexpr auto hash_name_written = "sha256";
constexpr std::size_t hash_bytes = 32;

cbor::Value number(std::uint64_t value) { return cbor::Value(value); }

// §18.5. `pad` is required, even if it is empty.
NewAssertion data_binding(std::optional<ByteRange> hole, ByteView hash, std::size_t pad) {
    cbor::Map map{{"alg", cbor::Value(hash_name_written)},
                  {"hash", cbor::Value(hash)},
                  {"pad", cbor::Value(Bytes(pad))}};
    if (hole) {
        cbor::Map range{{"start", number(hole->offset)}, {"length", number(hole->length)}};
        map.emplace_back("exclusions", cbor::Array{cbor::Value(std::move(range))});
    }
    return cbor_assertion("c2pa.hash.data", cbor::Value(std::move(map)));
}

// What an MP4's hash leaves out: the box of the manifest, the index that players need not trust,
// and of media that is hashed in blocks all but its first 16 bytes. Not `free` or `skip`: an offset
// could be made to lead there.
cbor::Array bmff_exclusions_written(bool in_blocks) {
    cbor::Map ours{{"offset", number(8)}, {"value", cbor::Value(ByteView(bmff_usertype))}};
    cbor::Map box{{"xpath", cbor::Value("/uuid")},
                  {"data", cbor::Array{cbor::Value(std::move(ours))}}};
    cbor::Map index{{"xpath", cbor::Value("/mfra")}};
    cbor::Array out{cbor::Value(std::move(box)), cbor::Value(std::move(index))};
    if (in_blocks) {
        cbor::Map rest{{"offset", number(16)}, {"length", number(0)}};
        cbor::Map media{{"xpath", cbor::Value("/mdat")},
                        {"subset", cbor::Array{cbor::Value(std::move(rest))}}};
        out.emplace_back(std::move(media));
    }
    return out;
}

NewAssertion bmff_binding(Layout const& layout, AssetHasher::Hashes const& hashes) {
    cbor::Map map{{"alg", cbor::Value(hash_name_written)},
                  {"hash", cbor::Value(hashes.flat)},
                  {"exclusions", bmff_exclusions_written(!layout.trees.empty())}};
    cbor::Array trees;
    auto next = hashes.blocks.begin();
    for (auto const& tree : layout.trees) {
        cbor::Array row;
        for (std::uint64_t i = 0; i < tree.count; ++i) row.emplace_back(*next++);
        cbor::Map one{{"uniqueId", number(tree.media_index)},
                      {"localId", number(tree.media_index)},
                      {"count", number(tree.count)},
                      {"alg", cbor::Value(hash_name_written)},
                      {"fixedBlockSize", number(tree.block_bytes)},
                      {"hashes", cbor::Value(std::move(row))}};
        trees.emplace_back(std::move(one));
    }
    if (!trees.empty()) map.emplace_back("merkle", cbor::Value(std::move(trees)));
    return cbor_assertion("c2pa.hash.bmff.v3", cbor::Value(std::move(map)));
}

AssetHasher::Hashes zeros_for(Layout const& layout) {
    AssetHasher::Hashes out{Bytes(hash_bytes), {}};
    std::uint64_t blocks = 0;
    for (auto const& tree : layout.trees) blocks += tree.count;
    out.blocks.assign(static_cast<std::size_t>(blocks), Bytes(hash_bytes));
    return out;
}

// The new manifest, and the store around it and those that were there before.
class Composer {
public:
    static Result<Composer> create(Composition composition, ManifestKind kind,
                                   ClaimSigner const& signer, Random& random) {
        auto writer =
            TRY(ManifestWriter::create(std::move(composition.draft), kind, signer, random));
        return Composer(std::move(composition.carried), std::move(writer));
    }
    std::uint64_t store_bytes(NewAssertion const* binding) const {
        return with(writer_.plan(binding)).size();
    }
    Result<Written> write(NewAssertion const* binding) const {
        auto const written = TRY(writer_.write(binding));
        return Written{with(written.manifest), writer_.label(), written.stamped};
    }

private:
    Composer(std::vector<Bytes> carried, ManifestWriter writer)
        : carried_(std::move(carried)), writer_(std::move(writer)) {}
    Bytes with(Bytes manifest) const {
        auto all = carried_;
        all.push_back(std::move(manifest));
        return write_store(all);
    }
    std::vector<Bytes> carried_;
    ManifestWriter writer_;
};

Outcome fill_hole(Layout const& layout, ByteView store, ByteSink& sink) {
    auto const container = write_container(layout.kind, store, layout.hole.length);
    VERIFY(container.size() == layout.hole.length);
    return sink.fill_in(layout.hole.offset, container);
}

Result<Written> embed_in_bmff(ByteSource const& source, Asset const& asset,
                              Composer const& composer, ByteSink& sink, Effort const& effort) {
    // First without a store, to know how many blocks there are; then with room for it. The first
    // layout is gone by then: each holds a movie box.
    auto const plan = [&]() -> Result<NewAssertion> {
        auto const empty = TRY(lay_out(source, asset, 0, Place::usual, effort.blocks_from));
        return bmff_binding(empty, zeros_for(empty));
    };
    auto const planned = TRY(plan());
    auto const store_bytes = composer.store_bytes(&planned);
    auto const layout = TRY(lay_out(source, asset, store_bytes, Place::usual, effort.blocks_from));
    auto const hashes = TRY(stream(source, layout, hash_kind_written, sink, effort));
    auto const binding = bmff_binding(layout, hashes);
    VERIFY(binding.content.size() == planned.content.size());
    auto written = TRY(composer.write(&binding));
    TRY(fill_hole(layout, written.store, sink));
    return written;
}

// The binding names the length of the container that holds it. The numbers in it grow with that
// length, so it is tried until it fits, if need be with a little padding. In a RIFF file the store
// gets an even length: whether the padding byte behind an odd one belongs to what is left out of
// the hash is read in two ways (the reference: no; its newest version rejects the other).
struct DataPlan {
    Layout layout;
    std::size_t pad = 0;
};
Result<DataPlan> plan_data(ByteSource const& source, Asset const& asset, Composer const& composer) {
    constexpr std::size_t pad_max = 16;
    constexpr int rounds = 8;
    Bytes const zeros(hash_bytes);
    for (std::size_t pad = 0; pad < pad_max; ++pad) {
        std::uint64_t store_bytes = 0;
        for (int round = 0; round < rounds; ++round) {
            auto layout = TRY(lay_out(source, asset, store_bytes, Place::usual));
            auto const binding = data_binding(layout.hole, zeros, pad);
            auto const wanted = composer.store_bytes(&binding);
            bool const uneven = asset.kind == AssetKind::riff && wanted % 2 != 0;
            if (wanted == store_bytes && !uneven) return DataPlan{std::move(layout), pad};
            store_bytes = wanted;
        }
    }
    VERIFY(false);
}

Result<Written> embed_by_data_hash(ByteSource const& source, Asset const& asset,
                                   Composer const& composer, ByteSink& sink, Effort const& effort) {
    auto const plan = TRY(plan_data(source, asset, composer));
    auto const hashes = TRY(stream(source, plan.layout, hash_kind_written, sink, effort));
    auto const binding = data_binding(plan.layout.hole, hashes.flat, plan.pad);
    auto written = TRY(composer.write(&binding));
    TRY(fill_hole(plan.layout, written.store, sink));
    return written;
}

// --- updates

Error no_update(std::string why) {
    return bad_input("cannot take an update: " + why)
        .hint("sign a new copy of it instead, with this one as its parent")
        .coded("no-place");
}

// Whether the last box reaches to the end by saying nothing: then a box behind it would be in it.
Result<bool> has_open_end(ByteSource const& source, bmff::Box const& last) {
    auto const size = TRY(source.read(last.offset, 4));
    return std::ranges::all_of(size, [](Byte b) { return b == 0; });
}

Piece bytes_piece(Bytes bytes) {
    Piece out;
    out.from = Piece::From::bytes;
    out.length = bytes.size();
    out.bytes = std::move(bytes);
    out.hashed = Piece::Hashed::no;
    return out;
}

Piece source_piece(std::uint64_t from, std::uint64_t to) {
    Piece out;
    out.range = {from, to - from};
    out.length = to - from;
    out.hashed = Piece::Hashed::no;
    return out;
}

// Updates that the file holds already, as superboxes.
Result<std::vector<Bytes>> updates_in(ByteSource const& source, BmffManifestBox const& box) {
    auto const bytes = TRY(source.read(box.content.offset, box.content.length));
    auto const store = TRY(jumbf::parse_first(bytes));
    std::vector<Bytes> out;
    for (auto const& child : store.children) out.push_back(to_bytes(child.whole));
    return out;
}

// Annex A.5.3: the box of the manifest is renamed to "original", a box of updates is the last of
// the file. Neither is hashed, nothing moves.
Result<Written> append_update(ByteSource const& source, Asset const& asset,
                              Composer const& composer, ByteSink& sink, Effort const& effort) {
    VERIFY(!asset.boxes.empty());
    auto const open = TRY(has_open_end(source, asset.boxes.back()));
    if (open) return no_update("its last box has no end of its own");
    BmffManifestBox const* first = nullptr;
    auto end = source.size();
    std::vector<Bytes> updates;
    for (auto const& box : asset.manifest_boxes) {
        if (box.purpose == "manifest" || box.purpose == "original") first = &box;
        if (box.purpose != "update") continue;
        if (box.box.end() != source.size()) return no_update("its update is not its last box");
        end = box.box.offset;
        updates = TRY(updates_in(source, box));
    }
    if (first == nullptr) return no_update("it holds no manifest");
    // usertype, version and flags come before the purpose.
    auto const purpose_at = first->box.payload().offset + 16 + 4;
    auto written = TRY(composer.write(nullptr));
    auto const parsed = jumbf::parse(written.store);
    VERIFY(parsed.ok());
    updates.push_back(to_bytes(parsed->children.back().whole));
    auto const store = write_store(updates);
    auto const box =
        write_manifest_box("update", store, manifest_box_bytes("update", store.size()));
    Layout layout;
    layout.kind = AssetKind::bmff;
    layout.pieces.push_back(source_piece(0, purpose_at));
    layout.pieces.push_back(bytes_piece(to_bytes("original")));
    layout.pieces.push_back(source_piece(purpose_at + 8, end));
    layout.pieces.push_back(bytes_piece(box));
    for (auto const& piece : layout.pieces) layout.size += piece.length;
    TRY(copy(source, layout, sink, effort));
    return written;
}

}  // namespace

Result<Written> embed(ByteSource const& source, Asset const& asset, Composition composition,
                      ClaimSigner const& signer, Random& random, ByteSink& sink,
                      Effort const& effort) {
    auto const composer =
        TRY(Composer::create(std::move(composition), ManifestKind::standard, signer, random));
    if (asset.kind == AssetKind::bmff) return embed_in_bmff(source, asset, composer, sink, effort);
    return embed_by_data_hash(source, asset, composer, sink, effort);
}

Result<Written> write_beside(ByteSource const& source, Composition composition,
                             ClaimSigner const& signer, Random& random, Effort const& effort) {
    auto const composer =
        TRY(Composer::create(std::move(composition), ManifestKind::standard, signer, random));
    constexpr std::uint64_t step = 64U << 20;
    AssetHasher hasher(hash_kind_written);
    for (std::uint64_t at = 0; at < source.size(); at += step) {
        auto const length = std::min(step, source.size() - at);
        TRY(hasher.put(source, {at, length}, AssetHasher::flat));
        if (effort.progress) effort.progress(at + length, source.size());
    }
    auto const binding = data_binding(std::nullopt, hasher.finish().flat, 0);
    return composer.write(&binding);
}

Result<Written> embed_update(ByteSource const& source, Asset const& asset, Composition composition,
                             ClaimSigner const& signer, Random& random, ByteSink& sink,
                             Effort const& effort) {
    VERIFY(asset.store.has_value());
    bool const redacts = !composition.draft.redacted.empty();
    if (asset.kind == AssetKind::bmff && redacts)
        return no_update("what is withheld would stay in the older part of the file");
    if (asset.kind == AssetKind::riff)
        return no_update("its header counts its bytes, and is part of what was signed");
    auto const composer =
        TRY(Composer::create(std::move(composition), ManifestKind::update, signer, random));
    if (asset.kind == AssetKind::bmff) return append_update(source, asset, composer, sink, effort);
    auto const layout =
        TRY(lay_out(source, asset, composer.store_bytes(nullptr), Place::as_before));
    TRY(copy(source, layout, sink, effort));
    auto written = TRY(composer.write(nullptr));
    TRY(fill_hole(layout, written.store, sink));
    return written;
}

Result<Written> update_beside(Composition composition, ClaimSigner const& signer, Random& random) {
    auto const composer =
        TRY(Composer::create(std::move(composition), ManifestKind::update, signer, random));
    return composer.write(nullptr);
}

}  // namespace exhibit::c2pa
