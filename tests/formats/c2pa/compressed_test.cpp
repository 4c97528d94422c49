#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "formats/c2pa/store.hpp"
#include "support/shared.hpp"

namespace exhibit::c2pa {
namespace {

// The bytes as node's zlib packs them.
Result<Bytes> pack(ByteView bytes) {
    auto const ran = test::run_node(
        "import {brotliCompressSync} from 'node:zlib';"
        "import {readFileSync} from 'node:fs';"
        "process.stdout.write(brotliCompressSync(readFileSync(0)).toString('hex'));",
        {}, bytes);
    return from_hex(ran.out);
}

Bytes packed_store(ByteView inner, std::string label) {
    jumbf::Description outer;
    outer.type = jumbf::type_id("c2pa");
    outer.label = "c2pa";
    jumbf::Description manifest;
    manifest.type = jumbf::type_id("c2cm");
    manifest.label = std::move(label);
    auto const brob = jumbf::write_box(jumbf::box_type("brob"), inner);
    return jumbf::write_superbox(outer, {jumbf::write_superbox(manifest, {brob})});
}

TEST(Compressed, a_packed_manifest_is_read_and_hashed_as_it_was_stored) {
    NEEDS_PROGRAM("node");
    NEEDS_SHARED("vectors/c2pa/own/sidecar.txt.c2pa");
    auto bytes = read_file(test::shared_path("vectors/c2pa/own/sidecar.txt.c2pa"), 1 << 20);
    ASSERT_OK(bytes);
    auto const plain = Store::parse(*bytes);
    ASSERT_OK(plain);
    auto const& manifest = plain->active();
    auto const whole = pack(manifest.box->whole);
    auto payload = pack(manifest.box->payload);
    ASSERT_OK(whole);
    ASSERT_OK(payload);
    auto typed = to_bytes("jumb");
    append(typed, *payload);
    for (auto const& inner : {*whole, typed}) {
        auto const store = Store::parse(packed_store(inner, manifest.label));
        ASSERT_OK(store);
        EXPECT_TRUE(same_bytes(store->active().claim_bytes, manifest.claim_bytes));
        EXPECT_FALSE(same_bytes(store->active().stored, manifest.stored));
    }
    EXPECT_ERROR_CODE(Store::parse(packed_store(*whole, "urn:c2pa:another")), "c2pa-store");
    EXPECT_ERROR_CODE(Store::parse(packed_store(ByteView(*whole).first(50), manifest.label)),
                      "brotli");
}

TEST(Compressed, a_bomb_stops_at_its_limit) {
    NEEDS_PROGRAM("node");
    auto const packed = pack(Bytes(1 << 20, 0));
    ASSERT_OK(packed);
    EXPECT_ERROR_CODE(unpack_brotli(*packed, (1 << 20) - 1), "brotli");
    EXPECT_OK(unpack_brotli(*packed, 1 << 20));
}

}  // namespace
}  // namespace exhibit::c2pa
