// The whole question: does what this file says of itself hold?
#pragma once

#include <map>

#include "formats/c2pa/binding.hpp"
#include "formats/c2pa/signature.hpp"

namespace exhibit::c2pa {

struct Report {
    State state = State::none;
    // State::none of a file into which nobody looked: PDF, fonts, Matroska and all else that is no
    // MP4, JPEG, PNG or RIFF. It may hold a manifest.
    bool unread = false;
    std::string remote_url;  // inaccessible: where the store is said to lie
    std::optional<Store> store;
    StatusLists active;
    std::vector<IngredientDelta> deltas;
    std::map<std::string, Signer> signers;  // by manifest
    std::vector<std::string> redacted;      // addresses, absolute, of all manifests
    std::vector<std::string> warnings;  // what is no failure, and what a person should still hear

    Manifest const* active_manifest() const { return store ? &store->active() : nullptr; }
};

// The manifest inside of the file. None is a report too. Errors: the codes of look_at and
// Store::parse for what can not be read as a manifest, Fault::world for what cannot be read at all.
Result<Report> validate(ByteSource const& file, Question const& question);
// The manifest beside the file.
Result<Report> validate_sidecar(ByteSource const& file, Bytes store, Question const& question);
// A store without its file: its binding cannot match, all else is checked.
Result<Report> validate_store_alone(Bytes store, Question const& question);
// The same without asking for the binding: for a writer, who has just hashed the file.
Result<Report> validate_claims(Bytes store, Question const& question);
// The beginning of a fragmented MP4 that holds the manifest, and fragments in files of their own.
Result<Report> validate_fragments(ByteSource const& beginning,
                                  std::vector<ByteSource const*> const& fragments,
                                  Question const& question);

// The first standard manifest up the chain of parents: the one whose binding counts.
Manifest const* binding_manifest(Store const& store, Manifest const& from);
// The manifest that an ingredient assertion names, its hash and that of its signature.
struct IngredientTarget {
    std::string relationship;
    std::optional<HashedUri> manifest;
    std::optional<HashedUri> signature;
};
IngredientTarget ingredient_target(cbor::Value const& ingredient);

}  // namespace exhibit::c2pa
