// The way to a broken promise, found backwards level by level and told forwards.
#include <algorithm>
#include <numeric>

#include "sim/model/explorer.hpp"
#include "sim/model/rules.hpp"

namespace exhibit::model {
namespace {

std::string policy_name(int policy) {
    static char const* const names[] = {"policy 1", "policy 2a", "policy 2b", "policy 3"};
    return names[policy];
}

std::string check_in_name(int check_in) { return "#" + std::to_string(check_in); }

std::string motion_name(Guardian const& guardian) {
    auto name = guardian.release_now > 0 ? "release-now " + std::to_string(guardian.release_now)
                                         : check_in_name(guardian.last);
    if (guardian.hold > 0) name += " with hold " + std::to_string(guardian.hold);
    return name + " under " + policy_name(guardian.policy);
}

std::string of_the_world(Bounds const& bounds, World const& after, Move const& move) {
    switch (move.kind) {
        case Move::Kind::tick: return "";
        case Move::Kind::sign_check_in:
            return "the witness signs " + check_in_name(after.issued) +
                   (bounds.readings.check_in_strict ? ", naming " + policy_name(move.arg) : "");
        case Move::Kind::sign_release_now:
            return "the witness signs release-now " + std::to_string(after.release_nows) +
                   ", naming " + policy_name(move.arg);
        case Move::Kind::offer_policy: return "the witness signs " + policy_name(move.arg);
        default: return "the network heals; the witness is silent from here";
    }
}

}  // namespace

std::string describe(Bounds const& bounds, World const& before, World const& after,
                     Move const& move, std::string const& name) {
    if (move.guardian < 0) return of_the_world(bounds, after, move);
    auto const& guardian = after.guardians[move.guardian];
    bool const acknowledges = guardian.acknowledged != before.guardians[move.guardian].acknowledged;
    auto const answer =
        std::string(acknowledges ? " and acknowledges it" : " (no acknowledgement)");
    switch (move.kind) {
        case Move::Kind::take:
        case Move::Kind::follow: return name + " takes " + check_in_name(move.arg) + answer;
        case Move::Kind::acknowledge: return name + " acknowledges " + check_in_name(move.arg);
        case Move::Kind::adopt: return name + " holds a quorum and adopts " + motion_name(guardian);
        case Move::Kind::free:
            return name + " is shown a acknowledgements of " + check_in_name(move.arg) +
                   ", is free, and acknowledges " + check_in_name(guardian.last);
        case Move::Kind::hold:
            return name + " takes hold " + std::to_string(move.arg) + " on " +
                   check_in_name(guardian.last) + ": deadline " + std::to_string(guardian.deadline);
        case Move::Kind::take_release_now:
            return name + " takes release-now " + std::to_string(move.arg);
        case Move::Kind::receive_policy: return name + " receives " + policy_name(move.arg);
        case Move::Kind::endorse: return name + " signs no objection to " + policy_name(move.arg);
        case Move::Kind::drop: return name + " hears of duress and drops " + policy_name(move.arg);
        case Move::Kind::take_policy: return name + " takes " + policy_name(move.arg);
        case Move::Kind::jump:
            return name + "'s clock jumps to " + std::to_string(bounds.offsets[move.arg]);
        case Move::Kind::roll_back: return name + "'s disk goes back to the beginning";
        default: return "";
    }
}

bool Explorer::leads_to(std::uint32_t index, Packed const& target) const {
    auto const world = packing_.unpack(found_.at(index));
    bool leads = false;
    for_each_move(bounds_, world, [&](Move const&, World next) {
        if (leads) return;
        normal_form_.apply(next);
        Packed packed;
        packing_.pack(next, packed);
        leads = std::equal(packed.begin(), packed.begin() + packing_.bytes(), target.begin());
    });
    return leads;
}

std::vector<std::string> Explorer::trace_to(World last) const {
    // Backwards: the worlds of the way, as they were stored.
    std::vector<Packed> way(1);
    packing_.pack(last, way[0]);
    auto end = levels_.empty() ? 0u : found_.size();
    for (auto level = levels_.size(); level-- > 0;) {
        for (auto i = levels_[level]; i < end; ++i) {
            if (!leads_to(i, way.back())) continue;
            Packed packed{};
            std::copy_n(found_.at(i), packing_.bytes(), packed.begin());
            way.push_back(packed);
            break;
        }
        end = levels_[level];
    }
    std::ranges::reverse(way);
    // Forwards: guardians change places when stored, so their letters are carried along.
    std::vector<std::string> lines;
    auto world = packing_.unpack(way[0].data());
    std::string letters = "ABCDE";
    for (std::size_t step = 1; step < way.size(); ++step) {
        bool told = false;
        auto const before = world;
        for_each_move(bounds_, before, [&](Move const& move, World const& next) {
            if (told) return;
            auto normal = next;
            normal_form_.apply(normal);
            Packed packed;
            packing_.pack(normal, packed);
            if (!std::equal(packed.begin(), packed.begin() + packing_.bytes(), way[step].begin()))
                return;
            told = true;
            auto const name =
                move.guardian < 0 ? std::string() : std::string(1, letters[move.guardian]);
            auto line = describe(bounds_, before, next, move, name);
            if (!line.empty()) lines.push_back("t=" + std::to_string(next.now) + "  " + line);
            // Which place each took: by the same comparison, on a copy that keeps their order.
            std::vector<std::size_t> order(static_cast<std::size_t>(bounds_.honest()));
            std::iota(order.begin(), order.end(), 0u);
            auto const forgotten = normal_form_.without_order(next);
            std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
                return forgotten.guardians[a] < forgotten.guardians[b];
            });
            auto const old = letters;
            for (std::size_t i = 0; i < order.size(); ++i) letters[i] = old[order[i]];
            world = normal;
        });
    }
    return lines;
}

}  // namespace exhibit::model
