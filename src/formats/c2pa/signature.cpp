#include "formats/c2pa/signature.hpp"

#include <algorithm>

namespace exhibit::c2pa {
namespace {

constexpr auto cbor_box = jumbf::box_type("cbor");

Bytes digest(HashKind kind, ByteView bytes) {
    Hash hash(kind);
    hash.update(bytes);
    return hash.finish();
}

// One signature's worth of questions, in the order of §15.7 to §15.9.
class Checker {
public:
    Checker(Manifest const& manifest, Question const& question, StatusLists& to)
        : manifest_(manifest), question_(question), to_(to), url_(manifest.uri(signature_label)) {}

    Signer check(LateStamps const& late) {
        Signer out;
        if (!find_signature()) return out;
        if (!read_certificates()) return out;
        out.pad_holds_data = !blank("pad") || !blank("pad2");
        auto const& leaf = chain_.front();
        out.scheme = sign1_.scheme;
        out.issuer = leaf.subject_part("O");
        out.common_name = leaf.subject_part("CN");
        out.serial = leaf.serial_decimal();
        if (!sign1_.scheme) {
            to_.bad("algorithm.unsupported", url_,
                    "the signature is of a kind that is not known here");
            return out;
        }
        out.stamped = stamped_time(late);
        out.standing = check_credential(out.stamped.value_or(unlisted_.value_or(question_.now)));
        // Version 1 knew no list of time-stamp authorities. A stamp that is on none says when an
        // unknown signer signed; for one who is to be trusted it does not count, or an expired key
        // could be dated back.
        bool const unknown = out.standing == x509::Standing::untrusted;
        auto const without_stamp = unknown ? unlisted_.value_or(question_.now) : question_.now;
        check_validity(out.stamped.value_or(without_stamp));
        out.verified = check_claim();
        check_revocation(out.stamped.value_or(question_.now));
        return out;
    }

private:
    // The address of the signature must lead into the manifest that it stands in: the label of a
    // manifest is not signed, so this alone ties a claim to its label.
    bool find_signature() {
        auto const* url = manifest_.claim.find_text("signature");
        auto const address = url == nullptr ? std::nullopt : parse_uri(*url);
        bool const here =
            address && (address->manifest.empty() || address->manifest == manifest_.label);
        bool const named = here && address->path.size() == 1 && address->path[0] == signature_label;
        auto const* content =
            manifest_.signature == nullptr ? nullptr : manifest_.signature->content(cbor_box);
        if (!named || content == nullptr) {
            to_.bad("claimSignature.missing", url_,
                    "the claim names no signature of this manifest");
            return false;
        }
        auto parsed = cose::parse_sign1(content->payload);
        if (!parsed.ok()) {
            to_.bad("claimSignature.mismatch", url_, parsed.error().what);
            return false;
        }
        sign1_ = parsed.take();
        return true;
    }

    bool read_certificates() {
        for (auto const& der : sign1_.x5chain) {
            auto certificate = Certificate::from_der(der);
            if (!certificate.ok()) break;
            chain_.push_back(certificate.take());
        }
        if (!chain_.empty() && chain_.size() == sign1_.x5chain.size()) return true;
        to_.bad("signingCredential.invalid", url_, "no certificate that can be read");
        return false;
    }

    x509::Standing check_credential(WallTime at) {
        auto const& leaf = chain_.front();
        auto const standing = x509::standing_of_signer(leaf, chain_, question_.lists, at);
        if (standing == x509::Standing::known) {
            to_.good("signingCredential.trusted", url_, "the signer is in your address book");
            return standing;
        }
        auto const profile = x509::check_signer_profile(leaf);
        if (!profile.ok()) {
            to_.bad("signingCredential.invalid", url_, profile.error().what);
            return x509::Standing::untrusted;
        }
        if (standing == x509::Standing::trusted) {
            to_.good("signingCredential.trusted", url_,
                     "the signer's certificate leads to your list");
        } else {
            to_.bad(untrusted_code, url_, "the signer is not on your list");
        }
        return standing;
    }

    void check_validity(WallTime at) {
        if (chain_.front().is_valid_at(at)) {
            to_.good("claimSignature.insideValidity", url_,
                     "signed while the certificate was valid");
        } else {
            to_.bad("claimSignature.outsideValidity", url_, "the certificate was not valid then");
        }
    }

    bool check_claim() {
        auto const key = chain_.front().public_key();
        auto const message =
            cose::signed_bytes("Signature1", sign1_.protected_bytes, manifest_.claim_bytes);
        bool const right = key != nullptr && fits(key->kind(), *sign1_.scheme) &&
                           key->verify(*sign1_.scheme, message, sign1_.signature);
        if (right)
            to_.good("claimSignature.validated", url_, "the claim is as it was signed");
        else
            to_.bad("claimSignature.mismatch", url_, "the claim is not what was signed");
        return right;
    }

