#include "guard/witness/link.hpp"

#include <algorithm>

namespace exhibit::guard {
namespace {

constexpr std::size_t small_answer = 512 * 1024;
constexpr std::size_t large_answer = 64u << 20;

// Codes that the client acts upon; others are for people and come in the sentence.
constexpr char const* known_codes[] = {"not-found",    "not-whole", "quota",     "forbidden",
                                       "unauthorized", "root",      "disk-full", "later",
                                       "invitation",   "exists",    "conflict",  "signature"};

// A stranger's words on a terminal: printable ASCII only, and not many.
std::string harmless(std::string_view text) {
    std::string out(text.substr(0, 200));
    std::ranges::replace_if(
        out, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return out;
}

// Null when it is not there, or no text.
std::string const* text_field(Json const& object, char const* name) {
    if (!object.is_object()) return nullptr;
    auto const found = object.find(name);
    return found == object.end() ? nullptr : found->get_ptr<std::string const*>();
}

template <typename T>
Result<T> told_by(Result<T> result, std::string const& guardian_name) {
    if (result.ok()) return result;
    return named(result.take_error(), guardian_name);
}

// What a guardian signed and sent, opened; every error names it.
template <typename Document>
Result<Signed<Document>> open_named(ByteView body, Policy const& terms,
                                    std::string const& guardian_name) {
    auto envelope = parse_envelope(body, large_answer);
    if (!envelope.ok()) return named(envelope.take_error(), guardian_name);
    return told_by(open_from_guardian<Document>(envelope.take(), terms), guardian_name);
}

Result<Link::ContactsThere> parse_contacts_there(ByteView body) {
    auto const json = TRY(parse_json(body));
    auto object = TRY(JsonObject::of(json, "contacts"));
    Link::ContactsThere there;
    there.version = TRY(take_unsigned(object, "version", 0, 1'000'000'000));
    there.people = TRY(take_unsigned(object, "people", 0, 1'000));
    TRY(object.finish());
    return there;
}

Result<std::vector<Envelope>> parse_receipts(ByteView body) {
    auto const json = TRY(parse_json(body, {.bytes_max = large_answer, .depth_max = 4}));
    auto object = TRY(JsonObject::of(json, "receipts"));
    auto const* list = TRY(object.array("receipts", 1'000'000));
    std::vector<Envelope> envelopes;
    for (auto const& one : *list) {
        if (!one.is_string()) return bad_input("a receipt is not an envelope").coded("json");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto envelope = TRY(parse_envelope(bytes));
        envelopes.push_back(std::move(envelope));
    }
    return envelopes;
}

}  // namespace

Error refusal(std::string const& guardian_name, unsigned status, ByteView body) {
    std::string code, what = "answered " + std::to_string(status);
    auto const json = parse_json(body, {.bytes_max = 16 * 1024, .depth_max = 4});
    if (json.ok() && json->is_object() && json->contains("error")) {
        auto const& error = json->at("error");
        if (auto const* told = text_field(error, "code")) code = *told;
        if (auto const* told = text_field(error, "what")) what = harmless(*told);
    }
    auto error = world_error(guardian_name + " refused: " + what).coded("guardian-refused");
    for (auto const* known : known_codes) {
        if (code == known) error.code = known;
    }
    return error;
}

Error named(Error error, std::string const& guardian_name) {
    error.what = guardian_name + ": " + error.what;
    return error;
}

Result<Link> Link::open(CaseId const& case_id, KnownGuardian guardian, LinkOptions const& options) {
    ClientOptions client;
    client.trust = PinnedTo{"sha256//" + to_base64(guardian.pin)};
    client.socks5_proxy = options.socks5_proxy;
    client.send_bytes_per_second_max = options.send_bytes_per_second_max;
    // What a guardian's server asks of us (ServerLimits), we ask of it.
    client.low_speed_bytes_per_second = 256;
    client.record = options.record;
    auto made = TRY(HttpClient::create(client));
    return Link(case_id, std::move(guardian), std::move(made), options.timeout_ms);
}

HeaderFields Link::authorization() const {
    HeaderFields fields;
    fields.add("Authorization", "Bearer " + to_hex(guardian_.access));
    return fields;
}

std::string Link::uploads_url() const {
    return guardian_.address.url() + case_path(case_id_, "uploads");
}

Result<Bytes> Link::ask(std::string method, std::string_view rest, Bytes body,
                        std::size_t answer_max) {
    HttpCall call;
    call.method = std::move(method);
    call.url = guardian_.address.url() + case_path(case_id_, rest);
    call.headers = authorization();
    if (!body.empty()) call.headers.add("Content-Type", "application/json");
    call.body = std::move(body);
    call.answer_limit_bytes = answer_max;
    call.total_timeout_ms = timeout_ms_;
    auto answer = client_.send(call);
    if (!answer.ok()) return named(answer.take_error(), guardian_.name);
    if (!answer->ok()) return refusal(guardian_.name, answer->status, answer->body);
    return std::move(answer->body);
}

Result<Answer> Link::message(Envelope const& envelope) {
    auto const body = TRY(ask("POST", "messages", to_bytes(write_envelope(envelope)), 4u << 20));
    return told_by(parse_answer(body), guardian_.name);
}

Result<Signed<ClockReading>> Link::clock(Policy const& terms, Nonce const& nonce) {
    auto const body =
        TRY(ask("POST", "clock", to_bytes(write_json({{"nonce", to_hex(nonce)}})), small_answer));
    auto reading = TRY(open_named<ClockReading>(body, terms, guardian_.name));
    if (reading->nonce != nonce || reading->guardian != guardian_.id()) {
        return bad_input(guardian_.name + " answered with an old or a foreign clock")
            .coded("clocks");
    }
    return reading;
}

Result<Signed<CaseStatus>> Link::status(Policy const& terms, Nonce const& nonce) {
    auto const body =
        TRY(ask("POST", "status", to_bytes(write_json({{"nonce", to_hex(nonce)}})), large_answer));
    auto status = TRY(open_named<CaseStatus>(body, terms, guardian_.name));
    if (status->nonce != nonce || status->guardian != guardian_.id()) {
        return bad_input(guardian_.name + " answered with an old or a foreign status")
            .coded("status");
    }
    return status;
}

Result<Bytes> Link::terms_text() { return ask("GET", "terms", {}, document_bytes_max); }

Outcome Link::put_vouched(VouchedList const& list) {
    auto const text = list.text();
    TRY(ask("PUT", "vouched/" + list.digest().hex(), to_bytes(text), small_answer));
    return {};
}

Result<Envelope> Link::put_statement(ExhibitNumber number, std::string const& statement) {
    auto const body = TRY(
        ask("PUT", "exhibits/" + show(number) + "/statement", to_bytes(statement), small_answer));
    return told_by(parse_envelope(body), guardian_.name);
}

Result<Link::ContactsThere> Link::contacts() {
    auto const body = TRY(ask("GET", "contacts", {}, small_answer));
    return told_by(parse_contacts_there(body), guardian_.name);
}

Outcome Link::put_contacts(Envelope const& contacts) {
    TRY(ask("PUT", "contacts", to_bytes(write_envelope(contacts)), small_answer));
    return {};
}

Outcome Link::announce_travel(Envelope const& note) {
    TRY(ask("POST", "travel", to_bytes(write_envelope(note)), small_answer));
    return {};
}

Outcome Link::put_left(ByteArray<32> const& name, ByteView file) {
    HttpCall call;
    call.method = "PUT";
    call.url = guardian_.address.url() + case_path(case_id_, "travel/" + to_hex(name));
    call.headers = authorization();
    call.headers.add("Content-Type", "application/octet-stream");
    call.body = to_bytes(file);
    call.answer_limit_bytes = small_answer;
    auto answer = client_.send(call);
    if (!answer.ok()) return named(answer.take_error(), guardian_.name);
    auto refused = refusal(guardian_.name, answer->status, answer->body);
    // It is there from a try whose answer was lost.
    if (answer->ok() || std::string_view(refused.code) == "exists") return {};
    return refused;
}

Result<std::vector<Envelope>> Link::receipts() {
    auto const body = TRY(ask("GET", "receipts", {}, large_answer));
    return told_by(parse_receipts(body), guardian_.name);
}

Result<CustodyRecord> Link::custody(ExhibitNumber number) {
    auto const body = TRY(ask("GET", "custody/" + show(number), {}, large_answer));
    return told_by(parse_custody_record(body), guardian_.name);
}

Result<std::string> Link::checkpoint() {
    auto const body = TRY(ask("GET", "log/checkpoint", {}, small_answer));
    return to_string(body);
}

}  // namespace exhibit::guard
