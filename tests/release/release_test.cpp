#include "release/release_case.hpp"

#include <algorithm>

#include "case/release_folder.hpp"
#include "release/case_key.hpp"

namespace exhibit::release {
namespace {

using test::ReleaseCase;

std::vector<SecretBytes> some(ReleaseCase const& c, std::initializer_list<std::size_t> which) {
    std::vector<SecretBytes> out;
    for (auto const i : which) out.push_back(c.shares[i].clone());
    return out;
}

// 300 kB that no two blocks have alike.
std::string footage() {
    std::string out;
    for (unsigned i = 0; out.size() < 300'000; ++i) out += std::to_string(i * 2654435761u);
    return out;
}

TEST(CaseKey, any_two_shares_open_it) {
    ReleaseCase c;
    for (auto const& pair : {std::pair{0, 1}, {2, 4}, {3, 1}}) {
        auto const key = combine_case_key(
            some(c, {static_cast<std::size_t>(pair.first), static_cast<std::size_t>(pair.second)}),
            c.case_key_age, c.policy.case_recipient);
        ASSERT_OK(key);
        EXPECT_EQ(key->recipient().text(), c.policy.case_recipient);
    }
}

TEST(CaseKey, one_share_is_too_few_and_twice_the_same_too) {
    ReleaseCase c;
    EXPECT_ERROR_CODE(combine_case_key(some(c, {0}), c.case_key_age, c.policy.case_recipient),
                      "shares");
    EXPECT_ERROR_CODE(combine_case_key(some(c, {0, 0}), c.case_key_age, c.policy.case_recipient),
                      "shares");
    EXPECT_ERROR_CODE(combine_case_key({}, c.case_key_age, c.policy.case_recipient), "shares");
}

TEST(CaseKey, a_wrong_share_among_good_ones_is_passed_over) {
    ReleaseCase c, other;
    auto shares = some(c, {0});
    shares.push_back(other.shares[1].clone());
    shares.push_back(SecretBytes::copy_of("these are no words"));
    auto const few =
        combine_case_key(shares, c.case_key_age, c.policy.case_recipient, share_digests(c.policy));
    EXPECT_ERROR_CODE(few, "shares");
    EXPECT_NE(few.error().what.find("share 2 is not a share of this case"), std::string::npos)
        << few.error().what;
    shares.push_back(c.shares[3].clone());
    EXPECT_OK(
        combine_case_key(shares, c.case_key_age, c.policy.case_recipient, share_digests(c.policy)));
    EXPECT_OK(combine_case_key(shares, c.case_key_age, c.policy.case_recipient));
}

TEST(CaseKey, the_key_of_another_case_is_refused) {
    ReleaseCase c, other;
    EXPECT_ERROR_CODE(
        combine_case_key(some(c, {0, 1}), c.case_key_age, other.policy.case_recipient), "case-key");
    EXPECT_ERROR_CODE(
        combine_case_key(some(c, {0, 1}), other.case_key_age, c.policy.case_recipient), "case-key");
}

TEST(OpenRelease, needs_a_quorum_of_adoptions) {
    ReleaseCase c;
    c.seal_text("a.txt", "a");
    EXPECT_OK(open_release(c.bundle()));
    EXPECT_ERROR_CODE(open_release(c.bundle(2)), "adoptions");
    auto twice = c.bundle(2);
    twice.adoptions.push_back(twice.adoptions[0]);
    EXPECT_ERROR_CODE(open_release(twice), "adoptions");
    ReleaseCase other;
    auto foreign = c.bundle(2);
    foreign.adoptions.push_back(other.bundle().adoptions[0]);
    EXPECT_ERROR_CODE(open_release(foreign), "adoptions");
    auto forged = c.bundle();
    forged.policy = *other.signed_policy;
    EXPECT_FALSE(open_release(forged).ok());
}

TEST(OpenRelease, a_wrong_share_is_named_by_its_guardian) {
    ReleaseCase c;
    auto bundle = c.bundle();
    bundle.shares = {c.share_of(0), c.share_of(1, "not the words")};
    auto const opened = open_release(bundle);
    ASSERT_OK(opened);
    ASSERT_EQ(opened->evidence.complaints.size(), 1u);
    EXPECT_STREQ(opened->evidence.complaints[0].why.code, "wrong-share");
    EXPECT_ERROR_CODE(case_key_of(*opened, {}), "shares");
    bundle.shares.push_back(c.share_of(2));
    auto const enough = open_release(bundle);
    ASSERT_OK(enough);
    EXPECT_OK(case_key_of(*enough, {}));
}

TEST(OpenExhibit, gives_the_original_back) {
    ReleaseCase c;
    auto const content = footage();
    auto const sealed = c.seal_text("VID_2041.mp4", content);
    auto const folder = c.open_case();
    auto const statement = SealStatement::parse(
        read_text_file(folder.exhibit_file(sealed.record.number, ".sd-jwt"), 1 << 20).take());
    ASSERT_OK(statement);
    auto const out = c.folder / "out";
    std::filesystem::create_directories(out);
    age::Identity const* const keys[] = {&c.case_key};
    auto const opened =
        open_exhibit(folder.exhibit_file(sealed.record.number, ".age"), keys, out, &*statement);
    ASSERT_OK(opened);
    EXPECT_EQ(opened->name, "VID_2041.mp4");
    EXPECT_EQ(opened->root, sealed.record.root);
    EXPECT_TRUE(opened->tree_checked && opened->statement_checked && !opened->unfinished);
    EXPECT_EQ(read_text_file(out / "VID_2041.mp4", 1 << 20).take(), content);
    ASSERT_TRUE(opened->exhibit_certificate && opened->device_certificate);
    EXPECT_OK(check_key_chain(*opened->exhibit_certificate, *opened->device_certificate,
                              statement->key, c.policy.witness, c.id));
    EXPECT_ERROR_CODE(
        open_exhibit(folder.exhibit_file(sealed.record.number, ".age"), keys, out, &*statement),
        "exists");
    EXPECT_EQ(test::contents(out).size(), 1u);  // nothing half-written
}

TEST(OpenExhibit, what_is_damaged_or_cut_leaves_nothing) {
    ReleaseCase c;
    auto const sealed = c.seal_text("a.bin", footage());
    auto const path = c.open_case().exhibit_file(sealed.record.number, ".age");
    auto const whole = read_file(path, 1 << 20).take();
    auto const out = c.folder / "out";
    std::filesystem::create_directories(out);
    age::Identity const* const keys[] = {&c.case_key};
    auto const other_key = age::X25519Identity::generate();
    age::Identity const* const others[] = {&other_key};
    EXPECT_ERROR_CODE(open_exhibit(path, others, out), "no-match");
    OpenOptions strict;
    strict.allow_unfinished = false;
    for (std::size_t const cut :
         {whole.size() - 1, whole.size() / 2, std::size_t{100}, std::size_t{0}}) {
        ASSERT_OK(replace_file(c.folder / "cut.age", ByteView(whole).first(cut)));
        EXPECT_FALSE(open_exhibit(c.folder / "cut.age", keys, out, nullptr, strict).ok());
    }
    auto damaged = whole;
    damaged[whole.size() / 2] ^= 1;
    ASSERT_OK(replace_file(c.folder / "damaged.age", damaged));
    EXPECT_ERROR_CODE(open_exhibit(c.folder / "damaged.age", keys, out), "payload");
    EXPECT_TRUE(test::contents(out).empty());
}

TEST(OpenExhibit, an_unfinished_one_is_opened_as_far_as_its_whole_chunks_go) {
    ReleaseCase c;
    auto const content = footage();
    auto const sealed = c.seal_text("a.bin", content);
    auto const whole =
        read_file(c.open_case().exhibit_file(sealed.record.number, ".age"), 1 << 20).take();
    ASSERT_OK(replace_file(c.folder / "cut.age", ByteView(whole).first(whole.size() / 2)));
    auto const out = c.folder / "out";
    std::filesystem::create_directories(out);
    age::Identity const* const keys[] = {&c.case_key};
    auto const opened = open_exhibit(c.folder / "cut.age", keys, out);
    ASSERT_OK(opened);
    EXPECT_TRUE(opened->unfinished);
    auto const part = read_text_file(out / "a.bin", 1 << 20).take();
    EXPECT_GT(part.size(), 60'000u);
    EXPECT_EQ(part, content.substr(0, part.size()));
}

TEST(Publish, two_publishers_make_the_same_data) {
    ReleaseCase c;
    c.seal_text("VID_2041.mp4", footage());
    c.seal_text("notiz für später.txt", "hello");
    auto first = c.bundle(), second = c.bundle();
    std::ranges::reverse(second.votes);
    second.receipts.pop_back();
    second.adoptions = c.bundle(4).adoptions;
    std::ranges::reverse(second.exhibits);
    auto const one = publish(first, c.opener(), {}, c.folder / "one");
    ASSERT_OK(one);
    PublishOptions options;
    options.web_seeds = {"https://ana.example/release/"};
    auto const two = publish(second, c.opener(), {}, c.folder / "two", options);
    ASSERT_OK(two);
    EXPECT_TRUE(one->problems.empty());
    EXPECT_EQ(one->info_hash, two->info_hash);
    EXPECT_EQ(test::contents(c.folder / "one" / "data"), test::contents(c.folder / "two" / "data"));
    auto const files = test::contents(c.folder / "one");
    EXPECT_TRUE(files.contains("data/0001/VID_2041.mp4"));
    EXPECT_TRUE(files.contains("data/0002/notiz für später.txt"));
    EXPECT_NE(files.at("index.html").find("DRILL"), std::string::npos);
    // Scripts run only when the policy names their digest, and no host is named.
    EXPECT_NE(files.at("index.html").find("default-src 'none'; script-src 'sha256-"),
              std::string::npos);
    EXPECT_EQ(files.at("index.html").find("src=\"http"), std::string::npos);
    EXPECT_NE(files.at("FILES.txt").find("data/0001/VID_2041.mp4\n"), std::string::npos);
    EXPECT_ERROR_CODE(publish(first, c.opener(), {}, c.folder / "one"), "exists");
    for (auto const* list : {"manifest-sha256.txt", "tagmanifest-sha256.txt", "SHA256SUMS"}) {
        auto const checked = test::run({"sha256sum", "-c", "--quiet", list}, {}, c.folder / "one");
        EXPECT_EQ(checked.code, 0) << list << checked.err << checked.out;
    }
}

TEST(Publish, age_and_openssl_agree) {
    NEEDS_PROGRAM("age");
    NEEDS_PROGRAM("openssl");
    ReleaseCase c;
    c.seal_text("a.txt", "hello");
    ASSERT_OK(publish(c.bundle(), c.opener(), {}, c.folder / "out"));
    auto const opened =
        test::run({"sh", "-c", "age -d -i data/case-key.txt data/0001.age | tar -xO a.txt"}, {},
                  c.folder / "out");
    EXPECT_EQ(opened.out, "hello") << opened.err;
    // The recipe of HOW-TO-CHECK.txt, taken from the file itself.
    auto const text = read_text_file(c.folder / "out" / "HOW-TO-CHECK.txt", 1 << 20).take();
    auto const begin = text.find("check() {"), end = text.find("     }\n", begin);
    ASSERT_NE(end, std::string::npos);
    auto recipe = text.substr(begin, end + 7 - begin);
    for (std::size_t at = 0; (at = recipe.find("/tmp/", at)) != std::string::npos;)
        recipe.replace(at, 5, "../");
    auto const good = test::run(
        {"sh", "-c",
         recipe + "\nset -e\ncheck data/policy.json keys/witness-*.pem\nfor f in adoptions/*.json "
                  "votes/*.json receipts/*.json; do "
                  "g=$(basename \"$f\" | cut -c1-64); check \"$f\" keys/guardian-$g.pem; done"},
        {}, c.folder / "out");
    EXPECT_EQ(good.code, 0) << good.out << good.err;
    auto const bad =
        test::run({"sh", "-c",
                   recipe + "\ncheck adoptions/*" + guardian_id(c.guardians[0].public_key()).hex() +
                       "*.json keys/witness-*.pem"},
                  {}, c.folder / "out");
    EXPECT_NE(bad.code, 0);
}

TEST(Publish, a_bad_exhibit_does_not_hold_back_the_others) {
    ReleaseCase c;
    c.seal_text("good.txt", "good");
    auto const bad = c.seal_text("bad.txt", "bad");
    auto const gone = c.seal_text("gone.txt", "gone");
    auto const bundle = c.bundle();
    auto const path = c.open_case().exhibit_file(bad.record.number, ".age");
    auto bytes = read_file(path, 1 << 20).take();
    bytes.back() ^= 1;
    ASSERT_OK(replace_file(path, bytes));
    std::filesystem::remove(c.open_case().exhibit_file(gone.record.number, ".age"));
    auto const published = publish(bundle, c.opener(), {}, c.folder / "out");
    ASSERT_OK(published);
    ASSERT_GE(published->problems.size(), 2u);
    auto const files = test::contents(c.folder / "out" / "data");
    EXPECT_TRUE(files.contains("0001/good.txt"));
    EXPECT_FALSE(files.contains("0002.age"));  // not the signed bytes: another guardian has them
    EXPECT_FALSE(files.contains("0003.age"));
}

TEST(Publish, hostile_names_stay_in_their_place) {
    ReleaseCase c;
    c.seal_text("<img src=x onerror=alert(1)>.html", "x");
    c.seal_text("policy.age", "y");
    c.seal_text("a\nb\xe2\x80\xae.txt", "z");
    auto const published = publish(c.bundle(), c.opener(), {}, c.folder / "out");
    ASSERT_OK(published);
    EXPECT_TRUE(published->problems.empty());
    auto const files = test::contents(c.folder / "out");
    EXPECT_EQ(files.at("index.html").find("<img src=x"), std::string::npos);
    EXPECT_EQ(files.at("data/0002/policy.age"), "y");
    EXPECT_TRUE(files.contains("data/0003/a_b_.txt"));
}

TEST(Publish, a_named_audience_gets_ciphertext_and_its_shares) {
    ReleaseCase c(true);
    c.seal_text("a.txt", "hello");
    auto const closed = publish(c.bundle(), c.opener(), {}, c.folder / "closed");
    ASSERT_OK(closed);
    EXPECT_FALSE(closed->opened);
    auto const files = test::contents(c.folder / "closed");
    EXPECT_TRUE(files.contains("data/0001.age"));
    EXPECT_TRUE(files.contains("shares/case-key.age"));
    for (auto const& [path, content] : files) {
        EXPECT_EQ(path.find("a.txt"), std::string::npos);
        // With its "1": the page knows how such a key begins.
        EXPECT_EQ(content.find("AGE-SECRET-KEY-1"), std::string::npos) << path;
    }
    std::vector<age::X25519Identity> readers;
    readers.push_back(c.reader.clone());
    auto const open = publish(c.bundle(), c.opener(), readers, c.folder / "open");
    ASSERT_OK(open);
    EXPECT_TRUE(open->opened);
    EXPECT_EQ(test::contents(c.folder / "open").at("data/0001/a.txt"), "hello");
    std::vector<age::X25519Identity> stranger;
    stranger.push_back(age::X25519Identity::generate());
    EXPECT_ERROR_CODE(publish(c.bundle(), c.opener(), stranger, c.folder / "no"), "no-reader");
}

TEST(ReleaseFolder, names_that_no_system_can_misread) {
    using release_folder::safe_file_name;
    EXPECT_EQ(safe_file_name("VID 2041.mp4"), "VID 2041.mp4");
    EXPECT_EQ(safe_file_name("../../etc/passwd"), "_._.._etc_passwd");
    EXPECT_EQ(safe_file_name(".."), "__");
    EXPECT_EQ(safe_file_name("a. ."), "a___");
    EXPECT_EQ(safe_file_name("what happened..."), "what happened___");
    EXPECT_EQ(safe_file_name("\xf3\xb0\x80\x81\xf3\xa0\x80\x81"), "\xf3\xb0\x80\x81_");
    EXPECT_EQ(safe_file_name(""), "_");
    EXPECT_EQ(safe_file_name("-rf"), "_rf");
    EXPECT_EQ(safe_file_name("\xff"), "_");
}

}  // namespace
}  // namespace exhibit::release