    void check_revocation(WallTime at) {
        auto const* values = sign1_.unprotected.find("rVals");
        auto const* list = values == nullptr ? nullptr : values->find_array("ocspVals");
        for (std::size_t i = 0; list != nullptr && i < std::min<std::size_t>(list->size(), 16);
             ++i) {
            auto const* der = (*list)[i].bytes();
            if (der == nullptr) continue;
            auto const answer =
                ask_ocsp_response(*der, chain_.front(), chain_, question_.lists.signers, at);
            if (answer == RevocationAnswer::revoked) {
                return to_.bad("signingCredential.ocsp.revoked", url_,
                               "the certificate was revoked");
            }
            if (answer == RevocationAnswer::good) {
                return to_.good("signingCredential.ocsp.notRevoked", url_, "not revoked then");
            }
        }
        to_.note("signingCredential.ocsp.skipped", url_, "nobody was asked about revocation");
    }

    bool blank(char const* pad) const {
        auto const* bytes = sign1_.unprotected.find_bytes(pad);
        return bytes == nullptr || std::ranges::all_of(*bytes, [](Byte b) { return b == 0; });
    }

    // The first token that holds. A token that does not is only a note: it means "as if there were
    // none".
    std::optional<WallTime> stamped_time(LateStamps const& late) {
        auto const encoded_signature = [&] {
            auto bytes = cbor::byte_string_head(sign1_.signature.size());
            append(bytes, sign1_.signature);
            return bytes;
        }();
        auto const counter = [&](ByteView payload) {
            return cose::signed_bytes("CounterSignature", sign1_.protected_bytes, payload);
        };
        if (auto const* token = tokens_of("sigTst2")) {
            if (auto const time = check_token(*token, {counter(encoded_signature)})) return time;
        }
        if (auto const* response = tokens_of("sigTst")) {
            auto const token = token_of_response(*response);
            // Some writers put the bare token there.
            auto const& der = token.ok() ? token.value() : *response;
            if (auto const time = check_token(der, {counter(manifest_.claim_bytes)})) return time;
        }
        // Whoever has the file can add a later one; the earliest is what is proven.
        std::optional<WallTime> earliest;
        for (auto const& [label, token] : late) {
            if (label != manifest_.label) continue;
            // The text of the specification can be read both ways.
            auto const time = check_token(token, {sign1_.signature, counter(encoded_signature)});
            if (time && (!earliest || *time < *earliest)) earliest = time;
        }
        return earliest;
    }

    Bytes const* tokens_of(char const* header) {
        auto const* value = sign1_.unprotected.find(header);
        if (value == nullptr) return nullptr;
        auto const* tokens = value->find_array("tstTokens");
        bool const one = tokens != nullptr && tokens->size() == 1;
        auto const* token = one ? tokens->front().find_bytes("val") : nullptr;
        if (token == nullptr) to_.note("timeStamp.malformed", url_, "not exactly one time stamp");
        return token;
    }

    std::optional<WallTime> check_token(ByteView der, std::vector<Bytes> const& messages) {
        auto const token = open_timestamp_token(der);
        if (!token.ok()) {
            to_.note("timeStamp.malformed", url_, token.error().what);
            return std::nullopt;
        }
        bool const right = std::ranges::any_of(messages, [&](auto const& m) {
            return digest(token->imprint_kind, m) == token->imprint;
        });
        if (!right) {
            to_.note("timeStamp.mismatch", url_, "the time stamp is of something else");
            return std::nullopt;
        }
        if (!token->signer.is_valid_at(token->time)) {
            to_.note("timeStamp.outsideValidity", url_,
                     "the stamper's certificate was not valid then");
            return std::nullopt;
        }
        auto const profile = x509::check_timestamper_profile(token->signer);
        if (!profile.ok()) {
            to_.note("timeStamp.credentialInvalid", url_, profile.error().what);
            return std::nullopt;
        }
        to_.good("timeStamp.validated", url_, "stamped " + write_time(token->time));
        if (!x509::trusts_timestamper(token->signer, token->others, question_.lists, token->time)) {
            to_.note("timeStamp.untrusted", url_, "the time-stamp authority is not on your list");
            if (manifest_.claim_version == 1) unlisted_ = token->time;
            return std::nullopt;
        }
        to_.good("timeStamp.trusted", url_, "the time-stamp authority is on your list");
        return token->time;
    }

    Manifest const& manifest_;
    Question const& question_;
    StatusLists& to_;
    std::string url_;
    cose::Sign1 sign1_;
    std::vector<Certificate> chain_;
    std::optional<WallTime> unlisted_;
};

}  // namespace

LateStamps late_stamps(Store const& store) {
    constexpr std::size_t stamps_max = 256;
    LateStamps out;
    for (auto const& manifest : store.manifests()) {
        if (manifest.assertions == nullptr) continue;
        for (auto const& assertion : manifest.assertions->children) {
            if (base_label(assertion.label()) != "c2pa.time-stamp") continue;
            auto const content = cbor_content(assertion);
            if (!content.ok() || !*content || (*content)->map() == nullptr) continue;
            for (auto const& [label, token] : *(*content)->map()) {
                if (label.text() == nullptr || token.bytes() == nullptr) continue;
                if (out.size() < stamps_max) out.emplace_back(*label.text(), *token.bytes());
            }
        }
    }
    return out;
}

Signer check_signature(Manifest const& manifest, LateStamps const& late, Question const& question,
                       StatusLists& to) {
    return Checker(manifest, question, to).check(late);
}

}  // namespace exhibit::c2pa
