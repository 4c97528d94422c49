#include "formats/age/armor.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace exhibit::age {
namespace {

constexpr std::string_view begin_line = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view end_line = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t columns = 64;
constexpr std::size_t line_bytes = 48;
constexpr std::size_t longest_line = begin_line.size() + armor_space_most;
constexpr std::size_t gather_bytes = 64 << 10;

Error malformed(char const* why, std::size_t line) {
    return bad_input(std::string("the armor is malformed: ") + why)
        .at("line " + std::to_string(line))
        .coded("armor");
}

bool is_space(Byte b) { return b == ' ' || b == '\t' || b == '\r' || b == '\n'; }

}  // namespace

bool looks_armored(ByteView start) {
    auto const space = std::ranges::find_if_not(start, is_space) - start.begin();
    return as_text(start.subspan(static_cast<std::size_t>(space))).starts_with("-----BEGIN");
}

Outcome ArmorReader::remember(Outcome outcome) {
    if (!outcome.ok()) failed_ = outcome.error();
    return outcome;
}

Outcome ArmorReader::skip_leading_space(ByteView& text) {
    while (!text.empty() && is_space(text[0])) {
        if (++space_ > armor_space_most)
            return malformed("too much white space before it", line_number_);
        if (text[0] == '\n') ++line_number_;
        text = text.subspan(1);
    }
    started_ = !text.empty();
    return {};
}

Outcome ArmorReader::take_trailing_space(ByteView text) {
    if (!std::ranges::all_of(text, is_space))
        return malformed("something follows its end", line_number_);
    space_ += text.size();
    if (space_ > armor_space_most) return malformed("too much white space after it", line_number_);
    return {};
}

Outcome ArmorReader::flush(Sink const& sink) {
    if (decoded_.empty()) return {};
    auto const outcome = sink(decoded_);
    decoded_.clear();
    return outcome;
}

Outcome ArmorReader::take_body_line(std::string_view line, Sink const& sink) {
    if (state_ == State::after_short_line)
        return malformed("a line follows the last one", line_number_);
    if (line.empty()) return malformed("an empty line", line_number_);
    if (line.size() > columns) return malformed("a line is too long", line_number_);
    auto bytes = from_base64(line, Base64::padded);
    if (!bytes.ok()) return malformed("a line is not canonical base64", line_number_);
    // Padding ends the data as a short line does.
    if (bytes->size() < line_bytes) state_ = State::after_short_line;
    append(decoded_, *bytes);
    if (decoded_.size() < gather_bytes) return {};
    return flush(sink);
}

// `raw` has no LF.
Outcome ArmorReader::take_line(ByteView raw, Sink const& sink) {
    auto line = as_text(raw);
    if (state_ == State::after) {
        ++space_;  // the line end before it
        return take_trailing_space(raw);
    }
    if (state_ != State::before && line.starts_with(end_line)) {
        state_ = State::after;
        space_ = 0;
        TRY(take_trailing_space(raw.subspan(end_line.size())));
        return flush(sink);
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (state_ != State::before) return take_body_line(line, sink);
    if (line != begin_line) return malformed("it does not begin with its BEGIN line", line_number_);
    state_ = State::body;
    return {};
}

Outcome ArmorReader::update(ByteView text, Sink const& sink) {
    if (failed_.has_value()) return *failed_;
    if (!started_) {
        auto outcome = skip_leading_space(text);
        if (!outcome.ok()) return remember(std::move(outcome));
    }
    while (!text.empty()) {
        auto const stop = static_cast<std::size_t>(std::ranges::find(text, '\n') - text.begin());
        append(line_, text.first(std::min(stop, longest_line + 1)));
        if (line_.size() > longest_line)
            return remember(malformed("a line is too long", line_number_));
        if (stop == text.size()) return {};
        text = text.subspan(stop + 1);
        auto outcome = take_line(line_, sink);
        if (!outcome.ok()) return remember(std::move(outcome));
        line_.clear();
        ++line_number_;
    }
    return {};
}

Outcome ArmorReader::finish(Sink const& sink) {
    if (failed_.has_value()) return *failed_;
    if (!line_.empty()) {
        auto outcome = take_line(line_, sink);
        if (!outcome.ok()) return remember(std::move(outcome));
        line_.clear();
    }
    if (state_ != State::after) return remember(malformed("its END line is missing", line_number_));
    return {};
}

Outcome ArmorWriter::update(ByteView file, Sink const& sink) {
    std::string out;
    if (!started_) out = std::string(begin_line) + "\n";
    started_ = true;
    append(held_, file);
    std::size_t at = 0;
    for (; held_.size() - at >= line_bytes; at += line_bytes) {
        out += to_base64(ByteView(held_).subspan(at, line_bytes)) + "\n";
    }
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at));
    if (out.empty()) return {};
    return sink(as_bytes(out));
}

Outcome ArmorWriter::finish(Sink const& sink) {
    TRY(update({}, sink));
    std::string out;
    if (!held_.empty()) out = to_base64(held_) + "\n";
    out += std::string(end_line) + "\n";
    return sink(as_bytes(out));
}

Result<Bytes> parse_armor(ByteView text) {
    Bytes out;
    auto const keep = [&](ByteView bytes) {
        append(out, bytes);
        return Outcome();
    };
    ArmorReader reader;
    TRY(reader.update(text, keep));
    TRY(reader.finish(keep));
    return out;
}

std::string write_armor(ByteView file) {
    std::string out;
    auto const keep = [&](ByteView bytes) {
        out += as_text(bytes);
        return Outcome();
    };
    ArmorWriter writer;
    VERIFY(writer.update(file, keep).ok());
    VERIFY(writer.finish(keep).ok());
    return out;
}

}  // namespace exhibit::age
