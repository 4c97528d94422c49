#include "case/device_lost.hpp"

#include "support/shared.hpp"

namespace exhibit {
namespace {

TEST(DeviceLostDocuments, are_read_as_they_were_written) {
    SystemRandom random;
    auto const id = CaseId::make(random);
    auto const key = SigningKey::generate();
    Revocation const revocation{.case_id = id,
                                .device = key.public_key(),
                                .from = WallTime::from_ms(1'000),
                                .claimed = WallTime::from_ms(2'000)};
    auto const text = write_payload(revocation);
    EXPECT_EQ(write_payload(Revocation::parse_payload(as_bytes(text)).take()), text);

    DeviceLost lost{.case_id = id,
                    .claimed = WallTime::from_ms(2'000),
                    .access = {{GuardianId(random.bytes<32>()), random.bytes<32>()}},
                    .revocation_age = Bytes(100, 3)};
    EXPECT_EQ(write_payload(DeviceLost::parse_payload(as_bytes(write_payload(lost))).take()),
              write_payload(lost));
    EXPECT_NE(lost.find(lost.access[0].guardian), nullptr);
    EXPECT_EQ(lost.find(GuardianId()), nullptr);
    PendingLoss const pending{Signed<DeviceLost>::sign(lost, key).envelope(),
                              {{lost.access[0].guardian, random.bytes<32>()}},
                              WallTime::from_ms(1'000),
                              "-----BEGIN…",
                              Bytes(100, 4)};
    auto const written = write_pending_loss(pending);
    EXPECT_EQ(write_pending_loss(parse_pending_loss(as_bytes(written)).take()), written);

    lost.access.push_back(lost.access[0]);
    EXPECT_ERROR_CODE(DeviceLost::parse_payload(as_bytes(write_payload(lost))), "device-lost");
}

}  // namespace
}  // namespace exhibit
