#include "net/tus_client.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "formats/tus/client_rules.hpp"

namespace exhibit {
namespace {

constexpr unsigned longest_pause_ms = 30'000;
constexpr std::uint64_t least_gain_bytes = 16 * 1024;

Error stopped() {
    return world_error("the upload was stopped")
        .coded("stopped")
        .still_safe("what the server has confirmed stays there");
}

bool is_code(Error const& error, std::string_view code) { return error.code == code; }

// Worth another try: the line, not the answer, was the trouble. Another key on the line is not.
bool passes(Error const& error) {
    for (auto const code : {"try-again", "refused", "timeout", "dns", "proxy", "http"}) {
        if (is_code(error, code)) return true;
    }
    return false;
}

// One chunk, read ahead so that the next one is hashed while this one is on its way.
struct Chunk {
    std::uint64_t offset = 0;
    Bytes bytes;
    bool last = false;  // of a source of unknown length
    std::optional<tus::Checksum> checksum;
};

Result<Chunk> read_chunk(UploadSource const& source, std::uint64_t offset, std::size_t size,
                         bool checksums) {
    Chunk chunk{offset, {}, false, {}};
    if (source.length.has_value())
        size = static_cast<std::size_t>(std::min<std::uint64_t>(size, *source.length - offset));
    chunk.bytes.resize(size);
    std::size_t got = 0;
    while (got < size) {
        auto const n = TRY(source.read_at(offset + got, MutableBytes(chunk.bytes).subspan(got)));
        if (n == 0) break;
        got += n;
    }
    if (got < size && source.length.has_value()) {
        return world_error("the file has become shorter while it was sent").coded("source-changed");
    }
    chunk.last = got < size;
    chunk.bytes.resize(got);
    if (!checksums) return chunk;
    Hash hash(HashKind::sha256);
    hash.update(chunk.bytes);
    chunk.checksum = tus::Checksum{HashKind::sha256, hash.finish()};
    return chunk;
}

// The next chunk, prepared by a thread of its own.
class Ahead {
public:
    ~Ahead() { drop(); }
    void begin(UploadSource const& source, std::uint64_t offset, std::size_t size, bool checksums) {
        drop();
        if (source.length.has_value() && offset >= *source.length) return;
        offset_ = offset;
        worker_ = std::thread([this, &source, offset, size, checksums] {
            ready_ = std::make_unique<Result<Chunk>>(read_chunk(source, offset, size, checksums));
        });
    }
    // The chunk at this offset if it was prepared.
    std::unique_ptr<Result<Chunk>> take(std::uint64_t offset) {
        if (!worker_.joinable()) return nullptr;
        worker_.join();
        if (offset != offset_) ready_.reset();
        return std::move(ready_);
    }

private:
    void drop() {
        if (worker_.joinable()) worker_.join();
        ready_.reset();
    }
    std::thread worker_;
    std::uint64_t offset_ = 0;
    std::unique_ptr<Result<Chunk>> ready_;
};

class Uploading {
public:
    Uploading(HttpClient& client, std::string const& endpoint, tus::Metadata const& metadata,
              UploadSource const& source, UploadOptions const& options)
        : client_(client),
          endpoint_(endpoint),
          metadata_(metadata),
          source_(source),
          options_(options) {
        known_.length = source.length;
        known_.length_told = source.length.has_value();
        done_.url = known_.url;
    }

    Result<UploadDone> run(std::string url) {
        known_.url = std::move(url);
        for (;;) {
            if (options_.should_stop && options_.should_stop()) return stopped();
            auto const next = tus::next_request(known_, metadata_);
            if (std::holds_alternative<tus::Done>(next)) break;
            auto const stepped = step(next);
            if (stepped.ok()) continue;
            TRY(recover(stepped.error()));
        }
        done_.url = known_.url;
        done_.length = *known_.offset;
        return done_;
    }

private:
    Outcome step(tus::Next const& next) {
        if (auto const* create = std::get_if<tus::SendCreate>(&next)) return send_create(*create);
        if (auto const* head = std::get_if<tus::SendHead>(&next)) return send_head(*head);
        return send_chunk(std::get<tus::SendChunk>(next).offset);
    }

    HttpCall call_of(std::string method, std::string const& url,
                     HeaderFields const& headers) const {
        HttpCall call;
        call.method = std::move(method);
        call.url = url;
        call.headers = headers;
        for (auto const& [name, value] : options_.headers) call.headers.add(name, value);
        return call;
    }

    Outcome send_create(tus::SendCreate const& create) {
        auto const answer = TRY(client_.send(call_of("POST", endpoint_, create.headers)));
        known_ = TRY(tus::learn_created(known_, endpoint_, answer.status, answer.headers));
        if (options_.on_address) TRY(options_.on_address(known_.url));
        return progressed();
    }

