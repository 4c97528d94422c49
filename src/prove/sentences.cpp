#include "prove/sentences.hpp"

#include <algorithm>

namespace exhibit::prove {
namespace {

constexpr Topic all_topics[] = {
    {"complete", "Complete",
     "The folder carries a list of its files with a digest of each. A digest is a number that "
     "changes when anything in the file changes. This compares them. It shows that the copy is "
     "whole; it does not show who made it.",
     "BagIt 1.0 (RFC 8493): manifest-sha256.txt covers data/, tagmanifest-sha256.txt the lists. "
     "Neither is signed: whoever changes a file can make the lists fit, so nothing below rests on "
     "them. Files beside data/ may be added by anybody and prove only what their signatures say."},
    {"torrent", "Torrent",
     "A torrent lets many people keep the same files. This compares what the torrent lists with "
     "what lies here.",
     "BEP 52: names, lengths, `pieces root` of every ciphertext and of every file of up to 16 KiB "
     "are compared with what was hashed here; roots of larger originals only with their own piece "
     "layers. Trackers and web seeds are outside the info hash and are not judged."},
    {"policy", "Policy",
     "Before anything was filmed the witness wrote down who the guardians are and who may read "
     "after a release, and signed it.",
     "DSSE envelope, Ed25519, by the witness key that the policy itself names. The key is "
     "self-made: compare its hash with one known from elsewhere. Everything below is judged by "
     "this policy: a whole release made up by somebody else is consistent in itself and shows "
     "another key here."},
    {"known", "Known",
     "Whether the keys are in your own list. A release of a stranger can be whole in "
     "every respect: nothing here tells you who that stranger is.",
     "Full SHA-256 of the raw keys against the list that `exhibit known` keeps. Names are the "
     "reader's own and "
     "prove nothing to anybody else."},
    {"record", "Record",
     "A short label of the release: which case, which stage of the audience, whether it was a "
     "rehearsal.",
     "data/release.json must be, byte for byte, the function of policy and stage that every "
     "publisher computes."},
    {"document", "Document",
     "The folder holds many signed papers: votes, adoptions, receipts, shares. Each is checked by "
     "itself.",
     "A document that does not verify, belongs to another case, check-in, policy or stage, or is "
     "signed by a key that the policy does not name, counts for nothing; the others still count, "
     "so that one forger cannot hide what the rest say."},
    {"released", "Released",
     "Why this became public: because the witness asked, or because her sign of life ran out and "
     "enough guardians agreed on it.",
     "The subject (check-in or release-now) must be signed by the witness key; q adoptions by "
     "distinct guardians of the policy for the same subject, hold and policy are needed. Times are "
     "the guardians' own. More than f colluding guardians can agree early; k of them could open "
     "the case at any time without a trace."},
    {"case-key", "Case key",
     "The key that opens every sealed exhibit of the case was published. Anybody can repeat the "
     "opening.",
     "The age recipient derived from data/case-key.txt must be the policy's case_recipient. To "
     "repeat: age -d -i data/case-key.txt data/NNNN.age | tar x, and compare digests."},
    {"keys", "Keys",
     "Public keys are laid out as files so that other programs can check signatures with them.",
     "keys/*.pem must be the witness's and guardians' keys of the policy and the one-exhibit keys "
     "of the statements. They carry no authority of their own."},
    {"custody", "Custody",
     "Guardians write down what happens to an exhibit: received, checked, released. Each entry "
     "names the one before it, and stands in a log that the others countersign, so that none can "
     "be taken out or added later without a trace.",
     "in-toto statements in DSSE, chained by `prev` for each guardian and case; entries of C2SP "
     "tlog-tiles logs are SHA-256(salt || PAE), proven by .tlog-proof with cosignatures of "
     "ceil((n-1+f)/2) others. The end of a chain can be withheld without a trace here; ask the "
     "guardian for its log."},
    {"drill", "Drill", "A rehearsal. Nothing in it is evidence.",
     "The flag is in the signed policy and in every signed statement; both must agree."},
    {"statement", "Statement",
     "When a file was sealed, its facts were fixed and signed in one step. This is that seal.",
     "SD-JWT (RFC 9901), EdDSA, by a key used for this exhibit only. In the open: case, number, "
     "root and size of the ciphertext. Facts are salted digests."},
    {"unchanged", "Unchanged",
     "Every bit is as it was at the moment of sealing. It does not say what happened before: "
     "between filming and sealing a file could have been edited.",
     "SHA-256 of the file equals the disclosed fact `sha256`; the disclosure's digest is in the "
     "signed `_sd`. With --full also the salted tree over 64 KiB blocks (`block_root`). Rests on "
     "SHA-256 and on the one-exhibit key; whose key that is, see Same hand."},
    {"part", "Part",
     "Only parts of the recording are shown. Each of them is, bit for bit, what was sealed; what "
     "lies between them is withheld and nothing is said of it.",
     "Salted Merkle tree over 64 KiB blocks (`block_root`), leaves SHA-256(00 || salt || block), "
     "shape of RFC 6962; the salts of withheld blocks are not given. check-parts.py checks the "
     "same in 25 lines. What was left out can change the meaning of what is shown."},
    {"shown", "Shown",
     "Some facts of the seal are shown and others kept back. Those shown are the ones that were "
     "signed.",
     "SD-JWT presentation (RFC 9901): each disclosure's SHA-256 is among the signed `_sd`. Which "
     "facts were kept back, and how many, cannot be told."},
    {"name", "Name", "The name of a file is one of the facts that were sealed.",
     "Compared after the cleaning that makes a name safe for every file system."},
    {"ciphertext", "Sealed",
     "Guardians kept this exhibit encrypted. This checks that the encrypted file here is the one "
     "they kept.",
     "BEP 52 root and length of NNNN.age equal `cipher_root` and `cipher_size` of the statement. "
     "Receipts and logs speak of this root, so it ties the guardians' word to the original."},
    {"same-hand", "Same hand",
     "One and the same witness's key stands behind the seals of this case. It proves one hand, not "
     "a name: who holds that key is for other evidence to say.",
     "Key certificates (DSSE): witness key over device key, device key over one-exhibit key, all "
     "naming this case. Whoever seizes the device can seal more under it (see Vouched), but change "
     "nothing."},
    {"vouched", "Vouched",
     "With every sign of life the witness signs the list of what she has sealed. What is not in "
     "the last list may have been added by whoever held the device.",
     "The check-in that ran out carries the SHA-256 of proofs/vouched.txt, which lists statement "
     "digests. A release-now carries no list; then the list is the guardians' word."},
    {"lost-device", "Lost device",
     "The witness reported that the device that sealed this was lost. Whoever has it can seal more "
     "in its name.",
     "revocations/*.json (DSSE by the witness's key) name a device key and a time. What f+1 "
     "guardians held before that time was sealed before it was lost; nothing else shows that."},
    {"held", "Held",
     "Guardians signed when they received the sealed file. With at most f liars among them, it "
     "existed by the time shown.",
     "Receipts (DSSE) by guardians of the policy over statement digest and cipher root. The time "
     "of the (f+1)-th earliest is the bound: of f+1 guardians one is honest. Clocks are theirs."},
    {"logged", "Logged",
     "A guardian's log of what it received holds this exhibit, and other guardians countersigned "
     "that log. They would all have to lie together.",
     "Inclusion (RFC 6962) of the `received` event in a checkpoint signed by the log and enough "
     "cosigners; the bound is the (f+1)-th earliest cosignature time."},
    {"stamped", "Stamped",
     "A time-stamping authority, which has nothing to do with this case, signed when it saw a "
     "state of the log.",
     "RFC 3161 token over the checkpoint file, judged at the time in it, to roots given with "
     "--trust-stamps, never the system's; revocation by lists kept from then."},
    {"bitcoin", "Bitcoin",
     "A fingerprint of the log stands in the public ledger of Bitcoin, which nobody can rewrite.",
     "OpenTimestamps to the Merkle root of a block header. Given: a header that came along, worth "
     "what its giver is worth. Pinned: its hash is on your list. Chained: part of a chain of "
     "headers checked from a block on your list. Block times may be off by two hours."},
    {"existed", "Existed",
     "The earliest moment by which it certainly existed, and the latest before which it certainly "
     "did not. Between filming and the first of them anything can have happened.",
     "The least of the proven upper bounds, each with its own assumption; the lower bound is a "
     "cosigned checkpoint among the signed facts: the (f+1)-th newest cosignature time."},
    {"claimed", "Claimed",
     "What the witness, the camera or the device said. It may be true; nothing here proves it.",
     "Disclosed facts, fixed at sealing by the device. Camera clocks and positions are set by "
     "whoever holds the camera."},
    {"provenance", "Provenance",
     "Some cameras and publishers write into a file who made it and what was done to it, and sign "
     "that. This checks the signature against the file. A name in it is chosen by whoever signs.",
     "C2PA 2.2 to 2.5: claim signature, hashes of all assertions, hard binding over the file, "
     "ingredients. No trust list is used here: `exhibit provenance --trust` takes one. That a "
     "certificate has ended does not speak against the file."},
    {"withheld", "Withheld", "Facts that are not shown. The seal does not tell whether they exist.",
     "The number of digests in `_sd` is the same in every statement; decoys fill it up."},
    {"not-proven", "Not proven", "What no check of files can establish.",
     "Staging, authorship, and the gap between claimed capture and sealing stay open whatever "
     "holds above."},
};

struct Meaning {
    std::string_view id;
    std::string_view text;
};
constexpr Meaning meanings[] = {
    {"complete.changed", "A file is not the one that was published. Ask another publisher for it."},
    {"complete.missing", "A file that was published is not in this copy."},
    {"complete.extra", "A file lies among the evidence that the publisher did not list."},
    {"complete.stray", "A file lies among the evidence that no seal covers: it proves nothing."},
    {"complete.odd", "A link or a device stands where a file should be: it could show anything."},
    {"complete.lists-bad", "The lists themselves cannot be read as lists."},
    {"complete.sums", "Whoever checks with that list would be told a wrong digest."},
    {"complete.info", "The label on the folder does not describe what is in it."},
    {"complete.no-lists", "Without its lists nobody can say whether files are missing."},
    {"complete.unreadable",
     "The disk did not give the file. That is no sign of tampering; copy it again."},
    {"torrent.other-files", "Whoever fetches with this torrent would get other files than these."},
    {"torrent.other-magnet", "The link leads to another torrent than the one that lies here."},
    {"torrent.bad", "The torrent file is damaged or forged."},
    {"policy.bad",
     "What the witness agreed with the guardians is not shown; nothing that follows from it can be "
     "checked."},
    {"policy.missing", "Without the policy nobody can say which guardians belong to this case."},
    {"record.relabelled", "Somebody changed what this release says of itself."},
    {"document.bad",
     "One signed paper in this folder is forged, damaged, or belongs to something else. It counts "
     "for nothing; what the others prove still stands."},
    {"released.too-few",
     "Whether enough guardians agreed cannot be seen from this copy. Ask another guardian."},
    {"released.too-early",
     "By the guardians' own clocks they agreed before the witness was overdue."},
    {"released.bad", "What is shown as the witness's last word is not hers."},
    {"released.missing", "Why this was released cannot be seen from this copy."},
    {"case-key.other", "The key that lies here opens something else."},
    {"keys.other", "Whoever checks signatures with that key would be led astray."},
    {"statement.other-number", "The seal of one exhibit was put under another."},
    {"statement.other-case", "The seal of another case was put here."},
    {"statement.other-drill", "A rehearsal is shown as the real thing, or the other way round."},
    {"statement.bad", "The seal is forged or damaged."},
    {"statement.missing", "Without its seal nothing about this exhibit can be proven."},
    {"statement.unfinished", "A recording that was cut off while it was made or sent."},
    {"unchanged.other-bytes", "This is not the file that was sealed. Perhaps another copy is."},
    {"unchanged.other-disclosures", "The list of facts is not the one that was signed."},
    {"unchanged.salt-reused", "Facts that were meant to stay hidden could be guessed."},
    {"unchanged.missing", "The original is not in this copy."},
    {"unchanged.unreadable",
     "The disk did not give the file. That is no sign of tampering; copy it again."},
    {"name.other", "The file was given another name than the witness sealed it under."},
    {"ciphertext.other-size", "What the guardians kept is not what lies here."},
    {"ciphertext.other-root", "What the guardians kept is not what lies here."},
    {"same-hand.other",
     "Somebody else than the witness's own device sealed this, or the papers were exchanged."},
    {"provenance.broken",
     "The file was changed after its maker signed it, or what it says of itself was."},
    {"provenance.ended",
     "Signed with a certificate that no longer counts, and not stamped while it did."},
    {"vouched.added-later", "Whoever held the device could have made it. Treat it with caution."},
    {"lost-device.after", "Whoever took the device could have made it. Treat it with caution."},
    {"vouched.missing-exhibits", "This copy does not hold everything that the witness sealed."},
    {"held.one-word", "One guardian alone might be mistaken or lie."},
    {"known.stranger",
     "Everything may hold and still be somebody else's. Learn the key another way: from the "
     "witness, or from somebody who knows her."},
    {"known.look-alike",
     "Somebody made a key that looks like one you know. That takes effort: be careful."},
    {"part.other-bytes", "What is shown is not what was sealed."},
    {"part.not-listed",
     "A file lies among the parts that the seal does not cover: it proves nothing."},
    {"part.salt-reused", "Withheld parts could be guessed, or the list was made up."},
    {"part.not-bound",
     "The parts cannot be tied to the seal: ask for the facts block_root and size."},
    {"shown.other", "A fact was added or changed after the seal was signed."},
    {"custody.bad",
     "One entry is forged, damaged, or belongs to something else. It counts for nothing."},
    {"custody.missing-event",
     "Something that a guardian wrote down was left out of this copy. Ask that guardian for it."},
    {"custody.split-view",
     "This guardian showed one history to some and another to others. Believe nothing that rests "
     "on its log alone."},
    {"stamped.untrusted",
     "The stamp is genuine as a stamp. Whether its maker deserves belief is for you to decide."},
    {"stamped.bad", "The stamp is of something else, or forged."},
    {"stamped.revoked", "The authority itself had taken back the certificate that signed this."},
    {"bitcoin.given", "Look up that block anywhere: if its hash is the same, this is proven."},
    {"bitcoin.other-root", "This proof is of something else, or forged."},
    {"bitcoin.other-block", "The block that came along is not the real one."},
    {"existed.clocks-apart",
     "Two honest clocks can disagree by minutes. Read the two times as one, give or take that."},
    {"existed.contradiction", "Both cannot be true."},
    {"claimed.disagree",
     "Two clocks or two receivers in the same recording say different things. A wrong setting "
     "does that, and so does a change by hand."},
    {"claimed.contradict", "Whoever sealed this wrote facts that cannot both be true."},
    {"claimed.not-in-file",
     "The facts were not taken from this file as it is. Ask how they came about."},
};

constexpr std::string_view claim_part(std::string_view id) { return id.substr(0, id.find('.')); }

constexpr bool every_sentence_has_a_topic() {
    return std::ranges::all_of(sentences, [](Sentence const& one) {
        return std::ranges::any_of(
            all_topics, [&](Topic const& topic) { return topic.claim == claim_part(one.id); });
    });
}
static_assert(every_sentence_has_a_topic());

}  // namespace

std::span<Topic const> topics() { return all_topics; }

Topic const& topic_of(Sentence const& sentence) {
    return *std::ranges::find_if(
        all_topics, [&](Topic const& topic) { return topic.claim == claim_part(sentence.id); });
}

std::string_view means(Sentence const& sentence) {
    auto const at = std::ranges::find(meanings, sentence.id, &Meaning::id);
    return at == std::end(meanings) ? std::string_view() : at->text;
}

}  // namespace exhibit::prove
