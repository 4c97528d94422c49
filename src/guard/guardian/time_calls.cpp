#include "guard/guardian/time_calls.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t small_answer = 256;
constexpr char const* ots_type = "application/vnd.opentimestamps.v1";

Error no_answer(std::string const& who, unsigned status) {
    return world_error(who + " answers " + std::to_string(status)).coded("time");
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    return text;
}

}  // namespace

Result<HttpAnswer> TimeCalls::call(std::string url, std::string method, Bytes body,
                                   HeaderFields headers, std::size_t answer_max) {
    ClientOptions options;
    // What comes back is signed, or leads to a block: the line only hides it.
    options.trust =
        url.starts_with("https://") ? ServerTrust(WebAuthorities{}) : ServerTrust(AnyCertificate{});
    options.socks5_proxy = socks5_proxy_;
    options.connect_timeout_ms = 10'000;
    options.total_timeout_ms = 30'000;
    auto client = TRY(HttpClient::create(std::move(options)));
    HttpCall made;
    made.method = std::move(method);
    made.url = std::move(url);
    made.headers = std::move(headers);
    made.body = std::move(body);
    made.answer_limit_bytes = answer_max;
    return client.send(made);
}

Result<TimeCalls::Stamped> TimeCalls::ask_authority(TimeSources::Authority const& authority,
                                                    std::vector<Certificate> const& roots,
                                                    Digest256 const& digest) {
    SystemRandom random;
    auto const request = rfc3161::ask_about(digest, random.bytes<8>());
    auto const answer =
        TRY(call(authority.url, "POST", write_timestamp_request(request),
                 {{"Content-Type", rfc3161::query_type}, {"Accept", rfc3161::reply_type}},
                 rfc3161::reply_bytes_max));
    if (answer.status != 200) return no_answer(authority.name, answer.status);
    auto stamp =
        TRY(rfc3161::judge_reply(answer.body, request, {.roots = roots, .kept = {}, .crl = {}}));
    if (!stamp.trusted)
        return bad_input("the time stamp of " + authority.name +
                         " does not lead to the roots that it was given")
            .coded("untrusted");
    auto token = TRY(token_of_response(answer.body));
    auto const opened = TRY(open_timestamp_token(token));
    std::vector<Bytes> certificates = {opened.signer.der()};
    for (auto const& other : opened.others)
        if (!(other == opened.signer)) certificates.push_back(other.der());
    return Stamped{std::move(token), std::move(stamp), std::move(certificates)};
}

Result<Bytes> TimeCalls::fetch_crl(TimeSources::Authority const& authority) {
    auto answer = TRY(call(authority.crl, "GET", {}, {}, crl_bytes_max));
    if (answer.status != 200) return no_answer(authority.name, answer.status);
    return std::move(answer.body);
}

Result<ots::Timestamp> TimeCalls::submit(std::string const& calendar, Digest256 const& tip) {
    auto const answer =
        TRY(call(calendar + "/digest", "POST", to_bytes(ByteView(tip)),
                 {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", ots_type}},
                 ots::calendar_answer_max));
    if (answer.status != 200) return no_answer(calendar, answer.status);
    return ots::parse_calendar_answer(answer.body, tip);
}

Result<std::optional<ots::Timestamp>> TimeCalls::upgrade(std::string const& calendar,
                                                         ByteView message) {
    auto const answer = TRY(call(calendar + "/timestamp/" + to_hex(message), "GET", {},
                                 {{"Accept", ots_type}}, ots::calendar_answer_max));
    // Not found, or not yet: its words may change, and are nobody's business.
    if (answer.status == 404) return std::optional<ots::Timestamp>();
    if (answer.status != 200) return no_answer(calendar, answer.status);
    auto timestamp = TRY(ots::parse_calendar_answer(answer.body, message));
    return std::optional<ots::Timestamp>(std::move(timestamp));
}

Result<KnownBlock> TimeCalls::fetch_block(std::string const& source, std::uint64_t height) {
    auto const found =
        TRY(call(source + "/block-height/" + std::to_string(height), "GET", {}, {}, small_answer));
    if (found.status != 200) return no_answer(source, found.status);
    auto const hash = TRY(ots::parse_block_hash(trimmed(as_text(found.body))));
    auto const answer = TRY(call(source + "/block/" + ots::show_block_hash(hash) + "/header", "GET",
                                 {}, {}, small_answer));
    if (answer.status != 200) return no_answer(source, answer.status);
    KnownBlock block{height, {}};
    block.header = TRY(from_hex_exact<80>(trimmed(as_text(answer.body))));
    auto const header = TRY(ots::BlockHeader::from(block.header));
    if (header.hash() != hash || !header.has_its_work())
        return bad_input(source + " shows a header that is not of its block").coded("header");
    return block;
}

}  // namespace exhibit::guard
