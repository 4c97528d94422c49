// How many signed, durable check-ins a guardian takes, and what many cases cost it.
//
//   exhibit_load [CASES] [CONNECTIONS]
//
// Starts the real program beside it as a guardian process, enrols CASES cases over HTTPS, then
// posts two pre-signed check-ins for each. The three other guardians of every policy are keys that
// this program holds, at an address that refuses. Only the posting is timed; each acknowledgement
// is verified afterwards.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

#include "case/enrolment.hpp"
#include "case/receipt.hpp"
#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/slip39/slip39.hpp"
#include "guard/guardian/guardian.hpp"
#include "guard/wire/wire.hpp"
#include "net/client.hpp"

using namespace exhibit;

namespace {

[[noreturn]] void give_up(std::string const& why) {
    std::fprintf(stderr, "exhibit_load: %s\n", why.c_str());
    std::exit(1);
}

template <typename T>
T must(Result<T> result) {
    if (!result.ok())
        give_up(result.error().what + " (" + result.error().code + ") " + result.error().where);
    return result.take();
}

long memory_kib(pid_t pid, char const* field) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(field)) return std::atol(line.c_str() + std::string(field).size() + 1);
    }
    return 0;
}

struct Load {
    CaseId case_id;
    std::string enrolment;
    std::string check_ins[2];
    std::string answers[2];
};

double seconds_of(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

HttpClient client_for(TlsPin const& pin) {
    ClientOptions options;
    options.trust = PinnedTo{pin};
    return must(HttpClient::create(options));
}

// Runs work(client, i) for all i < count on so many connections.
void spread(std::size_t count, unsigned connections, TlsPin const& pin,
            std::function<void(HttpClient&, std::size_t)> const& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < connections; ++t) {
        threads.emplace_back([&] {
            auto client = client_for(pin);
            for (std::size_t i = next++; i < count; i = next++) work(client, i);
        });
    }
}

}  // namespace

