#include <algorithm>
#include <set>

#include "case/disclosure.hpp"
#include "case/release_folder.hpp"
#include "formats/bagit/path.hpp"
#include "formats/tar/name.hpp"
#include "prove/case_check.hpp"
#include "prove/custody_check.hpp"
#include "prove/exhibit_check.hpp"
#include "prove/named.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t presentation_bytes_max = 1 << 20;

struct Presentation {
    SealStatement statement;  // as it was signed, without disclosures
    ShownFacts shown;
};

// The statement with the disclosures that hang on it. What does not fit has been said.
std::optional<Presentation> read_presentation(Findings& to, Result<std::string> const& text,
                                              std::string const& path) {
    if (!text.ok()) {
        to.trouble("statement.missing", "statement.unreadable", "the seal statement ", text.error(),
                   {{path}});
        return std::nullopt;
    }
    auto const bad = [&](Error const& error) {
        to.trouble("statement.bad", "statement.unreadable",
                   "the seal statement does not hold: ", error, {{path}});
        return std::nullopt;
    };
    auto const token = parse_sd_jwt(*text);
    if (!token.ok()) return bad(token.error());
    auto statement = SealStatement::parse(token->jwt + "~");
    if (!statement.ok()) return bad(statement.error());
    if (!statement->check_disclosures(token->disclosures).ok()) {
        to.say("shown.other", "a fact is shown that is not one that the seal statement signed",
               {{path}});
        return std::nullopt;
    }
    judge_salts(to, token->disclosures, path);
    auto shown = read_shown_facts(token->disclosures);
    if (!shown.ok()) {
        to.trouble("shown.bad", "shown.unreadable", "the facts cannot be used: ", shown.error(),
                   {{path}});
        return std::nullopt;
    }
    std::string names;
    Json details = Json::object();
    for (auto const& one : token->disclosures) {
        names += (names.empty() ? "" : ", ") + tar::printable(one.name);
        details[one.name] = one.value;
    }
    to.say("shown.facts",
           (names.empty() ? std::string("no fact is shown") : names + ": as they were signed"),
           {{path}, "npm @sd-jwt/core: verify", std::move(details)});
    return Presentation{statement.take(), shown.take()};
}

// Leaves of one part, block by block as its file is read.
Result<std::vector<Digest256>> leaves_of_part(DiskFolder& folder, BlockProof const& proof,
                                              BlockRun const& run, std::size_t first_salt) {
    std::vector<Digest256> leaves;
    Bytes block;
    auto const close = [&]() -> Outcome {
        if (leaves.size() == run.count) return bad_input("is longer than its part").coded("proof");
        leaves.push_back(block_leaf(proof.salts[first_salt + leaves.size()], block));
        block.clear();
        return {};
    };
    auto const path = part_file(run, proof.size_bytes);
    auto const take = [&](ByteView bytes) -> Outcome {
        while (!bytes.empty()) {
            auto const taken = std::min(bytes.size(), original_block_bytes - block.size());
            append(block, bytes.first(taken));
            bytes = bytes.subspan(taken);
            if (block.size() == original_block_bytes) { TRY(close()); }
        }
        return {};
    };
    TRY(folder.read(path, take));
    if (!block.empty()) { TRY(close()); }
    if (leaves.size() != run.count) return bad_input("is shorter than its part").coded("proof");
    return leaves;
}

