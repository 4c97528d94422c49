#include "prove/case_check.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "case/release_folder.hpp"
#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t key_bytes_max = 16 * 1024;
constexpr char const* dsse_check = "openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6)";

void judge_record(ReadRelease const& read, ReleaseEvidence const& evidence, Findings& to) {
    if (read.record.empty()) return;
    auto const expected =
        write_release_record(evidence.policy.value(), evidence.policy.digest(), evidence.stage);
    if (read.record != expected) {
        return to.say("record.relabelled",
                      "data/release.json says something else than the policy: case, policy, drill "
                      "or audience was relabelled",
                      {{place::record, place::policy}});
    }
    to.say("record.same", "the release record is the one that follows from the policy",
           {{place::record, place::policy}});
}

void judge_complaints(ReadRelease const& read, ReleaseEvidence const& evidence, Findings& to) {
    for (auto const& complaint : evidence.complaints) {
        auto const path = read.path_of(complaint);
        if (complaint.about == Complaint::About::vouched && !read.has_vouched_list) {
            to.say("vouched.missing",
                   "the list of what the witness vouched for is not here, or cannot be read",
                   {{path}});
            continue;
        }
        to.say("document.bad",
               tar::printable(path) + " does not hold: " + complaint.why.what +
                   "; it counts for nothing",
               {{path}});
    }
}

struct Reason {
    std::string words;
    Json details = Json::object();
    // Nobody could agree before; none for a release-now.
    std::optional<WallTime> not_before = std::nullopt;
};

Reason reason_of(ReleaseEvidence const& evidence) {
    auto const& subject = evidence.subject;
    if (subject.is_release_now()) {
        auto const now = ReleaseNow::parse_payload(subject.envelope.payload);
        if (!now.ok()) return {"because the witness asked for it, at a time that cannot be read"};
        return {"because the witness asked for it: signed " + show_time(now->claimed),
                {{"reason", "asked"}, {"signed", write_time(now->claimed)}},
                std::nullopt};
    }
    auto const last = CheckIn::parse_payload(subject.envelope.payload);
    if (!last.ok()) return {"for a reason that cannot be read"};
    // Rule 1: the deadline may be later than this (an older check-in asked for more), or earlier by
    // what a clock of the device may be ahead; never more than grace/4 earlier.
    auto const overdue = last->claimed + last->interval + last->grace;
    return {"because the witness fell silent: the last check-in, of " + show_time(last->claimed) +
                ", ran out after " + show_duration(last->interval) + " and " +
                show_duration(last->grace) + " of warnings",
            {{"reason", "silence"},
             {"last_check_in", write_time(last->claimed)},
             {"overdue", write_time(overdue)}},
            overdue - last->grace / 4};
}

void judge_reason(ReleaseEvidence const& evidence, Findings& to) {
    auto const& quorum = evidence.policy->quorum;
    auto reason = reason_of(evidence);
    auto const agreed = std::to_string(evidence.adoptions_agreeing()) + " of " +
                        std::to_string(quorum.n) + " guardians";
    Grounds grounds{
        {place::subject, std::string(place::adoptions) + "/", std::string(place::votes) + "/"},
        dsse_check,
        std::move(reason.details)};
    grounds.details["adoptions"] = evidence.adoptions_agreeing();
    grounds.details["votes"] = evidence.votes_agreeing();
    grounds.details["needed"] = quorum.q;
    auto const when = evidence.agreed_at();
    if (!when) {
        // Evidence that is not here is not evidence against.
        return to.say("released.too-few",
                      reason.words + "; but only " + agreed +
                          " are shown to have agreed here, and " + std::to_string(quorum.q) +
                          " are needed: adoptions are missing",
                      grounds);
    }
    grounds.details["agreed"] = write_time(*when);
    if (reason.not_before && *when < *reason.not_before) {
        return to.say("released.too-early",
                      agreed + " agreed by " + show_time(*when) +
                          ", by their own clocks; but the last check-in ran out, with its "
                          "warnings, only at " +
                          show_time(*reason.not_before),
                      grounds);
    }
    to.say("released.agreed",
           reason.words + "; " + agreed + " agreed (" + std::to_string(quorum.q) +
               " are needed) by " + show_time(*when) + ", " +
               std::to_string(evidence.votes_agreeing()) + " votes are here",
           grounds);
}

enum class Owner { same, other, not_here };

// The key file is named after its owner; is it that owner's?
Owner owner_of(HashedFolder const& it, std::string const& path, PublicKey const& key,
               Policy const& policy) {
    auto const is = [](bool same) { return same ? Owner::same : Owner::other; };
    auto const name = path.substr(std::string_view(place::keys).size() + 1);
    if (name == "witness-" + dsse_keyid(policy.witness) + ".pem") return is(key == policy.witness);
    if (name.starts_with("guardian-")) {
        auto const id = guardian_id(key);
        return is(policy.find(id) != nullptr && name == "guardian-" + id.hex() + ".pem");
    }
    if (!name.starts_with("exhibit-")) return Owner::other;
    auto const number = name.substr(8, name.size() - 12);
    auto const text = it.folder.text("data/" + number + ".sd-jwt", document_bytes_max);
    auto const statement = text.ok() ? SealStatement::parse(*text) : text.error();
    return statement.ok() ? is(statement->key == key) : Owner::not_here;
}

}  // namespace

