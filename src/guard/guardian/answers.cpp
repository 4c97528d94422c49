#include "guard/guardian/answers.hpp"

namespace exhibit::guard {
namespace {

struct Row {
    std::string_view code;
    unsigned status;
};
constexpr Row statuses[] = {
    {"unauthorized", 401}, {"forbidden", 403}, {"invitation", 403}, {"not-found", 404},
    {"method", 405},       {"exists", 409},    {"not-whole", 409},  {"conflict", 409},
    {"quota", 413},        {"too-large", 413}, {"root", 422},       {"statement", 422},
    {"share", 422},        {"not-mine", 422},  {"directory", 422},  {"quorum", 422},
    {"floors", 422},       {"policy", 422},    {"protocol", 422},   {"case-key", 422},
    {"signature", 422},    {"sd-jwt", 422},    {"length", 422},     {"contacts", 422},
    {"later", 429},        {"disk-full", 507}, {"resigned", 410},
};

}  // namespace

unsigned http_status_of(Error const& error) {
    for (auto const& row : statuses) {
        if (row.code == error.code) return row.status;
    }
    return error.fault == Fault::world ? 503 : 400;
}

HttpResponse answer_json(unsigned status, std::string text) {
    return HttpResponse::of(status, "application/json", to_bytes(text));
}

HttpResponse answer_envelope(unsigned status, Envelope const& envelope) {
    return answer_json(status, write_envelope(envelope));
}

HttpResponse answer_error(Error const& error) {
    auto what = error.what;
    if (!is_utf8(as_bytes(what))) what = "bad input";
    Json json = {{"error", {{"code", error.code}, {"what", what}}}};
    return answer_json(http_status_of(error), write_json(json));
}

HttpResponse answer_nothing() {
    HttpResponse response;
    response.status = 204;
    return response;
}

}  // namespace exhibit::guard
