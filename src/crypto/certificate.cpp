#include "crypto/certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <ctime>

namespace exhibit {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeStore {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct FreeStoreContext {
    void operator()(X509_STORE_CTX* c) const { X509_STORE_CTX_free(c); }
};
struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
struct FreeUsages {
    void operator()(EXTENDED_KEY_USAGE* usages) const { EXTENDED_KEY_USAGE_free(usages); }
};
constexpr std::size_t certificates_max = 4096;

std::optional<WallTime> wall_time(ASN1_TIME const* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    auto const seconds = ::timegm(&parts);
    return WallTime::from_ms(static_cast<std::int64_t>(seconds) * 1000);
}

std::string part_of(X509_NAME const* name, char const* short_name) {
    auto const nid = OBJ_txt2nid(short_name);
    auto const index = X509_NAME_get_index_by_NID(name, nid, -1);
    if (index < 0) return {};
    auto const* data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
    unsigned char* text = nullptr;
    auto const length = ASN1_STRING_to_UTF8(&text, data);
    if (length < 0) return {};
    std::string out(reinterpret_cast<char const*>(text), static_cast<std::size_t>(length));
    OPENSSL_free(text);
    return out;
}

}  // namespace

void Certificate::Free::operator()(x509_st* certificate) const { X509_free(certificate); }

Certificate::Certificate(Certificate const& other) : handle_(other.handle()), der_(other.der_) {
    if (handle_ != nullptr) X509_up_ref(handle_.get());
}

Certificate& Certificate::operator=(Certificate const& other) {
    auto copy = Certificate(other);
    *this = std::move(copy);
    return *this;
}

Result<Certificate> Certificate::from_der(ByteView der) {
    auto const wrong = bad_input("is no certificate").coded("certificate");
    if (der.size() > der_max) return wrong;
    auto const* from = der.data();
    auto* const handle = d2i_X509(nullptr, &from, static_cast<long>(der.size()));
    if (handle == nullptr) return wrong;
    Certificate out(handle, to_bytes(der));
    if (from != der.data() + der.size()) return wrong;
    return out;
}

Result<std::vector<Certificate>> Certificate::from_pem(std::string_view text) {
    std::unique_ptr<BIO, FreeBio> const bio(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    VERIFY(bio != nullptr);
    std::vector<Certificate> out;
    while (out.size() < certificates_max) {
        auto* const handle = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr);
        if (handle == nullptr) break;
        unsigned char* der = nullptr;
        auto const length = i2d_X509(handle, &der);
        VERIFY(length > 0);
        out.push_back(Certificate(handle, Bytes(der, der + length)));
        OPENSSL_free(der);
    }
    if (out.empty()) return bad_input("holds no certificate in PEM form").coded("certificate");
    return out;
}

std::shared_ptr<AnyPublicKey const> Certificate::public_key() const {
    auto* const key = X509_get_pubkey(handle());
    if (key == nullptr) return nullptr;
    return std::make_shared<AnyPublicKey const>(key);
}

unsigned Certificate::version() const {
    return static_cast<unsigned>(X509_get_version(handle()) + 1);
}

bool Certificate::has_unique_ids() const {
    ASN1_BIT_STRING const* issuer = nullptr;
    ASN1_BIT_STRING const* subject = nullptr;
    X509_get0_uids(handle(), &issuer, &subject);
    return issuer != nullptr || subject != nullptr;
}

bool Certificate::is_self_issued() const {
    return X509_NAME_cmp(X509_get_subject_name(handle()), X509_get_issuer_name(handle())) == 0;
}

std::optional<bool> Certificate::basic_constraints_ca() const {
    if (X509_get_ext_by_NID(handle(), NID_basic_constraints, -1) < 0) return std::nullopt;
    return (X509_get_extension_flags(handle()) & EXFLAG_CA) != 0;
}

bool Certificate::has_key_usage() const {
    return X509_get_ext_by_NID(handle(), NID_key_usage, -1) >= 0;
}

bool Certificate::key_usage_is_critical() const {
    auto const index = X509_get_ext_by_NID(handle(), NID_key_usage, -1);
    return index >= 0 && X509_EXTENSION_get_critical(X509_get_ext(handle(), index)) == 1;
}

bool Certificate::may_sign_data() const {
    return (X509_get_key_usage(handle()) & KU_DIGITAL_SIGNATURE) != 0;
}

bool Certificate::may_sign_certificates() const {
    return (X509_get_key_usage(handle()) & KU_KEY_CERT_SIGN) != 0;
}

std::vector<std::string> Certificate::extended_key_usages() const {
    std::unique_ptr<EXTENDED_KEY_USAGE, FreeUsages> const usages(static_cast<EXTENDED_KEY_USAGE*>(
        X509_get_ext_d2i(handle(), NID_ext_key_usage, nullptr, nullptr)));
    std::vector<std::string> out;
    if (usages == nullptr) return out;
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        char text[128] = {};
        OBJ_obj2txt(text, sizeof text, sk_ASN1_OBJECT_value(usages.get(), i), 1);
        out.emplace_back(text);
    }
    return out;
}