    Outcome send_head(tus::SendHead const& head) {
        auto const answer = TRY(client_.send(call_of("HEAD", known_.url, head.headers)));
        auto const before = reached_;
        known_ = TRY(tus::learn_offset(known_, answer.status, answer.headers));
        // Bytes of a broken chunk that the server kept are progress too, if they are some: one that
        // gains a byte a try would keep us for ever.
        bool const whole = known_.length && *known_.offset == *known_.length;
        if (*known_.offset >= before + least_gain_bytes || whole || !asked_before_)
            TRY(progressed());
        asked_before_ = true;
        return {};
    }

    Outcome send_chunk(std::uint64_t offset) {
        auto const size = std::max<std::size_t>(options_.chunk_bytes, 1);
        auto const prepared = ahead_.take(offset);
        auto const chunk =
            TRY(prepared != nullptr ? std::move(*prepared)
                                    : read_chunk(source_, offset, size, options_.checksums));
        auto const end = offset + chunk.bytes.size();
        if (!chunk.last) ahead_.begin(source_, end, size, options_.checksums);
        std::optional<std::uint64_t> final_length;
        if (chunk.last && !known_.length_told) final_length = end;
        auto call =
            call_of("PATCH", known_.url, tus::patch_headers(offset, chunk.checksum, final_length));
        std::size_t at = 0;
        call.source_length = chunk.bytes.size();
        call.source = [&](MutableBytes out) -> Result<std::size_t> {
            if (options_.should_stop && options_.should_stop()) return stopped();
            auto const n = std::min(out.size(), chunk.bytes.size() - at);
            std::copy_n(chunk.bytes.begin() + static_cast<std::ptrdiff_t>(at), n, out.begin());
            at += n;
            done_.sent_bytes += n;
            return n;
        };
        auto const answer = TRY(client_.send(call));
        known_ = TRY(tus::learn_patched(known_, chunk.bytes.size(), answer.status, answer.headers));
        if (final_length.has_value() && known_.offset == final_length) {
            known_.length = final_length;
            known_.length_told = true;
        }
        return progressed();
    }

    Outcome progressed() {
        failures_ = 0;
        reached_ = known_.offset.value_or(0);
        if (options_.progress) options_.progress({reached_, known_.length});
        return {};
    }

    Outcome recover(Error const& error) {
        if (!passes(error)) return error;
        ++done_.interruptions;
        if (++failures_ > options_.attempts) return error;
        known_.offset.reset();  // in doubt: the server may have more than it could tell
        auto const pause = std::min<std::uint64_t>(std::uint64_t(options_.first_pause_ms)
                                                       << std::min(failures_ - 1, 16u),
                                                   longest_pause_ms);
        auto const until = std::chrono::steady_clock::now() + std::chrono::milliseconds(pause);
        while (std::chrono::steady_clock::now() < until) {
            if (options_.should_stop && options_.should_stop()) return stopped();
            std::this_thread::sleep_for(
                std::min(std::chrono::milliseconds(50), std::chrono::milliseconds(pause)));
        }
        return {};
    }

    HttpClient& client_;
    std::string const& endpoint_;
    tus::Metadata const& metadata_;
    UploadSource const& source_;
    UploadOptions const& options_;
    tus::Known known_;
    UploadDone done_;
    Ahead ahead_;
    std::uint64_t reached_ = 0;
    bool asked_before_ = false;
    unsigned failures_ = 0;
};

}  // namespace

Result<UploadSource> UploadSource::from_file(Path const& path) {
    auto opened = TRY(open_for_reading(path));
    UploadSource source;
    source.length = TRY(file_size(opened.get(), path));
    // Shared because std::function copies; the last copy closes the file.
    auto const file = std::make_shared<Descriptor>(std::move(opened));
    source.read_at = [file, name = path.string()](std::uint64_t offset,
                                                  MutableBytes out) -> Result<std::size_t> {
        for (;;) {
            auto const n = ::pread(file->get(), out.data(), out.size(), static_cast<off_t>(offset));
            if (n >= 0) return static_cast<std::size_t>(n);
            if (errno != EINTR) return system_error("cannot be read", name);
        }
    };
    return source;
}

Result<UploadDone> upload(HttpClient& client, std::string const& endpoint,
                          tus::Metadata const& metadata, UploadSource const& source,
                          UploadOptions const& options) {
    return Uploading(client, endpoint, metadata, source, options).run({});
}

Result<UploadDone> resume_upload(HttpClient& client, std::string const& url,
                                 UploadSource const& source, UploadOptions const& options) {
    tus::Metadata const none;
    if (url.empty()) return wrong_use("there is no address to resume at").coded("upload-gone");
    return Uploading(client, url, none, source, options).run(url);
}

}  // namespace exhibit
