// A push parser: give it pieces of any length, it calls the handler. Strict and bounded: at most 64
// KiB of a pax header and one block are held; content is handed on as views of what was given.
//
//   header ──x,g,L──> meta ──> header         header ──file──> content ──> gap ──> header
//   header ──zero block──> one zero block ──zero block──> ended (only zeros may follow)
//
// Codes: tar-checksum, tar-format, tar-number, tar-size, tar-name, tar-type, tar-sparse, tar-pax,
// tar-order, tar-trailing, tar-truncated. After an error the reader must not be used.
#pragma once

#include "formats/tar/tar.hpp"

namespace exhibit::tar {

constexpr std::size_t pax_limit = 64 * 1024;

// Whatever a call returns as an error ends the reading with that error.
class Handler {
public:
    virtual ~Handler() = default;
    virtual Outcome on_entry(Entry const& entry) = 0;
    // The view is valid only during the call; never empty.
    virtual Outcome on_data(ByteView content) = 0;
    virtual Outcome on_end_of_entry() = 0;
};

enum class Kinds { files, files_and_folders };

class TarReader {
public:
    // The handler must outlive the reader.
    explicit TarReader(Handler& handler, Kinds kinds = Kinds::files)
        : handler_(handler), kinds_(kinds) {}

    Outcome update(ByteView bytes);
    // All bytes have come. Code "tar-truncated" if the end blocks have not.
    Outcome finish() const;
    bool ended() const { return state_ == State::ended; }

private:
    enum class State { header, content, gap, meta, one_zero_block, ended };

    // What pax and GNU headers say about the entry that follows.
    struct Overrides {
        std::optional<std::string> name;
        std::optional<std::uint64_t> size;
        std::optional<std::int64_t> mtime;
        bool empty() const { return !name && !size && !mtime; }
    };

    Outcome block_complete();
    Outcome header_complete(ByteView block);
    Outcome begin_meta(char type, std::uint64_t size);
    Outcome meta_complete();
    Outcome read_pax(ByteView records);
    Outcome check_global(ByteView records) const;
    Outcome read_long_name(ByteView text);
    Outcome begin_entry(Entry entry);
    Outcome end_entry();
    void begin_gap();

    Handler& handler_;
    Kinds kinds_;
    State state_ = State::header;
    Bytes held_;  // a header block or a meta content that is not yet complete
    std::uint64_t wanted_ = block_bytes;  // bytes still to come in this state
    std::uint64_t gap_ = 0;
    std::uint64_t offset_ = 0;
    char meta_type_ = 0;
    bool pax_seen_ = false;
    Overrides overrides_;
};

}  // namespace exhibit::tar
