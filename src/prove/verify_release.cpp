#include <algorithm>
#include <set>

#include "case/release_folder.hpp"
#include "formats/age/age.hpp"
#include "formats/bagit/path.hpp"
#include "formats/tar/name.hpp"
#include "prove/release_reader.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t disclosures_bytes_max = 512 * 1024;
constexpr std::size_t key_bytes_max = 16 * 1024;

struct Known {
    ReleaseEvidence evidence;
    Policy const& policy() const { return evidence.policy.value(); }
};

class Verifier {
public:
    Verifier(DiskFolder& folder, VerifyOptions const& options)
        : folder_(folder), options_(options), whole_(report_, "") {}

    VerifyReport run() {
        auto entries = folder_.list();
        if (!entries.ok()) {
            whole_.trouble(complete, "", entries.error());
            return std::move(report_);
        }
        entries_ = entries.take();
        std::ranges::sort(entries_, {}, &bagit::FolderEntry::path);
        std::vector<bagit::FolderEntry> to_hash;
        for (auto const& entry : entries_) {
            if (bagit::is_payload(entry.path) || entry.path.find('/') == std::string::npos)
                to_hash.push_back(entry);
        }
        hashed_ = hash_files(folder_, to_hash, options_.threads);
        judge_bag(folder_, entries_, hashed_, whole_);
        auto const read = read_release(folder_, entries_, whole_);
        judge_documents(read);
        for (auto const number : numbers()) judge_exhibit(number);
        judge_strays();
        judge_vouched_but_missing();
        return std::move(report_);
    }

private:
    bool is_here(std::string const& path) const { return hashed_.contains(path); }

    void judge_documents(ReadRelease const& read) {
        if (!read.usable) return;
        auto evidence = check_release(read.bundle);
        if (!evidence.ok()) {
            whole_.trouble(
                std::string_view(evidence.error().code) == "policy" ? policy_words : released, "",
                evidence.error());
            return;
        }
        known_.emplace(Known{evidence.take()});
        auto const& policy = known_->policy();
        if (policy.drill)
            whole_.note(drill,
                        "DRILL: this is a rehearsal with a dummy case; nothing here is evidence");
        whole_.holds(policy_words,
                     "signed by the witness's key " + dsse_keyid(policy.witness).substr(0, 8) +
                         "…, self-made: one hand, not a name",
                     place::policy, "openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6)");
        judge_record(read);
        for (auto const& complaint : known_->evidence.complaints) {
            auto const path = read.path_of(complaint);
            whole_.fails(document,
                         path + " does not hold: " + complaint.why.what + "; it counts for nothing",
                         path);
        }
        judge_reason();
        judge_case_key();
        judge_keys();
    }

    void judge_record(ReadRelease const& read) {
        if (read.record.empty()) return;
        auto const& evidence = known_->evidence;
        if (read.record != write_release_record(evidence.policy.value(), evidence.policy.digest(),
                                                evidence.stage)) {
            return whole_.fails(record_words,
                                "data/release.json says something else than the policy: case, "
                                "policy, drill or audience was relabelled",
                                place::record);
        }
        whole_.holds(record_words, "the release record is the one that follows from the policy",
                     place::record);
    }

    std::string reason() const {
        auto const& subject = known_->evidence.subject;
        if (subject.is_release_now()) {
            auto const now = ReleaseNow::parse_payload(subject.envelope.payload);
            return "because the witness asked for it: signed " +
                   (now.ok() ? show_time(now->claimed) : std::string("at an unknown time"));
        }
        auto const last = CheckIn::parse_payload(subject.envelope.payload);
        if (!last.ok()) return "for a reason that cannot be read";
        return "because the witness fell silent: the last check-in, of " +
               show_time(last->claimed) + ", ran out after " + show_duration(last->interval) +
               " and " + show_duration(last->grace) + " of warnings";
    }

    void judge_reason() {
        auto const& evidence = known_->evidence;
        auto const& quorum = known_->policy().quorum;
        auto const agreed = std::to_string(evidence.adoptions_agreeing()) + " of " +
                            std::to_string(quorum.n) + " guardians";
        auto const files =
            std::string(place::subject) + ", " + place::adoptions + "/, " + place::votes + "/";
        if (!evidence.adopted()) {
            // Evidence that is not here is not evidence against.
            return whole_.not_checked(
                released,
                reason() + "; but only " + agreed + " are shown to have agreed here, and " +
                    std::to_string(quorum.q) + " are needed: adoptions are missing",
                files);
        }
        whole_.holds(released,
                     reason() + "; " + agreed + " agreed (" + std::to_string(quorum.q) +
                         " are needed), " + std::to_string(evidence.votes_agreeing()) +
                         " votes are here",
                     files, "openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6)");
    }

