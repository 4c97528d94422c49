// The verifier, in the order of RFC 8493 §3: is it a bag, is it complete, is it valid.
#include <algorithm>
#include <map>
#include <set>

#include "crypto/hash.hpp"
#include "formats/bagit/folder.hpp"
#include "formats/bagit/path.hpp"
#include "formats/bagit/text.hpp"

namespace exhibit::bagit {
namespace {

constexpr std::size_t entries_max = 2'000'000;

struct NamedManifest {
    std::string name;
    Algorithm algorithm;
    std::map<std::string, std::string> digest_of;  // path -> hex
};

HashKind hash_kind(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::md5: return HashKind::md5;
        case Algorithm::sha1: return HashKind::sha1;
        case Algorithm::sha224: return HashKind::sha224;
        case Algorithm::sha256: return HashKind::sha256;
        case Algorithm::sha512: break;
    }
    return HashKind::sha512;
}

class Inspection {
public:
    explicit Inspection(Folder& folder) : folder_(folder) {}

    Result<Report> run() {
        TRY(take_stock());
        auto const go_on = TRY(read_declaration());
        if (!go_on) return std::move(report_);
        TRY(read_manifests());
        for (auto const& manifest : payload_manifests_) check_payload_manifest(manifest);
        for (auto const& manifest : tag_manifests_) check_tag_manifest(manifest);
        check_nothing_is_extra();
        TRY(check_digests());
        TRY(read_info());
        TRY(read_fetch());
        return std::move(report_);
    }

private:
    void problem(char const* code, std::string what, std::string path = {}) {
        report_.problems.push_back({code, std::move(what), std::move(path)});
    }
    void warning(char const* code, std::string what, std::string path = {}) {
        report_.warnings.push_back({code, std::move(what), std::move(path)});
    }
    void problem(Error const& error, std::string const& file) {
        problem(error.code, error.what + (error.where.empty() ? "" : " (" + error.where + ")"),
                file);
    }
    bool is_old() const { return report_.declaration.version < version_1_0; }

    Outcome take_stock() {
        auto const entries = TRY(folder_.list());
        if (entries.size() > entries_max)
            return bad_input("the bag has too many files").coded("limit");
        for (auto const& entry : entries) {
            if (auto const good = check_path(entry.path); !good) problem(good.error(), entry.path);
            // A link could show the judge other bytes than it shows us, or point out of the bag.
            if (entry.kind != EntryKind::file) {
                problem("link", "neither a file nor a folder: links and devices are refused",
                        entry.path);
                continue;
            }
            present_.emplace(entry.path, entry.size);
            if (!is_payload(entry.path)) continue;
            report_.payload.bytes += entry.size;
            ++report_.payload.files;
            note_name(entry.path);
        }
        return {};
    }

    // Warns once for each path that is a system's leftover or looks like another one.
    void note_name(std::string const& path) {
        if (!noted_.insert(path).second) return;
        if (is_system_file(path))
            warning("system-file", "left behind by an operating system", path);
        auto const [other, is_new] = loose_.try_emplace(loose_name(path), path);
        if (!is_new) {
            warning("similar-names", "differs only by case or accents from " + other->second, path);
        }
    }

    Result<Bytes> read_whole(std::string const& path) {
        Bytes bytes;
        auto const take = [&bytes](ByteView piece) -> Outcome {
            if (piece.size() > tag_file_bytes_max - bytes.size()) {
                return bad_input("a tag file is larger than 64 MiB").coded("limit");
            }
            append(bytes, piece);
            return {};
        };
        TRY(folder_.read(path, take));
        return bytes;
    }

    // Tag files in UTF-8; nothing when there was a problem, which is noted.
    Result<std::optional<std::string>> read_tag_file(std::string const& path) {
        auto const bytes = TRY(read_whole(path));
        auto text = to_utf8(report_.declaration.encoding, bytes);
        if (text) return std::optional(text.take());
        problem(text.error(), path);
        return std::optional<std::string>();
    }

