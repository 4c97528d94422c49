// Everything that `exhibit verify` can say, by names that never change. Programs, tests and other
// verifiers compare the names; the words around them may be made better.
//
// A Topic is what was asked ("unchanged?"), with an explanation for a lay reader and one for the
// other side's expert. A Sentence is one answer to it, and carries its verdict, so that no check
// can call the same thing proven here and claimed there.
#pragma once

#include <span>

#include "case/report.hpp"

namespace exhibit::prove {

struct Topic {
    char const* claim;   // stable
    char const* label;   // first column
    char const* lay;     // --explain: what this means, and what it does not
    char const* expert;  // --expert: how it is established, what it rests on, how to attack it
};

struct Sentence {
    std::string_view id;  // "topic.answer"
    Verdict verdict;
};

std::span<Topic const> topics();
// By the part of an id before its first dot. There is one for every sentence.
Topic const& topic_of(Sentence const& sentence);
// --explain: what follows from this answer, for a lay reader. May be empty.
std::string_view means(Sentence const& sentence);

// clang-format off
inline constexpr Sentence sentences[] = {
    // --- the folder
    {"complete.all", Verdict::holds},
    {"complete.changed", Verdict::fails},
    {"complete.missing", Verdict::fails},
    {"complete.extra", Verdict::fails},
    {"complete.stray", Verdict::fails},
    {"complete.odd", Verdict::fails},
    {"complete.lists-bad", Verdict::fails},
    {"complete.sums", Verdict::fails},
    {"complete.info", Verdict::fails},
    {"complete.bag-problem", Verdict::fails},
    {"complete.bag-warning", Verdict::note},
    {"complete.no-lists", Verdict::not_checked},
    {"complete.unreadable", Verdict::not_checked},
    {"complete.not-used", Verdict::note},
    {"torrent.same", Verdict::holds},
    {"torrent.other-files", Verdict::fails},
    {"torrent.other-magnet", Verdict::fails},
    {"torrent.bad", Verdict::fails},
    {"torrent.missing", Verdict::note},
    {"torrent.unreadable", Verdict::not_checked},
    // --- the case
    {"policy.signed", Verdict::holds},
    {"policy.bad", Verdict::fails},
    {"policy.missing", Verdict::not_checked},
    {"policy.unreadable", Verdict::not_checked},
    {"known.witness", Verdict::note},
    {"known.guardians", Verdict::note},
    {"known.stranger", Verdict::note},
    {"known.look-alike", Verdict::fails},
    {"record.same", Verdict::holds},
    {"record.relabelled", Verdict::fails},
    {"record.bad", Verdict::fails},
    {"record.missing", Verdict::not_checked},
    {"record.unreadable", Verdict::not_checked},
    {"document.bad", Verdict::fails},
    {"document.too-many", Verdict::not_checked},
    {"document.unreadable", Verdict::not_checked},
    {"released.agreed", Verdict::holds},
    {"released.too-few", Verdict::not_checked},
    {"released.too-early", Verdict::fails},
    {"released.bad", Verdict::fails},
    {"released.missing", Verdict::not_checked},
    {"released.unreadable", Verdict::not_checked},
    {"case-key.fits", Verdict::holds},
    {"case-key.other", Verdict::fails},
    {"case-key.bad", Verdict::fails},
    {"case-key.unreadable", Verdict::not_checked},
    {"keys.same", Verdict::holds},
    {"keys.other", Verdict::fails},
    {"keys.of-no-exhibit", Verdict::note},
    {"keys.bad", Verdict::fails},
    {"keys.unreadable", Verdict::not_checked},
    {"custody.events", Verdict::holds},
    {"custody.bad", Verdict::fails},
    {"custody.missing-event", Verdict::fails},
    {"custody.split-view", Verdict::fails},
    {"custody.no-card", Verdict::note},
    {"custody.too-many", Verdict::not_checked},
    {"custody.unreadable", Verdict::not_checked},
    {"drill.case", Verdict::note},
    {"drill.exhibit", Verdict::note},
    // --- one exhibit
    {"statement.other-number", Verdict::fails},
    {"statement.other-case", Verdict::fails},
    {"statement.other-drill", Verdict::fails},
    {"statement.bad", Verdict::fails},
    {"statement.missing", Verdict::not_checked},
    {"statement.unreadable", Verdict::not_checked},
    {"statement.unfinished", Verdict::claimed},
    {"unchanged.same", Verdict::holds},
    {"unchanged.same-blocks", Verdict::holds},
    {"unchanged.other-bytes", Verdict::fails},
    {"unchanged.other-size", Verdict::fails},
    {"unchanged.other-blocks", Verdict::fails},
    {"unchanged.other-disclosures", Verdict::fails},
    {"unchanged.disclosures-bad", Verdict::fails},
    {"unchanged.salt-reused", Verdict::fails},
    {"unchanged.not-disclosed", Verdict::not_checked},
    {"unchanged.missing", Verdict::not_checked},
    {"unchanged.unreadable", Verdict::not_checked},
    {"unchanged.sealed", Verdict::note},
    {"unchanged.other-key", Verdict::not_checked},
    {"part.same", Verdict::holds},
    {"part.other-bytes", Verdict::fails},
    {"part.bad", Verdict::fails},
    {"part.salt-reused", Verdict::fails},
    {"part.not-listed", Verdict::fails},
    {"part.missing", Verdict::not_checked},
    {"part.not-bound", Verdict::not_checked},
    {"part.unreadable", Verdict::not_checked},
    {"shown.facts", Verdict::holds},
    {"shown.other", Verdict::fails},
    {"shown.bad", Verdict::fails},
    {"shown.unreadable", Verdict::not_checked},
    {"name.other", Verdict::fails},
    {"ciphertext.same", Verdict::holds},
    {"ciphertext.other-size", Verdict::fails},
    {"ciphertext.other-root", Verdict::fails},
    {"ciphertext.bad", Verdict::fails},
    {"ciphertext.missing", Verdict::not_checked},
    {"ciphertext.unreadable", Verdict::not_checked},
    {"ciphertext.only", Verdict::note},
    {"same-hand.chain", Verdict::holds},
    {"same-hand.other", Verdict::fails},
    {"same-hand.bad", Verdict::fails},
    {"same-hand.missing", Verdict::not_checked},
    {"same-hand.unreadable", Verdict::not_checked},
    {"same-hand.not-asked", Verdict::note},
    {"vouched.by-witness", Verdict::holds},
    {"vouched.added-later", Verdict::claimed},
    {"vouched.guardians-word", Verdict::claimed},
    {"vouched.no-list", Verdict::claimed},
    {"vouched.missing", Verdict::not_checked},
    {"lost-device.before", Verdict::note},
    {"lost-device.after", Verdict::claimed},
    {"lost-device.bad", Verdict::fails},
    {"vouched.missing-exhibits", Verdict::not_checked},
    {"held.no-later", Verdict::holds},
    {"held.one-word", Verdict::claimed},
    {"held.none", Verdict::claimed},
    {"logged.cosigned", Verdict::holds},
    {"logged.none", Verdict::note},
    {"stamped.trusted", Verdict::holds},
    {"stamped.untrusted", Verdict::claimed},
    {"stamped.bad", Verdict::fails},
    {"stamped.revoked", Verdict::fails},
    {"stamped.unreadable", Verdict::not_checked},
    {"bitcoin.chained", Verdict::holds},
    {"bitcoin.pinned", Verdict::holds},
    {"bitcoin.given", Verdict::claimed},
    {"bitcoin.needs-header", Verdict::note},
    {"bitcoin.pending", Verdict::note},
    {"bitcoin.not-computed", Verdict::note},
    {"bitcoin.other-root", Verdict::fails},
    {"bitcoin.other-block", Verdict::fails},
    {"bitcoin.bad", Verdict::fails},
    {"bitcoin.unreadable", Verdict::not_checked},
    {"existed.no-later", Verdict::holds},
    {"existed.no-earlier", Verdict::holds},
    {"existed.clocks-apart", Verdict::note},
    {"existed.contradiction", Verdict::fails},
    {"existed.checkpoint-bad", Verdict::fails},
    {"existed.checkpoint-unknown", Verdict::note},
    {"existed.not-known", Verdict::claimed},
    {"claimed.camera", Verdict::claimed},
    {"claimed.disagree", Verdict::claimed},
    {"claimed.contradict", Verdict::claimed},
    {"claimed.not-in-file", Verdict::claimed},
    {"claimed.words", Verdict::claimed},
    {"claimed.device", Verdict::claimed},
    {"provenance.intact", Verdict::holds},
    {"provenance.ended", Verdict::note},
    {"provenance.broken", Verdict::fails},
    {"provenance.elsewhere", Verdict::note},
    {"provenance.unreadable", Verdict::not_checked},
    {"withheld.facts", Verdict::note},
    {"not-proven.always", Verdict::note},
    {"not-proven.sealed", Verdict::note},
};
// clang-format on

// The sentence of that name; does not compile when there is none.
class Say {
public:
    consteval Say(char const* id) : sentence_(&find(id)) {}
    Sentence const& sentence() const { return *sentence_; }
    Sentence const* operator->() const { return sentence_; }

private:
    static consteval Sentence const& find(std::string_view id) {
        for (auto const& one : sentences) {
            if (one.id == id) return one;
        }
        throw "verify has no such sentence: add it to the list above";
    }
    Sentence const* sentence_;
};

}  // namespace exhibit::prove
