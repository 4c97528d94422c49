#include <algorithm>
#include <array>

#include "case/capture.hpp"

namespace exhibit {
namespace {

constexpr std::size_t sources_max = 16;
constexpr std::size_t value_bytes_max = 256;

struct Named {
    char const* name;
    std::vector<Sourced> CaptureFacts::*list;
};
constexpr std::array<Named, 6> lists = {{{"captured_instant", &CaptureFacts::instant},
                                         {"captured_day", &CaptureFacts::day},
                                         {"captured_year", &CaptureFacts::year},
                                         {"captured_point", &CaptureFacts::point},
                                         {"captured_10km", &CaptureFacts::cell_10km},
                                         {"captured_100km", &CaptureFacts::cell_100km}}};
constexpr char const* with_name = "captured_with";

// In the order in which a reader should look at them; others come after.
constexpr std::string_view sources[] = {
    "exif",           "exif-gps", "quicktime-keys",  "quicktime-user",
    "quicktime-loci", "gpmf",     "quicktime-header"};
std::ptrdiff_t rank_of(CaptureReading const& reading) {
    return std::ranges::find(sources, reading.source) - std::begin(sources);
}

Error bad_fact(std::string const& name) {
    return bad_input("is not a list of what sources say")
        .at("disclosure " + name)
        .coded("statement");
}

Result<std::vector<Sourced>> parse_list(std::string const& name, Json const& value) {
    if (!value.is_array() || value.size() > sources_max) return bad_fact(name);
    std::vector<Sourced> out;
    for (auto const& one : value) {
        auto object = TRY(JsonObject::of(one, name.c_str()));
        auto source = TRY(object.text("source", 64));
        auto text = TRY(object.text("value", value_bytes_max));
        TRY(object.finish());
        out.push_back({std::move(source), std::move(text)});
    }
    return out;
}

std::string const* value_of(std::vector<Sourced> const& list, std::string const& source) {
    auto const at = std::ranges::find(list, source, &Sourced::source);
    return at == list.end() ? nullptr : &at->value;
}

std::string device_name(CaptureFacts const& facts) {
    // Models often begin with the maker's name.
    if (facts.model.starts_with(facts.make)) return facts.model;
    return facts.make + (facts.model.empty() ? "" : " " + facts.model);
}

}  // namespace

CaptureFacts facts_of(Capture const& capture) {
    CaptureFacts out;
    for (auto const& reading : capture.readings) {
        if (reading.time) {
            auto const text = write_civil_time(*reading.time);
            out.instant.push_back({reading.source, text});
            out.day.push_back({reading.source, text.substr(0, 10)});
            out.year.push_back({reading.source, text.substr(0, 4)});
        }
        if (reading.place) {
            out.point.push_back({reading.source, iso6709::write_place(*reading.place)});
            out.cell_10km.push_back({reading.source, iso6709::write_cell(*reading.place, 1)});
            out.cell_100km.push_back({reading.source, iso6709::write_cell(*reading.place, 0)});
        }
    }
    auto const usable = [](std::string const& text) {
        return text.size() <= value_bytes_max && is_utf8(as_bytes(text)) ? text : std::string();
    };
    out.make = usable(capture.make);
    out.model = usable(capture.model);
    out.software = usable(capture.software);
    return out;
}

std::vector<std::pair<std::string, Json>> write_capture_facts(CaptureFacts const& facts) {
    std::vector<std::pair<std::string, Json>> out;
    for (auto const& one : lists) {
        auto const& list = facts.*one.list;
        if (list.empty()) continue;
        Json value = Json::array();
        for (auto const& [source, text] : list)
            value.push_back({{"source", source}, {"value", text}});
        out.emplace_back(one.name, std::move(value));
    }
    Json with = Json::object();
    if (!facts.make.empty()) with["make"] = facts.make;
    if (!facts.model.empty()) with["model"] = facts.model;
    if (!facts.software.empty()) with["software"] = facts.software;
    if (!with.empty()) out.emplace_back(with_name, std::move(with));
    return out;
}

Result<bool> take_capture_fact(CaptureFacts& facts, std::string const& name, Json const& value) {
    for (auto const& one : lists) {
        if (name != one.name) continue;
        facts.*one.list = TRY(parse_list(name, value));
        return true;
    }
    if (name != with_name) return false;
    auto object = TRY(JsonObject::of(value, with_name));
    auto const take = [&](char const* key) -> Result<std::string> {
        auto text = TRY(object.optional_text(key, value_bytes_max));
        return text.value_or("");
    };
    facts.make = TRY(take("make"));
    facts.model = TRY(take("model"));
    facts.software = TRY(take("software"));
    TRY(object.finish());
    return true;
}

std::vector<CaptureReading> readings_of(CaptureFacts const& facts) {
    std::vector<CaptureReading> out;
    auto const at = [&](std::string const& source) -> CaptureReading& {
        auto const found = std::ranges::find(out, source, &CaptureReading::source);
        if (found != out.end()) return *found;
        return out.emplace_back(CaptureReading{source, std::nullopt, std::nullopt});
    };
    for (auto const& [source, text] : facts.instant) {
        auto const time = parse_civil_time(text);
        if (time.ok()) at(source).time = *time;
    }
    for (auto const& [source, text] : facts.point) {
        auto const place = iso6709::parse_place(text);
        if (place.ok()) at(source).place = *place;
    }
    std::ranges::stable_sort(out, {}, rank_of);
    return out;
}

std::vector<std::string> contradictions(CaptureFacts const& facts) {
    std::vector<std::string> out;
    auto const check = [&](std::string const& source, std::string const& exact,
                           std::vector<Sourced> const& coarse, std::string const& expected) {
        auto const* told = value_of(coarse, source);
        if (told != nullptr && *told != expected)
            out.push_back(source + " says " + exact + ", and coarsely " + *told);
    };
    for (auto const& [source, text] : facts.instant) {
        check(source, text, facts.day, text.substr(0, std::min<std::size_t>(text.size(), 10)));
        check(source, text, facts.year, text.substr(0, std::min<std::size_t>(text.size(), 4)));
    }
    for (auto const& [source, text] : facts.point) {
        auto const place = iso6709::parse_place(text);
        if (!place.ok()) {
            out.push_back(source + " says " + text + ", which is no place");
            continue;
        }
        check(source, text, facts.cell_10km, iso6709::write_cell(*place, 1));
        check(source, text, facts.cell_100km, iso6709::write_cell(*place, 0));
    }
    return out;
}

std::string show_source(std::string_view source) {
    if (source == "exif-gps" || source == "gpmf") return "the camera's GPS";
    // Written by whatever made the file last.
    if (source == "quicktime-header") return "the file's header";
    return "camera";
}

std::string show_capture(CaptureFacts const& facts) {
    auto const from = [](Sourced const& one) { return " (" + show_source(one.source) + ")"; };
    std::string when = "no time", where = "no place";
    if (!facts.instant.empty()) {
        auto const& first = facts.instant.front();
        auto const time = parse_civil_time(first.value);
        when = "filmed " + (time.ok() ? show_civil_time(*time) : first.value) + from(first);
    } else if (!facts.day.empty() || !facts.year.empty()) {
        auto const& first = (facts.day.empty() ? facts.year : facts.day).front();
        when = "filmed " + first.value + from(first);
    }
    if (!facts.point.empty()) {
        auto const& first = facts.point.front();
        auto const place = iso6709::parse_place(first.value);
        where = (place.ok() ? iso6709::show_place(*place) : first.value) + from(first);
    } else if (facts.any_place()) {
        auto const& first = (facts.cell_10km.empty() ? facts.cell_100km : facts.cell_10km).front();
        where = "about " + iso6709::show_cell(first.value) + from(first);
    }
    auto const device = device_name(facts);
    return when + ", " + where + (device.empty() ? "" : ", " + device);
}

}  // namespace exhibit
