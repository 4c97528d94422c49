// The two things people read first: index.html (one file that asks for nothing from elsewhere,
// reads without scripts, and checks the release with one that was bundled: web/) and
// HOW-TO-CHECK.txt.
#pragma once

#include "release/publish.hpp"

namespace exhibit::release {

struct PageFacts {
    OpenedRelease const& release;
    Published const& published;
    std::vector<std::pair<ExhibitNumber, SealFacts>> facts;
    std::string base_url;
    std::vector<std::string> hosted_by;

    SealFacts const* facts_of(ExhibitNumber number) const;
};

std::string write_page(PageFacts const& page);
std::string write_how_to_check(PageFacts const& page);
// "the witness asked for it…" or "the check-in of … ran out": also for the page of `verify`.
std::string reason_for_release(ReleaseEvidence const& evidence);

// Parts of the page, markup.
std::string exhibit_html(PageFacts const& page, OpenedRelease::Exhibit const& exhibit);
std::string line_html(PageFacts const& page, OpenedRelease::Exhibit const& exhibit);

}  // namespace exhibit::release
