#include "release/page.hpp"

#include <algorithm>
#include <array>

#include "formats/tar/name.hpp"

namespace exhibit::release {
namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 sans-serif;max-width:52rem;margin:2rem auto;padding:0 "
    "1rem;color:#111;background:#fff}"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem;overflow-wrap:anywhere}"
    "video,img{max-width:100%;max-height:70vh;display:block}audio{width:100%}"
    "code{font-size:.85rem;overflow-wrap:anywhere}dt{font-weight:bold;margin-top:.6rem}dd{margin:0}"
    ".drill{background:#ffe08a;padding:.6rem "
    "1rem;font-weight:bold}.note{background:#eee;padding:.6rem 1rem}";

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

std::string bdi(std::string_view text) {
    return "<bdi>" + html_text(tar::printable(text)) + "</bdi>";
}

std::string show_media(Published::Exhibit const& exhibit) {
    auto const link = url_path(exhibit.path);
    auto const download =
        "<p><a href=\"" + link + "\" download>" + bdi(exhibit.name) + "</a></p>\n";
    switch (media_of(exhibit.name)) {
        case Media::picture:
            return "<img loading=\"lazy\" alt=\"\" src=\"" + link + "\">\n" + download;
        case Media::video:
            return "<video controls preload=\"metadata\" src=\"" + link + "\"></video>\n" +
                   download;
        case Media::sound:
            return "<audio controls preload=\"metadata\" src=\"" + link + "\"></audio>\n" +
                   download;
        case Media::other: break;
    }
    return download;
}

std::string row(std::string_view term, std::string const& html) {
    return "<dt>" + html_text(term) + "</dt><dd dir=\"auto\">" + html + "</dd>\n";
}

std::string held_sentence(OpenedRelease const& release, OpenedRelease::Exhibit const& exhibit) {
    if (!exhibit.statement)
        return "No guardian signed that it held this: it was cut off while it was sent.";
    auto const held =
        held_by(release.evidence, exhibit.statement->digest, exhibit.statement->claims.root);
    if (held.guardians == 0) return "No guardian's receipt came with this release.";
    auto out = std::to_string(held.guardians) + " guardians signed that they held its ciphertext";
    if (held.no_later_than)
        out += "; it existed no later than " + show_time(*held.no_later_than) + " if at most " +
               std::to_string(release.policy().quorum.f) + " of them lie";
    return out + ".";
}

std::string vouched_sentence(OpenedRelease const& release, OpenedRelease::Exhibit const& exhibit) {
    auto const& evidence = release.evidence;
    if (!exhibit.statement)
        return "Unfinished and unsigned: nothing but its presence here says whose it is.";
    if (evidence.vouching == ReleaseEvidence::Vouching::none)
        return "No list of what the witness vouched for came with this release.";
    if (evidence.vouches_for(exhibit.statement->digest))
        return "The witness vouched for it in the last check-in.";
    return "Added after the last check-in: whoever held the device could have added it.";
}

std::string claims_rows(SealFacts const& facts) {
    std::string out;
    if (facts.claimed_time) out += row("Claimed time (not proven)", bdi(*facts.claimed_time));
    if (facts.place_exact) out += row("Claimed place (not proven)", bdi(*facts.place_exact));
    if (facts.place_coarse) out += row("Claimed region (not proven)", bdi(*facts.place_coarse));
    if (facts.note) out += row("Note of the witness", bdi(*facts.note));
    if (facts.file_time)
        out += row("Time of the file (not proven)", html_text(show_time(*facts.file_time)));
    out +=
        row("Sealed by the device's clock (not proven)", html_text(show_time(facts.device_clock)));
    return out;
}

std::string exhibit_section(PageFacts const& page, OpenedRelease::Exhibit const& exhibit) {
    auto const number = show(exhibit.number);
    auto const at =
        std::ranges::find(page.published.exhibits, exhibit.number, &Published::Exhibit::number);
    std::string out = "<section id=\"e" + number + "\">\n<h2>" + number;
    if (at == page.published.exhibits.end())
        return out + "</h2>\n<p class=\"note\">This publisher has no good copy.</p></section>\n";
    if (at->name.empty()) {
        out += "</h2>\n<p>Encrypted: <a href=\"data/" + number + ".age\" download>" + number +
               ".age</a></p>\n";
    } else {
        out += " " + bdi(at->name) + "</h2>\n" + show_media(*at);
    }
    if (at->unfinished)
        out +=
            "<p class=\"note\">Unfinished: the recording was cut off before it was signed.</p>\n";
    out += "<dl>\n";
    if (at->sha256)
        out += row("SHA-256, " + std::to_string(at->size_bytes) + " bytes",
                   "<code>" + at->sha256->hex() + "</code>");
    out += row("Held", html_text(held_sentence(page.release, exhibit)));
    out += row("Vouched for", html_text(vouched_sentence(page.release, exhibit)));
    if (auto const* facts = page.facts_of(exhibit.number)) out += claims_rows(*facts);
    return out + "</dl></section>\n";
}

