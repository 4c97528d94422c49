#include "formats/quicktime/keys.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/reader.hpp"

namespace exhibit::quicktime {
namespace {

using bmff::Box;
using bmff::box_type;

constexpr std::uint64_t list_bytes_max = 1 << 20;
constexpr std::int64_t altitude_m_max = 30'000;

// Types with a copyright sign, which QuickTime writes as the one byte A9 of Mac Roman.
constexpr bmff::BoxType apple(char const (&text)[4]) {
    return {0xa9, static_cast<Byte>(text[0]), static_cast<Byte>(text[1]),
            static_cast<Byte>(text[2])};
}

void set_time(Movie& movie, std::optional<CivilTime>& to, std::string_view text,
              std::string const& name) {
    auto const time = read_camera_time(text);
    if (time.ok())
        to = *time;
    else
        movie.troubles.push_back(name + " is not a time");
}

void set_place(Movie& movie, std::optional<iso6709::Place>& to, std::string_view text,
               std::string const& name) {
    auto const place = iso6709::parse_place(text);
    if (place.ok())
        to = *place;
    else
        movie.troubles.push_back(name + " is not a place");
}

void set_text(std::string& to, std::string_view text) {
    // The first one stands: keys come before user data.
    if (to.empty() && text.size() <= 256 && is_utf8(as_bytes(text))) to = text;
}

// Length, language, text; more languages may follow, the first is read.
std::optional<std::string> international_text(ByteView content) {
    Reader reader(content);
    auto const size = reader.take_u16be();
    auto const language = reader.take_u16be();
    if (!size.ok() || !language.ok()) return std::nullopt;
    auto const text = reader.take(*size);
    if (!text.ok() || text->size() > text_bytes_max) return std::nullopt;
    auto out = to_string(*text);
    return out.substr(0, out.find('\0'));
}

// 3GPP TS 26.244 §8.10: numbers are 16.16 fixed point, longitude first.
std::optional<iso6709::Place> read_loci(ByteView content) {
    Reader reader(content);
    if (!reader.take(6).ok()) return std::nullopt;  // version and flags, language
    bool const wide = reader.remaining() >= 2 && content[6] == 0xfe && content[7] == 0xff;
    if (wide) {
        for (;;) {
            auto const unit = reader.take_u16be();
            if (!unit.ok()) return std::nullopt;
            if (*unit == 0) break;
        }
    } else if (!reader.take_until(0, text_bytes_max).ok()) {
        return std::nullopt;
    }
    if (!reader.take(1).ok()) return std::nullopt;  // role
    auto const fixed = [&]() -> std::optional<std::int64_t> {
        auto const raw = reader.take_u32be();
        if (!raw.ok()) return std::nullopt;
        return static_cast<std::int32_t>(*raw);
    };
    auto const longitude = fixed(), latitude = fixed(), altitude = fixed();
    if (!longitude || !latitude || !altitude) return std::nullopt;
    auto const units = [](std::int64_t value) {
        auto const scaled = value * iso6709::degree;
        return (scaled + (scaled < 0 ? -32768 : 32768)) / 65536;
    };
    auto place = iso6709::place_of(units(*latitude), units(*longitude));
    if (place && std::abs(*altitude) / 65536 <= altitude_m_max)
        place->altitude_mm = static_cast<std::int32_t>(*altitude * 1000 / 65536);
    return place;
}

// Value of one metadata item: a `data` box of type 1, UTF-8.
std::optional<std::string> text_of_item(ByteSource const& source, Box const& item) {
    auto const inside = bmff::boxes_in(source, item.payload());
    if (!inside.ok()) return std::nullopt;
    for (auto const& box : *inside) {
        auto const payload = box.payload();
        if (box.type != box_type("data") || payload.length < 8 ||
            payload.length > 8 + text_bytes_max)
            continue;
        auto const content = source.read(payload.offset, payload.length);
        if (!content.ok() || !same_bytes(ByteView(*content).first(4), ByteArray<4>{0, 0, 0, 1}))
            continue;
        return to_string(ByteView(*content).subspan(8));
    }
    return std::nullopt;
}

// Names by their index, which counts from one.
Result<std::vector<std::string>> key_names(ByteSource const& source, Box const& keys) {
    auto const payload = keys.payload();
    if (payload.length > list_bytes_max)
        return bad_input("the list of keys is too long").coded("quicktime");
    auto const content = TRY(source.read(payload.offset, payload.length));
    Reader reader(content);
    TRY(reader.take(4));
    auto const count = TRY(reader.take_u32be());
    if (count > keys_max) return bad_input("there are too many keys").coded("quicktime");
    std::vector<std::string> out;
    for (std::uint32_t i = 0; i < count; ++i) {
        auto const size = TRY(reader.take_u32be());
        if (size < 8) return bad_input("a key is too short").coded("quicktime");
        auto const domain = TRY(reader.take(4));
        auto const name = TRY(reader.take(size - 8));
        out.push_back(as_text(domain) == "mdta" ? to_string(name) : std::string());
    }
    return out;
}

void take_key(Movie& movie, std::string const& name, std::string const& text) {
    constexpr std::string_view prefix = "com.apple.quicktime.";
    if (!name.starts_with(prefix)) return;
    auto const short_name = name.substr(prefix.size());
    if (short_name == "creationdate") set_time(movie, movie.key_time, text, "creationdate");
    if (short_name == "location.ISO6709")
        set_place(movie, movie.key_place, text, "location.ISO6709");
    if (short_name == "make") set_text(movie.make, text);
    if (short_name == "model") set_text(movie.model, text);
    if (short_name == "software") set_text(movie.software, text);
}

}  // namespace

Outcome read_user_data(Movie& movie, ByteSource const& source, Box const& udta) {
    // QuickTime ends the list with four zero bytes, which are no box.
    auto range = udta.payload();
    if (range.length >= 4 && range.length < 8) range.length = 0;
    auto boxes = bmff::boxes_in(source, range);
    if (!boxes.ok() && range.length >= 12) {
        range.length -= 4;
        boxes = bmff::boxes_in(source, range);
    }
    if (!boxes.ok()) return boxes.take_error();
    for (auto const& box : *boxes) {
        auto const payload = box.payload();
        bool const wanted = box.type[0] == 0xa9 || box.type == box_type("loci");
        if (!wanted || payload.length > text_bytes_max) continue;
        auto const content = TRY(source.read(payload.offset, payload.length));
        if (box.type == box_type("loci")) {
            movie.loci = read_loci(content);
            if (!movie.loci) movie.troubles.push_back("loci is not a place");
            continue;
        }
        auto const text = international_text(content);
        if (!text) {
            if (box.type == apple("xyz") || box.type == apple("day"))
                movie.troubles.push_back("user data that is no text");
            continue;
        }
        if (box.type == apple("xyz")) set_place(movie, movie.user_place, *text, "©xyz");
        if (box.type == apple("day")) set_time(movie, movie.user_time, *text, "©day");
        if (box.type == apple("mak")) set_text(movie.make, *text);
        if (box.type == apple("mod")) set_text(movie.model, *text);
        if (box.type == apple("swr")) set_text(movie.software, *text);
    }
    return {};
}

Outcome read_keys(Movie& movie, ByteSource const& source, Box const& meta) {
    auto const inside = TRY(bmff::children(source, meta));
    auto const keys = std::ranges::find(inside, box_type("keys"), &Box::type);
    auto const list = std::ranges::find(inside, box_type("ilst"), &Box::type);
    if (keys == inside.end() || list == inside.end()) return {};
    auto const names = TRY(key_names(source, *keys));
    auto const items = TRY(bmff::boxes_in(source, list->payload()));
    for (auto const& item : items) {
        // The type of an item is the index of its key.
        std::uint32_t const index = static_cast<std::uint32_t>(item.type[0]) << 24 |
                                    static_cast<std::uint32_t>(item.type[1]) << 16 |
                                    static_cast<std::uint32_t>(item.type[2]) << 8 | item.type[3];
        if (index == 0 || index > names.size() || names[index - 1].empty()) continue;
        if (auto const text = text_of_item(source, item)) take_key(movie, names[index - 1], *text);
    }
    return {};
}

}  // namespace exhibit::quicktime
