#include "formats/c2pa/copies.hpp"

#include <algorithm>

#include "formats/c2pa/redaction.hpp"

namespace exhibit::c2pa {
namespace {

std::string bmff_type(ByteView beginning) {
    if (beginning.size() < 12 || as_text(beginning.subspan(4, 4)) != "ftyp") return "video/mp4";
    auto const brand = as_text(beginning.subspan(8, 4));
    if (brand == "qt  ") return "video/quicktime";
    if (brand == "M4A ") return "audio/mp4";
    if (brand == "heic" || brand == "mif1") return "image/heic";
    if (brand == "avif") return "image/avif";
    return "video/mp4";
}

std::string riff_type(ByteView beginning) {
    if (beginning.size() < 12) return "audio/wav";
    auto const form = as_text(beginning.subspan(8, 4));
    if (form == "AVI ") return "video/avi";
    if (form == "WEBP") return "image/webp";
    return "audio/wav";
}

constexpr std::pair<std::string_view, char const*> by_extension[] = {
    {".txt", "text/plain"},  {".pdf", "application/pdf"}, {".mkv", "video/x-matroska"},
    {".webm", "video/webm"}, {".ogg", "audio/ogg"},       {".mp3", "audio/mpeg"},
    {".flac", "audio/flac"}, {".gif", "image/gif"},       {".tif", "image/tiff"},
    {".tiff", "image/tiff"},
};

Action named(char const* name, std::optional<WallTime> when) {
    Action out;
    out.name = name;
    out.when = when;
    return out;
}

Draft draft_for(CopyWish const& wish) {
    Draft out;
    out.title = wish.title;
    out.generator_name = wish.generator_name;
    out.generator_version = wish.generator_version;
    out.assertions = wish.facts;
    out.redacted = wish.withheld;
    return out;
}

void add_actions(Draft& to, Action first, CopyWish const& wish) {
    to.actions.push_back(std::move(first));
    to.actions.insert(to.actions.end(), wish.actions.begin(), wish.actions.end());
    for (auto const& address : wish.withheld) {
        auto redacted = named(action_redacted, wish.when);
        redacted.reason = wish.reason;
        redacted.redacted = address;
        to.actions.push_back(std::move(redacted));
    }
}

// The original's manifests as they come along, and the parent that the new manifest names.
Result<Composition> with_parent(Report const& original, std::string format, CopyWish const& wish) {
    Composition out;
    out.draft = draft_for(wish);
    if (!original.store) {
        if (!wish.withheld.empty())
            return bad_input("says nothing of itself that could be withheld").coded("redaction");
        out.draft.parent = Parent{std::move(format), {}, {}, {}, {}, {}};
        return out;
    }
    if (original.store->active().trouble != nullptr ||
        original.store->active().signature == nullptr) {
        return bad_input("has a manifest of its own that cannot be read").coded("original");
    }
    out.carried = TRY(without_assertions(*original.store, wish.withheld));
    auto const carried = TRY(Store::parse(write_store(out.carried)));
    out.draft.parent = parent_with_manifest(original, carried, std::move(format));
    return out;
}

bool allowed_in_update(Action const& action) {
    return action.name == "c2pa.edited.metadata" || action.name == action_opened ||
           action.name == action_published || action.name == action_redacted;
}

}  // namespace

std::string media_type(ByteView beginning, std::string_view extension) {
    switch (kind_of(beginning)) {
        case AssetKind::bmff: return bmff_type(beginning);
        case AssetKind::jpeg: return "image/jpeg";
        case AssetKind::png: return "image/png";
        case AssetKind::riff: return riff_type(beginning);
        case AssetKind::other: break;
    }
    for (auto const& [known, type] : by_extension) {
        if (known == extension) return type;
    }
    return "application/octet-stream";
}

Result<Composition> copy_of(Report const& original, std::string format, CopyWish const& wish) {
    auto out = TRY(with_parent(original, std::move(format), wish));
    add_actions(out.draft, named(action_opened, wish.when), wish);
    return out;
}

Result<Composition> update_of(Report const& file, std::string format, CopyWish const& wish) {
    if (!file.store) return bad_input("has no manifest that could be updated").coded("draft");
    if (!std::ranges::all_of(wish.actions, allowed_in_update))
        return wrong_use("an update may not say that the content was changed").coded("draft");
    auto out = TRY(with_parent(file, std::move(format), wish));
    add_actions(out.draft, named(action_opened, wish.when), wish);
    return out;
}

Composition first_of(std::string digital_source_type, CopyWish const& wish) {
    Composition out;
    out.draft = draft_for(wish);
    auto created = named(action_created, wish.when);
    created.digital_source_type = std::move(digital_source_type);
    add_actions(out.draft, std::move(created), wish);
    return out;
}

bool can_withhold_by_update(AssetKind kind, bool beside) {
    return beside || kind == AssetKind::jpeg || kind == AssetKind::png;
}

}  // namespace exhibit::c2pa
