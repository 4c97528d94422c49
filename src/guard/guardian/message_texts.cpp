#include "guard/guardian/message_texts.hpp"

#include <algorithm>
#include <map>

namespace exhibit::guard {
namespace {

constexpr std::size_t file_bytes_max = 8 * 1024;
constexpr std::string_view known_words[] = {"from",         "guardian", "time", "deadline",
                                            "release_from", "address",  "case", "who"};

MessageText const grace_in_english = {
    "No sign of life from {from}",
    "{from} named you as somebody to be told.\n"
    "\n"
    "A sign of life was due at {deadline} and has not come. If you can reach {from}, say so: a "
    "check-in\n"
    "ends this. If none comes, what {from} left behind is released from {release_from} on, as "
    "{from} has\n"
    "decided. Until then nothing is released, and nobody needs to do anything else.\n"
    "\n"
    "Perhaps it was only forgotten, or there is no network. Do not endanger {from} by asking the "
    "wrong\n"
    "people.\n"
    "\n"
    "This was written by a machine, by {guardian}, one of several guardians; others may write to "
    "you too.\n"};

MessageText const released_in_english = {
    "What {from} left behind is released",
    "{from} named you as somebody to be told.\n"
    "\n"
    "What {from} left with the guardians has been released to {who}. It can be had from\n"
    "\n"
    "    exhibit publish --from {address} --case-id {case} FOLDER\n"
    "\n"
    "and, if this guardian publishes, at https://{address}/published/{case}/ (the browser does not "
    "know\n"
    "its certificate; the files prove themselves: exhibit verify FOLDER).\n"
    "\n"
    "This was written by a machine, by {guardian}, one of several guardians; others may write to "
    "you too.\n"};

using Values = std::map<std::string, std::string, std::less<>>;

Values values_of(Notice const& notice, std::string const& guardian) {
    Values values = {
        {"from", notice.from.empty() ? "somebody" : notice.from},
        {"guardian", guardian},
        {"time", show_time(notice.time)},
        {"address", notice.address},
        {"who", notice.for_everyone ? "everyone" : "the people who were named for it"}};
    if (notice.deadline) values["deadline"] = show_time(*notice.deadline);
    if (notice.release_from) values["release_from"] = show_time(*notice.release_from);
    if (notice.case_id) values["case"] = notice.case_id->text();
    return values;
}

std::string fill(std::string_view text, Values const& values) {
    std::string out;
    while (!text.empty()) {
        auto const open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        auto const close = text.find('}', open);
        if (close == std::string_view::npos) break;
        auto const value = values.find(text.substr(open + 1, close - open - 1));
        if (value != values.end()) out += value->second;
        text.remove_prefix(close + 1);
    }
    return out;
}

Outcome check_words(std::string_view text) {
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
        auto const close = text.find('}', at);
        auto const word =
            close == std::string_view::npos ? "" : text.substr(at + 1, close - at - 1);
        if (std::ranges::find(known_words, word) == std::end(known_words))
            return wrong_use("a {word} in it means nothing").coded("messages");
    }
    return {};
}

Result<MessageText> parse_text(std::string_view text) {
    auto const bad = wrong_use("begins with a subject and an empty line").coded("messages");
    auto const end = text.find('\n');
    if (end == std::string_view::npos || end == 0 || !text.substr(end).starts_with("\n\n"))
        return Error(bad);
    if (!is_utf8(as_bytes(text)) || text.find('\r') != std::string_view::npos) return Error(bad);
    MessageText made{std::string(text.substr(0, end)), std::string(text.substr(end + 2))};
    if (made.subject.size() > 120 || made.text.empty()) return Error(bad);
    TRY(check_words(text));
    return made;
}

}  // namespace

Result<MessageTexts> MessageTexts::load(Path const& folder) {
    MessageTexts texts;
    texts.texts_ = {{"grace.en", grace_in_english}, {"released.en", released_in_english}};
    if (folder.empty()) return texts;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(folder, problem)) {
        auto const name = entry.path().stem().string();
        bool const ours = name.starts_with("grace.") || name.starts_with("released.");
        if (!ours || entry.path().extension() != ".txt") continue;
        auto const content = TRY(read_text_file(entry.path(), file_bytes_max));
        auto text = parse_text(content);
        if (!text.ok()) return std::move(text.take_error()).at(entry.path().string());
        texts.texts_[name] = text.take();
    }
    if (problem) return world_error("cannot be listed: " + problem.message()).at(folder.string());
    return texts;
}

MessageText MessageTexts::write(Notice const& notice, std::string const& language,
                                std::string const& guardian) const {
    std::string const event = notice.event == Notice::Event::grace ? "grace." : "released.";
    auto found = texts_.find(event + language);
    if (found == texts_.end()) found = texts_.find(event + language.substr(0, language.find('-')));
    if (found == texts_.end()) found = texts_.find(event + "en");
    auto const values = values_of(notice, guardian);
    MessageText made{fill(found->second.subject, values), fill(found->second.text, values)};
    if (notice.drill) {
        made.subject = "REHEARSAL: " + made.subject;
        made.text = "This is a rehearsal. Nothing has happened.\n\n" + made.text;
    }
    return made;
}

}  // namespace exhibit::guard
