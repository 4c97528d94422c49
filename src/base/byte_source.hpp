// ByteSource: bytes that may be larger than memory, read at any place. ByteSink: bytes that are
// written in order, of which a reserved part may be filled in later. Formats stream over these, so
// that they know of no files and a file of 20 GB needs a buffer, not 20 GB.
//
// An error of a source says whose fault it is: Fault::input (code "truncated") when the caller
// asked past the end, because the bytes themselves claimed more than there is; Fault::world when
// the disk failed or the file shrank. A verdict about the bytes may rest on the first, never on the
// second.
#pragma once

#include <functional>

#include "base/files.hpp"

namespace exhibit {

class ByteSource {
public:
    virtual ~ByteSource() = default;
    virtual std::uint64_t size() const = 0;
    // All of out, from offset on, or an error.
    virtual Outcome read_at(std::uint64_t offset, MutableBytes out) const = 0;

    // A copy of a part; the caller has compared length with a limit of its own.
    Result<Bytes> read(std::uint64_t offset, std::uint64_t length) const;

protected:
    Outcome check_range(std::uint64_t offset, std::uint64_t length) const;
};

// Looks at bytes in memory, which must outlive it.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(ByteView bytes) : bytes_(bytes) {}
    std::uint64_t size() const override { return bytes_.size(); }
    Outcome read_at(std::uint64_t offset, MutableBytes out) const override;

private:
    ByteView bytes_;
};

// A file, by pread. Its size is taken once; a file that shrinks is an error of the world.
class FileSource final : public ByteSource {
public:
    static Result<FileSource> open(Path const& path);
    std::uint64_t size() const override { return size_; }
    Outcome read_at(std::uint64_t offset, MutableBytes out) const override;

private:
    FileSource(Descriptor file, std::uint64_t size, Path name)
        : file_(std::move(file)), size_(size), name_(std::move(name)) {}
    Descriptor file_;
    std::uint64_t size_;
    Path name_;
};

// A file that somebody else has open, by pread: what is looked at is what they read.
class DescriptorSource final : public ByteSource {
public:
    DescriptorSource(int fd, std::uint64_t size, Path name)
        : fd_(fd), size_(size), name_(std::move(name)) {}
    std::uint64_t size() const override { return size_; }
    Outcome read_at(std::uint64_t offset, MutableBytes out) const override;

private:
    int fd_;
    std::uint64_t size_;
    Path name_;
};

// The beginning of something longer, of which no more was kept: a recording that came through a
// pipe. What lies behind it cannot be read; code "not-kept".
class BeginningSource final : public ByteSource {
public:
    BeginningSource(ByteView beginning, std::uint64_t size) : kept_(beginning), size_(size) {}
    std::uint64_t size() const override { return size_; }
    Outcome read_at(std::uint64_t offset, MutableBytes out) const override;

private:
    ByteView kept_;
    std::uint64_t size_;
};

class ByteSink {
public:
    virtual ~ByteSink() = default;
    virtual Outcome write(ByteView bytes) = 0;                          // at the end
    virtual Outcome fill_in(std::uint64_t offset, ByteView bytes) = 0;  // over what was written
};

class MemorySink final : public ByteSink {
public:
    Outcome write(ByteView bytes) override;
    Outcome fill_in(std::uint64_t offset, ByteView bytes) override;
    Bytes const& bytes() const { return bytes_; }

private:
    Bytes bytes_;
};

// Writes to a descriptor that somebody else owns, from its start. The disk is told to begin early,
// so that the fsync at the end of a long file finds little left to do.
class DescriptorSink final : public ByteSink {
public:
    DescriptorSink(int fd, Path name) : fd_(fd), name_(std::move(name)) {}
    Outcome write(ByteView bytes) override;
    Outcome fill_in(std::uint64_t offset, ByteView bytes) override;

private:
    int fd_;
    Path name_;
    std::uint64_t written_ = 0, begun_ = 0;
};

// A part of a source.
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t end() const { return offset + length; }
    friend bool operator==(ByteRange const&, ByteRange const&) = default;
};

// Hands out the range in pieces of at most a megabyte, in order, from one buffer.
Outcome for_each_piece(ByteSource const& source, ByteRange range,
                       std::function<Outcome(ByteView)> const& take);

}  // namespace exhibit
