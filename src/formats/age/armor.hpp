// Armor: the file as text (spec, "ASCII armor"; strict RFC 7468). Binary is what Exhibit writes;
// armor is read and written so that small files can go through a chat or onto paper.
#pragma once

#include "formats/age/stream.hpp"

namespace exhibit::age {

// White space allowed before and after the block; the spec has no limit.
inline constexpr std::size_t armor_space_most = 1 << 10;

// Does it start like armor (after white space)? Binary files start with "age-encryption.org/".
bool looks_armored(ByteView start);

// Push style; bounded memory. Code "armor".
class ArmorReader {
public:
    Outcome update(ByteView text, Sink const& sink);
    Outcome finish(Sink const& sink);

private:
    enum class State { before, body, after_short_line, after };
    Outcome take_line(ByteView line, Sink const& sink);
    Outcome take_body_line(std::string_view line, Sink const& sink);
    Outcome flush(Sink const& sink);
    Outcome skip_leading_space(ByteView& text);
    Outcome take_trailing_space(ByteView text);
    Outcome remember(Outcome outcome);

    State state_ = State::before;
    std::optional<Error> failed_;
    bool started_ = false;
    std::size_t space_ = 0;
    std::size_t line_number_ = 1;
    Bytes line_;     // an unfinished line
    Bytes decoded_;  // gathered so that the sink is not called once per line
};

// Push style; LF line ends.
class ArmorWriter {
public:
    Outcome update(ByteView file, Sink const& sink);
    Outcome finish(Sink const& sink);

private:
    bool started_ = false;
    Bytes held_;  // fewer than 48 bytes
};

// Whole small files.
Result<Bytes> parse_armor(ByteView text);
std::string write_armor(ByteView file);

}  // namespace exhibit::age
