// The rules a second time, as dumb as can be, beside each honest guardian: lists of everything it
// ever heard and said, searched from the front for each question. It shares no code with
// src/protocol but the readers of documents. After every event its last check-in, deadline, holds
// and policy must be the guardian's; every vote, adoption, acknowledgement, no-objection and share
// must be right by its own lists before it leaves.
//
//   second_opinion.cpp            check-ins, votes, adoptions, shares
//   second_opinion_changes.cpp    policies, holds, words of duress
#pragma once

#include "sim/history.hpp"

namespace exhibit::sim {

struct Surroundings;

class SecondOpinion {
public:
    SecondOpinion(Surroundings& around, unsigned number) : around_(around), number_(number) {}

    void begin(Signed<CheckIn> const& first, Signed<Policy> const& policy, GuardianId const& self,
               PublicKey const& duress);
    // What the guardian showed to whoever holds the device when the event came; taken as it is, for
    // nothing rests on it.
    void shows(DocumentDigest const& policy) { shown_ = policy; }
    // An event is handled: a document came, or only time has passed.
    void hears(Envelope const& envelope, WallTime now);
    void time_passes(WallTime now);
    void says(Envelope const& envelope, WallTime now);
    void compare(protocol::State const& state);
    // What a power cut, a full disk or a backup has left. Lists of what was heard stay: they only
    // permit.
    void starts_again(protocol::State const& state);

    std::optional<std::string> const& objection() const { return objection_; }

private:
    struct Known {
        Rank rank;
        WallTime claimed;
        Duration interval, grace;
        std::vector<Digest256> spoken = {};
    };
    struct Word {
        GuardianId guardian;
        Motion motion;
        WallTime heard = {};  // last
    };
    struct Cooling {
        DocumentDigest digest;
        unsigned version = 0;
        WallTime since;
        std::set<GuardianId> words = {};
        bool doomed = false;  // a word of duress came while it cooled off
    };
    struct Hold {
        GuardianId guardian;
        unsigned number = 0;
    };
    void object(std::string why);
    Known known(Envelope const& envelope) const;
    bool is_forced(Envelope const& envelope) const;
    void arrives(Known const& one, WallTime now, bool at_the_door);
    void take(Known const& one);
    void hears_release_now(Envelope const& envelope);
    void hears_pre_vote(PreVote const& word, WallTime now);
    void hears_subject(Subject const& subject, WallTime now);
    static void note(std::vector<Word>& list, Word word);
    static std::size_t count(std::vector<Word> const& list, Motion const& motion,
                             WallTime heard_from = {});
    void check_acknowledgement(Acknowledgement const& word);
    void check_vote(Vote const& vote, WallTime now);
    void check_adoption(Adoption const& adoption, WallTime now);
    bool is_free_of(Rank const& adopted) const;
    void starts_again_with_changes(protocol::State const& state);

    void hears_certificate(PolicyCertificate const& certificate, WallTime now);
    void hears_proposal(Envelope const& envelope, WallTime now);
    void put_in_force(DocumentDigest const& digest, unsigned version);
    void hears_hold(Envelope const& envelope);
    unsigned hold_in_force() const;
    void hears_word_of_duress(Envelope const& envelope, WallTime now);
    bool is_forced_policy(Envelope const& envelope) const;
    bool may_be_named(std::optional<DocumentDigest> const& policy) const;
    void check_no_objection(NoObjection const& word, WallTime now);
    void certify_what_has_q();

    Surroundings& around_;
    unsigned number_;
    GuardianId self_;
    PublicKey witness_, duress_;
    Quorum numbers_;
    Duration cool_off_;
    Known last_{};
    WallTime deadline_;
    std::vector<Known> waiting_;
    // Of an adoption of ours that a roll-back had made us forget: taken, or not, when its policy is
    // not known here yet.
    std::optional<Known> taken_back_;
    // The same of an adoption of "release now": as it was before that came.
    struct BeforeOwn {
        std::optional<DocumentDigest> release_now;
        WallTime claimed;
        std::vector<Known> waiting;
    };
    std::optional<BeforeOwn> before_own_;
    std::optional<DocumentDigest> release_now_;
    WallTime release_now_claimed_;
    bool decided_ = false;
    std::vector<Word> votes_, adoptions_;                          // heard, and our own
    std::map<DocumentDigest, std::set<GuardianId>> acknowledged_;  // by others
    std::set<GuardianId> heard_of_last_;  // acknowledge the newest, heard since we hold it
    Duration votes_count_for_{};
    std::vector<Rank> adopted_;  // our own

    DocumentDigest policy_;  // in force
    DocumentDigest shown_;   // in the shadow, while the event is judged
    unsigned version_ = 1;
    bool cancelled_ = false;
    std::vector<Cooling> cooling_;
    std::map<unsigned, std::set<DocumentDigest>> not_objected_;
    unsigned burned_ = 0;  // at least: whatever number it was told to drop
    std::vector<Hold> holds_;
    unsigned spoken_ = 0;
    std::optional<std::string> objection_;
};

}  // namespace exhibit::sim
