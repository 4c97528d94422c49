// What guardians log of a case, cosigned by each other, over the wire.
#include "case/custody_evidence.hpp"
#include "formats/tlog/tlog.hpp"
#include "guard/guardian/rehearsal.hpp"

namespace exhibit::guard::test {
namespace {

Result<CustodyRecord> custody_of(Rehearsal& drill, unsigned index,
                                 std::string_view rest = "custody") {
    auto const path = drill.path(rest);
    auto const answer = TRY(drill.send(index, "GET", path, {}, drill.as_guardian(index, path)));
    if (answer.status != 200) return world_error("status " + std::to_string(answer.status));
    return parse_custody_record(answer.body);
}

// Of each guardian, once all of its events of these kinds are proven.
std::vector<CustodyRecord> proven(Rehearsal& drill, std::vector<unsigned> const& at,
                                  std::size_t events_at_least) {
    std::vector<CustodyRecord> records;
    EXPECT_TRUE(eventually([&] {
        records.clear();
        for (auto const index : at) {
            auto record = custody_of(drill, index);
            if (!record.ok() || record->events.size() < events_at_least) return false;
            for (auto const& event : record->events)
                if (event.proof.empty()) return false;
            records.push_back(record.take());
        }
        return true;
    })) <<
        [&] {
            std::string told;
            for (auto const index : at) {
                auto const record = custody_of(drill, index);
                told +=
                    std::to_string(index) + " has " +
                    (record.ok() ? std::to_string(record->events.size()) : record.error().what) +
                    " events";
                for (auto const& note : drill.guardians[index]->notes())
                    told += "; " + note.code + " " + note.text;
                told += "\n";
            }
            return told;
        }();
    return records;
}

bool has_note(Rehearsal const& drill, unsigned index, std::string_view code) {
    auto const notes = drill.guardians[index]->notes();
    return std::ranges::any_of(notes, [&](auto const& note) { return note.code == code; });
}

TEST(Custody, what_guardians_receive_is_logged_and_cosigned) {
    Rehearsal drill;
    drill.enrol_all();
    auto const one = drill.seal(1, "the first");
    ASSERT_OK(drill.upload(0, one));
    ASSERT_EQ(drill.state(0, one)->status, 200U);
    auto const records = proven(drill, {0, 1, 2, 3}, 2);
    ASSERT_EQ(records.size(), 4U);
    // Whoever holds the device sees what happened to exhibits; of the case as a whole, what the
    // shadow ledger says.
    auto const shown = drill.send(0, "GET", drill.path("custody"), {}, drill.bearer(0));
    auto const seen = parse_custody_record(shown->body);
    ASSERT_OK(seen);
    ASSERT_EQ(seen->events.size(), 1U);
    auto const& policy = drill.policy->value();
    auto const cards = cards_of(records, policy);
    EXPECT_EQ(cards.size(), 4U);
    for (auto const& record : records) {
        auto const checked = check_custody(record, cards, policy);
        for (auto const& complaint : checked.complaints) ADD_FAILURE() << complaint.why.what;
        ASSERT_EQ(checked.events.size(), 2U);
        EXPECT_EQ(checked.events[0].event->event, CustodyKind::policy_changed);
        EXPECT_EQ(checked.events[1].event->event, CustodyKind::received);
        EXPECT_EQ(checked.events[1].event->exhibit, ExhibitNumber(1));
        for (auto const& event : checked.events) {
            ASSERT_TRUE(event.place.has_value());
            EXPECT_GE(event.place->cosigners, 2U);
        }
        // The events of this exhibit alone.
        auto const index = static_cast<unsigned>(&record - records.data());
        auto const of_one = custody_of(drill, index, "custody/0001");
        ASSERT_OK(of_one);
        EXPECT_EQ(of_one->events.size(), 1U);
    }
}

TEST(Custody, a_dead_guardian_does_not_keep_events_from_being_logged) {
    Rehearsal drill;
    drill.enrol_all();
    drill.stop_guardian(3);
    auto const one = drill.seal(1, "the first");
    ASSERT_OK(drill.upload(0, one));
    ASSERT_EQ(drill.state(0, one)->status, 200U);
    EXPECT_EQ(proven(drill, {0, 1, 2}, 2).size(), 3U);
}

TEST(Custody, the_log_is_served_as_tiles_to_those_of_the_case) {
    Rehearsal drill;
    drill.enrol_all();
    auto const records = proven(drill, {0, 1, 2, 3}, 1);
    ASSERT_EQ(records.size(), 4U);
    auto const get = [&](std::string_view rest, HeaderFields headers) {
        return drill.send(0, "GET", drill.path(rest), {}, std::move(headers));
    };
    // A stranger learns nothing, not even that there is such a case.
    EXPECT_EQ(get("log/checkpoint", {})->status, 404U);
    EXPECT_EQ(get("custody", {})->status, 404U);
    auto const answer = get("log/checkpoint", drill.bearer(0));
    ASSERT_OK(answer);
    ASSERT_EQ(answer->status, 200U);
    auto const note = tlog::parse_note(as_text(answer->body));
    ASSERT_OK(note);
    auto const cards = cards_of(records, drill.policy->value());
    auto const id = drill.guardians[0]->id();
    auto const policy = log_policy({id, 1}, cards, drill.policy->value());
    ASSERT_OK(policy);
    auto const judged = tlog::judge_checkpoint(*note, *policy);
    ASSERT_OK(judged);
    auto const source = tlog::tiles_as_hashes(
        judged->checkpoint.size, [&](tlog::Tile const& tile) -> Result<Bytes> {
            auto const body = TRY(get("log/" + tlog::write_tile_path(tile), drill.bearer(0)));
            if (body.status != 200) return world_error("no tile");
            return body.body;
        });
    auto const root = tlog::tree_root(judged->checkpoint.size, source);
    ASSERT_OK(root);
    EXPECT_EQ(*root, judged->checkpoint.root);
    // Entries are 32 bytes that say nothing.
    tlog::Tile entries{std::nullopt, 0, static_cast<unsigned>(judged->checkpoint.size)};
    auto const bundle = get("log/" + tlog::write_tile_path(entries), drill.bearer(0));
    ASSERT_OK(bundle);
    auto const parsed = tlog::parse_bundle(bundle->body, entries.width);
    ASSERT_OK(parsed);
    for (auto const& entry : *parsed) EXPECT_EQ(entry.size(), 32U);
    EXPECT_EQ(get("log/tile/0/001", drill.bearer(0))->status, 404U);
    EXPECT_EQ(get("log/tile/../keys", drill.bearer(0))->status, 404U);
}

TEST(Custody, only_a_guardian_is_cosigned_for) {
    Rehearsal drill;
    drill.enrol_all();
    auto const answer = drill.send(0, "POST", drill.path("cosigner/add-checkpoint"),
                                   as_bytes("old 0\n\n"), drill.bearer(0));
    ASSERT_OK(answer);
    EXPECT_EQ(answer->status, 401U);
    auto const card =
        drill.send(0, "POST", drill.path("log/card"), as_bytes("{}"), drill.bearer(0));
    ASSERT_OK(card);
    EXPECT_EQ(card->status, 401U);
}

TEST(Custody, a_guardian_that_starts_again_goes_on_with_its_log) {
    Rehearsal drill;
    drill.enrol_all();
    auto const before = proven(drill, {0, 1, 2, 3}, 1);
    ASSERT_EQ(before.size(), 4U);
    drill.stop_guardian(0);
    drill.start_guardian(0);
    auto const one = drill.seal(1, "the first");
    ASSERT_OK(drill.upload(0, one));
    ASSERT_EQ(drill.state(0, one)->status, 200U);
    auto const after = proven(drill, {0}, 2);
    ASSERT_EQ(after.size(), 1U);
    EXPECT_EQ(after[0].events[0].event, before[0].events[0].event);
    auto const cards = cards_of(before, drill.policy->value());
    EXPECT_TRUE(check_custody(after[0], cards, drill.policy->value()).complaints.empty());
}

// The others hold on to what they have seen: a disk that went back in time cannot write another
// history under the same name, and the guardian finds out, by its own signature, and begins anew.
TEST(Custody, a_guardian_whose_disk_went_back_in_time_begins_another_log) {
    Rehearsal drill;
    drill.enrol_all();
    ASSERT_EQ(proven(drill, {0, 1, 2, 3}, 1).size(), 4U);
    auto const data = drill.options[0].data;
    auto const backup = drill.folder / "backup";
    drill.stop_guardian(0);
    std::filesystem::copy(data, backup, std::filesystem::copy_options::recursive);
    std::filesystem::copy(data, drill.folder / "backup-2",
                          std::filesystem::copy_options::recursive);
    drill.start_guardian(0);
    auto const one = drill.seal(1, "the first");
    ASSERT_OK(drill.upload(0, one));
    ASSERT_EQ(drill.state(0, one)->status, 200U);
    ASSERT_EQ(proven(drill, {0, 1, 2, 3}, 2).size(), 4U);
    drill.stop_guardian(0);
    std::filesystem::remove_all(data);
    std::filesystem::rename(backup, data);
    drill.start_guardian(0);
    // It would log this as its second entry, where the others have seen another one.
    auto const two = drill.seal(2, "the second");
    ASSERT_OK(drill.upload(0, two));
    ASSERT_EQ(drill.state(0, two)->status, 200U);
    // Beside what happened it says what it has forgotten.
    auto records = proven(drill, {1, 2, 3}, 2);
    auto const rewritten = proven(drill, {0}, 3);
    ASSERT_EQ(records.size(), 3U);
    ASSERT_EQ(rewritten.size(), 1U);
    records.insert(records.begin(), rewritten.front());
    auto const& policy = drill.policy->value();
    auto const cards = cards_of(records, policy);
    EXPECT_EQ(cards.size(), 5U);
    auto const checked = check_custody(records[0], cards, policy);
    for (auto const& complaint : checked.complaints) ADD_FAILURE() << complaint.why.what;
    ASSERT_EQ(checked.events.size(), 3U);
    for (auto const& event : checked.events) ASSERT_TRUE(event.place);
    EXPECT_EQ(checked.events[0].place->log.generation, 1U);  // cosigned before the backup
    EXPECT_EQ(checked.events[1].place->log.generation, 2U);
    EXPECT_EQ(checked.events[1].event->event, CustodyKind::gap);
    EXPECT_EQ(checked.events[1].event->at, checked.events[0].event->at);
    EXPECT_EQ(checked.events[2].event->event, CustodyKind::received);
    EXPECT_TRUE(has_note(drill, 0, "rolled-back"));
    // The same disk once more: the second log is forgotten too, and its name is taken.
    drill.stop_guardian(0);
    std::filesystem::remove_all(data);
    std::filesystem::rename(drill.folder / "backup-2", data);
    drill.start_guardian(0);
    auto const three = drill.seal(3, "the third");
    ASSERT_OK(drill.upload(0, three));
    ASSERT_EQ(drill.state(0, three)->status, 200U);
    auto const again = proven(drill, {0}, 3);
    ASSERT_EQ(again.size(), 1U);
    auto const last = tlog::parse_proof(again[0].events.back().proof);
    ASSERT_OK(last);
    EXPECT_TRUE(last->checkpoint.text.starts_with(log_origin(drill.guardians[0]->id(), 3) + "\n"));
}

SigningKey key_of(Rehearsal const& drill, unsigned index, char const* name) {
    auto const pem = read_file(drill.options[index].data / "keys" / name, 4096).take();
    return parse_private_pem(pem).take();
}

// As guardian `as`, to guardian 1.
Result<HttpAnswer> submit(Rehearsal& drill, unsigned as, std::string const& body) {
    auto const path = drill.path("cosigner/add-checkpoint");
    return drill.send(1, "POST", path, as_bytes(body), drill.as_guardian(as, path));
}

TEST(Custody, no_two_states_that_contradict_each_other_are_cosigned) {
    Rehearsal drill;
    drill.enrol_all();
    auto const records = proven(drill, {0, 1, 2, 3}, 1);
    ASSERT_EQ(records.size(), 4U);
    auto const log = key_of(drill, 0, "log-001.pem");
    auto const origin = log_origin(drill.guardians[0]->id(), 1);
    auto const good = tlog::parse_proof(records[0].events[0].proof);
    ASSERT_OK(good);
    auto const seen = tlog::parse_checkpoint(good->checkpoint.text);
    ASSERT_OK(seen);
    auto const asked = [&](std::uint64_t old_size, tlog::Path path, tlog::Checkpoint const& state) {
        tlog::AddCheckpoint request{old_size, std::move(path),
                                    tlog::write_note(tlog::sign_checkpoint(state, log))};
        auto const answer = submit(drill, 0, tlog::write_add_checkpoint(request));
        EXPECT_TRUE(answer.ok());
        return answer.ok() ? *answer : HttpAnswer{};
    };
    ASSERT_EQ(seen->size, 1U);
    tlog::Checkpoint other{origin, 1, sha256("another history"), {}};
    EXPECT_EQ(asked(1, {}, other).status, 422U);
    auto const stale = asked(0, {}, other);
    EXPECT_EQ(stale.status, 409U);
    EXPECT_EQ(as_text(stale.body), "1\n");
    EXPECT_EQ(stale.headers.find("Content-Type"), "text/x.tlog.size");
    EXPECT_EQ(asked(3, {}, other).status, 400U);  // old above new
    // A true continuation is cosigned, and then it is the one that counts.
    tlog::Hash const leaf = tlog::leaf_hash(sha256("entry"));
    tlog::Checkpoint const longer{origin, 2, tlog::node_hash(seen->root, leaf), {}};
    EXPECT_EQ(asked(1, {leaf}, longer).status, 200U);
    EXPECT_EQ(asked(1, {leaf}, longer).status, 409U);
    auto foreign = longer;
    foreign.origin = log_origin(drill.guardians[2]->id(), 1);
    EXPECT_EQ(asked(0, {}, foreign).status, 403U);
    foreign.origin = "sum.golang.org";
    EXPECT_EQ(asked(0, {}, foreign).status, 404U);
    EXPECT_EQ(submit(drill, 0, "nonsense")->status, 400U);
}

}  // namespace
}  // namespace exhibit::guard::test
