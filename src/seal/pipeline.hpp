// The hot path: plaintext blocks in, age ciphertext out, on two threads.
//
// The caller's thread reads footage straight into space() and hashes the plaintext; the worker
// encrypts (64 KiB chunks, formats/age), hashes the ciphertext (BEP 52 tree) and writes. Three
// blocks of 1 MiB travel between them, whatever the size of the footage. No byte is copied on the
// way.
#pragma once

#include <functional>
#include <memory>

#include "formats/age/age.hpp"
#include "formats/torrent/piece_tree.hpp"

namespace exhibit::seal {

// Where ciphertext goes, on the worker's thread.
using CipherTarget = std::function<Outcome(ByteView)>;

struct CipherFacts {
    CipherRoot root;
    std::uint64_t size_bytes = 0;
};

class SealPipeline {
public:
    static Result<SealPipeline> create(age::Recipients recipients, CipherTarget target);
    SealPipeline(SealPipeline&&) noexcept;
    SealPipeline& operator=(SealPipeline&&) = delete;
    ~SealPipeline();  // stops the worker; what was not finished stays unfinished

    // Where the next plaintext bytes go; never empty. Valid until filled() or the next space().
    Result<MutableBytes> space();
    void filled(std::size_t bytes);
    // A copying convenience for headers and other small things.
    Outcome put(ByteView bytes);
    std::uint64_t plain_bytes() const;

    // Hands everything so far to the target now. The plaintext so far must be a multiple of
    // age::chunk_bytes, and more must follow: only the last chunk of a file may be marked last.
    Outcome flush();
    // Seals the last chunk and waits for the worker.
    Result<CipherFacts> finish();

private:
    struct Core;
    explicit SealPipeline(std::unique_ptr<Core> core);
    std::unique_ptr<Core> core_;
};

}  // namespace exhibit::seal
