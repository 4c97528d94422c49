#include "base/encoding.hpp"
#include "formats/tar/name.hpp"
#include "prove/exhibit_check.hpp"
#include "prove/provenance_check.hpp"
#include "prove/sealed_check.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {
namespace {

constexpr std::size_t small_file_max = 1 << 20;

HashedFile hash_path(Path const& file, bool with_root) {
    auto const input = open_for_reading(file);
    if (input.ok()) return hash_file(input->get(), file, with_root);
    HashedFile out;
    out.unreadable = input.error();
    return out;
}

std::optional<SealStatement> read_statement(Findings& to, Path const& path) {
    auto const text = read_text_file(path, small_file_max);
    if (!text.ok()) {
        to.say("statement.unreadable",
               "could not be checked: the seal statement " + text.error().what, {{path.string()}});
        return std::nullopt;
    }
    auto statement = SealStatement::parse(*text);
    if (statement.ok()) return statement.take();
    to.trouble("statement.bad", "statement.unreadable",
               "the seal statement does not hold: ", statement.error(), {{path.string()}});
    return std::nullopt;
}

void judge_certificates(Findings& to, SealStatement const& statement, OriginalProof const& proof) {
    bool const some = proof.exhibit_certificate || proof.device_certificate || proof.policy;
    bool const all = proof.exhibit_certificate && proof.device_certificate && proof.policy;
    // In a release they lie beside it: whoever took one away has a reason.
    if (some && !all)
        return to.say(
            "same-hand.missing",
            "whose hand sealed it could not be checked: not all of the policy and the key "
            "certificates are here");
    if (!all) {
        return to.say(
            "same-hand.not-asked",
            "not asked: give the key certificates and the policy to know whose hand sealed it");
    }
    Grounds const grounds{{proof.policy->string()}};
    auto const text = read_text_file(*proof.policy, small_file_max);
    if (!text.ok())
        return to.say("same-hand.unreadable",
                      "could not be checked: the policy " + text.error().what, grounds);
    auto const trouble = [&](char const* before, Error const& error) {
        to.trouble("same-hand.bad", "same-hand.unreadable", before, error, grounds);
    };
    auto const envelope = parse_envelope(as_bytes(*text));
    if (!envelope.ok()) return trouble("the policy is no document: ", envelope.error());
    auto const claimed = peek<Policy>(*envelope);
    if (!claimed.ok()) return trouble("the policy: ", claimed.error());
    auto const policy = Signed<Policy>::open(*envelope, claimed->witness);
    if (!policy.ok()) return trouble("the policy: ", policy.error());
    if (statement.claims.case_id != (*policy)->case_id)
        return to.say("same-hand.other", "the statement belongs to another case than the policy",
                      grounds);
    judge_hand(to, statement,
               {read_text_file(*proof.exhibit_certificate, small_file_max),
                read_text_file(*proof.device_certificate, small_file_max),
                {proof.exhibit_certificate->string(), proof.device_certificate->string(),
                 proof.policy->string()}},
               (*policy)->witness, (*policy)->case_id);
}

}  // namespace

VerifyReport verify_exhibit_file(Path const& path, Path const& statement_path,
                                 age::Identities identities) {
    VerifyReport report;
    Findings to(report, tar::printable(path.filename().string()));
    auto const statement = read_statement(to, statement_path);
    if (!statement) return report;
    if (!identities.empty()) {
        judge_opened(to, *statement, path, identities);
        if (statement->claims.drill)
            to.say("drill.exhibit", "DRILL: sealed in a rehearsal; not evidence");
        say_not_proven(to);
        return report;
    }
    judge_ciphertext(to, *statement, hash_path(path, true), path.string());
    to.say("ciphertext.only",
           "signed with the key " + dsse_keyid(statement->key).substr(0, 8) +
               "…, which was used for this exhibit alone",
           {{statement_path.string()}, {}, {{"exhibit", dsse_keyid(statement->key)}}});
    to.say("not-proven.sealed",
           "what is inside: that needs the key (--key); whose hand: that is inside too");
    return report;
}

VerifyReport verify_original(Path const& file, OriginalProof const& proof,
                             VerifyOptions const& options) {
    VerifyReport report;
    Findings to(report, tar::printable(file.filename().string()));
    auto const statement = read_statement(to, proof.statement);
    if (!statement) return report;
    auto const text = read_text_file(proof.disclosures, small_file_max);
    if (!text.ok()) {
        to.say("unchanged.unreadable", "could not be checked: the disclosures " + text.error().what,
               {{proof.disclosures.string()}});
        return report;
    }
    auto const facts = facts_that_fit(to, *statement, *text, proof.disclosures.string());
    if (!facts) return report;
    judge_original(to, facts->facts, hash_path(file, false), file.string());
    judge_manifest(to, file, options.now);
    if (options.full) judge_block_tree(to, facts->facts, file, options.threads);
    if (statement->claims.drill)
        to.say("drill.exhibit", "DRILL: sealed in a rehearsal; not evidence");
    judge_certificates(to, *statement, proof);
    judge_camera(to, facts->facts, file, file.string());
    say_claims(to, *facts, proof.disclosures.string());
    say_withheld(to, *facts, proof.disclosures.string());
    say_not_proven(to);
    return report;
}

}  // namespace exhibit::prove
