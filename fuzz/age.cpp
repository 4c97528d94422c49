// age headers come back byte for byte, and no input upsets the Decryptor.
#include "formats/age/age.hpp"
#include "base/verify.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const input(data, size);
    Reader reader(input);
    if (auto const header = age::parse_header(reader); header.ok()) {
        VERIFY(same_bytes(age::write_header(*header), input.first(reader.offset())));
    }
    // The key of the published test kit, so that its files open and the payload is reached.
    static auto const identity = age::X25519Identity::parse(
        as_bytes("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"));
    VERIFY(identity.ok());
    age::Identity const* const with[] = {&identity.value()};
    Bytes released;
    age::Sink const keep = [&](ByteView bytes) {
        append(released, bytes);
        return Outcome();
    };
    auto decryptor = age::Decryptor::create(with);
    VERIFY(decryptor.ok());
    bool const streamed = decryptor->update(input, keep).ok() && decryptor->finish(keep).ok();
    auto const whole = age::decrypt(input, with, 1 << 20);
    VERIFY(streamed == whole.ok());
    if (whole.ok()) VERIFY(*whole == released);
    (void)age::parse_identity_file(input);
    (void)age::parse_recipients_file(as_text(input));
    return 0;
}
