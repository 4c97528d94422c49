#include "net/proxy.hpp"

#include "net/net_fixture.hpp"
#include "support/proxy.hpp"

namespace exhibit::test {
namespace {

class Saying final : public HttpHandler {
public:
    HttpResponse on_request(HttpRequest const& request) override {
        return HttpResponse::text(200, request.headers.find("Host").value_or("none"));
    }
};

TEST(Proxy, what_people_type_becomes_host_and_port) {
    for (auto const* text : {"127.0.0.1:9050", "socks5://127.0.0.1:9050",
                             "socks5h://127.0.0.1:9050", "SOCKS5://127.0.0.1:9050/"}) {
        auto const parsed = parse_socks_proxy(text);
        ASSERT_OK(parsed);
        EXPECT_EQ(*parsed, "127.0.0.1:9050");
    }
    EXPECT_EQ(*parse_socks_proxy("localhost:9050"), "localhost:9050");
    EXPECT_EQ(*parse_socks_proxy("socks5://[::1]:9150"), "[::1]:9150");
    for (auto const* text :
         {"", ":", "9050", "localhost", "localhost:", "localhost:0", "localhost:70000",
          "localhost:09050", "http://localhost:8080", "socks4://localhost:9050", "a b:9050",
          "[::1:9050", "[]:9050", "localhost:9050:1", "socks5://u:p@localhost:9050", "a/b:1"}) {
        EXPECT_ERROR_CODE(parse_socks_proxy(text), "proxy");
    }
    // A password never stands in the error.
    EXPECT_EQ(parse_socks_proxy("u:hunter2@localhost:9050").error().where.find("hunter2"),
              std::string::npos);
}

TEST(Proxy, onion_addresses_are_known_in_any_writing) {
    EXPECT_TRUE(is_onion("abc.onion"));
    EXPECT_TRUE(is_onion("ABC.OnIoN."));
    EXPECT_TRUE(is_onion(".onion"));
    EXPECT_FALSE(is_onion("onion"));
    EXPECT_FALSE(is_onion("abc.onion.example"));
    EXPECT_FALSE(is_onion("abconion"));
}

TEST(Proxy, without_one_an_onion_address_is_refused_before_any_name_server_hears_of_it) {
    auto client = pinned_client();
    auto const answer = client.get("https://abc.onion:7443/v1/cases/secret");
    EXPECT_ERROR_CODE(answer, "proxy");
    EXPECT_EQ(answer.error().where, "abc.onion:7443");
    EXPECT_NE(answer.error().mend.find("--proxy"), std::string::npos);
}

TEST(Proxy, that_is_not_there_is_an_error_that_names_it_and_says_what_to_do) {
    auto const nowhere = "127.0.0.1:" + std::to_string(free_port());
    EXPECT_ERROR_CODE(check_socks_proxy(nowhere), "proxy");
    Saying handler;
    auto const server = serve(handler);
    ClientOptions options;
    options.socks5_proxy = nowhere;
    auto client = pinned_client(options);
    auto const answer = client.get(url_of(*server, "/"));
    EXPECT_ERROR_CODE(answer, "proxy");
    EXPECT_EQ(answer.error().where, nowhere);
    EXPECT_NE(answer.error().mend.find("--proxy"), std::string::npos);
    EXPECT_EQ(server->connection_count(), 0u) << "it went round the proxy";
}

TEST(Proxy, that_speaks_something_else_is_told_from_one_that_is_not_there) {
    Saying handler;
    auto const web = serve_plain(handler);
    auto const error = check_socks_proxy("127.0.0.1:" + std::to_string(web->port()), 2'000);
    EXPECT_ERROR_CODE(error, "proxy");
    EXPECT_EQ(error.error().what.find("nobody"), std::string::npos) << error.error().what;
}

TEST(Proxy, a_real_one_carries_the_connection_and_looks_the_name_up_itself) {
    NEEDS_SOCKS_PROXY();
    SocksProxy proxy({"ana.onion", "known-to-the-proxy.test"});
    ASSERT_OK(check_socks_proxy(proxy.address()));
    Saying handler;
    auto const server = serve(handler);
    ClientOptions options;
    options.socks5_proxy = proxy.address();
    auto client = pinned_client(options);
    for (auto const* name : {"ana.onion", "known-to-the-proxy.test"}) {
        auto const place = std::string(name) + ":" + std::to_string(server->port());
        auto const answer = client.get("https://" + place + "/");
        ASSERT_OK(answer);
        EXPECT_EQ(as_text(answer->body), place);
        EXPECT_EQ(proxy.asked_for().back(), place);
        EXPECT_ERROR_CODE(pinned_client().get("https://" + place + "/"),
                          is_onion(name) ? "proxy" : "dns");
    }
    auto const unknown = client.get("https://nobody.onion:7443/");
    EXPECT_ERROR_CODE(unknown, "refused");
    EXPECT_EQ(unknown.error().where, "nobody.onion:7443");

    // In the middle it goes away: an error, never a direct connection.
    auto const before = server->connection_count();
    proxy.stop();
    auto fresh = pinned_client(options);
    EXPECT_ERROR_CODE(fresh.get(url_of(*server, "/")), "proxy");
    EXPECT_LE(server->connection_count(), before);
}

}  // namespace
}  // namespace exhibit::test