    void judge_case_key() {
        if (!is_here(place::case_key)) return;
        auto text = folder_.text(place::case_key, key_bytes_max);
        if (!text.ok()) return whole_.trouble(case_key_words, "", text.error(), place::case_key);
        auto const keys = age::parse_identity_file(as_bytes(*text));
        if (!keys.ok())
            return whole_.trouble(case_key_words, "there is no age key in it: ", keys.error(),
                                  place::case_key);
        bool const fits = std::ranges::any_of(*keys, [&](auto const& key) {
            return key.recipient().text() == known_->policy().case_recipient;
        });
        if (!fits)
            return whole_.fails(case_key_words,
                                "the key in data/case-key.txt is not the one that this case's "
                                "exhibits were sealed to",
                                place::case_key);
        whole_.holds(case_key_words, "the released key is the one that the policy names",
                     place::case_key, "age-keygen -y data/case-key.txt");
    }

    // keys/ is for openssl; a wrong key there would make somebody else's check prove a lie.
    void judge_keys() {
        auto const& policy = known_->policy();
        std::size_t good = 0;
        for (auto const& entry : entries_) {
            if (!entry.path.starts_with(std::string(place::keys) + "/") ||
                !entry.path.ends_with(".pem"))
                continue;
            auto const text = folder_.text(entry.path, key_bytes_max);
            if (!text.ok()) {
                whole_.trouble(keys_words, "", text.error(), entry.path);
                continue;
            }
            auto const key = parse_public_pem(*text);
            if (key.ok() && is_key_of_case(entry.path, *key, policy))
                ++good;
            else
                whole_.fails(keys_words,
                             tar::printable(entry.path) + " is not a key that this case names",
                             entry.path);
        }
        if (good > 0)
            whole_.holds(keys_words,
                         std::to_string(good) +
                             " public keys in keys/ are those that policy and statements name",
                         place::keys);
    }

    bool is_key_of_case(std::string const& path, PublicKey const& key, Policy const& policy) const {
        auto const name = path.substr(std::string_view(place::keys).size() + 1);
        if (name == "witness-" + dsse_keyid(policy.witness) + ".pem") return key == policy.witness;
        if (name.starts_with("guardian-")) {
            auto const id = guardian_id(key);
            return policy.find(id) != nullptr && name == "guardian-" + id.hex() + ".pem";
        }
        if (!name.starts_with("exhibit-")) return false;
        auto const number = name.substr(8, name.size() - 12);
        auto const statement = folder_.text("data/" + number + ".sd-jwt", document_bytes_max);
        if (!statement.ok()) return true;  // nothing to hold it against
        auto const parsed = SealStatement::parse(*statement);
        return !parsed.ok() || parsed->key == key;
    }

    // Every number that has a file or a folder in data/.
    std::set<ExhibitNumber> numbers() const {
        std::set<ExhibitNumber> out;
        for (auto const& entry : entries_) {
            if (auto const number = number_of(entry.path)) out.insert(*number);
        }
        return out;
    }

    static std::optional<ExhibitNumber> number_of(std::string_view path) {
        if (!bagit::is_payload(path)) return std::nullopt;
        path.remove_prefix(5);
        auto const number = parse_exhibit_number(path.substr(0, path.find_first_of("./")));
        return number.ok() ? std::optional(*number) : std::nullopt;
    }

    void judge_exhibit(ExhibitNumber number) {
        auto const originals = files_below("data/" + show(number) + "/");
        auto const shown = originals.empty()
                               ? std::string()
                               : originals.front().substr(originals.front().rfind('/') + 1);
        Findings to(report_, subject_of(number, shown));
        auto const text = folder_.text(place::exhibit_file(number, ".sd-jwt"), document_bytes_max);
        if (!text.ok()) return judge_without_statement(to, number, text.error());
        auto const statement = SealStatement::parse(*text);
        if (!statement.ok()) {
            to.trouble(statement_words, "the seal statement does not hold: ", statement.error());
            return say_not_proven(to);
        }
        if (!belongs(to, number, *statement)) return say_not_proven(to);
        judge_content(to, number, *statement, originals);
        auto const cipher = place::exhibit_file(number, ".age");
        if (auto const at = hashed_.find(cipher); at != hashed_.end())
            judge_ciphertext(to, *statement, at->second, cipher);
        else
            to.not_checked(ciphertext, "the ciphertext is not here", cipher);
        if (known_) judge_provenance(to, number, *statement);
        say_not_proven(to);
    }

