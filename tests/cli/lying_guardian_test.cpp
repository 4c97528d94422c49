// One of four guardians lies, as f = 1 allows: what the witness is told must not become what she
// believes. It moves deadlines, calls the case released, hands out numbers out of the air, lies
// about digests, answers with another case, with another certificate, with rubbish, or not at all.
#include "lying_guardian.hpp"

#include "case/receipt.hpp"
#include "case/release.hpp"
#include "guard/wire/wire.hpp"

namespace exhibit::test {
namespace {

struct Lying : ::testing::Test {
    World world{{"ana", "chen", "dana"}};
    LyingGuardian bruno{world.folder.path(), "bruno"};
    std::vector<std::string> const terms = {"--audience", "public",  "--every",
                                            "10h",        "--grace", "10h"};

    Lying() {
        world.guardians.push_back(bruno.take_honest());
        world.init("gate", terms);
        put(world.folder / "clip.mp4", footage(3 << 20, 5));
        put(world.folder / "after.txt", "what I filmed later");
    }
    std::string number_of_next() {
        auto const sealed = world.json({"seal", (world.folder / "after.txt").string()});
        return sealed["exhibits"][0]["number"];
    }
    void seal_clip() { world.json({"seal", (world.folder / "clip.mp4").string()}); }
};

TEST_F(Lying, its_word_alone_moves_no_deadline_and_ends_no_case) {
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 4);
    auto const before = world.json({"status"});
    for (auto const* phase : {"released", "cancelled"}) {
        bruno.tell(bruno.forged<CaseStatus>("/status", [&](CaseStatus& status) {
            status.phase = phase;
            status.claimed = status.claimed + Duration::days(30);
            status.deadline = status.deadline + Duration::days(30);
            status.release_from = status.release_from + Duration::days(30);
        }));
        auto const ran = world.me({"--json", "status"});
        auto const after = one_object(ran.out);
        EXPECT_EQ(after["phase"], "watching") << ran.out;
        EXPECT_EQ(after["deadline"], before["deadline"]);
        EXPECT_EQ(after["release_from"], before["release_from"]);
        EXPECT_EQ(after["guardians"][3]["phase"], phase) << "what it says is shown as its word";
        EXPECT_NE(ran.err.find(std::string("bruno says that the case is ") + phase),
                  std::string::npos)
            << ran.err;
    }
}

TEST_F(Lying, an_error_in_another_shape_ends_no_round) {
    for (auto const* body :
         {R"({"error":{"code":5,"what":[]}})", R"({"error":"x"})", R"([1])", "{"}) {
        bruno.tell([body](HttpRequest const&, HttpResponse& response) {
            response.status = 500;
            response.body = to_bytes(std::string_view(body));
        });
        EXPECT_EQ(world.json({"checkin"})["acknowledged"], 3) << body;
        EXPECT_EQ(world.json({"status"})["phase"], "watching") << body;
        sleep_ms(100);  // the least gap of a drill
    }
}

TEST_F(Lying, numbers_out_of_the_air_use_up_nothing) {
    seal_clip();
    world.json({"send"});
    bruno.tell(bruno.forged<CaseStatus>("/status", [&](CaseStatus& status) {
        status.held.push_back({ExhibitNumber(exhibit_number_max), 1, true, {}});
        status.changes.push_back({{}, policy_version_max, status.time + Duration::days(3000)});
    }));
    EXPECT_EQ(world.json({"policy", "change", "--audience", "public"})["version"], 2);
    world.json({"device-lost"});
    EXPECT_EQ(number_of_next(), "0002");

    bruno.tell([](HttpRequest const& request, HttpResponse& response) {
        if (request.method == "GET" && request.path().ends_with("/contacts"))
            response.body = to_bytes(R"({"people":9,"version":1000000})");
    });
    put(world.folder / "people.txt", "from M.\nmail sister@example.net\n");
    EXPECT_EQ(world.json({"contacts", (world.folder / "people.txt").string()})["held_by"], 4);
    bruno.tell_the_truth();
    EXPECT_EQ(world.json({"contacts"})["guardians"][3]["version"], 1);
}

TEST_F(Lying, a_receipt_for_other_bytes_does_not_count_and_another_guardian_is_asked) {
    seal_clip();
    bruno.tell(bruno.forged<ExhibitReceipt>(
        "/statement", [](ExhibitReceipt& receipt) { receipt.root = CipherRoot(Digest256()); }));
    auto const sent = world.me({"--json", "send", "--to", "bruno", "--no-wait"});
    EXPECT_EQ(sent.code, 0) << sent.err;
    EXPECT_NE(sent.err.find("bruno: the receipt is for other bytes than were sent"),
              std::string::npos)
        << sent.err;
    EXPECT_EQ(one_object(sent.out)["exhibits"][0]["held_by"], 1) << "one of the others";
    // Signed by nobody: a flipped bit.
    put(world.folder / "other.mp4", footage(1 << 20, 6));
    world.json({"seal", (world.folder / "other.mp4").string()});
    bruno.tell([](HttpRequest const& request, HttpResponse& response) {
        if (request.path().ends_with("/statement") && response.status < 300)
            response.body[response.body.size() / 2] ^= 1;
    });
    auto const again = world.me({"--json", "send", "--to", "bruno", "--no-wait"});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_NE(again.err.find("exhibit: bruno: "), std::string::npos) << again.err;
    EXPECT_EQ(one_object(again.out)["exhibits"][1]["held_by"], 1);
}

TEST_F(Lying, what_is_too_long_to_be_read_back_does_not_lock_the_witness_out) {
    seal_clip();
    bruno.tell([](HttpRequest const& request, HttpResponse& response) {
        if (request.method != "POST" || !request.path().ends_with("/uploads")) return;
        HeaderFields padded;
        for (auto const& [name, value] : response.headers)
            padded.add(name, value + (name == "Location" ? "?pad=" + std::string(2000, 'A') : ""));
        response.headers = std::move(padded);
    });
    auto const sent = world.me({"--json", "send", "--to", "bruno"});
    EXPECT_EQ(sent.code, 0) << sent.err;
    EXPECT_NE(sent.err.find("the address of the upload is too long"), std::string::npos)
        << sent.err;
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 4);
    EXPECT_EQ(number_of_next(), "0002");
    // A receipt of its own, right in every field, with a megabyte of white space around them.
    bruno.tell([](HttpRequest const& request, HttpResponse& response) {
        if (!request.path().ends_with("/receipts") && !request.path().ends_with("/statement"))
            return;
        response.body.insert(response.body.begin(), 1'000'000, ' ');
    });
    EXPECT_EQ(world.me({"send"}).code, 0);
    bruno.tell_the_truth();
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 4);
    EXPECT_EQ(world.json({"send"})["least_held"], 4);
}

