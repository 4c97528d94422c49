// A release that is as it should be, and then one with one thing changed: each change is named by a
// sentence, and what is harmless raises no alarm.
#include "release/release_case.hpp"

#include "case/release_folder.hpp"
#include "formats/bagit/bagit.hpp"
#include "prove/prove.hpp"

namespace exhibit::prove {
namespace {

using test::ReleaseCase;
namespace fs = std::filesystem;

// Two vouched exhibits and one that somebody added after the last check-in.
class VerifyRelease : public testing::Test {
protected:
    void SetUp() override {
        c.seal_text("one.txt", "first exhibit");
        c.seal_text("two.txt", "second exhibit");
        bundle = c.bundle();
        ASSERT_OK(release::publish(bundle, c.opener(), {}, out()));
    }
    Path out() const { return c.folder.path() / "out"; }

    void write(std::string const& path, std::string const& content) {
        ASSERT_OK(replace_file(out() / path, content));
    }
    std::string read(std::string const& path) {
        return read_text_file(out() / path, 1 << 20).take();
    }
    void flip(std::string const& path) {
        auto content = read(path);
        content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
        write(path, content);
    }
    void swap_files(std::string const& a, std::string const& b) {
        auto const content = read(a);
        write(a, read(b));
        write(b, content);
    }
    // As a forger would: the lists fit again, so that only the seals can tell.
    void make_lists_fit() {
        std::vector<bagit::ListedFile> payload, tags;
        for (auto const& [path, content] : test::contents(out())) {
            if (path.starts_with("data/"))
                payload.push_back({path, to_hex(sha256(content)), content.size()});
        }
        write("manifest-sha256.txt",
              bagit::write_manifest(bagit::Algorithm::sha256, payload).take());
        write("bag-info.txt",
              bagit::write_bag_info({{"Payload-Oxum", bagit::write_oxum(payload)}}).take());
        for (auto const* name : {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}) {
            tags.push_back({name, to_hex(sha256(read(name))), 0});
        }
        write("tagmanifest-sha256.txt",
              bagit::write_manifest(bagit::Algorithm::sha256, tags).take());
    }
    std::string first_adoption() {
        return fs::directory_iterator(out() / "adoptions")
            ->path()
            .lexically_relative(out())
            .generic_string();
    }

    ::testing::AssertionResult says(std::string const& words, Verdict verdict) {
        auto const report = verify_release(out());
        for (auto const& one : report.findings) {
            if (one.verdict == verdict &&
                (one.subject + ": " + one.sentence).find(words) != std::string::npos)
                return ::testing::AssertionSuccess();
        }
        return ::testing::AssertionFailure() << "nothing says '" << words << "':\n"
                                             << show_report(report);
    }
    ::testing::AssertionResult all_holds() {
        auto const report = verify_release(out());
        return report.holds() ? ::testing::AssertionSuccess()
                              : ::testing::AssertionFailure() << show_report(report);
    }

