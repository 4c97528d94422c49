#include "net/server.hpp"

#include "net/test_handler.hpp"

namespace exhibit::test {
namespace {

ServerOptions impatient() {
    ServerOptions options;
    options.limits.header_timeout_ms = 300;
    options.limits.idle_timeout_ms = 600;
    options.limits.answer_timeout_ms = 400;
    options.limits.rate_grace_ms = 300;
    options.limits.minimum_bytes_per_second = 1000;
    return options;
}

HttpCall post_to(std::string url, Bytes body) {
    HttpCall call;
    call.method = "POST";
    call.url = std::move(url);
    call.body = std::move(body);
    return call;
}

Bytes noise(std::size_t size) {
    Bytes bytes(size);
    SeededRandom(7).fill(bytes);
    return bytes;
}

}  // namespace

TEST(HttpServer, answers_over_pinned_tls_and_keeps_the_connection) {
    TestHandler handler;
    auto const server = serve(handler);
    auto client = pinned_client();
    for (int i = 0; i < 5; ++i) {
        auto const answer = client.get(url_of(*server, "/hello?n=" + std::to_string(i)));
        ASSERT_OK(answer);
        EXPECT_EQ(answer.value().status, 200u);
        EXPECT_EQ(as_text(answer.value().body), "/hello?n=" + std::to_string(i));
    }
    EXPECT_EQ(server->connection_count(), 1u);
}

TEST(HttpServer, another_key_is_refused_before_a_byte_of_the_request_is_sent) {
    TestHandler handler;
    auto const server = serve(handler);
    ClientOptions options;
    options.trust = PinnedTo{TlsIdentity::generate().value().pin().value()};
    auto client = HttpClient::create(options).take();
    EXPECT_ERROR_CODE(client.get(url_of(*server, "/secret")), "pin");
    EXPECT_EQ(handler.requests, 0);
    options.trust = AnyCertificate{};
    EXPECT_OK(HttpClient::create(options).take().get(url_of(*server, "/")));
    options.trust = WebAuthorities{};
    EXPECT_ERROR_CODE(HttpClient::create(options).take().get(url_of(*server, "/")), "pin");
    EXPECT_ERROR_CODE(HttpClient::create(ClientOptions{}), "pin-form");
}

TEST(HttpServer, a_pinned_client_never_speaks_plain_http) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    auto client = pinned_client();
    EXPECT_ERROR_CODE(client.get("http://127.0.0.1:" + std::to_string(server->port()) + "/"),
                      "address");
    EXPECT_EQ(handler.requests, 0);
}

TEST(HttpServer, bodies_up_to_the_limit_are_taken_and_larger_ones_get_413) {
    TestHandler handler;
    auto const server = serve(handler);
    auto client = pinned_client();
    auto const fits = client.send(post_to(url_of(*server, "/echo"), noise(1024)));
    ASSERT_OK(fits);
    EXPECT_EQ(fits.value().body, noise(1024));
    auto const large = client.send(post_to(url_of(*server, "/echo"), noise(1025)));
    ASSERT_OK(large);
    EXPECT_EQ(large.value().status, 413u);
    // Chunked: the size is not known beforehand.
    HttpCall chunked = post_to(url_of(*server, "/echo"), {});
    std::size_t left = 3000;
    chunked.source = [&](MutableBytes out) -> Result<std::size_t> {
        auto const n = std::min(left, out.size());
        left -= n;
        return n;
    };
    auto const answer = client.send(chunked);
    ASSERT_OK(answer);
    EXPECT_EQ(answer.value().status, 413u);
}

