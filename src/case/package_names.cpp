#include "case/package_names.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "formats/tar/padme.hpp"

namespace exhibit {
namespace {

constexpr std::size_t name_bytes_max = 255;
constexpr std::string_view part_mark = ".part-";
constexpr std::size_t part_ending_bytes = 12;  // ".part-000000"
constexpr std::string_view kept_aside = "original-";
constexpr std::array<std::string_view, 5> own_names = {"disclosures.json",
                                                       "exhibit-certificate.json", "custody.jsonl",
                                                       "device-certificate.age", "policy.age"};

// At most so many bytes, no character in two.
std::string_view cut(std::string_view text, std::size_t most) {
    auto keep = std::min(text.size(), most);
    while (keep > 0 && keep < text.size() &&
           (static_cast<unsigned char>(text[keep]) & 0xc0) == 0x80)
        --keep;
    return text.substr(0, keep);
}

}  // namespace

std::string package_entry_name(std::string_view file_name) {
    bool const taken = std::ranges::find(own_names, file_name) != own_names.end() ||
                       file_name.starts_with(std::string(tar::padding_name)) ||
                       is_package_part(file_name);
    if (!taken) return std::string(file_name);
    auto out = std::string(kept_aside) + std::string(file_name);
    if (is_package_part(file_name)) out[out.size() - part_ending_bytes] = '_';
    return std::string(cut(out, name_bytes_max));
}

std::string package_part_name(std::string_view entry, unsigned part) {
    char number[32];
    std::snprintf(number, sizeof number, "%.*s%06u", static_cast<int>(part_mark.size()),
                  part_mark.data(), part);
    std::string_view const ending = number;
    return std::string(cut(entry, name_bytes_max - ending.size())).append(ending);
}

bool is_package_part(std::string_view name, std::string_view entry) {
    if (name.size() < part_ending_bytes) return false;
    auto const ending = name.substr(name.size() - part_ending_bytes);
    bool const numbered = ending.starts_with(part_mark) &&
                          std::ranges::all_of(ending.substr(part_mark.size()),
                                              [](char c) { return c >= '0' && c <= '9'; });
    return numbered && (entry.empty() || name.substr(0, name.size() - ending.size()) == entry);
}

}  // namespace exhibit
