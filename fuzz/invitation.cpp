// What people type and paste to say where somebody is: invitations, addresses, proxies. What is
// taken is written back so that it is taken again, as the same.
#include "case/invitation.hpp"
#include "net/proxy.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = as_text(ByteView(data, size));
    if (auto const invitation = Invitation::parse(text); invitation.ok()) {
        auto const again = Invitation::parse(invitation->line());
        VERIFY(again.ok() && again->line() == invitation->line());
    }
    if (auto const address = GuardianAddress::parse(text); address.ok()) {
        auto const again = GuardianAddress::parse(address->text());
        VERIFY(again.ok() && *again == *address);
    }
    if (auto const proxy = parse_socks_proxy(text); proxy.ok()) {
        auto const again = parse_socks_proxy(*proxy);
        VERIFY(again.ok() && *again == *proxy);
    }
    return 0;
}
