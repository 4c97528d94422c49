// That every state comes back from its text is checked after every step of every transcript and
// random life (cluster.hpp). Here: what must be refused, the schedule, and begin().
#include "protocol/state.hpp"

#include "protocol/cluster.hpp"
#include "protocol/turn.hpp"
#include "support/shared.hpp"

namespace exhibit::protocol::test {
namespace {

struct Fixture {
    Cluster cluster{CaseSetup{}};
    FindPolicy find = [this](DocumentDigest const&) -> Result<SharedPolicy> {
        return cluster.policy_;
    };
    std::string text = cluster.find("A").disk;
};

TEST(State, is_small_and_does_not_hold_the_policy) {
    Fixture fixture;
    EXPECT_LT(fixture.text.size(), 4096u);
    EXPECT_EQ(fixture.text.find("age1case"), std::string::npos);
    std::printf("state of a fresh case: %zu bytes\n", fixture.text.size());
}

TEST(State, unknown_missing_and_wrong_fields_are_refused) {
    Fixture fixture;
    auto const with = [&](std::string const& from, std::string const& to) {
        auto text = fixture.text;
        auto const at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    };
    EXPECT_FALSE(parse_state(with(",\"warned\":false", ""), fixture.find).ok());
    EXPECT_FALSE(parse_state(with("\"warned\":false", "\"warned\":0"), fixture.find).ok());
    EXPECT_FALSE(parse_state(with("\"hold\":0", "\"hold\":9"), fixture.find).ok());
    EXPECT_FALSE(parse_state(with("\"hold\":0", "\"hole\":0,\"hold\":0"), fixture.find).ok());
    EXPECT_FALSE(parse_state(with("\"protocol\":1", "\"protocol\":2"), fixture.find).ok());
    EXPECT_FALSE(parse_state("", fixture.find).ok());
    EXPECT_TRUE(parse_state(fixture.text, fixture.find).ok());
}

TEST(State, a_policy_that_is_not_the_named_one_is_refused) {
    Fixture fixture;
    CaseSetup other;
    other.numbers = {5, 3, 4, 1};
    Cluster strange(other);
    EXPECT_ERROR_CODE(
        parse_state(fixture.text,
                    [&](DocumentDigest const&) -> Result<SharedPolicy> { return strange.policy_; }),
        "state");
    auto const kept = write_envelope(fixture.cluster.policy_->envelope());
    EXPECT_OK(load_policy(as_bytes(kept), fixture.cluster.policy_->digest()));
    EXPECT_ERROR_CODE(load_policy(as_bytes(kept), strange.policy_->digest()), "state");
}

TEST(Schedule, doubles_from_a_second_and_shrinks_with_the_grace) {
    EXPECT_EQ(wait_before_again(Duration::hours(48), 0), Duration::seconds(1));
    EXPECT_EQ(wait_before_again(Duration::hours(48), 3), Duration::seconds(8));
    EXPECT_EQ(wait_before_again(Duration::hours(48), 900), Duration::hours(1));
    EXPECT_EQ(wait_before_again(Duration::seconds(4), 0), Duration::ms(500));
    EXPECT_EQ(wait_before_again(Duration::ms(80), 9), Duration::ms(100));
}

TEST(Schedule, a_clock_that_went_back_does_not_silence_a_guardian) {
    Schedule schedule;
    said(schedule, Duration::hours(48), epoch + Duration::days(400));
    EXPECT_TRUE(due(schedule, epoch));
}

TEST(Begin, refuses_a_first_check_in_from_the_future_and_another_protocol) {
    Fixture fixture;
    auto const policy = *fixture.cluster.policy_;
    fixture.cluster.sign_check_in("later", epoch + Duration::hours(13));
    auto const open = [&](char const* name) {
        return Signed<CheckIn>::open(fixture.cluster.document(name), policy->witness).take();
    };
    EXPECT_ERROR_CODE(begin(policy, open("later"), epoch), "too-new");
    // A device whose clock is behind: the deadline would have passed before the case began.
    EXPECT_ERROR_CODE(begin(policy, open("0"), epoch + Duration::hours(72)), "too-old");
    ASSERT_OK(begin(policy, open("0"), epoch + Duration::hours(71)));
    EXPECT_OK(begin(policy, open("later"), epoch + Duration::hours(1)));
    auto changed = policy.value();
    changed.protocol = 2;
    EXPECT_ERROR_CODE(
        begin(Signed<Policy>::sign(changed, fixture.cluster.witness_), open("0"), epoch),
        "protocol");
    EXPECT_ERROR_CODE(begin(Signed<Policy>::sign(policy.value(), fixture.cluster.find("A").key),
                            open("0"), epoch),
                      "signature");
}

}  // namespace
}  // namespace exhibit::protocol::test
