#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/reader.hpp"
#include "formats/bmff/bmff.hpp"

namespace exhibit::bmff {
namespace {

constexpr auto uuid_type = box_type("uuid");
constexpr auto meta_type = box_type("meta");

Error wrong(std::string what, std::uint64_t offset) {
    return bad_input("is no MP4 or MOV: " + what)
        .at("offset " + std::to_string(offset))
        .coded("bmff");
}

Result<Box> read_box(ByteSource const& source, std::uint64_t offset, ByteRange range) {
    auto const left = range.end() - offset;
    ByteArray<32> buffer{};
    auto const head =
        MutableBytes(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, 32)));
    TRY(source.read_at(offset, head));
    Reader reader(head);
    if (left < 8) return wrong("a box header is cut off", offset);
    Box box;
    box.offset = offset;
    box.size = TRY(reader.take_u32be());
    auto const type = TRY(reader.take(4));
    std::ranges::copy(type, box.type.begin());
    box.header_bytes = 8;
    if (box.size == 1) {
        if (left < 16) return wrong("a box header is cut off", offset);
        box.size = TRY(reader.take_u64be());
        box.header_bytes = 16;
    } else if (box.size == 0) {
        if (range.end() != source.size()) return wrong("an open end inside of a box", offset);
        box.size = left;
    }
    if (box.size < box.header_bytes) return wrong("a box shorter than its header", offset);
    if (box.size > left) return wrong("a box longer than what encloses it", offset);
    if (box.type == uuid_type) {
        if (box.size < box.header_bytes + 16) return wrong("a uuid box without its type", offset);
        auto const usertype = TRY(reader.take(16));
        std::ranges::copy(usertype, box.usertype.begin());
    }
    return box;
}

struct Step {
    BoxType type{};
    std::size_t index = 0;  // 0: all
};

Result<std::vector<Step>> parse_path(std::string_view xpath) {
    auto const bad = bad_input("is no path of boxes").coded("xpath");
    std::vector<Step> out;
    while (!xpath.empty()) {
        if (xpath.front() != '/' || out.size() >= depth_max) return bad;
        xpath.remove_prefix(1);
        auto const stop = std::min(xpath.find('/'), xpath.size());
        auto const part = xpath.substr(0, stop);
        xpath.remove_prefix(stop);
        if (part.size() < 4) return bad;
        Step step;
        std::memcpy(step.type.data(), part.data(), 4);
        auto index = part.substr(4);
        if (!index.empty()) {
            if (index.size() < 3 || index.front() != '[' || index.back() != ']') return bad;
            index = index.substr(1, index.size() - 2);
            auto const read =
                std::from_chars(index.data(), index.data() + index.size(), step.index);
            if (read.ec != std::errc{} || read.ptr != index.data() + index.size() ||
                step.index == 0) {
                return bad;
            }
        }
        out.push_back(step);
    }
    if (out.empty()) return bad;
    return out;
}

std::vector<Box> matching(std::vector<Box> const& boxes, Step const& step) {
    std::vector<Box> out;
    std::size_t count = 0;
    for (auto const& box : boxes) {
        if (box.type != step.type) continue;
        ++count;
        if (step.index == 0 || step.index == count) out.push_back(box);
    }
    return out;
}

}  // namespace

Result<std::vector<Box>> boxes_in(ByteSource const& source, ByteRange range) {
    std::vector<Box> out;
    auto offset = range.offset;
    while (offset < range.end()) {
        if (out.size() >= boxes_max) return wrong("too many boxes", offset);
        auto const box = TRY(read_box(source, offset, range));
        offset = box.end();
        out.push_back(box);
    }
    return out;
}

Result<std::vector<Box>> top_level(ByteSource const& source) {
    return boxes_in(source, {0, source.size()});
}

Result<std::vector<Box>> children(ByteSource const& source, Box const& parent) {
    auto range = parent.payload();
    if (parent.type == uuid_type) range = {range.offset + 16, range.length - 16};
    if (parent.type == meta_type && range.length >= 12) {
        // A full box in ISO files, a plain one in QuickTime: there `hdlr` begins at once.
        ByteArray<12> head{};
        TRY(source.read_at(range.offset, head));
        bool const plain = same_bytes(ByteView(head).subspan(4, 4), box_type("hdlr"));
        if (!plain) range = {range.offset + 4, range.length - 4};
    }
    return boxes_in(source, range);
}

Result<std::vector<Box>> find(ByteSource const& source, std::string_view xpath) {
    auto const top = TRY(top_level(source));
    return find(source, top, xpath);
}

Result<std::vector<Box>> find(ByteSource const& source, std::vector<Box> const& top,
                              std::string_view xpath) {
    auto const steps = TRY(parse_path(xpath));
    auto found = matching(top, steps.front());
    for (std::size_t i = 1; i < steps.size(); ++i) {
        std::vector<Box> next;
        for (auto const& parent : found) {
            auto const inside = TRY(children(source, parent));
            auto const some = matching(inside, steps[i]);
            next.insert(next.end(), some.begin(), some.end());
        }
        if (next.size() > boxes_max) return wrong("too many boxes", 0);
        found = std::move(next);
    }
    return found;
}

bool looks_like_bmff(ByteView beginning) {
    if (beginning.size() < 8) return false;
    auto const type = as_text(beginning.subspan(4, 4));
    for (auto known : {"ftyp", "styp", "moov", "mdat", "wide", "free", "skip", "sidx", "moof"}) {
        if (type == known) return true;
    }
    return false;
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

}  // namespace exhibit::bmff
