#include "store/rows_conformance.hpp"

namespace exhibit::test {
namespace {

struct MemoryHarness {
    static constexpr bool durable = false;
    MemoryRows engine;
    Rows& rows() { return engine; }
    void reopen() {}
};

struct SqliteHarness {
    static constexpr bool durable = true;
    TemporaryFolder folder;
    std::unique_ptr<SqliteRows> engine = SqliteRows::open(folder / "rows.db").take();
    Rows& rows() { return *engine; }
    void reopen() {
        engine.reset();
        engine = SqliteRows::open(folder / "rows.db").take();
    }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, RowsConformance, MemoryHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, RowsConformance, SqliteHarness);

TEST(SqliteRows, a_second_process_is_refused) {
    SqliteHarness first;
    EXPECT_ERROR_CODE(SqliteRows::open(first.folder / "rows.db"), "busy");
}

TEST(SqliteRows, a_file_that_is_no_database_is_refused_and_left_alone) {
    TemporaryFolder folder;
    std::string const other(8192, 'x');
    ASSERT_OK(replace_file(folder / "rows.db", other));
    EXPECT_ERROR_CODE(SqliteRows::open(folder / "rows.db"), "corrupt");
    EXPECT_EQ(*read_text_file(folder / "rows.db", 1 << 20), other);
}

TEST(SqliteRows, a_file_of_a_newer_exhibit_is_refused) {
    NEEDS_PROGRAM("sqlite3");
    TemporaryFolder folder;
    ASSERT_TRUE(SqliteRows::open(folder / "rows.db").ok());
    ASSERT_EQ(run({"sqlite3", (folder / "rows.db").string(), "PRAGMA user_version=2"}).code, 0);
    EXPECT_ERROR_CODE(SqliteRows::open(folder / "rows.db"), "too-new");
}

TEST(SqliteRows, damage_is_found_by_the_check) {
    TemporaryFolder folder;
    {
        auto rows = SqliteRows::open(folder / "rows.db").take();
        Batch many;
        for (int i = 0; i < 2000; ++i)
            many.push_back(put(Table::cases, "key" + std::to_string(i), std::string(100, 'v')));
        ASSERT_OK(rows->commit(std::move(many)));
        ASSERT_OK(rows->check());
    }
    auto bytes = read_file(folder / "rows.db", 1 << 24).take();
    for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 6000; ++i) bytes[i] ^= 0x5a;
    ASSERT_OK(replace_file(folder / "rows.db", bytes));
    auto rows = SqliteRows::open(folder / "rows.db").take();
    EXPECT_ERROR_CODE(rows->check(), "corrupt");
}

TEST(SqliteRows, only_the_owner_can_read_its_files) {
    SqliteHarness here;
    ASSERT_OK(here.engine->commit(batch(put(Table::cases, "a", "1"))));
    int files = 0;
    for (auto const& entry : std::filesystem::directory_iterator(here.folder.path())) {
        EXPECT_EQ(static_cast<unsigned>(entry.status().permissions()) & 077u, 0u) << entry.path();
        ++files;
    }
    EXPECT_GE(files, 3);  // database, log, lock
}

}  // namespace
}  // namespace exhibit::test
