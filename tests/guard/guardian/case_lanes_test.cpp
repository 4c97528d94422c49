#include "guard/guardian/case_lanes.hpp"

#include <gtest/gtest.h>

#include <condition_variable>

#include "protocol/case_setup.hpp"
#include "support/shared.hpp"

namespace exhibit::guard::test {
namespace {

using exhibit::test::TemporaryFolder;
using protocol::test::epoch;
using protocol::test::key_of;

// One case of a guardian whose rows are in memory, and whose messages go nowhere.
class Lane {
public:
    Lane() {
        auto policy = setup_.policy(witness_.public_key(), key_of(201).public_key());
        policy.case_id = id;
        for (Byte number = 1; number <= setup_.numbers.n; ++number)
            policy.guardians.push_back({key_of(number).public_key(), "age1", {}, false});
        policy_ = Signed<Policy>::sign(policy, witness_);
        auto state = protocol::begin(*policy_, check_in(epoch), epoch);
        VERIFY(state.ok());
        Batch batch;
        batch.push_back({Table::envelopes, CaseFiles::policy_key(id, policy_->digest()),
                         to_bytes(write_envelope(policy_->envelope()))});
        CaseFiles::put_ledgers(batch, id,
                               protocol::with_shadow(state.take(), key_of(200).public_key()));
        VERIFY(rows.commit(std::move(batch)).ok());
    }

    ~Lane() { workers.stop(); }

    Signed<CheckIn> check_in(WallTime claimed) const {
        CheckIn made{.case_id = id,
                     .claimed = claimed,
                     .interval = setup_.interval,
                     .grace = setup_.grace,
                     .policy = policy_->digest(),
                     .vouched = VouchedList{}.digest(),
                     .clocks = {}};
        for (Byte number = 1; number <= setup_.numbers.f + 1; ++number) {
            auto const key = key_of(number);
            made.clocks.push_back(
                Signed<ClockReading>::sign({id, guardian_id(key.public_key()), claimed, {}}, key)
                    .envelope());
        }
        return Signed<CheckIn>::sign(made, witness_);
    }

    Result<Answer> submit(protocol::Event event) {
        std::optional<Result<Answer>> answer;
        std::mutex mutex;
        std::condition_variable there;
        lanes.submit(id, std::move(event), [&](Result<Answer> given) {
            std::lock_guard lock(mutex);
            answer.emplace(std::move(given));
            there.notify_one();
        });
        std::unique_lock lock(mutex);
        there.wait(lock, [&] { return answer.has_value(); });
        return std::move(*answer);
    }

    // Questions to other guardians since the last call.
    unsigned questions() {
        std::lock_guard lock(mutex_);
        unsigned count = 0;
        for (auto const& one : sent_) {
            auto const pre_vote = peek<PreVote>(one);
            count += pre_vote.ok() && pre_vote->asks ? 1 : 0;
        }
        sent_.clear();
        return count;
    }
    // Set since the last call.
    std::optional<WallTime> wakes_at() {
        std::lock_guard lock(mutex_);
        return std::exchange(wake_at_, std::nullopt);
    }

private:
    SeededRandom random_{1};

public:
    // What the disk gives back in place of the true ledger.
    void damage() {
        intact_ = rows.get(Table::cases, CaseFiles::state_key(id)).take();
        VERIFY(rows.commit({{Table::cases, CaseFiles::state_key(id), to_bytes("{")}}).ok());
    }
    void repair() { VERIFY(rows.commit({{Table::cases, CaseFiles::state_key(id), intact_}}).ok()); }

    CaseId id = CaseId::make(random_);
    WallTime now = epoch;
    std::function<void()> after_reading_the_clock = [] {};
    MemoryRows rows;

private:
    WallTime read_clock() {
        auto const read = now;
        after_reading_the_clock();
        return read;
    }
    LaneEffects effects() {
        LaneEffects made;
        made.send = [this](CaseId const&, GuardianId const&, Envelope envelope) {
            std::lock_guard lock(mutex_);
            sent_.push_back(std::move(envelope));
        };
        made.give_share = [](CaseId const&, protocol::GiveShare const&) {};
        made.released = [](CaseId const&) {};
        made.warn_contacts = [](CaseId const&, protocol::State const&) {};
        made.wake_at = [this](CaseId const&, WallTime when) {
            std::lock_guard lock(mutex_);
            wake_at_ = when;
        };
        made.vouched_changed = [](CaseId const&) {};
        return made;
    }

