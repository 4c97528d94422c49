// Some hundred small lives of a case, each from a seed: messages lost, late, twice; guardians down,
// restarted; clocks off; a malicious guardian that votes, acknowledges and adopts whatever may
// hurt. "No early release" is checked by the cluster after every share; that the release happens,
// at the end, when the network heals.
#include <random>

#include "protocol/cluster.hpp"

namespace exhibit::protocol::test {
namespace {

constexpr int seeds = 45;
constexpr auto hour = Duration::hours(1);

class Life {
public:
    explicit Life(unsigned seed) : dice_(seed), cluster_(setup(seed)) {
        cluster_.quiet_ = true;
        cluster_.read_back_every_ = 16;
        for (auto& guardian : cluster_.guardians_) {
            // At most a quarter of the grace apart, and one slow by more.
            guardian.clock_off = Duration::minutes(static_cast<int>(dice_() % 1440) - 720);
        }
        if (dice_() % 3 == 0) cluster_.guardians_[0].clock_off = Duration{} - hour * 70;
    }

    void live() {
        unsigned const check_ins = dice_() % 4;
        for (unsigned i = 1; i <= check_ins; ++i) {
            // Sometimes in time, sometimes so late that votes are under way.
            auto const at = cluster_.now_ + hour * (20 + static_cast<int>(dice_() % 115));
            pass_until(at);
            check_in(std::to_string(i));
        }
        pass_until(cluster_.now_ + hour * static_cast<int>(60 + dice_() % 120));
        heal();
    }

    Cluster& cluster() { return cluster_; }

private:
    static CaseSetup setup(unsigned seed) {
        CaseSetup setup;
        if (seed % 3 == 1) {
            setup.numbers = {6, 3, 4, 1};
            setup.malicious = {"F"};
        } else
            setup.malicious = {"D"};
        return setup;
    }
    bool chance(unsigned percent) { return dice_() % 100 < percent; }

