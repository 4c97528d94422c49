// jpeg: the segments of a JPEG file, and the JUMBF boxes that lie in its APP11 segments.
//
// Comes in: a ByteSource. Goes out: segments as ranges; JUMBF boxes put together from their
// segments; and the segments for a box.
//
// Spec: ISO/IEC 10918-1 Annex B (segments), ISO/IEC 18477-3 (JPEG XT boxes in APP11) as C2PA 2.2
// A.3.1 uses it: marker FFEB, length, "JP", box instance En (u16), packet sequence Z (u32, from 1),
// then LBox and TBox of the box, repeated in each packet, then its slice. Packets of one box must
// follow each other in the file without a gap: what lay between would be inside the excluded range
// and not hashed.
//
// header_segments stops at the scan; all_segments reads through it (each scan is one range with its
// SOS). Limits: 65 536 segments, 64 MiB in a box. Error codes "jpeg", "jumbf-packets". Not
// implemented: decoding; box types with XLBox.
#pragma once

#include "base/byte_source.hpp"

namespace exhibit::jpeg {

inline constexpr std::size_t segments_max = 65536;
inline constexpr std::size_t jumbf_bytes_max = 64U << 20;
inline constexpr std::size_t slice_max = 64000;
inline constexpr Byte soi = 0xd8, eoi = 0xd9, sos = 0xda, app0 = 0xe0, app1 = 0xe1, app11 = 0xeb;

struct Segment {
    Byte marker = 0;
    ByteRange whole;    // from the FF of the marker; for SOS with the scan behind it
    ByteRange payload;  // behind marker and length
};

bool looks_like_jpeg(ByteView beginning);
// From SOI to SOS, of which only the header counts.
Result<std::vector<Segment>> header_segments(ByteSource const& source);
// To EOI; what follows that is one last segment with marker 0.
Result<std::vector<Segment>> all_segments(ByteSource const& source);

struct JumbfBox {
    std::uint16_t instance = 0;
    Bytes box;
    ByteRange whole;  // its packets in the file
};
Result<std::vector<JumbfBox>> jumbf_boxes(ByteSource const& source,
                                          std::vector<Segment> const& segments);

// All packets of one box, ready to stand in the file.
Bytes write_jumbf_packets(ByteView box, std::uint16_t instance);
std::uint64_t jumbf_packets_size(std::uint64_t box_size);

}  // namespace exhibit::jpeg
