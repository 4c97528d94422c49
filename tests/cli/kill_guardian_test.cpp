// kill -9 of a guardian at random moments, while check-ins, uploads and enrolments run against it.
#include "guard/witness/rounds.hpp"
#include "guard/witness/send.hpp"
#include "kill_fixture.hpp"
#include "seal/unlock.hpp"

namespace exhibit::test {
namespace {

// ---------------------------------------------------------------------------

struct KillGuardian : KillClient {
    TestGuardian& ana = *world.guardians[0];
    std::atomic<bool> over = false;
    std::mutex mutex;
    // Of ana's word: the newest acknowledged check-in, every receipt, every share receipt.
    std::optional<std::pair<WallTime, std::string>> acknowledged;
    std::size_t acknowledgements = 0;
    std::map<std::string, std::string> receipts;  // number -> root
    std::vector<std::string> enrolled;
    std::vector<std::string> troubles;

    void trouble(std::string text) {
        std::lock_guard const lock(mutex);
        troubles.push_back(std::move(text));
    }

    guard::Link link_to_ana(CaseInfo const& info, unsigned timeout_ms = 3000) {
        auto const ours = std::ranges::find(info.guardians, ana.name(), &KnownGuardian::name);
        return guard::Link::open(info.case_id, *ours,
                                 {.socks5_proxy = {}, .timeout_ms = timeout_ms, .record = {}})
            .take();
    }

    void check_in_without_end(seal::CaseFolder const& folder, SigningKey const& key) {
        auto const info = folder.info();
        auto const clocks = folder.last_check_in().take()->clocks;
        auto const vouched = VouchedList{};
        auto claimed = wall_now();
        while (!over) {
            claimed = std::max(wall_now(), claimed + least_gap(info.interval));
            CheckIn const check_in{.case_id = info.case_id,
                                   .claimed = claimed,
                                   .interval = info.interval,
                                   .grace = info.grace,
                                   .policy = info.policy,
                                   .vouched = vouched.digest(),
                                   .clocks = clocks};
            auto const said = Signed<CheckIn>::sign(check_in, key);
            auto answer = link_to_ana(info).message(said.envelope());
            if (answer.ok()) {
                for (auto const& reply : answer->replies) {
                    auto const word = open_from_guardian<Acknowledgement>(reply, terms_of(info));
                    if (!word.ok() || word.value()->check_in != said.digest()) continue;
                    std::lock_guard const lock(mutex);
                    acknowledged = {claimed, said.digest().hex()};
                    ++acknowledgements;
                }
            }
            sleep_ms(20);
        }
    }

    void send_without_end(seal::CaseFolder const& folder) {
        for (unsigned i = 0; !over; ++i) {
            put(world.folder / "piece.mp4", footage(1'500'000, seed() + 1000 + i));
            auto const sealed = world.me(
                {"--json", "--case", folder.name(), "seal", (world.folder / "piece.mp4").string()});
            if (sealed.code != 0) trouble("seal: " + sealed.err);
            // Fails while ana is dead, if it was ana's turn: then goes on.
            world.me({"--json", "--case", folder.name(), "send", "--to", ana.name()});
            auto const records = folder.exhibits();
            if (!records.ok()) {
                trouble(records.error().what);
                continue;
            }
            std::lock_guard const lock(mutex);
            for (auto const& record : *records) {
                auto const held = guard::held_by(record);
                auto const ours =
                    std::ranges::find(folder.info().guardians, ana.name(), &KnownGuardian::name)
                        ->id();
                if (std::ranges::find(held, ours) != held.end())
                    receipts[show(record.number)] = record.root.hex();
            }
        }
    }

    void enrol_without_end() {
        for (unsigned i = 0; !over; ++i) {
            auto const name = "more-" + std::to_string(i);
            auto words = world.command(
                {"init", name, "--guardians", world.invitations().string(), "--drill"});
            words.insert(words.end(), loose.begin(), loose.end());
            auto const ran = run(words, {}, {}, sentence);
            std::lock_guard const lock(mutex);
            if (ran.code == 0)
                enrolled.push_back(name);
            else if (is_there(world.device() / name))
                troubles.push_back("a case of an init that failed: " + ran.err);
        }
    }

