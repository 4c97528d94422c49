// What witnesses leave with a guardian and fetch again, and what nobody else gets done with it.
#include "case/travel.hpp"

#include "guard/guardian/rehearsal.hpp"
#include "support/markers.hpp"

namespace exhibit::guard::test {
namespace {

struct Travellers : ::testing::Test {
    Rehearsal r{Terms{.guardians = 4}};
    SystemRandom random;
    std::array<Bytes, 2> files;
    std::int64_t clock_ms = wall_now().since_epoch_ms();

    Travellers() {
        r.enrol_all();
        for (auto& file : files) {
            file.resize(70'000);
            random.fill(file);
        }
    }
    // Names in order, as a note must have them.
    TravelNote note(Byte first_byte) {
        TravelNote made{.case_id = r.id,
                        .guardian = r.guardians[0]->id(),
                        .claimed = WallTime::from_ms(++clock_ms),
                        .size_bytes = files[0].size(),
                        .left = {}};
        for (std::size_t i = 0; i < 2; ++i) {
            made.left[i].name = random.bytes<32>();
            made.left[i].name[0] = static_cast<Byte>(first_byte + i);
            made.left[i].sha256 = sha256(files[i]);
        }
        return made;
    }
    unsigned announce(Envelope const& envelope, bool as_witness = true) {
        return answered(r.send(0, "POST", r.path("travel"), as_bytes(write_envelope(envelope)),
                               as_witness ? r.bearer(0) : HeaderFields{}));
    }
    unsigned announce(TravelNote const& made) {
        return announce(Signed<TravelNote>::sign(made, r.witness).envelope());
    }
    unsigned put(ByteArray<32> const& name, ByteView file) {
        return answered(r.send(0, "PUT", r.path("travel/" + to_hex(name)), file, r.bearer(0)));
    }
    Result<HttpAnswer> get(std::string const& name) {
        return r.send(0, "GET", "/v1/left/" + name, {});
    }
    unsigned get(ByteArray<32> const& name) { return answered(get(to_hex(name))); }
    static unsigned answered(Result<HttpAnswer> const& answer) {
        return answer.ok() ? answer->status : 0;
    }
    std::size_t kept() {
        std::size_t count = 0;
        for (auto const& entry :
             std::filesystem::recursive_directory_iterator(r.options[0].data / "blobs"))
            count += entry.path().filename().string().starts_with("left+");
        return count;
    }
};

TEST_F(Travellers, fetch_with_the_name_alone_what_the_witness_left) {
    auto const made = note(10);
    EXPECT_EQ(put(made.left[0].name, files[0]), 404u) << "not announced yet";
    ASSERT_EQ(announce(made), 204u);
    EXPECT_EQ(get(made.left[0].name), 404u);
    ASSERT_EQ(put(made.left[0].name, files[0]), 204u);
    ASSERT_EQ(put(made.left[1].name, files[1]), 204u);
    for (std::size_t i = 0; i < 2; ++i) {
        auto const got = get(to_hex(made.left[i].name));
        ASSERT_OK(got);
        EXPECT_EQ(got->body, files[i]);
    }
    // Retries of what was answered and not heard.
    EXPECT_EQ(announce(made), 204u);
    EXPECT_EQ(put(made.left[1].name, files[1]), 409u);
    // Also after a restart.
    r.stop_guardian(0);
    r.start_guardian(0);
    EXPECT_EQ(get(made.left[1].name), 200u);
}

TEST_F(Travellers, the_next_pair_takes_the_place_of_the_last_when_it_is_whole) {
    auto const first = note(10), second = note(20), third = note(30);
    ASSERT_EQ(announce(first), 204u);
    for (std::size_t i = 0; i < 2; ++i) ASSERT_EQ(put(first.left[i].name, files[i]), 204u);
    // One that is announced, half sent, and given up.
    ASSERT_EQ(announce(second), 204u);
    ASSERT_EQ(put(second.left[0].name, files[0]), 204u);
    EXPECT_EQ(get(first.left[0].name), 200u);
    ASSERT_EQ(announce(third), 204u);
    ASSERT_EQ(put(third.left[0].name, files[0]), 204u);
    EXPECT_EQ(get(first.left[1].name), 200u) << "the last whole pair stays until the next is";
    ASSERT_EQ(put(third.left[1].name, files[1]), 204u);
    EXPECT_EQ(get(third.left[0].name), 200u);
    for (auto const* gone : {&first, &second}) {
        for (auto const& left : gone->left) EXPECT_EQ(get(left.name), 404u);
    }
    EXPECT_EQ(announce(first), 409u) << "an old note takes nothing back";
    EXPECT_LE(kept(), 2u);
}

TEST_F(Travellers, a_seized_device_can_replace_nothing_with_the_access_secret_alone) {
    auto const made = note(10);
    ASSERT_EQ(announce(made), 204u);
    for (std::size_t i = 0; i < 2; ++i) ASSERT_EQ(put(made.left[i].name, files[i]), 204u);
    auto const forged = Signed<TravelNote>::sign(note(20), SigningKey::generate());
    EXPECT_EQ(announce(forged.envelope()), 422u);
    EXPECT_EQ(announce(Signed<TravelNote>::sign(note(30), r.witness).envelope(), false), 401u);
    EXPECT_EQ(put(note(40).left[0].name, files[0]), 404u);
    auto elsewhere = note(50);
    elsewhere.guardian = r.guardians[1]->id();
    EXPECT_EQ(announce(elsewhere), 422u);
    auto foreign = note(60);
    foreign.case_id = CaseId::make(random);
    EXPECT_GE(announce(foreign), 400u);
    auto future = note(70);
    future.claimed = wall_now() + Duration::days(30);
    EXPECT_EQ(announce(future), 409u);
    EXPECT_EQ(get(made.left[0].name), 200u);
    EXPECT_EQ(get(made.left[1].name), 200u);
}

TEST_F(Travellers, other_bytes_or_another_length_than_announced_leave_nothing) {
    auto const made = note(10);
    ASSERT_EQ(announce(made), 204u);
    EXPECT_EQ(put(made.left[0].name, files[1]), 409u);
    EXPECT_EQ(put(made.left[0].name, ByteView(files[0]).first(1000)), 422u);
    EXPECT_EQ(put(made.left[0].name, {}), 422u);
    EXPECT_EQ(get(made.left[0].name), 404u);
    EXPECT_EQ(kept(), 0u);
    EXPECT_EQ(put(made.left[0].name, files[0]), 204u);
}

TEST_F(Travellers, every_name_that_is_not_here_gets_the_same_answer_and_few_in_a_minute) {
    auto const made = note(10);
    ASSERT_EQ(announce(made), 204u);
    auto const unknown = get(to_hex(random.bytes<32>()));
    ASSERT_OK(unknown);
    EXPECT_EQ(unknown->status, 404u);
    for (auto const& name :
         {to_hex(made.left[0].name), std::string("x"), std::string(64, 'g'), std::string(3000, 'a'),
          std::string("..%2f..%2fkeys"), std::string()}) {
        auto const answer = get(name);
        ASSERT_OK(answer);
        EXPECT_EQ(answer->status, 404u);
        EXPECT_EQ(answer->body, unknown->body) << name;
        EXPECT_EQ(answer->headers.all(), unknown->headers.all()) << name;
    }
    // From loopback many are let through, since all of Tor comes from there; but not without end.
    // The clock stands still, so that a slow machine is not let through for being slow.
    r.options[0].now = [at = wall_now()] { return at; };
    r.stop_guardian(0);
    r.start_guardian(0);
    unsigned refused = 0;
    for (int i = 0; i < 3100 && refused == 0; ++i) refused += get(random.bytes<32>()) == 429;
    EXPECT_EQ(refused, 1u);
}

}  // namespace
}  // namespace exhibit::guard::test
