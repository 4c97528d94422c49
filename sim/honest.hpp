// The shell around the production step(), as the server is one: one event of the case after the
// other, the next state safe before anything is said (guard/guardian/case_lanes.cpp), everything
// read back after a power cut.
#pragma once

#include <deque>

#include "protocol/ledgers.hpp"
#include "sim/disk.hpp"
#include "sim/history.hpp"
#include "sim/network.hpp"

namespace exhibit::sim {

class SecondOpinion;

// Where honest and malicious guardians and the witness live. Borrowed by all of them.
struct Surroundings {
    Options const& options;
    Clockwork& clockwork;
    Dice& dice;
    Network& network;
    History& history;
    std::function<void(std::string const& who, std::string const& what)>
        trace;  // empty: nobody looks
    std::function<std::string(DocumentDigest const&)> name_of;
    unsigned witness = 0;  // its number on the network

    void tell(unsigned who, std::string const& what) const {
        if (trace)
            trace(who == witness ? "witness" : std::string(1, static_cast<char>('A' + who)), what);
    }
};

// The clock of one guardian: a constant error, a drift, and jumps.
struct Clock {
    Duration off;
    std::int64_t drift_ppm = 0;
    WallTime read(WallTime truth) const {
        return truth + off + Duration::ms((truth - birth).count_ms() * drift_ppm / 1'000'000);
    }
};

class Honest {
public:
    Honest(Surroundings& around, unsigned number, SigningKey const& key,
           std::vector<GuardianId> ids);
    ~Honest();

    Result<void> begin(Signed<Policy> const& policy, Signed<CheckIn> const& first,
                       PublicKey const& duress);
    void receive(Message const& message);
    void tick() { submit({protocol::Tick{}, {}, false}); }

    void power_cut();
    void start();
    bool is_up() const { return up_; }
    // Since it came up it has handled nothing.
    bool just_started() const { return just_started_; }
    WallTime now() const { return clock.read(around_.clockwork.now()); }
    // What the dumb twin has against it.
    std::optional<std::string> const& objection() const;
    // From the disk, as a restart would see it.
    Result<protocol::Ledgers> ledgers_on_disk();
    // A person at this machine has spoken with the witness, and says so.
    void order(Envelope const& word) { submit({protocol::Received{word}, {}, false}); }
    // The true ledger, if it lies in memory: what the person at the machine sees.
    protocol::State const* sees() const { return ledgers_ ? &ledgers_->truth : nullptr; }

    Clock clock;
    Disk disk;

private:
    struct Job {
        protocol::Event event;
        std::optional<unsigned> asker;
        bool is_answer = false;
    };
    void submit(Job job);
    void run(Job job);
    void finish(std::uint64_t life, protocol::LedgersStep step, Job const& job,
                Outcome const& written);
    Batch batch_of(protocol::Ledgers const& ledgers) const;
    Result<protocol::State> state_on_disk(std::string_view key);
    void carry_out(std::vector<protocol::Effect> effects, Job const& job);
    void remember(Envelope const& envelope);
    void say(unsigned to, Envelope const& envelope, bool is_answer);
    bool has_key(protocol::Release const& release, unsigned stage) const;
    void note_release(protocol::Released const& released);
    void give_share(protocol::GiveShare const& give);
    void wake_at(WallTime when);
    void look_at(protocol::State const& state);
    std::optional<unsigned> number_of(GuardianId const& id) const;

    Surroundings& around_;
    unsigned number_;
    SigningKey const& key_;
    GuardianId id_;
    std::vector<GuardianId> ids_;
    SeededRandom random_;
    std::map<DocumentDigest, protocol::SharedPolicy> policies_;  // parsed once
    std::optional<protocol::Ledgers> ledgers_;
    std::unique_ptr<SecondOpinion> second_;
    std::deque<Job> lane_;
    bool busy_ = false;
    WallTime acts_at_;  // of the event in hand, also when the clock jumps before its words leave
    bool up_ = true;
    bool just_started_ = false;
    WallTime resting_until_ = birth;  // after a write that failed
    bool forgot_ = false;             // and what was only in memory has not been asked for since
    std::uint64_t life_ = 0;   // of the process: what was begun in an earlier one never comes back
    std::uint64_t alarm_ = 0;  // only the newest rings
};

// The words of a guardian's share, in the simulator.
std::string words_of(unsigned guardian);

}  // namespace exhibit::sim
