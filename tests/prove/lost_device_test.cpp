// What a lost device sealed is told apart: held by guardians before it was lost, or not.
#include "prove/lost_device_check.hpp"

#include "prove/verify.hpp"
#include "release/publish.hpp"
#include "release/release_case.hpp"

namespace exhibit::test {
namespace {

struct LostDevice : ::testing::Test {
    ReleaseCase c;

    Envelope lost_from(WallTime from, SigningKey const& signer, PublicKey const& device) {
        auto const revocation = Signed<Revocation>::sign(
            {.case_id = c.id, .device = device, .from = from, .claimed = from}, signer);
        DeviceLost lost{.case_id = c.id, .claimed = from, .access = {}, .revocation_age = {}};
        lost.revocation_age =
            age::encrypt(as_bytes(write_envelope(revocation.envelope())), c.case_key.recipient())
                .take();
        return Signed<DeviceLost>::sign(lost, c.witness).envelope();
    }
    // Ids of the sentences about lost devices that `verify` says.
    std::vector<std::string> said(std::vector<Envelope> const& devices_lost,
                                  std::string const& name) {
        auto bundle = c.bundle();
        bundle.devices_lost = devices_lost;
        auto const text = write_release_bundle(bundle);
        auto const again = parse_release_bundle(as_bytes(text)).take();
        EXPECT_OK(release::publish(again, c.opener(), {}, c.folder.path() / name, {}));
        auto const report = prove::verify_release(c.folder.path() / name, {});
        std::vector<std::string> ids;
        for (auto const& finding : report.findings) {
            if (finding.claim == "lost-device") ids.push_back(finding.sentence);
        }
        return ids;
    }
};

TEST_F(LostDevice, what_guardians_held_before_is_told_from_what_may_be_planted) {
    c.seal_text("gate.txt", "a gate");
    EXPECT_TRUE(said({}, "none").empty());
    // Guardians held it from one to four seconds after it was sealed; f + 1 of them after two.
    auto const before = said(
        {lost_from(sealed_at + Duration::seconds(60), c.witness, c.device.public_key())}, "before");
    ASSERT_EQ(before.size(), 1u);
    EXPECT_NE(before[0].find("guardians held it before that"), std::string::npos) << before[0];
    auto const after = said(
        {lost_from(sealed_at + Duration::seconds(1), c.witness, c.device.public_key())}, "after");
    ASSERT_EQ(after.size(), 1u);
    EXPECT_NE(after[0].find("may be planted"), std::string::npos) << after[0];
    // The earliest word counts; another device's loss says nothing of this one.
    EXPECT_EQ(said({lost_from(sealed_at + Duration::seconds(60), c.witness, c.device.public_key()),
                    lost_from(sealed_at + Duration::seconds(1), c.witness, c.device.public_key())},
                   "both"),
              after);
    EXPECT_TRUE(
        said({lost_from(sealed_at, c.witness, SigningKey::generate().public_key())}, "other")
            .empty());
}

TEST_F(LostDevice, a_revocation_that_the_witness_did_not_sign_is_not_published_and_fails) {
    c.seal_text("gate.txt", "a gate");
    auto const forger = SigningKey::generate();
    EXPECT_TRUE(said({lost_from(sealed_at, forger, c.device.public_key())}, "forged").empty());
    auto const folder = c.folder.path() / "forged";
    auto const revocation = Signed<Revocation>::sign(
        {.case_id = c.id, .device = c.device.public_key(), .from = sealed_at, .claimed = sealed_at},
        forger);
    std::filesystem::create_directories(folder / "revocations");
    ASSERT_OK(
        replace_file(folder / "revocations" / "x.json", write_envelope(revocation.envelope())));
    auto const report = prove::verify_release(folder, {});
    bool failed = false;
    for (auto const& finding : report.findings)
        failed = failed || (finding.claim == "lost-device" && finding.verdict == Verdict::fails);
    EXPECT_TRUE(failed);
}

}  // namespace
}  // namespace exhibit::test