TEST(HttpServer, a_body_is_streamed_whole_with_length_and_in_chunks) {
    auto const body = noise(5'000'001);
    for (bool const chunked : {false, true}) {
        TestHandler handler;
        auto const server = serve(handler);
        auto client = pinned_client();
        auto call = post_to(url_of(*server, "/stream"), {});
        std::size_t at = 0;
        call.expect_continue = true;
        if (!chunked) call.source_length = body.size();
        call.source = [&](MutableBytes out) -> Result<std::size_t> {
            auto const n = std::min({out.size(), body.size() - at, std::size_t(70'001)});
            std::copy_n(body.begin() + static_cast<std::ptrdiff_t>(at), n, out.begin());
            at += n;
            return n;
        };
        auto const answer = client.send(call);
        ASSERT_OK(answer);
        EXPECT_EQ(answer.value().status, 200u);
        EXPECT_EQ(handler.streamed.ended(), true);
        EXPECT_EQ(handler.streamed.so_far(), body) << (chunked ? "chunked" : "with length");
        EXPECT_OK(client.get(url_of(*server, "/again")));
        EXPECT_EQ(server->connection_count(), 1u);
    }
}

TEST(HttpServer, a_sink_that_has_enough_is_finished_and_its_answer_arrives) {
    TestHandler handler;
    handler.stream_limit = 100'000;
    auto const server = serve(handler);
    auto client = pinned_client();
    auto const answer = client.send(post_to(url_of(*server, "/stream"), noise(3'000'000)));
    ASSERT_OK(answer);
    EXPECT_EQ(answer.value().status, 413u);
    EXPECT_EQ(handler.streamed.ended(), false);
}

TEST(HttpServer, a_broken_upload_leaves_what_arrived_with_the_sink) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    {
        RawConnection raw(server->port());
        ASSERT_TRUE(
            raw.say("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabcdef"));
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    for (int i = 0; i < 100; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        if (handler.streamed.ended().has_value()) break;
    }
    EXPECT_EQ(handler.streamed.ended(), false);
    EXPECT_EQ(handler.streamed.so_far(), to_bytes("abcdef"));
}

TEST(HttpServer, stopping_tells_running_uploads_and_returns) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    RawConnection raw(server->port()), silent(server->port()), never(server->port());
    ASSERT_TRUE(raw.say("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc"));
    ASSERT_TRUE(never.say("GET /never HTTP/1.1\r\nHost: x\r\n\r\n"));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    server->stop();
    EXPECT_EQ(handler.streamed.ended(), false);
    EXPECT_EQ(server->connection_count(), 0u);
}

TEST(HttpServer, an_early_answer_is_heard_although_the_body_was_not_read) {
    TestHandler handler;
    auto const server = serve(handler);
    auto client = pinned_client();
    for (bool const expect : {true, false}) {
        auto call = post_to(url_of(*server, "/at-once"), noise(1'000'000));
        call.expect_continue = expect;
        auto const answer = client.send(call);
        ASSERT_OK(answer);
        EXPECT_EQ(answer.value().status, 403u);
    }
}

TEST(HttpServer, replies_may_come_from_another_thread_and_only_the_first_counts) {
    TestHandler handler;
    auto const server = serve(handler);
    auto client = pinned_client();
    auto const answer = client.get(url_of(*server, "/later"));
    ASSERT_OK(answer);
    EXPECT_EQ(as_text(answer.value().body), "later\n");
    EXPECT_EQ(client.get(url_of(*server, "/x")).value().status, 200u);
}

TEST(HttpServer, a_reply_after_the_end_leaves_nothing_of_the_server_behind) {
    TestHandler handler;
    auto const alive = std::make_shared<int>();
    ServerOptions options;
    options.record = [alive](Direction, ByteView) {};
    auto server = serve_plain(handler, std::move(options));
    RawConnection raw(server->port());
    ASSERT_TRUE(raw.say("GET /kept HTTP/1.1\r\nHost: x\r\n\r\n"));
    Reply reply;
    while (!reply) {
        std::lock_guard const lock(handler.kept_mutex);
        reply = std::exchange(handler.kept, {});
    }
    server.reset();
    EXPECT_GT(alive.use_count(), 1);  // as long as somebody may reply
    reply(HttpResponse::text(200, "too late\n"));
    reply = {};
    EXPECT_EQ(alive.use_count(), 1);
}

TEST(HttpServer, a_file_is_streamed_from_where_the_handler_says) {
    TemporaryFolder folder;
    TestHandler handler;
    handler.file = folder / "f";
    auto const content = noise(1'000'003);
    ASSERT_OK(replace_file(handler.file, content));
    auto const server = serve(handler);
    auto client = pinned_client();
    HttpCall call;
    call.url = url_of(*server, "/file");
    Bytes got;
    call.target = [&](ByteView bytes) -> Outcome {
        append(got, bytes);
        return {};
    };
    ASSERT_OK(client.send(call));
    EXPECT_TRUE(same_bytes(got, ByteView(content).subspan(3)));
    call.method = "HEAD";
    auto const head = client.send(call);
    ASSERT_OK(head);
    EXPECT_EQ(head.value().headers.find("Content-Length"), "1000000");
    call.method = "GET";
    call.target = nullptr;
    EXPECT_OK(client.send(call));
    call.answer_limit_bytes = 1000;
    EXPECT_ERROR_CODE(client.send(call), "too-large");
}

TEST(HttpServer, a_line_break_in_a_header_never_leaves_the_server) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    RawConnection raw(server->port());
    ASSERT_TRUE(raw.say("GET /split HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    auto const heard = raw.hear(2000);
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 500 ")) << heard;
    EXPECT_EQ(heard.find("Set-Cookie"), std::string::npos);
}

TEST(HttpServer, malformed_and_ambiguous_requests_are_refused) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    struct {
        char const* status;
        std::string request;
    } const cases[] = {
        {"400", "nonsense\r\n\r\n"},
        {"400", "GET / HTTP/1.1\r\n\r\n"},
        {"400", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        {"400", "GET http://x/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"400", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        {"400", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"},
        {"400", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\na"},
        {"400",
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
         "chunked\r\n\r\n0\r\n\r\n"},
        {"400", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"},
        {"417", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\na"},
        {"431", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"},
    };
    for (auto const& [status, request] : cases) {
        RawConnection raw(server->port());
        raw.say(request);
        auto const heard = raw.hear(3000);
        EXPECT_TRUE(heard.starts_with(std::string("HTTP/1.1 ") + status + " "))
            << request.substr(0, 80) << " -> " << heard;
        EXPECT_TRUE(raw.closed()) << request.substr(0, 80);
    }
    EXPECT_EQ(handler.requests, 0);
}

TEST(HttpServer, requests_sent_in_one_breath_are_answered_in_order) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    RawConnection raw(server->port());
    ASSERT_TRUE(
        raw.say("GET /one HTTP/1.1\r\nHost: x\r\n\r\nPOST /two HTTP/1.1\r\nHost: "
                "x\r\nContent-Length: 3\r\n\r\nabc"
                "GET /three HTTP/1.0\r\n\r\n"));
    auto const heard = raw.hear(3000);
    auto const one = heard.find("\r\n\r\n/one"), two = heard.find("\r\n\r\nabc"),
               three = heard.find("\r\n\r\n/three");
    EXPECT_TRUE(one < two && two < three && three != std::string::npos) << heard;
    EXPECT_TRUE(raw.closed());
}

TEST(HttpServer, who_asks_first_is_told_to_continue) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    RawConnection raw(server->port());
    ASSERT_TRUE(raw.say(
        "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    EXPECT_EQ(raw.hear(2000, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    ASSERT_TRUE(raw.say("abc"));
    EXPECT_NE(raw.hear(2000, "abc").find("200 OK"), std::string::npos);
}

TEST(HttpServer, a_header_that_comes_too_slowly_is_cut_off) {
    TestHandler handler;
    auto const server = serve_plain(handler, impatient());
    RawConnection raw(server->port());
    auto const begun = std::chrono::steady_clock::now();
    // A byte every 50 ms never idles, and never ends either.
    std::string const request = "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: " + std::string(200, 'x');
    for (char const c : request) {
        if (!raw.say(std::string_view(&c, 1))) break;
        raw.hear(50);
        if (raw.closed()) break;
    }
    EXPECT_TRUE(raw.closed());
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
}

TEST(HttpServer, silence_and_dripping_bodies_are_cut_off) {
    TestHandler handler;
    auto const server = serve_plain(handler, impatient());
    RawConnection silent(server->port()), dripping(server->port()), never(server->port());
    ASSERT_TRUE(dripping.say("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"));
    ASSERT_TRUE(never.say("GET /never HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (int i = 0; i < 60 && !dripping.closed(); ++i) {
        dripping.say("x");
        dripping.hear(30);
    }
    EXPECT_TRUE(dripping.closed());
    silent.hear(2000);
    EXPECT_TRUE(silent.closed());
    never.hear(2000);
    EXPECT_TRUE(never.closed());
    EXPECT_EQ(handler.streamed.ended(), false);
    EXPECT_GT(handler.streamed.so_far().size(), 0u);
}

TEST(HttpServer, the_record_sees_what_went_over_the_wire_in_the_clear) {
    TestHandler handler;
    std::mutex mutex;
    std::string received, sent, client_sent;
    ServerOptions options;
    options.record = [&](Direction direction, ByteView bytes) {
        std::lock_guard const lock(mutex);
        (direction == Direction::received ? received : sent) += as_text(bytes);
    };
    ClientOptions client_options;
    client_options.record = [&](Direction direction, ByteView bytes) {
        if (direction == Direction::sent) client_sent += as_text(bytes);
    };
    auto const server = serve(handler, options);
    auto client = pinned_client(client_options);
    ASSERT_OK(client.post(url_of(*server, "/p"), "text/plain", as_bytes("needle in the body")));
    // The client may have its answer before the server has written down that it sent one.
    for (int tries = 0; tries < 1000; ++tries) {
        {
            std::lock_guard const lock(mutex);
            if (sent.find("needle in the body") != std::string::npos) break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::lock_guard const lock(mutex);
    EXPECT_NE(received.find("POST /p HTTP/1.1"), std::string::npos);
    EXPECT_NE(received.find("needle in the body"), std::string::npos);
    EXPECT_NE(sent.find("needle in the body"), std::string::npos);
    EXPECT_NE(client_sent.find("needle in the body"), std::string::npos);
}

TEST(HttpServer, a_program_that_is_begun_meanwhile_holds_neither_port_nor_lines) {
    TestHandler handler;
    auto const server = serve_plain(handler);
    RawConnection line(server->port());
    ASSERT_TRUE(line.say("GET /p HTTP/1.1\r\nHost: x\r\n\r\n"));
    line.hear(2000, "HTTP/1.1");
    auto const held = run({"ls", "-l", "/proc/self/fd"});
    EXPECT_EQ(held.code, 0) << held.err;
    EXPECT_EQ(held.out.find("socket:"), std::string::npos) << held.out;
}

TEST(HttpServer, an_address_that_cannot_be_had_is_an_error) {
    TestHandler handler;
    auto const server = serve(handler);
    EXPECT_ERROR_CODE(HttpServer::start("127.0.0.1", server->port(), &test_identity(), handler),
                      "listen");
    EXPECT_ERROR_CODE(HttpServer::start("localhost", 0, &test_identity(), handler), "address");
}

}  // namespace exhibit::test
