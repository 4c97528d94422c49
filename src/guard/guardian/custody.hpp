// The part of a guardian that keeps account: its log, the cosigning of the others' logs, and what
// it shows of both. Everything here works behind the rules of protocol/ and never in their way: a
// guardian whose log is in trouble still votes and releases.
#pragma once

#include "guard/guardian/custody_events.hpp"
#include "guard/guardian/custody_exchange.hpp"
#include "guard/guardian/time_stamper.hpp"

namespace exhibit::guard {

struct CustodyOptions {
    Path data;
    CustodyEvent::Tool tool;
    CosignOptions cosigning;
    TimeSources time;
};

class Custody {
public:
    // Reads the log back and mends it. Serves and asks nobody yet.
    static Result<std::unique_ptr<Custody>> open(Premises const& premises, Doorman& doorman,
                                                 CustodyOptions options);
    ~Custody() { stop(); }
    // `news`: more is known of what happened to a released case.
    Outcome start(CustodyExchange::News news);
    void stop();

    CustodyLog& log() { return *log_; }
    CosignRounds& rounds() { return rounds_; }
    CustodyDesk& desk() { return desk_; }
    CustodyExchange& exchange() { return exchange_; }

    // Who states what happens here, at this moment.
    Stating stating() const;
    // The row of an event, for the batch of what it tells about (custody_log.hpp).
    Write row_of(CustodyEvent const& event) const { return log_->row_of(event); }
    void committed() { log_->committed(); }

private:
    Custody(Premises const& premises, Doorman& doorman, CustodyOptions options,
            std::unique_ptr<CustodyLog> log);

    Premises const& premises_;
    CustodyOptions options_;
    std::unique_ptr<CustodyLog> log_;
    Cosigner cosigner_;
    CosignRounds rounds_;
    StampBook book_;
    TimeStamper stamper_;
    CustodyDesk desk_;
    CustodyExchange exchange_;
};

}  // namespace exhibit::guard
