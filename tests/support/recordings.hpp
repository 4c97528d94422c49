// Small recordings made by hand, for what cameras write into them: a TIFF structure with Exif, a
// JPEG around it, a HEIC around it, an MP4 with user data, keys and telemetry.
#pragma once

#include "base/bytes.hpp"
#include "formats/bmff/bmff.hpp"

namespace exhibit::test {

// A TIFF structure in either byte order: entries of IFD0, of the Exif and of the GPS directory.
class TiffMaker {
public:
    explicit TiffMaker(bool little) : little_(little) {}
    enum class In { first, exif, gps };

    TiffMaker& text(In where, std::uint16_t tag, std::string value) {
        value += '\0';
        return put(where, tag, 2, static_cast<std::uint32_t>(value.size()), to_bytes(value));
    }
    TiffMaker& byte(In where, std::uint16_t tag, Byte value) {
        return put(where, tag, 1, 1, {value});
    }
    TiffMaker& rationals(In where, std::uint16_t tag,
                         std::vector<std::pair<std::uint32_t, std::uint32_t>> const& values) {
        Bytes content;
        for (auto const& [numerator, denominator] : values) {
            append(content, number(numerator, 4));
            append(content, number(denominator, 4));
        }
        return put(where, tag, 5, static_cast<std::uint32_t>(values.size()), content);
    }
    TiffMaker& put(In where, std::uint16_t tag, std::uint16_t type, std::uint32_t count,
                   Bytes content) {
        entries_[static_cast<int>(where)].push_back({tag, type, count, std::move(content)});
        return *this;
    }

    // 43 49 12.00 N etc. in the usual three rationals.
    TiffMaker& place(std::uint32_t lat_degrees, std::uint32_t lat_minutes,
                     std::uint32_t lat_seconds, char north, std::uint32_t lon_degrees,
                     std::uint32_t lon_minutes, std::uint32_t lon_seconds, char east) {
        text(In::gps, 1, std::string(1, north));
        rationals(In::gps, 2, {{lat_degrees, 1}, {lat_minutes, 1}, {lat_seconds, 100}});
        text(In::gps, 3, std::string(1, east));
        return rationals(In::gps, 4, {{lon_degrees, 1}, {lon_minutes, 1}, {lon_seconds, 100}});
    }

    Bytes make() const {
        auto first = entries_[0];
        // The directories follow IFD0 and its values.
        Bytes out = to_bytes(std::string_view(little_ ? "II" : "MM"));
        append(out, number(42, 2));
        append(out, number(8, 4));
        for (int i = 1; i < 3; ++i) {
            if (entries_[i].empty()) continue;
            first.push_back({static_cast<std::uint16_t>(i == 1 ? 0x8769 : 0x8825), 4, 1, {}});
        }
        std::size_t after = 8 + size_of(first);
        for (auto& entry : first) {
            if (!entry.content.empty()) continue;
            auto const& directory = entries_[entry.tag == 0x8769 ? 1 : 2];
            entry.content = number(after, 4);
            after += size_of(directory);
        }
        write(out, first);
        for (int i = 1; i < 3; ++i) {
            if (!entries_[i].empty()) write(out, entries_[i]);
        }
        return out;
    }

private:
    struct Entry {
        std::uint16_t tag, type;
        std::uint32_t count;
        Bytes content;
    };
    Bytes number(std::uint64_t value, std::size_t bytes) const {
        Bytes out(bytes);
        for (std::size_t i = 0; i < bytes; ++i)
            out[little_ ? i : bytes - 1 - i] = static_cast<Byte>(value >> (8 * i));
        return out;
    }
    static std::size_t size_of(std::vector<Entry> const& entries) {
        std::size_t size = 2 + entries.size() * 12 + 4;
        for (auto const& entry : entries)
            size += entry.content.size() > 4 ? entry.content.size() : 0;
        return size;
    }
    void write(Bytes& out, std::vector<Entry> const& entries) const {
        std::size_t values = out.size() + 2 + entries.size() * 12 + 4;
        Bytes tail;
        append(out, number(entries.size(), 2));
        for (auto const& entry : entries) {
            append(out, number(entry.tag, 2));
            append(out, number(entry.type, 2));
            append(out, number(entry.count, 4));
            auto content = entry.content;
            if (content.size() > 4) {
                append(out, number(values + tail.size(), 4));
                append(tail, content);
            } else {
                content.resize(4);
                append(out, content);
            }
        }
        append(out, number(0, 4));
        append(out, tail);
    }

