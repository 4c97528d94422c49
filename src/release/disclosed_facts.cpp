#include "release/disclosed_facts.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/encoding.hpp"

namespace exhibit::release {
namespace {

constexpr auto original_label = "guardian.exhibit.original";
constexpr auto seal_label = "guardian.exhibit.seal";
constexpr std::size_t value_bytes_max = 4096;

Error wrong(std::string what, std::string const& where) {
    return wrong_use(std::move(what)).at(where).coded("fact");
}

// One metadata term per name; place is a pair and stands apart.
struct Term {
    std::string_view name;
    char const* term;
    char const* label;
};
constexpr auto own_label = "guardian.exhibit.metadata";  // for terms outside of C2PA's Annex B
constexpr Term terms[] = {
    {"region", "Iptc4xmpExt:LocationCreated", c2pa::metadata_label},
    {"time", "exif:DateTimeOriginal", c2pa::metadata_label},
    {"device", "tiff:Model", c2pa::metadata_label},
    {"author", "dc:creator", own_label},
    {"note", "dc:description", own_label},
    {"name", "dc:title", own_label},
};
constexpr char const* place_terms[] = {"exif:GPSLatitude", "exif:GPSLongitude"};

std::optional<double> number(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    double value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

// XMP's GPSCoordinate: "43,49.2000N".
std::string coordinate(double value, char positive, char negative) {
    auto const size = std::fabs(value);
    auto degrees = std::floor(size);
    auto minutes = std::round((size - degrees) * 60 * 10000) / 10000;
    if (minutes >= 60) {
        degrees += 1;
        minutes = 0;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%d,%.4f%c", static_cast<int>(degrees), minutes,
                  value < 0 ? negative : positive);
    return text;
}

Result<c2pa::NewAssertion> place_assertion(std::string const& value) {
    auto const comma = value.find(',');
    auto const north = number(std::string_view(value).substr(0, comma));
    auto const east =
        comma == value.npos ? std::nullopt : number(std::string_view(value).substr(comma + 1));
    if (!north || !east || std::fabs(*north) > 90 || std::fabs(*east) > 180)
        return wrong("a place is two numbers, degrees north and east", "place=" + value)
            .hint("for example  place=43.82,87.61  or in words  region=\"the north gate\"");
    return c2pa::metadata_assertion({{place_terms[0], coordinate(*north, 'N', 'S')},
                                     {place_terms[1], coordinate(*east, 'E', 'W')}});
}

// "sha256:8f1c… size:1204" as facts_of_seal writes it: pairs of name and value.
Result<c2pa::NewAssertion> pairs_assertion(char const* label, std::string const& value) {
    auto json = Json::object();
    for (std::size_t at = 0; at < value.size();) {
        auto const stop = std::min(value.find(' ', at), value.size());
        auto const word = value.substr(at, stop - at);
        auto const colon = word.find(':');
        if (colon == word.npos || colon == 0)
            return wrong("is not a list like  sha256:8f1c… size:1204", value);
        json[word.substr(0, colon)] = word.substr(colon + 1);
        at = stop + 1;
    }
    return c2pa::json_assertion(label, json);
}

bool has_term(jumbf::Superbox const& assertion, std::string_view term) {
    auto const json = c2pa::json_content(assertion);
    return json.ok() && *json && (*json)->is_object() && (*json)->contains(term);
}

}  // namespace

std::string fact_names() {
    return "place, region, time, device, author, note, name, original, seal";
}

Result<DisclosedFact> parse_fact(std::string_view text) {
    auto const equals = text.find('=');
    if (equals == text.npos || equals == 0 || equals + 1 == text.size())
        return wrong("a fact is written NAME=VALUE", std::string(text))
            .hint("for example  --fact place=43.82,87.61");
    DisclosedFact out{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
    TRY(fact_assertion(out));
    return out;
}

Result<c2pa::NewAssertion> fact_assertion(DisclosedFact const& fact) {
    if (fact.value.size() > value_bytes_max) return wrong("is too long", fact.name);
    if (!is_utf8(as_bytes(fact.value))) return wrong("is not UTF-8", fact.name);
    if (fact.name == "place") return place_assertion(fact.value);
    if (fact.name == "original") return pairs_assertion(original_label, fact.value);
    if (fact.name == "seal") return pairs_assertion(seal_label, fact.value);
    auto const found = std::ranges::find(terms, fact.name, &Term::name);
    if (found == std::end(terms))
        return wrong("is not a fact that is known", fact.name).hint("one of: " + fact_names());
    return c2pa::metadata_assertion({{found->term, fact.value}}, found->label);
}

Result<std::vector<DisclosedFact>> facts_of_seal(SealFacts const& facts,
                                                 SealStatement const& statement,
                                                 std::vector<std::string> const& names) {
    std::vector<DisclosedFact> out;
    for (auto const& name : names) {
        std::optional<std::string> value;
        if (name == "original")
            value = "sha256:" + facts.sha256.hex() + " size:" + std::to_string(facts.size_bytes);
        else if (name == "seal")
            value = "statement:" + statement.digest.hex() +
                    " ciphertext:" + to_hex(statement.claims.root.bytes());
        else if (name == "time")
            value = facts.claimed_time;
        else if (name == "place")
            value = facts.place_exact;
        else if (name == "region")
            value = facts.place_coarse;
        else if (name == "note")
            value = facts.note;
        else if (name == "name")
            value = facts.name;
        if (!value || value->empty())
            return wrong("the seal discloses nothing of this name", name)
                .hint("say it yourself:  --fact " + name + "=…");
        // A place that the witness wrote in words is one in words here too.
        bool const in_words = name == "place" && !fact_assertion({name, *value}).ok();
        out.push_back({in_words ? "region" : name, *value});
    }
    return out;
}

bool is_fact(jumbf::Superbox const& assertion, std::string_view name) {
    auto const& label = assertion.label();
    if (label == name) return true;
    auto const base = c2pa::base_label(label);
    if (name == "original") return base == original_label;
    if (name == "seal") return base == seal_label;
    if (name == "place") return has_term(assertion, place_terms[0]);
    auto const found = std::ranges::find(terms, name, &Term::name);
    return found != std::end(terms) && has_term(assertion, found->term);
}

}  // namespace exhibit::release
