#include "base/conveyor.hpp"

#include <algorithm>

#include "base/verify.hpp"

namespace exhibit {

Conveyor::~Conveyor() {
    if (!worker_.joinable()) return;
    {
        std::lock_guard const lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
    worker_.join();
}

void Conveyor::work() {
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return taken_ < filling_ || ended_; });
        if (taken_ == filling_) return;
        auto const& piece = ring_[taken_ % pieces];
        lock.unlock();
        take_(ByteView(piece.bytes).first(piece.size), piece.kind);
        lock.lock();
        ++taken_;
        lock.unlock();
        changed_.notify_all();
    }
}

// The current piece goes to the other thread; the next one is free when this returns.
void Conveyor::hand_over() {
    if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
    std::unique_lock lock(mutex_);
    ++filling_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return filling_ - taken_ < pieces; });
    current().size = 0;
}

MutableBytes Conveyor::room(unsigned kind) {
    VERIFY(!ended_);
    auto const other = current().size > 0 && current().kind != kind;
    if (other || current().size == piece_bytes) hand_over();
    auto& piece = current();
    piece.kind = kind;
    if (piece.bytes.empty()) piece.bytes.resize(piece_bytes);
    return MutableBytes(piece.bytes).subspan(piece.size);
}

void Conveyor::filled(std::size_t count) {
    VERIFY(count <= piece_bytes - current().size);
    current().size += count;
}

void Conveyor::put(ByteView bytes, unsigned kind) {
    while (!bytes.empty()) {
        auto const to = room(kind);
        auto const count = std::min(to.size(), bytes.size());
        std::copy_n(bytes.begin(), count, to.begin());
        filled(count);
        bytes = bytes.subspan(count);
    }
}

void Conveyor::mark(unsigned kind) {
    VERIFY(!ended_);
    if (current().size > 0) hand_over();
    current().kind = kind;
    hand_over();
}

void Conveyor::finish() {
    VERIFY(!ended_);
    if (!worker_.joinable()) {
        ended_ = true;
        if (current().size > 0)
            take_(ByteView(current().bytes).first(current().size), current().kind);
        return;
    }
    {
        std::lock_guard const lock(mutex_);
        if (current().size > 0) ++filling_;
        ended_ = true;
    }
    changed_.notify_all();
    worker_.join();
}

}  // namespace exhibit
