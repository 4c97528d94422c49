#include "formats/c2pa/redaction.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "formats/c2pa/asset.hpp"
#include "formats/c2pa/manifest_writer.hpp"

namespace exhibit::c2pa {
namespace {

// Shorter ones are everywhere by chance.
constexpr std::size_t word_bytes_min = 8;
constexpr std::size_t needle_bytes_min = 4;
constexpr std::size_t needle_bytes_max = 1 << 20;
constexpr std::size_t window_bytes = 4 << 20;
constexpr std::size_t leaks_max = 64;

Error not_withheld(std::string const& address, std::string why) {
    return bad_input("cannot be withheld: " + why).at(address).coded("redaction");
}

struct Found {
    Manifest const* manifest = nullptr;
    jumbf::Superbox const* assertion = nullptr;
    std::string label;
};
Found look_up(Store const& store, std::string const& uri) {
    auto const address = parse_uri(uri);
    auto const label = address ? assertion_label(*address) : std::nullopt;
    if (!label || address->manifest.empty()) return {};
    auto const* manifest = store.find(address->manifest);
    if (manifest == nullptr) return {};
    return {manifest, manifest->assertion(*label), *label};
}

std::string address_of(Manifest const& manifest, std::string const& label) {
    return manifest.uri(std::string(assertion_store_label) + "/" + label);
}

void add_words(std::vector<std::string>& to, std::string const& text) {
    if (text.size() >= word_bytes_min) to.push_back(text);
}

void collect(std::vector<std::string>& to, cbor::Value const& value) {
    if (auto const* text = value.text()) add_words(to, *text);
    if (auto const* array = value.array()) {
        for (auto const& one : *array) collect(to, one);
    }
    if (auto const* map = value.map()) {
        for (auto const& [key, content] : *map) collect(to, content);
    }
    if (value.tag() != nullptr) collect(to, value.tag()->item.front());
}

// Values only, and not those of the context, which stand in every file of the kind.
void collect(std::vector<std::string>& to, Json const& value) {
    if (value.is_string()) return add_words(to, value.get<std::string>());
    if (!value.is_structured()) return;
    for (auto const& [key, content] : value.items()) {
        if (value.is_array() || key != "@context") collect(to, content);
    }
}

// Addresses in other people's words are no secret of this assertion.
bool tells_nothing(std::string const& word) {
    return word.starts_with("self#jumbf=") || word.starts_with("http");
}

std::size_t find_in(ByteView hay, ByteView needle, std::size_t from) {
    if (hay.size() < from + needle.size()) return hay.size();
    auto const* found =
        ::memmem(hay.data() + from, hay.size() - from, needle.data(), needle.size());
    if (found == nullptr) return hay.size();
    return static_cast<std::size_t>(static_cast<Byte const*>(found) - hay.data());
}

struct Needle {
    std::size_t owner = 0;
    Bytes bytes;
    bool is_word = false;
};

class Search {
public:
    explicit Search(std::vector<Withheld> const& withheld) : withheld_(withheld) {
        for (std::size_t i = 0; i < withheld.size(); ++i) {
            for (auto const& content : withheld[i].contents)
                needles_.push_back({i, content, false});
            for (auto const& word : withheld[i].words)
                needles_.push_back({i, to_bytes(word), true});
        }
        for (auto const& needle : needles_) overlap_ = std::max(overlap_, needle.bytes.size());
    }

    void look_in(ByteView bytes, std::string const& where) { look(bytes, 0, 0, where); }

    Outcome look_through(ByteSource const& source) {
        Bytes window(window_bytes + overlap_);
        std::uint64_t start = 0;
        std::size_t kept = 0;
        while (start + kept < source.size()) {
            auto const more = static_cast<std::size_t>(
                std::min<std::uint64_t>(window.size() - kept, source.size() - start - kept));
            TRY(source.read_at(start + kept, MutableBytes(window).subspan(kept, more)));
            auto const filled = kept + more;
            look(ByteView(window).first(filled), start, kept, "");
            kept = std::min(overlap_, filled);
            std::memmove(window.data(), window.data() + filled - kept, kept);
            start += filled - kept;
        }
        return {};
    }

    std::vector<Leak> take() { return std::move(leaks_); }

private:
    // Of the first `old` bytes only those matches count that reach past them: the others were seen.
    void look(ByteView bytes, std::uint64_t offset, std::size_t old, std::string const& where) {
        for (auto const& needle : needles_) {
            auto const from = old >= needle.bytes.size() ? old - needle.bytes.size() + 1 : 0;
            auto const at = find_in(bytes, needle.bytes, from);
            if (at == bytes.size() || leaks_.size() >= leaks_max) continue;
            auto const place = "offset " + std::to_string(offset + at);
            auto const& owner = withheld_[needle.owner];
            leaks_.push_back({owner.address, where.empty() ? place : where,
                              needle.is_word ? to_string(needle.bytes) : ""});
        }
    }