bool Certificate::extended_key_usage_is_critical() const {
    auto const index = X509_get_ext_by_NID(handle(), NID_ext_key_usage, -1);
    return index >= 0 && X509_EXTENSION_get_critical(X509_get_ext(handle(), index)) == 1;
}

bool Certificate::has_authority_key_id() const {
    return X509_get_ext_by_NID(handle(), NID_authority_key_identifier, -1) >= 0;
}

bool Certificate::has_subject_key_id() const {
    return X509_get_ext_by_NID(handle(), NID_subject_key_identifier, -1) >= 0;
}

CertificateSignature Certificate::signature_kind() const {
    switch (X509_get_signature_nid(handle())) {
        case NID_ecdsa_with_SHA256:
        case NID_ecdsa_with_SHA384:
        case NID_ecdsa_with_SHA512: return CertificateSignature::ecdsa_sha2;
        case NID_sha256WithRSAEncryption:
        case NID_sha384WithRSAEncryption:
        case NID_sha512WithRSAEncryption: return CertificateSignature::rsa_sha2;
        case NID_rsassaPss: return CertificateSignature::rsa_pss;
        case NID_ED25519: return CertificateSignature::ed25519;
        default: return CertificateSignature::other;
    }
}

std::optional<WallTime> Certificate::not_before() const {
    return wall_time(X509_get0_notBefore(handle()));
}

std::optional<WallTime> Certificate::not_after() const {
    return wall_time(X509_get0_notAfter(handle()));
}

bool Certificate::is_valid_at(WallTime time) const {
    auto const from = not_before();
    auto const to = not_after();
    return from && to && *from <= time && time <= *to;
}

std::string Certificate::serial_decimal() const {
    auto* const number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(handle()), nullptr);
    if (number == nullptr) return {};
    auto* const text = BN_bn2dec(number);
    std::string out = text == nullptr ? "" : text;
    OPENSSL_free(text);
    BN_free(number);
    return out;
}

std::string Certificate::subject_part(char const* short_name) const {
    return part_of(X509_get_subject_name(handle()), short_name);
}

std::string Certificate::issuer_part(char const* short_name) const {
    return part_of(X509_get_issuer_name(handle()), short_name);
}

bool chains_to(Certificate const& leaf, std::vector<Certificate> const& others,
               std::vector<Certificate> const& anchors, WallTime at) {
    if (anchors.empty()) return false;
    std::unique_ptr<X509_STORE, FreeStore> const store(X509_STORE_new());
    std::unique_ptr<STACK_OF(X509), FreeStack> const untrusted(sk_X509_new_null());
    std::unique_ptr<X509_STORE_CTX, FreeStoreContext> const context(X509_STORE_CTX_new());
    VERIFY(store != nullptr && untrusted != nullptr && context != nullptr);
    for (auto const& anchor : anchors) X509_STORE_add_cert(store.get(), anchor.handle());
    for (auto const& other : others) sk_X509_push(untrusted.get(), other.handle());
    if (X509_STORE_CTX_init(context.get(), store.get(), leaf.handle(), untrusted.get()) != 1)
        return false;
    auto* const parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, static_cast<std::time_t>(at.since_epoch_ms() / 1000));
    // An anchor need not be self-signed; unknown critical extensions still fail.
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_depth(parameters, 10);
    return X509_verify_cert(context.get()) == 1;
}

}  // namespace exhibit
