// Stamps the states of this guardian's log, again and again.
//
//   due ─> a round of cosignatures ─> a state ─> every authority: token ─> event `timestamped`
//                                          └──> calendars: promise … block ─> `timestamp-upgraded`
//
// An authority or a calendar that does not answer is asked again for the newest state; nothing
// waits for it. Whom to ask: time_sources.hpp. Nobody else is ever asked.
#pragma once

#include "guard/guardian/cosign_rounds.hpp"
#include "guard/guardian/custody_events.hpp"
#include "guard/guardian/stamp_book.hpp"
#include "guard/guardian/time_calls.hpp"
#include "guard/guardian/time_plan.hpp"

namespace exhibit::guard {

class TimeStamper {
public:
    using State = std::function<Stating()>;
    TimeStamper(Premises const& premises, CustodyLog& log, CosignRounds& rounds, StampBook& book,
                TimeSources sources, std::string socks5_proxy, State stating);
    ~TimeStamper() { stop(); }
    Outcome start();
    void stop();
    // A case has new events.
    void note();

private:
    struct Authority {
        TimeSources::Authority source;
        std::vector<Certificate> roots;
        WallTime crl_from;  // when to fetch the next one
    };
    void run();
    void look();  // what is due
    Outcome stamp();
    void complete_newest();
    Outcome ask_authority(KeptStamp& stamp, Authority& authority);
    Outcome ask_calendars(KeptStamp& stamp);
    void upgrade_all();
    Outcome upgrade(KeptStamp& stamp);
    Outcome finish(KeptStamp& stamp, ots::Detached proof);
    Outcome keep(KeptStamp const& stamp, Batch more = {});
    StampStanding standing() const;
    void tell(Error const& error);

    Premises const& premises_;
    CustodyLog& log_;
    CosignRounds& rounds_;
    StampBook& book_;
    TimeSources sources_;
    State stating_;
    TimeCalls calls_;
    std::vector<Authority> authorities_;
    std::optional<KeptStamp> newest_;  // of the thread
    WallTime retry_at_, upgrade_at_;
    std::map<std::string, WallTime> told_;  // the same trouble is told once an hour

    mutable std::mutex mutex_;  // of what follows
    std::condition_variable changed_;
    bool news_ = true;  // after a start: perhaps
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace exhibit::guard
