// One exhibit: decrypted, checked, and only then put in place under its name.
//
// The plain SHA-256 and the ciphertext's tree are computed in the one pass. The salted block tree
// needs a seed that stands behind the original in the package; it is computed over the file just
// written, by two threads that share the blocks, which costs about a tenth of the decryption.
// (Hashing both in one pass would need the seed first; buffering is out of the question.)
#pragma once

#include "case/evidence.hpp"
#include "case/package_reader.hpp"
#include "release/decrypt_file.hpp"

namespace exhibit::release {

struct OpenOptions {
    bool check_tree = true;
    // Without a statement: a capture that was cut off is opened as far as it goes. With one, never.
    bool allow_unfinished = true;
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;  // bytes of ciphertext
    std::function<bool()> should_stop;  // then code "stopped", and nothing is left behind
};

struct OpenedExhibit {
    std::string name;  // of the written file
    std::uint64_t size_bytes = 0;
    PlainDigest digest;
    CipherRoot root;
    std::uint64_t cipher_bytes = 0;
    bool unfinished = false;  // cut off: no facts, no certificates
    bool tree_checked = false;
    bool statement_checked = false;  // root, size and every disclosure are those that were signed
    std::optional<SealFacts> facts;
    std::string disclosures;  // text of disclosures.json
    // What the device states happened to it; with a statement, only what its key has signed.
    std::vector<Envelope> device_events;
    std::optional<Envelope> exhibit_certificate, device_certificate, policy;  // not yet checked
    double sync_seconds = 0;  // fsync and rename, apart from the opening
};

// What reads a package without deciding where it goes: the original to `original`, each ciphertext
// piece to `tap`. Everything but the block tree is checked. `root` of the result is for the
// caller's tap to fill.
struct UnpackInput {
    int fd = -1;
    Path name;
    age::Identities identities;
    SealStatement const* statement = nullptr;
    bool allow_unfinished = true;
};
// Codes: those of age and tar, "package", "disclosures", "digest", "size".
Result<OpenedExhibit> unpack(UnpackInput const& input, CipherTap const& tap,
                             age::Sink const& original);

// Is the ciphertext the one that was stated? Codes "root", "size".
Outcome check_ciphertext(SealStatement const& statement, CipherRoot const& root,
                         std::uint64_t size_bytes);

// Tree over the written original by two threads. Code "tree".
Outcome check_block_tree(Path const& original, SealFacts const& facts);

// Before a file in a folder of somebody else's is opened: a pipe would wait for ever. Code
// "not-a-file"; what is not there is left to the opening.
Outcome check_regular(Path const& file);

// Writes folder/NAME, never over anything (code "exists"); on any error nothing is left behind.
Result<OpenedExhibit> open_exhibit(Path const& ciphertext, age::Identities identities,
                                   Path const& folder, SealStatement const* statement = nullptr,
                                   OpenOptions const& options = {});

}  // namespace exhibit::release
