#include <algorithm>

#include "base/encoding.hpp"
#include "formats/c2pa/report.hpp"

namespace exhibit::c2pa {
namespace {

constexpr std::size_t shown_max = 200;  // bytes of one text
constexpr std::size_t lines_max = 40;   // of one assertion

// Characters that do not show but change what does: controls of both sets, and those that turn the
// direction of writing, with which a name can be made to read as another.
bool is_tricky(std::string_view character) {
    auto const first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return first < 0x20 || first == 0x7f;
    if (character.size() == 2)
        return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
    if (character.size() != 3 || first != 0xe2) return false;
    auto const code = (static_cast<unsigned>(character[1] & 0x3f) << 6) |
                      static_cast<unsigned>(character[2] & 0x3f);
    return (code >= 0x00b && code <= 0x00f) || (code >= 0x028 && code <= 0x02e) ||
           (code >= 0x060 && code <= 0x06f);
}

// Others' words, fit for a terminal.
std::string printable(std::string const& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size() && out.size() < shown_max;) {
        std::size_t length = 1;
        while (at + length < text.size() && (text[at + length] & 0xC0) == 0x80 && length < 4)
            ++length;
        auto const character = std::string_view(text).substr(at, length);
        bool const good = is_utf8(as_bytes(character)) && !is_tricky(character);
        out += good ? character : "?";
        at += length;
    }
    return text.size() > shown_max ? out + "…" : out;
}

std::string name_of(Signer const& signer) {
    auto const name = signer.common_name.empty() ? signer.issuer : signer.common_name;
    return name.empty() ? "somebody without a name" : printable(name);
}

std::string signer_line(Manifest const& manifest, Report const& report) {
    auto const found = report.signers.find(manifest.label);
    if (found == report.signers.end() || !found->second.verified) return "signature: does not hold";
    auto const& signer = found->second;
    std::string line = "signed by " + name_of(signer);
    if (!signer.issuer.empty() && signer.issuer != signer.common_name) {
        line += " (" + printable(signer.issuer) + ")";
    }
    switch (signer.standing) {
        case x509::Standing::trusted: line += ", who is on your list"; break;
        case x509::Standing::known: line += ", whom you know: in your address book"; break;
        case x509::Standing::untrusted: line += ", who is not on your list"; break;
    }
    if (signer.stamped) line += "; stamped " + show_time(*signer.stamped);
    return line;
}

std::string generator_of(Manifest const& manifest) {
    auto const* info = manifest.claim.find("claim_generator_info");
    if (info != nullptr && info->array() != nullptr && !info->array()->empty())
        info = &info->array()->front();
    auto const* name = info == nullptr ? nullptr : info->find_text("name");
    if (name == nullptr) name = manifest.claim.find_text("claim_generator");
    return name == nullptr ? "" : printable(*name);
}

constexpr std::pair<std::string_view, char const*> action_words[] = {
    {"c2pa.created", "created it"},
    {"c2pa.opened", "opened what it was made from"},
    {"c2pa.edited", "edited it"},
    {"c2pa.edited.metadata", "edited its metadata"},
    {"c2pa.filtered", "filtered it"},
    {"c2pa.cropped", "cropped it"},
    {"c2pa.trimmed", "cut it shorter"},
    {"c2pa.resized", "resized it"},
    {"c2pa.transcoded", "encoded it anew"},
    {"c2pa.repackaged", "packed it anew"},
    {"c2pa.placed", "placed something in it"},
    {"c2pa.published", "published it"},
    {"c2pa.redacted", "withheld something"},
    {"c2pa.unknown", "did something that is not known"},
};

std::string words_for(std::string const& action) {
    auto const found =
        std::ranges::find(action_words, action, [](auto const& word) { return word.first; });
    return found == std::end(action_words) ? printable(action) : found->second;
}

constexpr std::pair<std::string_view, char const*> reason_words[] = {
    {"c2pa.PII.present", "it was personal"},
    {"c2pa.invalid.data", "it was wrong"},
    {"c2pa.trade-secret.present", "it was a trade secret"},
    {"c2pa.government.confidential", "it was confidential"},
};

void add_actions(std::string& out, jumbf::Superbox const& box) {
    auto const content = cbor_content(box);
    auto const* actions = content.ok() && *content ? (*content)->find_array("actions") : nullptr;
    for (std::size_t i = 0; actions != nullptr && i < std::min(actions->size(), lines_max); ++i) {
        auto const& action = (*actions)[i];
        auto const* name = action.find_text("action");
        if (name == nullptr) continue;
        out += "    did      " + words_for(*name);
        auto const* parameters = action.find("parameters");
        auto const* what = parameters == nullptr ? nullptr : parameters->find_text("redacted");
        if (what != nullptr) out += ": " + printable(what->substr(what->rfind('/') + 1));
        if (auto const* words = action.find_text("description")) out += ": " + printable(*words);
        if (auto const* reason = action.find_text("reason")) {
            auto const known =
                std::ranges::find(reason_words, *reason, [](auto const& w) { return w.first; });
            out += " (" +
                   (known == std::end(reason_words) ? printable(*reason)
                                                    : std::string(known->second)) +
                   ")";
        }
        out += "\n";
    }
}

void add_ingredient(std::string& out, jumbf::Superbox const& box) {
    auto const content = cbor_content(box);
    if (!content.ok() || !*content) return;
    auto const target = ingredient_target(**content);
    auto const* format = (*content)->find_text("dc:format");
    auto const* title = (*content)->find_text("dc:title");
    out += target.relationship == "parentOf" ? "    from     " : "    holds    ";
    out += title != nullptr    ? printable(*title)
           : format != nullptr ? printable(*format)
                               : "something";
    auto const address = target.manifest ? parse_uri(target.manifest->url) : std::nullopt;
    out += address ? ", which says of itself: " + printable(address->manifest)
                   : ", which says nothing of itself";
    out += "\n";
}

// Every value of a small assertion on a line; of others the label.
void add_content(std::string& out, char const* verb, std::string const& label,
                 jumbf::Superbox const& box) {
    out += verb + printable(label) + "\n";
    auto const content = assertion_content(box);
    if (!content || !content->is_object()) return;
    std::size_t lines = 0;
    for (auto const& [key, value] : content->items()) {
        if (key == "@context" || ++lines > lines_max) continue;
        auto const text = value.is_string()
                              ? value.get<std::string>()
                              : value.dump(-1, ' ', false, Json::error_handler_t::replace);
        out += "               " + printable(key) + ": " + printable(text) + "\n";
    }
}

// Whose signatures it stamps; when shows with the signer, once the stamp was checked.
void add_stamps(std::string& out, jumbf::Superbox const& box) {
    auto const content = cbor_content(box);
    auto const* stamps = content.ok() && *content ? (*content)->map() : nullptr;
    for (std::size_t i = 0; stamps != nullptr && i < std::min(stamps->size(), lines_max); ++i) {
        auto const* label = (*stamps)[i].first.text();
        if (label != nullptr) out += "    stamps   " + printable(*label) + "\n";
    }
}

void add_manifest(std::string& out, Manifest const& manifest, Report const& report) {
    out += "  " + printable(manifest.label) +
           (manifest.kind == ManifestKind::update ? "  (update)" : "") + "\n";
    if (manifest.trouble != nullptr) {
        out += "    its claim cannot be used\n";
        return;
    }
    if (auto const generator = generator_of(manifest); !generator.empty())
        out += "    made by  " + generator + "\n";
    out += "    " + signer_line(manifest, report) + "\n";
    auto uris = manifest.created();
    auto const own = uris.size();
    auto const gathered = manifest.gathered();
    uris.insert(uris.end(), gathered.begin(), gathered.end());
    for (std::size_t i = 0; i < uris.size(); ++i) {
        auto const address = parse_uri(uris[i].url);
        auto const label = address ? assertion_label(*address) : std::nullopt;
        if (!label) continue;
        auto const absolute = manifest.uri(std::string(assertion_store_label) + "/" + *label);
        if (std::ranges::find(report.redacted, absolute) != report.redacted.end()) {
            out += "    withheld " + printable(*label) + "\n";
            continue;
        }
        auto const* box = manifest.assertion(*label);
        if (box == nullptr || is_hard_binding(*label)) continue;
        auto const base = base_label(*label);
        if (base == "c2pa.actions")
            add_actions(out, *box);
        else if (base == "c2pa.ingredient")
            add_ingredient(out, *box);
        else if (base == "c2pa.time-stamp")
            add_stamps(out, *box);
        else
            // What was gathered is not the signer's own word.
            add_content(out, i < own ? "    says     " : "    repeats  ", *label, *box);
    }
}

void add_troubles(std::string& out, StatusLists const& lists, char const* where) {
    for (auto const& status : lists.failure) {
        if (status.code == untrusted_code) continue;
        out += std::string("  ") + where + status.explanation + "  [" + status.code + "]\n";
    }
}

}  // namespace

std::string verdict_of(Report const& report) {
    switch (report.state) {
        case State::none:
            return report.unread
                       ? "not checked: manifests inside of files of this kind are not read here"
                       : "no manifest: the file says nothing of where it comes from";
        case State::inaccessible:
            return "not checked: the manifest lies elsewhere, and nothing is fetched: " +
                   printable(report.remote_url);
        case State::trusted: return "intact; signed by somebody on your list";
        case State::valid: return "intact; signer not on your list";
        case State::invalid: break;
    }
    return "does not hold";
}

std::string show(Report const& report) {
    std::string out = verdict_of(report) + "\n";
    add_troubles(out, report.active, "");
    for (auto const& delta : report.deltas) add_troubles(out, delta.deltas, "ingredient: ");
    for (auto const& warning : report.warnings) out += "  note: " + warning + "\n";
    if (!report.store) return out;
    auto const& manifests = report.store->manifests();
    for (auto one = manifests.rbegin(); one != manifests.rend(); ++one)
        add_manifest(out, *one, report);
    return out;
}

}  // namespace exhibit::c2pa
