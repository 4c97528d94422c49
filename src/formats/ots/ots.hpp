// ots: OpenTimestamps. A proof that a digest existed before a block of Bitcoin was mined: a chain
// of hashes from the digest to the block's Merkle root.
//
// Comes in: detached proofs (`.ots`) and answers of calendars, from anyone; block headers. Goes
// out: for each attestation the message it attests, and a verdict in one of three grades, because
// a header that somebody hands over is worth what that somebody is worth. A pending attestation is
// a promise of a calendar and never a proof.
//
// Format: python-opentimestamps 0.4 (opentimestamps/core), version 1 of detached proofs.
// Attestations: pending, Bitcoin; Litecoin, Ethereum and unknown ones are kept, reported, and count
// for nothing. KECCAK-256 is kept but not computed (OpenSSL 3.0 has none), so what lies beyond it
// has no message here; only Ethereum attestations ever do. Not implemented: stripping of nonces,
// the `.ots` of git commits, verification against a running Bitcoin node.
//
// Reading order: timestamp.hpp (the tree), detached.hpp (the file), bitcoin.hpp (headers and
// chains), judge.hpp (the verdict), stamp.hpp (making and upgrading).
#pragma once

#include "formats/ots/bitcoin.hpp"
#include "formats/ots/detached.hpp"
#include "formats/ots/judge.hpp"
#include "formats/ots/stamp.hpp"
#include "formats/ots/timestamp.hpp"
