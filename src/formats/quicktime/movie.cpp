#include <algorithm>

#include "base/reader.hpp"
#include "formats/quicktime/keys.hpp"

namespace exhibit::quicktime {
namespace {

using bmff::Box;
using bmff::box_type;

// From 1904-01-01T00:00:00Z to 1970-01-01T00:00:00Z.
constexpr std::int64_t seconds_before_1970 = 2'082'844'800;
constexpr std::int64_t latest_seconds = 253'402'300'799;  // of the year 9999

// §8.2.2: version 1 has 64-bit times.
Outcome read_header(Movie& movie, ByteSource const& source, Box const& mvhd) {
    auto const payload = mvhd.payload();
    auto const content =
        TRY(source.read(payload.offset, std::min<std::uint64_t>(payload.length, 32)));
    Reader reader(content);
    auto const version = TRY(reader.take_byte());
    TRY(reader.take(3));
    if (version > 1) return bad_input("mvhd is of a version that is not known").coded("quicktime");
    auto const take = [&]() -> Result<std::uint64_t> {
        if (version == 1) return reader.take_u64be();
        auto const value = TRY(reader.take_u32be());
        return static_cast<std::uint64_t>(value);
    };
    auto const created = TRY(take());
    TRY(take());  // modified
    auto const timescale = TRY(reader.take_u32be());
    auto const duration = TRY(take());
    if (timescale > 0 && duration / timescale < 10'000'000)
        movie.duration = Duration::ms(static_cast<std::int64_t>(
            static_cast<long double>(duration) * 1000 / static_cast<long double>(timescale)));
    // Zero: a camera whose clock was not set, or a program that took it out.
    if (created == 0) return {};
    auto const seconds = static_cast<std::int64_t>(created) - seconds_before_1970;
    if (created > INT64_MAX || seconds < 0 || seconds > latest_seconds) {
        movie.troubles.push_back("the time in mvhd is before 1970 or after 9999");
        return {};
    }
    movie.header_time = CivilTime::utc(WallTime::from_ms(seconds * 1000));
    return {};
}

Error named(Error error) {
    error.what = "the movie box is broken: " + error.what;
    if (error.fault == Fault::input) error.code = "quicktime";
    return error;
}

}  // namespace

Result<std::optional<Movie>> parse_movie(ByteSource const& source, std::vector<Box> const& top) {
    auto const moov = std::ranges::find(top, box_type("moov"), &Box::type);
    if (moov == top.end()) return std::optional<Movie>();
    auto const inside = bmff::children(source, *moov);
    if (!inside.ok()) return named(inside.error());
    Movie movie;
    auto const note = [&](Outcome const& outcome, char const* where) -> Outcome {
        if (outcome.ok()) return {};
        if (outcome.error().fault == Fault::world) return outcome.error();
        movie.troubles.push_back(std::string(where) + ": " + outcome.error().what);
        return {};
    };
    // Keys first: of two names for the same thing the newer way of writing stands.
    for (auto const& box : *inside) {
        if (box.type == box_type("meta")) { TRY(note(read_keys(movie, source, box), "meta")); }
    }
    for (auto const& box : *inside) {
        if (box.type == box_type("mvhd")) { TRY(note(read_header(movie, source, box), "mvhd")); }
        if (box.type == box_type("udta")) { TRY(note(read_user_data(movie, source, box), "udta")); }
    }
    return std::optional(std::move(movie));
}

}  // namespace exhibit::quicktime
