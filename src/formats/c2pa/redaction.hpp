// Withholding: assertions taken out of manifests that a copy carries along (§6.8), and the proof
// that they are gone.
#pragma once

#include "base/byte_source.hpp"
#include "formats/c2pa/store.hpp"

namespace exhibit::c2pa {

// May that assertion be withheld by whoever makes a copy? Codes "redaction": it is not there, or it
// is one that may not go (actions, hard bindings, ingredients, whose manifests would go with them).
Outcome check_redactable(Store const& store, std::string const& address);

// The addresses of all thumbnails: of an original that was not blurred they show what was blurred.
std::vector<std::string> thumbnails_in(Store const& store);

// The superboxes of the store without those assertions; those it does not touch are byte for byte
// what they were. A compressed manifest from which something goes is written unpacked.
Result<std::vector<Bytes>> without_assertions(Store const& store,
                                              std::vector<std::string> const& addresses);

// What must not be found in the copy: the content of each assertion that was withheld and its salt,
// and words inside of it that are long enough to give it away.
struct Withheld {
    std::string address;
    std::vector<Bytes> contents;
    std::vector<std::string> words;
};
std::vector<Withheld> withheld_from(Store const& store, std::vector<std::string> const& addresses);

struct Leak {
    std::string address;
    std::string where;  // "offset 4711", "manifest urn:c2pa:…"
    std::string word;   // empty: the content itself. Else a word of it, which may be chance.
};
// Searches all bytes of the copy, and its store (`store`: as it was written) joined and unpacked,
// because a container may cut it into pieces. One pass, memory for the needles and a buffer.
Result<std::vector<Leak>> find_leaks(ByteSource const& copy, ByteView store,
                                     std::vector<Withheld> const& withheld);

}  // namespace exhibit::c2pa
