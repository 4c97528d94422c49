#include "case/capture.hpp"

#include <algorithm>

#include "formats/exif/exif.hpp"
#include "formats/gpmf/gpmf.hpp"
#include "formats/heif/heif.hpp"
#include "formats/jpeg/jpeg.hpp"
#include "formats/png/png.hpp"
#include "formats/quicktime/samples.hpp"

namespace exhibit {
namespace {

// A payload a second: a minute without a fix is given up.
constexpr std::size_t telemetry_samples_max = 60;

class CaptureReader {
public:
    explicit CaptureReader(ByteSource const& source) : source_(source) {}

    Capture run() {
        auto const head = source_.read(0, std::min<std::uint64_t>(source_.size(), 16));
        if (!head.ok()) return std::move(out_);
        if (jpeg::looks_like_jpeg(*head))
            read_jpeg();
        else if (png::looks_like_png(*head))
            read_png();
        else if (bmff::looks_like_bmff(*head))
            read_boxes();
        return std::move(out_);
    }

private:
    void trouble(char const* where, Error const& error) {
        out_.troubles.push_back(std::string(where) + ": " + error.what);
    }

    void add(char const* source, std::optional<CivilTime> const& time,
             std::optional<iso6709::Place> const& place) {
        if (time || place) out_.readings.push_back({source, time, place});
    }

    void take_exif(ByteView tiff) {
        auto const exif = exif::parse_exif(tiff);
        if (!exif.ok()) return trouble("exif", exif.error());
        add("exif", exif->taken, std::nullopt);
        add("exif-gps", exif->satellite_time, exif->place);
        out_.make = exif->make;
        out_.model = exif->model;
        out_.software = exif->software;
        for (auto const& one : exif->troubles) out_.troubles.push_back("exif: " + one);
    }

    void read_jpeg() {
        auto const segments = jpeg::header_segments(source_);
        if (!segments.ok()) return trouble("jpeg", segments.error());
        for (auto const& segment : *segments) {
            if (segment.marker != jpeg::app1) continue;
            auto const content = source_.read(segment.payload.offset, segment.payload.length);
            if (!content.ok()) return trouble("jpeg", content.error());
            // One Exif segment only (CIPA DC-008 §4.5.4); what follows it is XMP and the like.
            if (auto const tiff = exif::tiff_in_app1(*content)) return take_exif(*tiff);
        }
    }

    void read_png() {
        auto const chunks = png::chunks(source_);
        if (!chunks.ok()) return trouble("png", chunks.error());
        for (auto const& chunk : *chunks) {
            if (chunk.type != png::chunk_type("eXIf")) continue;
            auto const content = png::read_chunk(source_, chunk, exif::tiff_bytes_max);
            if (!content.ok()) return trouble("png", content.error());
            return take_exif(*content);
        }
    }

    void read_boxes() {
        auto const top = bmff::top_level(source_);
        if (!top.ok()) return trouble("boxes", top.error());
        auto const picture = heif::is_heif(source_, *top);
        if (picture.ok() && *picture) {
            auto const tiff = heif::exif_of(source_, *top);
            if (!tiff.ok()) return trouble("heif", tiff.error());
            if (!tiff->empty()) take_exif(*tiff);
        }
        read_movie(*top);
    }

    void read_movie(std::vector<bmff::Box> const& top) {
        auto const parsed = quicktime::parse_movie(source_, top);
        if (!parsed.ok()) return trouble("quicktime", parsed.error());
        if (!*parsed) return;
        auto const& movie = **parsed;
        add("quicktime-keys", movie.key_time, movie.key_place);
        add("quicktime-user", movie.user_time, movie.user_place);
        add("quicktime-loci", std::nullopt, movie.loci);
        read_telemetry(top);
        add("quicktime-header", movie.header_time, std::nullopt);
        out_.duration = movie.duration;
        if (out_.make.empty()) out_.make = movie.make;
        if (out_.model.empty()) out_.model = movie.model;
        if (out_.software.empty()) out_.software = movie.software;
        for (auto const& one : movie.troubles) out_.troubles.push_back("quicktime: " + one);
    }

