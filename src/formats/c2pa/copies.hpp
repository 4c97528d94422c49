// The copies that a publisher makes, as compositions: what is carried along of the original's own
// manifests, what is withheld from them, and what the new manifest says was done.
#pragma once

#include "formats/c2pa/embed.hpp"

namespace exhibit::c2pa {

// Whatever a file begins with, in words of IANA; by its name's extension when that says nothing.
std::string media_type(ByteView beginning, std::string_view extension);

struct CopyWish {
    std::string title;  // dc:title; empty: none, because a file's name may tell too much
    std::string generator_name, generator_version;
    std::vector<Action> actions;  // behind c2pa.opened, in order
    std::vector<NewAssertion> facts;
    std::vector<std::string> withheld;     // addresses of assertions in manifests of the original
    std::string reason = reason_personal;  // why they are withheld
    std::optional<WallTime> when;          // of what was done; the signer's word
};

// A copy, edited or not, of an original whose report this is (state none: it says nothing of
// itself). The original is the parent; its manifests come along, those parts apart. Codes
// "redaction"; "original" when the original's own manifest could not be read.
Result<Composition> copy_of(Report const& original, std::string format, CopyWish const& wish);

// An update of a file's own manifest: actions may only be those of §11.2.3. Code "draft".
Result<Composition> update_of(Report const& file, std::string format, CopyWish const& wish);

// A recording that begins here, by whoever made it: c2pa.created instead of a parent.
Composition first_of(std::string digital_source_type, CopyWish const& wish);

// Without its c2pa.redacted: can what is withheld be documented by an update in a file of this
// kind? §6.8 asks for one "unless the redaction also requires modification to the digital content".
// In an MP4 the older box would keep what was withheld; a WAV's header would change.
bool can_withhold_by_update(AssetKind kind, bool beside);

}  // namespace exhibit::c2pa
