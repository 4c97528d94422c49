#include "formats/c2pa/late_stamp.hpp"

namespace exhibit::c2pa {

Result<Bytes> late_stamp_message(Manifest const& manifest) {
    auto const* content = manifest.signature == nullptr
                              ? nullptr
                              : manifest.signature->content(jumbf::box_type("cbor"));
    if (content == nullptr) return bad_input("holds no signature to stamp").coded("cose");
    auto sign1 = TRY(cose::parse_sign1(content->payload));
    return std::move(sign1.signature);
}

NewAssertion late_stamp_assertion(std::string const& manifest_label, ByteView token) {
    cbor::Map map{{cbor::Value(manifest_label), cbor::Value(token)}};
    return cbor_assertion("c2pa.time-stamp", cbor::Value(std::move(map)));
}

Outcome check_late_stamp(Manifest const& manifest, ByteView token) {
    auto const message = TRY(late_stamp_message(manifest));
    auto const opened = TRY(open_timestamp_token(token));
    Hash hash(opened.imprint_kind);
    hash.update(message);
    if (hash.finish() != opened.imprint)
        return bad_input("is a time stamp of something else").coded("timestamp");
    return {};
}

}  // namespace exhibit::c2pa
