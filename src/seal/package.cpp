#include "seal/package.hpp"

#include <algorithm>
#include <cstring>

#include "formats/tar/padme.hpp"

namespace exhibit::seal {
namespace {

// Small enough to stay in the second-level cache between reading and hashing.
constexpr std::size_t read_bytes = 32 * 1024;

}  // namespace

Outcome PackageWriter::begin(tar::Entry const& entry) {
    auto const header = TRY(tar::entry_header(entry));
    return pipeline_.put(header);
}

Outcome PackageWriter::end(std::uint64_t size) { return pipeline_.put(tar::padding_after(size)); }

Outcome PackageWriter::zeros(std::uint64_t count) {
    while (count > 0) {
        auto to = TRY(pipeline_.space());
        auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), count));
        std::memset(to.data(), 0, size);
        pipeline_.filled(size);
        count -= size;
    }
    return {};
}

Outcome PackageWriter::add(std::string const& name, ByteView content) {
    TRY(begin({.name = name, .size = content.size()}));
    TRY(pipeline_.put(content));
    return end(content.size());
}

Outcome PackageWriter::add_original(tar::Entry const& entry, int fd, Path const& name,
                                    std::function<void(std::uint64_t)> const& progress) {
    TRY(begin(entry));
    std::uint64_t done = 0;
    while (done < entry.size) {
        auto const to = TRY(pipeline_.space());
        auto const want = std::min<std::uint64_t>({to.size(), entry.size - done, read_bytes});
        auto const piece = to.first(static_cast<std::size_t>(want));
        auto const got = TRY(read_some(fd, piece, name));
        if (got == 0) {
            return bad_input("became shorter while it was read")
                .at(name.string())
                .still_safe("nothing half-written was left behind")
                .hint("wait until nothing writes to it any more, then seal it again")
                .coded("changed");
        }
        digester_.update(piece.first(got));
        pipeline_.filled(got);
        done += got;
        if (progress) progress(done);
    }
    return end(entry.size);
}

Outcome PackageWriter::add_part(tar::Entry const& entry, ByteView content) {
    TRY(begin(entry));
    digester_.update(content);
    TRY(pipeline_.put(content));
    return end(content.size());
}

Outcome PackageWriter::make_safe() {
    auto const over = pipeline_.plain_bytes() % age::chunk_bytes;
    if (over != 0) {
        // A filler entry: its header takes one tar block, its content the rest of the chunk.
        auto const fill = age::chunk_bytes - over;
        TRY(begin({.name = std::string(tar::padding_name) + "-" + std::to_string(fillers_++),
                   .size = fill - tar::block_bytes}));
        TRY(zeros(fill - tar::block_bytes));
    }
    return pipeline_.flush();
}

Outcome PackageWriter::finish() {
    auto const padding = TRY(tar::padding_entry(pipeline_.plain_bytes()));
    TRY(pipeline_.put(padding.header));
    TRY(zeros(padding.content_bytes));
    TRY(end(padding.content_bytes));
    TRY(pipeline_.put(tar::end_of_archive()));
    VERIFY(pipeline_.plain_bytes() == padding.total_bytes);
    return {};
}

}  // namespace exhibit::seal
