// The release folder, built aside and put in place in one step.
#pragma once

#include "base/files.hpp"
#include "release/opened_release.hpp"

namespace exhibit::release {

// Where this publisher has the ciphertext; nothing when it has no copy. An error of Fault::input is
// a problem of that exhibit, any other one ends the publishing.
using CiphertextOpener = std::function<Result<std::optional<Path>>(ExhibitNumber)>;

struct PublishOptions {
    std::vector<std::string> web_seeds =
        {};                     // https://…/ : the URL under which the release folder lies
    std::string base_url = {};  // where the page will be read; may be empty
    std::vector<std::string> hosted_by = {};  // names of those who agreed to be named
    bool with_c2pa_reader = true;             // 3.4 MB beside the page, for content credentials
    std::function<void(ExhibitNumber, std::uint64_t done, std::uint64_t total)> progress = {};
    std::function<bool()> should_stop = {};  // then code "stopped", and nothing is left behind
};

struct Published {
    struct Exhibit {
        ExhibitNumber number;
        std::string name;  // empty: only the ciphertext is published
        std::uint64_t size_bytes = 0;
        std::optional<PlainDigest> sha256;
        std::string path;  // "data/0001/VID_2041.mp4"
        bool unfinished = false;
        bool with_statement = true;  // else nothing says whose it is
    };
    std::vector<Exhibit> exhibits;
    // One bad exhibit (a planted one, a broken copy) never holds back the others.
    struct Problem {
        ExhibitNumber number;
        Error why;
    };
    std::vector<Problem> problems;
    std::string magnet;
    std::string torrent_file;
    Digest256 info_hash{};
    bool opened = false;  // false: for named readers, and none of their keys was given
};

// `readers`: age keys of the named audience, if the publisher is one of it. Codes: those of
// open_release and case_key_of, "exists", and of the disk.
Result<Published> publish(ReleaseBundle const& bundle, CiphertextOpener const& ciphertexts,
                          std::span<age::X25519Identity const> readers, Path const& out,
                          PublishOptions const& options = {});

// Brings custody/ and time/ of a published folder up to what the bundle shows now; how many files
// are new or have changed. data/ and what covers it stay as they are.
Result<std::size_t> refresh_custody(Path const& folder, ReleaseBundle const& bundle);

}  // namespace exhibit::release
