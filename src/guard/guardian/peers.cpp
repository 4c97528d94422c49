#include "guard/guardian/peers.hpp"

#include <algorithm>

#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

constexpr auto wait_first = std::chrono::milliseconds(200);
constexpr auto wait_most = std::chrono::milliseconds(5'000);
// Whoever needs longer for an answer shares half of the threads with all that are so slow: another
// witness names what guardians she likes, and they may answer as late as they like.
constexpr auto slow_from = std::chrono::milliseconds(1'500);

std::string line_name(Directory::Entry const& entry) {
    return entry.address.text() + " " + to_hex(entry.pin);
}

}  // namespace

Result<HttpClient> client_for(Directory::Entry const& entry, ClientOptions options) {
    options.trust = PinnedTo{"sha256//" + to_base64(entry.pin)};
    return HttpClient::create(std::move(options));
}

Peers::Peers(Premises const& premises, PeersOptions options, Arrived arrived)
    : premises_(premises), options_(std::move(options)), arrived_(std::move(arrived)) {
    for (unsigned i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

void Peers::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void Peers::send(CaseId const& id, Directory::Entry const& to, Envelope envelope) {
    Message message{id, std::move(envelope)};
    auto const name = line_name(to);
    bool first = false;
    {
        std::lock_guard lock(mutex_);
        auto& line = lines_[name];
        line.entry = to;
        line.waiting.push_back(std::move(message));
        if (line.waiting.size() > waiting_max) line.waiting.pop_front();
        first = put_in_order(name, line);
    }
    // A wake-up costs more than all the rest here; what waits for a dead guardian needs none.
    if (first) changed_.notify_one();
}

bool Peers::put_in_order(std::string const& name, Line const& line) {
    if (line.busy || line.waiting.empty()) return false;
    auto const [place, fresh] = order_.insert({line.not_before, name});
    return fresh && (place == order_.begin() || line.not_before <= Steady::now());
}

auto Peers::next_line() {
    auto const now = Steady::now();
    bool const full = slow_running_ >= std::max<std::size_t>(1, threads_.size() / 2);
    return std::ranges::find_if(order_, [&](auto const& one) {
        return one.first > now || !full || !lines_[one.second].slow;
    });
}

void Peers::run() {
    Clients clients;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (order_.empty()) {
            changed_.wait(lock);
            continue;
        }
        auto const next = next_line();
        if (next == order_.end()) {
            changed_.wait(lock);
            continue;
        }
        auto const [when, name] = *next;
        if (when > Steady::now()) {
            changed_.wait_until(lock, when);
            continue;
        }
        order_.erase(next);
        // Whoever sleeps now must watch the next one: this thread may be away for long.
        if (!order_.empty()) changed_.notify_one();
        auto& line = lines_[name];  // a std::map keeps its nodes where they are
        line.busy = true;
        auto const message = std::move(line.waiting.front());
        line.waiting.pop_front();
        auto const entry = line.entry;
        bool const was_slow = line.slow;
        slow_running_ += was_slow ? 1 : 0;
        auto const begun = Steady::now();
        lock.unlock();
        bool const answered = deliver(clients, name, entry, message);
        lock.lock();
        slow_running_ -= was_slow ? 1 : 0;
        if (was_slow) changed_.notify_one();
        line.slow = Steady::now() - begun > slow_from;
        line.busy = false;
        line.failures = answered ? 0 : std::min(line.failures + 1, 16U);
        auto const wait = std::min<Steady::duration>(
            wait_most, wait_first * (1U << std::min(line.failures, 10U)));
        // Who was served last is last in the order.
        line.not_before = answered ? Steady::now() : Steady::now() + wait;
        if (put_in_order(name, line)) changed_.notify_one();
    }
}

bool Peers::deliver(Clients& clients, std::string const& name, Directory::Entry const& entry,
                    Message const& message) {
    if (clients.size() > clients_max) clients.clear();
    auto client = clients.find(name);
    if (client == clients.end()) {
        ClientOptions options;
        options.socks5_proxy = options_.socks5_proxy;
        options.connect_timeout_ms = options_.connect_timeout_ms;
        options.total_timeout_ms = options_.total_timeout_ms;
        auto made = client_for(entry, std::move(options));
        if (!made) return premises_.log.tell(made.error()), false;
        client = clients.emplace(name, made.take()).first;
    }
    HttpCall call;
    call.method = "POST";
    call.url = entry.address.url() + case_path(message.case_id, "messages");
    call.headers = {{"Content-Type", "application/json"}};
    call.body = to_bytes(write_envelope(message.envelope));
    call.answer_limit_bytes = 4u << 20;
    auto answer = client->second.send(call);
    if (!answer) return false;
    heard(entry.guardian);
    if (answer->status != 200) return answer->status < 500;
    auto parsed = parse_answer(answer->body);
    if (!parsed) {
        premises_.log.tell("peer-answer", entry.name + " answers with nonsense", message.case_id);
        return true;
    }
    for (auto& reply : parsed->replies) arrived_(message.case_id, std::move(reply));
    if (parsed->evidence) arrived_(message.case_id, std::move(*parsed->evidence));
    return true;
}

std::optional<WallTime> Peers::last_heard(GuardianId const& id) const {
    std::lock_guard lock(mutex_);
    auto const found = heard_.find(id);
    if (found == heard_.end()) return std::nullopt;
    return found->second;
}

void Peers::heard(GuardianId const& id) {
    auto const now = premises_.now();
    std::lock_guard lock(mutex_);
    heard_[id] = now;
}

}  // namespace exhibit::guard
