// RFC 3161 tokens and OCSP responses (RFC 6960), by OpenSSL.
#include <openssl/cms.h>
#include <openssl/ess.h>
#include <openssl/ocsp.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>

#include "crypto/certificate.hpp"

namespace exhibit {
namespace {

constexpr std::size_t token_max = 1 << 20;
constexpr std::size_t crl_max = 64 << 20;

struct FreeCms {
    void operator()(CMS_ContentInfo* cms) const { CMS_ContentInfo_free(cms); }
};
struct FreeInfo {
    void operator()(TS_TST_INFO* info) const { TS_TST_INFO_free(info); }
};
struct FreeResponse {
    void operator()(TS_RESP* response) const { TS_RESP_free(response); }
};
struct FreeSigners {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
struct FreeCertificates {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
struct FreeEss2 {
    void operator()(ESS_SIGNING_CERT_V2* e) const { ESS_SIGNING_CERT_V2_free(e); }
};
struct FreeOcsp {
    void operator()(OCSP_RESPONSE* response) const { OCSP_RESPONSE_free(response); }
};
struct FreeBasic {
    void operator()(OCSP_BASICRESP* basic) const { OCSP_BASICRESP_free(basic); }
};
struct FreeId {
    void operator()(OCSP_CERTID* id) const { OCSP_CERTID_free(id); }
};
struct FreeCrl {
    void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
};
struct FreeEnumerated {
    void operator()(ASN1_ENUMERATED* e) const { ASN1_ENUMERATED_free(e); }
};
struct FreeStore {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
using Cms = std::unique_ptr<CMS_ContentInfo, FreeCms>;

Error wrong(std::string what) { return bad_input("is no time stamp: " + what).coded("timestamp"); }

Result<Certificate> copy_of(X509 const* certificate) {
    unsigned char* der = nullptr;
    auto const length = i2d_X509(certificate, &der);
    if (length <= 0) return wrong("a certificate that cannot be read");
    auto out = Certificate::from_der({der, static_cast<std::size_t>(length)});
    OPENSSL_free(der);
    return out;
}

Bytes octets(ASN1_OCTET_STRING const* string) {
    auto const* data = ASN1_STRING_get0_data(string);
    return Bytes(data, data + ASN1_STRING_length(string));
}

bool holds(ByteView text, ByteView part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end()) != text.end();
}

// RFC 5816, RFC 2634 §5.4: the signed attribute names the signer's certificate by its hash. Without
// it an attacker could put another certificate with the same key in its place.
bool names_its_signer(CMS_SignerInfo* signer, Certificate const& certificate) {
    auto const find = [&](int nid) -> ASN1_STRING const* {
        auto const index = CMS_signed_get_attr_by_NID(signer, nid, -1);
        if (index < 0) return nullptr;
        auto* const attribute = CMS_signed_get_attr(signer, index);
        auto* const value = X509_ATTRIBUTE_get0_type(attribute, 0);
        return value != nullptr && value->type == V_ASN1_SEQUENCE ? value->value.sequence : nullptr;
    };
    if (auto const* der = find(NID_id_smime_aa_signingCertificateV2)) {
        auto const* from = ASN1_STRING_get0_data(der);
        std::unique_ptr<ESS_SIGNING_CERT_V2, FreeEss2> const ess(
            d2i_ESS_SIGNING_CERT_V2(nullptr, &from, ASN1_STRING_length(der)));
        // OpenSSL keeps the fields of this structure to itself, so the hash is looked for in its
        // DER: the attribute is signed, and no other SHA-2 of the certificate can stand there by
        // chance.
        if (ess == nullptr) return false;
        Bytes const text(ASN1_STRING_get0_data(der),
                         ASN1_STRING_get0_data(der) + ASN1_STRING_length(der));
        for (auto kind : {HashKind::sha256, HashKind::sha384, HashKind::sha512}) {
            Hash hasher(kind);
            hasher.update(certificate.der());
            auto const digest = hasher.finish();
            if (holds(text, digest)) return true;
        }
        return false;
    }
    if (auto const* der = find(NID_id_smime_aa_signingCertificate)) {
        Bytes const text(ASN1_STRING_get0_data(der),
                         ASN1_STRING_get0_data(der) + ASN1_STRING_length(der));
        Hash hasher(HashKind::sha1);
        hasher.update(certificate.der());
        auto const digest = hasher.finish();
        return holds(text, digest);
    }
    return false;
}

Result<HashKind> imprint_kind(TS_MSG_IMPRINT* imprint) {
    auto* const algorithm = TS_MSG_IMPRINT_get_algo(imprint);
    ASN1_OBJECT const* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    switch (OBJ_obj2nid(object)) {
        case NID_sha256: return HashKind::sha256;
        case NID_sha384: return HashKind::sha384;
        case NID_sha512: return HashKind::sha512;
        default: return wrong("a hash that is not allowed");
    }
}

std::optional<WallTime> wall_time(ASN1_TIME const* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    return WallTime::from_ms(static_cast<std::int64_t>(::timegm(&parts)) * 1000);
}

Result<WallTime> time_of(TS_TST_INFO const* info) {
    auto const time = wall_time(TS_TST_INFO_get_time(info));
    if (!time) return wrong("no time");
    return *time;
}

Bytes magnitude(ASN1_INTEGER const* number) {
    if (number == nullptr) return {};
    auto const* data = ASN1_STRING_get0_data(number);
    return Bytes(data, data + ASN1_STRING_length(number));
}

std::string dotted(ASN1_OBJECT* object) {
    char text[128] = {};
    OBJ_obj2txt(text, sizeof text, object, 1);
    return text;
}

std::string decimal(ASN1_INTEGER const* number) {
    auto* const big = number == nullptr ? nullptr : ASN1_INTEGER_to_BN(number, nullptr);
    if (big == nullptr) return {};
    auto* const text = BN_bn2dec(big);
    std::string out = text == nullptr ? "" : text;
    OPENSSL_free(text);
    BN_free(big);
    return out;
}

Result<TimestampToken> read_token(CMS_ContentInfo* cms, TS_TST_INFO* info) {
    std::unique_ptr<STACK_OF(X509), FreeSigners> const signers(CMS_get0_signers(cms));
    auto* const infos = CMS_get0_SignerInfos(cms);
    if (signers == nullptr || sk_X509_num(signers.get()) != 1 ||
        sk_CMS_SignerInfo_num(infos) != 1) {
        return wrong("not exactly one signer");
    }
    auto signer = TRY(copy_of(sk_X509_value(signers.get(), 0)));
    if (!names_its_signer(sk_CMS_SignerInfo_value(infos, 0), signer)) {
        return wrong("it does not name its signer's certificate");
    }
    std::unique_ptr<STACK_OF(X509), FreeCertificates> const all(CMS_get1_certs(cms));
    std::vector<Certificate> others;
    for (int i = 0; all != nullptr && i < sk_X509_num(all.get()); ++i) {
        auto other = TRY(copy_of(sk_X509_value(all.get(), i)));
        others.push_back(std::move(other));
    }
    auto* const imprint = TS_TST_INFO_get_msg_imprint(info);
    auto const kind = TRY(imprint_kind(imprint));
    auto const time = TRY(time_of(info));
    return TimestampToken{time,
                          kind,
                          octets(TS_MSG_IMPRINT_get_msg(imprint)),
                          magnitude(TS_TST_INFO_get_nonce(info)),
                          dotted(TS_TST_INFO_get_policy_id(info)),
                          decimal(TS_TST_INFO_get_serial(info)),
                          std::move(signer),
                          std::move(others)};
}

// RFC 3161 §4: for these reasons what was signed before the revocation stays good.
bool is_harmless(X509_REVOKED const* entry) {
    int critical = 0;
    std::unique_ptr<ASN1_ENUMERATED, FreeEnumerated> const reason(static_cast<ASN1_ENUMERATED*>(
        X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, &critical, nullptr)));
    if (reason == nullptr) return false;
    switch (ASN1_ENUMERATED_get(reason.get())) {
        case CRL_REASON_UNSPECIFIED:
        case CRL_REASON_AFFILIATION_CHANGED:
        case CRL_REASON_SUPERSEDED:
        case CRL_REASON_CESSATION_OF_OPERATION: return true;
        default: return false;
    }
}

}  // namespace

Result<TimestampToken> open_timestamp_token(ByteView der, std::vector<Certificate> const& more) {
    if (der.size() > token_max) return wrong("too long");
    auto const* from = der.data();
    Cms const cms(d2i_CMS_ContentInfo(nullptr, &from, static_cast<long>(der.size())));
    if (cms == nullptr) return wrong("no CMS");
    if (from != der.data() + der.size()) return wrong("bytes after it");
    if (OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed ||
        OBJ_obj2nid(CMS_get0_eContentType(cms.get())) != NID_id_smime_ct_TSTInfo) {
        return wrong("another content");
    }
    // The signature now, always; who signed is the caller's question. (OpenSSL's own verifier of
    // responses skips the signature of a token that names no authority unless it is told not to.)
    std::unique_ptr<STACK_OF(X509), FreeSigners> const extra(sk_X509_new_null());
    for (auto const& one : more) sk_X509_push(extra.get(), one.handle());
    if (CMS_verify(cms.get(), extra.get(), nullptr, nullptr, nullptr,
                   CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
        return wrong("its signature does not verify");
    }
    auto* const* const content = CMS_get0_content(cms.get());
    if (content == nullptr || *content == nullptr) return wrong("no content");
    auto const* inner = ASN1_STRING_get0_data(*content);
    std::unique_ptr<TS_TST_INFO, FreeInfo> const info(
        d2i_TS_TST_INFO(nullptr, &inner, ASN1_STRING_length(*content)));
    if (info == nullptr) return wrong("no TSTInfo");
    return read_token(cms.get(), info.get());
}

Result<Bytes> token_of_response(ByteView der) {
    if (der.size() > token_max) return wrong("too long");
    auto const* from = der.data();
    std::unique_ptr<TS_RESP, FreeResponse> const response(
        d2i_TS_RESP(nullptr, &from, static_cast<long>(der.size())));
    if (response == nullptr) return wrong("no response");
    auto* const token = TS_RESP_get_token(response.get());
    if (token == nullptr) return wrong("a response without a token");
    unsigned char* out = nullptr;
    auto const length = i2d_PKCS7(token, &out);
    if (length <= 0) return wrong("a token that cannot be read");
    Bytes bytes(out, out + length);
    OPENSSL_free(out);
    return bytes;
}

RevocationAnswer ask_ocsp_response(ByteView der, Certificate const& leaf,
                                   std::vector<Certificate> const& others,
                                   std::vector<Certificate> const& anchors, WallTime at) {
    auto const unknown = RevocationAnswer::unknown;
    if (der.size() > token_max) return unknown;
    auto const* from = der.data();
    std::unique_ptr<OCSP_RESPONSE, FreeOcsp> const response(
        d2i_OCSP_RESPONSE(nullptr, &from, static_cast<long>(der.size())));
    if (response == nullptr ||
        OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
        return unknown;
    }
    std::unique_ptr<OCSP_BASICRESP, FreeBasic> const basic(
        OCSP_response_get1_basic(response.get()));
    std::unique_ptr<X509_STORE, FreeStore> const store(X509_STORE_new());
    if (basic == nullptr || store == nullptr) return unknown;
    auto candidates = others;
    candidates.insert(candidates.end(), anchors.begin(), anchors.end());
    auto const now = static_cast<std::time_t>(at.since_epoch_ms() / 1000);
    auto* const parameters = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_time(parameters, now);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    for (auto const& issuer : candidates) X509_STORE_add_cert(store.get(), issuer.handle());
    std::unique_ptr<STACK_OF(X509), FreeSigners> const extra(sk_X509_new_null());
    for (auto const& issuer : candidates) sk_X509_push(extra.get(), issuer.handle());
    if (OCSP_basic_verify(basic.get(), extra.get(), store.get(), 0) != 1) return unknown;
    for (auto const& issuer : candidates) {
        if (X509_check_issued(issuer.handle(), leaf.handle()) != X509_V_OK) continue;
        // The identifier holds issuer and serial: a response about another certificate finds
        // nothing.
        std::unique_ptr<OCSP_CERTID, FreeId> const id(
            OCSP_cert_to_id(EVP_sha1(), leaf.handle(), issuer.handle()));
        int status = 0;
        int reason = 0;
        ASN1_GENERALIZEDTIME *revoked = nullptr, *begin = nullptr, *end = nullptr;
        if (OCSP_resp_find_status(basic.get(), id.get(), &status, &reason, &revoked, &begin,
                                  &end) != 1) {
            continue;
        }
        if (status == V_OCSP_CERTSTATUS_REVOKED) return RevocationAnswer::revoked;
        auto moment = now;
        bool const in_force = X509_cmp_time(begin, &moment) < 0 &&
                              (end == nullptr || X509_cmp_time(end, &moment) > 0);
        if (status == V_OCSP_CERTSTATUS_GOOD && in_force) return RevocationAnswer::good;
    }
    return unknown;
}

RevocationAnswer ask_crl(ByteView der, Certificate const& leaf,
                         std::vector<Certificate> const& others,
                         std::vector<Certificate> const& anchors, WallTime signed_at) {
    if (der.size() > crl_max) return RevocationAnswer::unknown;
    auto const* from = der.data();
    std::unique_ptr<X509_CRL, FreeCrl> const crl(
        d2i_X509_CRL(nullptr, &from, static_cast<long>(der.size())));
    if (crl == nullptr || from != der.data() + der.size()) return RevocationAnswer::unknown;
    auto candidates = others;
    candidates.insert(candidates.end(), anchors.begin(), anchors.end());
    for (auto const& issuer : candidates) {
        if (X509_check_issued(issuer.handle(), leaf.handle()) != X509_V_OK) continue;
        auto* const key = X509_get0_pubkey(issuer.handle());
        if (key == nullptr || X509_CRL_verify(crl.get(), key) != 1) continue;
        X509_REVOKED* entry = nullptr;
        if (X509_CRL_get0_by_cert(crl.get(), &entry, leaf.handle()) != 1)
            return RevocationAnswer::good;
        auto const date = wall_time(X509_REVOKED_get0_revocationDate(entry));
        bool const before = date && signed_at < *date;
        return before && is_harmless(entry) ? RevocationAnswer::good : RevocationAnswer::revoked;
    }
    return RevocationAnswer::unknown;
}

}  // namespace exhibit
