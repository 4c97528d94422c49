// The package: the plaintext of one exhibit, a POSIX tar that goes through the pipeline as made.
//
//   NAME                      the untouched original (a file), or
//   NAME.part-000000 …        parts of at most 4 MiB (a pipe, a capture, what a file grew)
//   disclosures.json          what the witness can show later
//   exhibit-certificate.json  device → exhibit key
//   custody.jsonl             what happened to it so far, in the device's words
//   device-certificate.age    witness → device, copied unread
//   policy.age                copied unread
//   .padding                  up to the Padmé size
//
// Pieces of a capture are sealed into blocks at once; what the disk holds of a killed `seal` opens
// with age up to the last part.
#pragma once

#include "base/files.hpp"
#include "case/block_tree.hpp"
#include "formats/tar/tar.hpp"
#include "seal/pipeline.hpp"

namespace exhibit::seal {

class PackageWriter {
public:
    PackageWriter(SealPipeline& pipeline, OriginalDigester& digester)
        : pipeline_(pipeline), digester_(digester) {}

    // A whole entry of small content, not part of the original.
    Outcome add(std::string const& name, ByteView content);

    // An entry of the original whose size is known: exactly `size` bytes from the descriptor,
    // digested and packed as they are read. Code "changed" when the file ends before.
    Outcome add_original(tar::Entry const& entry, int fd, Path const& name,
                         std::function<void(std::uint64_t)> const& progress);
    // A part of the original that is in memory.
    Outcome add_part(tar::Entry const& entry, ByteView content);

    // Fills up to a chunk and waits until the target has everything: what came so far is safe.
    Outcome make_safe();
    // The last entry; nothing may follow.
    Outcome finish();

private:
    Outcome begin(tar::Entry const& entry);
    Outcome end(std::uint64_t size);
    Outcome zeros(std::uint64_t count);

    SealPipeline& pipeline_;
    OriginalDigester& digester_;
    unsigned fillers_ = 0;
};

}  // namespace exhibit::seal
