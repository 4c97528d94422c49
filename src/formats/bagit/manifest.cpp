// manifest-ALG.txt and tagmanifest-ALG.txt (RFC 8493 §2.1.3, §2.2.1).
#include <algorithm>
#include <map>

#include "formats/bagit/path.hpp"
#include "formats/bagit/text.hpp"

namespace exhibit::bagit {
namespace {

struct AlgorithmRow {
    Algorithm algorithm;
    std::string_view name;
    std::size_t digest_bytes;
};
constexpr AlgorithmRow algorithms[] = {{Algorithm::md5, "md5", 16},
                                       {Algorithm::sha1, "sha1", 20},
                                       {Algorithm::sha224, "sha224", 28},
                                       {Algorithm::sha256, "sha256", 32},
                                       {Algorithm::sha512, "sha512", 64}};

AlgorithmRow const& row(Algorithm algorithm) {
    auto const* found = std::ranges::find(algorithms, algorithm, &AlgorithmRow::algorithm);
    VERIFY(found != std::end(algorithms));
    return *found;
}

bool is_lower_hex(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// One kind of oddity a thousand times over is one warning.
void warn_once(std::vector<std::string>& warnings, char const* what) {
    if (std::ranges::find(warnings, what) == warnings.end()) warnings.emplace_back(what);
}

Error at_line(Error error, std::size_t number) {
    return std::move(error).at("line " + std::to_string(number));
}

// "hex", blanks, perhaps the '*' of md5sum, path.
Result<ListedFile> parse_line(Algorithm algorithm, Version version, std::string_view line,
                              std::vector<std::string>& warnings) {
    ListedFile file;
    auto const hex = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(hex.size());
    for (char const c : hex)
        file.digest_hex += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    if (file.digest_hex.size() != 2 * digest_bytes(algorithm) || !is_lower_hex(file.digest_hex)) {
        return bad_input("a line of a manifest does not start with a digest").coded("digest");
    }
    auto const blanks = line.size();
    if (!skip_blanks(line)) return bad_input("a line of a manifest has no path").coded("manifest");
    if (blanks - line.size() == 1 && line.starts_with("*")) {
        warn_once(warnings, "written by md5sum or its like, with '*' before the path");
        line.remove_prefix(1);
    }
    if (line.starts_with("./")) {
        warn_once(warnings, "a path starts with './'");
        line.remove_prefix(2);
    }
    file.path = decode_path(version, line);
    TRY(check_path(file.path));
    return file;
}

}  // namespace

std::string_view algorithm_name(Algorithm algorithm) { return row(algorithm).name; }
std::size_t digest_bytes(Algorithm algorithm) { return row(algorithm).digest_bytes; }

std::optional<Algorithm> algorithm_named(std::string_view name) {
    std::string lower;
    for (char const c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    auto const* found = std::ranges::find(algorithms, lower, &AlgorithmRow::name);
    if (found == std::end(algorithms)) return {};
    return found->algorithm;
}

Result<std::string> write_manifest(Algorithm algorithm, std::vector<ListedFile> files) {
    std::ranges::sort(files, {}, &ListedFile::path);
    std::string out;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto const& file = files[i];
        TRY(check_path(file.path));
        if (file.digest_hex.size() != 2 * digest_bytes(algorithm) ||
            !is_lower_hex(file.digest_hex)) {
            return wrong_use(
                       "a digest for a manifest has the wrong length or is not lower-case hex")
                .coded("digest");
        }
        if (i > 0 && files[i - 1].path == file.path) {
            return wrong_use("a file is listed twice").coded("duplicate");
        }
        out += file.digest_hex + "  " + encode_path(file.path) + "\n";
    }
    return out;
}

Result<Manifest> parse_manifest(Algorithm algorithm, Version version, std::string_view text) {
    Manifest manifest;
    std::map<std::string, std::size_t> seen;
    std::size_t number = 0;
    for (auto const line : lines_of(text)) {
        ++number;
        if (number > manifest_lines_max) {
            return bad_input("the manifest has too many lines").coded("manifest");
        }
        if (trimmed(line).empty()) {
            warn_once(manifest.warnings, "an empty line");
            continue;
        }
        auto parsed = parse_line(algorithm, version, line, manifest.warnings);
        if (!parsed) return at_line(parsed.take_error(), number);
        auto file = parsed.take();
        auto const [earlier, is_new] = seen.try_emplace(file.path, manifest.files.size());
        if (is_new) {
            manifest.files.push_back(std::move(file));
            continue;
        }
        // §2.1.3: "a payload manifest MUST NOT list the same file more than once"; older versions
        // did not say.
        if (version >= version_1_0 ||
            manifest.files[earlier->second].digest_hex != file.digest_hex) {
            return at_line(bad_input("a file is listed twice").coded("duplicate"), number);
        }
        warn_once(manifest.warnings, "a file is listed twice with the same digest");
    }
    return manifest;
}

}  // namespace exhibit::bagit
