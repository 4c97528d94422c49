#include "prove/exhibit_check.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "case/parallel_tree.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::prove {

std::optional<ShownFacts> facts_that_fit(Findings& to, SealStatement const& statement,
                                         std::string const& text, std::string const& evidence) {
    auto const disclosures = parse_disclosures(as_bytes(text));
    if (!disclosures.ok()) {
        to.trouble("unchanged.disclosures-bad", "unchanged.unreadable",
                   "the disclosures cannot be used: ", disclosures.error(), {{evidence}});
        return std::nullopt;
    }
    if (!statement.check_disclosures(*disclosures).ok()) {
        to.say("unchanged.other-disclosures",
               "the disclosures are not those that the seal statement signed: name, size and "
               "digest are not to be believed",
               {{evidence}});
        return std::nullopt;
    }
    judge_salts(to, *disclosures, evidence);
    auto shown = read_shown_facts(*disclosures);
    if (!shown.ok()) {
        to.trouble("unchanged.disclosures-bad", "unchanged.unreadable",
                   "the disclosures cannot be used: ", shown.error(), {{evidence}});
        return std::nullopt;
    }
    for (auto const* name : {"sha256", "size", "name"}) {
        if (shown->has(name)) continue;
        to.say("unchanged.not-disclosed",
               std::string("not everything that is needed is disclosed: ") + name + " is missing",
               {{evidence}});
        return std::nullopt;
    }
    return shown.take();
}

void judge_salts(Findings& to, std::vector<Disclosure> const& disclosures,
                 std::string const& evidence) {
    std::set<std::string_view> salts;
    for (auto const& one : disclosures) {
        if (salts.insert(one.salt).second) continue;
        return to.say("unchanged.salt-reused",
                      "two facts carry the same salt, " + tar::printable(one.name) +
                          " among them: what is withheld could be guessed",
                      {{evidence}});
    }
}

void judge_original(Findings& to, SealFacts const& facts, HashedFile const& file,
                    std::string const& path) {
    if (file.unreadable)
        return to.trouble("unchanged.other-bytes", "unchanged.unreadable",
                          "the original cannot be read: ", *file.unreadable, {{path}});
    Grounds const grounds{{path},
                          "sha256sum " + in_quotes(path),
                          {{"sha256", to_hex(file.sha256)},
                           {"size", file.size},
                           {"sealed_sha256", facts.sha256.hex()},
                           {"sealed_size", facts.size_bytes}}};
    if (PlainDigest(file.sha256) != facts.sha256) {
        return to.say("unchanged.other-bytes",
                      "this is not the file that was sealed: SHA-256 is " +
                          short_hex(to_hex(file.sha256)) + " of " + std::to_string(file.size) +
                          " bytes, sealed was " + short_hex(facts.sha256.hex()) + " of " +
                          std::to_string(facts.size_bytes) + " bytes",
                      grounds);
    }
    if (file.size != facts.size_bytes)
        return to.say("unchanged.other-size", "the size is not the one that was sealed", grounds);
    to.say("unchanged.same",
           "since it was sealed. SHA-256 " + facts.sha256.hex() + " of " +
               std::to_string(file.size) + " bytes",
           grounds);
}

void judge_block_tree(Findings& to, SealFacts const& facts, Path const& file, unsigned threads) {
    auto const seed = Secret<32>::copy_of(facts.block_seed);
    VERIFY(seed.ok());
    auto const root = block_root_of_file(file, *seed, threads);
    if (!root.ok())
        return to.trouble("unchanged.other-blocks", "unchanged.unreadable",
                          "the block tree: ", root.error());
    Grounds const grounds{{}, {}, {{"block_root", root->hex()}}};
    if (*root != facts.block_root)
        return to.say("unchanged.other-blocks",
                      "the tree over its 64 KiB blocks is not the one that was sealed", grounds);
    to.say("unchanged.same-blocks",
           "block for block: the tree over its 64 KiB blocks is the one that was sealed", grounds);
}

