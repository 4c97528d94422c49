// prove: what holds, in plain sentences, each with what it rests on, and as plainly what does not.
//
// Comes in: a release folder (case/release_folder.hpp), or one file with its statement and
// disclosures. Goes out: a VerifyReport. Offline: no network code is linked here, no clock is read.
// Consumes Policy, CheckIn, Vote, Adoption, ExhibitReceipt, SealStatement, KeyCertificate.
//
// Rules: what cannot be read is `not_checked`, never tampering. A word is `claimed`, never proof.
// What was sealed after the last check-in is said to be so: whoever holds the device can add, not
// change.
//
// custody.hpp: the chain of custody of a release folder, as a table.
//
// Reading order: verify.hpp, release_reader.hpp (the folder as documents), disk_folder.hpp (a bag
// on a disk), file_check.hpp (every file hashed once, two at a time), findings.hpp and
// sentences.hpp (what can be said) · bag_check.hpp, case_check.hpp, exhibit_check.hpp,
// sealed_check.hpp, custody_check.hpp, lost_device_check.hpp, provenance_check.hpp (one part each)
// · disclose.hpp, disclosure_papers.hpp, footage_parts.hpp.
#pragma once

#include "prove/verify.hpp"
