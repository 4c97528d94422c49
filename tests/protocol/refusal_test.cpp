// What must not count gets one clear reason each, and the state stays as it was, to the letter.
#include "protocol/cluster.hpp"
#include "protocol/ledgers.hpp"

namespace exhibit::protocol::test {
namespace {

constexpr auto hour = Duration::hours(1);

struct Refused : ::testing::Test {
    Cluster cluster{{}};
    SeededRandom random{11};

    // The only effect of the message at A, `after` the beginning.
    std::string reason(Envelope const& envelope, Duration after = hour) {
        auto& guardian = cluster.find("A");
        auto const before = cluster.ledgers("A");
        auto const both =
            step({guardian.key, guardian.id}, before, Received{envelope}, epoch + after, random);
        EXPECT_FALSE(both.changed);
        EXPECT_EQ(write_state(both.next.truth), write_state(before.truth));
        EXPECT_EQ(write_state(both.next.shadow), write_state(before.shadow));
        EXPECT_EQ(both.effects.size(), 1u);
        auto const* refuse =
            both.effects.empty() ? nullptr : std::get_if<Refuse>(&both.effects.front());
        return refuse == nullptr ? "not refused" : refuse->code;
    }
    template <typename Document>
    Envelope by(std::string const& who, Document document) {
        return Signed<Document>::sign(std::move(document), cluster.find(who).key).envelope();
    }
    CaseId case_id() { return cluster.policy_->value().case_id; }
};

TEST_F(Refused, kinds_and_versions_that_nobody_knows) {
    auto later = cluster.document("0");
    later.payload_type = "application/vnd.exhibit.check-in.v2+json";
    EXPECT_EQ(reason(later), "kind");
    later.payload_type = "text/plain";
    EXPECT_EQ(reason(later), "kind");
}

TEST_F(Refused, a_check_in_for_another_case_or_of_another_hand) {
    cluster.sign_check_in("1", epoch + hour);
    auto check_in = CheckIn::parse_payload(cluster.document("1").payload).take();
    EXPECT_EQ(reason(Signed<CheckIn>::sign(check_in, key_of(99)).envelope()), "signature");
    check_in.case_id = CaseId::make(random);
    EXPECT_EQ(reason(Signed<CheckIn>::sign(check_in, key_of(0)).envelope()), "case");
    auto flipped = cluster.document("1");
    flipped.payload.back() ^= 1;
    EXPECT_EQ(reason(flipped), "signature");
}

TEST_F(Refused, votes_that_nobody_asked_for_or_that_come_too_late) {
    Vote vote{.case_id = case_id(),
              .guardian = cluster.find("B").id,
              .nonce = {1},
              .time = epoch,
              .subject = Subject::of(cluster.document("0")),
              .hold = 0,
              .policy = cluster.policy_->digest()};
    EXPECT_EQ(reason(by("B", vote)), "expired");
    vote.guardian = cluster.find("A").id;
    EXPECT_EQ(reason(by("A", vote)), "guardian");
}

TEST_F(Refused, a_hold_beyond_the_limit) {
    EXPECT_EQ(reason(cluster.sign_hold("B", "0", 3)), "hold-limit");
}

TEST_F(Refused, a_guardians_word_that_another_signed) {
    HoldWord word{case_id(), cluster.find("B").id, document_digest(cluster.document("0")), 1,
                  epoch};
    EXPECT_EQ(reason(by("C", word)), "signature");
}

}  // namespace
}  // namespace exhibit::protocol::test
