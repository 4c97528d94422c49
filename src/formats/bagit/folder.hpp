// The folder that a bag lies in, as the verifier sees it, and the verifier. Whoever calls brings
// the folder: a real one, an archive, a test's map.
#pragma once

#include <functional>

#include "formats/bagit/bagit.hpp"

namespace exhibit::bagit {

enum class EntryKind {
    file,
    link,   // symbolic: never followed
    other,  // device, socket, pipe
};

// Folders themselves are not listed.
struct FolderEntry {
    std::string path;  // from the bag's root, with '/', exactly as the file system has it
    std::uint64_t size = 0;
    EntryKind kind = EntryKind::file;
};

class Folder {
public:
    virtual ~Folder() = default;
    // All entries below the root, in any order.
    virtual Result<std::vector<FolderEntry>> list() = 0;
    // Gives the file's bytes piece by piece; stops and hands on the error when `take` returns one.
    // Must not follow links. `path` is always one that list() gave.
    virtual Outcome read(std::string const& path, std::function<Outcome(ByteView)> const& take) = 0;
};

struct Finding {
    char const* code =
        "";  // stable: "missing", "extra", "digest", "path", "duplicate", "oxum", "fetch" …
    std::string what;
    std::string path;  // empty: the bag as a whole
};

enum class Verdict { valid, valid_with_warnings, invalid };

struct Report {
    Declaration declaration;
    std::vector<InfoField> info;
    std::vector<Algorithm> algorithms;  // of the payload manifests
    Oxum payload;                       // what is really there
    std::vector<Finding> problems;
    std::vector<Finding> warnings;

    Verdict verdict() const {
        if (!problems.empty()) return Verdict::invalid;
        return warnings.empty() ? Verdict::valid : Verdict::valid_with_warnings;
    }
};

// An error only when the folder cannot be read (an I/O error is never called tampering); everything
// that is wrong with the bag is a finding. Each payload file is read once, whatever the number of
// manifests.
Result<Report> verify_bag(Folder& folder);

}  // namespace exhibit::bagit
