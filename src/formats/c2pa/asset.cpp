#include "formats/c2pa/asset.hpp"

#include <algorithm>

#include "base/reader.hpp"
#include "formats/jumbf/jumbf.hpp"

namespace exhibit::c2pa {
namespace {

constexpr std::uint64_t xmp_max = 1 << 20;
constexpr std::size_t purpose_max = 32;
constexpr auto xmp_marker = "http://ns.adobe.com/xap/1.0/";

Error two_stores() {
    return bad_input("holds two manifest stores, so that nobody can say which one counts")
        .coded("two-stores");
}

Error bad_box(std::string what) {
    return bad_input("holds a C2PA box, but " + what)
        .hint("do not take it for a file without a manifest: something was changed")
        .coded("c2pa-box");
}

// dcterms:provenance="URL" or <dcterms:provenance>URL</…>; only to say that it is there.
std::string provenance_url(std::string_view xmp) {
    auto const at = xmp.find("dcterms:provenance");
    if (at == std::string_view::npos) return {};
    auto const rest = xmp.substr(at + 18);
    auto const begin = rest.find_first_of("\">");
    if (begin == std::string_view::npos || begin > 4) return {};
    auto const end = rest.find_first_of("\"<", begin + 1);
    auto const url = rest.substr(begin + 1, end == std::string_view::npos ? 0 : end - begin - 1);
    return url.starts_with("http") && url.size() < 2048 ? std::string(url) : "";
}

bool is_store(ByteView box) {
    auto const parsed = jumbf::parse_first(box);
    return parsed.ok() && parsed->label() == "c2pa";
}

// The label alone, for a store too broken to be parsed: it must still be seen.
bool claims_to_be_store(ByteView box) {
    return box.size() > 37 && as_text(box.subspan(12, 4)) == "jumd" &&
           as_text(box.subspan(16, 4)) == "c2pa";
}

// Nothing but zeros behind the store?
bool ends_in_zeros(ByteView container) {
    auto const store = jumbf::parse_first(container);
    if (!store.ok()) return true;  // said where the store is parsed
    auto const rest = container.subspan(store->whole.size());
    return std::ranges::all_of(rest, [](Byte b) { return b == 0; });
}

Outcome look_at_jpeg(ByteSource const& source, Asset& asset) {
    auto const segments = TRY(jpeg::header_segments(source));
    auto boxes = TRY(jpeg::jumbf_boxes(source, segments));
    for (auto& box : boxes) {
        if (!is_store(box.box) && !claims_to_be_store(box.box)) continue;
        if (asset.store) return two_stores();
        asset.store = std::move(box.box);
        asset.container = box.whole;
    }
    for (auto const& segment : segments) {
        if (segment.marker != jpeg::app1 || segment.payload.length < 40) continue;
        auto const text = TRY(source.read(segment.payload.offset, segment.payload.length));
        if (as_text(text).starts_with(xmp_marker) && asset.remote_url.empty()) {
            asset.remote_url = provenance_url(as_text(text));
        }
    }
    return {};
}

Outcome look_at_png(ByteSource const& source, Asset& asset) {
    auto const chunks = TRY(png::chunks(source));
    for (auto const& chunk : chunks) {
        if (chunk.type == png::chunk_type("caBX")) {
            if (asset.store) return two_stores();
            asset.store = TRY(png::read_chunk(source, chunk, store_bytes_max));
            asset.container = chunk.whole;
        }
        if (chunk.type == png::chunk_type("iTXt") && chunk.data.length < xmp_max) {
            auto const text = TRY(source.read(chunk.data.offset, chunk.data.length));
            if (as_text(text).starts_with("XML:com.adobe.xmp") && asset.remote_url.empty()) {
                asset.remote_url = provenance_url(as_text(text));
            }
        }
    }
    return {};
}

Outcome look_at_riff(ByteSource const& source, Asset& asset) {
    auto const form = TRY(riff::parse(source));
    for (auto const& chunk : form.chunks) {
        if (chunk.id != riff::chunk_id("C2PA")) continue;
        if (asset.store) return two_stores();
        if (chunk.data.length > store_bytes_max) return bad_box("it is too large");
        asset.store = TRY(source.read(chunk.data.offset, chunk.data.length));
        asset.container = chunk.whole;
    }
    return {};
}

Result<BmffManifestBox> read_manifest_box(ByteSource const& source, bmff::Box const& box) {
    auto const payload = box.payload();
    ByteRange const inner{payload.offset + 16, payload.length - 16};
    auto const head_length = std::min<std::uint64_t>(inner.length, 4 + purpose_max + 8);
    auto const head = TRY(source.read(inner.offset, head_length));
    Reader reader(head);
    auto const flags = reader.take_u32be();
    if (!flags.ok() || *flags != 0) return bad_box("of an unknown version");
    auto const purpose = reader.take_until(0, purpose_max);
    if (!purpose.ok()) return bad_box("it does not say what for");
    BmffManifestBox out{box, to_string(*purpose), {}};
    // The text gives the offset to manifest and original alone; the reference writes it into
    // updates too.
    bool const is_update = out.purpose == "update";
    bool const padded = is_update && reader.peek() == Byte{0} &&
                        head.size() > reader.offset() + 12 &&
                        as_text(ByteView(head).subspan(reader.offset() + 4, 4)) != "jumb";
    bool const has_offset = out.purpose == "manifest" || out.purpose == "original" || padded;
    if (!has_offset && !is_update && out.purpose != "merkle") {
        return bad_box("its purpose is unknown");
    }
    auto const skip = reader.offset() + (has_offset ? 8 : 0);
    if (skip > inner.length) return bad_box("it is cut off");
    out.content = {inner.offset + skip, inner.length - skip};
    return out;
}

Result<Bytes> store_in(ByteSource const& source, BmffManifestBox const& box, bool& hides_bytes) {
    if (box.content.length > store_bytes_max) return bad_box("it is too large");
    auto bytes = TRY(source.read(box.content.offset, box.content.length));
    auto const store = jumbf::parse_first(bytes);
    if (!store.ok() || store->label() != "c2pa") return bad_box("without a readable manifest");
    hides_bytes = hides_bytes || !ends_in_zeros(bytes);
    bytes.resize(store->whole.size());
    return bytes;
}

// Manifests of the original first, then those of the update: the last one is the active one.
Result<Bytes> joined(ByteView original, ByteView update) {
    auto const first = TRY(jumbf::parse(original));
    auto const second = TRY(jumbf::parse(update));
    std::vector<Bytes> boxes;
    for (auto const& child : first.children) boxes.push_back(to_bytes(child.whole));
    for (auto const& child : second.children) boxes.push_back(to_bytes(child.whole));
    return jumbf::write_superbox(first.description, boxes);
}

// The purpose is not hashed, so every combination that a renamed purpose could make is an error.
Outcome look_at_bmff(ByteSource const& source, Asset& asset) {
    asset.boxes = TRY(bmff::top_level(source));
    BmffManifestBox const* manifest = nullptr;
    BmffManifestBox const* update = nullptr;
    for (auto const& box : asset.boxes) {
        if (box.type != bmff::box_type("uuid") || box.usertype != bmff_usertype) continue;
        auto one = TRY(read_manifest_box(source, box));
        asset.manifest_boxes.push_back(std::move(one));
    }
    for (auto const& one : asset.manifest_boxes) {
        if (one.purpose == "merkle") continue;
        auto const*& place = one.purpose == "update" ? update : manifest;
        if (place != nullptr) return two_stores();
        place = &one;
    }
    if (manifest == nullptr) {
        if (update != nullptr) return bad_box("an update without its original");
        return {};
    }
    asset.container = manifest->box.whole();
    asset.store = TRY(store_in(source, *manifest, asset.hides_bytes));
    if ((update != nullptr) != (manifest->purpose == "original")) {
        return bad_box("an update without its original, or an original without its update");
    }
    if (update == nullptr) return {};
    auto const second = TRY(store_in(source, *update, asset.hides_bytes));
    asset.store = TRY(joined(*asset.store, second));
    return {};
}

}  // namespace

AssetKind kind_of(ByteView beginning) {
    if (jpeg::looks_like_jpeg(beginning)) return AssetKind::jpeg;
    if (png::looks_like_png(beginning)) return AssetKind::png;
    if (riff::looks_like_riff(beginning)) return AssetKind::riff;
    if (bmff::looks_like_bmff(beginning)) return AssetKind::bmff;
    return AssetKind::other;
}

Result<Asset> look_at(ByteSource const& source) {
    Asset asset;
    auto const beginning = TRY(source.read(0, std::min<std::uint64_t>(source.size(), 16)));
    asset.kind = kind_of(beginning);
    switch (asset.kind) {
        case AssetKind::jpeg: TRY(look_at_jpeg(source, asset)); break;
        case AssetKind::png: TRY(look_at_png(source, asset)); break;
        case AssetKind::riff: TRY(look_at_riff(source, asset)); break;
        case AssetKind::bmff: TRY(look_at_bmff(source, asset)); break;
        case AssetKind::other: break;
    }
    if (asset.kind != AssetKind::bmff && asset.store)
        asset.hides_bytes = !ends_in_zeros(*asset.store);
    return asset;
}

}  // namespace exhibit::c2pa
