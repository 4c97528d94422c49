#include "case/certificate.hpp"

namespace exhibit {

std::string write_payload(KeyCertificate const& certificate) {
    // No time: a device's clock on the day of `init` would mark every package of that device.
    return write_json(
        {{"case", certificate.case_id.text()},
         {"role", certificate.role == KeyCertificate::Role::device ? "device" : "exhibit"},
         {"issuer", to_base64(certificate.issuer.bytes())},
         {"subject", to_base64(certificate.subject.bytes())}});
}

Result<KeyCertificate> KeyCertificate::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "key-certificate"));
    KeyCertificate certificate;
    certificate.case_id = TRY(take_case(object));
    auto const role = TRY(object.text("role", 16));
    if (role != "device" && role != "exhibit")
        return bad_input("a key is for a device or an exhibit").at("role").coded("role");
    certificate.role = role == "device" ? Role::device : Role::exhibit;
    certificate.issuer = TRY(take_public_key(object, "issuer"));
    certificate.subject = TRY(take_public_key(object, "subject"));
    TRY(object.finish());
    return certificate;
}

}  // namespace exhibit
