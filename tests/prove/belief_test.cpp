// One and the same release, told to readers who know more or less besides: what rests on others is
// a claim until the reader knows them, and a promise is never a proof.
#include "prove/prove.hpp"
#include "specimen.hpp"

namespace exhibit::prove {
namespace {

using namespace test;

constexpr ots::ChainRules test_chain{.easiest_bits = 0x207fffff};

class Belief : public testing::Test {
protected:
    static void SetUpTestSuite() { originals = new Originals; }
    static void TearDownTestSuite() {
        delete originals;
        originals = nullptr;
    }
    static TestBlock const& block() { return originals->custody->blocks.front(); }
    static VerifyReport told_to(VerifyOptions const& options) {
        return verify_release(originals->published(), options);
    }
    static std::set<std::string> said_of(VerifyReport const& report, std::string const& claim) {
        std::set<std::string> ids;
        for (auto const& one : report.findings) {
            if (one.claim == claim) ids.insert(one.id);
        }
        return ids;
    }
    // By whom it is said that the first exhibit existed no later than…
    static std::string bounds_of(VerifyReport const& report) {
        for (auto const& one : report.findings) {
            if (one.id == "existed.no-later") return one.details["bounds"].dump();
        }
        return {};
    }
    static inline Originals* originals = nullptr;
};

using Ids = std::set<std::string>;

TEST_F(Belief, of_a_block_that_nobody_knows_nothing_follows) {
    auto const report = told_to({});
    EXPECT_TRUE(report.holds()) << show_report(report);
    // Guardian 1 has a promise only.
    EXPECT_EQ(said_of(report, "bitcoin"), (Ids{"bitcoin.needs-header", "bitcoin.pending"}));
    EXPECT_EQ(bounds_of(report).find("Bitcoin"), std::string::npos) << bounds_of(report);
}

TEST_F(Belief, a_header_that_came_along_is_a_claim) {
    VerifyOptions options;
    ASSERT_OK(options.time.headers.give(block().height, block().header, test_chain));
    auto const report = told_to(options);
    EXPECT_TRUE(report.holds());
    EXPECT_EQ(said_of(report, "bitcoin"), (Ids{"bitcoin.given", "bitcoin.pending"}));
    EXPECT_EQ(bounds_of(report).find("Bitcoin"), std::string::npos) << bounds_of(report);
}

TEST_F(Belief, a_block_of_the_readers_list_is_a_bound) {
    VerifyOptions options;
    ASSERT_OK(options.time.headers.give(block().height, block().header, test_chain));
    options.time.headers.pin(block().height, block().header.hash());
    auto const report = told_to(options);
    EXPECT_TRUE(report.holds());
    EXPECT_EQ(said_of(report, "bitcoin"), (Ids{"bitcoin.pinned", "bitcoin.pending"}));
    EXPECT_NE(bounds_of(report).find("Bitcoin block 699552"), std::string::npos);
    // The miner's clock may be two hours off; a bound is never earlier than the truth.
    EXPECT_NE(bounds_of(report).find(write_time(block().header.time() + Duration::hours(2))),
              std::string::npos)
        << bounds_of(report);
}

TEST_F(Belief, a_block_of_a_chain_that_was_checked_is_a_bound) {
    VerifyOptions options;
    ASSERT_OK(options.time.headers.chain({block().height, block().header.hash()}, {block().header},
                                         test_chain));
    auto const report = told_to(options);
    EXPECT_TRUE(report.holds());
    EXPECT_EQ(said_of(report, "bitcoin"), (Ids{"bitcoin.chained", "bitcoin.pending"}));
    EXPECT_NE(bounds_of(report).find("Bitcoin block 699552"), std::string::npos);
}

TEST_F(Belief, a_header_that_is_not_the_readers_block_fails) {
    VerifyOptions options;
    ASSERT_OK(options.time.headers.give(block().height, block().header, test_chain));
    options.time.headers.pin(block().height, sha256("another block"));
    auto const report = told_to(options);
    EXPECT_FALSE(report.holds());
    EXPECT_EQ(said_of(report, "bitcoin"), (Ids{"bitcoin.other-block", "bitcoin.pending"}));
}

TEST_F(Belief, an_authority_counts_for_who_has_its_root) {
    if (!originals->custody->authority) GTEST_SKIP() << "NOT RUN: the program openssl is missing";
    auto report = told_to({});
    EXPECT_TRUE(report.holds());
    EXPECT_EQ(said_of(report, "stamped"), Ids{"stamped.untrusted"});
    EXPECT_EQ(bounds_of(report).find("time stamp"), std::string::npos);
    VerifyOptions options;
    options.time.roots = originals->custody->authority->roots();
    report = told_to(options);
    EXPECT_EQ(said_of(report, "stamped"), Ids{"stamped.trusted"});
    EXPECT_NE(bounds_of(report).find("time stamp"), std::string::npos);
}

TEST_F(Belief, a_list_of_keys_gives_names_to_hands) {
    auto const witness = sha256(originals->c.witness.public_key().bytes());
    auto const guardian = sha256(originals->c.guardians[2].public_key().bytes());
    VerifyOptions options;
    EXPECT_EQ(said_of(told_to(options), "known"), Ids{});
    options.known = KnownKeys();
    auto report = told_to(options);
    EXPECT_TRUE(report.holds()) << "untrusted is not invalid";
    EXPECT_TRUE(said_of(report, "known").contains("known.stranger"));

    ASSERT_OK(options.known->add({KnownKey::Role::witness, witness, "Aigul, met in Almaty"}));
    ASSERT_OK(options.known->add({KnownKey::Role::guardian, guardian, "the archive"}));
    report = told_to(options);
    EXPECT_TRUE(report.holds());
    EXPECT_EQ(said_of(report, "known"), (Ids{"known.witness", "known.guardians"}));
    auto const text = show_report(report);
    EXPECT_NE(text.find("Aigul, met in Almaty"), std::string::npos);
    EXPECT_NE(text.find("the archive"), std::string::npos);

    auto twin = witness;
    twin[31] ^= 1;
    options.known = KnownKeys();
    ASSERT_OK(options.known->add({KnownKey::Role::witness, twin, "Aigul"}));
    report = told_to(options);
    EXPECT_FALSE(report.holds());
    EXPECT_TRUE(said_of(report, "known").contains("known.look-alike"));
}

}  // namespace
}  // namespace exhibit::prove
