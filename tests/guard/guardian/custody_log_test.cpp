#include "guard/guardian/custody_log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <random>
#include <set>

#include <unistd.h>

#include "case/custody_evidence.hpp"
#include "guard/guardian/office.hpp"

namespace exhibit::guard::test {
namespace {

using exhibit::test::TemporaryFolder;

void log_event(Office& office, CustodyLog& log, CaseId const& id, std::uint32_t number) {
    ASSERT_OK(office.rows->commit({log.row_of(office.event(id, number))}));
    log.committed();
}

// Every event of a case is in the log where its row says, and follows the one before it.
void expect_sound(CustodyLog& log, CaseId const& id, std::size_t count) {
    auto const events = log.events(id);
    ASSERT_OK(events);
    EXPECT_EQ(events->size(), count);
    std::optional<DocumentDigest> last;
    for (auto const& one : *events) {
        auto const generation = log.generation(one.generation);
        ASSERT_NE(generation, nullptr);
        auto const entry = generation->entries().entry(one.logged.index);
        ASSERT_OK(entry);
        EXPECT_EQ(*entry, log_entry(one.logged.salt, one.logged.event));
        auto const event = peek<CustodyEvent>(one.logged.event);
        ASSERT_OK(event);
        EXPECT_EQ(event->prev, last);
        last = document_digest(one.logged.event);
    }
}

TEST(CustodyLog, events_get_places_in_order_and_keep_them) {
    TemporaryFolder const folder;
    SystemRandom random;
    auto const a = CaseId::make(random), b = CaseId::make(random);
    std::optional<PublishedState> published;
    {
        Office office(folder.path());
        auto log = office.open_log().take();
        EXPECT_ERROR_CODE(log->current()->publish(), "empty");
        for (std::uint32_t i = 1; i <= 20; ++i) log_event(office, *log, i % 3 == 0 ? a : b, i);
        ASSERT_OK(log->settle());
        expect_sound(*log, a, 6);
        expect_sound(*log, b, 14);
        published = log->current()->publish().take();
        EXPECT_EQ(published->checkpoint.size, 20U);
    }
    Office office(folder.path());
    auto log = office.open_log().take();
    EXPECT_EQ(log->current()->published()->note, published->note);
    for (std::uint32_t i = 21; i <= 30; ++i) log_event(office, *log, a, i);
    ASSERT_OK(log->settle());
    expect_sound(*log, a, 16);
    auto const now = log->current()->publish();
    ASSERT_OK(now);
    auto const path = log->current()->entries().consistency(20, 30);
    ASSERT_OK(path);
    EXPECT_OK(
        tlog::verify_consistency(20, published->checkpoint.root, 30, now->checkpoint.root, *path));
}

TEST(CustodyLog, entries_say_nothing_and_nothing_links_them) {
    TemporaryFolder const folder;
    SystemRandom random;
    auto const id = CaseId::make(random);
    Office office(folder.path());
    auto log = office.open_log().take();
    // The same event twice makes two entries that have nothing in common.
    log_event(office, *log, id, 1);
    log_event(office, *log, id, 1);
    ASSERT_OK(log->settle());
    auto const first = log->current()->entries().entry(0).take();
    EXPECT_NE(first, log->current()->entries().entry(1).take());
    auto const file = read_file(folder / "log/001/entries", 1 << 20);
    ASSERT_OK(file);
    EXPECT_EQ(file->size(), 64U);
}

// The file is a function of the rows.
TEST(CustodyLog, a_torn_or_lost_file_is_made_again) {
    TemporaryFolder const folder;
    SystemRandom random;
    auto const id = CaseId::make(random);
    PublishedState published;
    auto const file = folder / "log/001/entries";
    {
        Office office(folder.path());
        auto log = office.open_log().take();
        for (std::uint32_t i = 1; i <= 700; ++i)
            ASSERT_OK(office.rows->commit({log->row_of(office.event(id, i))}));
        log->committed();
        ASSERT_OK(log->settle());
        published = log->current()->publish().take();
    }
    auto const whole = read_file(file, 1 << 20).take();
    for (std::size_t keep :
         {whole.size() - 1, whole.size() - 32 * 300, std::size_t{17}, std::size_t{0}}) {
        std::filesystem::resize_file(file, keep);
        Office office(folder.path());
        auto log = office.open_log();
        ASSERT_OK(log);
        EXPECT_EQ((*log)->current()->number(), 1U);
        EXPECT_EQ((*log)->current()->publish()->note, published.note);
        expect_sound(**log, id, 700);
        EXPECT_EQ(read_file(file, 1 << 20).take(), whole);
    }
}

// What the rows do not have is not to be made again: the log that was published is lost.
TEST(CustodyLog, what_was_published_and_is_gone_begins_another_log) {
    TemporaryFolder const folder;
    SystemRandom random;
    auto const id = CaseId::make(random);
    {
        Office office(folder.path());
        auto log = office.open_log().take();
        for (std::uint32_t i = 1; i <= 10; ++i) log_event(office, *log, id, i);
        ASSERT_OK(log->settle());
        ASSERT_OK(log->current()->publish());
    }
    {
        // The last two events vanish from the rows and the file, but not from what was published.
        auto rows = SqliteRows::open(folder / "guardian.db").take();
        Batch batch;
        for (std::uint64_t i = 8; i < 10; ++i) {
            batch.push_back({Table::custody, custody_key::event(id.text(), 1, i), std::nullopt});
            batch.push_back({Table::custody, custody_key::entry(1, i), std::nullopt});
        }
        ASSERT_OK(rows->commit(std::move(batch)));
        std::filesystem::resize_file(folder / "log/001/entries", 8 * 32);
    }
    Office office(folder.path());
    auto log = office.open_log().take();
    ASSERT_OK(log->settle());
    EXPECT_EQ(log->current()->number(), 2U);
    // Nothing of the old log was proven to anybody, so all of it is logged again.
    EXPECT_EQ(log->current()->entries().state().size, 8U);
    expect_sound(*log, id, 8);
    auto const cards = log->cards();
    ASSERT_OK(cards);
    EXPECT_EQ(cards->size(), 2U);
    bool told = false;
    for (auto const& note : office.operator_log.notes()) told = told || note.code == "log-lost";
    EXPECT_TRUE(told);
}

TEST(CustodyLog, what_others_can_prove_stays_in_the_log_that_was_given_up) {
    TemporaryFolder const folder;
    SystemRandom random;
    auto const id = CaseId::make(random);
    Office office(folder.path());
    auto log = office.open_log().take();
    for (std::uint32_t i = 1; i <= 10; ++i) log_event(office, *log, id, i);
    ASSERT_OK(log->settle());
    // The first six are cosigned by enough.
    ASSERT_OK(office.rows->commit({{Table::custody, custody_key::good(id.text(), 1),
                                    to_bytes(custody_key::cosigned(1, 6))}}));
    log->give_up(1);
    ASSERT_OK(log->settle());
    EXPECT_EQ(log->current()->number(), 2U);
    EXPECT_EQ(log->current()->entries().state().size, 4U);
    log_event(office, *log, id, 11);
    ASSERT_OK(log->settle());
    expect_sound(*log, id, 11);
}

// --- kill -9 -----------------------------------------------------------------------------------

struct Said {
    std::uint64_t size = 0;  // 0: an event was committed; else this state was published
    std::uint64_t number = 0;
    tlog::Hash root{};
};

void tell(int pipe, Said const& said) {
    if (write(pipe, &said, sizeof said) != static_cast<ssize_t>(sizeof said)) _exit(3);
}

void log_until_killed(Path const& data, CaseId const& id, std::uint32_t first, int pipe) {
    Office office(data);
    auto opened = office.open_log();
    if (!opened.ok()) _exit(4);
    auto& log = **opened;
    for (auto i = first;; ++i) {
        if (!office.rows->commit({log.row_of(office.event(id, i))}).ok()) _exit(5);
        log.committed();
        tell(pipe, {0, i, {}});
        if (i % 3 != 0) continue;
        auto const current = log.current();
        auto const state =
            current ? current->publish() : Result<PublishedState>(world_error("none"));
        if (state.ok()) tell(pipe, {state->checkpoint.size, i, state->checkpoint.root});
    }
}

// Whatever the moment: no event that was committed is missing, and every state that anybody saw is
// one that the log still goes through.
TEST(CustodyLog, after_kill_9_nothing_is_lost_and_nothing_published_is_contradicted) {
    constexpr int rounds = 40;
    TemporaryFolder const folder;
    SystemRandom ids;
    auto const id = CaseId::make(ids);
    std::mt19937_64 random(std::random_device{}());
    std::set<std::uint64_t> committed;
    std::vector<Said> published;
    for (int round = 0; round < rounds; ++round) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        std::fflush(nullptr);
        auto const first = static_cast<std::uint32_t>(round * 10'000 + 1);
        pid_t const child = fork();
        if (child == 0) {
            close(ends[0]);
            log_until_killed(folder.path(), id, first, ends[1]);
        }
        close(ends[1]);
        Said said;
        auto const take = [&] {
            if (read(ends[0], &said, sizeof said) != static_cast<ssize_t>(sizeof said))
                return false;
            if (said.size == 0)
                committed.insert(said.number);
            else
                published.push_back(said);
            return true;
        };
        take();
        usleep(static_cast<useconds_t>(random() % 120'000));
        kill(child, SIGKILL);
        while (take()) {}
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << status;
    }
    ASSERT_FALSE(published.empty());
    Office office(folder.path());
    auto log = office.open_log().take();
    ASSERT_OK(log->settle());
    ASSERT_EQ(log->current()->number(), 1U);
    for (auto const& one : published) {
        auto const root = log->current()->entries().root_at(one.size);
        ASSERT_OK(root);
        ASSERT_EQ(*root, one.root) << "a state of " << one.size << " entries was contradicted";
    }
    auto const events = log->events(id);
    ASSERT_OK(events);
    std::set<std::uint64_t> logged;
    for (auto const& one : *events)
        logged.insert(peek<CustodyEvent>(one.logged.event)->exhibit->get());
    EXPECT_EQ(logged.size(), events->size()) << "an event was logged twice";
    for (auto const number : committed) ASSERT_TRUE(logged.contains(number)) << number;
    expect_sound(*log, id, events->size());
    std::printf("kill -9: %d kills, %zu committed events, %zu published states, none lost\n",
                rounds, committed.size(), published.size());
}

}  // namespace
}  // namespace exhibit::guard::test
