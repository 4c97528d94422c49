// The documents of a lost device, and what is remembered while it is told.
#include "case/device_lost.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const input(data, size);
    if (auto const one = Revocation::parse_payload(input); one.ok()) {
        auto const text = write_payload(*one);
        VERIFY(write_payload(Revocation::parse_payload(as_bytes(text)).take()) == text);
    }
    if (auto const one = DeviceLost::parse_payload(input); one.ok()) {
        auto const text = write_payload(*one);
        VERIFY(write_payload(DeviceLost::parse_payload(as_bytes(text)).take()) == text);
    }
    if (auto const one = parse_pending_loss(input); one.ok()) {
        auto const text = write_pending_loss(*one);
        VERIFY(write_pending_loss(parse_pending_loss(as_bytes(text)).take()) == text);
    }
    return 0;
}
