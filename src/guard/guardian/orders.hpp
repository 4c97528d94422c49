// What the person at the guardian's machine asks of the running guardian: the database and the key
// belong to the process that serves, so an order is a file beside it, and so is the answer.
//
//   orders/NAME.order     written aside and renamed by `exhibit guard hold` and the like
//   orders/NAME.answer    written by the guardian, read and removed by the command
//
// The folder is the guardian's own (0700): whoever can write there could take the key as well.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/files.hpp"
#include "guard/guardian/case_lanes.hpp"

namespace exhibit::guard {

struct Order {
    enum class What {
        status,  // of every case, as the true ledger has it
        hold,    // the witness lives: the person has spoken with her (rule 8)
        code,    // she has told this code by telephone
        resign,  // this guardian leaves the case after the notice
    };
    What what = What::status;
    CaseId case_id = {};
    unsigned number = 1;     // hold: 1 or 2
    std::string words = {};  // code: lower case, single spaces
    Duration notice = {};    // resign
};
Result<Order> parse_order(ByteView text);
std::string write_order(Order const& order);

// From another process: waits for the answer as long as `patience`. Codes "no-guardian" (nobody
// took it; it is withdrawn), and the code and sentence of what was refused.
Result<Json> give_order(Path const& data, Order const& order, Duration patience);

// In the guardian.
class Orders {
public:
    // `resign` makes the resignation durable and known to the others.
    using Resign = std::function<Outcome(CaseId const&, WallTime leaves)>;
    Orders(Premises const& premises, CaseLanes& lanes, Path folder, Duration poll, Resign resign);
    ~Orders() { stop(); }
    Outcome start();
    void stop();

private:
    void run();
    void look();
    void carry_out(Order const& order, std::function<void(Result<Json>)> const& answer);
    Result<Json> status();
    Result<Envelope> word_of(Order const& order);

    Premises const& premises_;
    CaseLanes& lanes_;
    Path folder_;
    Duration poll_;
    Resign resign_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace exhibit::guard