    void judge_without_statement(Findings& to, ExhibitNumber number, Error const& error) {
        if (error.fault == Fault::world)
            to.trouble(statement_words, "the seal statement ", error);
        else if (is_here(place::exhibit_file(number, ".disclosures.json")))
            to.not_checked(
                statement_words,
                "the seal statement is not here: nothing about this exhibit can be proven");
        else
            to.claimed(statement_words,
                       "unfinished and unsigned: cut off before it was sealed to the end. Nothing "
                       "about it is proven but its presence here");
        say_not_proven(to);
    }

    bool belongs(Findings& to, ExhibitNumber number, SealStatement const& statement) {
        auto const& claims = statement.claims;
        if (claims.number != number) {
            to.fails(statement_words, "this is the seal statement of exhibit " +
                                          show(claims.number) + ", put under the name of " +
                                          show(number));
            return false;
        }
        if (known_ && claims.case_id != known_->policy().case_id) {
            to.fails(statement_words,
                     "this is a seal statement of another case, " + claims.case_id.text());
            return false;
        }
        if (known_ && claims.drill != known_->policy().drill) {
            to.fails(statement_words,
                     "the seal statement and the policy do not agree whether this is a drill");
            return false;
        }
        return true;
    }

    std::vector<std::string> files_below(std::string const& folder) const {
        std::vector<std::string> out;
        for (auto const& entry : entries_) {
            if (entry.path.starts_with(folder) && !bagit::is_system_file(entry.path))
                out.push_back(entry.path);
        }
        return out;
    }

    void judge_content(Findings& to, ExhibitNumber number, SealStatement const& statement,
                       std::vector<std::string> const& originals) {
        auto const path = place::exhibit_file(number, ".disclosures.json");
        auto const text = folder_.text(path, disclosures_bytes_max);
        if (!text.ok()) {
            bool const sealed = originals.empty() && !is_here(place::case_key);
            if (sealed)
                return to.note(
                    unchanged,
                    "not opened here: only the ciphertext is published to those who have no key");
            return to.not_checked(
                unchanged, "whether it is the sealed file could not be checked: " + path + " " +
                               text.error().what);
        }
        auto const facts = facts_that_fit(to, statement, *text, path);
        if (!facts) return;
        auto const name = "data/" + show(number) + "/" + place::safe_file_name(facts->name);
        for (auto const& original : originals) {
            if (original != name)
                to.fails(named,
                         tar::printable(original) +
                             " is not the name it was sealed under: " + tar::printable(facts->name),
                         path);
        }
        // Under a wrong name it is still judged by its bytes.
        auto const& judged = originals.empty() || is_here(name) ? name : originals.front();
        auto const at = hashed_.find(judged);
        if (at == hashed_.end())
            return to.not_checked(unchanged, "the original is not here: " + tar::printable(name));
        judge_original(to, *facts, at->second, judged);
        if (options_.full && !at->second.unreadable)
            judge_block_tree(to, *facts, folder_.root() / judged, options_.threads);
        say_claims(to, *facts);
        say_withheld(to, *facts);
    }

    void judge_provenance(Findings& to, ExhibitNumber number, SealStatement const& statement) {
        auto const base = std::string(place::proofs) + "/" + show(number);
        if (is_here(place::case_key)) {
            judge_hand(to, statement,
                       folder_.text(base + ".exhibit-certificate.json", document_bytes_max),
                       folder_.text(base + ".device-certificate.json", document_bytes_max),
                       known_->policy().witness, known_->policy().case_id);
        }
        judge_vouched(to, statement);
        judge_held(to, statement);
    }

