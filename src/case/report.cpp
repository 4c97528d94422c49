#include "case/report.hpp"

namespace exhibit {

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
