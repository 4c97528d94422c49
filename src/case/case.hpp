// case: the nouns that the steps of the story hand to each other.
//
// Each noun that crosses a wire or lies on a disk is a document: a struct with a `kind` (the DSSE
// payloadType, which names its version) and a pair write_payload / parse_payload over canonical
// JSON (RFC 8785). Signed<T> is a document together with the envelope that signs it. Nothing here
// reads a clock, a file or a socket.
//
// Reading order: ids.hpp, signed.hpp, policy.hpp (what was agreed), check_in.hpp (signs of life),
// vote.hpp (what guardians say to each other), receipt.hpp (what guardians promise the witness),
// certificate.hpp and statement.hpp (what binds an exhibit to a hand), block_tree.hpp,
// invitation.hpp, enrolment.hpp, travel.hpp, contacts.hpp, device_lost.hpp, release.hpp, report.hpp
// · custody_event.hpp (what happened to an exhibit), log_card.hpp and logged.hpp (its place in a
// guardian's log), custody_record.hpp, custody_evidence.hpp (what that proves), custody_folder.hpp.
//
// Only statement.hpp's disclosures (which live inside the encryption) take a PlainDigest.
#pragma once

#include "case/ids.hpp"
#include "case/signed.hpp"
