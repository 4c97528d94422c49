#include "formats/json/json.hpp"
#include "formats/tar/name.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {
namespace {

// Paths of a disk may be no UTF-8; a report always is.
std::string text(std::string const& any) {
    return is_utf8(as_bytes(any)) ? any : tar::printable(any);
}

char const* mark(Verdict verdict) {
    switch (verdict) {
        case Verdict::fails: return "NO: ";
        case Verdict::not_checked: return "not checked: ";
        default: return "";
    }
}

}  // namespace

std::string write_report(VerifyReport const& report) {
    Json findings = Json::array();
    for (auto const& one : report.findings) {
        Json evidence = Json::array();
        for (auto const& file : one.evidence) evidence.push_back(text(file));
        findings.push_back({{"subject", text(one.subject)},
                            {"id", one.id},
                            {"claim", one.claim},
                            {"label", one.label},
                            {"verdict", std::string(word_of(one.verdict))},
                            {"sentence", text(one.sentence)},
                            {"evidence", evidence},
                            {"check", text(one.check)},
                            {"details", one.details}});
    }
    return write_json({{"type", "exhibit.verify-report.v1"},
                       {"holds", report.holds()},
                       {"findings", findings}}) +
           "\n";
}

std::string show_report(VerifyReport const& report) {
    constexpr std::size_t column = 14;
    std::string out;
    std::string const* subject = nullptr;
    for (auto const& one : report.findings) {
        if (subject == nullptr || *subject != one.subject) {
            if (!one.subject.empty()) out += text(one.subject) + "\n";
            subject = &one.subject;
        }
        auto label = one.label;
        label.resize(std::max(column, label.size() + 1), ' ');
        out += "  " + label + mark(one.verdict) + text(one.sentence) + "\n";
    }
    if (report.holds()) return out + "Everything that was claimed to be proven holds.\n";
    return out + "Not everything holds: see above.\n";
}

}  // namespace exhibit::prove
