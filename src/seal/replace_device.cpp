#include "seal/replace_device.hpp"

#include "case/certificate.hpp"
#include "crypto/hash.hpp"
#include "formats/age/age.hpp"

namespace exhibit::seal {
namespace {

constexpr char const* pending_file = "device-lost.json";
constexpr std::size_t pending_bytes_max = 256 * 1024;
constexpr std::size_t key_bytes_max = 16 * 1024;

Result<PublicKey> device_key_of(CaseFolder const& folder) {
    auto pem = TRY(read_file(folder.path() / "device-key.pem", key_bytes_max));
    auto const key = TRY(parse_private_pem(pem));
    wipe(pem);
    return key.public_key();
}

}  // namespace

Result<std::optional<PendingLoss>> pending_loss(CaseFolder const& folder) {
    auto const path = folder.path() / pending_file;
    if (!is_there(path)) return std::optional<PendingLoss>();
    auto const text = TRY(read_file(path, pending_bytes_max));
    auto pending = TRY(parse_pending_loss(text));
    return std::optional<PendingLoss>(std::move(pending));
}

Result<PendingLoss> begin_loss(CaseFolder const& folder, SigningKey const& witness, WallTime from,
                               WallTime now) {
    auto const& info = folder.info();
    auto const lost_key = TRY(device_key_of(folder));
    auto const recipient = TRY(age::X25519Recipient::parse(info.recipient));
    auto const device = SigningKey::generate();
    auto const certificate = Signed<KeyCertificate>::sign({.case_id = info.case_id,
                                                           .role = KeyCertificate::Role::device,
                                                           .issuer = witness.public_key(),
                                                           .subject = device.public_key()},
                                                          witness);
    auto const certificate_age =
        TRY(age::encrypt(as_bytes(write_envelope(certificate.envelope())), recipient));
    auto const revocation = Signed<Revocation>::sign(
        {.case_id = info.case_id, .device = lost_key, .from = from, .claimed = now}, witness);
    DeviceLost lost{.case_id = info.case_id, .claimed = now, .access = {}, .revocation_age = {}};
    lost.revocation_age =
        TRY(age::encrypt(as_bytes(write_envelope(revocation.envelope())), recipient));
    std::vector<PendingLoss::Access> access;
    for (auto const& guardian : info.guardians) {
        access.push_back({guardian.id(), SystemRandom().bytes<32>()});
        lost.access.push_back({guardian.id(), sha256(ByteView(access.back().secret))});
    }
    auto const pem = write_private_pem(device);
    // reveal: the device key lies open on the device by design.
    PendingLoss pending{Signed<DeviceLost>::sign(std::move(lost), witness).envelope(),
                        std::move(access), from, to_string(pem.reveal()), certificate_age};
    TRY(replace_file(folder.path() / pending_file, write_pending_loss(pending)));
    return pending;
}

// Done again by every run: killed between the two files, key and certificate would not fit.
Outcome install_device(CaseFolder const& folder, PendingLoss const& pending) {
    TRY(replace_file(folder.path() / "device-certificate.age", pending.certificate_age));
    return replace_file(folder.path() / "device-key.pem", pending.device_key_pem);
}

Outcome finish_install(CaseFolder const& folder) {
    auto const pending = TRY(pending_loss(folder));
    if (!pending) return {};
    auto const there = TRY(read_file(folder.path() / "device-certificate.age", pending_bytes_max));
    if (there != pending->certificate_age) return {};  // not begun: the old pair fits
    return install_device(folder, *pending);
}

Outcome confirm_loss(CaseFolder& folder, GuardianId const& guardian, ByteArray<32> const& secret) {
    auto info = folder.info();
    for (auto& known : info.guardians) {
        if (known.id() == guardian) known.access = secret;
    }
    return folder.save(std::move(info));
}

Outcome end_loss(CaseFolder const& folder) { return remove_file(folder.path() / pending_file); }

}  // namespace exhibit::seal
