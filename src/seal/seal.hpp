// seal: from a file or a pipe to a ciphertext that nothing on this device can open.
//
// Comes in: footage, and a case folder (made by `init`) that holds public keys and the device's own
// key. Goes out: NNNN.age, NNNN.sd-jwt and a record of them; for `init`, a whole new case with its
// shares. Consumes Policy and CheckIn of case/, produces SealStatement, KeyCertificate, Enrolment.
//
// Reading order: case_folder.hpp (what lies where), make_case.hpp (keys, shares, policy),
// unlock.hpp (the passphrase), pipeline.hpp (encrypt and hash on two threads), package.hpp (the tar
// around the original), sealer.hpp (one exhibit), share_card.hpp (paper), travel.hpp and wipe.hpp
// (leaving the device behind), replace_device.hpp (one that was lost), leftovers.hpp.
//
//   file ─read─> package ─blocks─> pipeline: age chunks + BEP 52 tree ─> NNNN.age
//          └─> SHA-256 + salted tree ─> disclosures.json (inside) ─digests─> NNNN.sd-jwt (signed)
#pragma once
