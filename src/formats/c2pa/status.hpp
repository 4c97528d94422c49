// Codes of the specification (§15 "Validation"), and what a validation comes to.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"

namespace exhibit::c2pa {

struct Status {
    std::string code;
    std::string url;
    std::string explanation;
};

struct StatusLists {
    std::vector<Status> success, informational, failure;
    void good(char const* code, std::string url, std::string explanation);
    void note(char const* code, std::string url, std::string explanation);
    void bad(char const* code, std::string url, std::string explanation);
    bool has_failure(std::string_view code) const;
    bool has_success(std::string_view code) const;
    bool has_note(std::string_view code) const;
};

// What validating an ingredient found that its assertion did not already say.
struct IngredientDelta {
    std::string assertion_uri;
    StatusLists deltas;
};

// none: there is no manifest. inaccessible: it lies elsewhere, and nothing is fetched.
enum class State { none, inaccessible, invalid, valid, trusted };
char const* state_name(State state);  // "Valid", as reports write it

inline constexpr auto untrusted_code = "signingCredential.untrusted";

// Any failure but an unknown signer makes it invalid; an unknown signer anywhere keeps it from
// trusted.
State judge(StatusLists const& active, std::vector<IngredientDelta> const& deltas);

}  // namespace exhibit::c2pa
