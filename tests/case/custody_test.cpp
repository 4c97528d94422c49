#include <gtest/gtest.h>

#include "case/custody_folder.hpp"
#include "support/custody_world.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

using test::CustodyWorld;
using About = CustodyComplaint::About;

std::string replaced(std::string text, std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    VERIFY(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

TEST(CustodyEvent, every_kind_reads_back_as_it_was_written) {
    CustodyWorld world;
    for (std::size_t i = 0; i < custody_kinds(); ++i) {
        auto event = world.event(0, static_cast<CustodyKind>(i));
        event.until = world.at(9);
        event.place = "Geneva";
        event.reason = "the witness asked for it";
        event.authority = "policy";
        event.note = "nothing else";
        event.agent.label = "keeper three";
        event.tool->sha256 = sha256("program");
        event.succeeded = i % 2 == 0;
        event.prev = DocumentDigest(sha256("before"));
        event.basis = static_cast<CustodyEvent::Basis>(i % 5);
        event.agent.role = static_cast<CustodyEvent::Agent::Role>(i % 5);
        auto const text = write_payload(event);
        auto const back = CustodyEvent::parse_payload(as_bytes(text));
        ASSERT_OK(back);
        EXPECT_EQ(*back, event);
        EXPECT_EQ(write_payload(*back), text);
        auto const name = words_of(event.event).name;
        EXPECT_EQ(*parse_custody_kind(name), event.event);
    }
}

TEST(CustodyEvent, what_is_not_its_own_form_is_refused) {
    CustodyWorld world;
    auto const good = write_payload(world.event(0, CustodyKind::received));
    auto const code_of = [](std::string const& text) {
        auto const parsed = CustodyEvent::parse_payload(as_bytes(text));
        return std::string(parsed.ok() ? "" : parsed.error().code);
    };
    EXPECT_EQ(code_of(good), "");
    EXPECT_EQ(code_of(replaced(good, "\"received\"", "\"seen\"")), "custody");
    EXPECT_EQ(code_of(replaced(good, "guardian-clock", "sundial")), "custody");
    EXPECT_EQ(code_of(replaced(good, "\"v\":1", "\"v\":2")), "wrong-field");
    EXPECT_EQ(code_of(replaced(good, "\"v\":1", "\"v\":1,\"x\":1")), "unknown-field");
    EXPECT_EQ(code_of(replaced(good, "in-toto.io/Statement/v1", "in-toto.io/Statement/v0")),
              "custody");
    EXPECT_EQ(code_of(replaced(good, "urn:exhibit:custody-event:v1", "urn:other")), "custody");
    // The digests at the top are those of the event, or other programs are told something else.
    EXPECT_EQ(code_of(replaced(good, to_hex(sha256("cipher")), to_hex(sha256("other")))),
              "custody");
}

TEST(CustodyEvent, only_what_names_an_original_tells_content) {
    CustodyWorld world;
    auto event = world.event(0, CustodyKind::received);
    EXPECT_FALSE(event.tells_content());
    event.in.push_back(CustodyItem::original(PlainDigest(sha256("footage")), 7));
    EXPECT_TRUE(event.tells_content());
}

TEST(LogCard, its_keys_have_agreed_to_be_on_it) {
    CustodyWorld world;
    auto const thief = SigningKey::generate();
    auto const id = guardian_id(thief.public_key());
    world.policy.guardians.push_back({thief.public_key(), "age1", {}, false});
    auto const honest =
        make_log_card(id, 1, SigningKey::generate(), SigningKey::generate(), world.at(0));
    auto stolen = honest;
    stolen.cosigner = tlog::make_verifier_key(cosigner_name(id), tlog::KeyType::cosignature,
                                              world.guardians[1].cosigner.public_key());
    auto const signed_card = Signed<LogCard>::sign(stolen, thief).envelope();
    EXPECT_ERROR_CODE(take_log_card(world.cards, signed_card, world.policy), "log-card");
    auto one_for_both = honest;
    one_for_both.cosigner = tlog::make_verifier_key(cosigner_name(id), tlog::KeyType::cosignature,
                                                    *honest.log.ed25519());
    EXPECT_ERROR_CODE(LogCard::parse_payload(as_bytes(write_payload(one_for_both))), "log-card");
    auto const taken =
        take_log_card(world.cards, Signed<LogCard>::sign(honest, thief).envelope(), world.policy);
    ASSERT_OK(taken);
    EXPECT_TRUE(*taken);
}

TEST(LogCard, the_first_card_of_a_log_stays) {
    CustodyWorld world;
    auto const& keys = world.guardians[0];
    auto const second =
        make_log_card(keys.id(), 1, SigningKey::generate(), keys.cosigner, world.at(5));
    auto const taken = take_log_card(
        world.cards, Signed<LogCard>::sign(second, keys.signing).envelope(), world.policy);
    ASSERT_OK(taken);
    EXPECT_FALSE(*taken);
    // A log that was lost goes on as another generation, under the same cosigner.
    auto const next =
        make_log_card(keys.id(), 2, SigningKey::generate(), keys.cosigner, world.at(5));
    auto const begun = take_log_card(
        world.cards, Signed<LogCard>::sign(next, keys.signing).envelope(), world.policy);
    ASSERT_OK(begun);
    EXPECT_TRUE(*begun);
    auto const turned =
        make_log_card(keys.id(), 3, SigningKey::generate(), SigningKey::generate(), world.at(6));
    EXPECT_FALSE(*take_log_card(world.cards, Signed<LogCard>::sign(turned, keys.signing).envelope(),
                                world.policy));
    EXPECT_ERROR_CODE(take_log_card(world.cards, world.card(0), Policy{}), "guardian");
}

TEST(LogCard, names_of_logs_have_one_form) {
    CustodyWorld world;
    auto const origin = log_origin(world.guardians[0].id(), 12);
    auto const parsed = parse_log_origin(origin);
    ASSERT_OK(parsed);
    EXPECT_EQ(*parsed, (LogName{world.guardians[0].id(), 12}));
    for (auto const& bad :
         {replaced(origin, "/12", "/012"), replaced(origin, "/12", "/0"),
          replaced(origin, "/12", "/1000"), replaced(origin, "exhibit.", "exhibits."), origin + "/",
          std::string("go.sum database tree")})
        EXPECT_ERROR_CODE(parse_log_origin(bad), "origin");
}

// For every legal set of numbers: two contradicting states cannot both be cosigned by enough, and
// the honest guardians are always enough.
TEST(LogCard, so_many_cosigners_that_no_two_histories_can_have_them) {
    std::size_t legal = 0;
    for (unsigned n = 3; n <= 16; ++n)
        for (unsigned q = 1; q <= n; ++q)
            for (unsigned f = 0; f < n; ++f) {
                Quorum const numbers{n, std::max(2U, f + 1), q, f};
                if (!check_quorum(numbers, true).ok()) continue;
                ++legal;
                auto const c = cosigners_needed(numbers);
                auto const both = 2 * static_cast<int>(c) - static_cast<int>(n - 1);
                if (f > 0) { EXPECT_GT(both, static_cast<int>(f) - 1); }
                EXPECT_LE(c + f, n - 1) << n << q << f;
                EXPECT_GT(c, f);
            }
    EXPECT_GT(legal, 50U);
    EXPECT_EQ(cosigners_needed({4, 2, 3, 1}), 2U);
    EXPECT_EQ(cosigners_needed({7, 4, 5, 2}), 4U);
}

TEST(Logged, an_event_in_a_cosigned_log_is_placed) {
    CustodyWorld world;
    for (int i = 0; i < 5; ++i) world.log(0, world.event(0, CustodyKind::received, i));
    auto const note = world.cosigned(0, {1, 3});
    for (std::size_t i = 0; i < 5; ++i) {
        auto const place = judge_event_proof(world.logs[0][i].event, world.proof(0, i, note),
                                             world.cards, world.policy);
        ASSERT_OK(place);
        EXPECT_EQ(place->index, i);
        EXPECT_EQ(place->checkpoint.size, 5U);
        EXPECT_EQ(place->cosigners, 2U);
        EXPECT_EQ(place->existed_by, world.at(103));  // one of two may lie: the later one
    }
}

TEST(Logged, what_is_forged_about_a_place_is_refused) {
    CustodyWorld world;
    for (int i = 0; i < 3; ++i) world.log(0, world.event(0, CustodyKind::received, i));
    auto const& event = world.logs[0][1].event;
    auto const code_of = [&](Envelope const& about, tlog::Proof const& proof) {
        auto const place = judge_event_proof(about, proof, world.cards, world.policy);
        return std::string(place.ok() ? "" : place.error().code);
    };
    auto const good = world.proof(0, 1, world.cosigned(0, {1, 2}));
    EXPECT_EQ(code_of(event, good), "");
    EXPECT_EQ(code_of(world.logs[0][2].event, good), "inclusion");
    auto other_salt = good;
    (*other_salt.extra)[0] ^= 1;
    EXPECT_EQ(code_of(event, other_salt), "inclusion");
    auto no_salt = good;
    no_salt.extra.reset();
    EXPECT_EQ(code_of(event, no_salt), "proof");
    auto other_index = good;
    other_index.index = 0;
    EXPECT_EQ(code_of(event, other_index), "inclusion");
    EXPECT_EQ(code_of(event, world.proof(0, 1, world.cosigned(0, {1}))), "quorum");
    EXPECT_EQ(code_of(event, world.proof(0, 1, world.cosigned(0, {0, 1}))), "quorum");  // itself
    EXPECT_EQ(code_of(event, world.proof(0, 1, world.cosigned(0, {1, 1}))), "quorum");  // one twice
    auto by_another = good;
    by_another.checkpoint = world.cosigned(1, {0, 2});
    EXPECT_EQ(code_of(event, by_another), "inclusion");
    auto broken = good;
    broken.checkpoint.signatures.back().signature.back() ^= 1;
    EXPECT_EQ(code_of(event, broken), "signature");
}

TEST(Logged, a_known_checkpoint_is_a_lower_bound) {
    CustodyWorld world;
    world.log(2, world.event(2, CustodyKind::received));
    auto const three = judge_not_before(world.cosigned(2, {0, 1, 3}), world.cards, world.policy);
    ASSERT_OK(three);
    EXPECT_EQ(three->time, world.at(101));  // the newest may lie, the second is then honest
    EXPECT_ERROR_CODE(judge_not_before(world.cosigned(2, {0}), world.cards, world.policy),
                      "quorum");
}

TEST(CustodyEvidence, an_honest_record_has_no_complaint) {
    CustodyWorld world;
    for (int i = 0; i < 4; ++i) world.log(1, world.event(1, CustodyKind::received, i));
    auto const checked = check_custody(world.record(1, {0, 2, 3}), world.cards, world.policy);
    EXPECT_TRUE(checked.complaints.empty());
    ASSERT_EQ(checked.events.size(), 4U);
    ASSERT_EQ(checked.stamps.size(), 1U);
    for (auto const& event : checked.events) {
        ASSERT_TRUE(event.place.has_value());
        EXPECT_EQ(checked.stamp_of(event), &checked.stamps[0]);
    }
    auto const judged = judge_stamp(checked.stamps[0], world.record(1, {0, 2, 3}), {});
    EXPECT_TRUE(judged.tokens.empty());
    EXPECT_FALSE(judged.bitcoin.has_value());
}

TEST(CustodyEvidence, a_removed_event_shows) {
    CustodyWorld world;
    for (int i = 0; i < 4; ++i) world.log(1, world.event(1, CustodyKind::received, i));
    for (std::size_t gone = 0; gone < 3; ++gone) {
        auto record = world.record(1, {0, 2});
        record.events.erase(record.events.begin() + static_cast<std::ptrdiff_t>(gone));
        auto const checked = check_custody(record, world.cards, world.policy);
        ASSERT_EQ(checked.complaints.size(), 1U);
        EXPECT_EQ(checked.complaints[0].about, About::chain);
        EXPECT_EQ(checked.complaints[0].index, gone);
    }
}

TEST(CustodyEvidence, what_a_liar_adds_to_its_own_chain_is_not_passed_on) {
    CustodyWorld world;
    for (int i = 0; i < 4; ++i) world.log(1, world.event(1, CustodyKind::received, i));
    auto const whole = world.record(1, {0, 2});
    EXPECT_EQ(sound_part(whole, world.cards, world.policy).events.size(), 4U);
    auto gap = whole;
    gap.events.erase(gap.events.begin() + 2);
    auto sound = sound_part(gap, world.cards, world.policy);
    EXPECT_EQ(sound.events.size(), 2U);
    EXPECT_TRUE(check_custody(sound, world.cards, world.policy).complaints.empty());
    // A bad event before the gap does not count as one of those that hold.
    world.log(2, world.event(2, CustodyKind::received));
    auto both = whole;
    both.events.insert(both.events.begin() + 1, {world.logs[2][0].event, {}});
    both.events.erase(both.events.begin() + 3);
    sound = sound_part(both, world.cards, world.policy);
    EXPECT_EQ(sound.events.size(), 2U);
    EXPECT_TRUE(check_custody(sound, world.cards, world.policy).complaints.empty());
    // What is told whole by another is taken from there, though it has fewer events.
    auto longer = whole;
    longer.events.erase(longer.events.begin());
    auto const merged = merge_custody({longer, whole}, world.policy);
    ASSERT_EQ(merged.size(), 1U);
    EXPECT_EQ(merged[0].events.size(), 4U);
    // Time stamps that are none, or of something else.
    auto stamped = whole;
    ASSERT_FALSE(stamped.stamps.empty());
    stamped.stamps[0].tokens.push_back({"liar", to_bytes("no token")});
    stamped.stamps[0].ots = to_bytes("no proof");
    sound = sound_part(stamped, world.cards, world.policy);
    ASSERT_EQ(sound.stamps.size(), whole.stamps.size());
    EXPECT_TRUE(sound.stamps[0].tokens.empty());
    EXPECT_TRUE(sound.stamps[0].ots.empty());
}

TEST(CustodyEvidence, what_is_not_its_guardians_counts_for_nothing) {
    CustodyWorld world;
    world.log(1, world.event(1, CustodyKind::received));
    world.log(2, world.event(2, CustodyKind::received));
    auto const about = [&](CustodyRecord const& record) {
        auto const checked = check_custody(record, world.cards, world.policy);
        std::vector<About> out;
        for (auto const& one : checked.complaints) out.push_back(one.about);
        return out;
    };
    auto record = world.record(1, {0, 3});
    record.events[0].event = world.logs[2][0].event;
    EXPECT_EQ(about(record), std::vector{About::event});
    record = world.record(1, {0, 3});
    record.events[0].proof = tlog::write_proof(world.proof(2, 0, world.cosigned(2, {0, 1})));
    EXPECT_EQ(about(record), std::vector{About::proof});
    record = world.record(1, {0, 3});
    record.stamps[0].checkpoint = tlog::write_note(world.checkpoint(2));
    EXPECT_EQ(about(record), std::vector{About::stamp});
    record = world.record(1, {0, 3});
    auto foreign = world.event(1, CustodyKind::voted);
    foreign.case_id = CaseId::make(world.random);
    record.events = {
        {Signed<CustodyEvent>::sign(foreign, world.guardians[1].signing).envelope(), {}}};
    EXPECT_EQ(about(record), std::vector{About::event});
    record = world.record(1, {0, 3});
    auto const& keys = world.guardians[1];
    record.cards.push_back(Signed<LogCard>::sign(make_log_card(keys.id(), 1, SigningKey::generate(),
                                                               keys.cosigner, world.at(0)),
                                                 keys.signing)
                               .envelope());
    EXPECT_EQ(about(record), std::vector{About::card});
}

TEST(CustodyFolder, records_come_back_from_their_files) {
    CustodyWorld world;
    for (int i = 0; i < 3; ++i) world.log(0, world.event(0, CustodyKind::received, i));
    for (int i = 0; i < 2; ++i) world.log(3, world.event(3, CustodyKind::fixity_ok, i));
    std::vector<CustodyRecord> records = {world.record(0, {1, 2}), world.record(3, {1, 2})};
    for (auto& record : records) {
        record.blocks = {{652'316, {}}};
        record.crls = {to_bytes("not parsed here")};
        record.stamps[0].tokens = {{"tsa.example", to_bytes("token")}};
        record.stamps[0].ots = to_bytes("ots");
    }
    records[0].events[1].proof.clear();
    auto const files = write_custody_files(records, world.policy);
    for (auto const& [path, content] : files) EXPECT_TRUE(is_custody_path(path)) << path;
    auto const back = read_custody_files(files);
    EXPECT_TRUE(back.troubles.empty());
    ASSERT_EQ(back.records.size(), 4U);  // of the two others, their cards are here
    std::size_t events = 0, stamps = 0;
    for (auto const& record : back.records) {
        for (auto const& original : records) {
            if (original.guardian != record.guardian) continue;
            ASSERT_EQ(record.events.size(), original.events.size());
            for (std::size_t i = 0; i < record.events.size(); ++i) {
                EXPECT_EQ(record.events[i].event, original.events[i].event);
                EXPECT_EQ(record.events[i].proof, original.events[i].proof);
            }
            ASSERT_EQ(record.stamps.size(), 1U);
            EXPECT_EQ(record.stamps[0].checkpoint, original.stamps[0].checkpoint);
            ASSERT_EQ(record.stamps[0].tokens.size(), 1U);
            EXPECT_EQ(record.stamps[0].tokens[0].authority, "tsa.example");
            EXPECT_EQ(record.stamps[0].ots, original.stamps[0].ots);
            EXPECT_EQ(record.crls, original.crls);
        }
        events += record.events.size();
        stamps += record.stamps.size();
    }
    EXPECT_EQ(events, 5U);
    EXPECT_EQ(stamps, 2U);
    // A header without work is of a test chain: it lies apart, and is not taken back as Bitcoin's.
    EXPECT_TRUE(std::ranges::any_of(
        files, [](auto const& one) { return one.first.starts_with("time/test-blocks/652316-"); }));
    EXPECT_TRUE(back.records[0].blocks.empty());
    // The policies in the folder are those by which the proofs are good.
    auto const policy = files.at("custody/" + world.guardians[0].id().hex() + "/log-1.tlog-policy");
    auto const parsed = tlog::parse_policy(as_text(policy));
    ASSERT_OK(parsed);
    auto const proof = tlog::parse_proof(records[0].events[0].proof);
    ASSERT_OK(proof);
    auto const leaf = tlog::leaf_hash(log_entry(world.logs[0][0].salt, world.logs[0][0].event));
    EXPECT_OK(tlog::verify_proof(*proof, leaf, *parsed));
}

TEST(CustodyFolder, a_record_crosses_the_wire_unchanged) {
    CustodyWorld world;
    world.log(0, world.event(0, CustodyKind::received));
    auto record = world.record(0, {1, 2});
    record.blocks = {{1, {}}};
    auto const text = write_json(write_custody_record(record));
    auto const back = parse_custody_record(as_bytes(text));
    ASSERT_OK(back);
    EXPECT_EQ(write_json(write_custody_record(*back)), text);
    EXPECT_ERROR_CODE(parse_custody_record(as_bytes(replaced(text, "\"cards\"", "\"card\""))),
                      "missing-field");
}

}  // namespace
}  // namespace exhibit
