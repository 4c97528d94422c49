#include "net/tls_identity.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"

namespace exhibit {
namespace {

struct Free {
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using Bio = std::unique_ptr<BIO, Free>;

Error failed(std::string what) {
    ERR_clear_error();
    return bad_input(std::move(what)).coded("tls-identity");
}

bool add_extension(X509* certificate, int nid, char const* value) {
    std::unique_ptr<X509_EXTENSION, Free> const extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
    return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Every certificate is alike but for key and serial number. Dates are constants: the day of birth
// of a guardian is nobody's business, and a witness must still reach it in thirty years.
bool fill(X509* certificate, EVP_PKEY* key) {
    ByteArray<16> serial;
    if (RAND_bytes(serial.data(), serial.size()) != 1) return false;
    serial[0] = static_cast<Byte>((serial[0] & 0x7f) | 0x40);  // positive, always 16 bytes long
    std::unique_ptr<BIGNUM, decltype(&BN_free)> const number(
        BN_bin2bn(serial.data(), serial.size(), nullptr), BN_free);
    auto* const name = X509_get_subject_name(certificate);
    auto const* const common_name = reinterpret_cast<unsigned char const*>("exhibit.guardian");
    return number != nullptr && X509_set_version(certificate, 2) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
           ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20200101000000Z") == 1 &&
           ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "20991231235959Z") == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, NID_subject_alt_name, "DNS:exhibit.guardian") &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

ByteView content_of(BIO* bio) {
    char* data = nullptr;
    long const size = BIO_get_mem_data(bio, &data);
    return {reinterpret_cast<Byte const*>(data), static_cast<std::size_t>(std::max(0L, size))};
}

Certificate read_certificate(std::string const& pem) {
    Bio const bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(bio == nullptr ? nullptr
                                      : PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

// Refuses to ask a terminal for a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

Result<TlsIdentity> TlsIdentity::generate() {
    Key const key(EVP_EC_gen("P-256"));
    Certificate const certificate(X509_new());
    if (key == nullptr || certificate == nullptr || !fill(certificate.get(), key.get())) {
        return failed("the TLS certificate could not be made");
    }
    Bio const certificate_text(BIO_new(BIO_s_mem()));
    Bio const key_text(BIO_new(BIO_s_mem()));
    if (certificate_text == nullptr || key_text == nullptr ||
        PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) != 1) {
        return failed("the TLS certificate could not be written");
    }
    TlsIdentity identity;
    identity.certificate_pem = to_string(content_of(certificate_text.get()));
    // OpenSSL wipes the memory of a BIO when it frees it (BUF_MEM_free).
    identity.private_key_pem = SecretBytes::copy_of(content_of(key_text.get()));
    return identity;
}

Result<TlsIdentity> TlsIdentity::from_pem(std::string certificate_pem,
                                          SecretBytes private_key_pem) {
    auto const certificate = read_certificate(certificate_pem);
    // reveal: OpenSSL must parse the key to compare its public half.
    auto const pem = private_key_pem.reveal();
    Bio const bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Key const key(bio == nullptr
                      ? nullptr
                      : PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (certificate == nullptr || key == nullptr)
        return failed("the TLS certificate or its key cannot be read");
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        return failed("the TLS certificate belongs to another key");
    }
    TlsIdentity identity;
    identity.certificate_pem = std::move(certificate_pem);
    identity.private_key_pem = std::move(private_key_pem);
    return identity;
}

Result<TlsPin> TlsIdentity::pin() const {
    auto const certificate = read_certificate(certificate_pem);
    if (certificate == nullptr) return failed("the TLS certificate cannot be read");
    unsigned char* der = nullptr;
    int const size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    if (size <= 0) return failed("the TLS certificate has no key");
    auto const digest = sha256(ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return "sha256//" + to_base64(digest);
}

Outcome check_pin(TlsPin const& pin) {
    constexpr std::string_view prefix = "sha256//";
    // Only one pin: curl would take a list separated by ';', which from_base64 refuses.
    auto const digest =
        from_base64(std::string_view(pin).substr(std::min(prefix.size(), pin.size())));
    if (!pin.starts_with(prefix) || !digest.ok() || digest.value().size() != 32) {
        return bad_input("the TLS pin is not sha256// and a digest in base64").coded("pin-form");
    }
    return {};
}

}  // namespace exhibit
