#include "seal/travel.hpp"

#include <algorithm>
#include <map>

#include "formats/age/age.hpp"
#include "formats/tar/padme.hpp"
#include "formats/tar/reader.hpp"

namespace exhibit::seal {
namespace {

constexpr std::size_t file_bytes_max = 1 << 20;
constexpr std::size_t files_max = 100'000;
constexpr std::size_t name_bytes_max = 255;
constexpr std::string_view records_below = "exhibits/";
constexpr std::string_view needed[] = {"case.json", "witness-1.age", "witness-2.age",
                                       "device-key.pem"};

Error not_a_package(std::string what) {
    return bad_input("what was left with the guardian is not a case: " + what).coded("travel");
}

bool is_plain_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// A file that a case folder can hold: plain letters, no dot in front, one folder deep at most.
bool is_file_name(std::string_view name) {
    if (name.starts_with(records_below)) {
        name.remove_prefix(records_below.size());
        if (!name.ends_with(".json")) return false;
        return parse_exhibit_number(name.substr(0, name.size() - 5)).ok();
    }
    return !name.empty() && name.size() <= name_bytes_max && name.front() != '.' &&
           std::ranges::all_of(name, is_plain_letter);
}

// What people may call a case: one path component that is not hidden.
bool is_case_name(std::string_view name) {
    return !name.empty() && name.size() <= name_bytes_max && name.front() != '.' &&
           is_utf8(as_bytes(name)) && std::ranges::none_of(name, [](char c) {
               return c == '/' || static_cast<Byte>(c) < 0x20 || c == 0x7f;
           });
}

Outcome append_entry(Bytes& out, std::string const& name, ByteView content) {
    auto const header =
        TRY(tar::entry_header({.name = name, .size = content.size(), .mtime = 0, .mode = 0600}));
    append(out, header);
    append(out, content);
    append(out, tar::padding_after(content.size()));
    return {};
}

class Collector final : public tar::Handler {
public:
    Outcome on_entry(tar::Entry const& entry) override {
        skipping_ = entry.name == tar::padding_name;
        if (skipping_) return {};
        if (entry.size > file_bytes_max) return not_a_package("a file in it is too large");
        auto const slash = entry.name.find('/');
        if (slash == std::string::npos) return not_a_package("a file lies beside the case");
        auto const name = entry.name.substr(0, slash);
        if (package_.name.empty()) package_.name = name;
        if (name != package_.name || !is_case_name(name))
            return not_a_package("it has no single name");
        auto const below = entry.name.substr(slash + 1);
        if (!is_file_name(below)) return not_a_package("a file in it has a foreign name");
        if (package_.files.size() >= files_max) return not_a_package("too many files");
        if (!seen_.emplace(below, true).second) return not_a_package("a file in it comes twice");
        package_.files.push_back({below, {}});
        return {};
    }
    Outcome on_data(ByteView content) override {
        if (!skipping_) append(package_.files.back().content, content);
        return {};
    }
    Outcome on_end_of_entry() override { return {}; }

    Result<TravelPackage> take() {
        for (auto const name : needed) {
            if (!seen_.contains(std::string(name)))
                return not_a_package(std::string(name) + " is missing");
        }
        return std::move(package_);
    }

private:
    TravelPackage package_;
    std::map<std::string, bool> seen_;
    bool skipping_ = false;
};

Error foreign(Path const& path) {
    return wrong_use("there is something in the case folder that does not travel")
        .at(path.string())
        .still_safe("nothing was removed")
        .hint("move it away, or remove it, then try again")
        .coded("foreign");
}

Outcome gather_below(TravelPackage& package, Path const& folder, std::string const& below) {
    std::vector<Path> found;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(folder / below, problem))
        found.push_back(entry.path());
    if (problem) return world_error("cannot be listed: " + problem.message()).at(folder.string());
    std::ranges::sort(found);
    for (auto const& path : found) {
        auto const file = path.filename().string();
        bool const is_file = std::filesystem::symlink_status(path, problem).type() ==
                             std::filesystem::file_type::regular;
        if (below.empty() && file == "exhibits") continue;
        if (is_file && (file.starts_with(".") || file.ends_with(".sd-jwt"))) continue;
        // The ciphertexts, which the guardians hold; a key file of the case ends the same way.
        if (is_file && !below.empty() && file.ends_with(".age")) continue;
        if (!is_file || !is_file_name(below + file)) return foreign(path);
        auto content = TRY(read_file(path, file_bytes_max));
        package.files.push_back({below + file, std::move(content)});
    }
    return {};
}

}  // namespace

Result<TravelPackage> gather_package(CaseFolder const& folder) {
    TravelPackage package{folder.name(), {}};
    TRY(gather_below(package, folder.path(), ""));
    TRY(gather_below(package, folder.path(), std::string(records_below)));
    return package;
}

void note_wipe(TravelPackage& package, WallTime now) {
    auto file = std::ranges::find(package.files, untold_file, &NamedFile::name);
    std::vector<UntoldEvent> events;
    if (file != package.files.end()) {
        if (auto known = parse_untold(file->content); known.ok()) events = known.take();
    } else {
        file = package.files.insert(file, {std::string(untold_file), {}});
    }
    if (events.size() >= untold_max) events.erase(events.begin());
    events.push_back({now, std::nullopt});
    file->content = to_bytes(write_untold(events));
}

Result<Bytes> write_travel_package(TravelPackage const& package) {
    Bytes tar;
    for (auto const& file : package.files) {
        TRY(append_entry(tar, package.name + "/" + file.name, file.content));
        if (tar.size() > travel_bytes_max) break;
    }
    auto const padding = TRY(tar::padding_entry(tar.size()));
    append(tar, padding.header);
    tar.resize(tar.size() + padding.content_bytes);
    append(tar, tar::padding_after(padding.content_bytes));
    append(tar, tar::end_of_archive());
    // The age file around it is a little larger.
    if (tar.size() > travel_bytes_max - travel_bytes_max / 64) {
        return wrong_use("the case has too many exhibits to travel")
            .still_safe("nothing was removed")
            .hint("carry it on a memory stick (--dir), or seal further footage in a new case")
            .coded("too-large");
    }
    return tar;
}

Result<TravelPackage> parse_travel_package(ByteView tar) {
    if (tar.size() > travel_bytes_max) return not_a_package("it is too large");
    Collector collector;
    tar::TarReader reader(collector);
    TRY(reader.update(tar));
    TRY(reader.finish());
    return collector.take();
}

Result<TravelPackage> make_decoy(TravelPackage const& package, std::string const& true_file) {
    TravelPackage decoy = package;
    auto const file = std::ranges::find(decoy.files, true_file, &NamedFile::name);
    if (file == decoy.files.end())
        return bad_input("there is no such passphrase file").at(true_file).coded("travel");
    age::ScryptRecipient const nobody(SecretBytes::random(32));
    auto const smallest = TRY(age::encrypt(Bytes(1), nobody));
    auto const wanted = file->content.size();
    if (wanted < smallest.size())
        return bad_input("is not a passphrase file").at(true_file).coded("travel");
    // What is inside does not matter: nobody can open it. Only its size is seen.
    file->content = TRY(age::encrypt(Bytes(1 + wanted - smallest.size()), nobody));
    return decoy;
}

}  // namespace exhibit::seal
