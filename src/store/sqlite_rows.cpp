// The only file that sees SQLite. Two connections: one belongs to the writer thread, one to whoever
// reads.
//
//   commit_later -> queue -> writer thread: BEGIN, every batch that waits, COMMIT (one fsync) ->
//   done, done, …
//
// While one fsync runs the next batches gather, so the rate grows with the load without any timer.
#include <sqlite3.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <future>
#include <span>
#include <thread>

#include "store/rows.hpp"

namespace exhibit {
namespace {

constexpr std::size_t group_batches_max = 1024;
constexpr std::size_t group_bytes_max = std::size_t{8} << 20;
// Whoever submits more than this waits: memory stays bounded when the disk is slow.
constexpr std::size_t queued_batches_max = 8192;
constexpr std::size_t queued_bytes_max = std::size_t{64} << 20;
constexpr int application_id = 0x45584842;  // "EXHB", shown by file(1)
constexpr int layout_version = 1;

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct EndStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, EndStatement>;

char const* code_of(int rc, int os_error) {
    switch (rc & 0xff) {
        case SQLITE_FULL: return "disk-full";
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return "busy";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return "corrupt";
        default: return os_error == ENOSPC || os_error == EDQUOT ? "disk-full" : "system";
    }
}

Error sqlite_error(sqlite3* database, std::string what, std::string where) {
    int const rc = database == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(database);
    char const* code = code_of(rc, database == nullptr ? 0 : sqlite3_system_errno(database));
    // sqlite3_errstr, not sqlite3_errmsg: the latter may quote content.
    Error error =
        world_error(std::move(what) + ": " + sqlite3_errstr(rc)).at(std::move(where)).coded(code);
    if (std::strcmp(code, "disk-full") == 0) error.mend = "free some space, then try again";
    if (std::strcmp(code, "corrupt") == 0)
        error.mend = "stop, copy the folder aside, then restore a backup";
    return error;
}

Outcome execute(sqlite3* database, std::string const& sql, Path const& file) {
    if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return sqlite_error(database, "the database refuses", file.string());
    }
    return {};
}

Result<Statement> prepare(sqlite3* database, std::string const& sql, Path const& file) {
    sqlite3_stmt* raw = nullptr;
    int const rc = sqlite3_prepare_v3(database, sql.c_str(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (rc != SQLITE_OK) return sqlite_error(database, "the database refuses", file.string());
    return Statement(raw);
}

// The bytes must outlive the step. A null pointer would mean NULL, not "no bytes".
// Not called `bind`: a Bytes argument would then find std::bind, which takes anything and does
// nothing.
void bind_bytes(sqlite3_stmt* statement, int place, ByteView bytes) {
    sqlite3_bind_blob64(statement, place,
                        bytes.empty() ? "" : static_cast<void const*>(bytes.data()), bytes.size(),
                        SQLITE_STATIC);
}

ByteView column(sqlite3_stmt* statement, int place) {
    auto const* data = static_cast<Byte const*>(sqlite3_column_blob(statement, place));
    return {data,
            data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(statement, place))};
}

// A cached statement is put back to its start whatever happens in between.
class Use {
public:
    explicit Use(Statement const& statement) : statement_(statement.get()) {}
    ~Use() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    Use(Use const&) = delete;
    Use& operator=(Use const&) = delete;
    sqlite3_stmt* get() const { return statement_; }

private:
    sqlite3_stmt* statement_;
};

Result<Database> open_database(Path const& file, int cache_kib) {
    sqlite3* raw = nullptr;
    int const flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int const rc = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
    Database database(raw);
    if (rc != SQLITE_OK) return sqlite_error(raw, "the database cannot be opened", file.string());
    sqlite3_busy_timeout(raw, 10'000);
    // FULL: the write-ahead log is fsynced at every commit, which is the promise of commit().
    // journal_size_limit gives space back after a burst. A file from elsewhere may not bring code.
    TRY(execute(
        raw,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=8388608;"
        "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
        "PRAGMA cache_size=-" +
            std::to_string(cache_kib),
        file));
    return database;
}

Result<int> read_number(sqlite3* database, std::string const& pragma, Path const& file) {
    auto statement = TRY(prepare(database, pragma, file));
    if (sqlite3_step(statement.get()) != SQLITE_ROW)
        return sqlite_error(database, "cannot be read", file.string());
    return sqlite3_column_int(statement.get(), 0);
}

Outcome make_tables(sqlite3* database, Path const& file) {
    auto const found = TRY(read_number(database, "PRAGMA user_version", file));
    if (found > layout_version) {
        return world_error("was written by a newer exhibit")
            .at(file.string())
            .coded("too-new")
            .hint("update exhibit");
    }
    std::string sql = "BEGIN IMMEDIATE;";
    for (auto table : all_tables) {
        sql += std::string("CREATE TABLE IF NOT EXISTS ") + name_of(table) +
               " (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;";
    }
    sql += "PRAGMA application_id=" + std::to_string(application_id) + ";";
    sql += "PRAGMA user_version=" + std::to_string(layout_version) + ";COMMIT";
    return execute(database, sql, file);
}

// The first key after every key that begins with prefix. When there is none, a key longer than any.
std::string end_of(std::string_view prefix) {
    std::string end(prefix);
    while (!end.empty() && end.back() == '\xff') end.pop_back();
    if (end.empty()) return std::string(row_key_bytes_max + 1, '\xff');
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
    return end;
}

std::size_t bytes_of(Batch const& batch) {
    std::size_t bytes = 0;
    for (auto const& write : batch)
        bytes += write.key.size() + (write.value ? write.value->size() : 0);
    return bytes;
}

struct Waiting {
    Batch batch;
    std::size_t bytes;
    std::function<void(Outcome)> done;
};

}  // namespace

class SqliteRows::Engine {
public:
    Engine(Path file, FileLock lock) : file_(std::move(file)), lock_(std::move(lock)) {}
    ~Engine();
    Outcome start();
    Result<std::optional<Bytes>> get(Table table, std::string_view key);
    Result<std::vector<Row>> scan(Table table, std::string_view prefix, std::string_view after,
                                  std::size_t limit);
    void submit(Batch batch, std::function<void(Outcome)> done);
    Outcome check();
    bool is_writer_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

private:
    struct TableStatements {
        Statement put, erase, get, scan;
    };
    TableStatements& of(Table table) { return statements_[static_cast<std::size_t>(table)]; }
    Outcome prepare_all();
    void run();
    std::vector<Waiting> next_group();
    void write_group(std::vector<Waiting>& group);
    Outcome write_together(std::span<Waiting> group);
    Outcome write_all_of(std::span<Waiting> group);
    Outcome apply(Write const& write);

    Path file_;
    FileLock lock_;
    Database writer_;
    Database reader_;
    std::array<TableStatements, all_tables.size()> statements_;
    Statement begin_, commit_, rollback_;
    std::mutex reader_mutex_;

    std::mutex queue_mutex_;
    std::condition_variable work_, room_;
    std::deque<Waiting> queue_;
    std::size_t queued_bytes_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

SqliteRows::Engine::~Engine() {
    if (!thread_.joinable()) return;
    {
        std::lock_guard const hold(queue_mutex_);
        stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
}

Outcome SqliteRows::Engine::start() {
    // Made here so that it and its log are readable by the owner only.
    auto made = create_new_file(file_);
    if (!made.ok() && std::strcmp(made.error().code, "exists") != 0) return made.take_error();
    // A guardian with 10,000 cases must stay small: 8 MiB for writing, 4 MiB for reading.
    writer_ = TRY(open_database(file_, 8192));
    TRY(make_tables(writer_.get(), file_));
    reader_ = TRY(open_database(file_, 4096));
    TRY(sync_folder(file_.has_parent_path() ? file_.parent_path() : Path(".")));
    TRY(prepare_all());
    thread_ = std::thread([this] { run(); });
    return {};
}

Outcome SqliteRows::Engine::prepare_all() {
    begin_ = TRY(prepare(writer_.get(), "BEGIN IMMEDIATE", file_));
    commit_ = TRY(prepare(writer_.get(), "COMMIT", file_));
    rollback_ = TRY(prepare(writer_.get(), "ROLLBACK", file_));
    for (auto table : all_tables) {
        std::string const name = name_of(table);
        auto& s = of(table);
        s.put = TRY(
            prepare(writer_.get(), "INSERT OR REPLACE INTO " + name + " VALUES (?1, ?2)", file_));
        s.erase = TRY(prepare(writer_.get(), "DELETE FROM " + name + " WHERE key = ?1", file_));
        s.get = TRY(prepare(reader_.get(), "SELECT value FROM " + name + " WHERE key = ?1", file_));
        // ?2 makes the start exclusive; keys are never empty, so an empty ?2 excludes nothing.
        s.scan =
            TRY(prepare(reader_.get(),
                        "SELECT key, value FROM " + name +
                            " WHERE key >= ?1 AND key <> ?2 AND key < ?3 ORDER BY key LIMIT ?4",
                        file_));
    }
    return {};
}

Result<std::optional<Bytes>> SqliteRows::Engine::get(Table table, std::string_view key) {
    std::lock_guard const hold(reader_mutex_);
    Use const use(of(table).get);
    bind_bytes(use.get(), 1, as_bytes(key));
    int const rc = sqlite3_step(use.get());
    if (rc == SQLITE_DONE) return std::optional<Bytes>();
    if (rc != SQLITE_ROW)
        return sqlite_error(reader_.get(), "the database cannot be read", file_.string());
    return std::optional<Bytes>(to_bytes(column(use.get(), 0)));
}

Result<std::vector<Row>> SqliteRows::Engine::scan(Table table, std::string_view prefix,
                                                  std::string_view after, std::size_t limit) {
    std::lock_guard const hold(reader_mutex_);
    auto const end = end_of(prefix);
    Use const use(of(table).scan);
    bind_bytes(use.get(), 1, as_bytes(std::max(prefix, after)));
    bind_bytes(use.get(), 2, as_bytes(after));
    bind_bytes(use.get(), 3, as_bytes(end));
    sqlite3_bind_int64(use.get(), 4,
                       static_cast<sqlite3_int64>(std::min<std::size_t>(limit, INT64_MAX)));
    std::vector<Row> out;
    for (;;) {
        int const rc = sqlite3_step(use.get());
        if (rc == SQLITE_DONE) return out;
        if (rc != SQLITE_ROW)
            return sqlite_error(reader_.get(), "the database cannot be read", file_.string());
        out.emplace_back(to_string(column(use.get(), 0)), to_bytes(column(use.get(), 1)));
    }
}

void SqliteRows::Engine::submit(Batch batch, std::function<void(Outcome)> done) {
    auto const bytes = bytes_of(batch);
    std::unique_lock hold(queue_mutex_);
    // A `done` that submits more runs on the thread that makes room, so it must not wait for room.
    if (!is_writer_thread()) {
        room_.wait(hold, [&] {
            return queue_.size() < queued_batches_max && queued_bytes_ < queued_bytes_max;
        });
    }
    queued_bytes_ += bytes;
    queue_.push_back({std::move(batch), bytes, std::move(done)});
    hold.unlock();
    work_.notify_one();
}

void SqliteRows::Engine::run() {
    for (;;) {
        auto group = next_group();
        if (group.empty()) return;
        write_group(group);
    }
}

// Everything that waits, within bounds. Empty: the engine ends and nothing waits any more.
std::vector<Waiting> SqliteRows::Engine::next_group() {
    std::unique_lock hold(queue_mutex_);
    work_.wait(hold, [&] { return !queue_.empty() || stopping_; });
    std::vector<Waiting> group;
    std::size_t bytes = 0;
    while (!queue_.empty() && group.size() < group_batches_max && bytes < group_bytes_max) {
        bytes += queue_.front().bytes;
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    queued_bytes_ -= bytes;
    hold.unlock();
    room_.notify_all();
    return group;
}

// Together if possible. If not, each alone, so that a batch fails for its own reason only: on a
// full disk an erase or a small batch may still find room.
void SqliteRows::Engine::write_group(std::vector<Waiting>& group) {
    std::vector<Outcome> outcomes(group.size());
    auto together = write_together(group);
    if (!together.ok() && group.size() == 1)
        outcomes[0] = std::move(together);
    else if (!together.ok()) {
        for (std::size_t i = 0; i < group.size(); ++i)
            outcomes[i] = write_together(std::span(group).subspan(i, 1));
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
        group[i].batch = {};
        group[i].done(std::move(outcomes[i]));
    }
}

Outcome SqliteRows::Engine::write_together(std::span<Waiting> group) {
    auto outcome = write_all_of(group);
    // Some errors have rolled back already; then there is nothing to roll back.
    if (!outcome.ok() && sqlite3_get_autocommit(writer_.get()) == 0) {
        Use const use(rollback_);
        sqlite3_step(use.get());
    }
    return outcome;
}

Outcome SqliteRows::Engine::write_all_of(std::span<Waiting> group) {
    auto const step = [&](Statement const& statement) -> Outcome {
        Use const use(statement);
        if (sqlite3_step(use.get()) == SQLITE_DONE) return {};
        return sqlite_error(writer_.get(), "the database cannot be written", file_.string())
            .still_safe("nothing was changed");
    };
    TRY(step(begin_));
    for (auto const& waiting : group) {
        for (auto const& write : waiting.batch) TRY(apply(write));
    }
    return step(commit_);
}

Outcome SqliteRows::Engine::apply(Write const& write) {
    Use const use(write.value ? of(write.table).put : of(write.table).erase);
    bind_bytes(use.get(), 1, as_bytes(write.key));
    if (write.value) bind_bytes(use.get(), 2, *write.value);
    if (sqlite3_step(use.get()) == SQLITE_DONE) return {};
    return sqlite_error(writer_.get(), "the database cannot be written", file_.string())
        .still_safe("nothing was changed");
}

// On a connection of its own: it takes long and must not hold up the readers.
Outcome SqliteRows::Engine::check() {
    auto database = TRY(open_database(file_, 4096));
    auto statement = TRY(prepare(database.get(), "PRAGMA integrity_check(1)", file_));
    int const rc = sqlite3_step(statement.get());
    if (rc != SQLITE_ROW)
        return sqlite_error(database.get(), "the database cannot be checked", file_.string());
    if (as_text(column(statement.get(), 0)) == "ok") return {};
    return world_error("the database is damaged")
        .at(file_.string())
        .coded("corrupt")
        .hint("stop, copy the folder aside, then restore a backup");
}

SqliteRows::SqliteRows(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
SqliteRows::~SqliteRows() = default;

Result<std::unique_ptr<SqliteRows>> SqliteRows::open(Path file) {
    TRY(make_folders(file.parent_path()));
    auto lock_file = file;
    lock_file += ".lock";
    auto lock = TRY(FileLock::acquire(lock_file));
    auto engine = std::make_unique<Engine>(std::move(file), std::move(lock));
    TRY(engine->start());
    return std::unique_ptr<SqliteRows>(new SqliteRows(std::move(engine)));
}

Result<std::optional<Bytes>> SqliteRows::get(Table table, std::string_view key) {
    return engine_->get(table, key);
}

Result<std::vector<Row>> SqliteRows::scan(Table table, std::string_view prefix,
                                          std::string_view after, std::size_t limit) {
    return engine_->scan(table, prefix, after, limit);
}

Outcome SqliteRows::commit(Batch batch) {
    VERIFY(!engine_->is_writer_thread());  // it would wait for itself
    std::promise<Outcome> promise;
    auto future = promise.get_future();
    commit_later(std::move(batch),
                 [&promise](Outcome outcome) { promise.set_value(std::move(outcome)); });
    return future.get();
}

void SqliteRows::commit_later(Batch batch, std::function<void(Outcome)> done) {
    auto allowed = check_limits(batch);
    // A refused batch takes its place in the queue too (empty): `done` comes in the order of
    // submission.
    if (allowed.ok()) return engine_->submit(std::move(batch), std::move(done));
    auto const refusal = allowed.take_error();
    engine_->submit({}, [refusal, tell = std::move(done)](Outcome const&) { tell(refusal); });
}

Outcome SqliteRows::check() { return engine_->check(); }

}  // namespace exhibit
