#include "seal/case_folder.hpp"

#include <algorithm>

namespace exhibit::seal {
namespace {

constexpr std::size_t case_file_max = 1 << 20;
constexpr std::size_t record_max = 1 << 20;

constexpr char const* passed_file = "next-number.txt";

Result<ExhibitNumber> passed_over(Path const& folder) {
    if (!is_there(folder / passed_file)) return ExhibitNumber(0);
    auto const text = TRY(read_text_file(folder / passed_file, 64));
    auto const end = text.find('\n');
    auto number = parse_exhibit_number(std::string_view(text).substr(0, end));
    if (!number.ok()) return std::move(number.take_error()).at((folder / passed_file).string());
    return number;
}

// Much of what a device remembers was said by guardians, and one of them may lie. What could not be
// read back would lock the witness out of her own case, and so release it: it is not written.
Outcome replace_readable(Path const& file, std::string const& text, auto parse) {
    auto const read_back = parse(as_bytes(text));
    if (text.size() <= record_max && read_back.ok()) return replace_file(file, text);
    return Error(read_back.ok() ? bad_input("is too long to be kept") : read_back.error())
        .at(file.filename().string())
        .still_safe("what the file said before is kept");
}

}  // namespace

Result<CaseFolder> CaseFolder::open(Path folder) {
    auto text = read_file(folder / "case.json", case_file_max);
    if (!text.ok()) {
        return wrong_use("there is no case here")
            .at(folder.string())
            .coded("no-case")
            .hint(
                "begin one with  exhibit init NAME --guardians FILE, or name the right one with "
                "--case or --dir");
    }
    auto info = TRY(parse_case_info(*text));
    return CaseFolder(std::move(folder), std::move(info));
}

Path CaseFolder::exhibit_file(ExhibitNumber number, std::string_view ending) const {
    return folder_ / "exhibits" / (show(number) + std::string(ending));
}

Result<std::vector<ExhibitRecord>> CaseFolder::exhibits() const {
    std::vector<ExhibitRecord> records;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(folder_ / "exhibits", problem)) {
        // Anything else, such as what a killed process left half-written, is not an exhibit.
        if (entry.path().extension() != ".json" ||
            !parse_exhibit_number(entry.path().stem().string()).ok())
            continue;
        auto const text = TRY(read_file(entry.path(), record_max));
        auto record = TRY(parse_exhibit_record(text));
        records.push_back(std::move(record));
    }
    if (problem)
        return world_error("the exhibits cannot be listed: " + problem.message())
            .at(folder_.string());
    std::ranges::sort(records, {}, [](ExhibitRecord const& r) { return r.number; });
    return records;
}

Result<ExhibitNumber> CaseFolder::next_number() const {
    auto const records = TRY(exhibits());
    auto const passed = TRY(passed_over(folder_));
    auto const last = std::max(records.empty() ? 0 : records.back().number.get(), passed.get());
    if (last >= exhibit_number_max) return bad_input("the case is full").coded("full");
    return ExhibitNumber(last + 1);
}

Outcome CaseFolder::pass_over(ExhibitNumber last) const {
    auto const before = TRY(passed_over(folder_));
    if (last <= before) return {};
    return replace_file(folder_ / passed_file, show(last) + "\n");
}

Outcome CaseFolder::save(ExhibitRecord const& record) const {
    return replace_readable(exhibit_file(record.number, ".json"), write_exhibit_record(record),
                            parse_exhibit_record);
}

Result<VouchedList> CaseFolder::vouched() const {
    auto const records = TRY(exhibits());
    VouchedList list;
    for (auto const& record : records) {
        if (record.statement) list.statements.push_back(*record.statement);
    }
    return list;
}

Result<std::optional<CheckInMemory>> CaseFolder::last_check_in() const {
    auto const text = read_file(folder_ / "last-check-in.json", record_max);
    if (!text.ok()) return std::optional<CheckInMemory>();
    auto memory = TRY(parse_check_in_memory(*text));
    return std::optional<CheckInMemory>(std::move(memory));
}

Outcome CaseFolder::save(CaseInfo info) {
    TRY(replace_readable(folder_ / "case.json", write_case_info(info), parse_case_info));
    info_ = std::move(info);
    return {};
}

Outcome CaseFolder::save(CheckInMemory const& memory) const {
    return replace_readable(folder_ / "last-check-in.json", write_check_in_memory(memory),
                            parse_check_in_memory);
}

Result<LogMemory> CaseFolder::log_memory() const {
    auto const text = read_file(folder_ / "logs.json", record_max);
    if (!text.ok()) return LogMemory();
    return parse_log_memory(*text);
}

Outcome CaseFolder::save(LogMemory const& memory) const {
    return replace_readable(folder_ / "logs.json", write_log_memory(memory), parse_log_memory);
}

std::vector<UntoldEvent> CaseFolder::untold() const {
    auto const text = read_file(folder_ / untold_file, record_max);
    if (!text.ok()) return {};
    auto events = parse_untold(*text);
    return events.ok() ? events.take() : std::vector<UntoldEvent>();
}

Outcome CaseFolder::note(UntoldEvent const& event) const {
    auto events = untold();
    if (events.size() >= untold_max) events.erase(events.begin());
    events.push_back(event);
    return replace_file(folder_ / untold_file, write_untold(events));
}

Outcome CaseFolder::forget_told(std::size_t count) const {
    auto events = untold();
    events.erase(events.begin(),
                 events.begin() + static_cast<std::ptrdiff_t>(std::min(count, events.size())));
    if (events.empty()) return remove_file(folder_ / untold_file);
    return replace_file(folder_ / untold_file, write_untold(events));
}

}  // namespace exhibit::seal
