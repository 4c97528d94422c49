#include "formats/tar/reader.hpp"

#include <algorithm>

#include "formats/tar/fields.hpp"
#include "formats/tar/name.hpp"
#include "formats/tar/numbers.hpp"

namespace exhibit::tar {
namespace {

Error damaged(std::string what, char const* code) {
    return bad_input(std::move(what))
        .hint("the tar file is damaged or was not made by a tar program")
        .coded(code);
}

bool all_zero(ByteView bytes) {
    return std::ranges::all_of(bytes, [](Byte b) { return b == 0; });
}

// Up to the first NUL, or the whole field.
std::string text_of(Field field, ByteView block) {
    auto const text = as_text(field.of(block));
    return std::string(text.substr(0, text.find('\0')));
}

bool is_posix(ByteView block) {
    return as_text(magic_field.of(block)) == std::string_view(
                                                 "ustar\0"
                                                 "00",
                                                 8);
}
bool is_gnu(ByteView block) {
    return as_text(magic_field.of(block)) == std::string_view("ustar  \0", 8);
}

std::string name_of(ByteView block) {
    auto name = text_of(name_field, block);
    // GNU's own format keeps times where POSIX has the prefix.
    auto const prefix = is_posix(block) ? text_of(prefix_field, block) : std::string();
    return prefix.empty() ? name : prefix + "/" + name;
}

char const* name_of_type(char type) {
    switch (type) {
        case '1': return "a hard link";
        case '2': return "a symbolic link";
        case '3': return "a character device";
        case '4': return "a block device";
        case '5': return "a folder";
        case '6': return "a named pipe";
        case 'K': return "a link with a long name";
        case 'S': return "a sparse file";
        default: return "an entry of unknown kind";
    }
}

// The sum also guards the reader itself: what passes is very likely a header.
Outcome check_header(ByteView block) {
    auto const sum = parse_number(checksum_field.of(block));
    if (!sum.ok() || *sum != checksum(block)) {
        return damaged("the checksum of a tar header is wrong", "tar-checksum");
    }
    if (!is_posix(block) && !is_gnu(block)) return damaged("not a POSIX tar header", "tar-format");
    return {};
}

Result<std::uint64_t> size_of(ByteView block) {
    auto const size = TRY(parse_number(size_field.of(block)));
    if (size < 0) return damaged("a tar header has a negative size", "tar-size");
    return static_cast<std::uint64_t>(size);
}

}  // namespace

Outcome TarReader::update(ByteView bytes) {
    while (!bytes.empty()) {
        if (state_ == State::ended) {
            if (!all_zero(bytes))
                return damaged("something follows the end of the tar file", "tar-trailing");
            return {};
        }
        auto const taken =
            bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(wanted_, bytes.size())));
        bytes = bytes.subspan(taken.size());
        offset_ += taken.size();
        wanted_ -= taken.size();
        if (state_ == State::content) {
            TRY(handler_.on_data(taken));
        } else if (state_ != State::gap) {
            append(held_, taken);
        } else if (!all_zero(taken)) {
            // Bytes that no other program shows would be a hiding place inside evidence.
            return damaged("the gap after an entry is not empty", "tar-format");
        }
        if (wanted_ > 0) continue;
        auto done = block_complete();
        if (!done.ok()) return done.take_error().at("byte " + std::to_string(offset_));
    }
    return {};
}

Outcome TarReader::finish() const {
    if (ended()) return {};
    return damaged("the tar file ends too early", "tar-truncated");
}

Outcome TarReader::block_complete() {
    switch (state_) {
        case State::content: return end_entry();
        case State::gap: begin_gap(); return {};
        case State::meta: return meta_complete();
        default: break;
    }
    auto const block = std::exchange(held_, {});
    wanted_ = block_bytes;
    bool const zero = all_zero(block);
    if (state_ == State::one_zero_block) {
        if (!zero) return damaged("a lone zero block inside the tar file", "tar-format");
        state_ = State::ended;
        return {};
    }
    if (!zero) return header_complete(block);
    if (pax_seen_ || !overrides_.empty())
        return damaged("an extended header without an entry", "tar-order");
    state_ = State::one_zero_block;
    return {};
}

