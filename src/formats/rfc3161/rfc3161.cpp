#include "formats/rfc3161/rfc3161.hpp"

namespace exhibit::rfc3161 {
namespace {

constexpr char const* time_stamping = "1.3.6.1.5.5.7.3.8";

std::string name_of(Certificate const& certificate) {
    auto name = certificate.subject_part("CN");
    auto const organisation = certificate.subject_part("O");
    if (!organisation.empty() && organisation != name)
        name += name.empty() ? organisation : ", " + organisation;
    return name.empty() ? "an authority without a name" : name;
}

Result<Stamp> judge(TimestampToken const& token, HashKind kind, ByteView imprint,
                    Trust const& trust) {
    if (token.imprint_kind != kind || !same_bytes(token.imprint, imprint))
        return bad_input("the time stamp is of something else").coded("imprint");
    // RFC 3161 §2.3: the key of an authority must be for this and nothing else, and say so.
    if (token.signer.extended_key_usages() != std::vector<std::string>{time_stamping} ||
        !token.signer.extended_key_usage_is_critical())
        return bad_input("the certificate is not one that may sign time stamps").coded("usage");
    auto others = token.others;
    others.insert(others.end(), trust.kept.begin(), trust.kept.end());
    Stamp out{token.time,
              chains_to(token.signer, others, trust.roots, token.time),
              RevocationAnswer::unknown,
              name_of(token.signer),
              token.policy,
              token.serial,
              token.signer.not_after(),
              token.signer};
    if (!trust.crl.empty())
        out.revocation = ask_crl(trust.crl, token.signer, others, trust.roots, token.time);
    if (out.revocation == RevocationAnswer::revoked)
        return bad_input("the authority's certificate was revoked").coded("revoked");
    return out;
}

}  // namespace

TimestampRequest ask_about(Digest256 const& digest, ByteArray<8> nonce) {
    nonce[0] = static_cast<Byte>((nonce[0] & 0x3f) | 0x40);  // positive, and no leading zero
    return {HashKind::sha256, to_bytes(ByteView(digest)), to_bytes(ByteView(nonce)), true};
}

Result<Stamp> judge_token(ByteView bytes, HashKind kind, ByteView imprint, Trust const& trust) {
    auto const token = TRY(open_timestamp_token(bytes, trust.kept));
    return judge(token, kind, imprint, trust);
}

Result<Stamp> judge_reply(ByteView bytes, TimestampRequest const& request, Trust const& trust) {
    auto const reply = TRY(parse_timestamp_reply(bytes));
    if (!reply.granted()) {
        std::string why;
        for (auto const& failure : reply.failures) why += (why.empty() ? "" : ", ") + failure;
        return bad_input("the authority refused" + (why.empty() ? "" : ": " + why))
            .coded("rejected");
    }
    auto const token = TRY(open_timestamp_token(reply.token, trust.kept));
    if (!request.nonce.empty() && token.nonce != request.nonce)
        return bad_input("the time stamp answers another request").coded("nonce");
    return judge(token, request.kind, request.imprint, trust);
}

}  // namespace exhibit::rfc3161
