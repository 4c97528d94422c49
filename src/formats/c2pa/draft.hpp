// What a claim is to say, before it is bound to a file and signed. Plain values: whoever fills them
// decides what is disclosed.
//
// Every assertion is written with a salt of 32 random bytes: without it, whoever holds a copy from
// which a fact was withheld could test guesses of that fact against its hash. One assertion holds
// one sensitive fact, so that it can be withheld alone. No thumbnails: that of an unblurred
// original would live on in every copy.
#pragma once

#include "formats/c2pa/validate.hpp"

namespace exhibit::c2pa {

struct NewAssertion {
    std::string label;  // without "__1": that is added when there are several
    bool is_json = false;
    Bytes content;
};
NewAssertion cbor_assertion(std::string label, cbor::Value const& value);
// Code "json": text that is not UTF-8, or a number that JSON readers do not agree on.
Result<NewAssertion> json_assertion(std::string label, Json const& value);
// §18.16: metadata in JSON-LD. Names carry the prefix of their standard ("exif:GPSLatitude"); the
// context is made of the prefixes used. Prefixes that are not known here are a bug of the caller.
// c2pa.metadata may hold the fields of Annex B alone: validators of versions before 2.3 reject
// others. A label of one's own that ends in ".metadata" may hold any.
inline constexpr auto metadata_label = "c2pa.metadata";
Result<NewAssertion> metadata_assertion(
    std::vector<std::pair<std::string, std::string>> const& fields,
    std::string label = metadata_label);

inline constexpr auto action_created = "c2pa.created";
inline constexpr auto action_opened = "c2pa.opened";
inline constexpr auto action_published = "c2pa.published";
inline constexpr auto action_redacted = "c2pa.redacted";
inline constexpr auto source_digital_capture =
    "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture";
inline constexpr auto reason_personal = "c2pa.PII.present";

// §18.14. The parent of c2pa.opened is filled in by the writer.
struct Action {
    std::string name;
    std::string description;
    std::string digital_source_type;  // of c2pa.created
    std::string reason;               // of c2pa.redacted: one of the four of §18.14.4.2
    std::string redacted;             // of c2pa.redacted: the address
    std::optional<WallTime> when;
    std::optional<cbor::Value> changes;  // regions of interest (§18.2), an array
};

// §18.15: what the file was made from.
struct Parent {
    std::string format;       // media type; may be empty
    std::string instance_id;  // may be empty
    // When it has manifests of its own: the active one, as it will stand in the new store.
    std::string manifest;  // label; empty when it has none
    Bytes manifest_hash, signature_hash;
    cbor::Value validation_results;  // what checking it found, in the form of §18.15.12.4.3
};
// The parent whose manifests were validated before anything was withheld from them, and now stand
// in `carried`.
Parent parent_with_manifest(Report const& report, Store const& carried, std::string format);

struct Draft {
    std::string title;  // dc:title; left out when empty
    std::string generator_name, generator_version;
    std::vector<Action> actions;  // c2pa.opened or c2pa.created first
    std::optional<Parent> parent;
    std::vector<NewAssertion> assertions;
    std::vector<std::string> redacted;  // addresses in manifests of the parent, absolute
};

// Assertions that the draft comes to, in order: ingredient, actions, then the others.
inline constexpr auto ingredient_label = "c2pa.ingredient.v3";
NewAssertion ingredient_assertion(Parent const& parent);
NewAssertion actions_assertion(std::vector<Action> const& actions,
                               std::optional<HashedUri> const& parent);
cbor::Value to_cbor(HashedUri const& uri);

}  // namespace exhibit::c2pa
