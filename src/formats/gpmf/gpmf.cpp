#include "formats/gpmf/gpmf.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/reader.hpp"

namespace exhibit::gpmf {
namespace {

using iso6709::degree;

constexpr std::int64_t altitude_mm_max = 100'000'000;
constexpr std::int64_t days_1970_to_2000 = 10957;

Error wrong(std::string what) { return bad_input("is no GPMF: " + what).coded("gpmf"); }

struct Item {
    std::string_view key;
    char type = 0;
    std::size_t structure_bytes = 0;
    std::size_t repeat = 0;
    ByteView data;  // without the padding
};

Result<Item> take_item(Reader& reader) {
    Item out;
    auto const key = TRY(reader.take(4));
    out.key = as_text(key);
    auto const type = TRY(reader.take_byte());
    out.type = static_cast<char>(type);
    out.structure_bytes = TRY(reader.take_byte());
    out.repeat = TRY(reader.take_u16be());
    auto const size = out.structure_bytes * out.repeat;
    out.data = TRY(reader.take(size));
    TRY(reader.take((4 - size % 4) % 4));
    return out;
}

std::int64_t i32(ByteView at) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(at[0]) << 24 |
                                     static_cast<std::uint32_t>(at[1]) << 16 |
                                     static_cast<std::uint32_t>(at[2]) << 8 | at[3]);
}
std::int64_t u16(ByteView at) { return at[0] << 8 | at[1]; }

// SCAL: one divisor for all fields, or one each.
std::vector<std::int64_t> read_scale(Item const& item) {
    std::vector<std::int64_t> out;
    std::size_t const each = item.type == 's' || item.type == 'S'   ? 2
                             : item.type == 'l' || item.type == 'L' ? 4
                                                                    : 0;
    if (each == 0) return out;
    for (std::size_t at = 0; at + each <= item.data.size() && out.size() < 16; at += each) {
        auto const raw = item.data.subspan(at, each);
        out.push_back(each == 4 ? i32(raw) : static_cast<std::int16_t>(u16(raw)));
    }
    return out;
}

// "yymmddhhmmss.sss", UTC.
std::optional<CivilTime> read_utc(Item const& item) {
    auto const text = as_text(item.data);
    if (item.type != 'U' || text.size() < 16) return std::nullopt;
    int fields[6];
    for (std::size_t i = 0; i < 6; ++i) {
        auto const tens = text[2 * i], ones = text[2 * i + 1];
        if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return std::nullopt;
        fields[i] = (tens - '0') * 10 + (ones - '0');
    }
    int milli = 0;
    if (text[12] != '.') return std::nullopt;
    for (std::size_t i = 13; i < 16; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        milli = milli * 10 + (text[i] - '0');
    }
    auto time = CivilTime::of(2000 + fields[0], fields[1], fields[2], fields[3], fields[4],
                              fields[5], milli);
    if (time) time->zone = CivilTime::Zone::utc;
    return time;
}

// A field divided by its scale, in units of 1/`per`.
std::optional<std::int64_t> scaled(std::int64_t value, std::int64_t scale, std::int64_t per) {
    if (scale <= 0) return std::nullopt;
    auto const exact = static_cast<long double>(value) * per / scale;
    return static_cast<std::int64_t>(exact < 0 ? exact - 0.5L : exact + 0.5L);
}

// Latitude, longitude and height follow each other; `field` is the number of the first of them.
std::optional<iso6709::Place> place_of(ByteView point, std::vector<std::int64_t> const& scale,
                                       std::size_t field = 0) {
    auto const of = [&](std::size_t i) {
        return scale.size() == 1 ? scale[0] : i < scale.size() ? scale[i] : 0;
    };
    auto const latitude = scaled(i32(point), of(field), degree);
    auto const longitude = scaled(i32(point.subspan(4)), of(field + 1), degree);
    auto const height = scaled(i32(point.subspan(8)), of(field + 2), 1000);
    if (!latitude || !longitude) return std::nullopt;
    auto place = iso6709::place_of(*latitude, *longitude);
    if (place && height && std::abs(*height) <= altitude_mm_max)
        place->altitude_mm = static_cast<std::int32_t>(*height);
    return place;
}

