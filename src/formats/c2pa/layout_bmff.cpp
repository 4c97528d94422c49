// An MP4 with a C2PA box behind its ftyp. Everything behind the box moves, and with it what the
// tables of offsets say; the places of boxes are part of the hash, so they are the new ones.
#include <algorithm>

#include "formats/c2pa/layout.hpp"
#include "formats/c2pa/merkle.hpp"

namespace exhibit::c2pa {
namespace {

using bmff::Box;

constexpr auto ftyp = bmff::box_type("ftyp");
constexpr auto moov = bmff::box_type("moov");
constexpr auto mdat = bmff::box_type("mdat");
constexpr auto uuid = bmff::box_type("uuid");
constexpr auto free_type = bmff::box_type("free");
constexpr std::uint64_t box_header = 8;
constexpr int rounds_max = 16;
// A free box this much larger than the store is left where it is: all of it would become the C2PA
// box, which nobody hashes.
constexpr std::uint64_t eaten_max = 1U << 20;

Error no_place(std::string why) {
    return bad_input("cannot hold a manifest: " + why)
        .hint("keep the manifest in a file beside it: --sidecar")
        .coded("no-place");
}

bool is_ours(Box const& box) { return box.type == uuid && box.usertype == bmff_usertype; }

std::uint64_t block_bytes_for(std::uint64_t media) {
    auto block = block_bytes_min;
    while ((media + block - 1) / block > blocks_max) block *= 2;
    return block;
}

class Planner {
public:
    Planner(ByteSource const& source, Asset const& asset, std::uint64_t hole_bytes,
            std::uint64_t blocks_from)
        : source_(source),
          boxes_(asset.boxes),
          hole_bytes_(hole_bytes),
          in_blocks_(source.size() >= blocks_from) {
        layout_.kind = AssetKind::bmff;
    }

    Result<Layout> plan() {
        if (boxes_.empty() || boxes_.front().type != ftyp)
            return no_place("it has no ftyp box for a manifest to stand behind");
        auto const movable = bmff::check_movable(source_, boxes_);
        if (!movable.ok()) {
            if (movable.error().fault != Fault::input) return movable.error();
            return no_place(movable.error().what);
        }
        eat_free_box();
        TRY(settle_movie());
        for (auto const& box : boxes_) {
            if (is_ours(box) || &box == eaten_) continue;
            add_box(box);
            if (box.type == ftyp && layout_.hole.length == 0) add_hole();
        }
        return std::move(layout_);
    }

private:
    // A free box directly behind ftyp that is large enough: then nothing has to move.
    void eat_free_box() {
        if (boxes_.size() < 2 || boxes_[1].type != free_type) return;
        if (std::ranges::any_of(boxes_, is_ours)) return;
        auto const room = boxes_[1].size;
        if (room < hole_bytes_ || room - hole_bytes_ > eaten_max) return;
        eaten_ = &boxes_[1];
        auto const rest = room - hole_bytes_;
        if (rest < box_header)
            hole_bytes_ = room;  // too little for a box: padding of ours
        else
            left_free_ = rest;
    }

    // What moves: bytes behind the hole, bytes behind a box of ours that goes, and bytes behind the
    // movie box, which grows when a table needs wider offsets because of all this.
    std::vector<bmff::Shift> shifts_for(std::uint64_t movie_growth) const {
        std::vector<bmff::Shift> out;
        if (eaten_ == nullptr) out.push_back({boxes_.front().end(), hole_bytes_});
        for (auto const& box : boxes_) {
            if (is_ours(box)) out.push_back({box.end(), 0 - box.size});
            if (box.type == moov && movie_growth != 0) out.push_back({box.end(), movie_growth});
        }
        return out;
    }

    Outcome settle_movie() {
        layout_.shifts = shifts_for(0);
        Box const* movie = nullptr;
        for (auto const& box : boxes_) {
            if (box.type != moov) continue;
            if (movie != nullptr) return no_place("it has two movie boxes");
            movie = &box;
        }
        if (movie == nullptr) return {};
        if (movie->size > bmff::movie_box_max) return no_place("its movie box is too large");
        // A table that was widened stays wide, so this settles; each round may widen others. The
        // growth may be negative: a table's header that was longer than it had to be is written
        // short. Read anew each time: a movie box of many megabytes is held once.
        std::uint64_t growth = 0;
        for (int round = 0; round < rounds_max; ++round) {
            movie_ = {};
            auto before = TRY(source_.read(movie->offset, movie->size));
            movie_ = TRY(bmff::shift_movie(std::move(before), layout_.shifts));
            if (movie_.size() == movie->size + growth) return {};
            growth = movie_.size() - movie->size;
            layout_.shifts = shifts_for(growth);
        }
        return no_place("its tables of offsets do not settle");
    }

    void add(Piece piece) {
        layout_.size += piece.length;
        layout_.pieces.push_back(std::move(piece));
    }

    void add_hole() {
        layout_.hole = {layout_.size, hole_bytes_};
        Piece hole;
        hole.from = Piece::From::hole;
        hole.length = hole_bytes_;
        hole.hashed = Piece::Hashed::no;
        add(std::move(hole));
        if (left_free_ == 0) return;
        Piece rest;
        rest.from = Piece::From::bytes;
        rest.bytes = bmff::write_box(free_type, Bytes(left_free_ - box_header));
        rest.length = left_free_;
        rest.begins_box = true;
        add(std::move(rest));
    }

    void add_box(Box const& box) {
        Piece piece;
        piece.range = box.whole();
        piece.length = box.size;
        piece.begins_box = true;
        if (box.type == moov) {
            piece.from = Piece::From::bytes;
            piece.length = movie_.size();
            piece.bytes = std::move(movie_);
        } else if (box.type == bmff::box_type("moof")) {
            piece.from = Piece::From::fragment;
        } else if (box.type == bmff::box_type("meta")) {
            piece.from = Piece::From::metadata;
        } else if (box.type == bmff::box_type("mfra")) {
            piece.from = Piece::From::index;
            piece.hashed = Piece::Hashed::no;
        } else if (box.type == mdat) {
            auto const index = media_++;
            if (in_blocks_ && box.size > merkle_media_offset) return add_media(box, index);
        }
        add(std::move(piece));
    }

    // The first 16 bytes of an mdat are in the flat hash, with its place; the rest is in blocks.
    void add_media(Box const& box, std::uint64_t index) {
        auto const media = box.size - merkle_media_offset;
        auto const block = block_bytes_for(media);
        layout_.trees.push_back({index, block, (media + block - 1) / block});
        Piece head;
        head.range = {box.offset, merkle_media_offset};
        head.length = merkle_media_offset;
        head.begins_box = true;
        add(std::move(head));
        Piece rest;
        rest.range = {box.offset + merkle_media_offset, media};
        rest.length = media;
        rest.hashed = Piece::Hashed::blocks;
        add(std::move(rest));
    }

    ByteSource const& source_;
    std::vector<Box> const& boxes_;
    std::uint64_t hole_bytes_;
    bool in_blocks_;
    Layout layout_;
    Bytes movie_;
    Box const* eaten_ = nullptr;
    std::uint64_t left_free_ = 0;
    std::uint64_t media_ = 0;
};

}  // namespace

Result<Layout> lay_out_bmff(ByteSource const& source, Asset const& asset, std::uint64_t store_bytes,
                            std::uint64_t blocks_from) {
    auto const hole = manifest_box_bytes("manifest", store_bytes);
    return Planner(source, asset, hole, blocks_from).plan();
}

}  // namespace exhibit::c2pa