    Result<bool> read_declaration() {
        if (!present_.contains("bagit.txt")) {
            problem("bagit-txt", "there is no bagit.txt: not a bag");
            return false;
        }
        auto const bytes = TRY(read_whole("bagit.txt"));
        auto const declaration = parse_declaration(bytes);
        if (!declaration) {
            problem(declaration.error(), "bagit.txt");
            return false;
        }
        report_.declaration = *declaration;
        if (declaration->version < Version{0, 97}) warning("version", "a bag of an old draft");
        return true;
    }

    Outcome read_manifests() {
        for (auto const& [path, size] : present_) {
            if (path.find('/') != std::string::npos || !path.ends_with(".txt")) continue;
            for (std::string_view const prefix : {"manifest-", "tagmanifest-"}) {
                if (!path.starts_with(prefix)) continue;
                auto const name = std::string_view(path).substr(prefix.size());
                auto& list = prefix == "manifest-" ? payload_manifests_ : tag_manifests_;
                TRY(read_manifest(path, name.substr(0, name.size() - 4), list));
            }
        }
        if (payload_manifests_.empty()) {
            problem("manifest", "there is no payload manifest that can be read");
        }
        for (auto const& manifest : payload_manifests_)
            report_.algorithms.push_back(manifest.algorithm);
        return {};
    }

    Outcome read_manifest(std::string const& path, std::string_view algorithm_text,
                          std::vector<NamedManifest>& list) {
        auto const algorithm = algorithm_named(algorithm_text);
        if (!algorithm) {
            warning("algorithm", "a manifest of a kind that is not known was not checked", path);
            return {};
        }
        auto const text = TRY(read_tag_file(path));
        if (!text) return {};
        auto const manifest = parse_manifest(*algorithm, report_.declaration.version, *text);
        if (!manifest) {
            problem(manifest.error(), path);
            return {};
        }
        for (auto const& what : manifest->warnings) warning("manifest", what, path);
        NamedManifest named{path, *algorithm, {}};
        for (auto const& file : manifest->files)
            named.digest_of.emplace(file.path, file.digest_hex);
        list.push_back(std::move(named));
        return {};
    }

    void check_payload_manifest(NamedManifest const& manifest) {
        for (auto const& [path, hex] : manifest.digest_of) {
            if (!is_payload(path)) {
                problem("path", manifest.name + " lists a file outside of data/", path);
                continue;
            }
            note_name(path);
            expect(manifest, path, hex);
        }
    }

    void check_tag_manifest(NamedManifest const& manifest) {
        for (auto const& [path, hex] : manifest.digest_of) {
            if (is_payload(path) || path.starts_with("tagmanifest-")) {
                char const* const what = "a tag manifest lists what is not for it to list";
                if (is_old())
                    warning("tag-manifest", what, path);
                else
                    problem("tag-manifest", what, path);
            }
            expect(manifest, path, hex);
        }
    }

    // To be hashed later, or missing.
    void expect(NamedManifest const& manifest, std::string const& path, std::string const& hex) {
        if (present_.contains(path)) {
            wanted_[path].emplace(manifest.algorithm, hex);
        } else if (is_old() && is_excused(manifest, path, hex)) {
            ++excused_;
            warning("missing",
                    "not there, but nothing is lost: a system's leftover, or the same bytes "
                    "under a name that some systems take for the same",
                    path);
        } else {
            problem("missing", "listed in " + manifest.name + " but not there", path);
        }
    }

    // Old bags have passed through file systems that ignore case or accents and keep one of two
    // such files.
    bool is_excused(NamedManifest const& manifest, std::string const& path,
                    std::string const& hex) const {
        if (is_system_file(path)) return true;
        auto const name = loose_name(path);
        return std::ranges::any_of(manifest.digest_of, [&](auto const& other) {
            return other.first != path && other.second == hex && present_.contains(other.first) &&
                   loose_name(other.first) == name;
        });
    }

