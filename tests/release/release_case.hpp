// A whole small case for tests: keys, guardians, shares, exhibits sealed by src/seal, and what
// guardians hand out after the release.
#pragma once

#include <map>

#include "case/certificate.hpp"
#include "case/device_memory.hpp"
#include "case/release.hpp"
#include "case/vote.hpp"
#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/slip39/slip39.hpp"
#include "release/release.hpp"
#include "seal/sealer.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

inline WallTime const sealed_at = WallTime::from_ms(1'600'000'000'000);

struct ReleaseCase {
    SystemRandom random;
    TemporaryFolder folder;
    CaseId id = CaseId::make(random);
    SigningKey witness = SigningKey::generate();
    SigningKey device = SigningKey::generate();
    std::vector<SigningKey> guardians;
    age::X25519Identity case_key = age::X25519Identity::generate();
    age::X25519Identity reader = age::X25519Identity::generate();
    Bytes case_key_age;
    std::vector<SecretBytes> shares;
    Policy policy;
    std::optional<Envelope> signed_policy;
    VouchedList vouched;

    explicit ReleaseCase(bool named = false) {
        auto const secret = SecretBytes::random(32);
        shares = slip39::split(secret, 2, 5, SecretBytes()).take();  // four guardians, one on paper
        age::ScryptRecipient const lock(SecretBytes::copy_of(to_hex(secret.reveal())), 10);
        case_key_age = age::encrypt(case_key.text().reveal(), lock).take();
        policy.case_id = id;
        policy.drill = true;
        policy.witness = witness.public_key();
        policy.case_recipient = case_key.recipient().text();
        policy.quorum = {4, 2, 3, 1};
        for (std::size_t i = 0; i < 4; ++i) {
            guardians.push_back(SigningKey::generate());
            policy.guardians.push_back({guardians[i].public_key(),
                                        age::X25519Identity::generate().recipient().text(),
                                        DocumentDigest(sha256(shares[i].reveal())), true});
        }
        policy.paper_shares.push_back(DocumentDigest(sha256(shares[4].reveal())));
        AudienceStage stage;
        stage.who = named ? AudienceStage::Who::named : AudienceStage::Who::everyone;
        if (named) stage.recipients.push_back(reader.recipient().text());
        policy.audience.push_back(stage);
        policy.floors = {Duration::seconds(1), Duration::seconds(1), Duration::seconds(1)};
        policy.created = sealed_at;
        signed_policy = Signed<Policy>::sign(policy, witness).envelope();
        write_case_folder();
    }

    DocumentDigest policy_digest() const { return document_digest(*signed_policy); }
    Path case_path() const { return folder.path() / "case"; }
    seal::CaseFolder open_case() const { return seal::CaseFolder::open(case_path()).take(); }

    void write_case_folder() const {
        std::filesystem::create_directories(case_path() / "exhibits");
        auto const certificate = Signed<KeyCertificate>::sign({.case_id = id,
                                                               .role = KeyCertificate::Role::device,
                                                               .issuer = witness.public_key(),
                                                               .subject = device.public_key()},
                                                              witness);
        auto const put = [&](char const* name, ByteView content) {
            ASSERT_OK(replace_file(case_path() / name, content));
        };
        put("device-key.pem", write_private_pem(device).reveal());
        put("device-certificate.age",
            age::encrypt(as_bytes(write_envelope(certificate.envelope())), case_key.recipient())
                .take());
        put("policy.age",
            age::encrypt(as_bytes(write_envelope(*signed_policy)), case_key.recipient()).take());
        CaseInfo info;
        info.case_id = id;
        info.drill = policy.drill;
        info.recipient = policy.case_recipient;
        info.policy = policy_digest();
        info.quorum = policy.quorum;
        info.interval = Duration::seconds(20);
        info.grace = Duration::seconds(20);
        info.audience = policy.audience;
        for (auto const& guardian : guardians) {
            info.guardians.push_back({guardian.public_key(),
                                      "g" + guardian_id(guardian.public_key()).hex().substr(0, 4),
                                      GuardianAddress{"localhost", 7443},
                                      {},
                                      {}});
        }
        put("case.json", as_bytes(write_case_info(info)));
    }

