#include "net/tls_identity.hpp"

#include "support/shared.hpp"

namespace exhibit::test {

TEST(TlsIdentity, what_was_made_is_read_back_and_keeps_its_pin) {
    auto const made = TlsIdentity::generate();
    ASSERT_OK(made);
    auto const pin = made.value().pin();
    ASSERT_OK(pin);
    EXPECT_OK(check_pin(pin.value()));
    auto const again =
        TlsIdentity::from_pem(made.value().certificate_pem, made.value().private_key_pem.clone());
    ASSERT_OK(again);
    EXPECT_EQ(again.value().pin().value(), pin.value());
}

TEST(TlsIdentity, two_identities_differ_and_do_not_mix) {
    auto one = TlsIdentity::generate().take();
    auto other = TlsIdentity::generate().take();
    EXPECT_NE(one.pin().value(), other.pin().value());
    EXPECT_ERROR_CODE(TlsIdentity::from_pem(one.certificate_pem, std::move(other.private_key_pem)),
                      "tls-identity");
    EXPECT_ERROR_CODE(TlsIdentity::from_pem("nonsense", std::move(one.private_key_pem)),
                      "tls-identity");
}

TEST(TlsIdentity, openssl_agrees_on_names_key_and_pin) {
    NEEDS_PROGRAM("openssl");
    auto const identity = TlsIdentity::generate().take();
    auto const shown =
        run({"openssl", "x509", "-noout", "-subject", "-nameopt", "RFC2253", "-dates", "-text"},
            as_bytes(identity.certificate_pem));
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_NE(shown.out.find("subject=CN=exhibit.guardian"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("notBefore=Jan  1 00:00:00 2020 GMT"), std::string::npos);
    EXPECT_NE(shown.out.find("P-256"), std::string::npos);
    // The recipe of curl's manual.
    auto const pin = run({"sh", "-c",
                          "openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | "
                          "openssl dgst -sha256 -binary | openssl enc -base64"},
                         as_bytes(identity.certificate_pem));
    EXPECT_EQ("sha256//" + pin.out.substr(0, pin.out.find('\n')), identity.pin().value());
}

TEST(TlsIdentity, a_pin_has_one_form) {
    EXPECT_OK(check_pin("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    for (auto const bad :
         {"", "sha256//", "sha256//AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
          "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
          "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;sha256//"
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}) {
        EXPECT_ERROR_CODE(check_pin(bad), "pin-form");
    }
}

}  // namespace exhibit::test
