#include "tampering_parts.hpp"

namespace exhibit::test {
namespace {

ReleaseCustody& custody(Specimen& s) { return *s.from.custody; }
CustodyWorld& world(Specimen& s) { return s.from.custody->world; }

std::string event_of(Specimen& s, std::size_t guardian, std::size_t index,
                     std::string const& label) {
    return custody(s).event_file(guardian, index, label);
}
void write_bytes(Specimen& s, std::string const& path, ByteView content) {
    s.write(path, to_string(content));
}

// Guardian 0 tells some of another past: same size, another first entry.
void tell_two_histories(Specimen& s) {
    auto const& it = world(s);
    auto leaves = it.leaves(0);
    leaves[0] = tlog::leaf_hash(as_bytes("another past"));
    tlog::Checkpoint const state{
        log_origin(it.guardians[0].id(), 1), leaves.size(), tlog::root_of(leaves), {}};
    s.write(custody(s).stamp_of(0) + ".checkpoint",
            tlog::write_note(tlog::sign_checkpoint(state, it.guardians[0].log)));
    s.remove(custody(s).stamp_of(0) + ".ots");
    s.remove(custody(s).stamp_of(0) + ".tsa.tst");
}

void backdate_an_event(Specimen& s) {
    auto const path = event_of(s, 0, 0, "0001-received") + ".json";
    auto event = CustodyEvent::parse_payload(s.envelope(path).payload).take();
    event.at = *event.at - Duration::days(365);
    auto const& key = world(s).guardians[0].signing;
    s.write(path, write_envelope(Signed<CustodyEvent>::sign(event, key).envelope()));
}

void change_proof(Specimen& s, std::function<void(tlog::Proof&)> const& change) {
    auto const path = event_of(s, 0, 0, "0001-received") + ".tlog-proof";
    auto proof = tlog::parse_proof(s.read(path)).take();
    change(proof);
    s.write(path, tlog::write_proof(proof));
}

void event_of_another_case(Specimen& s) {
    auto const path = event_of(s, 0, 3, "case-voted") + ".json";
    auto event = CustodyEvent::parse_payload(s.envelope(path).payload).take();
    event.case_id = s.from.other.id;
    auto const& key = world(s).guardians[0].signing;
    s.write(path, write_envelope(Signed<CustodyEvent>::sign(event, key).envelope()));
}

// Who holds the device seals with a checkpoint in hand that is newer than the guardians' word: they
// cosigned that they had seen it by the second 103 of the world.
void seal_with_a_checkpoint_of(Specimen& s, std::int64_t seconds) {
    auto note = world(s).checkpoint(0);
    for (std::size_t by = 1; by < CustodyWorld::count; ++by) world(s).cosign(note, by, seconds);
    SystemRandom random;
    auto list = s.disclosures("0001");
    list.push_back(make_disclosure({"guardian_checkpoint", tlog::write_note(note)}, random).take());
    auto claims = s.statement("0001").claims;
    s.seal_anew("0001", {s.from.c.device, claims, list});
    s.make_lists_fit();
}

void seal_with_a_forged_checkpoint(Specimen& s) {
    tlog::Checkpoint const state{
        log_origin(world(s).guardians[0].id(), 1), 9, tlog::empty_root(), {}};
    auto note = tlog::sign_checkpoint(state, SigningKey::generate());
    note.signatures[0].key_id = world(s).checkpoint(0).signatures[0].key_id;
    SystemRandom random;
    auto list = s.disclosures("0001");
    list.push_back(make_disclosure({"guardian_checkpoint", tlog::write_note(note)}, random).take());
    s.seal_anew("0001", {s.from.c.device, s.statement("0001").claims, list});
    s.make_lists_fit();
}

std::vector<Tampering> logs() {
    return {
        {"log-of-another-guardian", "the place in the log is that of another guardian's log",
         [](Specimen& s) {
             s.write(event_of(s, 0, 0, "0001-received") + ".tlog-proof",
                     s.read(event_of(s, 1, 0, "0001-received") + ".tlog-proof"));
         },
         "custody.bad", whole},
        {"log-split-view", "a guardian signed two contradicting states of its log",
         tell_two_histories, "custody.split-view", whole},
        {"log-too-few-cosigners", "all but one cosignature are taken off",
         [](Specimen& s) {
             change_proof(s, [](tlog::Proof& p) { p.checkpoint.signatures.resize(2); });
         },
         "custody.bad", whole},
        {"log-cosignature-forged", "a cosignature is damaged",
         [](Specimen& s) {
             change_proof(s, [](tlog::Proof& p) { p.checkpoint.signatures[1].signature[20] ^= 1; });
         },
         "custody.bad", whole},
        {"log-path-forged", "the path to the log's root is another",
         [](Specimen& s) { change_proof(s, [](tlog::Proof& p) { p.path.at(0)[0] ^= 1; }); },
         "custody.bad", whole},
        {"log-card-of-another", "a guardian's card names another guardian's log key",
         [](Specimen& s) {
             s.write(custody(s).folder_of(0) + "log-card-1.json",
                     s.read(custody(s).folder_of(1) + "log-card-1.json"));
         },
         // Without the card nothing stands in that log any more.
         "custody.bad", whole},
        {"checkpoint-damaged", "a stamped state of the log is not what the log signed",
         [](Specimen& s) {
             auto const path = custody(s).stamp_of(0) + ".checkpoint";
             auto text = s.read(path);
             text[text.find('\n') + 1] = '9';
             s.write(path, text);
         },
         "custody.bad", whole},
    };
}

std::vector<Tampering> events() {
    return {
        {"event-removed", "an event is taken out of a guardian's chain",
         [](Specimen& s) {
             auto const stem = event_of(s, 0, 1, "0002-received");
             s.remove(stem + ".json");
             s.remove(stem + ".tlog-proof");
         },
         "custody.missing-event", whole},
        {"event-first-removed", "the first event of a guardian is taken out",
         [](Specimen& s) {
             auto const stem = event_of(s, 2, 0, "0001-received");
             s.remove(stem + ".json");
             s.remove(stem + ".tlog-proof");
         },
         "custody.missing-event", whole},
        {"event-backdated", "a guardian signs its receipt anew, a year earlier", backdate_an_event,
         "custody.bad", whole},
        {"event-of-another-case", "an event is that of another case", event_of_another_case,
         "custody.bad", whole},
        {"event-of-a-stranger", "an event is signed by somebody else",
         [](Specimen& s) {
             auto const path = event_of(s, 0, 0, "0001-received") + ".json";
             auto const event = CustodyEvent::parse_payload(s.envelope(path).payload).take();
             s.write(path,
                     write_envelope(Signed<CustodyEvent>::sign(event, s.from.c.device).envelope()));
         },
         "custody.bad", whole},
        {"sealed-after-logged", "it contains a checkpoint newer than the word of its guardians",
         [](Specimen& s) { seal_with_a_checkpoint_of(s, 3600); }, "existed.contradiction", first},
        {"sealed-minutes-after-logged", "the checkpoint is newer by more than clocks may differ",
         [](Specimen& s) { seal_with_a_checkpoint_of(s, 404); }, "existed.contradiction", first},
        {"clocks-apart", "the checkpoint is newer by no more than clocks may differ",
         [](Specimen& s) { seal_with_a_checkpoint_of(s, 400); }, "existed.clocks-apart", first},
        {"forged-checkpoint", "it contains a checkpoint that no log signed",
         seal_with_a_forged_checkpoint, "existed.checkpoint-bad", first},
    };
}

std::vector<Tampering> blocks() {
    return {
        {"bitcoin-of-something-else", "the OpenTimestamps proof is over something else",
         [](Specimen& s) {
             write_bytes(s, custody(s).stamp_of(0) + ".ots",
                         stamp_into_block(sha256("other"), sealed_at).proof);
         },
         "bitcoin.bad", first},
        {"bitcoin-other-root", "the OpenTimestamps proof leads to another root",
         [](Specimen& s) {
             auto const path = custody(s).stamp_of(0) + ".ots";
             auto proof = ots::parse_detached(as_bytes(s.read(path))).take();
             proof.timestamp.branches.front().step.argument[0] ^= 1;
             write_bytes(s, path, ots::write_detached(proof));
         },
         "bitcoin.other-root", first},
        {"bitcoin-damaged", "the OpenTimestamps proof cannot be read",
         [](Specimen& s) { s.write(custody(s).stamp_of(0) + ".ots", "not a proof"); },
         "bitcoin.bad", first},
        {"bitcoin-only-promised", "the proof is exchanged for a calendar's promise",
         [](Specimen& s) {
             auto const stem = custody(s).stamp_of(0);
             write_bytes(s, stem + ".ots", pending_proof(sha256(s.read(stem + ".checkpoint"))));
         },
         "bitcoin.pending", first, true},
    };
}

std::vector<Tampering> stamps() {
    return {
        {"stamp-of-something-else", "the time stamp is over something else",
         [](Specimen& s) {
             write_bytes(s, custody(s).stamp_of(0) + ".tsa.tst",
                         custody(s).authority->token(sha256("other")));
         },
         "stamped.bad", first},
        {"stamp-of-another-state", "the time stamp is over the state of another guardian's log",
         [](Specimen& s) {
             s.write(custody(s).stamp_of(0) + ".tsa.tst",
                     s.read(custody(s).stamp_of(1) + ".tsa.tst"));
         },
         "stamped.bad", first},
        {"stamp-damaged", "a byte of the time stamp is another",
         [](Specimen& s) {
             auto const path = custody(s).stamp_of(0) + ".tsa.tst";
             auto text = s.read(path);
             text[text.size() - 4] = static_cast<char>(text[text.size() - 4] ^ 1);
             s.write(path, text);
         },
         "stamped.bad", first},
        {"stamp-by-the-forger", "the forger has made an authority of the same name",
         [](Specimen& s) {
             TimeAuthority forger("time.example");
             auto const stem = custody(s).stamp_of(0);
             write_bytes(s, stem + ".tsa.tst", forger.token(sha256(s.read(stem + ".checkpoint"))));
         },
         "stamped.untrusted", first, true},
    };
}

}  // namespace

std::vector<Tampering> tampered_custody() { return joined_tables({logs(), events()}); }

std::vector<Tampering> tampered_time() {
    // Without openssl there is no authority to forge.
    if (!have_program("openssl")) return blocks();
    return joined_tables({blocks(), stamps()});
}

}  // namespace exhibit::test
