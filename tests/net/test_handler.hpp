// A server program for the tests of net/server: echoes, streams, dawdles and answers twice.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#include "net/net_fixture.hpp"

namespace exhibit::test {

// What became of a streamed body.
struct Streamed {
    std::mutex mutex;
    Bytes bytes;
    std::optional<bool> complete;

    Bytes so_far() {
        std::lock_guard const lock(mutex);
        return bytes;
    }
    std::optional<bool> ended() {
        std::lock_guard const lock(mutex);
        return complete;
    }
};

class RecordingSink final : public BodySink {
public:
    RecordingSink(Streamed& to, std::size_t limit) : to_(to), limit_(limit) {}
    Outcome write(ByteView bytes) override {
        std::lock_guard const lock(to_.mutex);
        if (to_.bytes.size() + bytes.size() > limit_)
            return world_error("too much").coded("too-large");
        append(to_.bytes, bytes);
        return {};
    }
    HttpResponse finish(bool complete) override {
        std::lock_guard const lock(to_.mutex);
        to_.complete = complete;
        return HttpResponse::text(complete ? 200 : 413, "streamed\n");
    }

private:
    Streamed& to_;
    std::size_t limit_;
};

class TestHandler final : public HttpHandler {
public:
    HeadersAnswer on_headers(HttpRequest const& request) override {
        if (request.path() == "/at-once") return HttpResponse::text(403, "no\n");
        if (request.path() == "/stream")
            return std::make_unique<RecordingSink>(streamed, stream_limit);
        if (request.path() == "/slow-handler") {
            ++held_up;
            while (!go_on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            --held_up;
        }
        if (request.path() == "/stranger")
            return ReadWholeBody{1 << 20, true, ReadWholeBody::Room::strangers};
        return ReadWholeBody{1024};
    }
    void on_request_async(HttpRequest request, Reply reply) override {
        ++requests;
        if (request.path() == "/file") {
            HttpResponse response;
            response.file = FileBody{file, 3, 1'000'000};
            return reply(std::move(response));
        }
        if (request.path() == "/never") return;
        if (request.path() == "/kept") {
            std::lock_guard const lock(kept_mutex);
            kept = std::move(reply);
            return;
        }
        if (request.path() == "/later") {
            std::thread([reply] {
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
                reply(HttpResponse::text(200, "later\n"));
                reply(HttpResponse::text(500, "twice\n"));
            }).detach();
            return;
        }
        if (request.path() == "/split") {
            HttpResponse response = HttpResponse::text(200, "x");
            response.headers.add("Location", "/a\r\nSet-Cookie: b");
            return reply(std::move(response));
        }
        reply(HttpResponse::of(200, "text/plain",
                               request.body.empty() ? to_bytes(request.target) : request.body));
    }

    std::atomic<int> requests{0};
    std::atomic<int> held_up{0};  // requests for /slow-handler that wait for `go_on`
    std::atomic<bool> go_on{false};
    std::mutex kept_mutex;
    Reply kept;  // to /kept; the test answers
    Streamed streamed;
    std::size_t stream_limit = 1 << 30;
    Path file;
};

}  // namespace exhibit::test
