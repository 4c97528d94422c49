#include <algorithm>
#include <set>

#include "formats/json/json.hpp"
#include "formats/tar/name.hpp"
#include "prove/sentences.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {
namespace {

constexpr std::size_t label_columns = 14;
constexpr std::size_t width = 100;

// Paths of a disk may be no UTF-8; a report always is.
std::string text(std::string const& any) {
    return is_utf8(as_bytes(any)) ? any : tar::printable(any);
}

// Sentences name files and quote papers of strangers: nothing in them may move the cursor, begin a
// line of its own, or turn the writing round.
std::string shown(std::string const& any) { return tar::printable_line(any); }

// Values of others' papers may be what no JSON can hold; a report always can be written.
Json details_of(Finding const& one) {
    return check_json(one.details).ok() ? one.details : Json::object();
}

char const* mark(Verdict verdict) {
    switch (verdict) {
        case Verdict::fails: return "NO: ";
        case Verdict::not_checked: return "not checked: ";
        default: return "";
    }
}

std::size_t columns_of(std::string_view word) {
    return static_cast<std::size_t>(
        std::ranges::count_if(word, [](char c) { return (c & 0xc0) != 0x80; }));
}

// Words in lines of at most `width` columns, each after the indent; `first` begins the first one.
std::string wrapped(std::string const& first, std::size_t indent, std::string const& words) {
    std::string out = first;
    auto column = columns_of(first);
    bool begun = false;
    for (std::size_t at = 0; at <= words.size();) {
        auto const end = std::min(words.find(' ', at), words.size());
        auto const word = std::string_view(words).substr(at, end - at);
        at = end + 1;
        auto const size = columns_of(word);
        if (begun && column + 1 + size > width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (begun) {
            out += " ";
            ++column;
        }
        out += word;
        column += size;
        begun = true;
    }
    return out + "\n";
}

Sentence const* sentence_of(std::string const& id) {
    auto const at = std::ranges::find(sentences, id, &Sentence::id);
    return at == std::end(sentences) ? nullptr : &*at;
}

// Everybody should run these; of the others an expert asks.
bool has_check_for_all(std::string_view claim) {
    return claim == "complete" || claim == "unchanged" || claim == "part";
}
// What holds of these stands in the sentence "Existed".
bool is_summed_up(Finding const& one) {
    return one.verdict == Verdict::holds && (one.claim == "held" || one.claim == "logged" ||
                                             one.claim == "stamped" || one.claim == "bitcoin");
}

class ReportWriter {
public:
    ReportWriter(VerifyReport const& report, Reader reader) : report_(report), reader_(reader) {}

    std::string run() {
        for (auto const& one : report_.findings) {
            if (reader_ == Reader::plain && is_summed_up(one)) continue;
            if (reader_ != Reader::expert && was_said(one)) continue;
            add(one);
        }
        sum_up();
        return std::move(out_);
    }

private:
    static constexpr std::size_t indent = label_columns + 2;

    // Guardians that keep the same thing say the same of it.
    bool was_said(Finding const& one) {
        return !said_.insert(one.subject + "\n" + one.id + "\n" + one.sentence).second;
    }

    void add(Finding const& one) {
        if (subject_ == nullptr || *subject_ != one.subject) {
            if (!one.subject.empty()) out_ += shown(one.subject) + "\n";
            subject_ = &one.subject;
            exhibits_ += !one.subject.empty();
        }
        auto label = "  " + one.label;
        label.resize(std::max(indent, label.size() + 1), ' ');
        out_ += wrapped(label, indent, mark(one.verdict) + shown(one.sentence));
        if (reader_ == Reader::expert) return add_for_expert(one);
        if (reader_ == Reader::lay) return add_for_lay(one);
        if (!one.check.empty() && has_check_for_all(one.claim))
            out_ += wrapped(std::string(indent, ' ') + "check: ", indent + 7, shown(one.check));
    }

    void aside(std::string const& words) {
        if (!words.empty()) out_ += wrapped(std::string(indent, ' ') + "  ", indent + 2, words);
    }

    void add_for_lay(Finding const& one) {
        auto const* sentence = sentence_of(one.id);
        if (sentence == nullptr) return;
        if (explained_.insert(one.claim).second) aside(topic_of(*sentence).lay);
        if (explained_.insert(one.id).second) aside(std::string(means(*sentence)));
    }

    void add_for_expert(Finding const& one) {
        auto const* sentence = sentence_of(one.id);
        aside("[" + one.id + "] " + std::string(word_of(one.verdict)));
        if (sentence != nullptr && explained_.insert(one.claim).second)
            aside("how: " + std::string(topic_of(*sentence).expert));
        std::string evidence;
        for (auto const& file : one.evidence)
            evidence += (evidence.empty() ? "" : ", ") + shown(file);
        if (!evidence.empty()) aside("evidence: " + evidence);
        if (!one.check.empty()) aside("check: " + shown(one.check));
        for (auto const& [name, value] : one.details.items())
            aside(name + ": " +
                  (value.is_string() ? shown(value.get<std::string>()) : shown(value.dump())));
    }

    std::size_t count(auto const& matches) const {
        return static_cast<std::size_t>(std::ranges::count_if(report_.findings, matches));
    }

    void sum_up() {
        auto const of = [&](Verdict verdict) {
            return count([&](Finding const& one) { return one.verdict == verdict; });
        };
        auto const exhibits =
            exhibits_ == 0
                ? std::string()
                : std::to_string(exhibits_) + (exhibits_ == 1 ? " exhibit" : " exhibits") + ": ";
        auto const later =
            count([](Finding const& one) { return one.id == "vouched.added-later"; });
        if (later > 0)
            out_ += std::to_string(later) +
                    " added after the witness's last check-in: treat with caution.\n";
        if (report_.holds()) {
            out_ += exhibits + (exhibits.empty() ? "Everything" : "everything") +
                    " that was claimed to be proven holds.\n";
            return;
        }
        auto const no = of(Verdict::fails), open = of(Verdict::not_checked);
        out_ += exhibits + (exhibits.empty() ? "Not" : "not") +
                " everything holds: " + std::to_string(no) +
                (no == 1 ? " sentence says" : " sentences say") + " NO, " + std::to_string(open) +
                " could not be checked.\n";
    }

    VerifyReport const& report_;
    Reader reader_;
    std::string out_;
    std::string const* subject_ = nullptr;
    std::set<std::string> explained_, said_;
    std::size_t exhibits_ = 0;
};

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
                            {"details", details_of(one)}});
    }
    return write_json({{"type", "exhibit.verify-report.v1"},
                       {"holds", report.holds()},
                       {"findings", findings}}) +
           "\n";
}

std::string show_report(VerifyReport const& report, Reader reader) {
    return ReportWriter(report, reader).run();
}

}  // namespace exhibit::prove
