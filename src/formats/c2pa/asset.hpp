// Where in a file the manifest store lies.
#pragma once

#include "formats/bmff/bmff.hpp"
#include "formats/jpeg/jpeg.hpp"
#include "formats/png/png.hpp"
#include "formats/riff/riff.hpp"

namespace exhibit::c2pa {

inline constexpr std::size_t store_bytes_max = 64U << 20;
inline constexpr ByteArray<16> bmff_usertype = {0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c,
                                                0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81};

enum class AssetKind { bmff, jpeg, png, riff, other };

// A C2PA `uuid` box of an MP4.
struct BmffManifestBox {
    bmff::Box box;
    std::string purpose;  // manifest, original, update, merkle
    ByteRange content;    // behind purpose (and, but for update and merkle, the offset)
};

struct Asset {
    AssetKind kind = AssetKind::other;
    std::optional<Bytes> store;    // of an MP4 with an update: both stores as one
    ByteRange container;           // what embeds the store, headers and all
    bool hides_bytes = false;      // bytes behind the store in its container that are not zero
    std::string remote_url;        // XMP says that the store lies there
    std::vector<bmff::Box> boxes;  // bmff: the top level
    std::vector<BmffManifestBox> manifest_boxes;  // bmff: C2PA boxes in order
};

AssetKind kind_of(ByteView beginning);
// Codes of the container formats; "two-stores", "c2pa-box" when there is something that must not be
// taken for a file without a manifest.
Result<Asset> look_at(ByteSource const& source);

}  // namespace exhibit::c2pa
