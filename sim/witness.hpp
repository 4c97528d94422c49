// The witness: the production client logic (protocol/witness.hpp) in the hands of a person.
#pragma once

#include "protocol/witness.hpp"
#include "sim/honest.hpp"

namespace exhibit::sim {

// The words of a code, in the simulator.
inline std::string spoken_code(unsigned place) { return "code number " + std::to_string(place); }

class Witness {
public:
    using AskClock = std::function<std::optional<Envelope>(unsigned guardian, Nonce const& nonce)>;
    Witness(Surroundings& around, SigningKey const& key, Signed<Policy> const& policy,
            std::vector<GuardianId> ids, AskClock ask_clock);

    void remember_first(Signed<CheckIn> const& first, std::vector<Envelope> clocks);
    // Plans its check-ins; returns when the last of them is to be made.
    WallTime plan();
    void receive(Message const& message);

private:
    void check_in(unsigned tries_left, std::optional<Duration> other_interval);
    void sign_and_send(protocol::ClaimedTime const& claimed, std::vector<Envelope> clocks,
                       Duration interval, DocumentDigest const& vouched);
    void send(DocumentDigest const& digest, unsigned tries_left);
    void release_now();
    Envelope sign_release_now();
    DocumentDigest newest_policy() const;
    protocol::LastClaim last_claim() const;
    std::vector<Digest256> new_codes() const;
    void say_now(Envelope const& word, unsigned tries_left);
    WallTime device_now() const { return around_.clockwork.now() + around_.options.device_skew; }

    Surroundings& around_;
    SigningKey const& key_;
    Signed<Policy> const& policy_;
    std::vector<GuardianId> ids_;
    AskClock ask_clock_;
    SeededRandom random_;
    std::vector<Envelope> clocks_;  // stored, newest first
    std::optional<WallTime> last_claimed_;
    std::map<std::string, protocol::Acknowledgements> acknowledgements_;  // by digest
};

}  // namespace exhibit::sim
