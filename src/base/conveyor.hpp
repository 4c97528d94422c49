// Conveyor: bytes handed in order from one thread to another, so that reading and writing on the
// one overlap with hashing on the other. Four buffers of a megabyte, whatever the length.
//
//   auto room = conveyor.room(kind);        space for bytes of this kind; waits when all is full
//   read into room.first(n);  use it;  conveyor.filled(n);
//   conveyor.finish();                      returns when everything has been taken
//
// `kind` is the caller's own mark. Bytes of one kind are joined, so `take` sees pieces of up to a
// megabyte, in order, each of one kind. A stream that fits into one buffer starts no thread: then
// `take` runs in finish().
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/bytes.hpp"

namespace exhibit {

class Conveyor {
public:
    static constexpr std::size_t piece_bytes = 1 << 20;
    // Must not fail: what can fail belongs on the side that fills.
    using Take = std::function<void(ByteView, unsigned kind)>;

    explicit Conveyor(Take take) : take_(std::move(take)) {}
    ~Conveyor();
    Conveyor(Conveyor const&) = delete;
    Conveyor& operator=(Conveyor const&) = delete;

    // Never empty. Valid until the next call of this object.
    MutableBytes room(unsigned kind);
    void filled(std::size_t count);
    void put(ByteView bytes, unsigned kind);
    // An empty piece: `take` sees it between what was put before and after.
    void mark(unsigned kind);
    void finish();

private:
    struct Piece {
        Bytes bytes;
        std::size_t size = 0;
        unsigned kind = 0;
    };
    static constexpr std::size_t pieces = 4;

    Piece& current() { return ring_[filling_ % pieces]; }
    void hand_over();
    void work();

    Take take_;
    std::array<Piece, pieces> ring_;
    std::size_t filling_ = 0;  // the one that is being filled
    std::size_t taken_ = 0;    // how many have been taken
    bool ended_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::thread worker_;
};

}  // namespace exhibit
