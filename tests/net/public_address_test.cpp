#include "net/public_address.hpp"

#include "net/net_fixture.hpp"

namespace exhibit::test {
namespace {

TEST(PublicAddress, numbers_that_only_this_machine_or_network_reaches_are_not_public) {
    for (auto const* host : {"127.0.0.1",
                             "127.1",
                             "0x7f.1",
                             "2130706433",
                             "0.0.0.0",
                             "10.1.2.3",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "198.18.0.1",
                             "192.0.2.7",
                             "224.0.0.1",
                             "255.255.255.255",
                             "[::1]",
                             "[::]",
                             "[fe80::1]",
                             "[fc00::1]",
                             "[fd12::1]",
                             "[::ffff:10.0.0.1]",
                             "[::ffff:8.8.8.8]",
                             "[64:ff9b::a00:1]",
                             "[2002:a00:1::]",
                             "[2001::1]",
                             "[2001:db8::1]",
                             "[ff02::1]",
                             "localhost",
                             "localhost.",
                             "a.localhost"})
        EXPECT_FALSE(may_be_public_host(host)) << host;
    for (auto const* host : {"8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1",
                             "[2606:4700::1111]", "example.org", "localhost.example"})
        EXPECT_TRUE(may_be_public_host(host)) << host;
}

class Silent final : public HttpHandler {};

TEST(PublicAddress, a_client_for_strangers_addresses_connects_to_nothing_private) {
    Silent handler;
    auto const server = serve(handler);
    ClientOptions options;
    options.reach = Reach::public_only;
    auto client = pinned_client(options);
    EXPECT_ERROR_CODE(client.get(url_of(*server, "/")), "private");
    // A name that is looked up: judged when it is a number.
    char name[256] = {};
    ::gethostname(name, sizeof name - 1);
    auto const own =
        client.get("https://" + std::string(name) + ":" + std::to_string(server->port()) + "/");
    EXPECT_TRUE(std::string_view(own.error().code) == "private" ||
                std::string_view(own.error().code) == "dns")
        << own.error().code;
    EXPECT_EQ(server->connection_count(), 0u);
    options.reach = Reach::anywhere;
    auto anywhere = pinned_client(options);
    EXPECT_OK(anywhere.get(url_of(*server, "/")));
}

}  // namespace
}  // namespace exhibit::test
