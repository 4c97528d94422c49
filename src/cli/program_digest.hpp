// What sealed it: name, version and SHA-256 of the running program, for the disclosures.
#pragma once

#include <string>

namespace exhibit::cli {

std::string program_identity();

}  // namespace exhibit::cli
