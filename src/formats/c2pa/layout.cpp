#include "formats/c2pa/layout.hpp"

#include <algorithm>

namespace exhibit::c2pa {
namespace {

constexpr std::uint64_t png_around = 12;  // length, type, CRC
constexpr std::uint64_t riff_size_max = 0xffffffff;

Error no_place(std::string why) {
    return bad_input("cannot hold a manifest: " + why)
        .hint("keep the manifest in a file beside it: --sidecar")
        .coded("no-place");
}

// Adds up pieces of the source around the hole.
class Composer {
public:
    Composer(ByteSource const& source, AssetKind kind) : source_size_(source.size()) {
        layout_.kind = kind;
    }
    void copy(std::uint64_t from, std::uint64_t to) {
        if (from == to) return;
        Piece piece;
        piece.range = {from, to - from};
        piece.length = to - from;
        add(std::move(piece));
    }
    void put(Bytes bytes) {
        Piece piece;
        piece.from = Piece::From::bytes;
        piece.length = bytes.size();
        piece.bytes = std::move(bytes);
        add(std::move(piece));
    }
    void hole(std::uint64_t length) {
        layout_.hole = {layout_.size, length};
        Piece piece;
        piece.from = Piece::From::hole;
        piece.length = length;
        piece.hashed = Piece::Hashed::no;
        add(std::move(piece));
    }
    // All that is left, without the container of an older store. `at`: where the hole goes.
    void around(std::uint64_t begin, std::uint64_t at, std::uint64_t hole_bytes, ByteRange old) {
        auto const copy_without = [&](std::uint64_t from, std::uint64_t to) {
            auto const cut = std::clamp(old.offset, from, to);
            copy(from, cut);
            copy(std::clamp(old.end(), cut, to), to);
        };
        copy_without(begin, at);
        hole(hole_bytes);
        copy_without(at, source_size_);
    }
    Layout take() { return std::move(layout_); }

private:
    void add(Piece piece) {
        layout_.size += piece.length;
        layout_.pieces.push_back(std::move(piece));
    }
    Layout layout_;
    std::uint64_t source_size_;
};

// Behind SOI and the segments of JFIF and Exif, which many readers look for at once.
Result<std::uint64_t> place_in_jpeg(ByteSource const& source) {
    auto const segments = TRY(jpeg::header_segments(source));
    std::uint64_t at = 2;
    for (auto const& segment : segments) {
        bool const first = segment.marker == jpeg::soi || segment.marker == jpeg::app0 ||
                           segment.marker == jpeg::app1;
        if (!first) break;
        at = segment.whole.end();
    }
    return at;
}

// Directly behind IHDR.
Result<std::uint64_t> place_in_png(ByteSource const& source) {
    auto const chunks = TRY(png::chunks(source));
    if (chunks.empty() || chunks.front().type != png::chunk_type("IHDR"))
        return no_place("it does not begin as a PNG does");
    return chunks.front().whole.end();
}

// The last chunk; the size of the whole stands in the header, and is hashed.
Result<Layout> lay_out_riff(ByteSource const& source, Asset const& asset,
                            std::uint64_t hole_bytes) {
    auto const form = TRY(riff::parse(source));
    auto const end = form.after.offset;
    auto const old = asset.store ? asset.container : ByteRange{end, 0};
    // A padding byte that is missing at the very end is put in.
    auto const odd = (end - old.length) % 2;
    auto const size = end - 8 - old.length + odd + hole_bytes;
    if (size > riff_size_max) return no_place("it would pass 4 GiB");
    Composer composer(source, AssetKind::riff);
    composer.copy(0, 4);
    composer.put(to_bytes(ByteView(riff::little_endian(static_cast<std::uint32_t>(size)))));
    composer.copy(8, old.offset);
    composer.copy(old.end(), end);
    if (odd != 0) composer.put(Bytes(1));
    composer.hole(hole_bytes);
    composer.copy(end, source.size());
    return composer.take();
}

}  // namespace

std::uint64_t manifest_box_bytes(std::string_view purpose, std::uint64_t store_bytes) {
    // size, type, usertype, version and flags, purpose, place of the first proof, store
    return 8 + 16 + 4 + purpose.size() + 1 + 8 + store_bytes;
}

Bytes write_manifest_box(std::string_view purpose, ByteView store, std::uint64_t size) {
    auto payload = to_bytes(ByteView(bmff_usertype));
    append(payload, big_endian<4>(0));
    append(payload, purpose);
    payload.push_back(0);
    append(payload, big_endian<8>(0));
    append(payload, store);
    VERIFY(payload.size() + 8 <= size);
    payload.resize(static_cast<std::size_t>(size) - 8);
    return bmff::write_box(bmff::box_type("uuid"), payload);
}

std::uint64_t container_bytes(AssetKind kind, std::uint64_t store_bytes) {
    switch (kind) {
        case AssetKind::bmff: return manifest_box_bytes("manifest", store_bytes);
        case AssetKind::jpeg: return jpeg::jumbf_packets_size(store_bytes);
        case AssetKind::png: return store_bytes + png_around;
        case AssetKind::riff: return 8 + store_bytes + store_bytes % 2;
        case AssetKind::other: break;
    }
    return store_bytes;
}

Bytes write_container(AssetKind kind, ByteView store, std::uint64_t size) {
    switch (kind) {
        case AssetKind::bmff: return write_manifest_box("manifest", store, size);
        case AssetKind::jpeg: return jpeg::write_jumbf_packets(store, jumbf_instance);
        case AssetKind::png: return png::write_chunk(png::chunk_type("caBX"), store);
        case AssetKind::riff: return riff::write_chunk(riff::chunk_id("C2PA"), store);
        case AssetKind::other: break;
    }
    return to_bytes(store);
}

Result<Layout> lay_out(ByteSource const& source, Asset const& asset, std::uint64_t store_bytes,
                       Place place, std::uint64_t blocks_from) {
    if (store_bytes > store_bytes_max) return no_place("its manifests would be too large");
    auto const hole_bytes = container_bytes(asset.kind, store_bytes);
    auto const old = asset.store ? asset.container : ByteRange{};
    if (place == Place::as_before) {
        VERIFY(asset.kind == AssetKind::jpeg || asset.kind == AssetKind::png);
        Composer composer(source, asset.kind);
        composer.around(0, old.offset, hole_bytes, old);
        return composer.take();
    }
    switch (asset.kind) {
        case AssetKind::bmff: return lay_out_bmff(source, asset, store_bytes, blocks_from);
        case AssetKind::riff: return lay_out_riff(source, asset, hole_bytes);
        case AssetKind::jpeg:
        case AssetKind::png: break;
        case AssetKind::other: return no_place("a file of this kind has no place for one");
    }
    auto const at =
        TRY(asset.kind == AssetKind::jpeg ? place_in_jpeg(source) : place_in_png(source));
    Composer composer(source, asset.kind);
    composer.around(0, at, hole_bytes, old);
    return composer.take();
}

}  // namespace exhibit::c2pa