    std::vector<Withheld> const& withheld_;
    std::vector<Needle> needles_;
    std::size_t overlap_ = 0;
    std::vector<Leak> leaks_;
};

// The superbox without what goes. Everything else is the bytes it was: hashes cover the headers of
// boxes too, in whatever form they were written.
template <typename Gone>
Bytes rewritten(jumbf::Superbox const& box, Gone const& gone) {
    std::vector<Bytes> inside;
    for (auto const& content : box.contents)
        inside.push_back(jumbf::write_box(content.type, content.payload));
    for (auto const& child : box.children) {
        if (child.description.type == jumbf::type_id("c2as"))
            inside.push_back(rewritten(child, gone));
        else if (box.description.type != jumbf::type_id("c2as") || !gone(child))
            inside.push_back(to_bytes(child.whole));
    }
    return jumbf::write_superbox(box.description, inside);
}

}  // namespace

Outcome check_redactable(Store const& store, std::string const& address) {
    auto const found = look_up(store, address);
    if (found.assertion == nullptr) return not_withheld(address, "it is not there");
    auto const base = base_label(found.label);
    if (base == "c2pa.actions") return not_withheld(address, "what was done must stay known");
    if (is_hard_binding(found.label))
        return not_withheld(address, "it ties the manifest to its content");
    if (base == "c2pa.ingredient")
        return not_withheld(address, "manifests of what it was made from would go with it");
    return {};
}

std::vector<std::string> thumbnails_in(Store const& store) {
    std::vector<std::string> out;
    for (auto const& manifest : store.manifests()) {
        if (manifest.assertions == nullptr) continue;
        for (auto const& child : manifest.assertions->children) {
            if (base_label(child.label()).starts_with("c2pa.thumbnail"))
                out.push_back(address_of(manifest, child.label()));
        }
    }
    return out;
}

Result<std::vector<Bytes>> without_assertions(Store const& store,
                                              std::vector<std::string> const& addresses) {
    std::set<std::string> gone;
    for (auto const& address : addresses) {
        TRY(check_redactable(store, address));
        auto const found = look_up(store, address);
        gone.insert(address_of(*found.manifest, found.label));
    }
    std::vector<Bytes> out;
    for (auto const& box : boxes_of(store)) {
        auto const parsed = jumbf::parse(box);
        VERIFY(parsed.ok());
        auto const* manifest = store.find(parsed->label());
        auto const touched = [&](jumbf::Superbox const& assertion) {
            return gone.contains(address_of(*manifest, assertion.label()));
        };
        bool const known = manifest != nullptr && manifest->assertions != nullptr;
        if (!known || std::ranges::none_of(manifest->assertions->children, touched)) {
            out.push_back(box);
            continue;
        }
        out.push_back(rewritten(*manifest->box, touched));
    }
    return out;
}

std::vector<Withheld> withheld_from(Store const& store, std::vector<std::string> const& addresses) {
    std::vector<Withheld> out;
    for (auto const& address : addresses) {
        auto const found = look_up(store, address);
        if (found.assertion == nullptr) continue;
        Withheld one;
        one.address = address;
        for (auto const& content : found.assertion->contents) {
            auto const size = std::min(content.payload.size(), needle_bytes_max);
            if (size >= needle_bytes_min)
                one.contents.push_back(to_bytes(content.payload.first(size)));
        }
        if (auto const salt = found.assertion->description.salt(); !salt.empty())
            one.contents.push_back(to_bytes(salt));
        auto const as_cbor = cbor_content(*found.assertion);
        auto const as_json = json_content(*found.assertion);
        if (as_cbor.ok() && *as_cbor) collect(one.words, **as_cbor);
        if (as_json.ok() && *as_json) collect(one.words, **as_json);
        std::erase_if(one.words, tells_nothing);
        out.push_back(std::move(one));
    }
    return out;
}

Result<std::vector<Leak>> find_leaks(ByteSource const& copy, ByteView store,
                                     std::vector<Withheld> const& withheld) {
    Search search(withheld);
    TRY(search.look_through(copy));
    search.look_in(store, "the joined manifest store");
    auto const parsed = TRY(Store::parse(to_bytes(store)));
    for (auto const& manifest : parsed.manifests()) {
        search.look_in(manifest.box->whole, "manifest " + manifest.label);
    }
    return search.take();
}

}  // namespace exhibit::c2pa
