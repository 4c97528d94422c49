#include "release/merge.hpp"

#include <algorithm>

#include "release/release_case.hpp"

namespace exhibit::release {
namespace {

using test::ReleaseCase;

// A statement for the next number by a stranger who knows the case's public key, which every reader
// of a package does.
std::string forged_statement(ReleaseCase const& c) {
    auto const copy = c.folder.path() / "forger";
    std::filesystem::copy(c.case_path(), copy, std::filesystem::copy_options::recursive);
    auto const film = c.folder.path() / "other.txt";
    EXPECT_OK(replace_file(film, std::string("another film")));
    auto const folder = seal::CaseFolder::open(copy).take();
    auto const sealed = seal::seal_file(folder, film, {}, test::sealed_at);
    EXPECT_OK(sealed);
    return read_text_file(folder.exhibit_file(sealed->record.number, ".sd-jwt"), 1 << 20).take();
}

ReleaseBundle::Exhibit const* find(ReleaseBundle const& bundle, unsigned number) {
    auto const at =
        std::ranges::find(bundle.exhibits, ExhibitNumber(number), &ReleaseBundle::Exhibit::number);
    return at == bundle.exhibits.end() ? nullptr : &*at;
}

struct Merge : testing::Test {
    ReleaseCase c;
    ReleaseBundle honest;
    std::string forged;

    Merge() {
        c.seal_text("one.txt", "vouched for");
        forged = forged_statement(c);
        c.seal_text("two.txt", "sealed after the last check-in", false);
        honest = c.bundle();
    }
};

TEST_F(Merge, one_guardian_cannot_leave_an_exhibit_out) {
    auto liar = honest;
    std::erase_if(liar.exhibits, [](auto const& one) { return one.number == ExhibitNumber(2); });
    liar.exhibits.push_back({ExhibitNumber(900), 1000, std::nullopt});
    for (auto const& told : {std::vector{liar, honest, honest}, {honest, liar}}) {
        auto const merged = merge_releases(told, {});
        ASSERT_OK(merged);
        ASSERT_NE(find(merged->bundle, 2), nullptr);
        EXPECT_EQ(find(merged->bundle, 2)->statement, find(honest, 2)->statement);
        EXPECT_TRUE(merged->contested.empty());
    }
}

TEST_F(Merge, one_guardian_cannot_put_another_film_in_its_place) {
    auto liar = honest;
    for (auto& one : liar.exhibits) {
        if (one.number == ExhibitNumber(2)) one.statement = forged;
    }
    liar.receipts.clear();
    auto unsigned_one = honest;
    for (auto& one : unsigned_one.exhibits) one.statement.reset();
    for (auto const& told :
         {std::vector{liar, honest}, {honest, liar}, {liar, unsigned_one, honest}}) {
        auto const merged = merge_releases(told, {});
        ASSERT_OK(merged);
        for (unsigned const number : {1u, 2u})
            EXPECT_EQ(find(merged->bundle, number)->statement, find(honest, number)->statement);
        ASSERT_EQ(merged->contested.size(), 1u);
        EXPECT_EQ(merged->contested[0].number, ExhibitNumber(2));
        EXPECT_EQ(merged->contested[0].receipts, 4u);
        EXPECT_FALSE(merged->contested[0].vouched);
    }
}

TEST_F(Merge, what_the_witness_vouched_for_stands_against_receipts) {
    // Even two guardians that sign for another film.
    auto liars = honest;
    liars.receipts.clear();
    auto const statement = SealStatement::parse(forged);
    ASSERT_OK(statement);
    for (std::size_t i = 0; i < 2; ++i) {
        ExhibitReceipt const receipt{c.id,
                                     guardian_id(c.guardians[i].public_key()),
                                     ExhibitNumber(2),
                                     statement->claims.root,
                                     statement->claims.size_bytes,
                                     statement->digest,
                                     test::sealed_at};
        liars.receipts.push_back(Signed<ExhibitReceipt>::sign(receipt, c.guardians[i]).envelope());
    }
    for (auto& one : liars.exhibits) {
        if (one.number == ExhibitNumber(2)) one.statement = forged;
    }
    auto const second = SealStatement::parse(*find(honest, 2)->statement);
    ASSERT_OK(second);
    c.vouched.statements.push_back(second->digest);
    auto told = honest;
    auto const now = c.bundle();
    told = now;
    told.receipts.clear();
    liars.subject = now.subject;
    liars.votes = now.votes;
    liars.adoptions = now.adoptions;
    liars.vouched.clear();  // and keep the list back
    auto const merged = merge_releases({liars, told}, {});
    ASSERT_OK(merged);
    EXPECT_EQ(find(merged->bundle, 2)->statement, find(honest, 2)->statement);
    ASSERT_EQ(merged->contested.size(), 1u);
    EXPECT_TRUE(merged->contested[0].vouched);
}

TEST_F(Merge, one_guardian_cannot_spoil_the_key) {
    ReleaseCase other;
    auto liar = honest;
    liar.shares = {c.share_of(0, "not the words")};
    liar.case_key_age = other.case_key_age;
    for (auto const& told : {std::vector{liar, honest}, {honest, liar}}) {
        auto const merged = merge_releases(told, {});
        ASSERT_OK(merged);
        auto const release = open_release(merged->bundle);
        ASSERT_OK(release);
        EXPECT_OK(case_key_of(*release, {}));
        EXPECT_OK(
            release::publish(merged->bundle, c.opener(), {},
                             c.folder.path() / ("out" + std::to_string(told[0].shares.size()))));
    }
}

}  // namespace
}  // namespace exhibit::release