void judge_ciphertext(Findings& to, SealStatement const& statement, HashedFile const& file,
                      std::string const& path) {
    if (file.unreadable)
        return to.trouble("ciphertext.bad", "ciphertext.unreadable",
                          "the ciphertext cannot be read: ", *file.unreadable, {{path}});
    Grounds const grounds{{path},
                          "any BitTorrent v2 client: recheck",
                          {{"cipher_root", file.root->hex()},
                           {"cipher_size", file.size},
                           {"signed_root", statement.claims.root.hex()},
                           {"signed_size", statement.claims.size_bytes}}};
    if (file.size != statement.claims.size_bytes) {
        return to.say("ciphertext.other-size",
                      "the ciphertext is not the one that was signed: it has " +
                          std::to_string(file.size) + " bytes, signed were " +
                          std::to_string(statement.claims.size_bytes),
                      grounds);
    }
    if (*file.root != statement.claims.root) {
        return to.say("ciphertext.other-root",
                      "the ciphertext is not the one that was signed: its tree has another root",
                      grounds);
    }
    to.say("ciphertext.same",
           "the ciphertext is the one that was signed: root " + short_hex(file.root->hex()) + ", " +
               std::to_string(file.size) + " bytes",
           grounds);
}

std::optional<PublicKey> judge_hand(Findings& to, SealStatement const& statement,
                                    HandPapers const& papers, PublicKey const& witness,
                                    CaseId const& case_id) {
    auto const& [exhibit_text, device_text, evidence] = papers;
    if (!exhibit_text.ok() || !device_text.ok()) {
        auto const& error = exhibit_text.ok() ? device_text.error() : exhibit_text.error();
        bool const is_there = error.fault == Fault::world;
        auto const words =
            "whose hand sealed it could not be checked: the key certificates are "
            "not here or cannot be read (" +
            tar::printable(error.where) + ")";
        if (is_there) return to.say("same-hand.unreadable", words, {evidence}), std::nullopt;
        return to.say("same-hand.missing", words, {evidence}), std::nullopt;
    }
    auto const exhibit = parse_envelope(as_bytes(*exhibit_text), document_bytes_max);
    if (!exhibit.ok())
        return to.trouble("same-hand.bad", "same-hand.unreadable",
                          "the exhibit's key certificate is no document: ", exhibit.error(),
                          {evidence}),
               std::nullopt;
    auto const device = parse_envelope(as_bytes(*device_text), document_bytes_max);
    if (!device.ok())
        return to.trouble("same-hand.bad", "same-hand.unreadable",
                          "the device's key certificate is no document: ", device.error(),
                          {evidence}),
               std::nullopt;
    auto const chain = check_key_chain(*exhibit, *device, statement.key, witness, case_id);
    if (!chain.ok()) {
        to.say("same-hand.other",
               "the key that signed this exhibit is not one that the witness's key vouched for: " +
                   chain.error().what,
               {evidence});
        return std::nullopt;
    }
    to.say("same-hand.chain",
           "sealed by a device that the witness's key vouched for. The key is self-made: it "
           "proves one hand, not a name",
           {evidence,
            "openssl pkeyutl -verify (HOW-TO-CHECK.txt, 6 and 7)",
            {{"witness", dsse_keyid(witness)},
             {"device", dsse_keyid(chain->device->subject)},
             {"exhibit", dsse_keyid(statement.key)}}});
    return chain->device->subject;
}

