#include "formats/exif/exif.hpp"

#include <algorithm>

#include "formats/exif/tiff.hpp"

namespace exhibit::exif {
namespace {

using iso6709::degree;

// Tags of CIPA DC-008 §4.6.
namespace tag {
constexpr std::uint16_t make = 0x010f, model = 0x0110, software = 0x0131;
constexpr std::uint16_t exif_directory = 0x8769, gps_directory = 0x8825;
constexpr std::uint16_t date_time_original = 0x9003, offset_time_original = 0x9011,
                        sub_sec_time_original = 0x9291;
constexpr std::uint16_t gps_latitude_ref = 1, gps_latitude = 2, gps_longitude_ref = 3,
                        gps_longitude = 4, gps_altitude_ref = 5, gps_altitude = 6,
                        gps_time_stamp = 7, gps_status = 9, gps_date_stamp = 0x1d,
                        gps_h_positioning_error = 0x1f;
}  // namespace tag

constexpr std::int64_t altitude_mm_max = 100'000'000;

class Fields {
public:
    Fields(Tiff const& tiff, Tiff::Directory const& directory)
        : tiff_(tiff), directory_(directory) {}
    bool has(std::uint16_t tag) const { return directory_.contains(tag); }
    std::optional<std::string> text(std::uint16_t tag) const {
        auto const at = directory_.find(tag);
        return at == directory_.end() ? std::nullopt : tiff_.text(at->second);
    }
    std::vector<Rational> rationals(std::uint16_t tag) const {
        auto const at = directory_.find(tag);
        return at == directory_.end() ? std::vector<Rational>() : tiff_.rationals(at->second);
    }
    std::optional<Byte> byte(std::uint16_t tag) const {
        auto const at = directory_.find(tag);
        bool const fits =
            at != directory_.end() && at->second.type == Type::byte && at->second.count == 1;
        return fits ? std::optional(at->second.value[0]) : std::nullopt;
    }

private:
    Tiff const& tiff_;
    Tiff::Directory const& directory_;
};

// Whole numbers at fixed places of "2020:10:12 08:41:07".
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (text.size() < at + count) return std::nullopt;
    int value = 0;
    for (auto const c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<CivilTime> parse_date_time(std::string_view text) {
    if (text.size() != 19 || text[4] != ':' || text[7] != ':' || text[10] != ' ' ||
        text[13] != ':' || text[16] != ':')
        return std::nullopt;
    auto const year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    auto const hour = digits(text, 11, 2), minute = digits(text, 14, 2),
               second = digits(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    return CivilTime::of(*year, *month, *day, *hour, *minute, *second);
}

// A camera whose clock was never set writes blanks or zeros (§4.6.5.4).
bool says_nothing(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c == ' ' || c == ':' || c == '0'; });
}

void read_taken(Exif& out, Fields const& fields) {
    auto const text = fields.text(tag::date_time_original);
    if (!text || says_nothing(*text)) return;
    auto time = parse_date_time(*text);
    if (!time) return out.troubles.push_back("DateTimeOriginal is not a time");
    if (auto const fraction = fields.text(tag::sub_sec_time_original)) {
        // "7" is 0.7 s, "0710" is 0.071 s.
        auto const padded = (*fraction + "000").substr(0, 3);
        auto const milli = digits(padded, 0, 3);
        if (milli)
            time->ms += *milli;
        else if (!fraction->empty())
            out.troubles.push_back("SubSecTimeOriginal is no fraction of a second");
    }
    auto const offset = fields.text(tag::offset_time_original);
    // Blanks: the zone is not known. "+00:00" is a zone.
    if (offset && offset->find_first_not_of(" :") != std::string::npos) {
        auto const minutes = parse_offset(*offset);
        if (minutes)
            *time = time->with_offset(*minutes);
        else
            out.troubles.push_back("OffsetTimeOriginal is not a zone");
    }
    out.taken = time;
}

// Degrees, minutes, seconds; each may have a fraction (§4.6.6.5).
std::optional<std::int64_t> angle_of(std::vector<Rational> const& parts) {
    if (parts.size() != 3) return std::nullopt;
    long double total = 0;
    long double const most[] = {180, 60, 60};
    long double const per_degree[] = {1, 60, 3600};
    for (std::size_t i = 0; i < 3; ++i) {
        auto const [numerator, denominator] = parts[i];
        if (numerator < 0 || denominator < 0) return std::nullopt;
        if (denominator == 0) {
            // 0/0 for minutes or seconds that are not known: the part is left out.
            if (numerator != 0 || i == 0) return std::nullopt;
            continue;
        }
        auto const value = static_cast<long double>(numerator) / denominator;
        if (value > most[i]) return std::nullopt;
        total += value / per_degree[i];
    }
    return static_cast<std::int64_t>(total * degree + 0.5L);
}

void read_place(Exif& out, Fields const& gps) {
    if (!gps.has(tag::gps_latitude) && !gps.has(tag::gps_longitude)) return;
    auto const trouble = [&](char const* what) { out.troubles.push_back(what); };
    // 'V': the receiver had no fix when it was written.
    if (gps.text(tag::gps_status) == "V") return trouble("the GPS had no fix");
    auto const north = gps.text(tag::gps_latitude_ref), east = gps.text(tag::gps_longitude_ref);
    // Without its letter a number may be either side of the equator: it is no place.
    if (north != "N" && north != "S") return trouble("GPSLatitudeRef is neither N nor S");
    if (east != "E" && east != "W") return trouble("GPSLongitudeRef is neither E nor W");
    auto const latitude = angle_of(gps.rationals(tag::gps_latitude));
    auto const longitude = angle_of(gps.rationals(tag::gps_longitude));
    if (!latitude || !longitude) return trouble("GPSLatitude or GPSLongitude is not an angle");
    auto place = iso6709::place_of(north == "S" ? -*latitude : *latitude,
                                   east == "W" ? -*longitude : *longitude);
    if (!place) return trouble("GPSLatitude is not on the Earth");
    auto const height = gps.rationals(tag::gps_altitude);
    if (height.size() == 1 && height[0].denominator > 0 && height[0].numerator >= 0) {
        auto const mm = static_cast<long double>(height[0].numerator) * 1000 /
                        static_cast<long double>(height[0].denominator);
        bool const below = gps.byte(tag::gps_altitude_ref) == 1;
        if (mm <= altitude_mm_max)
            place->altitude_mm = static_cast<std::int32_t>(below ? -mm - 0.5L : mm + 0.5L);
        else
            trouble("GPSAltitude is too high");
    }
    out.place = place;
}

void read_satellite_time(Exif& out, Fields const& gps) {
    auto const date = gps.text(tag::gps_date_stamp);
    auto const clock = gps.rationals(tag::gps_time_stamp);
    if (!date || says_nothing(*date) || clock.empty()) return;
    auto const year = digits(*date, 0, 4), month = digits(*date, 5, 2), day = digits(*date, 8, 2);
    bool const good = date->size() == 10 && (*date)[4] == ':' && (*date)[7] == ':' && year &&
                      month && day && clock.size() == 3 &&
                      std::ranges::all_of(clock, [](Rational const& part) {
                          return part.denominator > 0 && part.numerator >= 0 &&
                                 part.numerator / part.denominator < 61;
                      });
    if (!good) return out.troubles.push_back("GPSDateStamp or GPSTimeStamp is not a time");
    auto const whole = [](Rational const& part) {
        return static_cast<int>(part.numerator / part.denominator);
    };
    auto const milli =
        static_cast<int>(clock[2].numerator % clock[2].denominator * 1000 / clock[2].denominator);
    auto time = CivilTime::of(*year, *month, *day, whole(clock[0]), whole(clock[1]),
                              whole(clock[2]), milli);
    if (!time) return out.troubles.push_back("GPSDateStamp or GPSTimeStamp is not a time");
    time->zone = CivilTime::Zone::utc;
    out.satellite_time = time;
}

void read_uncertainty(Exif& out, Fields const& gps) {
    auto const error = gps.rationals(tag::gps_h_positioning_error);
    if (error.size() != 1 || error[0].denominator <= 0 || error[0].numerator < 0) return;
    auto const mm = static_cast<long double>(error[0].numerator) * 1000 /
                    static_cast<long double>(error[0].denominator);
    if (mm <= altitude_mm_max) out.uncertainty_mm = static_cast<std::int32_t>(mm + 0.5L);
}

// The directory that a tag of IFD0 points to; what is wrong with it is told.
std::optional<Tiff::Directory> below(Tiff const& tiff, Tiff::Directory const& first,
                                     std::uint16_t tag, char const* name, Exif& out) {
    auto const at = first.find(tag);
    if (at == first.end()) return std::nullopt;
    auto const offset = tiff.number(at->second);
    if (!offset) {
        out.troubles.push_back(std::string(name) + " is not an offset");
        return std::nullopt;
    }
    auto directory = tiff.directory(*offset);
    if (directory.ok()) return directory.take();
    out.troubles.push_back(std::string(name) + ": " + directory.error().what);
    return std::nullopt;
}

}  // namespace

std::optional<ByteView> tiff_in_app1(ByteView content) {
    constexpr std::string_view mark("Exif\0\0", 6);
    if (content.size() < mark.size() || as_text(content.first(mark.size())) != mark)
        return std::nullopt;
    return content.subspan(mark.size());
}

Result<Exif> parse_exif(ByteView bytes) {
    auto const tiff = TRY(Tiff::open(bytes));
    auto const first = TRY(tiff.directory(tiff.first_directory()));
    Exif out;
    Fields const device(tiff, first);
    out.make = device.text(tag::make).value_or("");
    out.model = device.text(tag::model).value_or("");
    out.software = device.text(tag::software).value_or("");
    auto const photo = below(tiff, first, tag::exif_directory, "the Exif directory", out);
    if (photo) read_taken(out, Fields(tiff, *photo));
    auto const gps = below(tiff, first, tag::gps_directory, "the GPS directory", out);
    if (gps) {
        Fields const fields(tiff, *gps);
        read_place(out, fields);
        read_satellite_time(out, fields);
        read_uncertainty(out, fields);
    }
    return out;
}

}  // namespace exhibit::exif
