#include "crypto/timestamp_request.hpp"

#include <openssl/objects.h>
#include <openssl/ts.h>

#include <utility>

namespace exhibit {
namespace {

constexpr std::size_t request_max = 4096;
constexpr std::size_t reply_max = 1 << 20;
constexpr std::size_t nonce_max = 32;

struct FreeRequest {
    void operator()(TS_REQ* request) const { TS_REQ_free(request); }
};
struct FreeResponse {
    void operator()(TS_RESP* response) const { TS_RESP_free(response); }
};
struct FreeImprint {
    void operator()(TS_MSG_IMPRINT* one) const { TS_MSG_IMPRINT_free(one); }
};
struct FreeAlgorithm {
    void operator()(X509_ALGOR* one) const { X509_ALGOR_free(one); }
};
struct FreeInteger {
    void operator()(ASN1_INTEGER* one) const { ASN1_INTEGER_free(one); }
};

Error wrong(std::string what) {
    return bad_input("is no time-stamp request: " + what).coded("timestamp-request");
}

constexpr std::pair<HashKind, int> kinds[] = {{HashKind::sha1, NID_sha1},
                                              {HashKind::sha256, NID_sha256},
                                              {HashKind::sha384, NID_sha384},
                                              {HashKind::sha512, NID_sha512}};

int nid_of(HashKind kind) {
    for (auto const& [one, nid] : kinds)
        if (one == kind) return nid;
    return NID_undef;
}

Bytes der_of(TS_REQ const* request) {
    unsigned char* der = nullptr;
    auto const length = i2d_TS_REQ(request, &der);
    VERIFY(length > 0);
    Bytes out(der, der + length);
    OPENSSL_free(der);
    return out;
}

// Any request again, also one over SHA-1 that somebody else wrote.
Bytes write_any(TimestampRequest const& from) {
    std::unique_ptr<TS_REQ, FreeRequest> const request(TS_REQ_new());
    std::unique_ptr<TS_MSG_IMPRINT, FreeImprint> const imprint(TS_MSG_IMPRINT_new());
    std::unique_ptr<X509_ALGOR, FreeAlgorithm> const algorithm(X509_ALGOR_new());
    VERIFY(request != nullptr && imprint != nullptr && algorithm != nullptr);
    VERIFY(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(nid_of(from.kind)), V_ASN1_NULL, nullptr));
    VERIFY(TS_REQ_set_version(request.get(), 1) == 1);
    VERIFY(TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1);
    auto hash = from.imprint;  // the function takes bytes that it may write to
    VERIFY(TS_MSG_IMPRINT_set_msg(imprint.get(), hash.data(), static_cast<int>(hash.size())) == 1);
    VERIFY(TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1);
    if (!from.nonce.empty()) {
        std::unique_ptr<ASN1_INTEGER, FreeInteger> const nonce(ASN1_INTEGER_new());
        VERIFY(nonce != nullptr && ASN1_STRING_set(nonce.get(), from.nonce.data(),
                                                   static_cast<int>(from.nonce.size())) == 1);
        VERIFY(TS_REQ_set_nonce(request.get(), nonce.get()) == 1);
    }
    VERIFY(TS_REQ_set_cert_req(request.get(), from.wants_certificates ? 1 : 0) == 1);
    return der_of(request.get());
}

// Bits of PKIFailureInfo (RFC 3161 §2.4.2).
constexpr std::pair<int, char const*> failure_names[] = {{0, "badAlg"},
                                                         {2, "badRequest"},
                                                         {5, "badDataFormat"},
                                                         {14, "timeNotAvailable"},
                                                         {15, "unacceptedPolicy"},
                                                         {16, "unacceptedExtension"},
                                                         {17, "addInfoNotAvailable"},
                                                         {25, "systemFailure"}};

}  // namespace

Bytes write_timestamp_request(TimestampRequest const& request) {
    VERIFY(request.kind != HashKind::sha1 && nid_of(request.kind) != NID_undef);
    VERIFY(request.nonce.size() <= nonce_max && (request.nonce.empty() || request.nonce[0] != 0));
    return write_any(request);
}

Result<TimestampRequest> parse_timestamp_request(ByteView der) {
    if (der.size() > request_max) return wrong("too long");
    auto const* from = der.data();
    std::unique_ptr<TS_REQ, FreeRequest> const request(
        d2i_TS_REQ(nullptr, &from, static_cast<long>(der.size())));
    if (request == nullptr || from != der.data() + der.size()) return wrong("no DER of one");
    auto* const imprint = TS_REQ_get_msg_imprint(request.get());
    ASN1_OBJECT const* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
    TimestampRequest out;
    bool known = false;
    for (auto const& [kind, nid] : kinds) {
        if (OBJ_obj2nid(object) != nid) continue;
        out.kind = kind;
        known = true;
    }
    if (!known) return wrong("a hash that is not known");
    auto const* hash = TS_MSG_IMPRINT_get_msg(imprint);
    auto const* data = ASN1_STRING_get0_data(hash);
    out.imprint.assign(data, data + ASN1_STRING_length(hash));
    if (out.imprint.empty() || out.imprint.size() > 64) return wrong("no hash");
    if (auto const* nonce = TS_REQ_get_nonce(request.get())) {
        auto const* number = ASN1_STRING_get0_data(nonce);
        out.nonce.assign(number, number + ASN1_STRING_length(nonce));
        if (out.nonce.empty() || out.nonce[0] == 0 || out.nonce.size() > nonce_max)
            return wrong("a nonce that is not allowed");
    }
    out.wants_certificates = TS_REQ_get_cert_req(request.get()) != 0;
    // Whatever else it held would be lost here: such a request is not ours to read.
    if (!same_bytes(write_any(out), der)) return wrong("fields that are not known here");
    return out;
}

Result<TimestampReply> parse_timestamp_reply(ByteView der) {
    auto const not_one = [](char const* what) {
        return bad_input(std::string("is no answer of a time-stamp authority: ") + what)
            .coded("timestamp");
    };
    if (der.size() > reply_max) return not_one("too long");
    auto const* from = der.data();
    std::unique_ptr<TS_RESP, FreeResponse> const response(
        d2i_TS_RESP(nullptr, &from, static_cast<long>(der.size())));
    if (response == nullptr || from != der.data() + der.size()) return not_one("no DER of one");
    auto* const info = TS_RESP_get_status_info(response.get());
    TimestampReply out;
    out.status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(info));
    if (auto const* bits = TS_STATUS_INFO_get0_failure_info(info)) {
        for (auto const& [bit, name] : failure_names)
            if (ASN1_BIT_STRING_get_bit(bits, bit) != 0) out.failures.emplace_back(name);
    }
    if (auto const* texts = TS_STATUS_INFO_get0_text(info)) {
        for (int i = 0; i < sk_ASN1_UTF8STRING_num(texts); ++i) {
            auto const* one = sk_ASN1_UTF8STRING_value(texts, i);
            auto const* data = ASN1_STRING_get0_data(one);
            if (out.text.size() > 1000) break;
            out.text +=
                (out.text.empty() ? "" : " ") + std::string(data, data + ASN1_STRING_length(one));
        }
    }
    if (TS_RESP_get_token(response.get()) != nullptr) out.token = TRY(token_of_response(der));
    if (out.granted() != !out.token.empty()) return not_one("a token and its status disagree");
    return out;
}

}  // namespace exhibit
