#include "store/rows.hpp"

namespace exhibit {

Result<std::optional<Bytes>> MemoryRows::get(Table table, std::string_view key) {
    std::lock_guard const hold(mutex_);
    auto const& rows = tables_[table];
    auto const found = rows.find(key);
    if (found == rows.end()) return std::optional<Bytes>();
    return std::optional<Bytes>(found->second);
}

Result<std::vector<Row>> MemoryRows::scan(Table table, std::string_view prefix,
                                          std::string_view after, std::size_t limit) {
    std::lock_guard const hold(mutex_);
    std::vector<Row> out;
    for (auto const& [key, value] : tables_[table]) {
        if (out.size() == limit) break;
        bool const past = after.empty() || key > after;
        if (past && key.starts_with(prefix)) out.emplace_back(key, value);
    }
    return out;
}

Outcome MemoryRows::commit(Batch batch) {
    TRY(check_limits(batch));
    std::lock_guard const hold(mutex_);
    if (failure_) return *failure_;
    for (auto& write : batch) {
        auto& rows = tables_[write.table];
        if (write.value)
            rows.insert_or_assign(std::move(write.key), std::move(*write.value));
        else
            rows.erase(write.key);
    }
    return {};
}

void MemoryRows::commit_later(Batch batch, std::function<void(Outcome)> done) {
    done(commit(std::move(batch)));
}

void MemoryRows::fail_commits_with(std::optional<Error> error) {
    std::lock_guard const hold(mutex_);
    failure_ = std::move(error);
}

}  // namespace exhibit
