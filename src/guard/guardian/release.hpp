// What happens when the rules say so: our share comes out, and what is released is handed to
// whoever publishes it.
#pragma once

#include "guard/guardian/case_lanes.hpp"
#include "guard/guardian/guardian.hpp"
#include "guard/guardian/uploads.hpp"
#include "guard/guardian/wake_ups.hpp"

namespace exhibit::guard {

class Releases {
public:
    Releases(Premises const& premises, Exhibits& exhibits, Uploads& uploads, OnReleased on_released,
             Duration poll);
    ~Releases() { stop(); }
    void stop();

    // Our share as the stage of the audience may read it, signed. For protocol::Received of our own
    // step.
    Result<Envelope> make_share(CaseId const& id, protocol::GiveShare const& give);
    // A stage is out: publish it, soon and until it succeeds. The mark is durable already
    // (CaseLanes).
    void publish(CaseId const& id);
    // More is known of what happened to it: what is published already is told again.
    void refresh(CaseId const& id);
    // After a start: everything that is out and not published yet.
    Outcome resume();

    // Which policy, and which stage of its audience.
    struct Place {
        unsigned version = 1;
        unsigned stage = 0;
        friend auto operator<=>(Place const&, Place const&) = default;
    };
    bool is_out(CaseId const& id);
    // Of the highest place that is out. Code "not-found" before any is.
    Result<ReleaseBundle> bundle(CaseId const& id);
    struct Ciphertext {
        Path path;
        std::uint64_t size_bytes = 0;
    };
    // Of an exhibit, or of an unfinished upload. Not only after a release: the caller has checked.
    Result<Ciphertext> ciphertext(CaseId const& id, ExhibitNumber number);

private:
    void publish_now(CaseId const& id);
    Outcome keep_published(CaseId const& id, Place const& place, std::string const& key);
    Result<std::optional<Place>> highest(CaseId const& id);
    Result<ReleaseBundle> bundle_of(CaseId const& id, Place const& place);

    Premises const& premises_;
    Exhibits& exhibits_;
    Uploads& uploads_;
    OnReleased on_released_;
    std::mutex mutex_;
    std::map<CaseId, unsigned> attempts_;
    Workers publishing_{1};
    WakeUps due_;
};

}  // namespace exhibit::guard