    void judge_vouched(Findings& to, SealStatement const& statement) {
        auto const& evidence = known_->evidence;
        auto const evidence_files = std::string(place::vouched) + ", " + place::subject;
        using Vouching = ReleaseEvidence::Vouching;
        if (evidence.vouching == Vouching::none) {
            return to.claimed(vouched_for,
                              "no list of what the witness vouched for is here: whoever held the "
                              "device could have added it",
                              evidence_files);
        }
        if (!evidence.vouches_for(statement.digest)) {
            return to.claimed(
                vouched_for,
                "added after the last check-in: may be planted by whoever held the device",
                evidence_files);
        }
        if (evidence.vouching == Vouching::unsupported) {
            return to.claimed(vouched_for,
                              "in the list of what the witness vouched for; the list's check-in is "
                              "not here, so this is the guardians' word",
                              evidence_files);
        }
        to.holds(vouched_for, "the witness vouched for it in the last check-in", evidence_files,
                 "grep " + statement.digest.hex().substr(0, 16) + " " + place::vouched);
    }

    void judge_held(Findings& to, SealStatement const& statement) {
        auto const by = held_by(known_->evidence, statement.digest, statement.claims.root);
        if (by.guardians == 0)
            return to.claimed(held,
                              "no guardian's receipt for it is here: nothing says when it existed",
                              place::receipts);
        auto const count = std::to_string(by.guardians) +
                           " guardians signed that they held its ciphertext, the first at " +
                           show_time(*by.earliest);
        auto const f = std::to_string(known_->policy().quorum.f);
        if (!by.no_later_than) return to.claimed(held, count + " (its own word)", place::receipts);
        to.holds(held,
                 count + " (their own clocks); it existed no later than " +
                     show_time(*by.no_later_than) + ", unless more than " + f + " of them lie",
                 place::receipts, "openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6)");
    }

    // data/ is what every publisher agrees on; a file that belongs to nothing there was put there.
    void judge_strays() {
        for (auto const& entry : entries_) {
            if (!bagit::is_payload(entry.path) || bagit::is_system_file(entry.path) ||
                belongs_in_data(entry.path))
                continue;
            whole_.fails(complete, "no seal covers " + tar::printable(entry.path), entry.path);
        }
    }

    static bool belongs_in_data(std::string const& path) {
        if (path == place::record || path == place::policy || path == place::case_key) return true;
        auto const number = number_of(path);
        if (!number) return false;
        for (auto const* ending : {".age", ".sd-jwt", ".disclosures.json"}) {
            if (path == place::exhibit_file(*number, ending)) return true;
        }
        return path.starts_with(
            place::exhibit_file(*number, "/"));  // judged by its name and digest
    }

    void judge_vouched_but_missing() {
        if (!known_ || known_->evidence.vouching != ReleaseEvidence::Vouching::checked) return;
        std::set<DocumentDigest> here;
        for (auto const number : numbers()) {
            auto const at = hashed_.find(place::exhibit_file(number, ".sd-jwt"));
            if (at != hashed_.end() && !at->second.unreadable)
                here.insert(DocumentDigest(at->second.sha256));
        }
        std::size_t missing = 0;
        for (auto const& statement : known_->evidence.vouched.statements)
            missing += !here.contains(statement);
        if (missing > 0)
            whole_.not_checked(
                vouched_for,
                std::to_string(missing) + " exhibits that the witness vouched for are not here",
                place::vouched);
    }

    DiskFolder& folder_;
    VerifyOptions const& options_;
    VerifyReport report_;
    Findings whole_;
    std::vector<bagit::FolderEntry> entries_;
    HashedFiles hashed_;
    std::optional<Known> known_;
};

}  // namespace

VerifyReport verify_release(Path const& folder, VerifyOptions const& options) {
    DiskFolder disk(folder);
    return Verifier(disk, options).run();
}

VerifyReport verify_bag_folder(Path const& folder) {
    VerifyReport report;
    Findings to(report, "");
    DiskFolder disk(folder);
    auto const bag = bagit::verify_bag(disk);
    if (!bag.ok()) {
        to.trouble(complete, "", bag.error());
        return report;
    }
    for (auto const& problem : bag->problems)
        to.fails(complete,
                 problem.what + (problem.path.empty() ? "" : ": " + tar::printable(problem.path)));
    for (auto const& warning : bag->warnings)
        to.note(complete,
                warning.what + (warning.path.empty() ? "" : ": " + tar::printable(warning.path)));
    if (bag->problems.empty())
        to.holds(complete, "all " + std::to_string(bag->payload.files) +
                               " files are here and are those that its lists name");
    return report;
}

}  // namespace exhibit::prove
