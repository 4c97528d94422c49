// store: where a guardian and a witness keep what they must not lose.
//
// Comes in: small rows (check-ins, policies, invitations, upload states) in atomic batches, and
// blobs (exhibits while they arrive and after). Goes out: the same bytes, after kill -9 and power
// loss too. It knows no nouns of evidence: keys, names and bytes only.
//
// Two interfaces, several engines. Every engine passes the one conformance suite of its interface
// (tests/store/rows_conformance.hpp, tests/store/blobs_conformance.hpp); nothing else is asked of
// it.
//
//   Rows   rows.hpp   SqliteRows (one file, WAL, group commit), MemoryRows (dumb twin for tests)
//   Blobs  blobs.hpp  FolderBlobs (plain files a person can copy with any tool)
//
// The promise: what was acknowledged (commit returned, done was called, sync returned) is on disk.
// What was not acknowledged may be there or not, but never half of a batch and never a hole in a
// blob.
//
// entry_log.hpp: 32-byte entries that are only appended, with the Merkle tree over them.
//
// Reading order: rows.hpp, blobs.hpp, entry_log.hpp, then the engines.
// Foreign library: SQLite 3, seen in sqlite_rows.cpp only.
// Not here yet: PostgreSQL rows and S3 blobs.
#pragma once

#include "store/blobs.hpp"
#include "store/entry_log.hpp"
#include "store/rows.hpp"
