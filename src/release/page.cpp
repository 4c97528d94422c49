#include "release/page.hpp"

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "formats/json/json.hpp"
#include "formats/tar/name.hpp"
#include "release/html.hpp"
#include "release/page_assets.hpp"
#include "release/page_claims.hpp"
#include "release/page_words.hpp"

namespace exhibit::release {
namespace {

std::string csp_hash(std::string_view text) { return "'sha256-" + to_base64(sha256(text)) + "'"; }

// Only this script and this style run, named by their digests: markup that slipped through could
// not run anything, not even a file of the release. Nothing is asked of anybody but the folder the
// page lies in (`file:`: from disk, where 'self' is nobody). docs/threat-model says what is left.
std::string content_security_policy() {
    return "default-src 'none'; script-src " + csp_hash(page_assets::script) +
           " 'wasm-unsafe-eval'; style-src " + csp_hash(page_assets::style) +
           "; img-src 'self' file: blob: data:; media-src 'self' file: blob:; connect-src 'self'; "
           "worker-src blob:; base-uri 'none'; form-action 'none'";
}

// What the script needs to know. JSON in a block that no browser runs; '<' is written so that
// nothing in it can end the block.
std::string data_block(PageFacts const& page) {
    auto json = Json::object();
    json["case"] = page.release.policy().case_id.text();
    json["exhibits"] = Json::array();
    for (auto const& one : page.published.exhibits) {
        auto exhibit = Json::object();
        exhibit["number"] = show(one.number);
        exhibit["name"] = tar::printable(one.name);
        if (one.sha256) exhibit["sha256"] = one.sha256->hex();
        exhibit["size"] = one.size_bytes;
        json["exhibits"].push_back(std::move(exhibit));
    }
    std::string out;
    for (char c : write_json(json)) out += c == '<' ? std::string("\\u003c") : std::string(1, c);
    return "<script type=\"application/json\" id=\"release\">" + out + "</script>\n";
}

std::string paragraph(char const* style, char const* key, words::Values const& values = {}) {
    return "<p class=\"" + std::string(style) + "\"" + words::marks(key, values) + ">" +
           html_text(words::english(key, values)) + "</p>\n";
}

std::string lead_html(OpenedRelease const& release) {
    auto const& evidence = release.evidence;
    words::Values values = {{"n", std::uint64_t{release.policy().guardians.size()}},
                            {"agreed", std::uint64_t{evidence.adoptions_agreeing()}}};
    auto const& payload = evidence.subject.envelope.payload;
    auto const asked = evidence.subject.is_release_now();
    std::string time;
    if (asked) {
        auto const now = ReleaseNow::parse_payload(payload);
        if (now.ok()) time = show_time(now->claimed);
    } else {
        auto const last = CheckIn::parse_payload(payload);
        if (last.ok()) time = show_time(last->claimed);
    }
    values.emplace_back("time", time);
    return paragraph("lead", asked ? "lead.asked" : "lead.silence", values) +
           paragraph("lead", "lead.proven");
}

std::string link_to(char const* target, char const* key) {
    return "<a href=\"#" + std::string(target) + "\"" + words::marks(key) + ">" +
           html_text(words::english(key)) + "</a>\n";
}

std::string navigation_html() {
    return "<nav" + words::attribute("aria-label", "nav.label") + ">\n" +
           link_to("exhibits", "nav.exhibits") + link_to("check", "nav.check") +
           link_to("same", "nav.same") + link_to("take", "nav.take") + "</nav>\n";
}

std::string problems_html(PageFacts const& page) {
    auto const& published = page.published;
    if (published.problems.empty()) return {};
    std::string out =
        "<section class=\"problems\">" + words::element("h2", "problems") + "\n<ul>\n";
    for (auto const& problem : published.problems) {
        out += "<li dir=\"ltr\">" + show(problem.number) + ": " +
               html_text(tar::printable(problem.why.what)) + "</li>\n";
    }
    return out + "</ul></section>\n";
}

// The script fills both; without one there is only what to do by hand.
std::string check_html() {
    return "<section id=\"check\" aria-labelledby=\"check-title\">\n<h2 id=\"check-title\"" +
           words::marks("check") + ">" + html_text(words::english("check")) + "</h2>\n" +
           words::element("p", "check.intro") + "\n" +
           paragraph("caution no-script", "check.noscript") +
           "<div id=\"checker\"></div>\n</section>\n"
           "<section id=\"same\" aria-labelledby=\"same-title\">\n<h2 id=\"same-title\"" +
           words::marks("same") + ">" + html_text(words::english("same")) + "</h2>\n" +
           words::element("p", "same.intro") + "\n<div id=\"comparer\"></div>\n</section>\n";
}

std::string take_html(PageFacts const& page) {
    auto const link = [](std::string const& href, char const* key, bool download) {
        return "<li><a href=\"" + html_text(href) + "\"" + (download ? " download" : "") +
               words::marks(key) + ">" + html_text(words::english(key)) + "</a></li>\n";
    };
    auto const command = [](std::string_view text, char const* key) {
        return words::element("dt", key) + "<dd><code dir=\"ltr\">" + html_text(text) +
               "</code></dd>\n";
    };
    std::string out =
        "<section id=\"take\" aria-labelledby=\"take-title\">\n<h2 id=\"take-title\"" +
        words::marks("take") + ">" + html_text(words::english("take")) + "</h2>\n" +
        words::element("p", "take.intro") + "\n<ul class=\"links\">\n";
    out += link(url_path(page.published.torrent_file), "take.torrent", true);
    out += link(page.published.magnet, "take.magnet", false);
    out += link("SHA256SUMS", "take.sums", false);
    out += link("HOW-TO-CHECK.txt", "take.how", false);
    out += link("LICENCES.txt", "take.licences", false);
    out += "</ul>\n" + words::element("p", "take.commands") + "\n<dl class=\"commands\">\n";
    out += command("sha256sum -c manifest-sha256.txt", "take.all-files");
    for (auto const& one : page.published.exhibits) {
        if (one.name.empty()) continue;
        auto const number = show(one.number);
        out += command("age -d -i data/case-key.txt data/" + number +
                           ".age | tar -xO | sha256sum; "
                           "sha256sum data/" +
                           number + "/*",
                       "take.open");
        break;  // one shows the way
    }
    out += command("exhibit verify .", "take.verify");
    return out + "</dl>\n<div id=\"card\"></div>\n</section>\n";
}

std::string foot_html(PageFacts const& page) {
    std::string out = "<footer>\n";
    if (!page.base_url.empty())
        out += paragraph("where", "foot.published", {{"url", page.base_url}});
    for (auto const& host : page.hosted_by)
        out += paragraph("where", "foot.hosted", {{"host", host}});
    return out + paragraph("where", "foot.made") + "</footer>\n";
}

std::string head_html(words::Values const& which, char const* title) {
    auto const text = html_text(words::english(title, which));
    return "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
           content_security_policy() +
           "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" "
           "content=\"noarchive\">\n<link rel=\"icon\" href=\"data:,\">\n<meta "
           "property=\"og:title\" content=\"" +
           text + "\">\n<meta property=\"og:type\" content=\"article\">\n<title" +
           words::marks(title, which) + ">" + text + "</title>\n<style>" +
           std::string(page_assets::style) + "</style>\n</head>\n";
}

}  // namespace

SealFacts const* PageFacts::facts_of(ExhibitNumber number) const {
    for (auto const& [which, one] : facts) {
        if (which == number) return &one;
    }
    return nullptr;
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
    words::Values const which = {{"case", policy.case_id.text()}};
    auto const* title = policy.drill ? "title.drill" : "title";
    std::string out = head_html(which, title) + "<body>\n" + land_symbol() + "<header>\n";
    out += "<p class=\"brand\">Exhibit</p>\n<div id=\"languages\"></div>\n</header>\n<main>\n";
    if (policy.drill) out += paragraph("drill", "drill");
    if (!release.for_everyone()) out += paragraph("caution", "named");
    out += words::element("h1", title, which) + "\n" + lead_html(release) +
           "<p id=\"state\" role=\"status\"></p>\n" + navigation_html() + problems_html(page) +
           "<div id=\"exhibits\">\n";
    for (auto const& exhibit : release.exhibits) out += exhibit_html(page, exhibit);
    out += "</div>\n" + check_html() + take_html(page) + "</main>\n" + foot_html(page) +
           data_block(page) + "<script>" + std::string(page_assets::script) +
           "</script>\n</body>\n</html>\n";
    return out;
}

}  // namespace exhibit::release