    void check_in(std::string const& name) {
        auto const now = cluster_.now_;
        cluster_.sign_check_in(name, now, {}, {}, {{"A", now - hour}, {"B", now - hour}});
        for (auto& guardian : cluster_.guardians_) {
            if (!chance(75)) continue;
            if (cluster_.is_malicious(guardian.name)) continue;
            cluster_.event(guardian.name, Received{cluster_.document(name)}, "witness");
        }
        for (auto const& who : cluster_.setup_.malicious) {
            cluster_.witness_gets(evil_acknowledgement(who, name));
        }
        subjects_.push_back(name);
    }
    Envelope evil_acknowledgement(std::string const& who, std::string const& name) {
        auto& guardian = cluster_.find(who);
        return Signed<Acknowledgement>::sign(
                   {cluster_.policy_->value().case_id, guardian.id,
                    document_digest(cluster_.document(name)), cluster_.now_, cluster_.now_},
                   guardian.key)
            .envelope();
    }
    // Answers each question in the asker's favour, so that votes and adoptions come as early as
    // they can.
    void answer_evilly(Message const& message) {
        auto& who = cluster_.find(message.to);
        auto const& policy = *cluster_.policy_;
        auto const case_id = policy->case_id;
        auto const& envelope = message.envelope;
        auto const reply = [&](Envelope answer) {
            cluster_.queue_.push_back({who.name, message.from, std::move(answer), true});
        };
        if (envelope.payload_type == PreVote::kind) {
            auto const asked = PreVote::parse_payload(envelope.payload).take();
            if (!asked.asks) return;
            reply(Signed<PreVote>::sign({case_id,
                                         who.id,
                                         false,
                                         asked.nonce,
                                         cluster_.now_,
                                         cluster_.document("0"),
                                         {},
                                         {},
                                         policy.digest(),
                                         {},
                                         {},
                                         {}},
                                        who.key)
                      .envelope());
        } else if (envelope.payload_type == VoteRequest::kind) {
            auto const asked = VoteRequest::parse_payload(envelope.payload).take();
            reply(Signed<Vote>::sign({case_id, who.id, asked.nonce, cluster_.now_, asked.subject,
                                      asked.hold, asked.policy},
                                     who.key)
                      .envelope());
        } else if (envelope.payload_type == Adoption::kind) {
            auto const theirs = Adoption::parse_payload(envelope.payload).take();
            auto const ours =
                Signed<Adoption>::sign(
                    {case_id, who.id, cluster_.now_, theirs.subject, 0, policy.digest()}, who.key)
                    .envelope();
            for (auto const& other : cluster_.guardians_) {
                if (!other.disk.empty())
                    cluster_.queue_.push_back({who.name, other.name, ours, true});
            }
        }
    }
    void pass_until(WallTime end) {
        while (cluster_.now_ < end) {
            cluster_.now_ = cluster_.now_ + hour * static_cast<int>(2 + dice_() % 9);
            for (auto& guardian : cluster_.guardians_) {
                if (guardian.disk.empty()) continue;
                if (chance(4)) guardian.down = !guardian.down;
                if (chance(3)) cluster_.event(guardian.name, Started{});
                if (cluster_.clock(guardian) >= guardian.wake_at)
                    cluster_.event(guardian.name, Tick{});
            }
            exchange(60);
        }
    }
    void exchange(unsigned percent_delivered) {
        for (int wave = 0; wave < 3 && !cluster_.queue_.empty(); ++wave) {
            auto messages = std::exchange(cluster_.queue_, {});
            std::shuffle(messages.begin(), messages.end(), dice_);
            for (auto const& message : messages) {
                if (percent_delivered < 100 && chance(8)) continue;  // lost
                if (!chance(percent_delivered)) {
                    cluster_.queue_.push_back(message);
                    continue;
                }  // late
                if (percent_delivered < 100 && chance(5))
                    cluster_.queue_.push_back(message);  // twice
                if (!cluster_.is_malicious(message.to))
                    cluster_.deliver(message);
                else if (!healed_)
                    answer_evilly(message);
            }
        }
        // Late ones do not pile up for ever.
        if (cluster_.queue_.size() > 80)
            cluster_.queue_.erase(cluster_.queue_.begin(), cluster_.queue_.end() - 40);
    }
    // The witness falls silent, the network heals, the malicious one withholds everything.
    void heal() {
        healed_ = true;
        for (auto& guardian : cluster_.guardians_) guardian.down = false;
        auto const end = cluster_.now_ + hour * (72 + 48 + 70 + 12 + 24);
        while (cluster_.now_ < end && !all_released()) {
            cluster_.now_ = cluster_.now_ + hour * 3;
            for (auto& guardian : cluster_.guardians_) {
                if (!guardian.disk.empty()) cluster_.event(guardian.name, Tick{});
            }
            for (int i = 0; i < 5; ++i) exchange(100);
        }
        if (!all_released())
            cluster_.problems_.push_back("no release though q honest guardians can speak");
    }
    bool all_released() {
        return std::ranges::all_of(cluster_.guardians_, [&](auto const& one) {
            return one.disk.empty() || one.released.contains("P1/0");
        });
    }

    std::mt19937 dice_;
    Cluster cluster_;
    std::vector<std::string> subjects_;
    bool healed_ = false;
};

TEST(RandomCluster, never_releases_early_and_always_releases_in_the_end) {
    int done = 0, lives = 0;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        Life life(seed);
        life.live();
        ++lives;
        for (auto const name : {"1", "2", "3"}) done += life.cluster().done(name);
        for (auto const& problem : life.cluster().problems_)
            ADD_FAILURE() << "seed " << seed << ": " << problem;
        if (HasFailure()) break;
    }
    std::printf("random clusters: %d lives, %d check-ins done\n", lives, done);
    // A run in which nothing was ever acknowledged would prove nothing.
    EXPECT_GT(done, seeds / 4);
}

}  // namespace
}  // namespace exhibit::protocol::test
