#include "guard/guardian/enrolment.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/slip39/slip39.hpp"
#include "guard/guardian/custody.hpp"
#include "guard/guardian/invitations.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t share_words_max = 1024;
// A changed policy lies in pre-votes, base64 inside of base64: with a larger one none could be
// read.
constexpr std::size_t policy_bytes_max = 56 * 1024;
constexpr std::string_view age_magic = "age-encryption.org/v1\n";

Outcome check_floors(Policy const& policy) {
    if (policy.drill) return {};
    auto const& floors = policy.floors;
    if (floors.interval_least < usual_floors.interval_least ||
        floors.grace_least < usual_floors.grace_least || floors.cool_off < usual_floors.cool_off) {
        return bad_input("the least interval, grace or cool-off of the policy is too short")
            .hint("only a drill may go below 24 h, 24 h and 7 d")
            .coded("floors");
    }
    return {};
}

// What cannot be encrypted to now cannot be on the day of the release either.
Outcome check_audience(Policy const& policy) {
    for (auto const& stage : policy.audience) {
        for (auto const& recipient : stage.recipients) {
            if (age::X25519Recipient::parse(recipient)) continue;
            return bad_input(
                       "a recipient of the audience is not an age key that a share can be "
                       "encrypted to")
                .hint("use an age1… key as age-keygen writes it")
                .coded("policy");
        }
    }
    return {};
}

// The directory must name exactly the guardians of the policy, us with our own pin.
Outcome check_directory(Premises const& premises, Policy const& policy,
                        Directory const& directory) {
    if (directory.case_id != policy.case_id)
        return bad_input("the directory is of another case").coded("directory");
    if (directory.entries.size() != policy.guardians.size()) {
        return bad_input("the directory names other guardians than the policy").coded("directory");
    }
    for (auto const& guardian : policy.guardians) {
        if (directory.find(guardian.id()) == nullptr) {
            return bad_input("the directory lacks a guardian of the policy")
                .at(guardian.id().hex())
                .coded("directory");
        }
    }
    if (directory.find(premises.id)->pin != premises.keys.pin) {
        return bad_input("the directory has another TLS pin for this guardian").coded("directory");
    }
    return {};
}

// Opens the share only to look: what is kept is the age file, so that the disk alone gives nothing.
Outcome check_share(Premises const& premises, Policy const& policy, ByteView share_age) {
    auto const* mine = policy.find(premises.id);
    if (mine->recipient != premises.keys.identity.recipient().text()) {
        return bad_input("the policy has another age key for this guardian").coded("not-mine");
    }
    auto words = age::decrypt_secret(share_age, premises.keys.identity, share_words_max);
    if (!words)
        return bad_input("this guardian cannot open its share")
            .at(words.error().code)
            .coded("share");
    // The digest, not the words, is revealed to the hash.
    if (DocumentDigest(sha256(words->reveal())) != mine->share_digest) {
        return bad_input("the share is not the one that the policy names").coded("share");
    }
    auto const share = slip39::parse_mnemonic(words->reveal());
    if (!share) return bad_input("the share is not made of SLIP-39 words").coded("share");
    if (share->member_threshold != policy.quorum.k) {
        return bad_input("the share needs another number of shares than the policy says")
            .coded("share");
    }
    return {};
}

struct Checked {
    Signed<Policy> policy;
    Signed<Directory> directory;
    protocol::Ledgers ledgers;
};

