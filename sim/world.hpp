// One life from its options: who is there, what goes wrong when, and the promises asked after every
// event.
#pragma once

#include "sim/malicious.hpp"
#include "sim/promises/promises.hpp"
#include "sim/sim.hpp"
#include "sim/witness.hpp"

namespace exhibit::sim {

// Keys and policy of a case with these numbers; made once per process, the same every time.
struct Cast {
    SigningKey witness, duress, reader;
    std::vector<SigningKey> guardians;
    std::vector<GuardianId> ids;
    std::optional<Signed<Policy>> policy;
};
Cast const& cast_for(Quorum const& numbers, bool two_stages);

class People;

class World {
public:
    World(Options const& options, std::FILE* trace);
    ~World();
    Life live();

private:
    void place_guardians();
    void begin_case();
    void plan_clocks();
    void plan_network();
    void plan_machines(WallTime until);
    void plan_roll_backs(WallTime until);
    void heal();
    void poke();
    void deliver(Message const& message);
    bool at_rest() const;
    bool somebody_heard_now() const;
    WallTime last_moment() const;
    std::optional<Broken> ask_promises() const;
    unsigned some_honest();
    std::string name_of(DocumentDigest const& digest) const;

    Options options_;
    std::FILE* trace_;
    Cast const& cast_;
    Dice dice_;
    Clockwork clockwork_;
    History history_;
    Network network_;
    Surroundings around_;
    std::vector<std::unique_ptr<Honest>> guardians_;
    std::unique_ptr<Coalition> coalition_;
    std::unique_ptr<Witness> witness_;
    std::unique_ptr<People> people_;
    WallTime faults_end_;
    bool healed_ = false;
    std::optional<WallTime> heard_now_at_;  // after the faults stopped
};

}  // namespace exhibit::sim
