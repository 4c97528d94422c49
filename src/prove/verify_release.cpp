#include <algorithm>
#include <set>

#include "case/release_folder.hpp"
#include "formats/bagit/path.hpp"
#include "formats/tar/name.hpp"
#include "prove/case_check.hpp"
#include "prove/custody_check.hpp"
#include "prove/exhibit_check.hpp"
#include "prove/lost_device_check.hpp"
#include "prove/provenance_check.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t disclosures_bytes_max = 512 * 1024;

// Number of the exhibit that a path in data/ belongs to.
std::optional<ExhibitNumber> number_of(std::string_view path) {
    if (!bagit::is_payload(path)) return std::nullopt;
    path.remove_prefix(5);
    auto const number = parse_exhibit_number(path.substr(0, path.find_first_of("./")));
    return number.ok() ? std::optional(*number) : std::nullopt;
}

bool belongs_in_data(std::string const& path) {
    if (path == place::record || path == place::policy || path == place::case_key) return true;
    auto const number = number_of(path);
    if (!number) return false;
    for (auto const* ending : {".age", ".sd-jwt", ".disclosures.json"}) {
        if (path == place::exhibit_file(*number, ending)) return true;
    }
    return path.starts_with(place::exhibit_file(*number, "/"));  // judged by its name and digest
}

class Verifier {
public:
    Verifier(DiskFolder& folder, VerifyOptions const& options)
        : folder_(folder), options_(options), whole_(report_, "") {}

    VerifyReport run() {
        auto entries = folder_.list();
        if (!entries.ok()) {
            whole_.trouble("complete.lists-bad", "complete.unreadable", "", entries.error());
            return std::move(report_);
        }
        entries_ = entries.take();
        std::ranges::sort(entries_, {}, &bagit::FolderEntry::path);
        hash();
        HashedFolder const it{folder_, entries_, hashed_};
        judge_bag(it, whole_);
        judge_torrent(it, whole_);
        auto const read = read_release(folder_, entries_, whole_);
        known_ = judge_documents(read, whole_);
        judge_bag_info(it, known_ ? policy().case_id.text() : std::string(), whole_);
        if (known_) {
            if (options_.known) judge_known(policy(), *options_.known, whole_);
            judge_case_key(it, policy(), whole_);
            judge_keys(it, policy(), whole_);
            custody_ = judge_custody(folder_, entries_, policy(), options_.time, whole_);
        }
        if (known_) read_lost_devices();
        for (auto const number : numbers()) judge_exhibit(number);
        judge_strays();
        judge_vouched_but_missing();
        return std::move(report_);
    }

private:
    void hash() {
        // A bag may list tag files in folders too (RFC 8493, 2.2.4); other programs do.
        auto const tags = listed_tag_files(folder_);
        std::vector<bagit::FolderEntry> to_hash;
        for (auto const& entry : entries_) {
            if (bagit::is_payload(entry.path) || entry.path.find('/') == std::string::npos ||
                tags.contains(entry.path))
                to_hash.push_back(entry);
        }
        hashed_ = hash_files(folder_, to_hash, {options_.threads, options_.full});
    }

    Policy const& policy() const { return known_->policy.value(); }
    bool is_here(std::string const& path) const { return hashed_.contains(path); }

    // Every number that has a file or a folder in data/.
    std::set<ExhibitNumber> numbers() const {
        std::set<ExhibitNumber> out;
        for (auto const& entry : entries_) {
            if (auto const number = number_of(entry.path)) out.insert(*number);
        }
        return out;
    }

    void judge_exhibit(ExhibitNumber number) {
        auto const originals = files_below("data/" + show(number) + "/");
        auto const shown = originals.empty()
                               ? std::string()
                               : originals.front().substr(originals.front().rfind('/') + 1);
        Findings to(report_, subject_of(number, shown));
        auto const path = place::exhibit_file(number, ".sd-jwt");
        auto const text = folder_.text(path, document_bytes_max);
        if (!text.ok()) return judge_without_statement(to, number, text.error());
        auto const statement = SealStatement::parse(*text);
        if (!statement.ok()) {
            to.trouble("statement.bad", "statement.unreadable",
                       "the seal statement does not hold: ", statement.error(), {{path}});
            return say_not_proven(to);
        }
        if (!belongs(to, number, *statement)) return say_not_proven(to);
        auto const facts = judge_content(to, number, *statement, originals);
        auto const cipher = place::exhibit_file(number, ".age");
        if (auto const at = hashed_.find(cipher); at != hashed_.end())
            judge_ciphertext(to, *statement, at->second, cipher);
        else
            to.say("ciphertext.missing", "the ciphertext is not here", {{cipher}});
        if (known_) judge_provenance(to, number, *statement);
        auto const path_of_facts = place::exhibit_file(number, ".disclosures.json");
        if (known_)
            judge_existence(
                to, {custody_, *known_, *statement,
                     facts ? facts->facts.guardian_checkpoint : std::nullopt, path_of_facts});
        if (facts) {
            say_claims(to, *facts, path_of_facts);
            say_withheld(to, *facts, path_of_facts);
        }
        say_not_proven(to);
    }

