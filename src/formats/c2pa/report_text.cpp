#include <algorithm>

#include "base/encoding.hpp"
#include "formats/c2pa/report.hpp"

namespace exhibit::c2pa {
namespace {

// Others' words, fit for a terminal: no control characters, which could rewrite what was printed
// before.
std::string printable(std::string const& text) {
    constexpr std::size_t shown_max = 200;
    std::string out;
    for (unsigned char c : text.substr(0, shown_max))
        out += c < 0x20 || c == 0x7f ? '?' : static_cast<char>(c);
    while (!out.empty() && !is_utf8(as_bytes(out))) out.pop_back();
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

void add_actions(std::string& out, jumbf::Superbox const& box) {
    auto const content = cbor_content(box);
    auto const* actions = content.ok() && *content ? (*content)->find_array("actions") : nullptr;
    for (std::size_t i = 0; actions != nullptr && i < actions->size(); ++i) {
        auto const* name = (*actions)[i].find_text("action");
        if (name == nullptr) continue;
        out += "    did      " + printable(*name);
        if (auto const* words = (*actions)[i].find_text("description"))
            out += ": " + printable(*words);
        if (auto const* reason = (*actions)[i].find_text("reason"))
            out += " (" + printable(*reason) + ")";
        out += "\n";
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
    auto const gathered = manifest.gathered();
    uris.insert(uris.end(), gathered.begin(), gathered.end());
    for (auto const& uri : uris) {
        auto const address = parse_uri(uri.url);
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
        else
            out += "    says     " + printable(*label) + "\n";
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
        case State::none: return "no manifest: the file says nothing of where it comes from";
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
