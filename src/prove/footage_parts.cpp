#include "prove/footage_parts.hpp"

#include <algorithm>

#include "formats/jpeg/jpeg.hpp"
#include "formats/png/png.hpp"
#include "formats/quicktime/samples.hpp"

namespace exhibit::prove {
namespace {

using quicktime::Sample;
using quicktime::Track;

Error no_movie() {
    return wrong_use("times can be shown of MP4 and MOV files only")
        .coded("no-movie")
        .hint("name bytes instead:  --bytes 0-1000000");
}

Duration time_of(std::uint64_t units, std::uint32_t timescale) {
    if (timescale == 0) return {};
    auto const ms = static_cast<long double>(units) * 1000 / timescale;
    return Duration::ms(static_cast<std::int64_t>(std::min<long double>(ms, 1e15L)));
}

// Samples that a decoder needs for the time between: from the sync sample at or before it to the
// last before the next sync sample after it.
struct Group {
    std::size_t first = 0, end = 0;
};
std::optional<Group> group_of(std::vector<Sample> const& samples, std::uint32_t timescale,
                              TimeSpan const& wanted) {
    Group out;
    bool any = false;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        auto const start = time_of(samples[i].start, timescale);
        if (samples[i].sync && start <= wanted.from) out.first = i;
        auto const end = time_of(samples[i].start + samples[i].duration, timescale);
        if (end > wanted.from && start < wanted.until) {
            any = true;
            out.end = i + 1;
        }
    }
    if (!any) return std::nullopt;
    while (out.end < samples.size() && !samples[out.end].sync) ++out.end;
    return out;
}

void take(FootagePart& part, std::vector<Sample> const& samples, Group const& group) {
    for (auto i = group.first; i < group.end; ++i) {
        auto const& range = samples[i].range;
        if (range.length > 0) part.spans.push_back({range.offset, range.end()});
    }
}

bool touches(std::vector<BlockRun> const& shown, ByteRange const& range) {
    return range.length > 0 && std::ranges::any_of(shown, [&](BlockRun const& run) {
               return range.offset < run.end() * original_block_bytes &&
                      run.first * original_block_bytes < range.end();
           });
}

// Where a recording keeps what its camera, or a program, wrote about it; also what nobody here
// reads, such as XMP. Of a kind of file that is not known: nothing.
std::vector<ByteRange> metadata_of(ByteSource const& recording, std::vector<ByteRange>& telemetry) {
    std::vector<ByteRange> out;
    auto const head = recording.read(0, std::min<std::uint64_t>(recording.size(), 16));
    if (!head.ok()) return out;
    if (jpeg::looks_like_jpeg(*head)) {
        auto const segments = jpeg::header_segments(recording);
        if (!segments.ok()) return out;
        for (auto const& one : *segments) {
            bool const told = one.marker >= jpeg::app1 && one.marker <= 0xef;
            if (told || one.marker == 0xfe) out.push_back(one.whole);  // APPn but JFIF, comments
        }
    } else if (png::looks_like_png(*head)) {
        auto const chunks = png::chunks(recording);
        if (!chunks.ok()) return out;
        for (auto const& one : *chunks) {
            for (auto const type :
                 {png::chunk_type("eXIf"), png::chunk_type("tEXt"), png::chunk_type("zTXt"),
                  png::chunk_type("iTXt"), png::chunk_type("tIME"), png::chunk_type("caBX")}) {
                if (one.type == type) out.push_back(one.whole);
            }
        }
    } else if (bmff::looks_like_bmff(*head)) {
        auto const top = bmff::top_level(recording);
        if (!top.ok()) return out;
        for (auto const& box : *top) {
            bool const footage = box.type == bmff::box_type("mdat") ||
                                 box.type == bmff::box_type("free") ||
                                 box.type == bmff::box_type("ftyp");
            if (!footage) out.push_back(box.whole());
        }
        auto const tracks = quicktime::tracks(recording, *top);
        if (!tracks.ok()) return out;
        for (auto const& track : *tracks) {
            if (track.handler == bmff::box_type("vide") || track.handler == bmff::box_type("soun"))
                continue;
            auto const samples = quicktime::samples(recording, track);
            if (!samples.ok()) continue;
            for (auto const& sample : *samples) telemetry.push_back(sample.range);
        }
    }
    return out;
}

}  // namespace

