// The parts of the table of tampering.hpp.
#pragma once

#include "tampering.hpp"

namespace exhibit::test {

std::vector<Tampering> tampered_media();    // originals and ciphertexts
std::vector<Tampering> tampered_seals();    // statements, facts, certificates, vouched lists
std::vector<Tampering> tampered_case();     // policy, record, subject, keys
std::vector<Tampering> tampered_votes();    // votes, adoptions, receipts, shares
std::vector<Tampering> tampered_custody();  // events and logs
std::vector<Tampering> tampered_time();     // time stamps and blocks
std::vector<Tampering> tampered_lists();    // manifests, torrent

// Subjects of findings.
inline std::string const first = "0001 " + std::string(photo);
inline std::string const second = "0002 " + std::string(video);
inline std::string const whole;

}  // namespace exhibit::test
