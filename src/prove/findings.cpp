#include "prove/findings.hpp"

#include "base/encoding.hpp"
#include "case/parallel_tree.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::prove {
namespace {

std::string short_hex(std::string const& hex) { return hex.substr(0, 8) + "…"; }

std::string in_quotes(std::string_view path) { return "'" + tar::printable(path) + "'"; }

}  // namespace

void Findings::add(Verdict verdict, Words words, std::string sentence, std::string evidence,
                   std::string check) {
    report_.findings.push_back({subject_, words.claim, words.label, verdict, std::move(sentence),
                                std::move(evidence), std::move(check)});
}
void Findings::holds(Words words, std::string sentence, std::string evidence, std::string check) {
    add(Verdict::holds, words, std::move(sentence), std::move(evidence), std::move(check));
}
void Findings::fails(Words words, std::string sentence, std::string evidence, std::string check) {
    add(Verdict::fails, words, std::move(sentence), std::move(evidence), std::move(check));
}
void Findings::not_checked(Words words, std::string sentence, std::string evidence) {
    add(Verdict::not_checked, words, std::move(sentence), std::move(evidence), {});
}
void Findings::claimed(Words words, std::string sentence, std::string evidence) {
    add(Verdict::claimed, words, std::move(sentence), std::move(evidence), {});
}
void Findings::note(Words words, std::string sentence, std::string evidence) {
    add(Verdict::note, words, std::move(sentence), std::move(evidence), {});
}
void Findings::trouble(Words words, std::string before, Error const& error, std::string evidence) {
    auto sentence = before + error.what;
    if (!error.where.empty() && sentence.find(error.where) == std::string::npos)
        sentence += " (" + tar::printable(error.where) + ")";
    if (error.fault == Fault::world)
        not_checked(words, "could not be checked: " + sentence, std::move(evidence));
    else
        fails(words, sentence, std::move(evidence));
}

std::string subject_of(ExhibitNumber number, std::string_view name) {
    return show(number) + (name.empty() ? "" : " " + tar::printable(name));
}

std::optional<SealFacts> facts_that_fit(Findings& to, SealStatement const& statement,
                                        std::string const& text, std::string const& evidence) {
    auto const disclosures = parse_disclosures(as_bytes(text));
    if (!disclosures.ok()) {
        to.trouble(unchanged, "the disclosures cannot be used: ", disclosures.error(), evidence);
        return std::nullopt;
    }
    if (!statement.check_disclosures(*disclosures).ok()) {
        to.fails(unchanged,
                 "the disclosures are not those that the seal statement signed: name, size and "
                 "digest are not to be believed",
                 evidence);
        return std::nullopt;
    }
    auto facts = read_facts(*disclosures);
    if (!facts.ok()) {
        to.not_checked(unchanged,
                       "not everything that is needed is disclosed: " + facts.error().what,
                       evidence);
        return std::nullopt;
    }
    return facts.take();
}

void judge_original(Findings& to, SealFacts const& facts, HashedFile const& file,
                    std::string const& path) {
    auto const evidence = tar::printable(path) + " " + to_hex(file.sha256);
    auto const check = "sha256sum " + in_quotes(path);
    if (file.unreadable)
        return to.trouble(unchanged, "the original cannot be read: ", *file.unreadable,
                          tar::printable(path));
    if (PlainDigest(file.sha256) != facts.sha256) {
        return to.fails(unchanged,
                        "this is not the file that was sealed: SHA-256 is " +
                            short_hex(to_hex(file.sha256)) + " of " + std::to_string(file.size) +
                            " bytes, sealed was " + short_hex(facts.sha256.hex()) + " of " +
                            std::to_string(facts.size_bytes) + " bytes",
                        evidence, check);
    }
    if (file.size != facts.size_bytes)
        return to.fails(unchanged, "the size is not the one that was sealed", evidence, check);
    to.holds(unchanged,
             "since it was sealed. SHA-256 " + facts.sha256.hex() + " of " +
                 std::to_string(file.size) + " bytes",
             evidence, check);
}

void judge_block_tree(Findings& to, SealFacts const& facts, Path const& file, unsigned threads) {
    auto const seed = Secret<32>::copy_of(facts.block_seed);
    VERIFY(seed.ok());
    auto const root = block_root_of_file(file, *seed, threads);
    if (!root.ok()) return to.trouble(unchanged, "the block tree: ", root.error());
    if (*root != facts.block_root)
        return to.fails(unchanged,
                        "the tree over its 64 KiB blocks is not the one that was sealed");
    to.holds(unchanged,
             "block for block: the tree over its 64 KiB blocks is the one that was sealed",
             root->hex());
}