    ReleaseCase c;
    ReleaseBundle bundle;
};

TEST_F(VerifyRelease, a_true_one_holds_and_says_what_is_not_proven) {
    EXPECT_TRUE(all_holds());
    EXPECT_TRUE(says("0001 one.txt: since it was sealed", Verdict::holds));
    EXPECT_TRUE(says("one hand, not a name", Verdict::holds));
    EXPECT_TRUE(says("vouched for it in the last check-in", Verdict::holds));
    EXPECT_TRUE(says("it existed no later than 2020-09-13 12:26 UTC", Verdict::holds));
    EXPECT_TRUE(says("because the witness fell silent", Verdict::holds));
    EXPECT_TRUE(says("time noon", Verdict::claimed));
    EXPECT_TRUE(says("was not staged", Verdict::note));
    EXPECT_TRUE(says("DRILL", Verdict::note));
    VerifyOptions full;
    full.full = true;
    EXPECT_TRUE(verify_release(out(), full).holds());
    EXPECT_TRUE(verify_bag_folder(out()).holds());
}

TEST_F(VerifyRelease, harmless_differences_raise_no_alarm) {
    fs::last_write_time(out() / "data/0001/one.txt",
                        fs::file_time_type::min() + std::chrono::hours(1));
    fs::permissions(out() / "data/0001.age", fs::perms::owner_read);
    EXPECT_TRUE(all_holds()) << "times and permissions";
    write("notes.txt", "my own notes");
    write(".DS_Store", "x");
    write("data/.DS_Store", "x");
    EXPECT_TRUE(all_holds()) << "files beside the release";
    write("receipts/one-more.json", write_envelope(bundle.receipts[0]));
    EXPECT_TRUE(all_holds()) << "a document twice";
    fs::remove(out() / "index.html");
    fs::remove(out() / "SHA256SUMS");
    EXPECT_TRUE(all_holds()) << "the page is gone";
    fs::rename(out(), c.folder / "moved");
    EXPECT_TRUE(verify_release(c.folder / "moved").holds()) << "another name";
    fs::rename(c.folder / "moved", out());
}

TEST_F(VerifyRelease, a_changed_original_is_named) {
    flip("data/0001/one.txt");
    EXPECT_TRUE(says("changed since this folder was made: data/0001/one.txt", Verdict::fails));
    make_lists_fit();
    EXPECT_TRUE(says("0001 one.txt: this is not the file that was sealed", Verdict::fails));
}

TEST_F(VerifyRelease, swapped_exhibits_are_named) {
    swap_files("data/0001/one.txt", "data/0002/two.txt");
    make_lists_fit();
    EXPECT_TRUE(says("0001 one.txt: this is not the file that was sealed", Verdict::fails));
    EXPECT_TRUE(says("0002 two.txt: this is not the file that was sealed", Verdict::fails));
}

TEST_F(VerifyRelease, swapped_statements_are_named) {
    swap_files("data/0001.sd-jwt", "data/0002.sd-jwt");
    make_lists_fit();
    EXPECT_TRUE(says("0001 one.txt: this is the seal statement of exhibit 0002", Verdict::fails));
}

TEST_F(VerifyRelease, swapped_ciphertexts_and_disclosures_are_named) {
    swap_files("data/0001.age", "data/0002.age");
    swap_files("data/0001.disclosures.json", "data/0002.disclosures.json");
    make_lists_fit();
    EXPECT_TRUE(
        says("0001 one.txt: the ciphertext is not the one that was signed", Verdict::fails));
    EXPECT_TRUE(says("0002 two.txt: the disclosures are not those that the seal statement signed",
                     Verdict::fails));
}

TEST_F(VerifyRelease, another_cases_statement_is_named) {
    ReleaseCase other;
    auto const sealed = other.seal_text("one.txt", "first exhibit");
    write("data/0001.sd-jwt",
          read_text_file(other.open_case().exhibit_file(sealed.record.number, ".sd-jwt"), 1 << 20)
              .take());
    make_lists_fit();
    EXPECT_TRUE(says("0001 one.txt: this is a seal statement of another case", Verdict::fails));
}

TEST_F(VerifyRelease, a_dropped_adoption_is_missed_but_not_called_tampering) {
    fs::remove(out() / first_adoption());
    EXPECT_TRUE(says("only 2 of 4 guardians are shown to have agreed here", Verdict::not_checked));
    EXPECT_FALSE(verify_release(out()).holds());
}

TEST_F(VerifyRelease, a_forged_adoption_is_named) {
    auto const path = first_adoption();
    auto envelope = parse_envelope(as_bytes(read(path))).take();
    envelope.signatures[0].sig[5] ^= 1;
    write(path, write_envelope(envelope));
    EXPECT_TRUE(says(path + " does not hold", Verdict::fails));
}

TEST_F(VerifyRelease, a_wrong_share_is_named) {
    write("shares/extra.json", write_envelope(c.share_of(3, "wrong words")));
    EXPECT_TRUE(says("shares/extra.json does not hold: is not the share that the policy names",
                     Verdict::fails));
}

TEST_F(VerifyRelease, a_relabelled_record_is_named) {
    auto record = read("data/release.json");
    record.replace(record.find("\"drill\":true"), 12, "\"drill\":false");
    write("data/release.json", record);
    make_lists_fit();
    EXPECT_TRUE(says("relabelled", Verdict::fails));
}

TEST_F(VerifyRelease, a_renamed_original_is_named) {
    fs::rename(out() / "data/0001/one.txt", out() / "data/0001/massacre.txt");
    make_lists_fit();
    EXPECT_TRUE(says("massacre.txt is not the name it was sealed under: one.txt", Verdict::fails));
}

TEST_F(VerifyRelease, a_planted_exhibit_is_marked) {
    c.seal_text("planted.txt", "planted", false);
    fs::remove_all(out());
    ASSERT_OK(release::publish(c.bundle(), c.opener(), {}, out()));
    EXPECT_TRUE(
        says("0003 planted.txt: added after the last check-in: may be planted", Verdict::claimed));
    EXPECT_TRUE(says("0001 one.txt: the witness vouched for it", Verdict::holds));
}

TEST_F(VerifyRelease, an_exhibit_of_another_hand_is_named) {
    ReleaseCase other;
    write("proofs/0001.device-certificate.json", read("proofs/0002.exhibit-certificate.json"));
    EXPECT_TRUE(
        says("0001 one.txt: the key that signed this exhibit is not one that the witness's key "
             "vouched for",
             Verdict::fails));
    fs::remove(out() / "proofs/0001.device-certificate.json");
    EXPECT_TRUE(
        says("0001 one.txt: whose hand sealed it could not be checked", Verdict::not_checked));
}

TEST_F(VerifyRelease, a_cut_ciphertext_is_named) {
    auto content = read("data/0001.age");
    content.resize(content.size() - 10);
    write("data/0001.age", content);
    make_lists_fit();
    EXPECT_TRUE(says("0001 one.txt: the ciphertext is not the one that was signed: it has",
                     Verdict::fails));
}

TEST_F(VerifyRelease, a_shortened_vouched_list_is_named) {
    write("proofs/vouched.txt", read("proofs/vouched.txt").substr(0, 65));
    EXPECT_TRUE(says("proofs/vouched.txt does not hold", Verdict::fails));
}

TEST_F(VerifyRelease, a_missing_exhibit_that_was_vouched_for_is_told) {
    for (auto const* name :
         {"data/0002", "data/0002.age", "data/0002.sd-jwt", "data/0002.disclosures.json"})
        fs::remove_all(out() / name);
    EXPECT_TRUE(says("listed but not here: data/0002", Verdict::fails));
    make_lists_fit();
    EXPECT_TRUE(says("1 exhibits that the witness vouched for are not here", Verdict::not_checked));
}

TEST_F(VerifyRelease, another_key_is_named) {
    ReleaseCase other;
    write("data/case-key.txt", std::string(other.case_key.text().reveal_text()) + "\n");
    make_lists_fit();
    EXPECT_TRUE(says("is not the one that this case's exhibits were sealed to", Verdict::fails));
    write("keys/guardian-" + guardian_id(c.guardians[0].public_key()).hex() + ".pem",
          write_public_pem(other.witness.public_key()));
    EXPECT_TRUE(says("is not a key that this case names", Verdict::fails));
}

TEST_F(VerifyRelease, another_policy_is_not_believed) {
    ReleaseCase other;
    write("data/policy.json", write_envelope(*other.signed_policy));
    make_lists_fit();
    EXPECT_FALSE(verify_release(out()).holds());
}

TEST_F(VerifyRelease, a_stray_file_and_a_link_in_data_are_named) {
    write("data/more.txt", "more");
    EXPECT_TRUE(says("in data/ but not listed: data/more.txt", Verdict::fails));
    make_lists_fit();
    EXPECT_TRUE(says("no seal covers data/more.txt", Verdict::fails));
    fs::remove(out() / "data/more.txt");
    fs::remove(out() / "data/0001/one.txt");
    fs::create_symlink(c.folder / "one.txt", out() / "data/0001/one.txt");
    make_lists_fit();
    EXPECT_TRUE(says("no regular file: data/0001/one.txt", Verdict::fails));
}

TEST_F(VerifyRelease, what_cannot_be_read_is_not_called_tampering) {
    auto const report = verify_release(c.folder / "nowhere");
    ASSERT_FALSE(report.findings.empty());
    EXPECT_FALSE(report.holds());
    for (auto const& one : report.findings) EXPECT_NE(one.verdict, Verdict::fails) << one.sentence;
    fs::remove_all(out() / "proofs");
    fs::remove_all(out() / "votes");
    for (auto const& one : verify_release(out()).findings)
        EXPECT_NE(one.verdict, Verdict::fails) << one.sentence;
}

TEST_F(VerifyRelease, one_file_and_one_ciphertext_alone) {
    OriginalProof proof{out() / "data/0001.sd-jwt", out() / "data/0001.disclosures.json",
                        out() / "proofs/0001.exhibit-certificate.json",
                        out() / "proofs/0001.device-certificate.json", out() / "data/policy.json"};
    VerifyOptions full;
    full.full = true;
    auto const report = verify_original(out() / "data/0001/one.txt", proof, full);
    EXPECT_TRUE(report.holds()) << show_report(report);
    EXPECT_FALSE(verify_original(out() / "data/0002/two.txt", proof).holds());
    EXPECT_TRUE(verify_exhibit_file(out() / "data/0001.age", out() / "data/0001.sd-jwt").holds());
    EXPECT_FALSE(verify_exhibit_file(out() / "data/0002.age", out() / "data/0001.sd-jwt").holds());
    auto const json =
        parse_json(as_bytes(write_report(report).substr(0, write_report(report).size() - 1)),
                   {.bytes_max = 1 << 20, .depth_max = 8});
    ASSERT_OK(json);
    EXPECT_EQ(json->at("holds"), true);
}

}  // namespace
}  // namespace exhibit::prove