    void judge_without_statement(Findings& to, ExhibitNumber number, Error const& error) {
        Grounds const grounds{{place::exhibit_file(number, ".sd-jwt")}};
        if (error.fault == Fault::world)
            to.trouble("statement.bad", "statement.unreadable", "the seal statement ", error,
                       grounds);
        else if (is_here(place::exhibit_file(number, ".disclosures.json")))
            to.say("statement.missing",
                   "the seal statement is not here: nothing about this exhibit can be proven",
                   grounds);
        else
            to.say("statement.unfinished",
                   "unfinished and unsigned: cut off before it was sealed to the end. Nothing "
                   "about it is proven but its presence here",
                   grounds);
        say_not_proven(to);
    }

    bool belongs(Findings& to, ExhibitNumber number, SealStatement const& statement) {
        auto const& claims = statement.claims;
        Grounds const grounds{{place::exhibit_file(number, ".sd-jwt")}};
        if (claims.number != number) {
            to.say("statement.other-number",
                   "this is the seal statement of exhibit " + show(claims.number) +
                       ", put under the name of " + show(number),
                   grounds);
            return false;
        }
        if (known_ && claims.case_id != policy().case_id) {
            to.say("statement.other-case",
                   "this is a seal statement of another case, " + claims.case_id.text(), grounds);
            return false;
        }
        if (known_ && claims.drill != policy().drill) {
            to.say("statement.other-drill",
                   "the seal statement and the policy do not agree whether this is a drill",
                   grounds);
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

    // The facts, when they are those that were signed.
    std::optional<ShownFacts> judge_content(Findings& to, ExhibitNumber number,
                                            SealStatement const& statement,
                                            std::vector<std::string> const& originals) {
        auto const path = place::exhibit_file(number, ".disclosures.json");
        auto const text = folder_.text(path, disclosures_bytes_max);
        if (!text.ok()) {
            bool const sealed = originals.empty() && !is_here(place::case_key);
            if (sealed)
                to.say("unchanged.sealed",
                       "not opened here: only the ciphertext is published to those who have no "
                       "key");
            else
                to.say(text.error().fault == Fault::world ? Say("unchanged.unreadable")
                                                          : Say("unchanged.missing"),
                       "whether it is the sealed file could not be checked: " + path + " " +
                           text.error().what,
                       {{path}});
            return std::nullopt;
        }
        auto facts = facts_that_fit(to, statement, *text, path);
        if (facts) judge_file(to, number, facts->facts, originals, path);
        return facts;
    }

    void judge_file(Findings& to, ExhibitNumber number, SealFacts const& facts,
                    std::vector<std::string> const& originals, std::string const& facts_path) {
        auto const name = "data/" + show(number) + "/" + place::safe_file_name(facts.name);
        for (auto const& original : originals) {
            if (original != name)
                to.say("name.other",
                       tar::printable(original) +
                           " is not the name it was sealed under: " + tar::printable(facts.name),
                       {{original, facts_path}});
        }
        // Under a wrong name it is still judged by its bytes.
        auto const& judged = originals.empty() || is_here(name) ? name : originals.front();
        auto const at = hashed_.find(judged);
        if (at == hashed_.end())
            return to.say("unchanged.missing", "the original is not here: " + tar::printable(name),
                          {{name}});
        judge_original(to, facts, at->second, judged);
        if (!at->second.unreadable) judge_manifest(to, folder_.root() / judged, options_.now);
        if (options_.full && !at->second.unreadable)
            judge_block_tree(to, facts, folder_.root() / judged, options_.threads);
        if (PlainDigest(at->second.sha256) == facts.sha256)
            judge_camera(to, facts, folder_.root() / judged, judged);
    }

    void judge_provenance(Findings& to, ExhibitNumber number, SealStatement const& statement) {
        auto const base = std::string(place::proofs) + "/" + show(number);
        if (is_here(place::case_key)) {
            auto const exhibit = base + ".exhibit-certificate.json";
            auto const device = base + ".device-certificate.json";
            auto const by = judge_hand(to, statement,
                                       {folder_.text(exhibit, document_bytes_max),
                                        folder_.text(device, document_bytes_max),
                                        {exhibit, device, place::policy}},
                                       policy().witness, policy().case_id);
            auto const held = held_by(*known_, statement.digest, statement.claims.root);
            if (by) lost_devices_.judge(to, *by, held.no_later_than);
        }
        judge_vouched(to, statement);
        judge_held(to, statement);
    }

    // Before any exhibit is judged.
    void read_lost_devices() {
        for (auto const& path : files_below(std::string(place::revocations) + "/")) {
            if (path.ends_with(".device-lost.json")) continue;
            auto const text = folder_.text(path, document_bytes_max);
            if (text.ok() && lost_devices_.add(*text, policy().witness, policy().case_id)) continue;
            whole_.say("lost-device.bad",
                       "this says that a device was lost, and is not the witness's word: " +
                           tar::printable(path),
                       {{path}});
        }
    }

    void judge_vouched(Findings& to, SealStatement const& statement) {
        Grounds const grounds{{place::vouched, place::subject},
                              "grep " + statement.digest.hex().substr(0, 16) + " " + place::vouched,
                              {{"statement", statement.digest.hex()}}};
        using Vouching = ReleaseEvidence::Vouching;
        if (known_->vouching == Vouching::none) {
            return to.say("vouched.no-list",
                          "no list of what the witness vouched for is here: whoever held the "
                          "device could have added it",
                          {grounds.evidence});
        }
        if (!known_->vouches_for(statement.digest)) {
            return to.say(
                "vouched.added-later",
                "added after the last check-in: may be planted by whoever held the device",
                {grounds.evidence});
        }
        if (known_->vouching == Vouching::unsupported) {
            return to.say("vouched.guardians-word",
                          "in the list of what the witness vouched for; the list's check-in is "
                          "not here, so this is the guardians' word",
                          {grounds.evidence});
        }
        to.say("vouched.by-witness", "the witness vouched for it in the last check-in", grounds);
    }

    void judge_held(Findings& to, SealStatement const& statement) {
        auto const by = held_by(*known_, statement.digest, statement.claims.root);
        Grounds grounds{{std::string(place::receipts) + "/"},
                        "openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6)",
                        {{"guardians", by.guardians}, {"liars_allowed", policy().quorum.f}}};
        if (by.guardians == 0)
            return to.say("held.none",
                          "no guardian's receipt for it is here: nothing says when it existed",
                          {grounds.evidence});
        auto const count = std::to_string(by.guardians) +
                           " guardians signed that they held its ciphertext, the first at " +
                           show_time(*by.earliest);
        grounds.details["earliest"] = write_time(*by.earliest);
        auto const f = std::to_string(policy().quorum.f);
        if (!by.no_later_than) return to.say("held.one-word", count + " (its own word)", grounds);
        grounds.details["no_later_than"] = write_time(*by.no_later_than);
        to.say("held.no-later",
               count + " (their own clocks); it existed no later than " +
                   show_time(*by.no_later_than) + ", unless more than " + f + " of them lie",
               grounds);
    }

    // data/ is what every publisher agrees on; a file that belongs to nothing there was put there.
    void judge_strays() {
        for (auto const& entry : entries_) {
            if (!bagit::is_payload(entry.path) || bagit::is_system_file(entry.path) ||
                belongs_in_data(entry.path))
                continue;
            whole_.say("complete.stray", "no seal covers " + tar::printable(entry.path),
                       {{entry.path}});
        }
    }

    void judge_vouched_but_missing() {
        if (!known_ || known_->vouching != ReleaseEvidence::Vouching::checked) return;
        std::set<DocumentDigest> here;
        for (auto const number : numbers()) {
            auto const at = hashed_.find(place::exhibit_file(number, ".sd-jwt"));
            if (at != hashed_.end() && !at->second.unreadable)
                here.insert(DocumentDigest(at->second.sha256));
        }
        std::size_t missing = 0;
        for (auto const& statement : known_->vouched.statements)
            missing += !here.contains(statement);
        if (missing > 0)
            whole_.say(
                "vouched.missing-exhibits",
                std::to_string(missing) + " exhibits that the witness vouched for are not here",
                {{place::vouched}});
    }

    DiskFolder& folder_;
    VerifyOptions const& options_;
    VerifyReport report_;
    Findings whole_;
    std::vector<bagit::FolderEntry> entries_;
    HashedFiles hashed_;
    std::optional<ReleaseEvidence> known_;
    KnownCustody custody_;
    LostDevices lost_devices_;
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
        to.trouble("complete.lists-bad", "complete.unreadable", "", bag.error());
        return report;
    }
    for (auto const& problem : bag->problems)
        to.say("complete.bag-problem",
               problem.what + (problem.path.empty() ? "" : ": " + tar::printable(problem.path)));
    for (auto const& warning : bag->warnings)
        to.say("complete.bag-warning",
               warning.what + (warning.path.empty() ? "" : ": " + tar::printable(warning.path)));
    if (bag->problems.empty())
        to.say("complete.all", "all " + std::to_string(bag->payload.files) +
                                   " files are here and are those that its lists name");
    return report;
}

}  // namespace exhibit::prove
