#include "formats/c2pa/stream_layout.hpp"

#include <algorithm>

namespace exhibit::c2pa {
namespace {

constexpr std::size_t step_bytes = 1 << 20;
// A fragment's own header, an index, a photo's metadata: held while their offsets are moved.
constexpr std::uint64_t held_max = 64U << 20;

class Streamer {
public:
    Streamer(ByteSource const& source, Layout const& layout, AssetHasher& hasher, bool hashing,
             ByteSink& sink, Effort const& effort)
        : source_(source),
          layout_(layout),
          hasher_(hasher),
          hashing_(hashing),
          sink_(sink),
          effort_(effort) {}

    Outcome run() {
        for (auto const& piece : layout_.pieces) {
            TRY(stream(piece));
            if (effort_.progress) effort_.progress(written_, layout_.size);
        }
        return {};
    }

private:
    Outcome stream(Piece const& piece) {
        bool const hashed = hashing_ && piece.hashed != Piece::Hashed::no;
        if (hashed && piece.begins_box) hasher_.put(big_endian<8>(written_), AssetHasher::flat);
        switch (piece.from) {
            case Piece::From::source: return copy(piece, hashed);
            case Piece::From::hole: return zeros(piece.length);
            case Piece::From::bytes: return put(piece.bytes, hashed);
            case Piece::From::fragment:
            case Piece::From::index:
            case Piece::From::metadata: break;
        }
        if (piece.range.length > held_max)
            return bad_input("holds a box of offsets that is too large")
                .at("offset " + std::to_string(piece.range.offset))
                .coded("bmff");
        auto before = TRY(source_.read(piece.range.offset, piece.range.length));
        auto const after = TRY(shifted(piece.from, std::move(before)));
        VERIFY(after.size() == piece.range.length);
        return put(after, hashed);
    }

    Result<Bytes> shifted(Piece::From from, Bytes box) const {
        auto const& shifts = layout_.shifts;
        if (from == Piece::From::fragment) return bmff::shift_fragment(std::move(box), shifts);
        if (from == Piece::From::index) return bmff::shift_random_access(std::move(box), shifts);
        return bmff::shift_metadata(std::move(box), shifts);
    }

    // The same buffer is written by this thread and hashed by the other.
    Outcome copy(Piece const& piece, bool hashed) {
        bool const in_blocks = hashed && piece.hashed == Piece::Hashed::blocks;
        auto const part = in_blocks ? AssetHasher::block : AssetHasher::flat;
        auto const block = in_blocks ? block_bytes() : piece.length;
        std::uint64_t in_block = 0;
        for (auto left = piece.range; left.length > 0;) {
            auto const space = hashed ? hasher_.room(part) : own_buffer();
            auto const count = static_cast<std::size_t>(
                std::min<std::uint64_t>({left.length, space.size(), block - in_block}));
            auto const bytes = space.first(count);
            TRY(source_.read_at(left.offset, bytes));
            TRY(sink_.write(bytes));
            if (hashed) hasher_.filled(count);
            left.offset += count;
            left.length -= count;
            in_block += count;
            note(count);
            if (in_blocks && (in_block == block || left.length == 0)) {
                hasher_.end_block();
                in_block = 0;
            }
        }
        if (in_blocks) ++tree_;
        return {};
    }

    std::uint64_t block_bytes() const {
        VERIFY(tree_ < layout_.trees.size());
        return layout_.trees[tree_].block_bytes;
    }

    Outcome put(ByteView bytes, bool hashed) {
        TRY(sink_.write(bytes));
        if (hashed) hasher_.put(bytes, AssetHasher::flat);
        note(bytes.size());
        return {};
    }

    Outcome zeros(std::uint64_t count) {
        while (count > 0) {
            auto const buffer = own_buffer();
            auto const now =
                static_cast<std::size_t>(std::min<std::uint64_t>(count, buffer.size()));
            std::ranges::fill(buffer.first(now), Byte{0});
            TRY(sink_.write(buffer.first(now)));
            count -= now;
            note(now);
        }
        return {};
    }

    MutableBytes own_buffer() {
        if (buffer_.empty()) buffer_.resize(step_bytes);
        return buffer_;
    }

    void note(std::uint64_t count) {
        written_ += count;
        if (!effort_.progress || written_ - told_ < (64U << 20)) return;
        told_ = written_;
        effort_.progress(written_, layout_.size);
    }

    ByteSource const& source_;
    Layout const& layout_;
    AssetHasher& hasher_;
    bool hashing_;
    ByteSink& sink_;
    Effort const& effort_;
    Bytes buffer_;
    std::uint64_t written_ = 0, told_ = 0;
    std::size_t tree_ = 0;
};

}  // namespace

Result<AssetHasher::Hashes> stream(ByteSource const& source, Layout const& layout, HashKind kind,
                                   ByteSink& sink, Effort const& effort) {
    AssetHasher hasher(kind);
    TRY(Streamer(source, layout, hasher, true, sink, effort).run());
    return hasher.finish();
}

Outcome copy(ByteSource const& source, Layout const& layout, ByteSink& sink, Effort const& effort) {
    AssetHasher unused(HashKind::sha256);
    return Streamer(source, layout, unused, false, sink, effort).run();
}

}  // namespace exhibit::c2pa