    // 1.0: every payload manifest lists every payload file; before, one of them had to.
    void check_nothing_is_extra() {
        for (auto const& present : present_) {
            auto const& path = present.first;
            if (!is_payload(path)) continue;
            auto const lists = [&](NamedManifest const& m) { return m.digest_of.contains(path); };
            bool const listed = is_old() ? std::ranges::any_of(payload_manifests_, lists)
                                         : std::ranges::all_of(payload_manifests_, lists);
            if (!listed)
                problem("extra", "in data/ but not in every manifest that must list it", path);
        }
    }

    Outcome check_digests() {
        for (auto const& [path, wanted] : wanted_) {
            std::vector<std::pair<Hash, std::string>> hashes;
            for (auto const& [algorithm, hex] : wanted)
                hashes.emplace_back(hash_kind(algorithm), hex);
            auto const take = [&hashes](ByteView piece) -> Outcome {
                for (auto& [hash, hex] : hashes) hash.update(piece);
                return {};
            };
            TRY(folder_.read(path, take));
            // All must agree: one broken digest beside a good one is still a broken bag.
            for (auto& [hash, hex] : hashes) {
                if (to_hex(hash.finish()) == hex) continue;
                problem("digest", "the bytes are not those that the manifest names", path);
                break;
            }
        }
        return {};
    }

    Outcome read_info() {
        if (!present_.contains("bag-info.txt")) return {};
        auto const text = TRY(read_tag_file("bag-info.txt"));
        if (!text) return {};
        auto info = parse_bag_info(*text);
        if (!info) {
            problem(info.error(), "bag-info.txt");
            return {};
        }
        report_.info = info.take();
        std::size_t oxums = 0;
        for (auto const& field : report_.info) {
            if (loose_name(field.label) != "payload-oxum") continue;
            check_oxum(field.value);
            ++oxums;
        }
        if (oxums > 1 && !is_old())
            problem("oxum", "the Payload-Oxum is there twice", "bag-info.txt");
        return {};
    }

    void check_oxum(std::string_view text) {
        auto const oxum = parse_oxum(text);
        if (!oxum) {
            problem(oxum.error(), "bag-info.txt");
        } else if (*oxum != report_.payload) {
            char const* const what = "the Payload-Oxum does not agree with what is there";
            // Where files were excused, so is their count; all other digests have been checked.
            if (excused_ > 0)
                warning("oxum", what, "bag-info.txt");
            else
                problem("oxum", what, "bag-info.txt");
        }
    }

    Outcome read_fetch() {
        if (!present_.contains("fetch.txt")) return {};
        auto const text = TRY(read_tag_file("fetch.txt"));
        if (!text) return {};
        auto const lines = parse_fetch(report_.declaration.version, *text);
        if (!lines) {
            problem(lines.error(), "fetch.txt");
            return {};
        }
        for (auto const& line : *lines) {
            auto const lists = [&](NamedManifest const& m) {
                return m.digest_of.contains(line.path);
            };
            if (!is_payload(line.path) || !std::ranges::any_of(payload_manifests_, lists)) {
                problem("fetch", "to be fetched, but in no manifest", line.path);
            }
        }
        return {};
    }

    Folder& folder_;
    Report report_;
    std::map<std::string, std::uint64_t> present_;
    // A set: two manifests that want different digests of one file must both be held against it.
    std::map<std::string, std::set<std::pair<Algorithm, std::string>>> wanted_;
    std::vector<NamedManifest> payload_manifests_;
    std::vector<NamedManifest> tag_manifests_;
    std::map<std::string, std::string> loose_;
    std::set<std::string> noted_;
    std::size_t excused_ = 0;
};

}  // namespace

Result<Report> verify_bag(Folder& folder) { return Inspection(folder).run(); }

}  // namespace exhibit::bagit
