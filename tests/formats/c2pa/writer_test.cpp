#include <gtest/gtest.h>

#include "formats/c2pa/stream_layout.hpp"
#include "support/signed_bytes.hpp"

namespace exhibit::c2pa {
namespace {

using test::a_fact;
using test::a_jpeg;
using test::a_png;
using test::a_wav;
using test::a_wish;
using test::an_mp4;

Bytes without(ByteView file, ByteRange range) {
    auto out = to_bytes(file.first(range.offset));
    append(out, file.subspan(range.end()));
    return out;
}

// What the one chunk of the movie leads to.
ByteView chunk_of(ByteView file, std::size_t length) {
    MemorySource const source(file);
    auto const top = bmff::top_level(source).take();
    ByteView out;
    EXPECT_OK(bmff::for_each_offset(source, top,
                                    [&](std::uint64_t at) { out = file.subspan(at, length); }));
    return out;
}

TEST(Writer, only_the_container_is_added_to_photos) {
    test::Workshop workshop;
    for (auto const& plain : {a_jpeg(), a_png()}) {
        auto const file = workshop.sign(plain, a_wish());
        EXPECT_EQ(workshop.judge(file).state, State::trusted);
        auto const asset = look_at(MemorySource(file)).take();
        EXPECT_EQ(without(file, asset.container), plain);
        // A second manifest takes the place of the first container, and holds both.
        auto const again = workshop.sign(file, a_wish());
        EXPECT_EQ(workshop.judge(again).store->manifests().size(), 2U);
        EXPECT_EQ(without(again, look_at(MemorySource(again))->container), plain);
    }
}

TEST(Writer, a_wav_keeps_its_sound_and_counts_its_bytes) {
    test::Workshop workshop;
    for (std::size_t i = 0; i < 6; ++i) {
        auto wish = a_wish();
        wish.title = std::string(i, 't');
        auto const plain = a_wav(50 + i);  // of odd length too
        auto const file = workshop.sign(plain, wish);
        EXPECT_EQ(workshop.judge(file).state, State::trusted);
        auto const form = riff::parse(MemorySource(file));
        ASSERT_OK(form);
        EXPECT_EQ(form->after.length, 0U);
        EXPECT_EQ(form->chunks.size(), 3U);
        // Whether a padding byte is left out of the hash is read in two ways.
        EXPECT_EQ(form->chunks.back().data.length % 2, 0U);
        auto const again = workshop.sign(file, wish);
        EXPECT_EQ(riff::parse(MemorySource(again))->chunks.size(), 3U);
        EXPECT_EQ(workshop.judge(again).store->manifests().size(), 2U);
    }
    // The last padding byte is missing.
    auto cut = a_wav(51);
    cut.pop_back();
    cut[4] = static_cast<Byte>(cut[4] - 1);
    EXPECT_EQ(workshop.judge(workshop.sign(cut, a_wish())).state, State::trusted);
}

TEST(Writer, chunks_of_an_mp4_stay_where_the_tables_say) {
    test::Workshop workshop;
    Bytes const media(100, 3);
    auto const plain = an_mp4(100);
    auto file = workshop.sign(plain, a_wish());
    EXPECT_EQ(workshop.judge(file).state, State::trusted);
    EXPECT_TRUE(same_bytes(chunk_of(file, 100), media));
    // A larger store, then a smaller one: everything moves forth and back.
    auto wish = a_wish();
    wish.facts = {a_fact(std::string(5000, 'p'))};
    auto const larger = workshop.sign(file, wish);
    EXPECT_GT(larger.size(), file.size() + 5000);
    EXPECT_TRUE(same_bytes(chunk_of(larger, 100), media));
    auto less = a_wish();
    less.withheld = {workshop.judge(larger).store->active().uri("c2pa.assertions/c2pa.metadata")};
    auto const smaller = workshop.sign(larger, less);
    EXPECT_TRUE(same_bytes(chunk_of(smaller, 100), media));
    EXPECT_EQ(workshop.judge(smaller).state, State::trusted);
    auto const asset = look_at(MemorySource(smaller)).take();
    EXPECT_EQ(asset.manifest_boxes.size(), 1U);
}

TEST(Writer, a_free_box_behind_ftyp_is_eaten_and_nothing_moves) {
    test::Workshop workshop;
    auto const hole = look_at(MemorySource(workshop.sign(an_mp4(10), a_wish())))->container.length;
    for (std::uint64_t const more : {0U, 3U, 7U, 8U, 500U}) {
        SCOPED_TRACE(more);
        auto const room = bmff::write_box(bmff::box_type("free"), Bytes(hole + more - 8, 9));
        auto const plain = an_mp4(100, room);
        auto file = workshop.sign(plain, a_wish());
        EXPECT_EQ(file.size(), plain.size());
        auto const report = workshop.judge(file);
        EXPECT_EQ(report.state, State::trusted);
        EXPECT_TRUE(report.warnings.empty());
        EXPECT_TRUE(same_bytes(ByteView(file).last(160), ByteView(plain).last(160)));
        if (more == 0 || more >= 8) continue;
        // Too little for a box of its own: padding of the manifest's box, not part of any hash.
        auto const asset = look_at(MemorySource(file)).take();
        file[asset.container.end() - 1] = 1;
        EXPECT_EQ(workshop.judge(file).warnings.size(), 1U);
    }
    // One byte too small: the file grows.
    auto const small = an_mp4(100, bmff::write_box(bmff::box_type("free"), Bytes(hole - 9)));
    EXPECT_EQ(workshop.sign(small, a_wish()).size(), small.size() + hole);
}

// A file of five gigabytes of which only the first and the last bytes are kept.
class SparseSource final : public ByteSource {
public:
    SparseSource(Bytes head, std::uint64_t gap, Bytes tail)
        : head_(std::move(head)), gap_(gap), tail_(std::move(tail)) {}
    std::uint64_t size() const override { return head_.size() + gap_ + tail_.size(); }
    Outcome read_at(std::uint64_t offset, MutableBytes out) const override {
        TRY(check_range(offset, out.size()));
        for (std::size_t i = 0; i < out.size(); ++i) {
            auto const at = offset + i;
            auto const behind = head_.size() + gap_;
            out[i] = at < head_.size() ? head_[at] : at < behind ? Byte{0} : tail_[at - behind];
        }
        return {};
    }

private:
    Bytes head_;
    std::uint64_t gap_;
    Bytes tail_;
};

TEST(Writer, offsets_that_pass_four_gigabytes_become_wide_ones) {
    constexpr std::uint64_t gap = (std::uint64_t{4} << 30) - 200;
    for (bool const movie_first : {true, false}) {
        SCOPED_TRACE(movie_first);
        auto head = bmff::write_box(bmff::box_type("ftyp"), as_bytes("isom0000"));
        auto const place = 0xffffff00U;  // fits into 32 bits, and will not once anything is put in
        if (movie_first) append(head, test::chunk_offsets(place));
        append(head, big_endian<4>(1));
        append(head, as_bytes("mdat"));
        append(head, big_endian<8>(16 + gap));
        SparseSource const source(head, gap, movie_first ? Bytes() : test::chunk_offsets(place));
        auto const asset = look_at(source);
        ASSERT_OK(asset);
        auto const layout = lay_out(source, *asset, 5000, Place::usual);
        ASSERT_OK(layout);
        auto const grown = layout->size - source.size() - layout->hole.length;
        EXPECT_EQ(grown, 4U);  // one entry
        for (auto const& piece : layout->pieces) {
            if (piece.from != Piece::From::bytes) continue;
            auto const expected = place + layout->hole.length + (movie_first ? 4 : 0);
            std::vector<std::uint64_t> offsets;
            MemorySource const movie(piece.bytes);
            EXPECT_OK(bmff::for_each_offset(movie, *bmff::top_level(movie),
                                            [&](std::uint64_t at) { offsets.push_back(at); }));
            EXPECT_EQ(offsets, std::vector<std::uint64_t>{expected});
        }
        // And such a file is hashed in blocks of 16 MiB.
        ASSERT_EQ(layout->trees.size(), 1U);
        EXPECT_EQ(layout->trees[0].block_bytes, block_bytes_min);
        EXPECT_EQ(layout->trees[0].count, 256U);
    }
}

TEST(Writer, every_assertion_has_a_salt_of_its_own) {
    test::Workshop workshop;
    auto wish = a_wish();
    wish.facts = {a_fact("here"), a_fact("here"), a_fact("here")};
    auto const report = workshop.judge(workshop.sign(a_jpeg(), wish));
    std::set<Bytes> salts;
    for (auto const& assertion : report.store->active().assertions->children) {
        EXPECT_EQ(assertion.description.salt().size(), 32U) << assertion.label();
        salts.insert(to_bytes(assertion.description.salt()));
    }
    EXPECT_EQ(salts.size(), 6U);  // binding, ingredient, actions, three facts
    EXPECT_NE(report.store->active().assertion("c2pa.metadata__2"), nullptr);
}

TEST(Writer, what_is_broken_or_has_no_place_is_refused_by_name) {
    test::Workshop workshop;
    auto const embed_into = [&](ByteView plain) -> Outcome {
        MemorySource const source(plain);
        auto const asset = TRY(look_at(source));
        MemorySink sink;
        auto composition = TRY(copy_of({}, "", a_wish()));
        TRY(embed(source, asset, std::move(composition), workshop.by.signer, workshop.random,
                  sink));
        return {};
    };
    EXPECT_ERROR_CODE(embed_into(as_bytes("plain text")), "no-place");
    auto no_ftyp = an_mp4(10);
    no_ftyp.erase(no_ftyp.begin(), no_ftyp.begin() + 16);
    EXPECT_ERROR_CODE(embed_into(no_ftyp), "no-place");
    auto compressed = bmff::write_box(bmff::box_type("ftyp"), as_bytes("isom0000"));
    append(compressed, bmff::write_box(bmff::box_type("moov"),
                                       bmff::write_box(bmff::box_type("cmov"), Bytes(20))));
    EXPECT_ERROR_CODE(embed_into(compressed), "no-place");
    auto const video = workshop.sign(an_mp4(10), a_wish());
    auto withhold = a_wish();
    withhold.withheld = {
        workshop.judge(video).store->active().uri("c2pa.assertions/c2pa.actions.v2")};
    EXPECT_ERROR_CODE(workshop.update(video, withhold), "redaction");
    EXPECT_ERROR_CODE(workshop.update(workshop.sign(a_wav(10), a_wish()), a_wish()), "no-place");
    // An open end: a box behind it would be part of it.
    auto open_end = video;
    auto const mdat = open_end.size() - 18;
    open_end[mdat] = open_end[mdat + 1] = open_end[mdat + 2] = open_end[mdat + 3] = 0;
    EXPECT_ERROR_CODE(workshop.update(open_end, a_wish()), "no-place");
    auto bad_text = a_wish();
    bad_text.title = "\xff\xfe";
    MemorySink sink;
    auto const plain = a_jpeg();
    EXPECT_ERROR_CODE(
        embed(MemorySource(plain), *look_at(MemorySource(plain)), copy_of({}, "", bad_text).take(),
              workshop.by.signer, workshop.random, sink),
        "draft");
}

TEST(Writer, an_mp4_never_withholds_by_an_update) {
    test::Workshop workshop;
    auto wish = a_wish();
    wish.facts = {a_fact("the north gate of the market")};
    auto const file = workshop.sign(an_mp4(10), wish);
    auto withhold = a_wish();
    withhold.withheld = {workshop.judge(file).store->active().uri("c2pa.assertions/c2pa.metadata")};
    EXPECT_ERROR_CODE(workshop.update(file, withhold), "no-place");
}

// Fails behind a certain number of bytes, as a full disk does.
class FullSink final : public ByteSink {
public:
    explicit FullSink(std::size_t room) : room_(room) {}
    Outcome write(ByteView bytes) override {
        if (bytes.size() > room_) return world_error("the disk is full").coded("full");
        room_ -= bytes.size();
        return {};
    }
    Outcome fill_in(std::uint64_t, ByteView) override {
        return world_error("the disk is full").coded("full");
    }

private:
    std::size_t room_;
};

TEST(Writer, a_full_disk_is_an_error_of_the_world_wherever_it_strikes) {
    test::Workshop workshop;
    auto const plain = an_mp4(3 << 20);
    MemorySource const source(plain);
    auto const asset = look_at(source).take();
    for (std::size_t const room : {0U, 100U, 2U << 20, 8U << 20}) {
        FullSink sink(room);
        auto const written = embed(source, asset, copy_of({}, "", a_wish()).take(),
                                   workshop.by.signer, workshop.random, sink);
        ASSERT_FALSE(written.ok());
        EXPECT_EQ(written.error().fault, Fault::world);
    }
}

}  // namespace
}  // namespace exhibit::c2pa
