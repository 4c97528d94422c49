#include "formats/c2pa/status.hpp"

#include <algorithm>

namespace exhibit::c2pa {
namespace {

bool has(std::vector<Status> const& list, std::string_view code) {
    return std::ranges::find(list, code, &Status::code) != list.end();
}

bool only_untrusted(StatusLists const& lists) {
    return std::ranges::all_of(lists.failure,
                               [](auto const& s) { return s.code == untrusted_code; });
}

}  // namespace

void StatusLists::good(char const* code, std::string url, std::string explanation) {
    success.push_back({code, std::move(url), std::move(explanation)});
}
void StatusLists::note(char const* code, std::string url, std::string explanation) {
    informational.push_back({code, std::move(url), std::move(explanation)});
}
void StatusLists::bad(char const* code, std::string url, std::string explanation) {
    failure.push_back({code, std::move(url), std::move(explanation)});
}
bool StatusLists::has_failure(std::string_view code) const { return has(failure, code); }
bool StatusLists::has_success(std::string_view code) const { return has(success, code); }
bool StatusLists::has_note(std::string_view code) const { return has(informational, code); }

char const* state_name(State state) {
    switch (state) {
        case State::none: return "None";
        case State::inaccessible: return "Inaccessible";
        case State::invalid: return "Invalid";
        case State::valid: return "Valid";
        case State::trusted: return "Trusted";
    }
    return "";
}

State judge(StatusLists const& active, std::vector<IngredientDelta> const& deltas) {
    bool unknown = !active.failure.empty();
    if (!only_untrusted(active)) return State::invalid;
    for (auto const& delta : deltas) {
        if (!only_untrusted(delta.deltas)) return State::invalid;
        unknown = unknown || !delta.deltas.failure.empty();
    }
    if (unknown || !active.has_success("signingCredential.trusted")) return State::valid;
    return State::trusted;
}

}  // namespace exhibit::c2pa
