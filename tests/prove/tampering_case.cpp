#include "tampering_parts.hpp"

namespace exhibit::test {
namespace {

std::string const guardian_key_file(Specimen const& s) {
    return "keys/guardian-" + guardian_id(s.from.c.guardians[0].public_key()).hex() + ".pem";
}

std::vector<Tampering> policies() {
    return {
        {"policy-swapped", "the policy is that of another case",
         [](Specimen& s) {
             s.write("data/policy.json", s.read_other("data/policy.json"));
             s.make_lists_fit();
         },
         "released.bad", whole},
        {"policy-edited", "the policy says that one vote is enough",
         [](Specimen& s) {
             auto envelope = s.envelope("data/policy.json");
             auto policy = Policy::parse_payload(envelope.payload).take();
             policy.quorum.q = 1;
             envelope.payload = to_bytes(write_payload(policy));
             s.write("data/policy.json", write_envelope(envelope));
             s.make_lists_fit();
         },
         "policy.bad", whole},
        {"policy-signed-anew", "the policy names the forger as the witness, and he signed it",
         [](Specimen& s) {
             auto const forger = SigningKey::generate();
             auto policy = s.from.c.policy;
             policy.witness = forger.public_key();
             s.write("data/policy.json",
                     write_envelope(Signed<Policy>::sign(policy, forger).envelope()));
             s.make_lists_fit();
         },
         "released.bad", whole},
        {"policy-missing", "the policy is taken out",
         [](Specimen& s) {
             s.remove("data/policy.json");
             s.make_lists_fit();
         },
         "policy.missing", whole},
    };
}

std::vector<Tampering> records() {
    return {
        {"drill-relabelled", "the release record says that this was no rehearsal",
         [](Specimen& s) {
             s.replace("data/release.json", "\"drill\":true", "\"drill\":false");
             s.make_lists_fit();
         },
         "record.relabelled", whole},
        {"record-of-another-case", "the release record is that of another case",
         [](Specimen& s) {
             s.write("data/release.json", s.read_other("data/release.json"));
             s.make_lists_fit();
         },
         "record.relabelled", whole},
        {"record-other-stage", "the release record names another stage of the audience",
         [](Specimen& s) {
             s.replace("data/release.json", "\"stage\":0", "\"stage\":7");
             s.make_lists_fit();
         },
         "record.relabelled", whole},
        {"record-damaged", "the release record is no JSON",
         [](Specimen& s) {
             s.write("data/release.json", "released");
             s.make_lists_fit();
         },
         "record.bad", whole},
    };
}

std::vector<Tampering> subjects() {
    return {
        {"check-in-forged", "the last check-in is signed by somebody else",
         [](Specimen& s) {
             auto word = CheckIn::parse_payload(s.envelope("proofs/subject.json").payload).take();
             s.write("proofs/subject.json",
                     write_envelope(Signed<CheckIn>::sign(word, s.from.other.witness).envelope()));
         },
         "released.bad", whole},
        {"check-in-of-another-case", "the last check-in is that of another case",
         [](Specimen& s) { s.write("proofs/subject.json", s.read_other("proofs/subject.json")); },
         "released.bad", whole},
        {"check-in-older", "a true but older check-in is shown as the one that ran out",
         [](Specimen& s) {
             auto word = CheckIn::parse_payload(s.envelope("proofs/subject.json").payload).take();
             word.claimed = word.claimed - Duration::days(30);
             s.write("proofs/subject.json",
                     write_envelope(Signed<CheckIn>::sign(word, s.from.c.witness).envelope()));
         },
         "released.too-few", whole},
        {"check-in-missing", "the last check-in is taken out",
         [](Specimen& s) { s.remove("proofs/subject.json"); }, "released.missing", whole},
        {"release-now-forged", "somebody else than the witness says: now",
         [](Specimen& s) {
             ReleaseNow const now{s.from.c.id, sealed_at, s.from.c.policy_digest()};
             s.write("proofs/subject.json",
                     write_envelope(Signed<ReleaseNow>::sign(now, s.from.c.device).envelope()));
         },
         "released.bad", whole},
    };
}

std::vector<Tampering> keys() {
    return {
        {"case-key-of-another-case", "the published key is that of another case",
         [](Specimen& s) {
             s.write("data/case-key.txt", s.read_other("data/case-key.txt"));
             s.make_lists_fit();
         },
         "case-key.other", whole},
        {"case-key-damaged", "the published key is none",
         [](Specimen& s) {
             s.write("data/case-key.txt", "AGE-SECRET-KEY-1QQQ\n");
             s.make_lists_fit();
         },
         "case-key.bad", whole},
        {"key-file-of-the-witness", "keys/ holds the forger's key under the witness's name",
         [](Specimen& s) {
             auto const name = "keys/witness-" + dsse_keyid(s.from.c.witness.public_key());
             s.write(name + ".pem", write_public_pem(s.from.other.witness.public_key()));
         },
         "keys.other", whole},
        {"key-file-of-a-guardian", "keys/ holds another key under a guardian's name",
         [](Specimen& s) {
             s.write(guardian_key_file(s),
                     write_public_pem(s.from.other.guardians[0].public_key()));
         },
         "keys.other", whole},
        {"key-file-of-no-exhibit", "keys/ holds a key under the number of no exhibit",
         [](Specimen& s) {
             s.write("keys/exhibit-0042.pem", write_public_pem(s.from.other.witness.public_key()));
         },
         "keys.of-no-exhibit", whole, true},
        {"key-file-of-an-exhibit", "keys/ holds another key under an exhibit's number",
         [](Specimen& s) {
             s.write("keys/exhibit-0001.pem", write_public_pem(s.from.other.witness.public_key()));
         },
         "keys.other", whole},
        {"key-file-added", "keys/ holds a key that the case does not name",
         [](Specimen& s) {
             auto const& key = s.from.other.guardians[1].public_key();
             s.write("keys/guardian-" + guardian_id(key).hex() + ".pem", write_public_pem(key));
         },
         "keys.other", whole},
    };
}

}  // namespace

std::vector<Tampering> tampered_case() {
    return joined_tables({policies(), records(), subjects(), keys()});
}

}  // namespace exhibit::test
