#include "guard/witness/travel.hpp"

#include "crypto/hash.hpp"

namespace exhibit::guard {

Outcome leave_luggage(Link& link, SigningKey const& witness, WallTime claimed,
                      std::array<Luggage, 2> luggage) {
    VERIFY(luggage[0].file.size() == luggage[1].file.size());
    if (luggage[1].name < luggage[0].name) std::swap(luggage[0], luggage[1]);
    TravelNote note{.case_id = link.case_id(),
                    .guardian = link.guardian().id(),
                    .claimed = claimed,
                    .size_bytes = luggage[0].file.size(),
                    .left = {}};
    for (std::size_t i = 0; i < luggage.size(); ++i)
        note.left[i] = {luggage[i].name, sha256(luggage[i].file)};
    TRY(link.announce_travel(Signed<TravelNote>::sign(note, witness).envelope()));
    for (auto const& one : luggage) TRY(link.put_left(one.name, one.file));
    return {};
}

Result<Bytes> fetch_luggage(GuardianAddress const& address, ByteArray<32> const& name,
                            LinkOptions const& options) {
    ClientOptions client;
    client.trust = AnyCertificate{};
    client.socks5_proxy = options.socks5_proxy;
    client.record = options.record;
    auto http = TRY(HttpClient::create(client));
    HttpCall call;
    call.url = address.url() + "/v1/left/" + to_hex(name);
    call.answer_limit_bytes = travel_bytes_max;
    auto answer = http.send(call);
    if (!answer.ok()) return named(answer.take_error(), address.short_text());
    if (answer->status == 404) {
        return world_error(address.short_text() + " has nothing under this sentence")
            .coded("not-found")
            .hint("type the address as travel showed it, and the words in their order");
    }
    if (!answer->ok()) return refusal(address.short_text(), answer->status, answer->body);
    return std::move(answer->body);
}

}  // namespace exhibit::guard
