#include "seal/make_case.hpp"

#include <algorithm>

#include "case/certificate.hpp"
#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/slip39/slip39.hpp"

namespace exhibit::seal {
namespace {

// The passphrase of the case key is 256 random bits: stretching it buys nothing.
constexpr unsigned case_key_log_n = 10;

// lower-case hex of the secret, without leaving a copy outside locked memory.
SecretBytes hex_passphrase(SecretBytes const& secret) {
    static constexpr char digits[] = "0123456789abcdef";
    SecretBytes out(secret.size() * 2);
    auto to = out.reveal_for_writing();
    auto const from = secret.reveal();
    for (std::size_t i = 0; i < from.size(); ++i) {
        to[2 * i] = static_cast<Byte>(digits[from[i] >> 4]);
        to[2 * i + 1] = static_cast<Byte>(digits[from[i] & 15]);
    }
    return out;
}

struct SharedKey {
    std::string recipient;
    Bytes case_key_age;
    std::vector<SecretBytes> shares;
};

// Makes the case key, divides what opens it, and proves that k shares give it back before it is let
// go.
Result<SharedKey> make_shared_key(Quorum const& quorum, unsigned paper_shares) {
    auto const identity = age::X25519Identity::generate();
    auto const master = SecretBytes::random(32);
    SharedKey shared;
    shared.recipient = identity.recipient().text();
    shared.shares = TRY(slip39::split(master, quorum.k, quorum.n + paper_shares, SecretBytes()));
    age::ScryptRecipient const lock(hex_passphrase(master), case_key_log_n);
    auto text = identity.text();
    shared.case_key_age = TRY(age::encrypt(text.reveal(), lock));

    std::vector<SecretBytes> some;
    for (unsigned i = 0; i < quorum.k; ++i)
        some.push_back(shared.shares[shared.shares.size() - 1 - i].clone());
    auto const again = TRY(slip39::combine(some, SecretBytes()));
    age::ScryptIdentity const opener(hex_passphrase(again), case_key_log_n);
    auto const opened = TRY(age::decrypt_secret(shared.case_key_age, opener, 1024));
    VERIFY(equal(opened, text));
    return shared;
}

// The true key and that of duress, each in a passphrase file, in random order.
// Without a passphrase for duress its file opens to nobody, and looks the same.
Result<std::vector<NamedFile>> lock_witness_keys(SigningKey const& witness,
                                                 SecretBytes const& passphrase,
                                                 SigningKey const& duress,
                                                 SecretBytes const& duress_passphrase) {
    age::ScryptRecipient const own(passphrase.clone());
    age::ScryptRecipient const other(duress_passphrase.size() == 0 ? SecretBytes::random(32)
                                                                   : duress_passphrase.clone());
    auto const pem = write_private_pem(witness);
    auto const other_pem = write_private_pem(duress);
    auto first = TRY(age::encrypt(pem.reveal(), own));
    auto second = TRY(age::encrypt(other_pem.reveal(), other));
    if (SystemRandom().bytes<1>()[0] & 1) std::swap(first, second);
    return std::vector<NamedFile>{{"witness-1.age", std::move(first)},
                                  {"witness-2.age", std::move(second)}};
}

Result<std::vector<NamedFile>> device_files(CaseId const& case_id, SigningKey const& witness,
                                            age::X25519Recipient const& recipient,
                                            Envelope const& policy) {
    auto const device = SigningKey::generate();
    auto const certificate = Signed<KeyCertificate>::sign({.case_id = case_id,
                                                           .role = KeyCertificate::Role::device,
                                                           .issuer = witness.public_key(),
                                                           .subject = device.public_key()},
                                                          witness);
    auto certificate_age =
        TRY(age::encrypt(as_bytes(write_envelope(certificate.envelope())), recipient));
    auto policy_age = TRY(age::encrypt(as_bytes(write_envelope(policy)), recipient));
    auto pem = write_private_pem(device);
    return std::vector<NamedFile>{
        {"device-key.pem",
         to_bytes(pem.reveal())},  // reveal: the device key lies open on the device by design
        {"device-certificate.age", std::move(certificate_age)},
        {"policy.age", std::move(policy_age)},
        {"case-recipient.txt", to_bytes(recipient.text() + "\n")}};
}

Outcome check_audience(std::vector<AudienceStage> const& audience) {
    for (auto const& stage : audience) {
        for (auto const& recipient : stage.recipients) {
            TRY(age::X25519Recipient::parse(recipient));
        }
    }
    return {};
}

}  // namespace

Result<MadeCase> make_case(CasePlan plan, SecretBytes const& passphrase, WallTime now) {
    TRY(check_audience(plan.audience));
    if (plan.interval < plan.floors.interval_least || plan.grace < plan.floors.grace_least) {
        return wrong_use("the interval or the grace is shorter than this case allows")
            .coded("floors")
            .hint("a rehearsal with short times is a case of its own:  exhibit init NAME --drill");
    }
    auto shared = TRY(make_shared_key(plan.quorum, plan.paper_shares));
    if (equal(passphrase, plan.duress_passphrase)) {
        return wrong_use("the passphrase for duress is the one for checking in")
            .coded("passphrase")
            .hint("choose two that you can tell apart under pressure");
    }
    auto const witness = SigningKey::generate();
    auto const duress = SigningKey::generate();
    MadeCase made;
    made.case_key_age = shared.case_key_age;

    Policy& policy = made.policy;
    policy.case_id = plan.case_id;
    policy.drill = plan.drill;
    policy.witness = witness.public_key();
    policy.case_recipient = shared.recipient;
    policy.quorum = plan.quorum;
    policy.audience = plan.audience;
    policy.floors = plan.floors;
    policy.created = now;
    Directory directory{.case_id = plan.case_id, .version = 1, .entries = {}};
    for (std::size_t i = 0; i < plan.guardians.size(); ++i) {
        auto const& met = plan.guardians[i];
        auto const share_digest = DocumentDigest(sha256(shared.shares[i].reveal()));
        policy.guardians.push_back(
            {met.card.key, met.card.recipient, share_digest, met.card.hosts});
        directory.entries.push_back({guardian_id(met.card.key), met.invitation.name,
                                     met.invitation.address, met.invitation.pin});
    }
    for (std::size_t i = plan.guardians.size(); i < shared.shares.size(); ++i) {
        policy.paper_shares.push_back(DocumentDigest(sha256(shared.shares[i].reveal())));
    }
    auto const signed_policy = Signed<Policy>::sign(policy, witness);
    // What we sign must be what a guardian would take.
    TRY(Policy::parse_payload(signed_policy.envelope().payload));
    auto const signed_directory = Signed<Directory>::sign(directory, witness);

    CheckIn first{.case_id = plan.case_id,
                  .claimed = now,
                  .interval = plan.interval,
                  .grace = plan.grace,
                  .policy = signed_policy.digest(),
                  .vouched = VouchedList{}.digest(),
                  .clocks = {}};
    for (auto const& met : plan.guardians) first.clocks.push_back(met.clock);
    auto const check_in = Signed<CheckIn>::sign(first, witness);
    made.first_check_in = {check_in.digest(),   now, plan.interval, plan.grace,
                           now + plan.interval, {},  first.clocks};

    made.info = {.case_id = plan.case_id,
                 .drill = plan.drill,
                 .recipient = shared.recipient,
                 .policy = signed_policy.digest(),
                 .quorum = plan.quorum,
                 .interval = plan.interval,
                 .grace = plan.grace,
                 .audience = plan.audience,
                 .guardians = {}};
    for (std::size_t i = 0; i < plan.guardians.size(); ++i) {
        auto const& met = plan.guardians[i];
        auto const access = SystemRandom().bytes<32>();
        made.info.guardians.push_back({met.card.key, met.invitation.name, met.invitation.address,
                                       met.invitation.pin, access});
        auto const recipient = TRY(age::X25519Recipient::parse(met.card.recipient));
        // reveal: the share goes into an age file that only this guardian can open.
        auto share_age = TRY(age::encrypt(shared.shares[i].reveal(), recipient));
        made.enrolments.push_back({.token = met.invitation.token,
                                   .policy = signed_policy.envelope(),
                                   .directory = signed_directory.envelope(),
                                   .check_in = check_in.envelope(),
                                   .share_age = std::move(share_age),
                                   .case_key_age = shared.case_key_age,
                                   .duress = duress.public_key(),
                                   .access = access});
    }
    for (std::size_t i = plan.guardians.size(); i < shared.shares.size(); ++i) {
        made.paper_shares.push_back(std::move(shared.shares[i]));
    }
    made.files = TRY(lock_witness_keys(witness, passphrase, duress, plan.duress_passphrase));
    auto const recipient = TRY(age::X25519Recipient::parse(shared.recipient));
    auto device = TRY(device_files(plan.case_id, witness, recipient, signed_policy.envelope()));
    std::ranges::move(device, std::back_inserter(made.files));
    return made;
}

Outcome check_share_receipt(MadeCase const& made, std::size_t guardian, Envelope const& receipt) {
    auto const& expected = made.policy.guardians.at(guardian);
    auto const opened = TRY(open_from_guardian<ShareReceipt>(receipt, made.policy));
    bool const fits = opened->guardian == expected.id() && opened->policy == made.info.policy &&
                      opened->share_digest == expected.share_digest;
    if (!fits)
        return bad_input("confirmed another share than the one it was sent").coded("share-receipt");
    return {};
}

Outcome install_case(Path const& folder, MadeCase const& made) {
    auto files = made.files;
    files.push_back({"last-check-in.json", to_bytes(write_check_in_memory(made.first_check_in))});
    files.push_back({"case.json", to_bytes(write_case_info(made.info))});
    return install_files(folder, files);
}

}  // namespace exhibit::seal