void judge_ciphertext(Findings& to, SealStatement const& statement, HashedFile const& file,
                      std::string const& path) {
    if (file.unreadable)
        return to.trouble(ciphertext, "the ciphertext cannot be read: ", *file.unreadable, path);
    if (file.size != statement.claims.size_bytes) {
        return to.fails(ciphertext,
                        "the ciphertext is not the one that was signed: it has " +
                            std::to_string(file.size) + " bytes, signed were " +
                            std::to_string(statement.claims.size_bytes),
                        path);
    }
    if (*file.root != statement.claims.root) {
        return to.fails(ciphertext,
                        "the ciphertext is not the one that was signed: its tree has another root",
                        path);
    }
    to.holds(ciphertext,
             "the ciphertext is the one that was signed and that guardians held: root " +
                 short_hex(file.root->hex()) + ", " + std::to_string(file.size) + " bytes",
             path + " " + file.root->hex(), "any BitTorrent v2 client: recheck");
}

void judge_hand(Findings& to, SealStatement const& statement,
                Result<std::string> const& exhibit_certificate,
                Result<std::string> const& device_certificate, PublicKey const& witness,
                CaseId const& case_id) {
    if (!exhibit_certificate.ok() || !device_certificate.ok()) {
        auto const& error =
            exhibit_certificate.ok() ? device_certificate.error() : exhibit_certificate.error();
        return to.not_checked(same_hand,
                              "whose hand sealed it could not be checked: the key certificates are "
                              "not here or cannot be read (" +
                                  tar::printable(error.where) + ")");
    }
    auto const exhibit = parse_envelope(as_bytes(*exhibit_certificate), document_bytes_max);
    if (!exhibit.ok())
        return to.trouble(same_hand,
                          "the exhibit's key certificate is no document: ", exhibit.error());
    auto const device = parse_envelope(as_bytes(*device_certificate), document_bytes_max);
    if (!device.ok())
        return to.trouble(same_hand,
                          "the device's key certificate is no document: ", device.error());
    auto const chain = check_key_chain(*exhibit, *device, statement.key, witness, case_id);
    if (!chain.ok()) {
        return to.fails(
            same_hand,
            "the key that signed this exhibit is not one that the witness's key vouched for: " +
                chain.error().what);
    }
    to.holds(same_hand,
             "sealed by a device that the witness's key vouched for. The key is self-made: it "
             "proves one hand, not a name",
             "witness " + dsse_keyid(witness) + ", device " + dsse_keyid(chain->device->subject) +
                 ", exhibit " + dsse_keyid(statement.key),
             "openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6 and 7)");
}

void say_claims(Findings& to, SealFacts const& facts) {
    std::string words;
    auto const put = [&words](std::string const& text) {
        words += (words.empty() ? "" : "; ") + text;
    };
    if (facts.claimed_time) put("time " + tar::printable(*facts.claimed_time));
    if (facts.place_exact) put("place " + tar::printable(*facts.place_exact));
    if (facts.place_coarse) put("region " + tar::printable(*facts.place_coarse));
    if (facts.note) put("note: " + tar::printable(*facts.note));
    if (facts.file_time) put("the file's own time " + show_time(*facts.file_time));
    put("sealed at " + show_time(facts.device_clock) + " by the device's clock");
    if (facts.guardian_clock)
        put("newest guardian's clock it knew: " + show_time(*facts.guardian_clock));
    to.claimed(claimed_words, words + ": the word of the witness and the device, not proven");
}

void say_withheld(Findings& to, SealFacts const& facts) {
    std::string missing;
    auto const put = [&missing](bool there, char const* what) {
        if (!there) missing += (missing.empty() ? "" : ", ") + std::string(what);
    };
    put(facts.claimed_time.has_value(), "time");
    put(facts.place_exact.has_value() || facts.place_coarse.has_value(), "place");
    put(facts.note.has_value(), "note");
    if (!missing.empty())
        to.note(withheld,
                missing + " (withheld or never stated: the statement does not tell which)");
}

void say_not_proven(Findings& to) {
    to.note(not_proven,
            "that the scene was not staged; who filmed; that time and place are as claimed");
}

}  // namespace exhibit::prove
