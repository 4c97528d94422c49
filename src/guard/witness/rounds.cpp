#include "guard/witness/rounds.hpp"

#include <exception>
#include <thread>

namespace exhibit::guard {
namespace {

// What one guardian answers must not end the round: nothing else keeps a check-in from the others.
template <typename T>
Result<T> ask_one(CaseId const& case_id, KnownGuardian const& guardian, LinkOptions const& options,
                  std::function<Result<T>(Link&)> const& question) {
    try {
        auto link = Link::open(case_id, guardian, options);
        if (!link.ok()) return link.take_error();
        return question(*link);
    } catch (std::exception const&) {
        return bad_input(guardian.name + " gave an answer that cannot be read").coded("answer");
    }
}

template <typename T>
std::vector<Said<T>> ask_all(CaseInfo const& info, LinkOptions const& options,
                             std::function<Result<T>(Link&)> const& question) {
    std::vector<std::optional<Result<T>>> results(info.guardians.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < info.guardians.size(); ++i) {
            threads.emplace_back([&, i] {
                results[i] = ask_one(info.case_id, info.guardians[i], options, question);
            });
        }
    }
    std::vector<Said<T>> said;
    for (std::size_t i = 0; i < results.size(); ++i)
        said.push_back({info.guardians[i], std::move(*results[i])});
    return said;
}

}  // namespace

std::vector<Said<Signed<ClockReading>>> ask_clocks(CaseInfo const& info, Nonce const& nonce,
                                                   LinkOptions const& options) {
    auto const terms = terms_of(info);
    return ask_all<Signed<ClockReading>>(info, options,
                                         [&](Link& link) { return link.clock(terms, nonce); });
}

std::vector<Said<Signed<CaseStatus>>> ask_status(CaseInfo const& info, Nonce const& nonce,
                                                 LinkOptions const& options) {
    auto const terms = terms_of(info);
    return ask_all<Signed<CaseStatus>>(info, options,
                                       [&](Link& link) { return link.status(terms, nonce); });
}

std::vector<Said<Answer>> tell_all(CaseInfo const& info, Envelope const& envelope,
                                   std::optional<VouchedList> const& vouched,
                                   LinkOptions const& options) {
    return ask_all<Answer>(info, options, [&](Link& link) -> Result<Answer> {
        // First, so that the check-in finds its list there. But a guardian without room for a list
        // still has room for a sign of life, and the list comes to it from the others.
        if (vouched) (void)link.put_vouched(*vouched);
        return link.message(envelope);
    });
}

}  // namespace exhibit::guard