    void check_what_ana_said(seal::CaseFolder const& checks, seal::CaseFolder const& sends) {
        decltype(acknowledged) newest;
        decltype(receipts) had;
        decltype(enrolled) cases;
        {
            std::lock_guard const lock(mutex);
            newest = acknowledged;
            had = receipts;
            cases = enrolled;
        }
        auto const nonce = SystemRandom().bytes<16>();
        auto const status = link_to_ana(checks.info()).status(terms_of(checks.info()), nonce);
        ASSERT_OK(status);
        if (newest) {
            ASSERT_GE(status->value().claimed, newest->first) << "an acknowledged check-in is gone";
            bool const same = status->value().claimed == newest->first;
            ASSERT_TRUE(!same || status->value().check_in.hex() == newest->second)
                << "another check-in of the same time";
        }
        auto const told = link_to_ana(sends.info()).receipts();
        ASSERT_OK(told);
        std::map<std::string, std::string> now;
        auto const self =
            std::ranges::find(sends.info().guardians, ana.name(), &KnownGuardian::name)->id();
        for (auto const& envelope : *told) {
            auto const receipt = peek<ExhibitReceipt>(envelope);
            if (receipt.ok() && receipt->guardian == self)
                now[show(receipt->number)] = receipt->root.hex();
        }
        for (auto const& [number, root] : had)
            ASSERT_EQ(now[number], root) << "a receipt is gone: " << number;
        for (auto const& name : cases) {
            auto const info = folder_of(name).info();
            SCOPED_TRACE("enrolment of " + name);
            ASSERT_OK(link_to_ana(info).status(terms_of(info), nonce));
        }
    }
};

TEST_F(KillGuardian, keeps_every_word_it_gave) {
    world.init("checks", loose);
    world.init("sends", loose);
    auto const checks = folder_of("checks");
    auto const sends = folder_of("sends");
    auto const secret = SecretBytes::copy_of(sentence.substr(0, sentence.size() - 1));
    auto const key = seal::unlock_witness_key(checks, secret).take();
    int const kills = times(45);
    {
        std::vector<std::jthread> load;
        struct Stop {
            std::atomic<bool>& over;
            ~Stop() { over = true; }
        } const stop{over};
        load.emplace_back([&] { check_in_without_end(checks, key); });
        load.emplace_back([&] { send_without_end(sends); });
        load.emplace_back([&] { enrol_without_end(); });
        for (int i = 0; i < kills && !HasFatalFailure(); ++i) {
            sleep_ms(static_cast<unsigned>(random() % 350));
            ana.kill_nine();
            ana.start();
            check_what_ana_said(checks, sends);
        }
        over = true;
    }
    check_what_ana_said(checks, sends);
    for (auto const& text : troubles) ADD_FAILURE() << text;
    // At rest, every guardian comes to hold all, and its bytes are ours.
    world.json({"--case", "sends", "send"});
    for (auto const& [number, root] : receipts) {
        auto const theirs = ana.blob(sends.info().case_id.text(), number);
        ASSERT_FALSE(theirs.empty()) << number;
        EXPECT_TRUE(slurp(theirs) == slurp(sends.path() / "exhibits" / (number + ".age")))
            << number;
    }
    std::printf(
        "kill -9: a guardian killed %d times under %zu acknowledged check-ins, %zu receipts, %zu "
        "enrolments: all there\n",
        kills, acknowledgements, receipts.size(), enrolled.size());
    EXPECT_GT(acknowledgements, 10u);
    EXPECT_GT(receipts.size(), 2u);
    EXPECT_GT(enrolled.size(), 0u);
}

}  // namespace
}  // namespace exhibit::test
