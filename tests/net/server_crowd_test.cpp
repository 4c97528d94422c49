// Many connections at once: none may starve the others.
#include "net/test_handler.hpp"

namespace exhibit::test {

TEST(HttpServer, two_hundred_clients_at_once_are_all_served) {
    TestHandler handler;
    auto const server = serve(handler);
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 200; ++i) {
        threads.emplace_back([&, i] {
            auto client = pinned_client();
            for (int n = 0; n < 3; ++n) {
                auto const path = "/" + std::to_string(i) + "/" + std::to_string(n);
                auto const answer = client.get(url_of(*server, path));
                if (answer.ok() && as_text(answer.value().body) == path) ++good;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(good, 600);
}

TEST(HttpServer, a_slow_handler_does_not_hold_up_the_others) {
    TestHandler handler;
    auto const server = serve(handler);
    std::thread slow([&] { EXPECT_OK(pinned_client().get(url_of(*server, "/slow-handler"))); });
    while (handler.held_up == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_OK(pinned_client().get(url_of(*server, "/quick")));
    EXPECT_EQ(handler.held_up, 1) << "the slow one was still being answered";
    handler.go_on = true;
    slow.join();
}

TEST(HttpServer, idle_connections_make_room_for_one_that_has_something_to_say) {
    TestHandler handler;
    ServerOptions options;
    options.limits.connections = 50;
    auto const server = serve_plain(handler, options);
    std::vector<std::unique_ptr<RawConnection>> idle;
    for (int i = 0; i < 300; ++i) idle.push_back(std::make_unique<RawConnection>(server->port()));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_LE(server->connection_count(), 50u + 64u);
    RawConnection asking(server->port());
    ASSERT_TRUE(asking.say("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_NE(asking.hear(2000, "/hello").find("200 OK"), std::string::npos);
}

// So many connections that have all said this, when the server has seen them all.
std::vector<std::unique_ptr<RawConnection>> crowd_of(HttpServer const& server, std::size_t size,
                                                     std::string const& said) {
    std::vector<std::unique_ptr<RawConnection>> crowd;
    while (crowd.size() < size) {
        crowd.push_back(std::make_unique<RawConnection>(server.port()));
        EXPECT_TRUE(crowd.back()->say(said));
    }
    for (int i = 0; i < 500 && server.connection_count() < size; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_EQ(server.connection_count(), size);
    return crowd;
}

TEST(HttpServer, headers_that_never_end_make_room_for_one_that_does) {
    TestHandler handler;
    ServerOptions options;
    options.limits.connections = 50;
    auto const server = serve_plain(handler, options);
    auto const dripping = crowd_of(*server, 50, "GET /slow HTTP/1.1\r\nHo");
    RawConnection asking(server->port());
    ASSERT_TRUE(asking.say("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_NE(asking.hear(2000, "/hello").find("200 OK"), std::string::npos);
    EXPECT_LE(server->connection_count(), 51u);
}

std::string begun_body(std::size_t sent) {
    return "POST /stranger HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" +
           std::string(sent, 'b');
}

TEST(HttpServer, bodies_of_the_unknown_make_room_for_one_that_has_something_to_say) {
    TestHandler handler;
    ServerOptions options;
    options.limits.connections = 20;
    auto const server = serve_plain(handler, options);
    auto const crowd = crowd_of(*server, 20, begun_body(100));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    RawConnection asking(server->port());
    ASSERT_TRUE(asking.say("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_NE(asking.hear(2000, "/hello").find("200 OK"), std::string::npos);
}

TEST(HttpServer, bodies_of_strangers_share_what_memory_they_may_have) {
    TestHandler handler;
    ServerOptions options;
    options.limits.stranger_bytes = 150'000;
    auto const server = serve_plain(handler, options);
    RawConnection first(server->port()), second(server->port()), small(server->port());
    ASSERT_TRUE(first.say(begun_body(120'000)));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ASSERT_TRUE(second.say(begun_body(120'000)));
    EXPECT_NE(second.hear(2000, "\r\n\r\n").find(" 503 "), std::string::npos);
    ASSERT_TRUE(small.say("POST /stranger HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"));
    EXPECT_NE(small.hear(2000, "hello").find("200 OK"), std::string::npos);
}

TEST(HttpServer, one_address_cannot_take_all_connections) {
    TestHandler handler;
    ServerOptions options;
    options.limits.connections_per_address = 3;
    options.limits.count_loopback = true;
    auto const server = serve_plain(handler, options);
    std::vector<std::unique_ptr<RawConnection>> taken;
    for (int i = 0; i < 3; ++i) {
        taken.push_back(std::make_unique<RawConnection>(server->port()));
        taken.back()->say("GET /h HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_NE(taken.back()->hear(2000, "/h").find("200"), std::string::npos);
    }
    RawConnection fourth(server->port());
    fourth.hear(2000);
    EXPECT_TRUE(fourth.closed());
    taken.pop_back();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    RawConnection fifth(server->port());
    ASSERT_TRUE(fifth.say("GET /h HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_NE(fifth.hear(2000, "/h").find("200"), std::string::npos);
}

TEST(HttpServer, thousands_of_idle_connections_cost_little_and_do_no_harm) {
    TestHandler handler;
    auto const server = serve(handler);
    std::vector<std::unique_ptr<RawConnection>> idle;
    for (int i = 0; i < 4000; ++i) {
        idle.push_back(std::make_unique<RawConnection>(server->port()));
        if (!idle.back()->connected()) {
            idle.pop_back();
            break;
        }  // out of descriptors
    }
    auto client = pinned_client();
    auto const answer = client.get(url_of(*server, "/hello"));
    ASSERT_OK(answer);
    EXPECT_EQ(answer.value().status, 200u);
    std::printf("%zu idle connections\n", idle.size());
    RecordProperty("idle_connections", static_cast<int>(idle.size()));
}

}  // namespace exhibit::test