Result<Checked> check(Premises const& premises, Enrolment const& enrolment) {
    auto const claimed = TRY(peek<Policy>(enrolment.policy));
    auto policy = TRY(Signed<Policy>::open(enrolment.policy, claimed.witness));
    if (policy->version != 1 || policy->predecessor)
        return bad_input("a case begins with version 1").coded("policy");
    if (policy->protocol != 1)
        return bad_input("this guardian knows protocol 1 only").coded("protocol");
    if (policy->find(premises.id) == nullptr)
        return bad_input("this guardian is not in the policy").coded("not-mine");
    TRY(check_quorum(policy->quorum, policy->quorum.f == 0));
    if (policy->guardians.size() != policy->quorum.n || policy->audience.empty()) {
        return bad_input("the policy contradicts itself").coded("policy");
    }
    if (enrolment.policy.payload.size() > policy_bytes_max)
        return bad_input("the policy is too large").hint("name fewer recipients").coded("policy");
    TRY(check_audience(policy.value()));
    TRY(check_floors(policy.value()));
    auto directory = TRY(Signed<Directory>::open(enrolment.directory, policy->witness));
    TRY(check_directory(premises, policy.value(), directory.value()));
    auto first = TRY(Signed<CheckIn>::open(enrolment.check_in, policy->witness));
    TRY(check_share(premises, policy.value(), enrolment.share_age));
    if (!as_text(enrolment.case_key_age).starts_with(age_magic)) {
        return bad_input("the case key is not an age file").coded("case-key");
    }
    if (enrolment.duress == policy->witness)
        return bad_input("the key of duress is the witness's own").coded("policy");
    auto state = TRY(protocol::begin(policy, std::move(first), premises.now()));
    auto ledgers = protocol::with_shadow(std::move(state), enrolment.duress);
    return Checked{std::move(policy), std::move(directory), std::move(ledgers)};
}

Envelope sign_receipt(Premises const& premises, CaseId const& id, CaseRecord const& record) {
    ShareReceipt receipt;
    receipt.case_id = id;
    receipt.guardian = premises.id;
    receipt.policy = record.policy;
    receipt.share_digest = record.share_digest;
    receipt.time = record.enrolled;
    return Signed<ShareReceipt>::sign(std::move(receipt), premises.keys.signing).envelope();
}

CaseRecord make_record(Premises const& premises, Enrolment const& enrolment, Checked const& checked,
                       std::uint64_t quota_bytes) {
    auto const& policy = checked.policy;
    CaseRecord record{.directory = checked.directory,
                      .policy = policy.digest(),
                      .share_digest = policy->find(premises.id)->share_digest,
                      .access_hash = sha256(ByteView(enrolment.access)),
                      .quota_bytes = quota_bytes,
                      .share_age = enrolment.share_age,
                      .case_key_age = enrolment.case_key_age,
                      .enrolled = premises.now(),
                      .drill = policy->drill};
    return record;
}

}  // namespace

Result<Enrolled> enrol(Premises const& premises, Enrolment const& enrolment) {
    auto invitation = TRY(
        find_invitation(premises.rows(), premises.invitations, enrolment.token, premises.now()));
    auto const claimed = TRY(peek<Policy>(enrolment.policy));
    auto const& id = claimed.case_id;
    if (invitation.case_id) {
        if (*invitation.case_id != id || *invitation.policy != document_digest(enrolment.policy)) {
            return bad_input("this invitation is unknown, used or too old")
                .hint("ask the guardian for a new one")
                .coded("invitation");
        }
        auto const record = TRY(premises.files.record(id));
        return Enrolled{id, sign_receipt(premises, id, *record), false};
    }
    auto checked = TRY(check(premises, enrolment));
    auto const taken = TRY(premises.rows().get(Table::cases, CaseFiles::record_key(id)));
    if (taken) return bad_input("this case is here already").coded("exists");

    auto const record = make_record(premises, enrolment, checked, invitation.quota_bytes);
    invitation.case_id = id;
    invitation.policy = checked.policy.digest();
    Batch batch;
    batch.push_back({Table::cases, CaseFiles::record_key(id), to_bytes(write_record(record))});
    batch.push_back({Table::envelopes, CaseFiles::policy_key(id, checked.policy.digest()),
                     to_bytes(write_envelope(checked.policy.envelope()))});
    CaseFiles::put_ledgers(batch, id, checked.ledgers);
    batch.push_back(invitation_write(enrolment.token, invitation));
    auto& custody = *premises.custody;
    batch.push_back(custody.row_of(policy_event(custody.stating(), id, record.policy)));
    TRY(premises.rows().commit(std::move(batch)));
    custody.committed();
    return Enrolled{id, sign_receipt(premises, id, record), true};
}

}  // namespace exhibit::guard
