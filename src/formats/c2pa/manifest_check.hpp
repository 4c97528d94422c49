// One manifest: its claim, assertions and rules; and from there its ingredients.
#pragma once

#include <set>

#include "formats/c2pa/validate.hpp"

namespace exhibit::c2pa {

inline constexpr unsigned ingredient_depth_max = 32;

// The hash of a box as an address promises it; none when no allowed algorithm is named.
std::optional<bool> hash_fits(HashedUri const& uri, std::string const& claim_algorithm,
                              ByteView payload);

class ManifestChecker {
public:
    ManifestChecker(Store const& store, Question const& question, Report& report);
    // All but the hard binding, into the report.
    void check_active();

private:
    struct AssertionRef {
        HashedUri uri;
        std::string label;
        jumbf::Superbox const* box = nullptr;  // null: not there, or redacted
        bool redacted = false;
    };

    // Each manifest is judged once, however often it is an ingredient: diamonds must not cost 2^n.
    StatusLists const& checked(Manifest const& manifest, unsigned depth);
    void check(Manifest const& manifest, StatusLists& to, unsigned depth);
    std::vector<AssertionRef> check_assertions(Manifest const& manifest, StatusLists& to);
    void check_assertion(Manifest const& manifest, AssertionRef& one, StatusLists& to);
    void check_redacted_slot(Manifest const& owner, std::string const& label, StatusLists& to);
    void check_undeclared(Manifest const& manifest, std::vector<AssertionRef> const& all,
                          StatusLists& to);
    void check_bindings(Manifest const& manifest, std::vector<AssertionRef> const& all,
                        StatusLists& to);
    void check_own_redactions(Manifest const& manifest, StatusLists& to);
    void check_actions(Manifest const& manifest, std::vector<AssertionRef> const& all,
                       StatusLists& to);
    bool leads_to_ingredient(Manifest const& manifest, HashedUri const& uri,
                             std::string_view relationship) const;
    char const* trouble_with(Manifest const& manifest, cbor::Value const& action) const;
    void check_ingredients(Manifest const& manifest, std::vector<AssertionRef> const& all,
                           StatusLists& to, unsigned depth);
    void check_ingredient(Manifest const& manifest, AssertionRef const& one,
                          cbor::Value const& value, StatusLists& to, unsigned depth);
    bool is_redacted(std::string const& uri) const { return redacted_.contains(uri); }
    bool lost_something(Manifest const& manifest) const;

    Store const& store_;
    Question const& question_;
    Report& report_;
    LateStamps late_;
    std::set<std::string> redacted_;  // absolute addresses
    std::map<std::string, StatusLists> done_;
    std::vector<std::string> under_way_;
};

}  // namespace exhibit::c2pa
