// One exhibit in the page: what it shows, what is claimed, what would be proven, what is withheld.
#include <algorithm>

#include "release/html.hpp"
#include "release/page.hpp"
#include "release/page_claims.hpp"
#include "release/page_words.hpp"

namespace exhibit::release {
namespace {

using words::Values;

enum class Media { picture, video, sound, other };

// By the ending alone: nothing is decoded here. What a browser would run (HTML, SVG, PDF) is only
// linked.
Media media_of(std::string_view name) {
    std::string ending(name.substr(std::min(name.size(), name.rfind('.') + 1)));
    std::ranges::transform(ending, ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    auto const in = [&](std::initializer_list<std::string_view> list) {
        return std::ranges::find(list, ending) != list.end();
    };
    if (in({"jpg", "jpeg", "png", "gif", "webp", "avif"})) return Media::picture;
    if (in({"mp4", "m4v", "mov", "webm", "3gp", "mkv"})) return Media::video;
    if (in({"mp3", "m4a", "wav", "ogg", "opus", "flac", "aac", "oga"})) return Media::sound;
    return Media::other;
}

std::string media_html(Published::Exhibit const& exhibit, std::string const& number) {
    auto const source = " src=\"" + url_path(exhibit.path) + "\"";
    Values const which = {{"number", number}};
    switch (media_of(exhibit.name)) {
        case Media::picture:
            return "<img loading=\"lazy\"" + words::attribute("alt", "exhibit.picture", which) +
                   source + ">\n";
        case Media::video:
            return "<video controls preload=\"metadata\"" +
                   words::attribute("aria-label", "exhibit.video", which) + source + "></video>\n";
        case Media::sound:
            return "<audio controls preload=\"metadata\"" +
                   words::attribute("aria-label", "exhibit.sound", which) + source + "></audio>\n";
        case Media::other: break;
    }
    return {};
}

std::string save_link(std::string const& path, std::string const& name) {
    return "<p class=\"save\"><a href=\"" + url_path(path) + "\" download" +
           words::marks("exhibit.save", {{"name", name}}) + ">" +
           html_text(words::english("exhibit.save", {{"name", name}})) + "</a></p>\n";
}

std::string held_html(OpenedRelease const& release, OpenedRelease::Exhibit const& exhibit) {
    if (!exhibit.statement) return words::element("span", "proven.held-unsigned");
    auto const held =
        held_by(release.evidence, exhibit.statement->digest, exhibit.statement->claims.root);
    if (held.guardians == 0) return words::element("span", "proven.held-none");
    std::uint64_t const n = held.guardians, f = release.policy().quorum.f;
    if (!held.no_later_than) return words::element("span", "proven.held-by", {{"n", n}});
    return words::element("span", "proven.held-by-time",
                          {{"n", n}, {"time", *held.no_later_than}, {"f", f}});
}

std::string vouched_html(OpenedRelease const& release, OpenedRelease::Exhibit const& exhibit) {
    auto const& evidence = release.evidence;
    auto const* key = "proven.vouched-later";
    if (!exhibit.statement)
        key = "proven.vouched-unsigned";
    else if (evidence.vouching == ReleaseEvidence::Vouching::none)
        key = "proven.vouched-none";
    else if (evidence.vouches_for(exhibit.statement->digest))
        key = evidence.vouching == ReleaseEvidence::Vouching::checked ? "proven.vouched-yes"
                                                                      : "proven.vouched-said";
    return words::element("span", key);
}

std::string withheld_html(SealFacts const& facts) {
    auto const missing = not_shown(facts);
    if (missing.empty()) return words::element("span", "withheld.nothing");
    auto out = words::element("span", "withheld.either");
    for (auto const* key : missing) out += " " + words::element("em", key);
    return out;
}

std::string facts_html(PageFacts const& page, OpenedRelease::Exhibit const& exhibit,
                       Published::Exhibit const& published) {
    std::string out;
    auto const* facts = page.facts_of(exhibit.number);
    if (facts != nullptr)
        out += "<div class=\"claims\">" + words::element("h3", "claimed") + claims_html(*facts) +
               "</div>\n";
    out += "<div class=\"proofs\">" + words::element("h3", "proven") + "<dl>\n";
    if (published.sha256)
        out += words::element("dt", "proven.sha256", {{"n", std::uint64_t{published.size_bytes}}}) +
               "<dd><code dir=\"ltr\">" + published.sha256->hex() + "</code></dd>\n";
    out += fact_row("proven.held", held_html(page.release, exhibit));
    out += fact_row("proven.vouched", vouched_html(page.release, exhibit));
    if (facts != nullptr) {
        out += fact_row("withheld", withheld_html(*facts));
        out += fact_row("redacted", words::element("span", "redacted.nothing"));
    }
    return out + "</dl></div>\n";
}

}  // namespace

std::string exhibit_html(PageFacts const& page, OpenedRelease::Exhibit const& exhibit) {
    auto const number = show(exhibit.number);
    auto const at =
        std::ranges::find(page.published.exhibits, exhibit.number, &Published::Exhibit::number);
    auto const here = at != page.published.exhibits.end();
    std::string out = "<section class=\"exhibit\" id=\"e" + number + "\" data-number=\"" + number +
                      "\" aria-labelledby=\"h" + number + "\">\n<h2 id=\"h" + number + "\">" +
                      words::element("span", "exhibit", {{"number", number}});
    if (!here) return out + "</h2>\n" + words::element("p", "exhibit.no-copy") + "</section>\n";
    if (!at->name.empty()) out += " <small>" + html_name(at->name) + "</small>";
    out += "</h2>\n";
    if (at->unfinished)
        out += "<p class=\"caution\"" + words::marks("exhibit.unfinished") + ">" +
               html_text(words::english("exhibit.unfinished")) + "</p>\n";
    if (at->name.empty())
        out += words::element("p", "exhibit.encrypted") +
               save_link("data/" + number + ".age", number + ".age");
    else
        out += "<div class=\"media\">" + media_html(*at, number) + save_link(at->path, at->name) +
               "</div>\n";
    return out + facts_html(page, exhibit, *at) + "<div class=\"story\">" +
           line_html(page, exhibit) + "</div>\n<div class=\"answers\"></div>\n</section>\n";
}

}  // namespace exhibit::release
