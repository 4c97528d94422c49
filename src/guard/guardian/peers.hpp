// Messages to other guardians: a queue for each, a few threads for all. One message at a time goes
// to one guardian, in order. A guardian that does not answer is asked less and less often, up to
// every few seconds; what does not fit its queue is dropped, oldest first, because the protocol
// asks again by itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <set>
#include <thread>

#include "case/enrolment.hpp"
#include "guard/guardian/premises.hpp"
#include "net/client.hpp"

namespace exhibit::guard {

struct PeersOptions {
    unsigned threads = 8;
    std::string socks5_proxy;
    unsigned connect_timeout_ms = 5'000;
    unsigned total_timeout_ms = 15'000;
};

class Peers {
public:
    // An answer's envelopes, one by one, and what was refused with evidence. On a thread of this
    // object.
    using Arrived = std::function<void(CaseId const&, Envelope)>;
    Peers(Premises const& premises, PeersOptions options, Arrived arrived);
    ~Peers() { stop(); }

    void send(CaseId const& id, Directory::Entry const& to, Envelope envelope);
    void stop();

    // When this guardian last proved that it lives: it answered under its pin.
    std::optional<WallTime> last_heard(GuardianId const& id) const;
    void heard(GuardianId const& id);

private:
    using Steady = std::chrono::steady_clock;
    struct Message {
        CaseId case_id;
        Envelope envelope;  // written out when it is sent: most for a dead guardian never are
    };
    struct Line {
        Directory::Entry entry;
        std::deque<Message> waiting;
        bool busy = false;
        unsigned failures = 0;
        Steady::time_point not_before{};
        bool slow = false;  // its last answer took long
    };
    using Clients = std::map<std::string, HttpClient>;  // one thread's
    static constexpr std::size_t waiting_max = 1024;    // of one guardian
    static constexpr std::size_t clients_max = 64;

    void run();
    // The next line that a thread may serve now.
    auto next_line();
    // True when it is now the first in order: whoever waits for the first must look again.
    bool put_in_order(std::string const& name, Line const& line);
    bool deliver(Clients& clients, std::string const& name, Directory::Entry const& entry,
                 Message const& message);

    Premises const& premises_;
    PeersOptions options_;
    Arrived arrived_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Line> lines_;
    std::set<std::pair<Steady::time_point, std::string>>
        order_;  // lines with something to send, not busy
    std::map<GuardianId, WallTime> heard_;
    unsigned slow_running_ = 0;  // threads that wait for slow lines
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

// A client for one guardian, pinned.
Result<HttpClient> client_for(Directory::Entry const& entry, ClientOptions options);

}  // namespace exhibit::guard
