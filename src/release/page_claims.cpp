#include "release/page_claims.hpp"

#include "release/html.hpp"
#include "release/page_assets.hpp"
#include "release/page_words.hpp"

namespace exhibit::release {
namespace {

constexpr std::int64_t minute_ms = 60'000, day_minutes = 24 * 60;

// Tenths of a unit of the map, as text: no printer of floating point is asked.
std::string tenths(std::int64_t value) {
    return std::to_string(value / 10) + "." + std::to_string(value % 10);
}

// The map is 720 × 360 units, half a degree each; the circle marks about the size of a country.
std::string map_of(iso6709::Place const& place) {
    auto const x = (std::int64_t{place.longitude} + 180LL * iso6709::degree) / 500'000;
    auto const y = (90LL * iso6709::degree - place.latitude) / 500'000;
    auto const at = "cx=\"" + tenths(x) + "\" cy=\"" + tenths(y) + "\"";
    return "<svg class=\"map\" viewBox=\"0 0 720 320\" role=\"img\"" +
           words::attribute("aria-label", "claimed.map", {{"place", iso6709::show_place(place)}}) +
           "><rect class=\"sea\" width=\"720\" height=\"360\"/><use href=\"#land\"/>"
           "<path class=\"graticule\" d=\"M0 180H720M360 0V360\"/><circle class=\"ring\" " +
           at + " r=\"16\"/><circle class=\"spot\" " + at + " r=\"4.5\"/></svg>\n";
}

// Where on the line from midnight to midnight, by the clock it was written with.
std::string day_of(CivilTime const& time) {
    auto minute = time.ms / minute_ms % day_minutes;
    if (minute < 0) minute += day_minutes;
    auto const x = tenths(minute * 7200 / day_minutes);
    std::string out =
        "<svg class=\"day\" viewBox=\"0 0 720 44\" role=\"img\"" +
        words::attribute("aria-label", "claimed.day", {{"time", show_civil_time(time)}}) +
        "><rect class=\"night\" width=\"720\" height=\"14\"/>"
        "<rect class=\"noon\" x=\"180\" width=\"360\" height=\"14\"/>";
    for (auto const hour : {0, 6, 12, 18, 24}) {
        out += "<text x=\"" + std::to_string(hour * 30) + "\" y=\"36\" text-anchor=\"" +
               (hour == 0    ? "start"
                : hour == 24 ? "end"
                             : "middle") +
               "\">" + (hour < 10 ? "0" : "") + std::to_string(hour) + ":00</text>";
    }
    return out + "<path class=\"hand\" d=\"M" + x + " 0V20\"/></svg>\n";
}

std::string sources_of(std::string const& shown, std::string const& source) {
    return "<span dir=\"ltr\">" + html_text(shown) + "</span> <small>(" + html_name(source) +
           ")</small><br>";
}

// Exact readings, or the coarse facts where only those are shown.
std::string camera_rows(CaptureFacts const& captured) {
    std::string times, places;
    for (auto const& reading : readings_of(captured)) {
        if (reading.time) times += sources_of(show_civil_time(*reading.time), reading.source);
        if (reading.place)
            places += sources_of(iso6709::show_place(*reading.place), reading.source);
    }
    if (times.empty()) {
        for (auto const& one : captured.day.empty() ? captured.year : captured.day)
            times += sources_of(one.value, one.source);
    }
    if (places.empty()) {
        for (auto const& one :
             captured.cell_10km.empty() ? captured.cell_100km : captured.cell_10km)
            places += sources_of(iso6709::show_cell(one.value), one.source);
    }
    std::string out;
    if (!times.empty()) out += fact_row("claimed.camera-time", times);
    if (!places.empty()) out += fact_row("claimed.camera-place", places);
    return out;
}

std::string time_html(WallTime time) {
    return "<time dir=\"ltr\" datetime=\"" + write_time(time) + "\">" + html_text(show_time(time)) +
           "</time>";
}

}  // namespace

std::string fact_row(char const* key, std::string const& html) {
    return words::element("dt", key) + "<dd>" + html + "</dd>\n";
}

std::string claims_html(SealFacts const& facts) {
    std::string drawings;
    for (auto const& reading : readings_of(facts.captured)) {
        if (reading.place && drawings.find("class=\"map\"") == std::string::npos)
            drawings += map_of(*reading.place);
        if (reading.time && drawings.find("class=\"day\"") == std::string::npos)
            drawings += day_of(*reading.time);
    }
    std::string out = "<dl>\n" + camera_rows(facts.captured);
    if (facts.claimed_time) out += fact_row("claimed.witness-time", html_name(*facts.claimed_time));
    if (facts.place_exact) out += fact_row("claimed.witness-place", html_name(*facts.place_exact));
    if (facts.place_coarse)
        out += fact_row("claimed.witness-region", html_name(*facts.place_coarse));
    if (facts.note) out += fact_row("claimed.note", html_name(*facts.note));
    if (facts.file_time) out += fact_row("claimed.file-time", time_html(*facts.file_time));
    out += fact_row("claimed.device-clock", time_html(facts.device_clock));
    return out + "</dl>\n" + drawings;
}

std::vector<char const*> not_shown(SealFacts const& facts) {
    std::vector<char const*> out;
    if (!facts.claimed_time && !facts.captured.any_time()) out.push_back("withheld.time");
    if (!facts.place_exact && !facts.place_coarse && !facts.captured.any_place())
        out.push_back("withheld.place");
    if (facts.captured.make.empty() && facts.captured.model.empty())
        out.push_back("withheld.camera");
    if (!facts.note) out.push_back("withheld.note");
    return out;
}

std::string land_symbol() {
    return "<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs><path id=\"land\" d=\"" +
           html_text(page_assets::land) + "\"/></defs></svg>\n";
}

}  // namespace exhibit::release
