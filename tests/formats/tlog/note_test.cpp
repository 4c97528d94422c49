#include "formats/tlog/note.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "formats/json/json.hpp"
#include "formats/tlog/tlog.hpp"
#include "support/shared.hpp"

namespace exhibit::tlog {
namespace {

Json load(std::string const& name) {
    auto const text = read_file(test::shared_path("vectors/tlog/" + name), 8 << 20);
    EXPECT_OK(text);
    return Json::parse(as_text(*text));
}

SigningKey key_from(Digest256 const& seed) {
    return SigningKey::from_seed(Secret<32>::copy_of(seed).take());
}

std::string text_of(Json const& json) { return json.get<std::string>(); }

TEST(Notes, every_published_note_has_its_verdict) {
    NEEDS_SHARED("vectors/tlog/notes-official.json");
    auto const json = load("notes-official.json");
    int count = 0;
    for (auto const& one : json["notes"]) {
        auto const name = text_of(one["name"]);
        auto const hex = one.value("note_hex", "");
        auto const text =
            hex.empty() ? text_of(one["note"]) : std::string(as_text(from_hex(hex).take()));
        std::vector<VerifierKey> keys;
        for (auto const& vkey : one["vkeys"])
            keys.push_back(parse_verifier_key(text_of(vkey)).take());
        auto const expect = text_of(one["expect"]);
        auto const note = parse_note(text);
        ++count;
        if (expect.starts_with("malformed")) {
            SCOPED_TRACE(name);
            EXPECT_ERROR_CODE(note, "note");
            continue;
        }
        SCOPED_TRACE(name);
        ASSERT_OK(note);
        EXPECT_EQ(write_note(*note), text) << name;
        auto const opened = open_note(*note, keys);
        if (expect == "no verifiable signature") {
            SCOPED_TRACE(name);
            EXPECT_ERROR_CODE(opened, "unverified");
        } else if (expect == "invalid signature") {
            SCOPED_TRACE(name);
            EXPECT_ERROR_CODE(opened, "signature");
        } else {
            SCOPED_TRACE(name);
            ASSERT_OK(opened);
            std::vector<std::string> names;
            for (auto const& signature : *opened) names.push_back(keys[signature.key].name);
            EXPECT_EQ(names, one["verified"].get<std::vector<std::string>>()) << name;
        }
    }
    std::printf("signed notes: %d\n", count);
    EXPECT_EQ(count, 14);
}

TEST(Notes, published_keys_are_read_or_refused) {
    NEEDS_SHARED("vectors/tlog/notes-official.json");
    auto const json = load("notes-official.json");
    for (auto const& one : json["bad_vkeys"]) {
        SCOPED_TRACE(one.dump());
        EXPECT_ERROR_CODE(parse_verifier_key(text_of(one)), "vkey");
    }
    for (auto const& one : json["real_vkeys"]) {
        auto const key = parse_verifier_key(text_of(one["vkey"]));
        ASSERT_OK(key);
        EXPECT_EQ(key->type, one["type"].get<int>());
        EXPECT_EQ(write_verifier_key(*key), text_of(one["vkey"]));
    }
}

TEST(Notes, we_sign_what_the_published_key_signs) {
    NEEDS_SHARED("vectors/tlog/notes-official.json");
    auto const json = load("notes-official.json")["skey_example"];
    auto const skey = text_of(json["skey"]);
    auto const seed =
        from_base64(skey.substr(std::string_view("PRIVATE+KEY+PeterNeumann+c74f20a3+").size()))
            .take();
    auto const key = key_from(exactly<32>(ByteView(seed).subspan(1)).take());
    Note note{text_of(json["signs"]), {}};
    sign_note(note, "PeterNeumann", key);
    EXPECT_EQ(write_note(note), text_of(json["to"]));
    EXPECT_EQ(
        write_verifier_key(make_verifier_key("PeterNeumann", KeyType::ed25519, key.public_key())),
        text_of(json["vkey"]));
}

TEST(Notes, a_second_good_signature_of_one_key_counts_once_and_a_bad_one_refuses) {
    auto const key = key_from(sha256("a"));
    Note note{"text\n", {}};
    sign_note(note, "a", key);
    sign_note(note, "a", key);
    std::vector<VerifierKey> const keys = {
        make_verifier_key("a", KeyType::ed25519, key.public_key())};
    EXPECT_EQ(open_note(note, keys).take().size(), 1u);
    note.signatures[1].signature[0] ^= 1;
    EXPECT_ERROR_CODE(open_note(note, keys), "signature");
}

TEST(Notes, names_with_spaces_of_any_script_are_refused) {
    for (auto const* bad : {"", "a b", "a+b", "a\tb",
                            "a\xC2\xA0"
                            "b",
                            "a\xE3\x80\x80", "\xFF"})
        EXPECT_FALSE(is_key_name(bad)) << bad;
    for (auto const* good : {"a", "exhibit.example/log", "журнал", "记录"})
        EXPECT_TRUE(is_key_name(good)) << good;
}

TEST(Checkpoints, every_published_checkpoint_has_its_verdict) {
    NEEDS_SHARED("vectors/tlog/notes-official.json");
    int count = 0;
    auto const json = load("notes-official.json");
    for (auto const& one : json["checkpoints"]) {
        auto const body = text_of(one["body"]);
        auto const checkpoint = parse_checkpoint(body);
        bool const good = one.value("expect", "reject").starts_with("ok");
        EXPECT_EQ(checkpoint.ok(), good) << body;
        if (checkpoint.ok()) { EXPECT_EQ(write_checkpoint(*checkpoint), body); }
        ++count;
    }
    EXPECT_EQ(count, 8);
}

TEST(Checkpoints, the_one_made_elsewhere_is_signed_and_cosigned) {
    NEEDS_SHARED("vectors/tlog/checkpoint-made-here.json");
    auto const json = load("checkpoint-made-here.json");
    auto const log = parse_verifier_key(text_of(json["log"]["vkey"])).take();
    auto const w1 = parse_verifier_key(text_of(json["w1"]["vkey"])).take();
    auto const w2 = parse_verifier_key(text_of(json["w2"]["vkey"])).take();
    EXPECT_EQ(write_verifier_key(w2), text_of(json["w2"]["vkey"]));
    auto const all = text_of(json["checkpoint_with_w1_w2"]);
    auto const note = parse_note(all);
    ASSERT_OK(note);
    EXPECT_EQ(write_note(*note), all);
    auto const opened = open_checkpoint(*note, log, {w1, w2});
    ASSERT_OK(opened);
    EXPECT_EQ(opened->checkpoint.size, 70000u);
    EXPECT_EQ(to_hex(opened->checkpoint.root), text_of(json["root"]));
    // ML-DSA-44 cannot be checked here, so it counts for nothing.
    ASSERT_EQ(opened->cosigners.size(), 1u);
    EXPECT_EQ(opened->cosigners[0].key, 0u);
    EXPECT_EQ(opened->cosigners[0].time, 1700000000u);

    // What we sign with the same keys is the same, byte for byte.
    auto const log_key = key_from(sha256("exhibit test vector seed log"));
    auto const w1_key = key_from(sha256("exhibit test vector seed w1"));
    auto ours = sign_checkpoint(opened->checkpoint, log_key);
    EXPECT_EQ(write_note(ours), text_of(json["checkpoint_log_only"]));
    ours.signatures.push_back(cosign(ours.text, w1.name, w1_key, 1700000000));
    EXPECT_EQ(write_note(ours), text_of(json["checkpoint_with_w1"]));

    auto other_time = *note;
    other_time.signatures[1].signature[7] ^= 1;
    EXPECT_ERROR_CODE(open_checkpoint(other_time, log, {w1}), "signature");
    auto other_log = log;
    other_log.name = "another";
    EXPECT_ERROR_CODE(open_checkpoint(*note, other_log, {}), "origin");
    auto unsigned_by_log = *note;
    unsigned_by_log.signatures.erase(unsigned_by_log.signatures.begin());
    EXPECT_ERROR_CODE(open_checkpoint(unsigned_by_log, log, {w1}), "unverified");
}

TEST(TlogProof, the_one_made_elsewhere_holds_for_its_entry_only) {
    NEEDS_SHARED("vectors/tlog/checkpoint-made-here.json");
    auto const json = load("checkpoint-made-here.json");
    auto const text = text_of(json["tlog_proof"]);
    auto const proof = parse_proof(text);
    ASSERT_OK(proof);
    EXPECT_EQ(write_proof(*proof), text);
    auto const policy_text = "log " + text_of(json["log"]["vkey"]) + "\nwitness w1 " +
                             text_of(json["w1"]["vkey"]) + "\nquorum w1\n";
    auto const policy = parse_policy(policy_text);
    ASSERT_OK(policy);
    auto const leaf = leaf_hash(as_bytes(text_of(json["tlog_proof_entry"])));
    auto const judged = verify_proof(*proof, leaf, *policy);
    ASSERT_OK(judged);
    EXPECT_EQ(judged->witnesses, std::vector<std::string>{"w1"});
    EXPECT_EQ(judged->newest_time, 1700000000u);
    EXPECT_ERROR_CODE(verify_proof(*proof, leaf_hash(as_bytes("entry 12346")), *policy),
                      "inclusion");
    auto with_extra = *proof;
    with_extra.extra = to_bytes("salt");
    EXPECT_EQ(parse_proof(write_proof(with_extra)).take(), with_extra);
    for (auto const& bad : {text.substr(1), text + "x", text.substr(0, text.size() - 1)})
        EXPECT_FALSE(parse_proof(bad).ok());
}

TEST(TlogPolicy, groups_count_as_they_say) {
    auto const log = key_from(sha256("log"));
    std::string text =
        "# who counts\nlog " +
        write_verifier_key(make_verifier_key("log", KeyType::ed25519, log.public_key())) +
        " https://log.example\n\n";
    std::vector<SigningKey> keys;
    for (std::string const name : {"x1", "x2", "x3", "y1"}) {
        keys.push_back(key_from(sha256(name)));
        text += "witness " + name + "\t" +
                write_verifier_key(make_verifier_key("w." + name, KeyType::cosignature,
                                                     keys.back().public_key())) +
                "\n";
    }
    text += "group xs 2 x1 x2 x3\ngroup both all xs y1\nquorum both\n";
    auto const policy = parse_policy(text);
    ASSERT_OK(policy);
    EXPECT_EQ(write_policy(parse_policy(write_policy(*policy)).take()), write_policy(*policy));
    std::vector<std::string> const names = {"w.x1", "w.x2", "w.x3", "w.y1"};
    for (unsigned signers = 0; signers < 16; ++signers) {
        auto note = sign_checkpoint({"log", 3, sha256("root"), {}}, log);
        unsigned xs = 0;
        for (unsigned i = 0; i < 4; ++i) {
            if ((signers >> i & 1) == 0) continue;
            note.signatures.push_back(cosign(note.text, names[i], keys[i], 1000 + i));
            xs += i < 3;
        }
        bool const enough = xs >= 2 && (signers & 8) != 0;
        EXPECT_EQ(judge_checkpoint(note, *policy).ok(), enough) << signers;
    }
}

TEST(TlogPolicy, what_is_not_a_policy_is_refused) {
    auto const vkey = [](std::string const& name, KeyType type) {
        return write_verifier_key(
            make_verifier_key(name, type, key_from(sha256(name)).public_key()));
    };
    auto const log = "log " + vkey("l", KeyType::ed25519) + "\n";
    auto const a = "witness a " + vkey("a", KeyType::cosignature) + "\n";
    auto const b = "witness b " + vkey("b", KeyType::cosignature) + "\n";
    EXPECT_OK(parse_policy(log + "quorum none\n"));
    EXPECT_OK(parse_policy(a + b + "group g any a b\nquorum g\n"));
    std::vector<std::string> const all = {
        log,
        log + "quorum none",
        log + "quorum a\n",
        a + a + "quorum a\n",
        log + log + "quorum none\n",
        a + "group g 2 a\nquorum g\n",
        a + "group g 0 a\nquorum g\n",
        a + "group g any g\nquorum g\n",
        a + "group none any a\nquorum none\n",
        a + "group g any\nquorum g\n",
        a + b + "group g any a\ngroup h any a b\nquorum h\n",
        a + "group g all a a\nquorum g\n",
        log + "quorum none\nquorum none\n",
        "witness a " + vkey("a", KeyType::ed25519) + "\nquorum a\n",
        "quorum none\r\n",
        "guard a\nquorum none\n"};
    for (auto const& bad : all) { EXPECT_FALSE(parse_policy(bad).ok()) << bad; }
}

TEST(TlogWitness, answers_the_published_dialogue) {
    NEEDS_SHARED("vectors/tlog/witness-add-checkpoint.json");
    auto const json = load("witness-add-checkpoint.json");
    auto const log = parse_verifier_key(text_of(json["log_vkey"])).take();
    SeenCheckpoint seen;
    int count = 0;
    for (auto const& step : json["steps"]) {
        auto const request = parse_add_checkpoint(text_of(step["body"]));
        ASSERT_OK(request);
        EXPECT_EQ(write_add_checkpoint(*request), text_of(step["body"]));
        auto const answer = judge_add_checkpoint(*request, log, seen);
        EXPECT_EQ(answer.http_status(), step["status"].get<int>()) << count << answer.why;
        if (answer.kind == WitnessAnswer::Kind::good)
            seen = {answer.checkpoint.size, answer.checkpoint.root};
        if (answer.kind == WitnessAnswer::Kind::other_size) {
            EXPECT_EQ(answer.why + "\n", text_of(step["response"]));
        }
        ++count;
    }
    std::printf("add-checkpoint: %d steps\n", count);
    EXPECT_EQ(count, 9);
}

TEST(TlogWitness, refuses_two_roots_for_one_size_and_an_empty_log_that_is_not) {
    auto const key = key_from(sha256("log"));
    auto const log = make_verifier_key("log", KeyType::ed25519, key.public_key());
    auto const ask = [&](Checkpoint const& checkpoint, SeenCheckpoint const& seen) {
        return judge_add_checkpoint({seen.size, {}, write_note(sign_checkpoint(checkpoint, key))},
                                    log, seen)
            .http_status();
    };
    EXPECT_EQ(ask({"log", 5, sha256("a"), {}}, {5, sha256("a")}), 200);
    EXPECT_EQ(ask({"log", 5, sha256("b"), {}}, {5, sha256("a")}), 422);
    EXPECT_EQ(ask({"log", 4, sha256("b"), {}}, {5, sha256("a")}), 400);
    EXPECT_EQ(ask({"log", 0, sha256("b"), {}}, {}), 422);
    EXPECT_EQ(ask({"log", 0, empty_root(), {}}, {}), 200);
}

}  // namespace
}  // namespace exhibit::tlog
