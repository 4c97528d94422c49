// A store from anybody is judged without harm; what is taken for intact has a manifest. The same
// bytes as a file: whatever container they claim to be.
#include "formats/c2pa/merkle.hpp"
#include "formats/c2pa/report.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    static x509::TrustLists const lists;
    c2pa::Question const question{lists, WallTime::from_ms(1795000000000)};
    ByteView const bytes(data, size);
    auto const alone = c2pa::validate_store_alone(to_bytes(bytes), question);
    if (alone.ok()) {
        VERIFY(alone->store.has_value());
        (void)c2pa::dump_json_report(*alone);
        (void)c2pa::show(*alone);
    }
    (void)c2pa::parse_uri(as_text(bytes));
    (void)c2pa::unpack_brotli(bytes, 1 << 20);
    MemorySource const file(bytes);
    auto const report = c2pa::validate(file, question);
    VERIFY(report.ok() || report.error().fault == Fault::input);
    auto const value = cbor::parse(bytes);
    if (!value.ok()) return 0;
    (void)c2pa::exclusion_ranges(*value);
    (void)c2pa::read_merkle_maps(*value, HashKind::sha256);
    auto const asset = c2pa::look_at(file);
    if (asset.ok()) (void)c2pa::bmff_exclusions(file, asset->boxes, *value);
    return 0;
}
