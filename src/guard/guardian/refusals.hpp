// Messages that the rules refused, as the operator is told of them: one line the first time, then
// one an hour that says how many. The reason is a code of ours; nothing of the message is in it.
#pragma once

#include <map>
#include <mutex>

#include "guard/guardian/operator_log.hpp"

namespace exhibit::guard {

class Refusals {
public:
    Refusals(OperatorLog& log, std::function<WallTime()> now) : log_(log), now_(std::move(now)) {}
    void note(CaseId const& id, std::string const& code);

private:
    struct Told {
        WallTime when;
        unsigned since = 0;  // how many, not told yet
    };
    static constexpr std::size_t told_max = 1000;

    OperatorLog& log_;
    std::function<WallTime()> now_;
    std::mutex mutex_;
    std::map<std::pair<CaseId, std::string>, Told> told_;
};

}  // namespace exhibit::guard