Outcome TarReader::header_complete(ByteView block) {
    TRY(check_header(block));
    char const type = block[type_field.at] == 0 ? '0' : static_cast<char>(block[type_field.at]);
    auto size = TRY(size_of(block));
    if (type == 'x' || type == 'g' || type == 'L') return begin_meta(type, size);

    bool const folder = type == '5';
    bool const file = type == '0' || type == '7';  // POSIX: '7' may be read as a regular file
    if (!file && !(folder && kinds_ == Kinds::files_and_folders)) {
        return bad_input(std::string("the tar file holds ") + name_of_type(type) +
                         ", not a plain file")
            .hint(
                "nothing of it was written; if you know who made it, unpack it with tar in an "
                "empty folder")
            .coded(type == 'S' ? "tar-sparse" : "tar-type");
    }
    Entry entry;
    entry.name = overrides_.name ? *overrides_.name : name_of(block);
    entry.size = overrides_.size.value_or(size);
    auto const mtime = TRY(parse_number(mtime_field.of(block)));
    entry.mtime = overrides_.mtime.value_or(mtime);
    auto const mode = TRY(parse_number(mode_field.of(block)));
    entry.mode = static_cast<std::uint32_t>(mode) & 07777;
    entry.kind = folder ? Kind::folder : Kind::file;
    return begin_entry(std::move(entry));
}

Outcome TarReader::begin_entry(Entry entry) {
    overrides_ = {};
    pax_seen_ = false;
    if (entry.kind == Kind::folder && entry.name.ends_with('/')) entry.name.pop_back();
    if (entry.name.empty() || entry.name.size() > name_limit) {
        return damaged("an entry of the tar file has no usable name", "tar-name");
    }
    if (entry.size > size_limit)
        return damaged("an entry of the tar file is impossibly large", "tar-size");
    if (entry.kind == Kind::folder && entry.size != 0)
        return damaged("a folder with content", "tar-size");
    auto const size = entry.size;
    TRY(handler_.on_entry(entry));
    gap_ = padding_bytes_after(size);
    if (size == 0) return end_entry();
    state_ = State::content;
    wanted_ = size;
    return {};
}

Outcome TarReader::end_entry() {
    begin_gap();
    return handler_.on_end_of_entry();
}

// Into the gap if there is one, else (or when it is over) to the next header.
void TarReader::begin_gap() {
    auto const gap = std::exchange(gap_, 0);
    state_ = gap > 0 ? State::gap : State::header;
    wanted_ = gap > 0 ? gap : block_bytes;
}

Outcome TarReader::begin_meta(char type, std::uint64_t size) {
    if (size == 0 || size > pax_limit)
        return damaged("an extended header is empty or too large", "tar-pax");
    // One of a kind for each entry; a global one between an entry's header and the entry has no
    // meaning.
    bool const repeated = (type == 'x' && pax_seen_) || (type == 'L' && overrides_.name) ||
                          (type == 'g' && (pax_seen_ || !overrides_.empty()));
    if (repeated) return damaged("extended headers in an impossible order", "tar-order");
    meta_type_ = type;
    gap_ = padding_bytes_after(size);
    state_ = State::meta;
    wanted_ = size;
    return {};
}

Outcome TarReader::meta_complete() {
    auto const content = std::exchange(held_, {});
    begin_gap();
    if (meta_type_ == 'L') return read_long_name(content);
    if (meta_type_ == 'g') return check_global(content);
    return read_pax(content);
}

Outcome TarReader::read_long_name(ByteView text) {
    if (text.back() != 0 || std::ranges::count(text, 0) != 1) {
        return damaged("a long name is not ended as it should be", "tar-name");
    }
    overrides_.name = to_string(text.first(text.size() - 1));
    return {};
}

// `git archive` writes a comment. What would change every entry that follows is refused.
Outcome TarReader::check_global(ByteView bytes) const {
    auto const records = TRY(parse_pax_records(bytes));
    for (auto const& [key, value] : records) {
        if (key == "path" || key == "size" || key == "linkpath" || key == "hdrcharset" ||
            key == "mtime") {
            return damaged("a global pax header changes every entry", "tar-pax");
        }
    }
    return {};
}

Outcome TarReader::read_pax(ByteView bytes) {
    auto const records = TRY(parse_pax_records(bytes));
    pax_seen_ = true;
    for (auto const& [key, value] : records) {
        if (key.starts_with("GNU.sparse.")) {
            return damaged("the tar file holds a sparse file", "tar-sparse");
        }
        if (key == "path") {
            if (overrides_.name) return damaged("an entry is named twice", "tar-order");
            if (value.find('\0') != std::string_view::npos)
                return damaged("a name holds a zero byte", "tar-name");
            overrides_.name = std::string(value);
        } else if (key == "size") {
            overrides_.size = TRY(parse_pax_size(value));
        } else if (key == "mtime") {
            overrides_.mtime = TRY(parse_pax_time(value));
        } else if (key == "hdrcharset" && value != "BINARY" && value != "ISO-IR 10646 2000 UTF-8") {
            return damaged("a pax header is in an unknown character set", "tar-pax");
        }
    }
    return {};
}

}  // namespace exhibit::tar