std::optional<ReleaseEvidence> judge_documents(ReadRelease const& read, Findings& to) {
    if (!read.usable) return std::nullopt;
    auto checked = check_release(read.bundle);
    if (!checked.ok()) {
        auto const& error = checked.error();
        auto const code = std::string_view(error.code);
        if (code == "policy" || !peek<Policy>(read.bundle.policy).ok())
            to.trouble("policy.bad", "policy.unreadable", "", error, {{place::policy}});
        else if (code == "stage")
            to.say("record.relabelled", "data/release.json: " + error.what,
                   {{place::record, place::policy}});
        else
            to.trouble("released.bad", "released.unreadable", "", error,
                       {{place::subject, place::policy}});
        return std::nullopt;
    }
    auto evidence = checked.take();
    auto const& policy = evidence.policy.value();
    if (policy.drill)
        to.say("drill.case",
               "DRILL: this is a rehearsal with a dummy case; nothing here is evidence",
               {{place::policy}});
    to.say("policy.signed",
           "signed by the witness's key " + dsse_keyid(policy.witness).substr(0, 8) +
               "…, self-made: one hand, not a name",
           {{place::policy},
            dsse_check,
            {{"witness", dsse_keyid(policy.witness)}, {"case", policy.case_id.text()}}});
    judge_record(read, evidence, to);
    judge_complaints(read, evidence, to);
    judge_reason(evidence, to);
    return evidence;
}

void judge_known(Policy const& policy, KnownKeys const& known_keys, Findings& to) {
    using Role = KnownKey::Role;
    auto const tell = [&](Role role, PublicKey const& key) -> KnownKey const* {
        auto const id = sha256(key.bytes());
        if (auto const* twin = known_keys.look_alike(role, id))
            to.say("known.look-alike",
                   std::string("the ") + word_of(role) + "'s key " + to_hex(id) +
                       " begins like that of " + tar::printable(twin->name) +
                       " among the keys you know, and is another",
                   {{place::policy}, {}, {{"key", to_hex(id)}, {"known", to_hex(twin->key_id)}}});
        return known_keys.find(role, id);
    };
    Json const key = {{"witness", dsse_keyid(policy.witness)}};
    if (auto const* witness = tell(Role::witness, policy.witness))
        to.say("known.witness",
               "the witness's key is among the keys you know: " + tar::printable(witness->name),
               {{place::policy}, {}, key});
    else
        to.say("known.stranger",
               "the witness's key " + dsse_keyid(policy.witness) +
                   " is not among the keys you know: all may hold, and you do not know whose it is",
               {{place::policy}, {}, key});
    std::string names;
    std::size_t known = 0;
    for (auto const& guardian : policy.guardians) {
        auto const* entry = tell(Role::guardian, guardian.key);
        if (entry == nullptr) continue;
        ++known;
        names += (names.empty() ? ": " : ", ") + tar::printable(entry->name);
    }
    to.say("known.guardians",
           std::to_string(known) + " of " + std::to_string(policy.guardians.size()) +
               " guardians are among the keys you know" + names,
           {{place::policy}});
}

void judge_case_key(HashedFolder const& it, Policy const& policy, Findings& to) {
    if (!it.hashed.contains(place::case_key)) return;
    Grounds const grounds{{place::case_key, place::policy}, "age-keygen -y data/case-key.txt"};
    auto text = it.folder.text(place::case_key, key_bytes_max);
    if (!text.ok())
        return to.trouble("case-key.bad", "case-key.unreadable", "", text.error(),
                          {grounds.evidence});
    auto const keys = age::parse_identity_file(as_bytes(*text));
    if (!keys.ok())
        return to.trouble("case-key.bad", "case-key.unreadable",
                          "there is no age key in it: ", keys.error(), {grounds.evidence});
    bool const fits = std::ranges::any_of(
        *keys, [&](auto const& key) { return key.recipient().text() == policy.case_recipient; });
    if (!fits)
        return to.say("case-key.other",
                      "the key in data/case-key.txt is not the one that this case's exhibits were "
                      "sealed to",
                      grounds);
    to.say("case-key.fits", "the released key is the one that the policy names", grounds);
}

void judge_keys(HashedFolder const& it, Policy const& policy, Findings& to) {
    std::size_t good = 0;
    for (auto const& entry : it.entries) {
        if (!entry.path.starts_with(std::string(place::keys) + "/") ||
            !entry.path.ends_with(".pem"))
            continue;
        auto const text = it.folder.text(entry.path, key_bytes_max);
        if (!text.ok()) {
            to.trouble("keys.bad", "keys.unreadable", "", text.error(), {{entry.path}});
            continue;
        }
        auto const key = parse_public_pem(*text);
        auto const owner = key.ok() ? owner_of(it, entry.path, *key, policy) : Owner::other;
        auto const shown = tar::printable(entry.path);
        if (owner == Owner::same)
            ++good;
        else if (owner == Owner::other)
            to.say("keys.other", shown + " is not a key that this case names", {{entry.path}});
        else
            to.say("keys.of-no-exhibit",
                   shown +
                       " is named after an exhibit without a seal statement that can be read "
                       "here; it is not counted",
                   {{entry.path}});
    }
    if (good > 0)
        to.say("keys.same",
               std::to_string(good) +
                   " public keys in keys/ are those that policy and statements name",
               {{std::string(place::keys) + "/"}});
}

}  // namespace exhibit::prove
