// A case is born: who can open what, and what is refused before anything is written.
#include "seal/make_case.hpp"

#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/slip39/slip39.hpp"
#include "seal/share_card.hpp"
#include "seal/unlock.hpp"
#include "support/shared.hpp"

namespace exhibit::seal {
namespace {

auto const now = WallTime::from_ms(1'700'000'000'000);

struct MakeCase : ::testing::Test {
    SystemRandom random;
    struct Friend {
        SigningKey key = SigningKey::generate();
        age::X25519Identity share_key = age::X25519Identity::generate();
    };
    std::vector<Friend> friends = std::vector<Friend>(4);
    SecretBytes passphrase = SecretBytes::copy_of("a sentence that only this witness knows");

    CasePlan plan(unsigned paper = 1) {
        CasePlan out;
        out.case_id = CaseId::make(random);
        out.quorum = {4, 2, 3, 1};
        out.paper_shares = paper;
        out.interval = Duration::days(3);
        out.grace = Duration::days(2);
        out.audience.emplace_back().who = AudienceStage::Who::everyone;
        for (std::size_t i = 0; i < friends.size(); ++i) {
            MetGuardian met;
            met.invitation.name = "g" + std::to_string(i);
            met.invitation.address = {"localhost", 7443};
            met.card.key = friends[i].key.public_key();
            met.card.recipient = friends[i].share_key.recipient().text();
            ClockReading const clock{
                .case_id = out.case_id, .guardian = guardian_id(met.card.key), .time = now};
            met.clock = Signed<ClockReading>::sign(clock, friends[i].key).envelope();
            out.guardians.push_back(std::move(met));
        }
        return out;
    }
    SecretBytes share(MadeCase const& made, std::size_t i) {
        return age::decrypt_secret(made.enrolments[i].share_age, friends[i].share_key, 4096).take();
    }
};

TEST_F(MakeCase, any_two_shares_open_the_case_key_and_one_does_not) {
    auto const made = make_case(plan(), passphrase, now);
    ASSERT_OK(made);
    ASSERT_EQ(made->enrolments.size(), 4u);
    ASSERT_EQ(made->paper_shares.size(), 1u);
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            std::vector<SecretBytes> two;
            two.push_back(i == 4 ? made->paper_shares[0].clone() : share(*made, i));
            two.push_back(share(*made, j));
            auto const master = slip39::combine(two, SecretBytes());
            ASSERT_OK(master);
            // reveal: a test's key.
            age::ScryptIdentity const opener(SecretBytes::copy_of(to_hex(master->reveal())), 10);
            auto const line = age::decrypt_secret(made->case_key_age, opener, 1024);
            ASSERT_OK(line);
            auto const key = age::X25519Identity::parse(*line);
            ASSERT_OK(key);
            EXPECT_EQ(key->recipient().text(), made->info.recipient);
        }
        std::vector<SecretBytes> one;
        one.push_back(i == 4 ? made->paper_shares[0].clone() : share(*made, i));
        EXPECT_FALSE(slip39::combine(one, SecretBytes()).ok());
    }
}

TEST_F(MakeCase, the_folder_has_two_key_files_alike_and_only_the_sentence_opens_one) {
    test::TemporaryFolder below;
    auto const made = make_case(plan(), passphrase, now);
    ASSERT_OK(made);
    ASSERT_OK(install_case(below / "case", *made));
    auto const folder = CaseFolder::open(below / "case");
    ASSERT_OK(folder);
    EXPECT_EQ(std::filesystem::file_size(below / "case/witness-1.age"),
              std::filesystem::file_size(below / "case/witness-2.age"));
    auto const key = unlock_witness_key(*folder, passphrase);
    ASSERT_OK(key);
    EXPECT_EQ(key->public_key(), made->policy.witness);
    EXPECT_ERROR_CODE(unlock_witness_key(*folder, SecretBytes::copy_of("another sentence")),
                      "passphrase");
    // Neither half of that key lies anywhere in the clear.
    auto const raw = made->policy.witness.bytes();
    for (auto const& entry : std::filesystem::recursive_directory_iterator(below.path())) {
        if (!entry.is_regular_file()) continue;
        auto const text = read_text_file(entry.path(), 1 << 20).take();
        EXPECT_EQ(text.find(to_hex(raw)), std::string::npos) << entry.path();
        EXPECT_EQ(text.find(to_base64(raw)), std::string::npos) << entry.path();
        EXPECT_EQ(text.find(std::string(reinterpret_cast<char const*>(raw.data()), raw.size())),
                  std::string::npos)
            << entry.path();
    }
    // A second time the name is taken, and what is there stays.
    EXPECT_ERROR_CODE(install_case(below / "case", *made), "exists");
    EXPECT_OK(CaseFolder::open(below / "case"));
}

