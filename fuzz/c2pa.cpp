// A store from anybody is judged without harm, and what is withheld from it is gone. The same bytes
// as a file: whatever container they claim to be, a store that is put in is found again in its
// place.
#include <algorithm>

#include "formats/c2pa/merkle.hpp"
#include "formats/c2pa/redaction.hpp"
#include "formats/c2pa/report.hpp"
#include "formats/c2pa/stream_layout.hpp"

namespace {

using namespace exhibit;

void withhold_all(c2pa::Store const& store) {
    std::vector<std::string> addresses;
    for (auto const& manifest : store.manifests()) {
        if (manifest.assertions == nullptr) continue;
        for (auto const& assertion : manifest.assertions->children) {
            auto const address = manifest.uri("c2pa.assertions/" + assertion.label());
            if (c2pa::check_redactable(store, address).ok()) addresses.push_back(address);
        }
    }
    auto const withheld = c2pa::withheld_from(store, addresses);
    auto const boxes = c2pa::without_assertions(store, addresses);
    VERIFY(boxes.ok());
    auto const after = c2pa::write_store(*boxes);
    auto const parsed = c2pa::Store::parse(after);
    VERIFY(parsed.ok());
    for (auto const& address : addresses) VERIFY(!c2pa::check_redactable(*parsed, address).ok());
    (void)c2pa::find_leaks(MemorySource(after), after, withheld);
}

void put_a_store_into(ByteView bytes) {
    MemorySource const file(bytes);
    auto const asset = c2pa::look_at(file);
    if (!asset.ok()) return;
    auto const store = c2pa::write_store({});
    auto const layout = c2pa::lay_out(file, *asset, store.size(), c2pa::Place::usual, 1 << 12);
    if (!layout.ok()) return;
    MemorySink sink;
    if (!c2pa::stream(file, *layout, HashKind::sha256, sink, {}).ok()) return;
    VERIFY(sink.bytes().size() == layout->size);
    auto const container = c2pa::write_container(layout->kind, store, layout->hole.length);
    VERIFY(container.size() == layout->hole.length);
    VERIFY(sink.fill_in(layout->hole.offset, container).ok());
    auto const again = c2pa::look_at(MemorySource(sink.bytes()));
    VERIFY(again.ok() && again->container == layout->hole && again->store.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static x509::TrustLists const lists;
    c2pa::Question const question{lists, WallTime::from_ms(1795000000000)};
    ByteView const bytes(data, size);
    auto const alone = c2pa::validate_store_alone(to_bytes(bytes), question);
    if (alone.ok()) {
        VERIFY(alone->store.has_value());
        (void)c2pa::dump_json_report(*alone);
        (void)c2pa::show(*alone);
        withhold_all(*alone->store);
    }
    (void)c2pa::parse_uri(as_text(bytes));
    (void)c2pa::unpack_brotli(bytes, 1 << 20);
    MemorySource const file(bytes);
    auto const report = c2pa::validate(file, question);
    VERIFY(report.ok() || report.error().fault == Fault::input);
    put_a_store_into(bytes);
    auto const value = cbor::parse(bytes);
    if (!value.ok()) return 0;
    (void)c2pa::exclusion_ranges(*value);
    (void)c2pa::read_merkle_maps(*value, HashKind::sha256);
    auto const asset = c2pa::look_at(file);
    if (asset.ok()) (void)c2pa::bmff_exclusions(file, asset->boxes, *value);
    return 0;
}
