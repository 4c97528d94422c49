// How many durable batches a second, and what a blob costs beside a plain write and fsync.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <random>

#include "store/store.hpp"

namespace {

using namespace exhibit;

struct Folder {
    Path path;
    Folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "exhibit-bench-XXXXXX").string();
        VERIFY(mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

// One row of 200 bytes per batch, `outstanding` of them on their way at any time.
void rows_group_commit(benchmark::State& state) {
    Folder const folder;
    auto rows = SqliteRows::open(folder.path / "rows.db").take();
    auto const outstanding = static_cast<std::size_t>(state.range(0));
    std::mutex mutex;
    std::condition_variable answered;
    std::size_t waiting = 0;
    std::mt19937_64 random(1);
    for (auto _ : state) {
        {
            std::unique_lock hold(mutex);
            answered.wait(hold, [&] { return waiting < outstanding; });
            ++waiting;
        }
        Batch batch;
        batch.push_back({Table::cases, std::to_string(random() % 10'000), Bytes(200, 'v')});
        rows->commit_later(std::move(batch), [&](Outcome const& outcome) {
            VERIFY(outcome.ok());
            std::lock_guard const hold(mutex);
            --waiting;
            answered.notify_one();
        });
    }
    VERIFY(rows->commit({}).ok());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(rows_group_commit)->Arg(1)->Arg(64)->Arg(1024)->UseRealTime();

constexpr std::size_t piece_bytes = 1 << 20;
constexpr std::uint64_t restart_bytes = 256 << 20;

void blob_append_and_sync(benchmark::State& state) {
    Folder const folder;
    auto blobs = FolderBlobs::open(folder.path).take();
    auto const name = BlobName::parse("case/0001.age").take();
    VERIFY(blobs->create(name).ok());
    Bytes const piece(piece_bytes, 'x');
    std::uint64_t size = 0;
    for (auto _ : state) {
        VERIFY(blobs->append(name, size, piece).ok());
        VERIFY(blobs->sync(name).ok());
        size += piece.size();
        if (size == restart_bytes) {
            VERIFY(blobs->truncate(name, 0).ok());
            size = 0;
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * piece_bytes));
}
BENCHMARK(blob_append_and_sync)->UseRealTime();

void plain_write_and_fsync(benchmark::State& state) {
    Folder const folder;
    auto file = create_new_file(folder.path / "plain").take();
    Bytes const piece(piece_bytes, 'x');
    std::uint64_t size = 0;
    for (auto _ : state) {
        VERIFY(write_all(file.get(), piece, "plain").ok());
        VERIFY(sync_file(file.get(), "plain").ok());
        size += piece.size();
        if (size == restart_bytes) {
            VERIFY(ftruncate(file.get(), 0) == 0 && lseek(file.get(), 0, SEEK_SET) == 0);
            size = 0;
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * piece_bytes));
}
BENCHMARK(plain_write_and_fsync)->UseRealTime();

}  // namespace
