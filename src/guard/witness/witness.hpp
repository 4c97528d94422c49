// guard/witness: the witness's end of guarding. Talks to guardians over pinned TLS and believes
// only what they signed.
//
// Comes in: invitations, a CaseInfo, signed documents, sealed files. Goes out: cards and share
// receipts (meet.hpp), acknowledgements (rounds.hpp), ExhibitReceipts (send.hpp), CaseStatuses
// (rounds.hpp), ReleaseBundles (fetch.hpp). Decides nothing that protocol/witness.hpp decides.
//
// Reading order: link.hpp (one guardian), meet.hpp (init), rounds.hpp (all guardians at once),
// send.hpp (ciphertexts), fetch.hpp (a released case).
#pragma once
