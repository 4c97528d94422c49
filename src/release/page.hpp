// The two things people read first: index.html (no script, nothing from elsewhere) and
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

std::string html_text(std::string_view text);
std::string url_path(std::string_view path);  // every byte that is not plain is %XX; '/' is kept

}  // namespace exhibit::release
