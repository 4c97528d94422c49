// Malicious guardians: they know the protocol, keep everything they ever saw in one drawer that all
// of them share, and sign with their own keys whatever may hurt. They cannot forge others'
// signatures.
#pragma once

#include "sim/honest.hpp"

namespace exhibit::sim {

// What this coalition is up to, drawn once a life.
struct Plot {
    bool silent = false;        // withholds everything (liveness is hardest then)
    bool acknowledges = true;   // whatever the witness sends
    bool votes = true;          // for anything, at any time
    bool adopts = true;         // anything, several things
    bool stale = true;          // answers pre-votes with the oldest check-in it has
    bool forges_times = false;  // signs clocks of other years
    bool hoards = true;         // hands out old check-ins, votes, adoptions when it pleases
    bool wrong_share = false;
    Duration poke_every = Duration::hours(7);
};

class Coalition {
public:
    Coalition(Surroundings& around, std::vector<SigningKey> const& keys,
              std::vector<GuardianId> ids, std::vector<unsigned> members,
              Signed<Policy> const& policy);

    void receive(Message const& message);
    // To be called again and again, also after the network has healed: they do not stop.
    void poke();
    // One of them says that the witness lives; all of them do.
    void say_hold(unsigned member, DocumentDigest const& check_in, unsigned number);
    void say_hold_all(DocumentDigest const& check_in, unsigned number);
    // The witness has told one of them a code: it goes into the drawer.
    void hear_code(Envelope const& word);
    Envelope clock_for(unsigned member, Nonce const& nonce);
    Plot const& plot() const { return plot_; }

private:
    void keep(Envelope const& envelope);
    void answer(Message const& message, Envelope envelope);
    void say(unsigned member, unsigned to, Envelope envelope, bool is_answer);
    unsigned some_honest();
    Subject some_subject();
    Envelope adoption_of(unsigned member, Subject const& subject);
    Envelope policy_word_of(unsigned member);
    Envelope made_up_code(unsigned member, Subject const& subject);
    DocumentDigest some_policy();
    unsigned some_hold(Subject const& subject);
    Envelope vote_for(unsigned member, VoteRequest const& asked) const;
    Envelope acknowledgement_of(unsigned member, DocumentDigest const& check_in) const;
    Envelope pre_vote(unsigned member, bool asks, Nonce const& nonce);
    Envelope share_of(unsigned member, bool wrong) const;
    void receive_question(Message const& message);

    Surroundings& around_;
    std::vector<SigningKey> const& keys_;
    std::vector<GuardianId> ids_;
    std::vector<unsigned> members_;
    Signed<Policy> const& policy_;
    Plot plot_;
    std::int64_t hour_ = 0;
    unsigned said_ = 0;
    std::vector<Envelope> check_ins_;  // and release-nows, as they were seen
    std::vector<Envelope> drawer_;     // everything else
    std::map<std::pair<unsigned, Motion>, Envelope> adoptions_;
};

}  // namespace exhibit::sim
