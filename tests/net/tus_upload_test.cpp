// Our tus client against our tus server, over TLS, with everything going wrong on the way.
#include <atomic>
#include <thread>

#include "net/memory_upload_store.hpp"
#include "net/net_fixture.hpp"
#include "net/tus_client.hpp"
#include "net/tus_server.hpp"

namespace exhibit::test {
namespace {

class Hooks final : public UploadHooks {
public:
    Result<UploadGrant> authorize(HttpRequest const& request, UploadWish const&) override {
        if (request.headers.find("Authorization") == "Bearer wrong") {
            return world_error("no such invitation").coded("unauthorized");
        }
        return UploadGrant{"case", limit};
    }
    Outcome on_complete(UploadId const& id, UploadState const&) override {
        if (failures_left > 0) {
            --failures_left;
            return world_error("the disk hiccups");
        }
        ++completed;
        last = id;
        return {};
    }
    std::uint64_t limit = 1 << 30;
    std::atomic<int> completed{0};
    std::atomic<int> failures_left{0};
    UploadId last;
};

struct Guardian {
    explicit Guardian(TusServerOptions tus_options = {}, ServerOptions options = {})
        : tus(store, hooks, std::move(tus_options)), server(serve(tus, std::move(options))) {}
    std::string endpoint() const { return url_of(*server, "/files"); }

    MemoryUploadStore store;
    Hooks hooks;
    TusServer tus;
    std::unique_ptr<HttpServer> server;
};

Bytes noise(std::size_t size) {
    Bytes bytes(size);
    SeededRandom(11).fill(bytes);
    return bytes;
}

UploadSource source_of(Bytes const& bytes, bool tell_length = true) {
    UploadSource source;
    if (tell_length) source.length = bytes.size();
    source.read_at = [&bytes](std::uint64_t offset, MutableBytes out) -> Result<std::size_t> {
        auto const n = std::min<std::uint64_t>(
            out.size(), bytes.size() - std::min<std::uint64_t>(offset, bytes.size()));
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), n, out.begin());
        return static_cast<std::size_t>(n);
    };
    return source;
}

UploadOptions quick() {
    UploadOptions options;
    options.chunk_bytes = 256 * 1024;
    options.first_pause_ms = 5;
    options.attempts = 30;
    return options;
}

HttpCall tus_call(std::string method, std::string url, HeaderFields headers,
                  std::string_view body = {}) {
    HttpCall call;
    call.method = std::move(method);
    call.url = std::move(url);
    call.headers = std::move(headers);
    call.headers.add("Tus-Resumable", "1.0.0");
    call.body = to_bytes(body);
    return call;
}

HeaderFields patch_at(std::string offset, std::string checksum = {}) {
    HeaderFields headers{{"Content-Type", "application/offset+octet-stream"},
                         {"Upload-Offset", std::move(offset)}};
    if (!checksum.empty()) headers.add("Upload-Checksum", std::move(checksum));
    return headers;
}

// Creates an upload by hand and returns its address.
std::string create_by_hand(HttpClient& client, Guardian& guardian, std::string length) {
    auto const answer =
        client.send(tus_call("POST", guardian.endpoint(), {{"Upload-Length", std::move(length)}}));
    VERIFY(answer.ok() && answer.value().status == 201);
    return url_of(*guardian.server, std::string(*answer.value().headers.find("Location")));
}

std::string offset_at(HttpClient& client, std::string const& url) {
    auto const answer = client.send(tus_call("HEAD", url, {}));
    if (!answer.ok()) return answer.error().code;
    return std::string(answer.value().headers.find("Upload-Offset").value_or("none"));
}

