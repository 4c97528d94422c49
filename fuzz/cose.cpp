// A signature that is read can be written, and says the same then; its certificates do no harm.
#include "formats/cose/cose.hpp"
#include "crypto/certificate.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    (void)open_timestamp_token({data, size});
    (void)token_of_response({data, size});
    auto const sign1 = cose::parse_sign1({data, size});
    if (!sign1.ok()) return 0;
    for (auto const& der : sign1->x5chain) {
        auto const certificate = Certificate::from_der(der);
        if (certificate.ok()) (void)certificate->extended_key_usages();
    }
    auto const back = cose::parse_sign1(cose::write_sign1(*sign1));
    VERIFY(back.ok() && back->protected_bytes == sign1->protected_bytes);
    VERIFY(back->signature == sign1->signature && back->x5chain == sign1->x5chain);
    return 0;
}
