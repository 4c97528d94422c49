#include "sim/disk.hpp"

#include <algorithm>

namespace exhibit::sim {

Result<std::optional<Bytes>> Disk::get(Table table, std::string_view key) {
    auto const rows = safe_.find(table);
    if (rows == safe_.end()) return std::optional<Bytes>();
    auto const found = rows->second.find(key);
    if (found == rows->second.end()) return std::optional<Bytes>();
    return std::optional<Bytes>(found->second);
}

Result<std::vector<Row>> Disk::scan(Table table, std::string_view prefix, std::string_view after,
                                    std::size_t limit) {
    std::vector<Row> out;
    for (auto const& [key, value] : safe_[table]) {
        if (out.size() == limit) break;
        if ((after.empty() || key > after) && key.starts_with(prefix)) out.emplace_back(key, value);
    }
    return out;
}

void Disk::apply(Batch batch) {
    for (auto& write : batch) {
        auto& rows = safe_[write.table];
        if (write.value)
            rows.insert_or_assign(std::move(write.key), std::move(*write.value));
        else
            rows.erase(write.key);
    }
}

Outcome Disk::commit(Batch batch) {
    TRY(check_limits(batch));
    apply(std::move(batch));
    return {};
}

void Disk::commit_later(Batch batch, std::function<void(Outcome)> done) {
    auto const checked = check_limits(batch);
    if (!checked) return done(checked.error());
    if (full_) return done(world_error("no space is left on the disk").coded("disk-full"));
    auto const number = next_++;
    pending_.push_back({number, std::move(batch), std::move(done)});
    // One writer, one log: what came first is safe first, so a later fsync covers the earlier ones.
    clockwork_.after(upto(dice_, fsync_most_), [this, number] { finish(number); });
}

void Disk::finish(std::uint64_t number) {
    while (!pending_.empty() && pending_.front().number <= number) {
        auto one = std::move(pending_.front());
        pending_.erase(pending_.begin());
        apply(std::move(one.batch));
        one.done({});
    }
}

void Disk::power_cut() {
    auto torn = std::move(pending_);
    pending_.clear();
    for (auto& one : torn) {
        if (dice_() % 2 == 0) break;  // it and all after it were torn
        apply(std::move(one.batch));
    }
}

}  // namespace exhibit::sim
