#include "case/report.hpp"

namespace exhibit {

std::string_view word_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::holds: return "holds";
        case Verdict::fails: return "fails";
        case Verdict::not_checked: return "not_checked";
        case Verdict::claimed: return "claimed";
        case Verdict::note: break;
    }
    return "note";
}

Finding const* VerifyReport::first_trouble() const {
    for (auto const& finding : findings) {
        if (finding.verdict == Verdict::fails) return &finding;
    }
    for (auto const& finding : findings) {
        if (finding.verdict == Verdict::not_checked) return &finding;
    }
    return nullptr;
}

// An empty report proves nothing.
bool VerifyReport::holds() const { return !findings.empty() && first_trouble() == nullptr; }

}  // namespace exhibit
