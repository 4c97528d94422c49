#include "release/signer.hpp"

#include <gtest/gtest.h>

#include "formats/x509/x509.hpp"
#include "support/shared.hpp"

namespace exhibit::release {
namespace {

// Made once: each passphrase file costs a second.
class SignerFolder : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        folder_ = new test::TemporaryFolder;
        EXPECT_OK(make("own", {"Example Newsroom", "Example", KeyKind::p256, 3}));
        EXPECT_OK(make("next", {"Example Newsroom", "", KeyKind::ed25519, 3}, folder() / "own"));
    }
    static void TearDownTestSuite() { delete folder_; }
    static Path const& folder() { return folder_->path(); }
    static Result<Certificate> make(std::string const& name, SignerPlan const& plan,
                                    std::optional<Path> const& root = {}) {
        SystemRandom random;
        return make_signer(folder() / name, plan, root, passphrase(), wall_now(), random);
    }
    static SecretBytes passphrase() { return SecretBytes::copy_of("a sentence to sign with"); }
    static Result<Signer> open(std::string const& name, SecretBytes const& with) {
        return Signer::open(folder() / name / signer_key_file, folder() / name / signer_chain_file,
                            with);
    }
    static Certificate in(std::string const& name, char const* file) {
        auto const text = read_text_file(folder() / name / file, 1 << 16);
        return Certificate::from_pem(text.ok() ? *text : "").take().front();
    }

private:
    static inline test::TemporaryFolder* folder_ = nullptr;
};

TEST_F(SignerFolder, what_is_made_fits_the_profile_and_leads_to_its_root) {
    for (auto const* name : {"own", "next"}) {
        auto const leaf = in(name, signer_chain_file);
        auto const root = in(name, root_file);
        EXPECT_OK(x509::check_signer_profile(leaf));
        EXPECT_TRUE(chains_to(leaf, {}, {root}, wall_now()));
        EXPECT_EQ(leaf.subject_part("CN"), "Example Newsroom");
        // Without one, c2pa-rs takes no signature for valid.
        EXPECT_EQ(leaf.subject_part("O"),
                  std::string_view(name) == "own" ? "Example" : "Example Newsroom");
        EXPECT_TRUE(root.basic_constraints_ca().value_or(false));
        auto const signer = open(name, passphrase());
        ASSERT_OK(signer);
        auto const claim = signer->claim_signer();
        auto const signature = claim.sign(as_bytes("message"));
        ASSERT_OK(signature);
        EXPECT_EQ(signature->size(), claim.signature_bytes);
        EXPECT_TRUE(leaf.public_key()->verify(claim.scheme, as_bytes("message"), *signature));
        EXPECT_EQ(claim.chain.size(), 1U);
    }
    // An older root vouches for the next key.
    EXPECT_EQ(in("own", root_file), in("next", root_file));
}

TEST_F(SignerFolder, the_key_never_lies_in_the_clear_and_opens_with_its_passphrase_only) {
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder())) {
        if (!entry.is_regular_file()) continue;
        auto const bytes = read_file(entry.path(), 1 << 16);
        ASSERT_OK(bytes);
        EXPECT_EQ(as_text(*bytes).find("PRIVATE KEY"), std::string_view::npos) << entry.path();
    }
    EXPECT_TRUE(*needs_passphrase(folder() / "own" / signer_key_file));
    EXPECT_ERROR_CODE(open("own", SecretBytes::copy_of("another")), "passphrase");
    // openssl reads what is there.
    NEEDS_PROGRAM("openssl");
    auto const told =
        test::run({"openssl", "verify", "-CAfile", "root.pem", "chain.pem"}, {}, folder() / "own");
    EXPECT_EQ(told.code, 0) << told.err;
}

TEST_F(SignerFolder, nothing_is_written_over_and_nothing_left_half_made) {
    EXPECT_ERROR_CODE(make("own", {"Other", "", KeyKind::p256, 3}), "exists");
    EXPECT_ERROR_CODE(make("new", {"", "", KeyKind::p256, 3}), "certificate");
    EXPECT_ERROR_CODE(make("new", {std::string(70, 'x'), "", KeyKind::p256, 3}), "certificate");
    auto const all = std::filesystem::directory_iterator(folder());
    EXPECT_EQ(std::distance(begin(all), end(all)), 2);
}

TEST_F(SignerFolder, a_key_of_another_certificate_is_refused) {
    auto const mixed = Signer::open(folder() / "own" / signer_key_file,
                                    folder() / "next" / signer_chain_file, passphrase());
    EXPECT_ERROR_CODE(mixed, "signer");
    // A root may not sign claims.
    auto const by_root =
        Signer::open(folder() / "own" / root_key_file, folder() / "own" / root_file, passphrase());
    EXPECT_ERROR_CODE(by_root, "signer");
}

}  // namespace
}  // namespace exhibit::release
