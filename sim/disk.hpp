// A guardian's disk: store's Rows over something that can fail like a disk.
//
// A batch is written now and safe after its fsync. Power lost in between leaves all of it or
// nothing: SQLite's WAL carries a checksum for each transaction, so a torn one is as if it had
// never been. A full disk refuses; a lying one calls safe what it then forgets; a backup brings
// back an old image. The last two are the only ways in which something acknowledged is lost, and
// whoever they happen to counts among the f.
#pragma once

#include "sim/clockwork.hpp"
#include "sim/options.hpp"
#include "store/rows.hpp"

namespace exhibit::sim {

class Disk final : public Rows {
public:
    using Image = std::map<Table, std::map<std::string, Bytes, std::less<>>>;

    Disk(Clockwork& clockwork, Dice& dice, Duration fsync_most)
        : clockwork_(clockwork), dice_(dice), fsync_most_(fsync_most) {}

    Result<std::optional<Bytes>> get(Table table, std::string_view key) override;
    Result<std::vector<Row>> scan(Table table, std::string_view prefix, std::string_view after,
                                  std::size_t limit) override;
    Outcome commit(Batch batch) override;  // waits for nothing: before a life begins
    void commit_later(Batch batch, std::function<void(Outcome)> done) override;
    Outcome check() override { return {}; }

    // Power is lost: what was not yet safe is there or not, as it happens; nobody is told any more.
    void power_cut();
    void set_full(bool full) { full_ = full; }
    // What it holds safely now, and how to get back to that.
    Image image() const { return safe_; }
    void bring_back(Image image) { safe_ = std::move(image); }
    // Every state that is safe, as text, for those who look for what must not lie in the clear.
    Image const& safe() const { return safe_; }

private:
    struct Pending {
        std::uint64_t number;
        Batch batch;
        std::function<void(Outcome)> done;
    };
    void apply(Batch batch);
    void finish(std::uint64_t number);

    Clockwork& clockwork_;
    Dice& dice_;
    Duration fsync_most_;
    Image safe_;
    std::vector<Pending> pending_;  // written, not yet safe, in order
    std::uint64_t next_ = 0;
    bool full_ = false;
};

}  // namespace exhibit::sim
