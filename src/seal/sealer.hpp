// Seals one exhibit into a case folder. The original is only read.
#pragma once

#include "case/statement.hpp"
#include "seal/case_folder.hpp"

namespace exhibit::seal {

struct SealOptions {
    std::string tool;                         // name, version and digest of the program
    std::vector<std::string> readers;         // age1…: who may open at once, besides the case key
    std::optional<std::string> claimed_time;  // the witness's word
    std::optional<std::string> place_exact;
    std::optional<std::string> place_coarse;
    std::optional<std::string> note;
    std::optional<std::string> imported_from;  // whose card, phone or hand it came from
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // total 0: not known
};

struct SealedExhibit {
    ExhibitRecord record;
    std::string name;  // as typed or given, for the person at the terminal only
    std::uint64_t original_bytes = 0;
    unsigned parts = 0;
    unsigned made_safe = 0;  // of a pipe: how often what had come was put on the disk
    // The camera's word, as it was sealed, and where its sources tell different things.
    CaptureFacts captured;
    std::vector<std::string> disagreements;
    double sync_seconds = 0;  // of fsync and rename, apart from the sealing
};

// A regular file. Codes: "changed" (it shrank), "not-a-file", "disk-full", …
Result<SealedExhibit> seal_file(CaseFolder const& folder, Path const& file,
                                SealOptions const& options, WallTime now);

// What comes from a pipe, in parts: safe on this disk at most two seconds after it came.
// `name` is what the recording shall be called. should_stop is asked while waiting; then the
// recording ends there and is sealed as it is.
Result<SealedExhibit> seal_stream(CaseFolder const& folder, int fd, std::string const& name,
                                  SealOptions const& options, WallTime now,
                                  std::function<bool()> const& should_stop);

// What a killed seal left: removes half-made ciphertexts of files (the originals are untouched) and
// keeps those of captures, which cannot be had again, as unfinished exhibits. Returns the kept
// ones.
Result<std::vector<ExhibitRecord>> recover(CaseFolder const& folder);

}  // namespace exhibit::seal
