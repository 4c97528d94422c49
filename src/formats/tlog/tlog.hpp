// tlog: transparency logs. A log that can only grow, and whose every state is signed in two lines
// of text, so that one guardian cannot show two histories without leaving a proof against itself.
//
// Comes in: hashes of entries, checkpoints and proofs from anyone. Goes out: roots, proofs, signed
// checkpoints, and a verdict on those of others. Nothing here reads a disk: whoever keeps a log
// hands in a HashSource that yields the hash of a complete subtree.
//
// Specs: RFC 6962 §2.1 and RFC 9162 §2.1.3.2, §2.1.4.2 (Merkle trees); C2SP signed-note,
// tlog-checkpoint, tlog-tiles, tlog-cosignature v1, tlog-witness (add-checkpoint), tlog-proof v1,
// tlog-policy. Signatures are Ed25519 (types 01 and 04). Types 02, 05, 06 (ML-DSA-44) and ff are
// read as keys but count for nothing: OpenSSL 3.0 has no ML-DSA, and a signature that nobody here
// can check is not called good. Not implemented: pruned logs, sub-tree cosignatures.
//
// Reading order: merkle.hpp, note.hpp, checkpoint.hpp (and cosignatures), tiles.hpp, policy.hpp,
// proof.hpp (what lies beside an exhibit), witness.hpp.
#pragma once

#include "formats/tlog/checkpoint.hpp"
#include "formats/tlog/merkle.hpp"
#include "formats/tlog/note.hpp"
#include "formats/tlog/policy.hpp"
#include "formats/tlog/proof.hpp"
#include "formats/tlog/tiles.hpp"
#include "formats/tlog/witness.hpp"
