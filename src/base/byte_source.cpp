#include "base/byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace exhibit {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;
constexpr std::uint64_t write_back_bytes = 32 << 20;

Outcome read_all_at(int fd, std::uint64_t offset, MutableBytes out, Path const& name) {
    while (!out.empty()) {
        auto const n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error("cannot be read", name.string());
        if (n == 0) {
            return world_error("became shorter while it was read")
                .at(name.string())
                .coded("changed");
        }
        out = out.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return {};
}

}  // namespace

Outcome ByteSource::check_range(std::uint64_t offset, std::uint64_t length) const {
    if (offset > size() || length > size() - offset) {
        return bad_input("ends too early: " + std::to_string(length) + " bytes were expected")
            .at("offset " + std::to_string(offset))
            .coded("truncated");
    }
    return {};
}

Result<Bytes> ByteSource::read(std::uint64_t offset, std::uint64_t length) const {
    TRY(check_range(offset, length));
    Bytes out(static_cast<std::size_t>(length));
    TRY(read_at(offset, out));
    return out;
}

Outcome MemorySource::read_at(std::uint64_t offset, MutableBytes out) const {
    TRY(check_range(offset, out.size()));
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
    return {};
}

Result<FileSource> FileSource::open(Path const& path) {
    auto file = TRY(open_for_reading(path));
    auto const size = TRY(file_size(file.get(), path));
    return FileSource(std::move(file), size, path);
}

Outcome FileSource::read_at(std::uint64_t offset, MutableBytes out) const {
    TRY(check_range(offset, out.size()));
    return read_all_at(file_.get(), offset, out, name_);
}

Outcome DescriptorSource::read_at(std::uint64_t offset, MutableBytes out) const {
    TRY(check_range(offset, out.size()));
    return read_all_at(fd_, offset, out, name_);
}

Outcome BeginningSource::read_at(std::uint64_t offset, MutableBytes out) const {
    TRY(check_range(offset, out.size()));
    if (offset + out.size() > kept_.size())
        return world_error("only the beginning was kept").coded("not-kept");
    std::ranges::copy(kept_.subspan(static_cast<std::size_t>(offset), out.size()), out.begin());
    return {};
}

Outcome MemorySink::write(ByteView bytes) {
    append(bytes_, bytes);
    return {};
}

Outcome MemorySink::fill_in(std::uint64_t offset, ByteView bytes) {
    VERIFY(offset <= bytes_.size() && bytes.size() <= bytes_.size() - offset);
    std::ranges::copy(bytes, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
}

Outcome DescriptorSink::write(ByteView bytes) {
    TRY(write_all(fd_, bytes, name_));
    written_ += bytes.size();
    if (written_ - begun_ < write_back_bytes) return {};
    // A hint: where it is not understood, fsync does it all.
    (void)::sync_file_range(fd_, static_cast<off_t>(begun_), static_cast<off_t>(written_ - begun_),
                            SYNC_FILE_RANGE_WRITE);
    begun_ = written_;
    return {};
}

Outcome DescriptorSink::fill_in(std::uint64_t offset, ByteView bytes) {
    while (!bytes.empty()) {
        auto const n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error("cannot be written", name_.string());
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return {};
}

Outcome for_each_piece(ByteSource const& source, ByteRange range,
                       std::function<Outcome(ByteView)> const& take) {
    Bytes buffer(static_cast<std::size_t>(std::min<std::uint64_t>(range.length, piece_bytes)));
    while (range.length > 0) {
        auto const n = static_cast<std::size_t>(std::min<std::uint64_t>(range.length, piece_bytes));
        auto const piece = MutableBytes(buffer).first(n);
        TRY(source.read_at(range.offset, piece));
        TRY(take(piece));
        range.offset += n;
        range.length -= n;
    }
    return {};
}

}  // namespace exhibit
