// case: the nouns that the steps of the story hand to each other.
//
// Each noun that crosses a wire or lies on a disk is a document: a struct with a `kind` (the DSSE
// payloadType, which names its version) and a pair write_payload / parse_payload over canonical
// JSON (RFC 8785). Signed<T> is a document together with the envelope that signs it. Nothing here
// reads a clock, a file or a socket.
//
// Reading order: ids.hpp, signed.hpp, policy.hpp (what was agreed), policy_change.hpp, check_in.hpp
// (signs of life), hold.hpp (what people say of her), vote.hpp (what guardians say to each other),
// receipt.hpp (what guardians promise the witness), resignation.hpp · certificate.hpp and
// statement.hpp (what binds an exhibit to a hand), block_tree.hpp and block_proof.hpp (parts of a
// recording), capture.hpp (what a camera claims), package_reader.hpp (what is inside),
// disclosure.hpp · invitation.hpp, enrolment.hpp, device_memory.hpp, travel.hpp, contacts.hpp,
// device_lost.hpp · reader_line.hpp, release.hpp, opened.hpp, release_folder.hpp, evidence.hpp,
// known_keys.hpp (whose key is whose, to a reader), report.hpp · custody_event.hpp (what happened
// to an exhibit), device_events.hpp and untold.hpp (on the device), log_card.hpp and logged.hpp
// (its place in a guardian's log), custody_record.hpp, custody_evidence.hpp (what that proves),
// custody_folder.hpp, custody_table.hpp.
//
// Only statement.hpp's disclosures (which live inside the encryption) take a PlainDigest.
#pragma once

#include "case/ids.hpp"
#include "case/signed.hpp"