TEST_F(MakeCase, numbers_that_break_the_promises_are_refused) {
    for (auto const& bad :
         {Quorum{4, 2, 2, 1}, Quorum{3, 2, 3, 1}, Quorum{4, 4, 3, 1}, Quorum{4, 1, 3, 1}}) {
        auto wish = plan();
        wish.quorum = bad;
        auto const made = make_case(std::move(wish), passphrase, now);
        EXPECT_FALSE(made.ok()) << bad.n << bad.k << bad.q << bad.f;
    }
    auto nobody = plan();
    nobody.audience.clear();
    EXPECT_FALSE(make_case(std::move(nobody), passphrase, now).ok());
    auto many = plan(13);  // 4 + 13 shares: SLIP-39 has 16
    EXPECT_FALSE(make_case(std::move(many), passphrase, now).ok());
    auto hasty = plan();
    hasty.interval = Duration::hours(1);
    EXPECT_FALSE(make_case(std::move(hasty), passphrase, now).ok())
        << "an hour is below the floors of a real case";
}

TEST_F(MakeCase, a_receipt_counts_only_from_that_guardian_for_that_share) {
    auto const made = make_case(plan(), passphrase, now);
    ASSERT_OK(made);
    auto const sign = [&](ShareReceipt const& receipt, std::size_t by) {
        return Signed<ShareReceipt>::sign(receipt, friends[by].key).envelope();
    };
    ShareReceipt good;
    good.case_id = made->info.case_id;
    good.guardian = guardian_id(friends[1].key.public_key());
    good.policy = made->info.policy;
    good.share_digest = made->policy.guardians[1].share_digest;
    good.time = now;
    EXPECT_OK(check_share_receipt(*made, 1, sign(good, 1)));
    EXPECT_FALSE(check_share_receipt(*made, 0, sign(good, 1)).ok());
    EXPECT_FALSE(check_share_receipt(*made, 1, sign(good, 0)).ok());
    auto other = good;
    other.share_digest = made->policy.guardians[2].share_digest;
    EXPECT_FALSE(check_share_receipt(*made, 1, sign(other, 1)).ok());
    auto wrong_policy = good;
    wrong_policy.policy = DocumentDigest(sha256(as_bytes("another")));
    EXPECT_FALSE(check_share_receipt(*made, 1, sign(wrong_policy, 1)).ok());
}

TEST_F(MakeCase, a_share_card_shows_its_words_and_never_asks_the_network) {
    auto const made = make_case(plan(), passphrase, now);
    ASSERT_OK(made);
    auto const card = write_share_card({.number = 1, .of = 1, .needed = 2, .drill = false},
                                       made->paper_shares[0]);
    ASSERT_OK(card);
    std::string page(card->reveal_text());
    // The name of SVG's namespace is an address that nothing asks for.
    std::string const name = "http://www.w3.org/2000/svg";
    for (auto at = page.find(name); at != std::string::npos; at = page.find(name))
        page.erase(at, name.size());
    auto const words = made->paper_shares[0].reveal_text();
    EXPECT_NE(page.find(std::string(words.substr(0, words.find(' ')))), std::string::npos);
    for (auto const* outside : {"http:", "https:", "src=\"//", "@import", "<script"}) {
        EXPECT_EQ(page.find(outside), std::string::npos) << outside;
    }
}

}  // namespace
}  // namespace exhibit::seal