    protocol::test::CaseSetup setup_;
    SigningKey witness_ = key_of(0);
    std::optional<Signed<Policy>> policy_;
    std::mutex mutex_;
    std::vector<Envelope> sent_;
    std::optional<Bytes> intact_;
    std::optional<WallTime> wake_at_;
    GuardianKeys keys_{key_of(1), age::X25519Identity::generate(), {}, {}};
    CaseFiles files_{rows};
    TemporaryFolder folder_;
    std::unique_ptr<FolderBlobs> blobs_ = FolderBlobs::open(folder_.path() / "blobs").take();
    OperatorLog log_{[this] { return now; }, {}};
    Premises premises_{keys_, keys_.id(), files_, *blobs_, log_, [this] { return read_clock(); },
                       {}};

public:
    Workers workers{1};
    CaseLanes lanes{premises_, effects(), workers};
};

// What it had only in memory is gone with the write that failed. A guardian whose disk had gone
// back in time before would know for good no more than that disk does, had it not asked again.
TEST(CaseLanes, after_a_write_that_failed_the_case_starts_as_after_a_power_cut) {
    Lane lane;
    lane.now = epoch + Duration::hours(30);
    lane.rows.fail_commits_with(world_error("full").coded("disk-full"));
    auto const word = protocol::Received{lane.check_in(lane.now).envelope()};
    EXPECT_ERROR_CODE(lane.submit(word), "disk-full");
    EXPECT_EQ(lane.questions(), 0u);
    EXPECT_EQ(lane.wakes_at(), lane.now + Duration::seconds(1));
    EXPECT_ERROR_CODE(lane.submit(protocol::Tick{}), "later");
    EXPECT_EQ(lane.questions(), 0u) << "it rests";
    EXPECT_EQ(lane.wakes_at(), lane.now + Duration::seconds(1)) << "and is woken all the same";

    lane.rows.fail_commits_with(std::nullopt);
    lane.now = lane.now + Duration::seconds(1);
    ASSERT_OK(lane.submit(protocol::Tick{}));
    EXPECT_EQ(lane.questions(), 3u) << "the three others are asked what it last said";
    // Once for each write that fails.
    lane.now = lane.now + Duration::minutes(1);
    auto const taken = lane.submit(word);
    ASSERT_OK(taken);
    EXPECT_EQ(taken->replies.size(), 1u);
    lane.questions();
    ASSERT_OK(lane.submit(protocol::Tick{}));
    EXPECT_EQ(lane.questions(), 0u);
}

TEST(CaseLanes, a_case_that_cannot_be_read_is_tried_again) {
    Lane lane;
    lane.now = epoch + Duration::hours(30);
    lane.damage();
    EXPECT_ERROR_CODE(lane.submit(protocol::Tick{}), "json");
    EXPECT_EQ(lane.wakes_at(), lane.now + Duration::seconds(1));
    lane.repair();
    lane.now = lane.now + Duration::seconds(1);
    ASSERT_OK(lane.submit(protocol::Tick{}));
    EXPECT_EQ(lane.questions(), 3u);
}

TEST(CaseLanes, a_clock_that_goes_back_during_a_step_puts_no_wake_up_far_away) {
    Lane lane;
    auto const right = epoch + Duration::hours(1);
    lane.now = right;
    ASSERT_OK(lane.submit(protocol::Tick{}));
    EXPECT_GT(lane.wakes_at().value(), right) << "nothing is to be done at once";
    lane.now = right + Duration::days(2);
    lane.after_reading_the_clock = [&] { lane.now = right; };
    ASSERT_OK(lane.submit(protocol::Tick{}));
    EXPECT_EQ(lane.wakes_at(), right);
}

}  // namespace
}  // namespace exhibit::guard::test
