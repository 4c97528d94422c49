// premis: preservation metadata, as archives keep it.
//
// Comes in: objects (files known by their digests), events, agents, and who and what took part in
// which event. Goes out: one XML document. Written only.
//
// Spec: PREMIS 3.0, namespace http://www.loc.gov/premis/v3. Objects are of the category "file";
// identifiers are local. Not written: rights, representations, bitstreams, storage, relationships.
// Times are EDTF level 0 as PREMIS wants them (a date and time in UTC); "unknown" is ".." there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace exhibit::premis {

struct Fixity {
    std::string algorithm;  // "SHA-256"
    std::string digest;
};

struct Object {
    std::string id;  // each kind of identifier is unique in a document
    std::vector<Fixity> fixity;
    std::optional<std::uint64_t> size;
    std::string format;         // a name: "unknown", "age"
    std::string original_name;  // empty for none
};

struct Agent {
    std::string id;
    std::string name;
    std::string type;  // "person", "organization", "software", "hardware"
    std::string version;
    std::vector<std::string> notes;
};

struct Event {
    struct Link {
        std::string id, role;
    };
    std::string id;
    std::string type;       // a word of the PREMIS event types
    std::string date_time;  // EDTF
    std::string detail;
    std::string outcome;
    std::vector<std::string> outcome_notes;
    std::vector<Link> agents, objects;
};

struct Document {
    std::vector<Object> objects;  // at least one
    std::vector<Event> events;
    std::vector<Agent> agents;
};

// What no XML 1.0 document may hold is replaced by U+FFFD.
std::string write_document(Document const& document);

}  // namespace exhibit::premis