void say_claims(Findings& to, ShownFacts const& shown, std::string const& evidence) {
    auto const& facts = shown.facts;
    if (facts.captured.any_time() || facts.captured.any_place()) {
        Json details = Json::object();
        for (auto const& [name, value] : write_capture_facts(facts.captured)) details[name] = value;
        to.say(
            "claimed.camera",
            tar::printable(show_capture(facts.captured)) + ": the word of the camera, not proven",
            {{evidence}, "exiftool -a -G1 -time:all -gps:all FILE", std::move(details)});
    }
    for (auto const& one : disagreements(readings_of(facts.captured)))
        to.say("claimed.disagree", tar::printable(one), {{evidence}});
    for (auto const& one : contradictions(facts.captured))
        to.say("claimed.contradict",
               "sealed with facts that contradict each other: " + tar::printable(one),
               {{evidence}});
    std::string words;
    auto const put = [&words](std::string const& text) {
        words += (words.empty() ? "" : "; ") + text;
    };
    if (facts.claimed_time) put("time " + tar::printable(*facts.claimed_time));
    if (facts.place_exact) put("place " + tar::printable(*facts.place_exact));
    if (facts.place_coarse) put("region " + tar::printable(*facts.place_coarse));
    if (facts.note) put("note: " + tar::printable(*facts.note));
    if (!words.empty())
        to.say("claimed.words", words + ": the word of the witness, not proven", {{evidence}});
    words = shown.has("device_clock") ? "sealed at " + show_time(facts.device_clock) : "";
    if (facts.file_time) put("the file's own time " + show_time(*facts.file_time));
    if (facts.guardian_clock)
        put("newest guardian's clock it knew: " + show_time(*facts.guardian_clock));
    if (!words.empty())
        to.say("claimed.device", words + ": by the clock of the device, not proven", {{evidence}});
}

void say_withheld(Findings& to, ShownFacts const& shown, std::string const& evidence) {
    auto const& facts = shown.facts;
    std::string missing;
    auto const put = [&missing](bool there, char const* what) {
        if (!there) missing += (missing.empty() ? "" : ", ") + std::string(what);
    };
    put(facts.claimed_time || facts.captured.any_time(), "time");
    put(facts.place_exact || facts.place_coarse || facts.captured.any_place(), "place");
    put(!facts.captured.make.empty() || !facts.captured.model.empty(), "camera");
    put(facts.note.has_value(), "note");
    put(shown.has("name"), "name of the file");
    if (!missing.empty())
        to.say("withheld.facts",
               missing + " (withheld or never stated: the statement does not tell which)",
               {{evidence}});
}

namespace {

constexpr std::int64_t same_place_metres = 3;

// What the file says under that name now, if it differs.
std::optional<std::string> other_in_file(CaptureReading const& sealed, Capture const& file) {
    auto const at = std::ranges::find(file.readings, sealed.source, &CaptureReading::source);
    if (at == file.readings.end()) return "nothing";
    if (sealed.time && at->time != sealed.time)
        return at->time ? show_civil_time(*at->time) : "no time";
    if (!sealed.place) return std::nullopt;
    if (!at->place) return "no place";
    if (iso6709::metres_between(*at->place, *sealed.place) <= same_place_metres)
        return std::nullopt;
    return iso6709::show_place(*at->place);
}

}  // namespace

void judge_camera(Findings& to, SealFacts const& facts, Path const& file, std::string const& path) {
    auto const sealed = readings_of(facts.captured);
    if (sealed.empty()) return;
    auto const source = FileSource::open(file);
    if (!source.ok()) return;  // what cannot be read was said of its digest
    auto const capture = read_capture(*source);
    for (auto const& reading : sealed) {
        auto const other = other_in_file(reading, capture);
        if (!other) continue;
        to.say("claimed.not-in-file",
               "sealed was " + tar::printable(reading.source) + " " +
                   (reading.time ? show_civil_time(*reading.time) : "") +
                   (reading.time && reading.place ? ", " : "") +
                   (reading.place ? iso6709::show_place(*reading.place) : "") +
                   "; the file itself says " + *other,
               {{path}, "exiftool -a -G1 -time:all -gps:all " + in_quotes(path)});
    }
}

void say_not_proven(Findings& to) {
    to.say("not-proven.always",
           "that the scene was not staged; who filmed; that time and place are as claimed");
}

}  // namespace exhibit::prove
