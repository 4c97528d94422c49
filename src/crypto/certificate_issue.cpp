#include "crypto/certificate_issue.hpp"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>

namespace exhibit {
namespace {

constexpr std::size_t name_max = 64;  // ub-common-name, ub-organization-name

struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeNumber {
    void operator()(BIGNUM* number) const { BN_free(number); }
};
struct FreeExtension {
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};

bool add_name(X509_NAME* name, char const* field, std::string const& text) {
    if (text.empty()) return true;
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      reinterpret_cast<unsigned char const*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1;
}

// Values are texts of OpenSSL's own configuration language; none of them comes from outside.
void add_extension(X509* to, X509* issuer, int nid, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, FreeExtension> const extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    VERIFY(extension != nullptr);
    VERIFY(X509_add_ext(to, extension.get(), -1) == 1);
}

void add_extensions(X509* to, X509* issuer, CertificatePlan const& plan) {
    if (plan.authority) {
        add_extension(to, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
        add_extension(to, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        add_extension(to, issuer, NID_basic_constraints, "critical,CA:FALSE");
        add_extension(to, issuer, NID_key_usage, "critical,digitalSignature");
        std::string usages;
        for (auto const& usage : plan.usages) usages += (usages.empty() ? "" : ",") + usage;
        if (!usages.empty()) add_extension(to, issuer, NID_ext_key_usage, usages);
    }
    add_extension(to, issuer, NID_subject_key_identifier, "hash");
    if (to != issuer) add_extension(to, issuer, NID_authority_key_identifier, "keyid:always");
}

EVP_MD const* digest_for(AnyPrivateKey const& key) {
    switch (key.kind()) {
        case KeyKind::ed25519: return nullptr;
        case KeyKind::p384: return EVP_sha384();
        case KeyKind::p521: return EVP_sha512();
        default: return EVP_sha256();
    }
}

void set_time(ASN1_TIME* to, WallTime time) {
    VERIFY(ASN1_TIME_set(to, static_cast<std::time_t>(time.since_epoch_ms() / 1000)) != nullptr);
}

}  // namespace

AnyPublicKey public_half(AnyPrivateKey const& key) {
    unsigned char* der = nullptr;
    auto const length = i2d_PUBKEY(key.handle(), &der);
    VERIFY(length > 0);
    auto const* from = static_cast<unsigned char const*>(der);
    auto* const half = d2i_PUBKEY(nullptr, &from, length);
    OPENSSL_free(der);
    return AnyPublicKey(half);
}

Result<Certificate> issue_certificate(CertificatePlan const& plan, AnyPublicKey const& subject,
                                      AnyPrivateKey const& issuer_key, Certificate const* issuer) {
    auto const wrong = [](char const* what) { return wrong_use(what).coded("certificate"); };
    if (plan.common_name.empty()) return wrong("a certificate needs a name");
    if (plan.common_name.size() > name_max || plan.organisation.size() > name_max)
        return wrong("a name in a certificate has at most 64 bytes");
    std::unique_ptr<X509, FreeCertificate> const made(X509_new());
    VERIFY(made != nullptr && X509_set_version(made.get(), X509_VERSION_3) == 1);
    auto serial = plan.serial;
    serial[0] = static_cast<Byte>((serial[0] & 0x7f) | 0x40);  // positive, and always 16 bytes long
    std::unique_ptr<BIGNUM, FreeNumber> const number(
        BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    VERIFY(number != nullptr);
    VERIFY(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get())) != nullptr);
    set_time(X509_getm_notBefore(made.get()), plan.not_before);
    set_time(X509_getm_notAfter(made.get()), plan.not_after);
    auto* const name = X509_get_subject_name(made.get());
    if (!add_name(name, "O", plan.organisation) || !add_name(name, "CN", plan.common_name))
        return wrong("a name that cannot stand in a certificate");
    auto* const by = issuer == nullptr ? made.get() : issuer->handle();
    VERIFY(X509_set_issuer_name(made.get(), X509_get_subject_name(by)) == 1);
    VERIFY(X509_set_pubkey(made.get(), subject.handle()) == 1);
    add_extensions(made.get(), by, plan);
    VERIFY(X509_sign(made.get(), issuer_key.handle(), digest_for(issuer_key)) > 0);
    unsigned char* der = nullptr;
    auto const length = i2d_X509(made.get(), &der);
    VERIFY(length > 0);
    auto out = Certificate::from_der({der, static_cast<std::size_t>(length)});
    OPENSSL_free(der);
    return out;
}

std::string write_certificate_pem(Certificate const& certificate) {
    std::unique_ptr<BIO, FreeBio> const bio(BIO_new(BIO_s_mem()));
    VERIFY(bio != nullptr && PEM_write_bio_X509(bio.get(), certificate.handle()) == 1);
    char* data = nullptr;
    auto const length = BIO_get_mem_data(bio.get(), &data);
    VERIFY(length > 0);
    return std::string(data, static_cast<std::size_t>(length));
}

}  // namespace exhibit