    void read_telemetry(std::vector<bmff::Box> const& top) {
        auto const tracks = quicktime::tracks(source_, top);
        if (!tracks.ok()) return trouble("tracks", tracks.error());
        auto const track =
            std::ranges::find(*tracks, bmff::box_type("gpmd"), &quicktime::Track::format);
        if (track == tracks->end()) return;
        auto const samples = quicktime::samples(source_, *track, telemetry_samples_max);
        if (!samples.ok()) return trouble("gpmf", samples.error());
        for (auto const& sample : *samples) {
            if (sample.range.length > gpmf::payload_bytes_max) return;
            auto const payload = source_.read(sample.range.offset, sample.range.length);
            if (!payload.ok()) return trouble("gpmf", payload.error());
            auto const telemetry = gpmf::parse_payload(*payload);
            if (!telemetry.ok()) return trouble("gpmf", telemetry.error());
            if (out_.model.empty()) out_.model = telemetry->device;
            auto const* point = telemetry->first_with_fix();
            if (point == nullptr) continue;
            return add("gpmf", point->time, point->place);
        }
    }

    ByteSource const& source_;
    Capture out_;
};

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t metres_max = 500;

std::string apart(std::int64_t ms) {
    auto const positive = ms < 0 ? -ms : ms;
    return show_duration(Duration::ms(positive)) + " apart";
}

}  // namespace

CaptureReading const* Capture::best_time() const {
    auto const at =
        std::ranges::find_if(readings, [](auto const& one) { return one.time.has_value(); });
    return at == readings.end() ? nullptr : &*at;
}

CaptureReading const* Capture::best_place() const {
    auto const at =
        std::ranges::find_if(readings, [](auto const& one) { return one.place.has_value(); });
    return at == readings.end() ? nullptr : &*at;
}

Capture read_capture(ByteSource const& recording) { return CaptureReader(recording).run(); }

namespace {

// Milliseconds between two times; of one whose zone is not known, the least that some zone allows:
// zones differ from UTC by whole quarters of an hour, from −12 h to +14 h.
std::int64_t distance(CivilTime const& a, CivilTime const& b) {
    constexpr std::int64_t quarter = 15 * minute_ms;
    auto const known_a = a.since_epoch_ms(), known_b = b.since_epoch_ms();
    if (known_a && known_b) return *known_a - *known_b;
    if (!known_a && !known_b) return a.ms - b.ms;
    auto const difference = known_a ? b.ms - *known_a : a.ms - *known_b;
    auto const most = 14 * 60 * minute_ms, least = -12 * 60 * minute_ms;
    if (difference > most) return difference - most;
    if (difference < least) return difference - least;
    auto const over = ((difference % quarter) + quarter) % quarter;
    return std::min(over, quarter - over);
}

void compare_times(std::vector<std::string>& out, CaptureReading const& a, CaptureReading const& b,
                   std::int64_t allowed) {
    if (!a.time || !b.time) return;
    auto const ms = distance(*a.time, *b.time);
    if (ms <= allowed && ms >= -allowed) return;
    out.push_back(a.source + " says " + show_civil_time(*a.time) + ", " + b.source + " " +
                  show_civil_time(*b.time) + ": " + apart(ms));
}

void compare_places(std::vector<std::string>& out, CaptureReading const& a,
                    CaptureReading const& b) {
    if (!a.place || !b.place) return;
    auto const metres = iso6709::metres_between(*a.place, *b.place);
    if (metres <= metres_max) return;
    auto const far =
        metres < 10'000 ? std::to_string(metres) + " m" : std::to_string(metres / 1000) + " km";
    out.push_back(a.source + " says " + iso6709::show_place(*a.place) + ", " + b.source + " " +
                  iso6709::show_place(*b.place) + ": " + far + " apart");
}

}  // namespace

std::vector<std::string> disagreements(std::vector<CaptureReading> const& readings,
                                       std::optional<Duration> duration) {
    std::vector<std::string> out;
    auto const allowed = minute_ms + (duration ? duration->count_ms() : 0);
    for (std::size_t i = 0; i < readings.size(); ++i) {
        for (std::size_t k = i + 1; k < readings.size(); ++k) {
            compare_times(out, readings[i], readings[k], allowed);
            compare_places(out, readings[i], readings[k]);
        }
    }
    return out;
}

}  // namespace exhibit
