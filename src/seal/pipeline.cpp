#include "seal/pipeline.hpp"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

namespace exhibit::seal {
namespace {

constexpr std::size_t chunks_per_block = 16;
constexpr std::size_t block_bytes = chunks_per_block * age::chunk_bytes;
constexpr std::size_t blocks_in_flight = 3;

struct Block {
    Bytes plain = Bytes(block_bytes);
    std::size_t used = 0;
    age::Last last = age::Last::no;
};

}  // namespace

struct SealPipeline::Core {
    Core(age::MadeHead head_, CipherTarget target_)
        : head(std::move(head_.bytes)), cipher(head_.key), target(std::move(target_)) {
        for (std::size_t i = 0; i < blocks_in_flight; ++i)
            free.push_back(std::make_unique<Block>());
        worker = std::thread([this] { work(); });
    }

    ~Core() {
        {
            std::lock_guard const lock(mutex);
            stopping = true;
        }
        changed.notify_all();
        worker.join();
        if (current) wipe(current->plain);
        for (auto& block : free) wipe(block->plain);
        for (auto& block : ready) wipe(block->plain);
    }

    // Worker's thread. After an error it goes on taking blocks, so that the caller never hangs.
    void work() {
        Outcome outcome = emit(head);
        Bytes sealed(chunks_per_block * age::sealed_chunk_bytes);
        for (;;) {
            std::unique_ptr<Block> block;
            {
                std::unique_lock lock(mutex);
                if (!outcome.ok() && !error) error = outcome.error();
                changed.wait(lock, [&] { return !ready.empty() || stopping; });
                if (ready.empty()) return;
                block = std::move(ready.front());
                ready.pop_front();
            }
            if (outcome.ok()) outcome = seal_block(*block, sealed);
            {
                std::lock_guard const lock(mutex);
                free.push_back(std::move(block));
                ++done;
                if (!outcome.ok() && !error) error = outcome.error();
            }
            changed.notify_all();
        }
    }

    Outcome seal_block(Block const& block, Bytes& sealed) {
        std::size_t from = 0, to = 0;
        while (from < block.used) {
            auto const size = std::min(age::chunk_bytes, block.used - from);
            bool const ends = from + size == block.used && block.last == age::Last::yes;
            cipher.seal(number++, ends ? age::Last::yes : age::Last::no,
                        ByteView(block.plain).subspan(from, size),
                        MutableBytes(sealed).subspan(to, size + aead_tag_bytes));
            from += size;
            to += size + aead_tag_bytes;
        }
        return emit(ByteView(sealed).first(to));
    }

    Outcome emit(ByteView ciphertext) {
        tree.update(ciphertext);
        return target(ciphertext);
    }

    void submit(age::Last last) {
        current->last = last;
        {
            std::lock_guard const lock(mutex);
            ready.push_back(std::move(current));
            ++submitted;
        }
        changed.notify_all();
    }

    Outcome take_free() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return !free.empty(); });
        if (error) return *error;
        current = std::move(free.front());
        free.pop_front();
        current->used = 0;
        return {};
    }

    Outcome wait_until_done() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return done == submitted; });
        if (error) return *error;
        return {};
    }

    Bytes const head;
    // Used by the worker only.
    age::ChunkCipher cipher;
    torrent::PieceTree tree;
    CipherTarget target;
    std::uint64_t number = 0;
    // Used by the caller only.
    std::unique_ptr<Block> current;
    std::uint64_t plain_bytes = 0;
    // Shared, under the mutex.
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::unique_ptr<Block>> free, ready;
    std::uint64_t submitted = 0, done = 0;
    std::optional<Error> error;
    bool stopping = false;
    std::thread worker;  // last: it starts when all else is there
};

Result<SealPipeline> SealPipeline::create(age::Recipients recipients, CipherTarget target) {
    auto head = TRY(age::make_head(recipients));
    return SealPipeline(std::make_unique<Core>(std::move(head), std::move(target)));
}

SealPipeline::SealPipeline(std::unique_ptr<Core> core) : core_(std::move(core)) {}
SealPipeline::SealPipeline(SealPipeline&&) noexcept = default;
SealPipeline::~SealPipeline() = default;

Result<MutableBytes> SealPipeline::space() {
    // A full block is handed over only now, when more is sure to come: the last one must be marked.
    if (core_->current && core_->current->used == block_bytes) core_->submit(age::Last::no);
    if (!core_->current) { TRY(core_->take_free()); }
    return MutableBytes(core_->current->plain).subspan(core_->current->used);
}

void SealPipeline::filled(std::size_t bytes) {
    VERIFY(core_->current && core_->current->used + bytes <= block_bytes);
    core_->current->used += bytes;
    core_->plain_bytes += bytes;
}

Outcome SealPipeline::put(ByteView bytes) {
    while (!bytes.empty()) {
        auto const to = TRY(space());
        auto const size = std::min(to.size(), bytes.size());
        std::memcpy(to.data(), bytes.data(), size);
        filled(size);
        bytes = bytes.subspan(size);
    }
    return {};
}

std::uint64_t SealPipeline::plain_bytes() const { return core_->plain_bytes; }

Outcome SealPipeline::flush() {
    VERIFY(core_->plain_bytes % age::chunk_bytes == 0);
    if (core_->current && core_->current->used > 0) core_->submit(age::Last::no);
    return core_->wait_until_done();
}

Result<CipherFacts> SealPipeline::finish() {
    // After a failure the last block was never filled: the target's own error is the answer.
    if (!core_->current || core_->current->used == 0) { TRY(core_->wait_until_done()); }
    VERIFY(core_->current && core_->current->used > 0);  // a package is never empty
    core_->submit(age::Last::yes);
    TRY(core_->wait_until_done());
    auto const tree = core_->tree.finish();
    return CipherFacts{CipherRoot(tree.root), tree.size};
}

}  // namespace exhibit::seal
