#include "formats/jumbf/jumbf.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/reader.hpp"

namespace exhibit::jumbf {
namespace {

constexpr auto superbox_type = box_type("jumb");
constexpr auto description_type = box_type("jumd");
constexpr auto salt_type = box_type("c2sh");

constexpr Byte has_label = 0x02, has_id = 0x04, has_hash = 0x08, has_private = 0x10;
constexpr Byte known_toggles = 0x1f;

struct RawBox {
    BoxType type{};
    ByteView payload;
    ByteView whole;
};

class Parser {
public:
    Error wrong(std::string what) const {
        return bad_input("is no JUMBF: " + what).at("box " + std::to_string(boxes_)).coded("jumbf");
    }

    Result<RawBox> raw_box(Reader& reader, ByteView all) {
        if (++boxes_ > boxes_max) return wrong("too many boxes");
        auto const start = reader.offset();
        if (reader.remaining() < 8) return wrong("a box header is cut off");
        std::uint64_t length = TRY(reader.take_u32be());
        auto const type = TRY(reader.take(4));
        std::size_t header = 8;
        if (length == 1) {
            if (reader.remaining() < 8) return wrong("a box header is cut off");
            length = TRY(reader.take_u64be());
            header = 16;
        } else if (length == 0) {
            length = all.size() - start;
        }
        if (length < header) return wrong("a box shorter than its header");
        if (length - header > reader.remaining())
            return wrong("a box longer than what encloses it");
        RawBox box;
        std::ranges::copy(type, box.type.begin());
        box.payload = TRY(reader.take(static_cast<std::size_t>(length) - header));
        box.whole = all.subspan(start, static_cast<std::size_t>(length));
        return box;
    }

    Result<Description> description(ByteView payload) {
        Reader reader(payload);
        Description out;
        auto const type = reader.take(16);
        if (!type.ok()) return wrong("a description is cut off");
        std::ranges::copy(type.value(), out.type.begin());
        auto const toggles = reader.take_byte();
        if (!toggles.ok()) return wrong("a description is cut off");
        out.toggles = *toggles;
        if ((out.toggles & ~known_toggles) != 0) return wrong("unknown toggles");
        if ((out.toggles & has_label) != 0) {
            auto const label = reader.take_until(0, label_max);
            if (!label.ok()) return wrong("a label without an end");
            if (!good_label(*label)) return wrong("a label with a forbidden character");
            out.label = to_string(*label);
        }
        if ((out.toggles & has_id) != 0) out.id = TRY(reader.take_u32be());
        if ((out.toggles & has_hash) != 0) {
            auto const hash = TRY(reader.take(32));
            out.hash = TRY(exactly<32>(hash));
        }
        if ((out.toggles & has_private) != 0) {
            auto const box = TRY(raw_box(reader, payload));
            out.private_box = ContentBox{box.type, box.payload};
        }
        if (!reader.at_end()) return wrong("bytes after a description");
        return out;
    }

    Result<Superbox> superbox(RawBox const& raw, unsigned depth) {
        if (raw.type != superbox_type) return wrong("a superbox was expected");
        if (depth > depth_max) return wrong("nested too deeply");
        Superbox out;
        out.payload = raw.payload;
        out.whole = raw.whole;
        Reader reader(raw.payload);
        auto const first = TRY(raw_box(reader, raw.payload));
        if (first.type != description_type) return wrong("a superbox without a description");
        out.description = TRY(description(first.payload));
        while (!reader.at_end()) {
            auto const box = TRY(raw_box(reader, raw.payload));
            if (box.type == description_type) return wrong("two descriptions in one superbox");
            if (box.type == superbox_type) {
                auto child = TRY(superbox(box, depth + 1));
                out.children.push_back(std::move(child));
            } else {
                out.contents.push_back({box.type, box.payload});
            }
        }
        return out;
    }

private:
    static bool good_label(ByteView label) {
        auto const bad = [](Byte c) {
            return c < 0x20 || c == 0x7f || c == '/' || c == ';' || c == '?' || c == '#';
        };
        return is_utf8(label) && std::ranges::none_of(label, bad);
    }

    std::size_t boxes_ = 0;
};

}  // namespace

ByteView Description::salt() const {
    if (!private_box || private_box->type != salt_type) return {};
    return private_box->payload;
}

Superbox const* Superbox::only_child(std::string_view label) const {
    Superbox const* found = nullptr;
    for (auto const& child : children) {
        if (child.label() != label) continue;
        if (found != nullptr) return nullptr;
        found = &child;
    }
    return found;
}

ContentBox const* Superbox::content(BoxType type) const {
    auto const found = std::ranges::find(contents, type, &ContentBox::type);
    return found == contents.end() ? nullptr : &*found;
}

Result<Superbox> parse_first(ByteView bytes) {
    Parser parser;
    Reader reader(bytes);
    auto const raw = TRY(parser.raw_box(reader, bytes));
    return parser.superbox(raw, 0);
}

Result<Superbox> parse(ByteView bytes) {
    auto box = TRY(parse_first(bytes));
    if (box.whole.size() != bytes.size()) {
        return bad_input("is no JUMBF: bytes after the superbox").coded("jumbf");
    }
    return box;
}

Bytes write_box(BoxType type, ByteView payload) {
    VERIFY(payload.size() <= 0xffffffff - 8);
    Bytes out;
    out.reserve(payload.size() + 8);
    append(out, big_endian<4>(payload.size() + 8));
    append(out, type);
    append(out, payload);
    return out;
}

Bytes write_description(Description const& description) {
    Bytes payload = to_bytes(description.type);
    payload.push_back(description.toggles);
    if ((description.toggles & has_label) != 0) {
        append(payload, description.label);
        payload.push_back(0);
    }
    if (description.id) append(payload, big_endian<4>(*description.id));
    if (description.hash) append(payload, *description.hash);
    if (description.private_box) {
        append(payload, write_box(description.private_box->type, description.private_box->payload));
    }
    return write_box(description_type, payload);
}

Bytes write_superbox(Description const& description, std::vector<Bytes> const& boxes) {
    auto payload = write_description(description);
    for (auto const& box : boxes) append(payload, box);
    return write_box(superbox_type, payload);
}

Bytes write(Superbox const& box) {
    std::vector<Bytes> boxes;
    for (auto const& content : box.contents) {
        boxes.push_back(write_box(content.type, content.payload));
    }
    for (auto const& child : box.children) boxes.push_back(write(child));
    return write_superbox(box.description, boxes);
}

}  // namespace exhibit::jumbf
