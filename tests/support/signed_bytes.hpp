// Small signed files in memory, for tests that bend them.
#pragma once

#include "formats/c2pa/copies.hpp"
#include "formats/c2pa/redaction.hpp"
#include "formats/c2pa/report.hpp"
#include "support/c2pa_signer.hpp"

namespace exhibit::test {

inline c2pa::CopyWish a_wish() {
    c2pa::CopyWish out;
    out.generator_name = "Exhibit";
    return out;
}

inline c2pa::NewAssertion a_fact(std::string const& place) {
    return c2pa::metadata_assertion({{"Iptc4xmpExt:LocationCreated", place}}).take();
}

// SOI, JFIF, a table, a scan of 40 bytes, EOI: nothing that decodes.
inline Bytes a_jpeg() {
    Bytes out{0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
    append(out, Bytes{0xff, 0xdb, 0, 5, 1, 2, 3, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0});
    append(out, Bytes(40, 7));
    append(out, Bytes{0xff, 0xd9});
    return out;
}

inline Bytes a_png() {
    auto out = Bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    append(out, png::write_chunk(png::chunk_type("IHDR"), Bytes(13, 1)));
    append(out, png::write_chunk(png::chunk_type("IDAT"), Bytes(50, 2)));
    append(out, png::write_chunk(png::chunk_type("IEND"), {}));
    return out;
}

inline Bytes a_wav(std::size_t sound_bytes) {
    Bytes chunks = to_bytes("WAVE");
    append(chunks, riff::write_chunk(riff::chunk_id("fmt "), Bytes(16, 1)));
    append(chunks, riff::write_chunk(riff::chunk_id("data"), Bytes(sound_bytes, 2)));
    return riff::write_chunk(riff::chunk_id("RIFF"), chunks);
}

inline Bytes chunk_offsets(std::uint64_t at) {
    Bytes payload(4, 0);
    append(payload, big_endian<4>(1));
    append(payload, big_endian<4>(at));
    auto box = bmff::write_box(bmff::box_type("stco"), payload);
    for (auto const& type : {bmff::box_type("stbl"), bmff::box_type("minf"), bmff::box_type("mdia"),
                             bmff::box_type("trak"), bmff::box_type("moov")}) {
        box = bmff::write_box(type, box);
    }
    return box;
}

// ftyp, what is in `between`, moov with one chunk, mdat with that chunk at its start.
inline Bytes an_mp4(std::size_t media_bytes, ByteView between = {}) {
    auto out = bmff::write_box(bmff::box_type("ftyp"), as_bytes("isom0000"));
    append(out, between);
    auto const movie = chunk_offsets(0).size();
    append(out, chunk_offsets(out.size() + movie + 8));
    append(out, bmff::write_box(bmff::box_type("mdat"), Bytes(media_bytes, 3)));
    return out;
}

// Signs and judges with one key, in memory.
struct Workshop {
    C2paSigner by;
    SystemRandom random;

    c2pa::Report judge(ByteView file) const {
        auto report = c2pa::validate(MemorySource(file), by.question());
        EXPECT_OK(report);
        return report.ok() ? report.take() : c2pa::Report{};
    }
    Bytes sign(ByteView file, c2pa::CopyWish const& wish, c2pa::Effort const& effort = {}) {
        MemorySource const source(file);
        auto composition = c2pa::copy_of(judge(file), "image/jpeg", wish).take();
        MemorySink sink;
        auto const asset = c2pa::look_at(source).take();
        EXPECT_OK(
            c2pa::embed(source, asset, std::move(composition), by.signer, random, sink, effort));
        return sink.bytes();
    }
    Result<Bytes> update(ByteView file, c2pa::CopyWish const& wish) {
        MemorySource const source(file);
        auto composition = TRY(c2pa::update_of(judge(file), "image/jpeg", wish));
        MemorySink sink;
        auto const asset = TRY(c2pa::look_at(source));
        TRY(c2pa::embed_update(source, asset, std::move(composition), by.signer, random, sink));
        return sink.bytes();
    }
};

}  // namespace exhibit::test
