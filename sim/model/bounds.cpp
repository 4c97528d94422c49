#include "sim/model/bounds.hpp"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>

namespace exhibit::model {
namespace {

std::map<std::string, Break> const breaks = {
    {"quorum-is-k", Break::quorum_is_k},
    {"one-acknowledgement-fewer", Break::one_acknowledgement_fewer},
    {"certificate-outlives", Break::certificate_outlives},
    {"adopted-acknowledges", Break::adopted_acknowledges},
    {"adopted-votes-at-once", Break::adopted_votes_at_once},
    {"share-on-quorum", Break::share_on_quorum},
    {"policy-unsigned", Break::policy_unsigned},
    {"cool-off-by-the-new", Break::cool_off_by_the_new},
    {"retiming-as-policy", Break::retiming_as_policy},
    {"holds-as-check-ins", Break::holds_as_check_ins},
    {"release-now-undone", Break::release_now_undone},
    {"no-question-after-a-roll-back", Break::no_question_after_a_roll_back},
    {"adopted-stays-behind", Break::adopted_stays_behind},
};

std::map<std::string, bool Readings::*> const readings = {
    {"hold-adds", &Readings::hold_adds},
    {"newest-hold-only", &Readings::newest_hold_only},
    {"base-by-own-clock", &Readings::base_by_own_clock},
    {"release-now-strict", &Readings::release_now_strict},
    {"check-in-strict", &Readings::check_in_strict},
    {"newest-adoption-binds", &Readings::newest_adoption_binds},
    {"newest-word-only", &Readings::newest_word_only},
    {"older-policy-acknowledged", &Readings::older_policy_acknowledged},
};

std::map<std::string, bool Bounds::*> const switches = {
    {"--liveness", &Bounds::liveness},        {"--clock-after", &Bounds::clock_after},
    {"--pre-vote", &Bounds::pre_vote},        {"--lazy", &Bounds::lazy},
    {"--known-word", &Bounds::word_is_known}, {"--policy-done", &Bounds::policy_done},
    {"--any-start", &Bounds::any_start},      {"--raw", &Bounds::raw},
};

struct Number {
    int Bounds::*field;
    int least, most;
};
std::map<std::string, Number> const numbers = {
    {"--malicious", {&Bounds::malicious, 0, 4}},
    {"--check-ins", {&Bounds::check_ins, 0, check_ins_max}},
    {"--holds", {&Bounds::holds, 0, 2}},
    {"--policies", {&Bounds::policies, 0, policies_max}},
    {"--release-nows", {&Bounds::release_nows, 0, 2}},
    {"--drops", {&Bounds::drops, 0, 3}},
    {"--jumps", {&Bounds::jumps, 0, 7}},
    {"--rollbacks", {&Bounds::rollbacks, 0, 3}},
    {"--dead", {&Bounds::dead, 0, 3}},
    {"--interval", {&Bounds::interval, 1, 20}},
    {"--grace", {&Bounds::grace, 1, 20}},
    {"--cool-off", {&Bounds::cool_off, 0, 20}},
    {"--horizon", {&Bounds::horizon, 1, 40}},
    {"--fast", {&Bounds::fast_max, 0, guardians_max}},
    {"--fast-at-once", {&Bounds::fast_at_once, 0, guardians_max}},
};

std::vector<int> read_list(std::string const& text, char between) {
    std::vector<int> out;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, between);) out.push_back(std::atoi(part.c_str()));
    return out;
}

bool complain(std::string const& what) {
    std::fprintf(stderr, "exhibit_model: error: %s\n", what.c_str());
    return false;
}

bool read_value(Bounds& bounds, std::string const& word, std::string const& value) {
    if (word == "--guardians") {
        auto const list = read_list(value, '/');
        if (list.size() != 4) return complain("--guardians takes n/k/q/f, not " + value);
        bounds.numbers = {list[0], list[1], list[2], list[3]};
        bounds.malicious = list[3];
        return true;
    }
    if (word == "--offsets") {
        bounds.offsets = read_list(value, ',');
        return !bounds.offsets.empty() || complain("--offsets is empty");
    }
    if (word == "--memory") {
        bounds.memory_gib = std::atof(value.c_str());
        return bounds.memory_gib > 0 || complain("--memory takes GiB, not " + value);
    }
    if (word == "--break") {
        auto const it = breaks.find(value);
        if (it == breaks.end()) return complain("no break is called " + value);
        bounds.broken = it->second;
        return true;
    }
    if (word == "--reading") {
        auto const it = readings.find(value);
        if (it == readings.end()) return complain("no reading is called " + value);
        bounds.readings.*it->second = true;
        return true;
    }
    auto const it = numbers.find(word);
    if (it == numbers.end()) return complain("no option is called " + word);
    int const number = std::atoi(value.c_str());
    auto const& [field, least, most] = it->second;
    if (number < least || number > most)
        return complain(word + " takes " + std::to_string(least) + " to " + std::to_string(most));
    bounds.*field = number;
    return true;
}

bool is_sound(Bounds const& bounds) {
    if (bounds.honest() < 1 || bounds.honest() > guardians_max)
        return complain("there must be 1 to " + std::to_string(guardians_max) +
                        " honest guardians");
    if (bounds.motions() > 64) return complain("more than 64 motions: fewer holds or policies");
    return true;
}

}  // namespace

std::string Bounds::numbers_text() const {
    return std::to_string(numbers.n) + "/" + std::to_string(numbers.k) + "/" +
           std::to_string(numbers.q) + "/" + std::to_string(numbers.f);
}

std::optional<Bounds> read_bounds(std::vector<std::string> const& words) {
    Bounds bounds;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (auto const it = switches.find(words[i]); it != switches.end()) {
            bounds.*it->second = true;
            continue;
        }
        if (i + 1 == words.size()) {
            complain(words[i] + " takes a value, or is no option");
            return {};
        }
        if (!read_value(bounds, words[i], words[i + 1])) return {};
        ++i;
    }
    if (!is_sound(bounds)) return {};
    return bounds;
}

std::string bounds_help() {
    std::string out =
        "  --guardians n/k/q/f   --memory GIB   --offsets 0,-1,3 (ticks; the first at the start)\n";
    for (auto const& [name, number] : numbers)
        out += "  " + name + " " + std::to_string(number.least) + ".." +
               std::to_string(number.most) + "\n";
    out += " ";
    for (auto const& [name, field] : switches) out += " " + name;
    out += "\n  --break";
    for (auto const& [name, value] : breaks) out += " " + name;
    out += "\n  --reading";
    for (auto const& [name, field] : readings) out += " " + name;
    return out + "\n";
}

}  // namespace exhibit::model
