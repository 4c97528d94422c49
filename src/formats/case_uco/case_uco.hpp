// case_uco: what was done in an investigation, in the words of the CASE and UCO ontologies, as
// tools of digital forensics exchange it.
//
// Comes in: things (known by their hashes), actions, those who performed them. Goes out: one
// JSON-LD document that carries its own context, so that reading it needs no network. Written only.
//
// Spec: CASE 1.x (investigation:InvestigativeAction, ProvenanceRecord) on UCO 1.x (core, action,
// observable, types, identity, location), JSON-LD 1.1. Identifiers are local, in the namespace
// "kb:", and end in a UUID (version 8 of RFC 9562) made of a hash of what they name, so that the
// same input gives the same document.
#pragma once

#include <map>

#include "crypto/digest.hpp"
#include "formats/json/json.hpp"

namespace exhibit::case_uco {

struct Thing {
    std::string id;    // any text; it becomes part of an identifier by its hash alone
    std::string name;  // "0001/original"
    std::map<std::string, std::string> hashes;  // "SHA256" → hexadecimal
    std::optional<std::uint64_t> size;
};

struct Performer {
    std::string id;
    std::string name;  // a pseudonym
};

struct Action {
    std::string id;
    std::string name;         // of the vocabulary of CASE: "preserved"
    std::string description;  // one sentence
    std::optional<WallTime> start, end;
    std::string performer;                      // the id of one
    std::string instrument;                     // name of a tool; empty for none
    std::string location;                       // in words; empty for none
    std::vector<std::string> objects, results;  // ids of things
};

struct Exhibit {
    std::string number;               // "0001"
    std::vector<std::string> things;  // ids of things and actions
};

struct Document {
    std::string title;
    std::vector<Thing> things;
    std::vector<Performer> performers;
    std::vector<Action> actions;
    std::vector<Exhibit> exhibits;
};

// Code "json" when a text is not UTF-8.
Result<std::string> write_document(Document const& document);

}  // namespace exhibit::case_uco
