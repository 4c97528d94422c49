#include "protocol/witness.hpp"

#include "protocol/cluster.hpp"
#include "support/shared.hpp"

namespace exhibit::protocol::test {
namespace {

constexpr auto hour = Duration::hours(1);
Nonce const fresh{1, 2, 3};

TEST(Witness, own_clock_stands_with_fewer_than_2f_plus_1_clocks) {
    Cluster cluster({});
    auto const& terms = cluster.policy_->value();
    std::vector<Envelope> clocks{cluster.sign_clock("A", epoch + hour, fresh),
                                 cluster.sign_clock("B", epoch + hour, fresh)};
    auto const chosen =
        choose_claimed(terms, clocks, fresh, epoch + hour * 5, {}, hour * 72, hour * 48);
    EXPECT_FALSE(chosen.corrected);
    EXPECT_EQ(chosen.time, epoch + hour * 5);
    // As far as one of f+1, of whom one is honest, can bear witness to it.
    auto const at = [&](Duration device) {
        return choose_claimed(terms, clocks, fresh, epoch + device, {}, hour * 72, hour * 48).time;
    };
    EXPECT_EQ(at(hour * 50), epoch + hour * 13) << "a quarter of the grace ahead of the newest";
    EXPECT_EQ(at(hour * -900), epoch + hour) << "not behind the oldest";
    clocks.pop_back();
    EXPECT_EQ(at(hour * 50), epoch + hour * 50) << "one may lie";
}

TEST(Witness, one_liar_cannot_move_the_median_past_honest_clocks) {
    Cluster cluster({});
    auto const& terms = cluster.policy_->value();
    for (auto const lie : {-100'000, 100'000}) {
        std::vector<Envelope> clocks{
            cluster.sign_clock("A", epoch + hour, fresh),
            cluster.sign_clock("B", epoch + hour * 2, fresh),
            cluster.sign_clock("C", epoch + hour * (lie + 200'000), fresh)};
        auto const chosen =
            choose_claimed(terms, clocks, fresh, epoch + hour * 50, {}, hour * 72, hour * 48);
        EXPECT_TRUE(chosen.corrected);
        EXPECT_GE(chosen.time, epoch + hour);
        EXPECT_LE(chosen.time, epoch + hour * 2);
        EXPECT_EQ(chosen.device_off, epoch + hour * 50 - chosen.time);
    }
}

TEST(Witness, a_replayed_clock_over_another_nonce_does_not_count) {
    Cluster cluster({});
    std::vector<Envelope> clocks{cluster.sign_clock("A", epoch, fresh),
                                 cluster.sign_clock("B", epoch, fresh),
                                 cluster.sign_clock("C", epoch, Nonce{9})};
    EXPECT_FALSE(
        choose_claimed(cluster.policy_->value(), clocks, fresh, epoch, {}, hour * 72, hour * 48)
            .corrected);
}

TEST(Witness, claims_at_least_the_gap_after_the_last) {
    Cluster cluster({});
    auto const chosen = choose_claimed(cluster.policy_->value(), {}, fresh, epoch,
                                       LastClaim{epoch + hour}, hour * 72, hour * 48);
    EXPECT_EQ(chosen.time, epoch + hour + Duration::minutes(10));
}

// A check-in signed by a clock that ran two days ahead is remembered. It must not keep her from
// signing another until those days are over.
TEST(Witness, a_claim_that_nobody_can_have_taken_binds_no_later_one) {
    Cluster cluster({});
    auto const& terms = cluster.policy_->value();
    auto const now = epoch + hour * 20;
    std::vector<Envelope> clocks{cluster.sign_clock("A", now, fresh),
                                 cluster.sign_clock("B", now, fresh)};
    auto const after = [&](WallTime last, bool acknowledged = false) {
        return choose_claimed(terms, clocks, fresh, now, LastClaim{last, acknowledged}, hour * 72,
                              hour * 48)
            .time;
    };
    for (auto const* third : {"C", "D"}) {
        EXPECT_EQ(after(now + hour * 48), now);
        EXPECT_EQ(after(now + hour * 48, true), now + hour * 48 + Duration::minutes(10))
            << "somebody has taken it, by whatever clock: an older one would be refused";
        EXPECT_EQ(after(now + hour * 12), now + hour * 12 + Duration::minutes(10));
        clocks.push_back(cluster.sign_clock(third, now, fresh));
    }
    clocks.resize(1);
    EXPECT_EQ(after(now + hour * 48), now + hour * 48 + Duration::minutes(10));
}

TEST(Witness, carries_the_newest_fresh_clock_of_each_guardian) {
    Cluster cluster({});
    auto const& terms = cluster.policy_->value();
    std::vector<Envelope> stored{
        cluster.sign_clock("A", epoch + hour * 2), cluster.sign_clock("A", epoch + hour * 90),
        cluster.sign_clock("B", epoch + hour * 10), cluster.sign_clock("C", epoch + hour * 9)};
    auto const carried = clocks_to_carry(terms, stored, epoch + hour * 130, hour * 72, hour * 48);
    ASSERT_OK(carried);
    ASSERT_EQ(carried.value().size(), 2u);
    EXPECT_EQ(carried.value().front(), stored[1]);
    EXPECT_ERROR_CODE(clocks_to_carry(terms, stored, epoch + hour * 131, hour * 72, hour * 48),
                      "clocks");
}

TEST(Witness, a_check_in_is_done_at_a_distinct_guardians) {
    Cluster cluster({});
    auto const digest = document_digest(cluster.document("0"));
    Acknowledgements collected(cluster.policy_->value(), digest);
    auto const acknowledge = [&](char const* who, DocumentDigest const& what) {
        auto& guardian = cluster.find(who);
        return Signed<Acknowledgement>::sign(
                   {cluster.policy_->value().case_id, guardian.id, what, epoch, epoch},
                   guardian.key)
            .envelope();
    };
    EXPECT_OK(collected.add(acknowledge("A", digest)));
    EXPECT_OK(collected.add(acknowledge("A", digest)));
    EXPECT_OK(collected.add(acknowledge("B", digest)));
    EXPECT_ERROR_CODE(collected.add(acknowledge("C", DocumentDigest{})), "other-check-in");
    auto forged = acknowledge("C", digest);
    forged.signatures[0].sig[5] ^= 1;
    EXPECT_ERROR_CODE(collected.add(forged), "signature");
    EXPECT_FALSE(collected.done());
    EXPECT_OK(collected.add(acknowledge("C", digest)));
    EXPECT_TRUE(collected.done());
    EXPECT_EQ(collected.all().size(), 3u);
}

TEST(Witness, the_two_promises_are_told_apart) {
    // 5/3/4/1 with two dead: done is possible, a release is not (architecture §6, table in
    // protocol-check B14).
    CaseSetup setup;
    setup.numbers = {5, 3, 4, 1};
    Cluster cluster(setup);
    auto const check_in = CheckIn::parse_payload(cluster.document("0").payload).take();
    std::vector<Heard> heard;
    for (auto const who : {"A", "B", "C"}) heard.push_back({cluster.find(who).id, epoch + hour});
    heard.push_back({cluster.find("D").id, epoch - hour * 60});
    auto const said = standing(cluster.policy_->value(), check_in, 3, heard, epoch + hour * 2);
    EXPECT_EQ(said.not_released_before, epoch + hour * 72);
    EXPECT_FALSE(said.released_if_silent);
    EXPECT_TRUE(said.one_loss_ends_check_ins);
    EXPECT_TRUE(said.one_loss_ends_release);
    heard.back().when = epoch + hour;
    EXPECT_TRUE(standing(cluster.policy_->value(), check_in, 2, heard, epoch + hour * 2)
                    .released_if_silent);
    EXPECT_FALSE(standing(cluster.policy_->value(), check_in, 2, heard, epoch + hour * 2)
                     .not_released_before);
}

}  // namespace
}  // namespace exhibit::protocol::test