class PayloadReader {
public:
    Result<Telemetry> run(ByteView payload) {
        TRY(read(payload, 0));
        return std::move(out_);
    }

private:
    // What stands before the data of a stream.
    struct Stream {
        std::vector<std::int64_t> scale;
        unsigned fix = 0;
        std::optional<CivilTime> time;
    };

    Outcome read(ByteView bytes, unsigned depth) {
        if (depth > depth_max) return wrong("it is too deep");
        Stream stream;
        Reader reader(bytes);
        while (!reader.at_end()) {
            // Zeros after the last item.
            if (*reader.peek() == 0) break;
            if (++items_ > items_max) return wrong("it has too many items");
            auto const item = TRY(take_item(reader));
            if (item.type == 0) {
                if (item.key == "DEVC" || item.key == "STRM") { TRY(read(item.data, depth + 1)); }
                continue;
            }
            take(stream, item);
        }
        return {};
    }

    void take(Stream& stream, Item const& item) {
        if (item.key == "DVNM" && item.type == 'c' && out_.device.empty() && is_utf8(item.data))
            out_.device = to_string(item.data.first(std::min<std::size_t>(item.data.size(), 64)));
        if (item.key == "SCAL") stream.scale = read_scale(item);
        if (item.key == "GPSU") stream.time = read_utc(item);
        if (item.key == "GPSF" && item.type == 'L' && item.data.size() >= 4)
            stream.fix = static_cast<unsigned>(std::clamp<std::int64_t>(i32(item.data), 0, 3));
        if (item.key == "GPS5" && item.type == 'l' && item.structure_bytes == 20)
            take_points(stream, item);
        if (item.key == "GPS9" && item.structure_bytes == 32) take_points(stream, item);
        if (item.key == "GPRI" && item.structure_bytes == 30) take_points(stream, item);
    }

    void take_points(Stream const& stream, Item const& item) {
        for (std::size_t i = 0; i < item.repeat && out_.points.size() < points_max; ++i) {
            auto const raw = item.data.subspan(i * item.structure_bytes, item.structure_bytes);
            // A drone's points begin with its own clock, which no calendar knows.
            bool const drone = item.key == "GPRI";
            auto const place =
                drone ? place_of(raw.subspan(8), stream.scale, 1) : place_of(raw, stream.scale);
            if (!place) continue;
            Point point{*place, drone ? std::min(3u, unsigned{raw[28]}) : stream.fix, stream.time};
            if (item.key == "GPS9") add_own_time(point, raw, stream.scale);
            out_.points.push_back(point);
        }
    }

    // Fields 5 to 8: days since 2000, seconds of the day, precision, fix.
    static void add_own_time(Point& point, ByteView raw, std::vector<std::int64_t> const& scale) {
        auto const of = [&](std::size_t field) { return field < scale.size() ? scale[field] : 1; };
        auto const days = scaled(i32(raw.subspan(20)), of(5), 1);
        auto const ms = scaled(i32(raw.subspan(24)), of(6), 1000);
        point.fix = static_cast<unsigned>(std::min<std::int64_t>(u16(raw.subspan(30)), 3));
        if (!days || !ms || *days < 0 || *days > 36525 || *ms < 0 || *ms >= 86'401'000) return;
        point.time =
            CivilTime::utc(WallTime::from_ms((*days + days_1970_to_2000) * 86'400'000 + *ms));
    }

    Telemetry out_;
    std::size_t items_ = 0;
};

}  // namespace

Point const* Telemetry::first_with_fix() const {
    auto const at = std::ranges::find_if(points, [](Point const& one) { return one.fix >= 2; });
    return at == points.end() ? nullptr : &*at;
}

Result<Telemetry> parse_payload(ByteView payload) {
    if (payload.size() > payload_bytes_max) return wrong("it is too large");
    return PayloadReader().run(payload);
}

}  // namespace exhibit::gpmf
