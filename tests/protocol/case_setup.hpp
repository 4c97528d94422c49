// The case that a cluster of guardians has in tests.
#pragma once

#include <set>

#include "crypto/hash.hpp"
#include "protocol/ledgers.hpp"

namespace exhibit::protocol::test {

inline constexpr WallTime epoch = WallTime::from_ms(1'767'225'600'000);  // 2026-01-01

struct CaseSetup {
    Quorum numbers{4, 2, 3, 1};
    Duration interval = Duration::hours(72);
    Duration grace = Duration::hours(48);
    std::set<std::string> malicious;
    std::vector<AudienceStage> audience{everyone()};
    Duration cool_off = Duration::days(7);

    static AudienceStage everyone(Duration after = {}) {
        AudienceStage stage;
        stage.who = AudienceStage::Who::everyone;
        stage.after = after;
        return stage;
    }
    static AudienceStage lawyer(PublicKey const& reader) {
        AudienceStage stage;
        stage.recipients = {"age1lawyer"};
        stage.confirm = {reader};
        return stage;
    }
    // All but its number and its guardians.
    Policy policy(PublicKey const& witness, PublicKey const& reader) const {
        Policy policy;
        policy.drill = true;
        policy.witness = witness;
        policy.case_recipient = "age1case";
        policy.quorum = numbers;
        policy.audience = audience;
        if (policy.audience.front().who == AudienceStage::Who::named)
            policy.audience.front().confirm = {reader};
        policy.floors = {Duration::seconds(1), Duration::seconds(1), cool_off};
        policy.created = epoch;
        return policy;
    }
};

inline SigningKey key_of(Byte number) {
    ByteArray<32> seed{};
    seed[0] = number;
    seed[1] = 0x5a;
    return SigningKey::from_seed(Secret<32>::copy_of(seed).take());
}

inline std::string words_of(std::string const& name) { return "the words of " + name; }

struct Message {
    std::string from;
    std::string to;
    Envelope envelope;
    bool is_answer = false;
};

}  // namespace exhibit::protocol::test
