#include "release/decrypt_file.hpp"

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include <fcntl.h>

namespace exhibit::release {
namespace {

constexpr std::size_t chunks_per_block = 16;
constexpr std::size_t blocks_in_flight = 3;
constexpr std::size_t read_bytes =
    256 * 1024;  // stays in the cache between reading, hashing and decrypting
// Holds the longest header, or a whole block and the start of the next.
constexpr std::size_t buffer_bytes =
    age::header_bytes_most + age::nonce_bytes + age::sealed_chunk_bytes;

struct Block {
    Bytes plain = Bytes(chunks_per_block * age::chunk_bytes);
    std::size_t used = 0;
};

Error bad_payload(char const* why, std::uint64_t chunk) {
    return bad_input(why)
        .at("chunk " + std::to_string(chunk))
        .coded("payload")
        .hint("fetch another copy from another guardian");
}

class Worker {
public:
    Worker(int fd, Path const& name, age::Identities identities, CipherTap const& tap,
           CutShort cut_short)
        : fd_(fd),
          name_(name),
          identities_(identities),
          tap_(tap),
          cut_short_(cut_short),
          buffer_(buffer_bytes) {
        for (std::size_t i = 0; i < blocks_in_flight; ++i)
            free_.push_back(std::make_unique<Block>());
        thread_ = std::thread([this] { work(); });
    }

    ~Worker() {
        {
            std::lock_guard const lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        thread_.join();
        for (auto& block : free_) wipe(block->plain);
        for (auto& block : ready_) wipe(block->plain);
    }

    // Caller's thread.
    Result<Decrypted> drain(age::Sink const& sink) {
        for (;;) {
            std::unique_ptr<Block> block;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [&] { return !ready_.empty() || over_; });
                if (ready_.empty()) break;
                block = std::move(ready_.front());
                ready_.pop_front();
            }
            auto taken = sink(ByteView(block->plain).first(block->used));
            {
                std::lock_guard const lock(mutex_);
                free_.push_back(std::move(block));
            }
            changed_.notify_all();
            if (!taken.ok()) return taken.take_error();
        }
        if (error_) return *error_;
        return result_;
    }

private:
    void work() {
        auto outcome = decrypt();
        {
            std::lock_guard const lock(mutex_);
            if (!outcome.ok()) error_ = outcome.take_error();
            over_ = true;
        }
        changed_.notify_all();
    }

    std::size_t held() const { return end_ - begin_; }

    // More ciphertext behind what is held; at_end_ when there is none.
    Outcome fill(std::size_t until) {
        if (begin_ > 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, held());
            end_ -= begin_;
            begin_ = 0;
        }
        while (!at_end_ && end_ < until) {
            auto const room =
                MutableBytes(buffer_).subspan(end_, std::min(read_bytes, until - end_));
            auto const got = TRY(read_some(fd_, room, name_));
            if (got == 0) at_end_ = true;
            if (got > 0 && tap_) { TRY(tap_(room.first(got))); }
            end_ += got;
            result_.cipher_bytes += got;
        }
        return {};
    }

    Outcome open_header() {
        std::size_t searched = 0;
        for (std::size_t want = age::chunk_bytes;; want = buffer_.size()) {
            TRY(fill(want));
            if (age::find_header_end(ByteView(buffer_).first(end_), searched) || at_end_ ||
                want == buffer_.size())
                break;
        }
        auto opened = TRY(age::open_head(ByteView(buffer_).first(end_), identities_));
        begin_ = opened.bytes;
        cipher_.emplace(opened.key);
        return {};
    }

    // Null when the caller has gone.
    std::unique_ptr<Block> take_free() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !free_.empty() || stopping_; });
        if (stopping_) return nullptr;
        auto block = std::move(free_.front());
        free_.pop_front();
        block->used = 0;
        return block;
    }

    void submit(std::unique_ptr<Block> block) {
        {
            std::lock_guard const lock(mutex_);
            (block->used > 0 ? ready_ : free_).push_back(std::move(block));
        }
        changed_.notify_all();
    }

    Outcome decrypt() {
        TRY(open_header());
        for (bool more = true; more;) {
            auto block = take_free();
            if (!block) return {};
            auto opened = open_block(*block);
            submit(std::move(block));  // also before an error: what it holds is authentic
            more = TRY(std::move(opened));
        }
        return {};
    }

    // False after the last chunk.
    Result<bool> open_block(Block& block) {
        for (std::size_t i = 0; i < chunks_per_block; ++i) {
            // One byte more than a chunk, to know that another follows.
            if (held() <= age::sealed_chunk_bytes && !at_end_) {
                TRY(fill(std::min(buffer_.size(),
                                  held() + chunks_per_block * age::sealed_chunk_bytes / 2)));
            }
            if (held() > age::sealed_chunk_bytes) {
                TRY(open_chunk(block, age::sealed_chunk_bytes, age::Last::no));
                continue;
            }
            TRY(open_last(block));
            return false;
        }
        return true;
    }

    Outcome open_chunk(Block& block, std::size_t size, age::Last last) {
        auto const sealed = ByteView(buffer_).subspan(begin_, size);
        auto const out = MutableBytes(block.plain).subspan(block.used, size - aead_tag_bytes);
        if (!cipher_->open(next_, last, sealed, out)) {
            return bad_payload("the age file is damaged, cut short or forged", next_);
        }
        ++next_;
        begin_ += size;
        block.used += size - aead_tag_bytes;
        return {};
    }

    Outcome open_last(Block& block) {
        auto const size = held();
        if (size >= aead_tag_bytes) {
            auto const last = open_chunk(block, size, age::Last::yes);
            // "The last chunk may be empty only if the whole payload is."
            if (last.ok() && size == aead_tag_bytes && next_ > 1) {
                return bad_payload("the age file ends in an empty chunk", next_ - 1);
            }
            if (last.ok()) return {};
        }
        if (cut_short_ == CutShort::refused)
            return bad_payload("the age file is cut short or damaged", next_);
        result_.cut_short = true;
        // A whole chunk that is not the last one still counts; a piece of one cannot be told from a
        // forgery.
        if (size == age::sealed_chunk_bytes) { TRY(open_chunk(block, size, age::Last::no)); }
        return {};
    }

    int fd_;
    Path name_;
    age::Identities identities_;
    CipherTap const& tap_;
    CutShort cut_short_;
    // Worker's thread only, until over_.
    Bytes buffer_;
    std::size_t begin_ = 0, end_ = 0;
    bool at_end_ = false;
    std::optional<age::ChunkCipher> cipher_;
    std::uint64_t next_ = 0;
    Decrypted result_;
    // Under the mutex.
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Block>> free_, ready_;
    std::optional<Error> error_;
    bool over_ = false, stopping_ = false;
    std::thread thread_;  // last: it starts when all else is there
};

}  // namespace

Result<Decrypted> decrypt_file(int fd, Path const& name, age::Identities identities,
                               CipherTap const& tap, age::Sink const& sink, CutShort cut_short) {
    if (identities.empty()) return wrong_use("no key to decrypt with").coded("identity");
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    Worker worker(fd, name, identities, tap, cut_short);
    return worker.drain(sink);
}

}  // namespace exhibit::release