void judge_parts(Findings& to, DiskFolder& folder, BlockProof const& proof,
                 ShownFacts const& shown) {
    Grounds const grounds{{disclosure_folder::record, "parts/"},
                          "python3 check-parts.py",
                          {{"shown_bytes", shown_bytes(proof.shown, proof.size_bytes)},
                           {"of_bytes", proof.size_bytes}}};
    if (!shown.has("block_root") || !shown.has("size"))
        return to.say("part.not-bound",
                      "the parts cannot be checked: block_root and size are not shown",
                      {grounds.evidence});
    if (shown.facts.size_bytes != proof.size_bytes)
        return to.say("part.bad", "the parts claim another size of the recording than was signed",
                      grounds);
    std::vector<Digest256> leaves;
    Named where;
    for (auto const& run : proof.shown) {
        auto const file = part_file(run, proof.size_bytes);
        auto part = leaves_of_part(folder, proof, run, leaves.size());
        if (!part.ok()) {
            bool const missing = std::string_view(part.error().code) == "missing";
            return to.trouble(missing ? Say("part.missing") : Say("part.bad"), "part.unreadable",
                              file + " ", part.error(), {{file}});
        }
        leaves.insert(leaves.end(), part->begin(), part->end());
        where.add(file.substr(file.find('/') + 1));
    }
    auto const root = root_of_proof(proof, leaves);
    if (!root.ok() || *root != shown.facts.block_root)
        return to.say("part.other-bytes",
                      "these are not bytes of the recording that was sealed: the tree over its "
                      "blocks has another root",
                      grounds);
    to.say("part.same",
           std::to_string(shown_bytes(proof.shown, proof.size_bytes)) + " of " +
               std::to_string(proof.size_bytes) +
               " bytes are shown, bit for bit as they were sealed: " + where.text() +
               "; the rest is withheld",
           grounds);
}

class DisclosureVerifier {
public:
    DisclosureVerifier(DiskFolder& folder, VerifyOptions const& options)
        : folder_(folder), options_(options) {}

    VerifyReport run() {
        Findings whole(report_, "");
        auto const text = folder_.text(disclosure_folder::record, disclosure_record_bytes_max);
        auto const record = text.ok() ? parse_disclosure_record(as_bytes(*text))
                                      : Result<DisclosureRecord>(text.error());
        if (!record.ok()) {
            bool const salts = std::string_view(record.error().code) == "salt-reused";
            whole.trouble(salts ? Say("part.salt-reused") : Say("part.bad"), "part.unreadable",
                          "disclosure.json: ", record.error(), {{disclosure_folder::record}});
            return std::move(report_);
        }
        judge(*record);
        return std::move(report_);
    }

private:
    void judge(DisclosureRecord const& record) {
        auto const path = show(record.number) + ".sd-jwt";
        auto const text = folder_.text(path, presentation_bytes_max);
        Findings to(report_, "disclosure of exhibit " + show(record.number));
        auto const it = read_presentation(to, text, path);
        if (!it) return say_not_proven(to);
        auto const& claims = it->statement.claims;
        if (claims.number != record.number || claims.case_id != record.case_id) {
            to.say("statement.other-number", "the seal statement is of another exhibit or case",
                   {{path}});
            return say_not_proven(to);
        }
        if (record.parts) judge_parts(to, folder_, *record.parts, it->shown);
        name_other_parts(to, record);
        if (claims.drill)
            to.say("drill.exhibit", "DRILL: sealed in a rehearsal; not evidence", {{path}});
        judge_papers(to, *it);
        say_claims(to, it->shown, path);
        say_withheld(to, it->shown, path);
        say_not_proven(to);
    }

    // A file that lies among the parts and is none: whoever looks would take it for one.
    void name_other_parts(Findings& to, DisclosureRecord const& record) {
        auto const entries = folder_.list();
        if (!entries.ok())
            return to.trouble("part.bad", "part.unreadable", "the parts: ", entries.error());
        std::set<std::string> known;
        if (record.parts) {
            for (auto const& run : record.parts->shown)
                known.insert(part_file(run, record.parts->size_bytes));
        }
        Named others;
        for (auto const& entry : *entries) {
            if (entry.path.starts_with("parts/") && !known.contains(entry.path) &&
                !bagit::is_system_file(entry.path))
                others.add(entry.path);
        }
        if (others.any())
            to.say(
                "part.not-listed",
                "among the parts, and none of them: " + others.text() + "; nothing is proven of it",
                {{"parts/", disclosure_folder::record}});
    }

