#include "formats/jpeg/jpeg.hpp"

#include <algorithm>

#include "base/reader.hpp"

namespace exhibit::jpeg {
namespace {

constexpr std::size_t packet_head = 16;  // JP, En, Z, LBox, TBox
constexpr std::size_t segment_head = 4;  // marker, length

Error wrong(std::string what, std::uint64_t offset) {
    return bad_input("is no JPEG: " + what).at("offset " + std::to_string(offset)).coded("jpeg");
}

bool stands_alone(Byte marker) { return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd9); }

// Where the scan that begins at `from` ends: at a marker that is neither stuffing nor a restart.
Result<std::uint64_t> scan_end(ByteSource const& source, std::uint64_t from) {
    auto offset = from;
    bool after_ff = false;
    std::uint64_t end = source.size();
    bool found = false;
    auto const look = [&](ByteView piece) -> Outcome {
        for (std::size_t i = 0; i < piece.size() && !found; ++i) {
            auto const byte = piece[i];
            if (after_ff && byte != 0 && byte != 0xff && (byte < 0xd0 || byte > 0xd7)) {
                end = offset + i - 1;
                found = true;
            }
            after_ff = byte == 0xff;
        }
        offset += piece.size();
        return {};
    };
    constexpr std::uint64_t stride = 8 << 20;
    for (auto at = from; at < source.size() && !found; at += stride) {
        TRY(for_each_piece(source, {at, std::min(stride, source.size() - at)}, look));
    }
    return end;
}

class Walker {
public:
    explicit Walker(ByteSource const& source) : source_(source) {}

    Result<std::vector<Segment>> walk(bool through_scans) {
        std::vector<Segment> out;
        std::uint64_t offset = 0;
        while (offset < source_.size()) {
            if (out.size() >= segments_max) return wrong("too many segments", offset);
            auto segment = TRY(segment_at(offset));
            if (out.empty() && segment.marker != soi) return wrong("no beginning", offset);
            if (segment.marker == sos && through_scans) {
                auto const end = TRY(scan_end(source_, segment.whole.end()));
                segment.whole.length = end - segment.whole.offset;
            }
            offset = segment.whole.end();
            out.push_back(segment);
            if (segment.marker == sos && !through_scans) return out;
            if (segment.marker == eoi) break;
        }
        if (!through_scans) return wrong("no scan", offset);
        if (offset < source_.size()) {
            ByteRange const rest{offset, source_.size() - offset};
            out.push_back({0, rest, rest});
        }
        return out;
    }

private:
    Result<Segment> segment_at(std::uint64_t offset) {
        ByteArray<segment_head> head{};
        auto const left = std::min<std::uint64_t>(segment_head, source_.size() - offset);
        TRY(source_.read_at(offset, MutableBytes(head).first(static_cast<std::size_t>(left))));
        if (left < 2 || head[0] != 0xff) return wrong("a marker is missing", offset);
        Segment out;
        out.marker = head[1];
        if (stands_alone(out.marker)) {
            out.whole = {offset, 2};
            out.payload = {offset + 2, 0};
            return out;
        }
        if (out.marker == 0xff) {  // a fill byte before a marker (B.1.1.2)
            out.marker = 0x01;
            out.whole = {offset, 1};
            out.payload = {offset + 1, 0};
            return out;
        }
        if (left < segment_head || out.marker == 0) return wrong("a segment is cut off", offset);
        std::uint64_t const length = static_cast<std::uint64_t>(head[2]) << 8 | head[3];
        if (length < 2 || length > source_.size() - offset - 2) {
            return wrong("a segment longer than the file", offset);
        }
        out.whole = {offset, length + 2};
        out.payload = {offset + 4, length - 2};
        return out;
    }

    ByteSource const& source_;
};

struct Packet {
    std::uint16_t instance = 0;
    std::uint32_t sequence = 0;
    Bytes content;  // from LBox on
};

Result<std::optional<Packet>> packet_of(ByteSource const& source, Segment const& segment) {
    if (segment.marker != app11 || segment.payload.length < packet_head)
        return std::optional<Packet>{};
    auto const bytes = TRY(source.read(segment.payload.offset, segment.payload.length));
    if (bytes[0] != 'J' || bytes[1] != 'P') return std::optional<Packet>{};
    Reader reader(ByteView(bytes).subspan(2));
    Packet packet;
    packet.instance = TRY(reader.take_u16be());
    packet.sequence = TRY(reader.take_u32be());
    packet.content = to_bytes(reader.rest());
    return std::optional<Packet>(std::move(packet));
}

Error bad_packets(std::string what, Segment const& segment) {
    return bad_input("its JUMBF packets " + what)
        .at("offset " + std::to_string(segment.whole.offset))
        .coded("jumbf-packets");
}

}  // namespace

bool looks_like_jpeg(ByteView beginning) {
    return beginning.size() >= 3 && beginning[0] == 0xff && beginning[1] == soi &&
           beginning[2] == 0xff;
}

Result<std::vector<Segment>> header_segments(ByteSource const& source) {
    return Walker(source).walk(false);
}

Result<std::vector<Segment>> all_segments(ByteSource const& source) {
    return Walker(source).walk(true);
}

Result<std::vector<JumbfBox>> jumbf_boxes(ByteSource const& source,
                                          std::vector<Segment> const& segments) {
    std::vector<JumbfBox> out;
    std::uint32_t sequence = 0;
    bool open = false;  // the last segment belonged to the last box
    for (auto const& segment : segments) {
        auto const packet = TRY(packet_of(source, segment));
        if (!packet) {
            open = false;
            continue;
        }
        if (packet->sequence == 1) {
            out.push_back({packet->instance, packet->content, segment.whole});
            sequence = 1;
            open = true;
            continue;
        }
        bool const follows =
            open && packet->instance == out.back().instance && packet->sequence == sequence + 1;
        if (!follows) return bad_packets("do not follow each other", segment);
        auto& box = out.back();
        auto const content = ByteView(packet->content);
        if (content.size() < 8 || !same_bytes(content.first(8), ByteView(box.box).first(8))) {
            return bad_packets("do not repeat the head of their box", segment);
        }
        if (box.box.size() + content.size() > jumbf_bytes_max)
            return bad_packets("are too large", segment);
        append(box.box, content.subspan(8));
        box.whole.length += segment.whole.length;
        ++sequence;
    }
    return out;
}

std::uint64_t jumbf_packets_size(std::uint64_t box_size) {
    auto const content = box_size - 8;
    auto const packets = std::max<std::uint64_t>(1, (content + slice_max - 1) / slice_max);
    return content + packets * (segment_head + packet_head);
}

Bytes write_jumbf_packets(ByteView box, std::uint16_t instance) {
    VERIFY(box.size() >= 8 && box.size() <= jumbf_bytes_max);
    auto const head = box.first(8);
    auto rest = box.subspan(8);
    Bytes out;
    std::uint32_t sequence = 0;
    do {
        auto const slice = rest.first(std::min(rest.size(), slice_max));
        rest = rest.subspan(slice.size());
        out.push_back(0xff);
        out.push_back(app11);
        append(out, big_endian<2>(2 + packet_head + slice.size()));
        append(out, "JP");
        append(out, big_endian<2>(instance));
        append(out, big_endian<4>(++sequence));
        append(out, head);
        append(out, slice);
    } while (!rest.empty());
    return out;
}

}  // namespace exhibit::jpeg