int main(int argc, char** argv) {
    guard_process_memory();
    std::size_t const count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
    auto const connections =
        static_cast<unsigned>(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 64);
    char pattern[] = "/tmp/exhibit-load-XXXXXX";
    Path const folder = mkdtemp(pattern);
    auto const data = (folder / "guardian").string();
    auto const program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "exhibit";
    auto const log = (folder / "log").string();
    std::string words[] = {program.string(), "guard",       "serve",  "--data", data,
                           "--listen",       "127.0.0.1:0", "--name", "load"};
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t pid = 0;
    if (posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), ::environ) != 0)
        give_up("the guardian does not start");
    while (!is_there(data + "/guardian.json")) usleep(50'000);
    auto const card_text = must(read_text_file(data + "/guardian.json", 4096));
    auto const address =
        must(GuardianAddress::parse(must(parse_json(as_bytes(card_text))).value("address", "")));
    auto const rss_empty = memory_kib(pid, "VmRSS:");

    // Prepared and signed before anything is timed.
    SystemRandom random;
    auto const first = must(guard::invite_offline(
        data, "load", {.quota_bytes = 1u << 20, .lifetime = Duration::days(1), .address = address},
        wall_now()));
    auto const pin = first.curl_pin();
    auto ask = client_for(pin);
    auto const asked =
        must(ask.post(address.url() + "/v1/card", "application/json",
                      as_bytes(write_json({{"token", to_hex(first.token)},
                                           {"nonce", to_hex(random.bytes<16>())},
                                           {"case", CaseId::make(random).text()}}))));
    auto const answer = must(guard::parse_answer(asked.body));
    auto const card = must(peek<GuardianCard>(answer.replies.at(0)));
    std::vector<SigningKey> fakes;
    for (int i = 0; i < 3; ++i) fakes.push_back(SigningKey::generate());
    auto const shares = must(slip39::split(SecretBytes::random(32), 2, 4, SecretBytes()));
    auto const recipient = must(age::X25519Recipient::parse(card.recipient));
    auto const share_age = must(age::encrypt(shares[0].reveal(), recipient));
    auto const case_key_age =
        must(age::encrypt(as_bytes("case key"), age::ScryptRecipient(SecretBytes::random(32), 10)));
    auto const case_recipient = age::X25519Identity::generate().recipient().text();
    auto const now = wall_now();
    std::vector<Load> loads(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& load = loads[i];
        auto const witness = SigningKey::generate();
        load.case_id = CaseId::make(random);
        Policy policy;
        policy.case_id = load.case_id;
        policy.witness = witness.public_key();
        policy.case_recipient = case_recipient;
        policy.quorum = {4, 2, 3, 1};
        policy.guardians.push_back(
            {card.key, card.recipient, DocumentDigest(sha256(shares[0].reveal())), false});
        Directory directory{.case_id = load.case_id,
                            .version = 1,
                            .entries = {{guardian_id(card.key), "load", address, first.pin}}};
        for (std::size_t g = 0; g < fakes.size(); ++g) {
            policy.guardians.push_back({fakes[g].public_key(), case_recipient,
                                        DocumentDigest(sha256(shares[g + 1].reveal())), false});
            directory.entries.push_back({guardian_id(fakes[g].public_key()),
                                         "fake" + std::to_string(g),
                                         {"127.0.0.1", 9},
                                         first.pin});
        }
        AudienceStage everyone;
        everyone.who = AudienceStage::Who::everyone;
        policy.audience = {everyone};
        policy.floors = usual_floors;
        policy.created = now;
        auto const signed_policy = Signed<Policy>::sign(policy, witness);
        auto const check_in_at = [&](WallTime claimed) {
            CheckIn check_in{.case_id = load.case_id,
                             .claimed = claimed,
                             .interval = Duration::hours(72),
                             .grace = Duration::hours(48),
                             .policy = signed_policy.digest(),
                             .vouched = VouchedList{}.digest(),
                             .clocks = {}};
            for (int g = 0; g < 2; ++g) {
                ClockReading clock{load.case_id,
                                   guardian_id(fakes[static_cast<std::size_t>(g)].public_key()),
                                   claimed,
                                   {}};
                check_in.clocks.push_back(
                    Signed<ClockReading>::sign(clock, fakes[static_cast<std::size_t>(g)])
                        .envelope());
            }
            return Signed<CheckIn>::sign(check_in, witness).envelope();
        };
        auto const invitation =
            i == 0
                ? first
                : must(guard::invite_offline(
                      data, "load",
                      {.quota_bytes = 1u << 20, .lifetime = Duration::days(1), .address = address},
                      now));
        load.enrolment =
            write_enrolment({.token = invitation.token,
                             .policy = signed_policy.envelope(),
                             .directory = Signed<Directory>::sign(directory, witness).envelope(),
                             .check_in = check_in_at(now - Duration::hours(1)),
                             .share_age = share_age,
                             .case_key_age = case_key_age,
                             .duress = {},
                             .access = random.bytes<32>()});
        load.check_ins[0] = write_envelope(check_in_at(now - Duration::minutes(40)));
        load.check_ins[1] = write_envelope(check_in_at(now - Duration::minutes(20)));
    }

    auto start = std::chrono::steady_clock::now();
    std::atomic<std::size_t> enrolled{0};
    spread(count, 16, pin, [&](HttpClient& client, std::size_t i) {
        for (int attempt = 0; attempt < 4000; ++attempt) {
            auto const got = client.post(address.url() + "/v1/cases", "application/json",
                                         as_bytes(loads[i].enrolment));
            if (got.ok() && got->status == 201) {
                ++enrolled;
                return;
            }
            if (!got.ok() || got->status != 429) return;
            usleep(50'000);  // so many strangers from one address are asked to wait
        }
    });
    auto const enrol_seconds = seconds_of(start);
    auto const rss_enrolled = memory_kib(pid, "VmRSS:");

    start = std::chrono::steady_clock::now();
    spread(2 * count, connections, pin, [&](HttpClient& client, std::size_t i) {
        auto& load = loads[i % count];
        auto const round = i / count;
        auto const got = client.post(address.url() + guard::case_path(load.case_id, "messages"),
                                     "application/json", as_bytes(load.check_ins[round]));
        if (got.ok() && got->ok()) load.answers[round] = to_string(got->body);
    });
    auto const seconds = seconds_of(start);
    std::size_t good = 0;
    for (auto const& load : loads) {
        for (auto const& text : load.answers) {
            auto const replies = guard::parse_answer(as_bytes(text));
            if (!replies.ok() || replies->replies.empty()) continue;
            auto const acknowledgement =
                Signed<Acknowledgement>::open(replies->replies[0], card.key);
            good += acknowledgement.ok() && acknowledgement->value().case_id == load.case_id;
        }
    }
    std::printf("enrolled %zu of %zu cases: %.0f a second\n", enrolled.load(), count,
                static_cast<double>(count) / enrol_seconds);
    std::printf(
        "check-ins: %zu of %zu acknowledged, signed and durable, in %.2f s on %u connections: %.0f "
        "a second (target 2000)\n",
        good, 2 * count, seconds, connections, static_cast<double>(good) / seconds);
    std::printf(
        "memory of the guardian: %ld MiB empty, %ld MiB with %zu cases, %ld MiB after (peak %ld; "
        "target 200 for 10,000 cases)\n",
        rss_empty / 1024, rss_enrolled / 1024, count, memory_kib(pid, "VmRSS:") / 1024,
        memory_kib(pid, "VmHWM:") / 1024);
    kill(pid, SIGTERM);
    waitpid(pid, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return good == 2 * count ? 0 : 1;
}
