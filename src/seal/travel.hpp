// A case as one file that can be left with guardians and unpacked anywhere: a tar of the case
// folder without the ciphertexts and statements, which the guardians hold already.
//
//   gate-4/case.json, witness-1.age, …, gate-4/exhibits/0001.json   in order, all of the same date
//   .padding                                                       up to the Padmé size, at least
//                                                                  64 KiB
//
// The decoy is the same, byte for byte in size, but the passphrase file that opens with the true
// passphrase is replaced by one that nobody can open: only the other passphrase works there, and
// the witness's true key is not in it.
#pragma once

#include "case/travel.hpp"
#include "seal/case_folder.hpp"
#include "seal/install.hpp"

namespace exhibit::seal {

struct TravelPackage {
    std::string name;  // of the case
    std::vector<NamedFile> files;
};

// Everything the case folder holds but ciphertexts, statements and locks. Codes "foreign" (a folder
// that is not Exhibit's, which would be lost), "too-large".
Result<TravelPackage> gather_package(CaseFolder const& folder);
// Code "too-large" past travel_bytes_max.
Result<Bytes> write_travel_package(TravelPackage const& package);
// Whoever goes on from the package has it told that the case was wiped here.
void note_wipe(TravelPackage& package, WallTime now);
// Strict and bounded: only names that a case folder can hold, each once, and all that a case needs.
// Codes "travel" and those of formats/tar.
Result<TravelPackage> parse_travel_package(ByteView tar);

// The same package with one passphrase file replaced by one of the same size that nobody can open.
Result<TravelPackage> make_decoy(TravelPackage const& package, std::string const& true_file);

}  // namespace exhibit::seal
