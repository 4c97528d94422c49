// What the operator of a guardian should know, in one line each, without secrets: no share, no
// token, no plaintext exists here anyway. Bounded: a hostile caller cannot fill memory with notes.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "case/ids.hpp"

namespace exhibit::guard {

struct OperatorNote {
    WallTime time;
    std::string code;  // stable: "wrong-root", "clock-off", "disk", …
    std::string text;
    std::optional<CaseId> case_id;
};

class OperatorLog {
public:
    using Listener = std::function<void(OperatorNote const&)>;
    OperatorLog(std::function<WallTime()> now, Listener listener)
        : now_(std::move(now)), listener_(std::move(listener)) {}

    void tell(std::string code, std::string text, std::optional<CaseId> case_id = std::nullopt);
    void tell(Error const& error, std::optional<CaseId> case_id = std::nullopt) {
        tell(error.code, error.what, case_id);
    }
    std::vector<OperatorNote> notes() const;

private:
    static constexpr std::size_t notes_max = 1000;
    std::function<WallTime()> now_;
    Listener listener_;
    mutable std::mutex mutex_;
    std::deque<OperatorNote> notes_;
};

}  // namespace exhibit::guard
