// How many events a second one guardian logs, each durable, and how long a proof takes from a log
// of ten million entries.
//
//   exhibit_log [EVENTS] [ENTRIES]          20,000 and 10,000,000 unless said
//
// Beside it, in the same run: what its parts cost alone (a signature, an entry fsynced in groups of
// the same size), so that the disk and the processor of the day are in the picture.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>

#include "crypto/hash.hpp"
#include "guard/guardian/custody_events.hpp"
#include "guard/guardian/custody_log.hpp"

using namespace exhibit;
using namespace exhibit::guard;

namespace {

[[noreturn]] void give_up(Error const& why) {
    std::fprintf(stderr, "exhibit_log: %s (%s) %s\n", why.what.c_str(), why.code,
                 why.where.c_str());
    std::exit(1);
}

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) give_up(result.error());
    return result.take();
}
void must(Outcome const& outcome) {
    if (!outcome.ok()) give_up(outcome.error());
}

double seconds_of(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

CustodyEvent event_of(GuardianId const& guardian, CaseId const& id, std::uint32_t number) {
    HeldExhibit exhibit;
    exhibit.number = ExhibitNumber(number % exhibit_number_max + 1);
    exhibit.statement_digest = DocumentDigest(sha256(std::to_string(number)));
    exhibit.root = CipherRoot(sha256("root"));
    exhibit.size_bytes = 70'000;
    exhibit.received = wall_now();
    return received_event({guardian, {"exhibit", EXHIBIT_VERSION, std::nullopt}, wall_now()}, id,
                          exhibit);
}

// As the guardian does it: each event waits in a batch of rows of its own, many at once, and counts
// when its entry is on disk.
void log_events(Path const& folder, std::uint32_t count) {
    auto const keys = must(open_or_make_keys(folder));
    auto rows = must(SqliteRows::open(folder / "guardian.db"));
    auto blobs = must(FolderBlobs::open(folder / "blobs"));
    CaseFiles files(*rows);
    OperatorLog told(wall_now, [](OperatorNote const& note) {
        std::fprintf(stderr, "exhibit_log: %s\n", note.text.c_str());
    });
    Premises const premises{keys, keys.id(), files, *blobs, told, wall_now, folder, nullptr};
    auto log = must(CustodyLog::open(premises, folder));
    log->start({});
    SystemRandom random;
    std::vector<CaseId> cases;
    for (int i = 0; i < 100; ++i) cases.push_back(CaseId::make(random));

    auto const start = std::chrono::steady_clock::now();
    auto const processor = std::clock();
    std::atomic<std::uint32_t> failed = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        auto row = log->row_of(event_of(premises.id, cases[i % cases.size()], i));
        rows->commit_later({std::move(row)}, [&](Outcome const& done) {
            failed += !done.ok();
            log->committed();
        });
    }
    must(rows->commit({{Table::settings, "all are in", Bytes{1}}}));
    must(log->settle());
    auto const took = seconds_of(start);
    auto const each = static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC / count;
    auto const size = log->current()->entries().state().size;
    if (size != count || failed != 0) give_up(world_error("entries are missing"));
    std::printf("%u events, signed, each in a batch of its own: %8.0f durable entries/s\n", count,
                count / took);
    // On a machine that others use, too, this one is the steadier.
    std::printf("    processor time, all threads together: %17.0f us each\n", each * 1e6);

    std::vector<double> waits;
    for (std::uint32_t i = 0; i < 200; ++i) {
        auto const one = std::chrono::steady_clock::now();
        must(rows->commit({log->row_of(event_of(premises.id, cases[0], i))}));
        log->committed();
        must(log->settle());
        waits.push_back(seconds_of(one) * 1000);
    }
    std::ranges::sort(waits);
    std::printf("one at a time, from commit to entry: median %.1f ms, 99th of 100 %.1f ms\n",
                waits[100], waits[198]);
}

void measure_parts(Path const& folder, std::uint32_t count) {
    auto const key = SigningKey::generate();
    Bytes const message(1500, 7);
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 2000; ++i) (void)key.sign(message);
    std::printf("    Ed25519 signatures alone: %29.0f /s\n", 2000 / seconds_of(start));
    auto const log = must(EntryLog::open(folder / "alone/entries"));
    start = std::chrono::steady_clock::now();
    for (std::uint32_t i = 0; i < count; i += 500)
        (void)must(log->append_all(std::vector<Digest256>(500, sha256(std::to_string(i)))));
    std::printf("    entries alone, 500 an fsync: %26.0f /s\n", count / seconds_of(start));
}

void prove_from(Path const& folder, std::uint64_t entries) {
    auto const file = folder / "large/entries";
    must(make_folders(file.parent_path()));
    {
        auto const out = must(create_new_file(file));
        Bytes block;
        for (std::uint64_t i = 0; i < entries; ++i) {
            append(block, sha256(ByteView(big_endian<8>(i))));
            if (block.size() < (1 << 20) && i + 1 < entries) continue;
            must(write_all(out.get(), block, file));
            block.clear();
        }
        must(sync_file(out.get(), file));
    }
    auto start = std::chrono::steady_clock::now();
    auto const log = must(EntryLog::open(file));
    std::printf("a log of %llu entries is read back in %.1f s\n",
                static_cast<unsigned long long>(entries), seconds_of(start));
    auto const root = log->state().root;
    std::vector<double> inclusion, consistency;
    SeededRandom random(7);
    for (int i = 0; i < 1000; ++i) {
        auto const bytes = random.bytes<8>();
        std::uint64_t index = 0;
        for (auto byte : bytes) index = index << 8 | byte;
        index %= entries;
        start = std::chrono::steady_clock::now();
        auto const path = must(log->inclusion(index, entries));
        inclusion.push_back(seconds_of(start) * 1000);
        must(tlog::verify_inclusion(tlog::leaf_hash(sha256(ByteView(big_endian<8>(index)))), index,
                                    entries, path, root));
        start = std::chrono::steady_clock::now();
        (void)must(log->consistency(index + 1, entries));
        consistency.push_back(seconds_of(start) * 1000);
    }
    std::ranges::sort(inclusion);
    std::ranges::sort(consistency);
    std::printf("inclusion proof:   median %.3f ms, slowest of 1000 %.3f ms\n", inclusion[500],
                inclusion[999]);
    std::printf("consistency proof: median %.3f ms, slowest of 1000 %.3f ms\n", consistency[500],
                consistency[999]);
}

}  // namespace

int main(int argc, char** argv) {
    auto const events = argc > 1 ? static_cast<std::uint32_t>(std::atol(argv[1])) : 20'000;
    auto const entries = argc > 2 ? static_cast<std::uint64_t>(std::atoll(argv[2])) : 10'000'000;
    // Beside the program: /tmp may be memory, which is no disk.
    Path const folder = Path(argv[0]).parent_path() / "exhibit_log.bench";
    std::filesystem::remove_all(folder);
    log_events(folder, events);
    measure_parts(folder, events);
    prove_from(folder, entries);
    std::filesystem::remove_all(folder);
    return 0;
}
