// X.509 certificates (RFC 5280) and RFC 3161 tokens, read by OpenSSL. What a certificate says is
// laid out in plain values here; what it must say for a purpose is decided in formats/x509.
#pragma once

#include <memory>

#include "base/time.hpp"
#include "crypto/any_key.hpp"
#include "crypto/hash.hpp"

struct x509_st;

namespace exhibit {

// How the issuer signed it.
enum class CertificateSignature { ecdsa_sha2, rsa_sha2, rsa_pss, ed25519, other };

class Certificate {
public:
    static constexpr std::size_t der_max = 65536;

    // Code "certificate".
    static Result<Certificate> from_der(ByteView der);
    // One after the other; text between them is skipped. At most 4096.
    static Result<std::vector<Certificate>> from_pem(std::string_view text);

    Certificate(Certificate const& other);
    Certificate& operator=(Certificate const& other);
    Certificate(Certificate&&) noexcept = default;
    Certificate& operator=(Certificate&&) noexcept = default;

    Bytes const& der() const { return der_; }
    x509_st* handle() const { return handle_.get(); }
    // Null when OpenSSL does not know the kind of key.
    std::shared_ptr<AnyPublicKey const> public_key() const;

    unsigned version() const;  // 3 for v3
    bool has_unique_ids() const;
    bool is_self_issued() const;
    std::optional<bool> basic_constraints_ca() const;  // none: no such extension
    bool has_key_usage() const;
    bool key_usage_is_critical() const;
    bool may_sign_data() const;                            // digitalSignature
    bool may_sign_certificates() const;                    // keyCertSign
    std::vector<std::string> extended_key_usages() const;  // dotted object identifiers
    bool extended_key_usage_is_critical() const;
    bool has_authority_key_id() const;
    bool has_subject_key_id() const;
    CertificateSignature signature_kind() const;
    std::optional<WallTime> not_before() const;
    std::optional<WallTime> not_after() const;
    bool is_valid_at(WallTime time) const;
    std::string serial_decimal() const;
    std::string subject_part(char const* short_name) const;  // "CN", "O"; empty when there is none
    std::string issuer_part(char const* short_name) const;

    friend bool operator==(Certificate const& a, Certificate const& b) { return a.der_ == b.der_; }

private:
    struct Free {
        void operator()(x509_st* certificate) const;
    };
    Certificate(x509_st* owned, Bytes der) : handle_(owned), der_(std::move(der)) {}
    std::unique_ptr<x509_st, Free> handle_;
    Bytes der_;
};

// Is there a chain from the leaf through the others to one of the anchors, every certificate of it
// valid at the time? Purposes and profiles are not looked at.
[[nodiscard]] bool chains_to(Certificate const& leaf, std::vector<Certificate> const& others,
                             std::vector<Certificate> const& anchors, WallTime at);

// A time-stamp token whose own signature has been checked, by a certificate it carries. Whether
// that certificate deserves trust, and whether the imprint is of the right bytes, is for the
// caller.
struct TimestampToken {
    WallTime time;
    HashKind imprint_kind = HashKind::sha256;
    Bytes imprint;
    Bytes nonce;         // big-endian without leading zeros; empty when there is none
    std::string policy;  // dotted
    std::string serial;  // decimal
    Certificate signer;
    std::vector<Certificate> others;
};
// The DER of a CMS ContentInfo. `more` may hold the signer's certificate when the token does not.
// Code "timestamp".
Result<TimestampToken> open_timestamp_token(ByteView der,
                                            std::vector<Certificate> const& more = {});
// The token inside of a TimeStampResp that was granted. Code "timestamp".
Result<Bytes> token_of_response(ByteView der);

// What an OCSP response, signed by the issuer or a responder that the issuer named, says about a
// certificate at a time. `unknown` also when it is about another serial, or not in force then.
enum class RevocationAnswer { good, revoked, unknown };
// What a CRL, signed by the certificate's issuer, says about what was signed at a time. A
// certificate revoked later spoils what it signed before, unless for a reason that RFC 3161 §4
// names as harmless. `unknown` also when the list is of another issuer or not signed by it.
RevocationAnswer ask_crl(ByteView der, Certificate const& leaf,
                         std::vector<Certificate> const& others,
                         std::vector<Certificate> const& anchors, WallTime signed_at);
RevocationAnswer ask_ocsp_response(ByteView der, Certificate const& leaf,
                                   std::vector<Certificate> const& others,
                                   std::vector<Certificate> const& anchors, WallTime at);

}  // namespace exhibit
