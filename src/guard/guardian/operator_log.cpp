#include "guard/guardian/operator_log.hpp"

namespace exhibit::guard {

void OperatorLog::tell(std::string code, std::string text, std::optional<CaseId> case_id) {
    constexpr std::size_t text_max = 500;
    if (text.size() > text_max) text.resize(text_max);
    // Parts of it may come from a peer: nothing that moves a terminal's cursor.
    for (auto& letter : text) {
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) letter = ' ';
    }
    OperatorNote note{now_(), std::move(code), std::move(text), case_id};
    {
        std::lock_guard lock(mutex_);
        notes_.push_back(note);
        if (notes_.size() > notes_max) notes_.pop_front();
    }
    if (listener_) listener_(note);
}

std::vector<OperatorNote> OperatorLog::notes() const {
    std::lock_guard lock(mutex_);
    return {notes_.begin(), notes_.end()};
}

}  // namespace exhibit::guard