    void judge_papers(Findings& to, Presentation const& it) {
        auto const policy_text = folder_.text(disclosure_folder::policy, document_bytes_max);
        if (!policy_text.ok())
            return to.say("same-hand.not-asked",
                          "no papers came along: whose hand sealed it, and when it existed, is "
                          "not shown");
        auto policy = open_policy(*policy_text);
        if (!policy.ok())
            return to.trouble("policy.bad", "policy.unreadable", "the policy: ", policy.error(),
                              {{disclosure_folder::policy}});
        if ((*policy)->case_id != it.statement.claims.case_id)
            return to.say("policy.bad", "the policy is that of another case",
                          {{disclosure_folder::policy}});
        auto const base = std::string(place::proofs) + "/" + show(it.statement.claims.number);
        auto const exhibit = base + ".exhibit-certificate.json";
        auto const device = base + ".device-certificate.json";
        judge_hand(to, it.statement,
                   {folder_.text(exhibit, document_bytes_max),
                    folder_.text(device, document_bytes_max),
                    {exhibit, device, disclosure_folder::policy}},
                   (*policy)->witness, (*policy)->case_id);
        if (options_.known) judge_known(policy->value(), *options_.known, to);
        judge_time(to, it, policy.take());
    }

    static Result<Signed<Policy>> open_policy(std::string const& text) {
        auto envelope = TRY(parse_envelope(as_bytes(text), document_bytes_max));
        auto const claimed = TRY(peek<Policy>(envelope));
        return Signed<Policy>::open(std::move(envelope), claimed.witness);
    }

    void judge_time(Findings& to, Presentation const& it, Signed<Policy> policy) {
        auto const entries = folder_.list();
        if (!entries.ok())
            return to.trouble("custody.bad", "custody.unreadable", "", entries.error());
        ReleaseEvidence evidence{.policy = std::move(policy),
                                 .stage = 0,
                                 .subject = Subject::of({}),
                                 .votes = {},
                                 .adoptions = {},
                                 .shares = {},
                                 .receipts = {},
                                 .vouching = ReleaseEvidence::Vouching::none,
                                 .vouched = {},
                                 .complaints = {}};
        take_receipts(to, *entries, evidence);
        // Events of other exhibits were left out on purpose.
        auto const custody = judge_custody(folder_, *entries, evidence.policy.value(),
                                           options_.time, to, Chains::partial);
        judge_existence(to, {custody, evidence, it.statement, it.shown.facts.guardian_checkpoint,
                             show(it.statement.claims.number) + ".sd-jwt"});
    }

    void take_receipts(Findings& to, std::vector<bagit::FolderEntry> const& entries,
                       ReleaseEvidence& evidence) {
        for (auto const& entry : entries) {
            if (!entry.path.starts_with(std::string(place::receipts) + "/")) continue;
            auto const text = folder_.text(entry.path, document_bytes_max);
            auto envelope = text.ok() ? parse_envelope(as_bytes(*text), document_bytes_max)
                                      : Result<Envelope>(text.error());
            auto receipt = envelope.ok() ? open_from_guardian<ExhibitReceipt>(
                                               envelope.take(), evidence.policy.value())
                                         : Result<Signed<ExhibitReceipt>>(envelope.error());
            if (receipt.ok())
                evidence.receipts.push_back(receipt.take());
            else
                to.trouble("document.bad", "document.unreadable",
                           tar::printable(entry.path) + " does not hold: ", receipt.error(),
                           {{entry.path}});
        }
    }

    DiskFolder& folder_;
    VerifyOptions const& options_;
    VerifyReport report_;
};

}  // namespace

VerifyReport verify_disclosure(Path const& folder, VerifyOptions const& options) {
    DiskFolder disk(folder);
    return DisclosureVerifier(disk, options).run();
}

VerifyReport verify_presentation(Path const& file) {
    VerifyReport report;
    Findings to(report, tar::printable(file.filename().string()));
    auto const it =
        read_presentation(to, read_text_file(file, presentation_bytes_max), file.string());
    if (it) {
        if (it->statement.claims.drill)
            to.say("drill.exhibit", "DRILL: sealed in a rehearsal; not evidence");
        say_claims(to, it->shown, file.string());
        say_withheld(to, it->shown, file.string());
    }
    say_not_proven(to);
    return report;
}

}  // namespace exhibit::prove
