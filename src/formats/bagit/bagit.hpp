// bagit: a folder with a list of what is in it and the digests, so that anybody can check it with
// sha256sum. BagIt 1.0 (RFC 8493); bags of 0.93 to 0.97 are read.
//
// Comes in: for writing, lists {path, digest, size} that were computed while the files were written
// (no second hash pass). For verifying, an abstract Folder (folder.hpp): this room opens no file.
// Goes out: the texts of bagit.txt, manifest-ALG.txt, tagmanifest-ALG.txt, bag-info.txt; or a
// Report: valid, valid with warnings, or invalid with every reason found.
//
// Reading order: path.hpp (which paths may be trusted), text.hpp (encodings of tag files), tags.cpp
// (bagit.txt, bag-info.txt, fetch.txt), manifest.cpp, folder.hpp, verify_bag.cpp.
//
// We write version 1.0 with sha256 and sha512, UTF-8, LF, two spaces, sorted, which `sha256sum -c`
// takes. Nothing is ever fetched: a file of fetch.txt that is not there makes a bag incomplete. Not
// implemented: Unicode normalisation (a name with combining marks gets a warning), packed bags.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::bagit {

inline constexpr std::size_t tag_file_bytes_max = 64u << 20;
inline constexpr std::size_t path_bytes_max = 4096;
inline constexpr std::size_t manifest_lines_max = 1'000'000;

// md5, sha1 and sha224 only to read old bags.
enum class Algorithm { md5, sha1, sha224, sha256, sha512 };
std::string_view algorithm_name(Algorithm algorithm);  // as in manifest-NAME.txt
std::optional<Algorithm> algorithm_named(std::string_view name);
std::size_t digest_bytes(Algorithm algorithm);

struct Version {
    unsigned major = 1;
    unsigned minor = 0;
    friend auto operator<=>(Version const&, Version const&) = default;
};
inline constexpr Version version_1_0{1, 0};

// bagit.txt
enum class Encoding { utf8, utf16, latin1, ascii };
struct Declaration {
    Version version;
    Encoding encoding = Encoding::utf8;
};
std::string write_declaration();
// Strict for 1.0: two exact lines. Codes: "bagit-txt", "version", "encoding".
Result<Declaration> parse_declaration(ByteView text);

// bag-info.txt. Order and repetition matter and are kept.
struct InfoField {
    std::string label;
    std::string value;
    friend bool operator==(InfoField const&, InfoField const&) = default;
};
// Code "bag-info" when a label or a value cannot be written (colon, line break, not UTF-8).
Result<std::string> write_bag_info(std::vector<InfoField> const& fields);
Result<std::vector<InfoField>> parse_bag_info(std::string_view text);

struct Oxum {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
    friend bool operator==(Oxum const&, Oxum const&) = default;
};
Result<Oxum> parse_oxum(std::string_view text);

// One file of the bag, path from the bag's root with '/': "data/0001.age".
struct ListedFile {
    std::string path;
    std::string digest_hex;  // lower case
    std::uint64_t size = 0;  // only for the Oxum
    friend bool operator==(ListedFile const&, ListedFile const&) = default;
};
std::string write_oxum(std::vector<ListedFile> const& payload);

// Works for payload manifests and tag manifests alike; sorts. Codes: "path", "digest", "duplicate".
Result<std::string> write_manifest(Algorithm algorithm, std::vector<ListedFile> files);

struct Manifest {
    std::vector<ListedFile> files;      // sizes are 0; in the order of the text
    std::vector<std::string> warnings;  // "./", "*", the same line twice in an old bag
};
// Codes: "manifest", "path", "digest", "duplicate".
Result<Manifest> parse_manifest(Algorithm algorithm, Version version, std::string_view text);

// fetch.txt: read so that a bag can be judged; nothing is fetched.
struct FetchLine {
    std::string url;
    std::optional<std::uint64_t> length;
    std::string path;
};
Result<std::vector<FetchLine>> parse_fetch(Version version, std::string_view text);

}  // namespace exhibit::bagit
