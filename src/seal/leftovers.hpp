// What a search of this machine would find of Exhibit's use, and what nobody can see from here.
//
// Only looks: nothing is changed, no content is shown, no folder is walked without end. Everything
// is found relative to two folders, so that tests can make them up.
#pragma once

#include "base/files.hpp"

namespace exhibit::seal {

struct Places {
    Path home;
    Path cases;    // where this program looks for cases
    Path root;     // of the system: "/"
    Path program;  // this program's own file; may be empty
};

struct Trace {
    std::string kind;   // stable: "case", "history", "recent", "thumbnails", …
    std::string where;  // path
    std::string what;   // one line
    std::string mend;   // one line: what to do about it
};

struct Leftovers {
    std::vector<Trace> traces;
    std::size_t files_read = 0;  // below home, for tell-tale contents
    bool gave_up = false;        // home holds more than was read
};

Leftovers find_leftovers(Places const& places);

// What may be left and cannot be listed, one line each.
std::vector<std::string> unseen_leftovers();

}  // namespace exhibit::seal
