// A device was lost: its access secret is void, at every guardian, also after a restart.
#include "case/device_lost.hpp"

#include "guard/guardian/rehearsal.hpp"

namespace exhibit::guard::test {
namespace {

struct LostDevices : ::testing::Test {
    Rehearsal r{Terms{.guardians = 4}};
    SystemRandom random;
    std::vector<ByteArray<32>> fresh;

    LostDevices() {
        r.enrol_all();
        for (unsigned i = 0; i < 4; ++i) fresh.push_back(random.bytes<32>());
    }
    DeviceLost lost(WallTime claimed) {
        DeviceLost made{
            .case_id = r.id, .claimed = claimed, .access = {}, .revocation_age = Bytes(200, 7)};
        for (unsigned i = 0; i < 4; ++i)
            made.access.push_back(
                {r.policy->value().guardians[i].id(), sha256(ByteView(fresh[i]))});
        return made;
    }
    unsigned tell(unsigned guardian, DeviceLost const& made, SigningKey const& key) {
        auto const envelope = Signed<DeviceLost>::sign(made, key).envelope();
        auto const answer =
            r.send(guardian, "POST", r.path("messages"), as_bytes(write_envelope(envelope)));
        return answer.ok() ? answer->status : 0;
    }
    unsigned clock_with(unsigned guardian, ByteArray<32> const& secret) {
        auto const body = write_json({{"nonce", to_hex(random.bytes<16>())}});
        auto const answer = r.send(guardian, "POST", r.path("clock"), as_bytes(body),
                                   {{"Authorization", "Bearer " + to_hex(secret)}});
        return answer.ok() ? answer->status : 0;
    }
};

TEST_F(LostDevices, the_old_secret_is_void_and_the_others_hear_of_it_by_themselves) {
    r.stop_guardian(3);
    EXPECT_EQ(clock_with(0, r.access[0]), 200u);
    ASSERT_EQ(tell(0, lost(wall_now()), r.witness), 200u);
    EXPECT_EQ(clock_with(0, r.access[0]), 403u);
    EXPECT_EQ(clock_with(0, fresh[0]), 200u);
    for (unsigned i = 1; i < 3; ++i) {
        EXPECT_TRUE(eventually([&] { return clock_with(i, r.access[i]) == 403; })) << i;
        EXPECT_EQ(clock_with(i, fresh[i]), 200u);
    }
    // One that was away learns it when it is back, also from guardians that were restarted since.
    r.stop_guardian(0);
    r.start_guardian(0);
    EXPECT_EQ(clock_with(0, r.access[0]), 403u);
    r.start_guardian(3);
    EXPECT_TRUE(eventually([&] {
        if (clock_with(3, r.access[3]) == 403) return true;
        r.stop_guardian(1);
        r.start_guardian(1);
        return false;
    }));
    EXPECT_EQ(clock_with(3, fresh[3]), 200u);
}

TEST_F(LostDevices, only_the_witness_says_so_and_nothing_old_takes_it_back) {
    auto const first = lost(wall_now() - Duration::minutes(1));
    EXPECT_EQ(tell(0, lost(wall_now()), SigningKey::generate()), 422u);
    EXPECT_EQ(tell(0, lost(wall_now() + Duration::days(3)), r.witness), 409u);
    auto nobody = first;
    nobody.access.erase(nobody.access.begin());
    EXPECT_EQ(tell(0, nobody, r.witness), 422u);
    EXPECT_EQ(clock_with(0, r.access[0]), 200u);
    ASSERT_EQ(tell(0, first, r.witness), 200u);
    EXPECT_EQ(tell(0, first, r.witness), 200u) << "a retry";
    auto const before = fresh;
    for (auto& one : fresh) one = random.bytes<32>();
    ASSERT_EQ(tell(0, lost(wall_now()), r.witness), 200u);
    EXPECT_EQ(clock_with(0, before[0]), 403u);
    EXPECT_EQ(tell(0, first, r.witness), 200u) << "known already";
    EXPECT_EQ(clock_with(0, fresh[0]), 200u) << "and still the newest counts";
    EXPECT_EQ(tell(0, lost(wall_now() - Duration::days(1)), r.witness), 409u);
}

}  // namespace
}  // namespace exhibit::guard::test
