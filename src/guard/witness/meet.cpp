#include "guard/witness/meet.hpp"

namespace exhibit::guard {
namespace {

Result<Bytes> post(Invitation const& invitation, std::string const& path, std::string const& body,
                   LinkOptions const& options) {
    ClientOptions client;
    client.trust = PinnedTo{invitation.curl_pin()};
    client.socks5_proxy = options.socks5_proxy;
    client.total_timeout_ms = options.timeout_ms;
    client.record = options.record;
    auto http = TRY(HttpClient::create(client));
    auto answer = http.post(invitation.address.url() + path, "application/json", as_bytes(body));
    if (!answer.ok()) return named(answer.take_error(), invitation.name);
    if (!answer->ok()) return refusal(invitation.name, answer->status, answer->body);
    return std::move(answer->body);
}

}  // namespace

Result<Met> meet(Invitation const& invitation, CaseId const& case_id, LinkOptions const& options,
                 Random& random) {
    auto const nonce = random.bytes<16>();
    auto const body = TRY(post(invitation, "/v1/card",
                               write_json({{"token", to_hex(invitation.token)},
                                           {"nonce", to_hex(nonce)},
                                           {"case", case_id.text()}}),
                               options));
    auto answer = TRY(parse_answer(body));
    if (answer.replies.size() != 2)
        return bad_input(invitation.name + " did not introduce itself").coded("card");
    // The pin has authenticated the line; the card's signature shows that it holds the key it
    // names.
    auto const claimed = TRY(peek<GuardianCard>(answer.replies[0]));
    auto const card = TRY(Signed<GuardianCard>::open(std::move(answer.replies[0]), claimed.key));
    auto const clock = TRY(Signed<ClockReading>::open(std::move(answer.replies[1]), claimed.key));
    bool const fresh = card->nonce == nonce && clock->nonce == nonce && clock->case_id == case_id &&
                       clock->guardian == guardian_id(claimed.key);
    if (!fresh) return bad_input(invitation.name + " answered with an old card").coded("card");
    return Met{card.value(), clock.envelope()};
}

Result<Envelope> enrol(Invitation const& invitation, Enrolment const& enrolment,
                       LinkOptions const& options) {
    auto const body = TRY(post(invitation, "/v1/cases", write_enrolment(enrolment), options));
    return parse_envelope(body);
}

}  // namespace exhibit::guard
