#include "net/client.hpp"

#include <cstdlib>

#include "net/net_fixture.hpp"

namespace exhibit::test {
namespace {

class Redirecting final : public HttpHandler {
public:
    HttpResponse on_request(HttpRequest const& request) override {
        if (request.path() == "/away") {
            auto response = HttpResponse::text(302, "go\n");
            response.headers.add("Location", "/target");
            response.headers.add("Set-Cookie", "a=b");
            return response;
        }
        std::string seen;
        for (auto const& [name, value] : request.headers) seen += name + ": " + value + "\n";
        return HttpResponse::text(200, seen);
    }
};

}  // namespace

TEST(HttpClient, errors_say_what_happened_and_name_no_path) {
    ClientOptions options;
    options.trust = AnyCertificate{};
    options.connect_timeout_ms = 500;
    auto client = HttpClient::create(options).take();
    auto const refused = client.get("http://127.0.0.1:1/case-name?token=secret");
    EXPECT_ERROR_CODE(refused, "refused");
    EXPECT_EQ(refused.error().where, "127.0.0.1:1");
    EXPECT_EQ(refused.error().what.find("secret"), std::string::npos);
    EXPECT_ERROR_CODE(client.get("http://no-such-host.invalid/"), "dns");
    EXPECT_ERROR_CODE(client.get("file:///etc/passwd"), "address");
    EXPECT_ERROR_CODE(client.get("not an address"), "address");
}

TEST(HttpClient, a_server_that_says_nothing_is_a_timeout) {
    Redirecting handler;
    RawConnection unused(1);
    auto const listener = serve_plain(handler);
    ClientOptions options;
    options.trust = AnyCertificate{};
    options.total_timeout_ms = 300;
    auto client = HttpClient::create(options).take();
    // TLS to a port that speaks plain HTTP and waits: the handshake never ends, or fails.
    auto const answer = client.get("https://127.0.0.1:" + std::to_string(listener->port()) + "/");
    EXPECT_FALSE(answer.ok());
}

TEST(HttpClient, redirects_are_not_followed_and_cookies_not_kept) {
    Redirecting handler;
    auto const server = serve(handler);
    auto client = pinned_client();
    EXPECT_EQ(client.get(url_of(*server, "/away")).value().status, 302u);
    auto const next = client.get(url_of(*server, "/"));
    ASSERT_OK(next);
    EXPECT_EQ(as_text(next.value().body).find("Cookie"), std::string_view::npos);
    // Nothing that tells the program apart.
    EXPECT_EQ(as_text(next.value().body).find("User-Agent"), std::string_view::npos)
        << as_text(next.value().body);
}

TEST(HttpClient, proxies_of_the_environment_are_ignored_and_the_given_one_is_used) {
    Redirecting handler;
    auto const server = serve(handler);
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    ::setenv("ALL_PROXY", "socks5://127.0.0.1:1", 1);
    auto client = pinned_client();
    EXPECT_OK(client.get(url_of(*server, "/")));
    ::unsetenv("https_proxy");
    ::unsetenv("ALL_PROXY");
    ClientOptions options;
    options.socks5_proxy = "127.0.0.1:1";
    auto through = pinned_client(options);
    EXPECT_FALSE(through.get(url_of(*server, "/")).ok());
}

TEST(HttpClient, a_header_with_a_line_break_is_not_sent) {
    Redirecting handler;
    auto const server = serve(handler);
    auto client = pinned_client();
    HttpCall call;
    call.url = url_of(*server, "/");
    call.headers.add("X", "a\r\nY: b");
    EXPECT_ERROR_CODE(client.send(call), "header");
}

TEST(HttpClient, callbacks_can_stop_a_call) {
    Redirecting handler;
    auto const server = serve(handler);
    auto client = pinned_client();
    HttpCall call;
    call.url = url_of(*server, "/");
    call.target = [](ByteView) -> Outcome { return world_error("enough").coded("stopped"); };
    EXPECT_ERROR_CODE(client.send(call), "stopped");
    EXPECT_OK(client.get(url_of(*server, "/")));
}

}  // namespace exhibit::test