Result<Duration> parse_position(std::string_view text) {
    auto const bad = wrong_use("is not a place in a recording like 1:02.5 or 62.5")
                         .at(std::string(text.substr(0, 40)))
                         .coded("time");
    std::int64_t seconds = 0, field = 0, ms = 0, unit = 100;
    int colons = 0;
    bool in_fraction = false, any = false;
    for (char const c : text) {
        if (c >= '0' && c <= '9' && in_fraction) {
            ms += (c - '0') * unit;  // what is less than a millisecond counts for nothing
            unit /= 10;
        } else if (c >= '0' && c <= '9' && field < 1'000'000) {
            field = field * 10 + (c - '0');
            any = true;
        } else if (c == ':' && any && !in_fraction && ++colons < 3) {
            seconds = (seconds + field) * 60;
            field = 0;
            any = false;
        } else if (c == '.' && any && !in_fraction) {
            in_fraction = true;
        } else {
            return bad;
        }
    }
    if (!any) return bad;
    return Duration::ms((seconds + field) * 1000 + ms);
}

Result<FootagePart> part_of_footage(ByteSource const& recording, TimeSpan const& wanted) {
    if (wanted.until <= wanted.from)
        return wrong_use("the end is not after the beginning").coded("time");
    auto const top = bmff::top_level(recording);
    if (!top.ok()) return no_movie();
    auto const tracks = TRY(quicktime::tracks(recording, *top));
    auto const video = std::ranges::find(tracks, bmff::box_type("vide"), &Track::handler);
    if (video == tracks.end()) return no_movie();
    auto const pictures = TRY(quicktime::samples(recording, *video));
    auto const group = group_of(pictures, video->timescale, wanted);
    if (!group) return wrong_use("the recording does not last that long").coded("time");
    FootagePart out;
    take(out, pictures, *group);
    out.from = time_of(pictures[group->first].start, video->timescale);
    auto const& last = pictures[group->end - 1];
    out.until = time_of(last.start + last.duration, video->timescale);
    for (auto const& track : tracks) {
        if (track.handler != bmff::box_type("soun")) continue;
        auto const sounds = TRY(quicktime::samples(recording, track));
        if (auto const heard = group_of(sounds, track.timescale, {out.from, out.until}))
            take(out, sounds, *heard);
    }
    return out;
}

Result<std::vector<ByteSpan>> index_of_footage(ByteSource const& recording) {
    auto const top = bmff::top_level(recording);
    if (!top.ok()) return no_movie();
    std::vector<ByteSpan> out;
    for (auto const& box : *top) {
        if (box.type == bmff::box_type("ftyp") || box.type == bmff::box_type("moov"))
            out.push_back({box.offset, box.end()});
    }
    if (out.empty()) return no_movie();
    return out;
}

std::vector<std::string> told_by_parts(ByteSource const& recording,
                                       std::vector<BlockRun> const& shown,
                                       ShownFacts const& facts) {
    std::vector<std::string> out;
    std::vector<ByteRange> telemetry;
    auto const metadata = metadata_of(recording, telemetry);
    auto const is_shown = [&](ByteRange const& range) { return touches(shown, range); };
    auto const& captured = facts.facts.captured;
    auto const capture = read_capture(recording);
    bool const hides_time = capture.best_time() != nullptr && captured.instant.empty();
    bool const hides_place = capture.best_place() != nullptr && captured.point.empty();
    if (std::ranges::any_of(metadata, is_shown)) {
        out.push_back(
            std::string("the shown bytes hold metadata of the file, whole or in part") +
            (hides_time ? "; in it is the time " + show_civil_time(*capture.best_time()->time)
                        : "") +
            (hides_place
                 ? "; in it is the place " + iso6709::show_place(*capture.best_place()->place)
                 : ""));
    }
    if (std::ranges::any_of(telemetry, is_shown) && captured.point.empty())
        out.push_back(
            "telemetry of the camera, which may tell positions, lies among the shown "
            "bytes");
    return out;
}

}  // namespace exhibit::prove