TEST_F(Lying, what_others_hold_is_published_whatever_one_leaves_out_or_puts_in_its_place) {
    seal_clip();
    world.json({"checkin"});
    EXPECT_EQ(number_of_next(), "0002");
    EXPECT_EQ(world.json({"send"})["least_held"], 4);
    world.json({"release", "--yes"});
    bruno.tell([](HttpRequest const& request, HttpResponse& response) {
        if (!request.path().ends_with("/release") || response.status != 200) return;
        auto bundle = parse_release_bundle(response.body).take();
        std::erase_if(bundle.exhibits, [](auto const& one) { return one.number.get() == 2; });
        for (unsigned i = 900; i < 910; ++i)
            bundle.exhibits.push_back({ExhibitNumber(i), 10'000, std::nullopt});
        bundle.exhibits.push_back({ExhibitNumber(999), 1ull << 52, std::nullopt});
        response.body = to_bytes(write_release_bundle(bundle));
    });
    auto const out = world.folder / "out";
    auto const published = world.json({"publish", out.string()});
    EXPECT_EQ(published["exhibits"].size(), 2u) << published.dump();
    EXPECT_TRUE(is_there(out / "data/0002/after.txt"));
    EXPECT_FALSE(is_there(world.folder / ".out.fetched"));
}

// Rightly signed by it, for the other case of the same witness.
TEST_F(Lying, what_it_says_of_another_case_counts_for_nothing) {
    seal_clip();
    world.json({"send"});
    world.init("other", terms);
    std::string other_status, other_answer;
    bruno.tell([&](HttpRequest const& request, HttpResponse& response) {
        if (request.path().ends_with("/status")) other_status = as_text(response.body);
        if (request.path().ends_with("/messages")) other_answer = as_text(response.body);
    });
    world.json({"--case", "other", "checkin"});
    world.json({"--case", "other", "status"});
    bruno.tell([&](HttpRequest const& request, HttpResponse& response) {
        if (request.path().ends_with("/status")) response.body = to_bytes(other_status);
        if (request.path().ends_with("/messages")) response.body = to_bytes(other_answer);
    });
    auto const status = world.json({"--case", "gate", "status"});
    EXPECT_EQ(status["guardians"][3]["answers"], false) << status.dump();
    EXPECT_EQ(world.json({"--case", "gate", "checkin"})["acknowledged"], 3);

    // A release, and ciphertext, of the other case: `publish` goes to the next guardian.
    bruno.tell_the_truth();
    put(world.folder / "theirs.mp4", footage(3 << 20, 8));
    world.json({"--case", "other", "seal", (world.folder / "theirs.mp4").string()});
    world.json({"--case", "other", "send"});
    world.json({"--case", "other", "release", "--yes"});
    world.json({"--case", "gate", "release", "--yes"});
    std::string const gate = status["case"];
    std::string const other = world.json({"--case", "other", "status"})["case"];
    auto const swapped = [&](HttpRequest request, HttpResponse& response) {
        auto const at = request.target.find(gate);
        if (at == std::string::npos || request.method != "GET") return;
        request.target.replace(at, gate.size(), other);
        response = bruno.ask_honest(request);
    };
    bruno.tell(swapped);
    auto const out = world.folder / "out";
    world.json({"publish", "gate", out.string()});
    EXPECT_TRUE(slurp(out / "data" / "0001" / "clip.mp4") == slurp(world.folder / "clip.mp4"));
    // From it alone there is nothing to be had.
    auto const alone = world.me({"--json", "publish", "--from", bruno.address(), "--case", gate,
                                 (world.folder / "alone").string()});
    EXPECT_NE(alone.code, 0);
    EXPECT_NE(alone.err.find("another case"), std::string::npos) << alone.err;
    EXPECT_FALSE(is_there(world.folder / "alone"));
}

TEST_F(Lying, another_certificate_is_told_nothing_and_named) {
    auto const stranger = TlsIdentity::generate().take();
    bruno.show(stranger);
    auto const asked = bruno.asked();
    auto const checked_in = world.me({"--json", "checkin"});
    EXPECT_EQ(checked_in.code, 0) << checked_in.err;
    EXPECT_EQ(one_object(checked_in.out)["acknowledged"], 3);
    EXPECT_NE(checked_in.err.find("bruno: another key answered than the invitation names"),
              std::string::npos)
        << checked_in.err;
    seal_clip();
    auto const sent = world.me({"--json", "send", "--to", "bruno", "--no-wait"});
    EXPECT_EQ(sent.code, 0) << sent.err;
    EXPECT_EQ(bruno.asked(), asked) << "not a byte of a request reached it";
    bruno.show_its_own();
    EXPECT_EQ(world.json({"checkin"})["acknowledged"], 4);
}

TEST_F(Lying, rubbish_is_an_error_of_one_guardian_and_moves_no_cursor) {
    std::string const red = "\x1b[31m\x1b[2J";
    std::vector<std::pair<char const*, HttpResponse>> const rubbish = {
        {"nothing", HttpResponse::text(200, "")},
        {"half of something", HttpResponse::text(200, "{\"replies\": [")},
        {"nested deep", HttpResponse::text(200, std::string(200'000, '['))},
        {"too much", HttpResponse::of(200, "application/json", Bytes(65 << 20, ' '))},
        {"a refusal that paints",
         HttpResponse::text(400, R"({"error":{"code":"x","what":"\u001b[2J)"
                                 R"(\n gone"}})")},
        {"a reason that paints",
         HttpResponse::text(200, R"({"replies":[],"refused":"\u001b[31m\u001b[2J"})")},
        {"a server's trouble", HttpResponse::text(500, red)},
        {"another place", HttpResponse::text(302, red)}};
    for (auto const& [what, response] : rubbish) {
        bruno.tell([&](HttpRequest const&, HttpResponse& answer) { answer = response; });
        auto const ran = world.me({"checkin"});
        EXPECT_EQ(ran.code, 0) << what << ": " << ran.err;
        EXPECT_NE(ran.out.find("3 of 4 have it: done"), std::string::npos) << what << ran.out;
        EXPECT_NE(ran.err.find("bruno"), std::string::npos) << what << ": " << ran.err;
        auto const status = world.me({"status"});
        EXPECT_EQ(status.code, 0) << what << ": " << status.err;
        EXPECT_NE(status.out.find("bruno silent"), std::string::npos) << what << status.out;
        EXPECT_EQ((ran.out + ran.err + status.out + status.err).find('\x1b'), std::string::npos)
            << what;
    }
    bruno.tell(bruno.forged<CaseStatus>("/status", [&](CaseStatus& s) { s.phase = red; }));
    auto const status = world.me({"status"});
    EXPECT_NE(status.out.find("bruno silent"), std::string::npos) << status.out;
    EXPECT_EQ((status.out + status.err).find('\x1b'), std::string::npos);
}

TEST_F(Lying, one_that_never_answers_costs_its_time_and_no_more) {
    bruno.tell([](HttpRequest const&, HttpResponse&) { sleep_ms(9000); });
    auto const begun = std::chrono::steady_clock::now();
    auto const status = world.json({"status"});
    auto const seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    std::printf("status took %.1f s\n", seconds);
    EXPECT_EQ(status["guardians"][3]["answers"], false);
    EXPECT_EQ(status["phase"], "watching");
    EXPECT_EQ(status["release_possible"], true);
    bruno.tell_the_truth();
}

}  // namespace
}  // namespace exhibit::test
