// A case folder put in place in one step: written aside, then renamed. What a killed process left
// aside is removed by the next one.
#pragma once

#include "base/files.hpp"

namespace exhibit::seal {

struct NamedFile {
    std::string name;  // below the case folder: "case.json", "exhibits/0001.json"
    Bytes content;
};

// Code "exists" when the name is taken; nothing is ever written over.
Outcome install_files(Path const& folder, std::vector<NamedFile> const& files);

}  // namespace exhibit::seal
