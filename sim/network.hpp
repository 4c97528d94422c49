// The lines between guardians, and to the witness. Until it heals: loss, duplicates, delays from
// milliseconds to hours (so nothing keeps its order), partitions, cuts in one direction, and lines
// that clog and let go of what they held in any order. After it has healed everything arrives
// within seconds; what was lost stays lost.
#pragma once

#include <set>

#include "formats/dsse/dsse.hpp"
#include "sim/clockwork.hpp"
#include "sim/options.hpp"

namespace exhibit::sim {

struct Message {
    unsigned from = 0;
    unsigned to = 0;
    Envelope envelope;
    bool is_answer = false;
};

class Network {
public:
    using Deliver = std::function<void(Message const&)>;
    // Ends are numbered 0 to ends − 1.
    Network(Clockwork& clockwork, Dice& dice, Options const& options, unsigned ends,
            Deliver deliver);

    void post(Message message);
    // Would a message get through now? For calls that wait for their answer.
    bool passes(unsigned from, unsigned to);
    void heal();

    // Faults, begun and ended by the world.
    void cut(unsigned from, unsigned to) { cut_.insert({from, to}); }
    void mend(unsigned from, unsigned to) { cut_.erase({from, to}); }
    void clog(unsigned from, unsigned to) { clogged_.insert({from, to}); }
    void let_go(unsigned from, unsigned to);

private:
    using Line = std::pair<unsigned, unsigned>;
    void carry(Message message);

    Clockwork& clockwork_;
    Dice& dice_;
    Options const& options_;
    Deliver deliver_;
    std::multiset<Line> cut_;
    std::set<Line> clogged_;
    std::vector<Message> held_;
    bool healed_ = false;
};

}  // namespace exhibit::sim