// Forwards bytes to the server and hangs up, now and then, in the middle.
class FlakyRelay {
public:
    explicit FlakyRelay(std::uint16_t target)
        : target_(target), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        VERIFY(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        VERIFY(::listen(listener_.get(), 16) == 0);
        VERIFY(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~FlakyRelay() {
        stopping_ = true;
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }
    std::uint16_t port() const { return port_; }

private:
    void run() {
        SeededRandom random(3);
        while (!stopping_) {
            Descriptor client(::accept(listener_.get(), nullptr, nullptr));
            if (!client.is_open()) break;
            Descriptor server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(target_);
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            if (::connect(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
                continue;
            auto const draw = random.bytes<4>();
            pump(client.get(), server.get(), 50'000 + (std::size_t(draw[0]) << 12) + draw[1]);
        }
    }
    void pump(int client, int server, std::size_t budget) {
        std::size_t moved = 0;
        while (!stopping_ && moved < budget) {
            pollfd waiting[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
            if (::poll(waiting, 2, 200) < 0) return;
            for (int i = 0; i < 2; ++i) {
                if (waiting[i].revents == 0) continue;
                char buffer[16384];
                auto const n = ::recv(waiting[i].fd, buffer, sizeof buffer, 0);
                if (n <= 0) return;
                if (::send(i == 0 ? server : client, buffer, static_cast<std::size_t>(n),
                           MSG_NOSIGNAL) != n)
                    return;
                moved += static_cast<std::size_t>(n);
            }
        }
    }
    std::uint16_t target_, port_ = 0;
    Descriptor listener_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace

TEST(TusUpload, a_file_arrives_whole_and_is_taken_over_once) {
    Guardian guardian;
    TemporaryFolder folder;
    auto const bytes = noise(3'000'001);
    ASSERT_OK(replace_file(folder / "0001.age", bytes));
    auto client = pinned_client();
    auto options = quick();
    std::uint64_t seen = 0;
    std::string address;
    options.progress = [&](UploadProgress const& progress) { seen = progress.offset; };
    options.on_address = [&](std::string const& url) -> Outcome {
        address = url;
        return {};
    };
    auto const source = UploadSource::from_file(folder / "0001.age");
    ASSERT_OK(source);
    auto const done = upload(client, guardian.endpoint(), {{"name", to_bytes("0001.age")}},
                             source.value(), options);
    ASSERT_OK(done);
    EXPECT_EQ(guardian.hooks.completed, 1);
    EXPECT_EQ(guardian.store.bytes(guardian.hooks.last), bytes);
    EXPECT_EQ(guardian.store.state(guardian.hooks.last).value().metadata, "name MDAwMS5hZ2U=");
    EXPECT_EQ(seen, bytes.size());
    EXPECT_EQ(done.value().sent_bytes, bytes.size());
    EXPECT_EQ(done.value().url, address);
    // Asked again, it is simply done.
    EXPECT_OK(resume_upload(client, address, source.value(), options));
    EXPECT_EQ(guardian.hooks.completed, 1);
}

TEST(TusUpload, a_source_of_unknown_length_tells_it_at_the_end) {
    for (std::size_t const size :
         {std::size_t(0), std::size_t(1), std::size_t(256 * 1024), std::size_t(700'000)}) {
        Guardian guardian;
        auto const bytes = noise(size);
        auto client = pinned_client();
        auto const done = upload(client, guardian.endpoint(), {}, source_of(bytes, false), quick());
        ASSERT_OK(done);
        EXPECT_EQ(done.value().length, size);
        EXPECT_EQ(guardian.hooks.completed, 1) << size;
        EXPECT_EQ(guardian.store.bytes(guardian.hooks.last), bytes);
    }
}

TEST(TusUpload, an_empty_file_is_complete_at_once) {
    Guardian guardian;
    auto client = pinned_client();
    Bytes const none;
    ASSERT_OK(upload(client, guardian.endpoint(), {}, source_of(none), quick()));
    EXPECT_EQ(guardian.hooks.completed, 1);
}

TEST(TusUpload, lines_that_break_at_random_places_do_no_harm) {
    for (bool const checksums : {true, false}) {
        TusServerOptions tus_options;
        tus_options.commit_every_bytes = 100'000;
        Guardian guardian(tus_options);
        FlakyRelay relay(guardian.server->port());
        auto const bytes = noise(4'000'003);
        auto client = pinned_client();
        auto options = quick();
        options.checksums = checksums;
        auto const endpoint = "https://127.0.0.1:" + std::to_string(relay.port()) + "/files";
        auto const done = upload(client, endpoint, {}, source_of(bytes), options);
        ASSERT_OK(done);
        EXPECT_EQ(guardian.store.bytes(guardian.hooks.last), bytes);
        EXPECT_GT(done.value().interruptions, 2u);
        // At most one chunk is sent again for each interruption.
        EXPECT_LE(done.value().sent_bytes,
                  bytes.size() + done.value().interruptions * options.chunk_bytes);
        std::printf("%s checksums: %u interruptions, %.1f %% sent twice\n",
                    checksums ? "with" : "without", done.value().interruptions,
                    100.0 * static_cast<double>(done.value().sent_bytes - bytes.size()) /
                        static_cast<double>(bytes.size()));
    }
}

TEST(TusUpload, a_stopped_upload_is_resumed_where_it_stood) {
    Guardian guardian;
    auto const bytes = noise(2'000'000);
    auto client = pinned_client();
    auto options = quick();
    std::string address;
    std::uint64_t seen = 0;
    options.on_address = [&](std::string const& url) -> Outcome {
        address = url;
        return {};
    };
    options.progress = [&](UploadProgress const& progress) { seen = progress.offset; };
    options.should_stop = [&] { return seen >= 1'000'000; };
    EXPECT_ERROR_CODE(upload(client, guardian.endpoint(), {}, source_of(bytes), options),
                      "stopped");
    options.should_stop = nullptr;
    auto const done = resume_upload(client, address, source_of(bytes), options);
    ASSERT_OK(done);
    EXPECT_EQ(guardian.store.bytes(guardian.hooks.last), bytes);
    EXPECT_LE(done.value().sent_bytes, bytes.size() - 1'000'000);
    auto const other = noise(1'999'999);
    EXPECT_ERROR_CODE(resume_upload(client, address, source_of(other), options), "source-changed");
    EXPECT_ERROR_CODE(
        resume_upload(client, guardian.endpoint() + "/none", source_of(bytes), options),
        "upload-gone");
}

TEST(TusUpload, a_hook_that_fails_once_is_asked_again) {
    Guardian guardian;
    guardian.hooks.failures_left = 2;
    auto const bytes = noise(300'000);
    auto client = pinned_client();
    ASSERT_OK(upload(client, guardian.endpoint(), {}, source_of(bytes), quick()));
    EXPECT_EQ(guardian.hooks.completed, 1);
    EXPECT_EQ(guardian.store.bytes(guardian.hooks.last), bytes);
}

TEST(TusUpload, who_is_not_invited_stores_nothing) {
    Guardian guardian;
    auto const bytes = noise(10);
    auto client = pinned_client();
    auto options = quick();
    options.headers.add("Authorization", "Bearer wrong");
    EXPECT_ERROR_CODE(upload(client, guardian.endpoint(), {}, source_of(bytes), options),
                      "refused-upload");
    EXPECT_EQ(guardian.store.size(), 0u);
    guardian.hooks.limit = 9;
    EXPECT_ERROR_CODE(upload(client, guardian.endpoint(), {}, source_of(bytes), quick()),
                      "refused-upload");
    EXPECT_EQ(guardian.store.size(), 0u);
    // A deferred length does not get around the quota.
    EXPECT_ERROR_CODE(upload(client, guardian.endpoint(), {}, source_of(bytes, false), quick()),
                      "refused-upload");
    EXPECT_EQ(guardian.hooks.completed, 0);
}

TEST(TusUpload, wrong_offsets_get_409_and_change_nothing) {
    Guardian guardian;
    auto client = pinned_client();
    auto const url = create_by_hand(client, guardian, "10");
    EXPECT_EQ(client.send(tus_call("PATCH", url, patch_at("5"), "hello")).value().status, 409u);
    EXPECT_EQ(client.send(tus_call("PATCH", url, patch_at("0"), "hello")).value().status, 204u);
    EXPECT_EQ(client.send(tus_call("PATCH", url, patch_at("0"), "hello")).value().status, 409u);
    EXPECT_EQ(offset_at(client, url), "5");
    EXPECT_EQ(client.send(tus_call("PATCH", url, patch_at("5"), "longer than it")).value().status,
              413u);
    EXPECT_EQ(offset_at(client, url), "5");
}

TEST(TusUpload, a_checksum_that_does_not_fit_gets_460_and_keeps_the_offset) {
    Guardian guardian;
    auto client = pinned_client();
    auto const url = create_by_hand(client, guardian, "22");
    auto const good = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    EXPECT_EQ(
        client.send(tus_call("PATCH", url, patch_at("0", good), "hello world")).value().status,
        204u);
    EXPECT_EQ(
        client.send(tus_call("PATCH", url, patch_at("11", good), "hello there")).value().status,
        460u);
    EXPECT_EQ(offset_at(client, url), "11");
    EXPECT_EQ(client.send(tus_call("PATCH", url, patch_at("11", "md5 AAAA"), "hello world"))
                  .value()
                  .status,
              400u);
    EXPECT_EQ(
        client.send(tus_call("PATCH", url, patch_at("11", good), "hello world")).value().status,
        204u);
    EXPECT_EQ(as_text(guardian.store.bytes(guardian.hooks.last)), "hello worldhello world");
}

TEST(TusUpload, a_second_writer_gets_423_while_the_first_writes) {
    Guardian guardian;
    auto client = pinned_client();
    auto const url = create_by_hand(client, guardian, "10");
    std::atomic<bool> writing{false};
    guardian.store.before_write = [&] {
        writing = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(400));
    };
    std::thread first([&] {
        EXPECT_EQ(
            pinned_client().send(tus_call("PATCH", url, patch_at("0"), "hello")).value().status,
            204u);
    });
    while (!writing) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(client.send(tus_call("PATCH", url, patch_at("0"), "HELLO")).value().status, 423u);
    EXPECT_EQ(client.send(tus_call("DELETE", url, {})).value().status, 423u);
    first.join();
    EXPECT_EQ(offset_at(client, url), "5");
}

TEST(TusUpload, a_post_may_bring_the_beginning_along) {
    Guardian guardian;
    auto client = pinned_client();
    HeaderFields const headers{{"Upload-Length", "11"},
                               {"Content-Type", "application/offset+octet-stream"}};
    auto const begun = client.send(tus_call("POST", guardian.endpoint(), headers, "hello"));
    ASSERT_OK(begun);
    EXPECT_EQ(begun.value().status, 201u);
    EXPECT_EQ(begun.value().headers.find("Upload-Offset"), "5");
    EXPECT_TRUE(begun.value().headers.has("Upload-Expires"));
    auto const url = url_of(*guardian.server, std::string(*begun.value().headers.find("Location")));
    EXPECT_EQ(client.send(tus_call("PATCH", url, patch_at("5"), " world")).value().status, 204u);
    EXPECT_EQ(as_text(guardian.store.bytes(guardian.hooks.last)), "hello world");
}

TEST(TusUpload, deleted_and_expired_uploads_are_gone) {
    std::atomic<std::int64_t> now_ms{1'000'000};
    TusServerOptions tus_options;
    tus_options.now = [&] { return WallTime::from_ms(now_ms); };
    tus_options.lifetime = Duration::hours(1);
    Guardian guardian(tus_options);
    auto client = pinned_client();
    auto const url = create_by_hand(client, guardian, "10");
    EXPECT_EQ(client.send(tus_call("DELETE", url, {})).value().status, 204u);
    EXPECT_EQ(client.send(tus_call("HEAD", url, {})).value().status, 404u);
    auto const second = create_by_hand(client, guardian, "10");
    now_ms += 3'600'000;
    EXPECT_EQ(client.send(tus_call("PATCH", second, patch_at("0"), "x")).value().status, 410u);
    EXPECT_EQ(
        client.send(tus_call("HEAD", guardian.endpoint() + "/..%2f..%2fetc", {})).value().status,
        404u);
}

}  // namespace exhibit::test
