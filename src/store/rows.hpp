// Rows: ordered key -> bytes in named tables, changed only by atomic, durable batches.
//
// Limits are checked before anything is queued, so that one oversized batch cannot fail its
// neighbours in a group commit. Every function may be called from any thread.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/result.hpp"

namespace exhibit {

enum class Table { cases, exhibits, envelopes, uploads, invitations, settings, releases, custody };

inline constexpr std::array all_tables{Table::cases,    Table::exhibits,    Table::envelopes,
                                       Table::uploads,  Table::invitations, Table::settings,
                                       Table::releases, Table::custody};

// The name in the database and in messages: "cases".
char const* name_of(Table table);

struct Write {
    Table table;
    std::string key;             // any bytes, 1 to row_key_bytes_max
    std::optional<Bytes> value;  // none = erase; erasing what is not there is no error
};

// Applied in order: of two writes to one key the later one stays.
using Batch = std::vector<Write>;

inline constexpr std::size_t row_key_bytes_max = 512;
inline constexpr std::size_t batch_writes_max = 10'000;
inline constexpr std::size_t batch_bytes_max = std::size_t{32} << 20;

// Code "too-large" or "key" when a batch is outside the limits above.
Outcome check_limits(Batch const& batch);

using Row = std::pair<std::string, Bytes>;

class Rows {
public:
    virtual ~Rows() = default;

    virtual Result<std::optional<Bytes>> get(Table table, std::string_view key) = 0;

    // At most limit rows in byte order of their keys: those that begin with prefix and come after
    // `after` (exclusive; empty = from the start). The next page starts after the last key.
    virtual Result<std::vector<Row>> scan(Table table, std::string_view prefix,
                                          std::string_view after, std::size_t limit) = 0;

    // All of the batch or nothing, on disk when this returns. Not to be called from a `done`.
    virtual Outcome commit(Batch batch) = 0;

    // Group commit: `done` is called once, after the batch is on disk (or failed), in the order of
    // submission, from the engine's thread (MemoryRows: before commit_later returns). It must be
    // quick and may call commit_later, get and scan. Batches are independent: a later one can
    // succeed although an earlier one failed; who needs the earlier one waits for its `done`.
    virtual void commit_later(Batch batch, std::function<void(Outcome)> done) = 0;

    // Is the database whole? Slow: reads all of it.
    virtual Outcome check() = 0;
};

// One SQLite file in WAL mode. Codes: "busy" (another process has it), "disk-full", "corrupt",
// "system".
class SqliteRows final : public Rows {
public:
    // Makes the file and its folders if need be. Holds `file`.lock until it ends.
    static Result<std::unique_ptr<SqliteRows>> open(Path file);
    // Everything queued is written, and every `done` called, before this returns.
    ~SqliteRows() override;

    Result<std::optional<Bytes>> get(Table table, std::string_view key) override;
    Result<std::vector<Row>> scan(Table table, std::string_view prefix, std::string_view after,
                                  std::size_t limit) override;
    Outcome commit(Batch batch) override;
    void commit_later(Batch batch, std::function<void(Outcome)> done) override;
    Outcome check() override;

private:
    class Engine;
    explicit SqliteRows(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> engine_;
};

// The dumb twin: maps under a mutex, nothing durable. For tests and the simulator.
class MemoryRows final : public Rows {
public:
    Result<std::optional<Bytes>> get(Table table, std::string_view key) override;
    Result<std::vector<Row>> scan(Table table, std::string_view prefix, std::string_view after,
                                  std::size_t limit) override;
    Outcome commit(Batch batch) override;
    void commit_later(Batch batch, std::function<void(Outcome)> done) override;
    Outcome check() override { return {}; }

    // Until it is called with nothing, every commit fails with this error and changes nothing.
    void fail_commits_with(std::optional<Error> error);

private:
    std::mutex mutex_;
    std::map<Table, std::map<std::string, Bytes, std::less<>>> tables_;
    std::optional<Error> failure_;
};

}  // namespace exhibit
