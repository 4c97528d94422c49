// One exhibit's line through time: filmed, sealed, held, last check-in, deadline, votes, release.
// In the order of the story, which is the order of time unless a clock was wrong; each step says
// whose clock it goes by.
#include <algorithm>

#include "release/html.hpp"
#include "release/page.hpp"
#include "release/page_words.hpp"

namespace exhibit::release {
namespace {

using words::Values;

enum class By { claim, signature };

std::string step(By by, char const* key, Values const& values, char const* by_key,
                 Values const& by_values, std::string const& time) {
    return std::string("<li class=\"") + (by == By::claim ? "by-claim" : "by-signature") + "\">" +
           words::element("b", key, values) +
           (time.empty() ? words::element("span", "line.unknown")
                         : "<time dir=\"ltr\">" + html_text(time) + "</time>") +
           words::element("small", by_key, by_values) + "</li>\n";
}

std::string filmed(SealFacts const& facts) {
    for (auto const& reading : readings_of(facts.captured)) {
        if (reading.time)
            return step(By::claim, "line.filmed", {}, "line.filmed-by", {},
                        show_civil_time(*reading.time));
    }
    return {};
}

std::string votes(ReleaseEvidence const& evidence) {
    if (evidence.votes.empty()) return {};
    auto const last =
        std::ranges::max(evidence.votes, {}, [](auto const& one) { return one->time; });
    return step(By::signature, "line.votes", {{"n", std::uint64_t{evidence.votes_agreeing()}}},
                "line.votes-by", {}, show_time(last->time));
}

std::string subject(ReleaseEvidence const& evidence) {
    auto const& payload = evidence.subject.envelope.payload;
    if (evidence.subject.is_release_now()) {
        auto const now = ReleaseNow::parse_payload(payload);
        return step(By::signature, "line.asked", {}, "line.asked-by", {},
                    now.ok() ? show_time(now->claimed) : std::string());
    }
    auto const last = CheckIn::parse_payload(payload);
    if (!last.ok()) return {};
    auto const deadline = last->claimed + last->interval + last->grace;
    return step(By::signature, "line.check-in", {}, "line.check-in-by", {},
                show_time(last->claimed)) +
           step(By::signature, "line.deadline", {}, "line.deadline-by",
                {{"interval", last->interval}, {"grace", last->grace}}, show_time(deadline));
}

}  // namespace

std::string line_html(PageFacts const& page, OpenedRelease::Exhibit const& exhibit) {
    auto const& evidence = page.release.evidence;
    std::string out = words::element("h3", "line") + "\n<ol class=\"line\">\n";
    if (auto const* facts = page.facts_of(exhibit.number)) {
        out += filmed(*facts);
        out += step(By::claim, "line.sealed", {}, "line.sealed-by", {},
                    show_time(facts->device_clock));
    }
    if (exhibit.statement) {
        auto const held =
            held_by(evidence, exhibit.statement->digest, exhibit.statement->claims.root);
        if (held.earliest)
            out += step(By::signature, "line.held", {{"n", std::uint64_t{held.guardians}}},
                        "line.held-by", {}, show_time(*held.earliest));
    }
    out += subject(evidence) + votes(evidence);
    auto const agreed = evidence.agreed_at();
    out += step(By::signature, "line.released", {}, "line.released-by",
                {{"n", std::uint64_t{evidence.adoptions_agreeing()}},
                 {"q", std::uint64_t{page.release.policy().quorum.q}}},
                agreed ? show_time(*agreed) : std::string());
    return out + "</ol>\n";
}

}  // namespace exhibit::release