std::string problems_section(PageFacts const& page) {
    auto const& published = page.published;
    if (published.problems.empty()) return {};
    std::string out = "<h2>What could not be published as it should be</h2>\n<ul>\n";
    for (auto const& problem : published.problems) {
        out += "<li>" + show(problem.number) + ": " + html_text(tar::printable(problem.why.what)) +
               "</li>\n";
    }
    return out + "</ul>\n";
}

}  // namespace

SealFacts const* PageFacts::facts_of(ExhibitNumber number) const {
    for (auto const& [which, one] : facts) {
        if (which == number) return &one;
    }
    return nullptr;
}

std::string html_text(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else
            out += c;
    }
    return out;
}

std::string url_path(std::string_view path) {
    std::string out;
    for (char c : path) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += "%" + to_hex(ByteArray<1>{static_cast<Byte>(c)});
    }
    return out;
}

std::string reason_for_release(ReleaseEvidence const& evidence) {
    auto const guardians = std::to_string(evidence.adoptions_agreeing()) + " of " +
                           std::to_string(evidence.policy->quorum.n) + " guardians agreed (" +
                           std::to_string(evidence.policy->quorum.q) + " are needed)";
    if (evidence.subject.is_release_now()) {
        auto const now = ReleaseNow::parse_payload(evidence.subject.envelope.payload);
        return "the witness asked for it: signed " +
               (now.ok() ? show_time(now->claimed) : std::string("at an unknown time")) + "; " +
               guardians;
    }
    auto const check_in = CheckIn::parse_payload(evidence.subject.envelope.payload);
    if (!check_in.ok()) return guardians;
    return "the witness fell silent: the last check-in, of " + show_time(check_in->claimed) +
           ", ran out after " + show_duration(check_in->interval) + " and " +
           show_duration(check_in->grace) + " of warnings; " + guardians;
}

std::string write_page(PageFacts const& page) {
    auto const& release = page.release;
    auto const& policy = release.policy();
    auto const title =
        std::string(policy.drill ? "DRILL: " : "") + "Released case " + policy.case_id.text();
    std::string out =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' "
        "file:; media-src 'self' "
        "file:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" "
        "content=\"no-referrer\">\n"
        "<title>" +
        html_text(title) + "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n";
    if (policy.drill)
        out +=
            "<p class=\"drill\">DRILL. This is a rehearsal with a dummy case. Nothing here is "
            "evidence.</p>\n";
    if (!release.for_everyone())
        out +=
            "<p class=\"note\">For the named audience only. Do not pass it on unless the witness "
            "said so.</p>\n";
    out += "<h1>" + html_text(title) + "</h1>\n";
    out += "<p>Released because " + html_text(reason_for_release(release.evidence)) + ".</p>\n";
    for (auto const& exhibit : release.exhibits) out += exhibit_section(page, exhibit);
    out += problems_section(page);
    out +=
        "<h2>What is proven, and what is not</h2>\n"
        "<p>Proven, if the checks succeed: that each file is the one that was sealed, by one and "
        "the same hand. The key is "
        "self-made: it proves one hand, not a name. Guardians' receipts say when they held "
        "it.</p>\n"
        "<p>Not proven: that a scene was not staged; who filmed; that time and place are as "
        "claimed.</p>\n"
        "<h2>Check it yourself</h2>\n<p>With programs that the makers of this page did not write: "
        "<a href=\"HOW-TO-CHECK.txt\">HOW-TO-CHECK.txt</a>. In short: <code>sha256sum -c "
        "manifest-sha256.txt</code></p>\n"
        "<p>Help to keep it: <a href=\"" +
        url_path(page.published.torrent_file) +
        "\" download>torrent</a>, "
        "<a href=\"" +
        html_text(page.published.magnet) + "\">magnet link</a>.</p>\n";
    if (!page.base_url.empty()) out += "<p>Published at " + bdi(page.base_url) + "</p>\n";
    for (auto const& host : page.hosted_by) out += "<p>Hosted by " + bdi(host) + "</p>\n";
    return out + "</body>\n</html>\n";
}

}  // namespace exhibit::release