    // Seals it; `vouch` false: after the last check-in.
    seal::SealedExhibit seal_text(std::string const& name, std::string const& content,
                                  bool vouch = true) {
        auto const file = folder.path() / name;
        EXPECT_OK(replace_file(file, content));
        seal::SealOptions options;
        options.tool = "test";
        options.claimed_time = "noon";
        options.place_exact = "43.82 S 87.61 E";
        options.place_coarse = "43.8 S 87.6 E";
        auto sealed = seal::seal_file(open_case(), file, options, sealed_at);
        EXPECT_OK(sealed);
        if (vouch) vouched.statements.push_back(*sealed->record.statement);
        return sealed.take();
    }

    Subject check_in() const {
        CheckIn word{.case_id = id,
                     .claimed = sealed_at,
                     .interval = Duration::seconds(20),
                     .grace = Duration::seconds(20),
                     .policy = policy_digest(),
                     .vouched = vouched.digest(),
                     .clocks = {}};
        return Subject::of(Signed<CheckIn>::sign(word, witness).envelope());
    }

    ReleaseBundle bundle(std::size_t adopted = 3) const {
        ReleaseBundle out;
        out.policy = *signed_policy;
        auto const subject = check_in();
        out.subject = subject.envelope;
        auto const time = sealed_at + Duration::seconds(50);
        for (std::size_t i = 0; i < guardians.size(); ++i) {
            auto const guardian = guardian_id(guardians[i].public_key());
            if (i < adopted) {
                Vote const vote{.case_id = id,
                                .guardian = guardian,
                                .nonce = {},
                                .time = time,
                                .subject = subject,
                                .hold = 0,
                                .policy = policy_digest()};
                out.votes.push_back(Signed<Vote>::sign(vote, guardians[i]).envelope());
                Adoption const adoption{.case_id = id,
                                        .guardian = guardian,
                                        .time = time,
                                        .subject = subject,
                                        .hold = 0,
                                        .policy = policy_digest()};
                out.adoptions.push_back(Signed<Adoption>::sign(adoption, guardians[i]).envelope());
                out.shares.push_back(share_of(i));
            }
            for (auto const& record : open_case().exhibits().take()) {
                if (!record.statement) continue;
                ExhibitReceipt const receipt{
                    id,
                    guardian,
                    record.number,
                    record.root,
                    record.size_bytes,
                    *record.statement,
                    sealed_at + Duration::seconds(static_cast<std::int64_t>(i + 1))};
                out.receipts.push_back(
                    Signed<ExhibitReceipt>::sign(receipt, guardians[i]).envelope());
            }
        }
        out.vouched = vouched.text();
        out.case_key_age = case_key_age;
        for (auto const& record : open_case().exhibits().take()) {
            ReleaseBundle::Exhibit one{record.number, record.size_bytes, std::nullopt};
            if (record.statement)
                one.statement =
                    read_text_file(open_case().exhibit_file(record.number, ".sd-jwt"), 1 << 20)
                        .take();
            out.exhibits.push_back(one);
        }
        return out;
    }

    Envelope share_of(std::size_t i,
                      std::optional<std::string> const& other_words = std::nullopt) const {
        ReleasedShare share;
        share.case_id = id;
        share.guardian = guardian_id(guardians[i].public_key());
        share.policy = policy_digest();
        auto const words = other_words.value_or(std::string(shares[i].reveal_text()));
        if (policy.stage(0).who == AudienceStage::Who::everyone)
            share.words = words;
        else
            share.encrypted.push_back({reader.recipient().text(),
                                       age::encrypt(as_bytes(words), reader.recipient()).take()});
        return Signed<ReleasedShare>::sign(share, guardians[i]).envelope();
    }

    release::CiphertextOpener opener() const {
        return [this](ExhibitNumber number) -> Result<std::optional<Path>> {
            auto const path = open_case().exhibit_file(number, ".age");
            if (!is_there(path)) return std::optional<Path>();
            return std::optional<Path>(path);
        };
    }
};

// Every file below a folder, path → content.
inline std::map<std::string, std::string> contents(Path const& folder) {
    std::map<std::string, std::string> out;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        out[entry.path().lexically_relative(folder).generic_string()] =
            read_text_file(entry.path(), 64 << 20).take();
    }
    return out;
}

}  // namespace exhibit::test
