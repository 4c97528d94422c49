#include "formats/quicktime/samples.hpp"

#include <algorithm>

#include "base/reader.hpp"

namespace exhibit::quicktime {
namespace {

using bmff::Box;
using bmff::box_type;

Error wrong(std::string what) { return bad_input("the samples: " + what).coded("quicktime"); }

// Version, flags, then a table.
Result<Bytes> read_table(ByteSource const& source, Box const& box) {
    auto const payload = box.payload();
    if (payload.length < 8) return wrong("a table is cut off");
    if (payload.length > table_bytes_max) return wrong("a table is too large");
    return source.read(payload.offset, payload.length);
}

Box const* first(std::vector<Box> const& boxes, bmff::BoxType type) {
    auto const at = std::ranges::find(boxes, type, &Box::type);
    return at == boxes.end() ? nullptr : &*at;
}

// A table of `fields` numbers of 32 bits (or one of 64) an entry, after their count.
class Table {
public:
    static Result<Table> open(Bytes bytes, std::size_t entry_bytes) {
        Reader reader(bytes);
        TRY(reader.take(4));
        auto const count = TRY(reader.take_u32be());
        if (reader.remaining() / entry_bytes < count) return wrong("a table is cut off");
        return Table(std::move(bytes), entry_bytes, count);
    }
    std::size_t size() const { return count_; }
    std::uint64_t number(std::size_t entry, std::size_t field, std::size_t width = 4) const {
        auto const at = ByteView(bytes_).subspan(8 + entry * entry_bytes_ + field * 4, width);
        std::uint64_t value = 0;
        for (auto const byte : at) value = value << 8 | byte;
        return value;
    }

private:
    Table(Bytes bytes, std::size_t entry_bytes, std::size_t count)
        : bytes_(std::move(bytes)), entry_bytes_(entry_bytes), count_(count) {}
    Bytes bytes_;
    std::size_t entry_bytes_;
    std::size_t count_;
};

Result<Table> open_table(ByteSource const& source, Box const* box, std::size_t entry_bytes) {
    if (box == nullptr) return wrong("a table is missing");
    auto bytes = TRY(read_table(source, *box));
    return Table::open(std::move(bytes), entry_bytes);
}

// §8.7.3: all of one size, or each its own.
Result<std::vector<std::uint32_t>> read_sizes(ByteSource const& source, Box const* stsz,
                                              std::size_t most) {
    if (stsz == nullptr) return wrong("stsz is missing");
    auto const bytes = TRY(read_table(source, *stsz));
    Reader reader(bytes);
    TRY(reader.take(4));
    auto const each = TRY(reader.take_u32be());
    auto const count = TRY(reader.take_u32be());
    if (each == 0 && reader.remaining() / 4 < count) return wrong("stsz is cut off");
    // So many would not fit into the file: the number is a lie.
    if (each != 0 && count > source.size() / each) return wrong("stsz claims too many");
    if (count > samples_max && most >= samples_max) return wrong("there are too many");
    auto const wanted = std::min<std::size_t>(count, most);
    std::vector<std::uint32_t> out(wanted, each);
    if (each == 0) {
        for (auto& size : out) { size = TRY(reader.take_u32be()); }
    }
    return out;
}

// §8.7.4 and §8.7.5: runs of chunks with as many samples each, and where each chunk begins.
Outcome place_samples(ByteSource const& source, std::vector<Box> const& stbl,
                      std::vector<Sample>& out) {
    auto const runs = TRY(open_table(source, first(stbl, box_type("stsc")), 12));
    auto const* wide = first(stbl, box_type("co64"));
    auto const chunks = TRY(
        open_table(source, wide ? wide : first(stbl, box_type("stco")), wide != nullptr ? 8 : 4));
    std::size_t sample = 0;
    for (std::size_t run = 0; run < runs.size() && sample < out.size(); ++run) {
        auto const begin = runs.number(run, 0);
        auto const end =
            run + 1 < runs.size() ? runs.number(run + 1, 0) : std::uint64_t{chunks.size()} + 1;
        auto const in_each = runs.number(run, 1);
        if (begin == 0 || end <= begin || end > chunks.size() + 1 || in_each == 0)
            return wrong("stsc contradicts itself");
        for (auto chunk = begin; chunk < end && sample < out.size(); ++chunk) {
            auto offset =
                chunks.number(static_cast<std::size_t>(chunk - 1), 0, wide != nullptr ? 8 : 4);
            for (std::uint64_t i = 0; i < in_each && sample < out.size(); ++i, ++sample) {
                auto& range = out[sample].range;
                if (offset > source.size() || range.length > source.size() - offset)
                    return wrong("a sample lies outside of the file");
                range.offset = offset;
                offset += range.length;
            }
        }
    }
    if (sample < out.size()) return wrong("stsc has fewer than stsz");
    return {};
}

// §8.6.1.2.
Outcome time_samples(ByteSource const& source, std::vector<Box> const& stbl,
                     std::vector<Sample>& out) {
    auto const runs = TRY(open_table(source, first(stbl, box_type("stts")), 8));
    std::size_t sample = 0;
    std::uint64_t now = 0;
    for (std::size_t run = 0; run < runs.size() && sample < out.size(); ++run) {
        auto const count = runs.number(run, 0);
        auto const each = static_cast<std::uint32_t>(runs.number(run, 1));
        for (std::uint64_t i = 0; i < count && sample < out.size(); ++i, ++sample) {
            out[sample].start = now;
            out[sample].duration = each;
            now += each;
        }
    }
    if (sample < out.size()) return wrong("stts has fewer than stsz");
    return {};
}

// §8.6.2: without the box every sample is one.
Outcome mark_sync(ByteSource const& source, std::vector<Box> const& stbl,
                  std::vector<Sample>& out) {
    auto const* stss = first(stbl, box_type("stss"));
    if (stss == nullptr) return {};
    auto const list = TRY(open_table(source, stss, 4));
    for (auto& sample : out) sample.sync = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto const number = list.number(i, 0);
        if (number == 0) return wrong("stss counts from zero");
        if (number <= out.size()) out[static_cast<std::size_t>(number - 1)].sync = true;
    }
    return {};
}

Result<std::optional<Track>> read_track(ByteSource const& source, Box const& trak) {
    auto const none = std::optional<Track>();
    auto const in_trak = TRY(bmff::children(source, trak));
    auto const* mdia = first(in_trak, box_type("mdia"));
    if (mdia == nullptr) return none;
    auto const in_mdia = TRY(bmff::children(source, *mdia));
    auto const* mdhd = first(in_mdia, box_type("mdhd"));
    auto const* hdlr = first(in_mdia, box_type("hdlr"));
    auto const* minf = first(in_mdia, box_type("minf"));
    if (mdhd == nullptr || hdlr == nullptr || minf == nullptr) return none;
    auto const in_minf = TRY(bmff::children(source, *minf));
    auto const* stbl = first(in_minf, box_type("stbl"));
    if (stbl == nullptr || hdlr->payload().length < 12 || mdhd->payload().length < 24) return none;
    Track track;
    track.stbl = *stbl;
    auto const handler = TRY(source.read(hdlr->payload().offset + 8, 4));
    std::ranges::copy(handler, track.handler.begin());
    auto const head = TRY(source.read(mdhd->payload().offset, 24));
    Reader reader(ByteView(head).subspan(head[0] == 1 ? 20 : 12));
    track.timescale = TRY(reader.take_u32be());
    auto const in_stbl = TRY(bmff::children(source, *stbl));
    if (auto const* stsd = first(in_stbl, box_type("stsd")); stsd && stsd->payload().length >= 16) {
        auto const format = TRY(source.read(stsd->payload().offset + 12, 4));
        std::ranges::copy(format, track.format.begin());
    }
    return std::optional(track);
}

}  // namespace

Result<std::vector<Track>> tracks(ByteSource const& source, std::vector<Box> const& top) {
    std::vector<Track> out;
    auto const* moov = first(top, box_type("moov"));
    if (moov == nullptr) return out;
    auto const inside = TRY(bmff::children(source, *moov));
    std::size_t seen = 0;
    for (auto const& box : inside) {
        if (box.type != box_type("trak")) continue;
        if (++seen > tracks_max) return wrong("there are too many tracks");
        auto const track = TRY(read_track(source, box));
        if (track) out.push_back(*track);
    }
    return out;
}

Result<std::vector<Sample>> samples(ByteSource const& source, Track const& track,
                                    std::size_t most) {
    auto const stbl = TRY(bmff::children(source, track.stbl));
    auto const sizes = TRY(read_sizes(source, first(stbl, box_type("stsz")), most));
    std::vector<Sample> out(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) out[i].range.length = sizes[i];
    if (out.empty()) return out;
    TRY(place_samples(source, stbl, out));
    TRY(time_samples(source, stbl, out));
    TRY(mark_sync(source, stbl, out));
    return out;
}

}  // namespace exhibit::quicktime
