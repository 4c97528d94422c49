// iso6709: a point on the Earth as text, "+43.8201+087.6103+812.4/".
//
// Comes in: text from a camera. Goes out: a Place, in whole numbers, so that no two programs round
// it differently; and the one text that stands for it.
//
// Spec: ISO 6709:2022 Annex H (string expression): latitude ±DD[.D], ±DDMM[.M] or ±DDMMSS[.S],
// longitude with three digits of degrees, then perhaps a height in metres and a reference system,
// then a solidus. Cameras leave the solidus out, which is taken. Written are degrees with at most
// seven decimals (about a centimetre), no zeros at the end. Not implemented: heights of other
// systems than metres; the reference system is read and not kept (cameras write WGS 84).
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"

namespace exhibit::iso6709 {

inline constexpr std::int32_t degree = 10'000'000;  // units of 1e-7 degrees
inline constexpr std::size_t text_max = 64;

struct Place {
    std::int32_t latitude = 0;   // -90 … +90 degrees, north is positive
    std::int32_t longitude = 0;  // -180 … +180, east is positive
    std::optional<std::int32_t> altitude_mm;
    friend bool operator==(Place const&, Place const&) = default;
};
// None when it is nowhere on the Earth.
std::optional<Place> place_of(std::int64_t latitude, std::int64_t longitude);

std::string write_place(Place const& place);
// Code "place". parse_place(write_place(p)) == p.
Result<Place> parse_place(std::string_view text);

// A cell that holds the point: degrees cut off after so many decimals, toward zero. The sign of a
// zero is kept, because the cells on both sides of the equator are two: "-00.0-179.9/".
std::string write_cell(Place const& place, unsigned decimals);

// For people: "43.82 N 87.61 E".
std::string show_place(Place const& place);
// The same of a text that write_cell wrote, or of a place; any other text as it is.
std::string show_cell(std::string_view text);

// Along the ground, about; right across the date line.
std::int64_t metres_between(Place const& a, Place const& b);

}  // namespace exhibit::iso6709
