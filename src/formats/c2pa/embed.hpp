// Writing: a copy of a file with a manifest in it, or a manifest beside it.
//
// One pass: the layout of the new file is known before anything is copied, bytes are read once,
// hashed on a second core while they are written, and the manifest is filled into its hole at the
// end. Memory does not grow with the file (but for the movie box of an MP4, which is held).
#pragma once

#include "formats/c2pa/layout.hpp"
#include "formats/c2pa/manifest_writer.hpp"

namespace exhibit::c2pa {

// What is written into a store: manifests that were there before (superboxes, oldest first; from
// some of which a fact may have been withheld), and the draft of the new one.
struct Composition {
    std::vector<Bytes> carried;
    Draft draft;
};

struct Effort {
    std::uint64_t blocks_from = block_hashes_from;  // smaller only in tests
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct Written {
    Bytes store;
    std::string label;  // of the new manifest
    bool stamped = false;
};

// A standard manifest, bound to the content by a hash, inside a copy. The sink gets the whole file
// in order, and then the bytes of the hole. Errors: of lay_out and sign_claim, and of the disk.
Result<Written> embed(ByteSource const& source, Asset const& asset, Composition composition,
                      ClaimSigner const& signer, Random& random, ByteSink& sink,
                      Effort const& effort = {});
// A standard manifest beside the file, which stays as it is: its hash is over all of it.
Result<Written> write_beside(ByteSource const& source, Composition composition,
                             ClaimSigner const& signer, Random& random, Effort const& effort = {});

// §11.2.3: an update manifest. It says more about the same content: no new binding, the parent is
// the manifest before it. JPEG and PNG hold it in the same place, an MP4 at its end. "no-place" for
// files where it would change what the older binding covers.
Result<Written> embed_update(ByteSource const& source, Asset const& asset, Composition composition,
                             ClaimSigner const& signer, Random& random, ByteSink& sink,
                             Effort const& effort = {});
Result<Written> update_beside(Composition composition, ClaimSigner const& signer, Random& random);

}  // namespace exhibit::c2pa