    bool little_;
    std::vector<Entry> entries_[3];
};

// A grey picture of 8 by 8 points; decoders take it.
inline Bytes tiny_jpeg(ByteView tiff = {}) {
    Bytes out = {0xff, 0xd8};
    if (!tiff.empty()) {
        append(out, Bytes{0xff, 0xe1});
        append(out, big_endian<2>(2 + 6 + tiff.size()));
        append(out, std::string_view("Exif\0\0", 6));
        append(out, tiff);
    }
    append(out, Bytes{0xff, 0xdb, 0, 67, 0});
    append(out, Bytes(64, 16));  // one quantisation table
    append(out, Bytes{0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0});
    // Huffman tables of one code each: DC length 0, AC end of block.
    append(out, Bytes{0xff, 0xc4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    append(out, Bytes{0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    append(out, Bytes{0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x3f, 0xff, 0xd9});
    return out;
}

inline Bytes full_box(char const (&type)[5], Byte version, ByteView fields) {
    Bytes content = {version, 0, 0, 0};
    append(content, fields);
    return bmff::write_box(bmff::box_type(type), content);
}
inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (auto const& part : parts) append(out, part);
    return out;
}
inline Bytes box(char const (&type)[5], std::initializer_list<Bytes> parts) {
    return bmff::write_box(bmff::box_type(type), joined(parts));
}
inline Bytes u16(std::uint64_t value) {
    auto const out = big_endian<2>(value);
    return {out.begin(), out.end()};
}
inline Bytes u32(std::uint64_t value) {
    auto const out = big_endian<4>(value);
    return {out.begin(), out.end()};
}
inline Bytes u64(std::uint64_t value) {
    auto const out = big_endian<8>(value);
    return {out.begin(), out.end()};
}

inline Bytes movie_header(std::uint32_t seconds_since_1904, std::uint32_t milliseconds) {
    Bytes rest(80);  // rate, volume, matrix, next track
    rest[3] = 1;
    return full_box("mvhd", 0,
                    joined({u32(seconds_since_1904), u32(seconds_since_1904), u32(1000),
                            u32(milliseconds), rest}));
}
inline constexpr std::uint32_t seconds_1904_to_1970 = 2'082'844'800;

// ©xyz and the like: length, language, text.
inline Bytes user_text(std::string const& name, std::string const& text) {
    Bytes content = u16(text.size());
    append(content, u16(0x15c7));
    append(content, text);
    bmff::BoxType type{0xa9, static_cast<Byte>(name[0]), static_cast<Byte>(name[1]),
                       static_cast<Byte>(name[2])};
    return bmff::write_box(type, content);
}

// moov/meta with keys and values.
inline Bytes metadata_keys(std::vector<std::pair<std::string, std::string>> const& values) {
    Bytes names, items;
    std::uint32_t index = 0;
    for (auto const& [name, text] : values) {
        append(names, u32(8 + name.size()));
        append(names, std::string_view("mdta"));
        append(names, name);
        auto const data = box("data", {u32(1), u32(0), to_bytes(text)});
        auto const number = big_endian<4>(++index);
        append(items, bmff::write_box({number[0], number[1], number[2], number[3]}, data));
    }
    auto const handler =
        full_box("hdlr", 0, joined({u32(0), to_bytes(std::string_view("mdta")), Bytes(13)}));
    auto const keys = full_box("keys", 0, joined({u32(values.size()), names}));
    return box("meta", {handler, keys, bmff::write_box(bmff::box_type("ilst"), items)});
}

inline Bytes file_type(std::string const& brand) {
    return box("ftyp", {to_bytes(brand), u32(0), to_bytes(brand)});
}

// A track of samples of one second, each in a chunk of its own, which lie one behind the other from
// `offset` on.
inline Bytes sample_track(std::string const& handler, std::string const& format,
                          std::vector<std::size_t> const& sizes, std::uint64_t offset,
                          std::vector<std::uint32_t> const& sync = {}) {
    Bytes stsz = joined({u32(0), u32(sizes.size())}), stco = u32(sizes.size());
    for (auto const size : sizes) {
        append(stsz, u32(size));
        append(stco, u32(offset));
        offset += size;
    }
    Bytes stss = u32(sync.size());
    for (auto const one : sync) append(stss, u32(one));
    auto const entry = joined({u32(16), to_bytes(format), Bytes(6), u16(1)});
    auto stbl = joined({full_box("stsd", 0, joined({u32(1), entry})),
                        full_box("stts", 0, joined({u32(1), u32(sizes.size()), u32(1000)})),
                        full_box("stsc", 0, joined({u32(1), u32(1), u32(1), u32(1)})),
                        full_box("stsz", 0, stsz), full_box("stco", 0, stco)});
    if (!sync.empty()) append(stbl, full_box("stss", 0, stss));
    auto const mdhd =
        full_box("mdhd", 0, joined({u32(0), u32(0), u32(1000), u32(1000 * sizes.size()), u32(0)}));
    auto const hdlr = full_box("hdlr", 0, joined({u32(0), to_bytes(handler), Bytes(13)}));
    auto const minf = box("minf", {bmff::write_box(bmff::box_type("stbl"), stbl)});
    return box("trak", {box("mdia", {mdhd, hdlr, minf})});
}

// One GPMF item; nested when type is 0.
inline Bytes gpmf_item(std::string const& key, char type, std::size_t structure, std::size_t repeat,
                       Bytes data) {
    Bytes out = to_bytes(key);
    out.push_back(static_cast<Byte>(type));
    out.push_back(static_cast<Byte>(structure));
    append(out, u16(repeat));
    data.resize((data.size() + 3) / 4 * 4);
    append(out, data);
    return out;
}
inline Bytes gpmf_nest(std::string const& key, Bytes const& content) {
    return gpmf_item(key, 0, 1, content.size(), content);
}
// A payload with one GPS5 point, latitude and longitude in 1e-7 degrees.
inline Bytes gps5_payload(std::int32_t latitude, std::int32_t longitude, unsigned fix,
                          std::string const& utc) {
    auto const i32 = [](std::int32_t value) { return u32(static_cast<std::uint32_t>(value)); };
    Bytes stream = gpmf_item("GPSF", 'L', 4, 1, u32(fix));
    append(stream, gpmf_item("GPSU", 'U', 16, 1, to_bytes(utc)));
    append(stream,
           gpmf_item("SCAL", 'l', 4, 5,
                     joined({u32(10'000'000), u32(10'000'000), u32(1000), u32(1000), u32(100)})));
    append(stream,
           gpmf_item("GPS5", 'l', 20, 1,
                     joined({i32(latitude), i32(longitude), i32(812'400), u32(0), u32(0)})));
    Bytes device = gpmf_item("DVNM", 'c', 1, 6, to_bytes(std::string_view("Camera")));
    append(device, gpmf_nest("STRM", stream));
    return gpmf_nest("DEVC", device);
}

// ftyp, mdat with the telemetry, moov: as a camera that closes its file at the end.
inline Bytes movie_with_telemetry(std::vector<Bytes> const& payloads, Bytes const& more_of_moov) {
    auto out = file_type("isom");
    std::vector<std::size_t> sizes;
    Bytes content;
    for (auto const& one : payloads) {
        sizes.push_back(one.size());
        append(content, one);
    }
    auto const offset = out.size() + 8;
    append(out, bmff::write_box(bmff::box_type("mdat"), content));
    append(out, box("moov", {more_of_moov, sample_track("meta", "gpmd", sizes, offset)}));
    return out;
}

// A HEIC that holds nothing but Exif: its item in the file, or in `idat`.
inline Bytes heic_with_exif(ByteView tiff, bool in_idat) {
    Bytes exif = u32(6);
    append(exif, std::string_view("Exif\0\0", 6));
    append(exif, tiff);
    auto const infe =
        full_box("infe", 2, joined({u16(1), u16(0), to_bytes(std::string_view("Exif")), Bytes(1)}));
    auto const iinf = full_box("iinf", 0, joined({u16(1), infe}));
    auto const handler =
        full_box("hdlr", 0, joined({u32(0), to_bytes(std::string_view("pict")), Bytes(13)}));
    auto const with_offset = [&](std::uint64_t offset) {
        auto const iloc = full_box("iloc", 1,
                                   joined({u16(0x4400), u16(1), u16(1), u16(in_idat ? 1 : 0),
                                           u16(0), u16(1), u32(offset), u32(exif.size())}));
        auto parts = joined({handler, iinf, iloc});
        if (in_idat) append(parts, bmff::write_box(bmff::box_type("idat"), exif));
        return joined({file_type("heic"), full_box("meta", 0, parts)});
    };
    if (in_idat) return with_offset(0);
    auto const before = with_offset(0).size();
    return joined({with_offset(before + 8), bmff::write_box(bmff::box_type("mdat"), exif)});
}

}  // namespace exhibit::test
