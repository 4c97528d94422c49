#include "formats/tus/server_rules.hpp"

namespace exhibit::tus {
namespace {

// RFC 9110 allows a proxy to join repeated fields with commas; none of these may come twice.
constexpr std::string_view single_fields[] = {
    "Tus-Resumable", "Upload-Length",   "Upload-Defer-Length",
    "Upload-Offset", "Upload-Metadata", "Upload-Checksum",
    "Upload-Concat", "Content-Type",    "X-HTTP-Method-Override"};

std::optional<Answer> refuse_repeated(HeaderFields const& headers) {
    for (auto const name : single_fields) {
        if (headers.repeated(name)) return refusal(400, "a header field comes twice");
    }
    return std::nullopt;
}

// "If the version specified by the Client is not supported by the Server, it MUST respond with the
// 412 Precondition Failed status and MUST include the Tus-Version header. [It] MUST NOT process the
// request."
std::optional<Answer> refuse_version(HeaderFields const& headers) {
    if (headers.find("Tus-Resumable") == version) return std::nullopt;
    auto answer = refusal(412, "only tus 1.0.0 is spoken here");
    answer.headers.add("Tus-Version", std::string(version));
    return answer;
}

Answer options(Settings const& settings) {
    Answer answer{204, {}, {}, {}};
    answer.headers.add("Tus-Resumable", std::string(version));
    answer.headers.add("Tus-Version", std::string(version));
    answer.headers.add("Tus-Extension", std::string(extensions));
    answer.headers.add("Tus-Max-Size", std::to_string(settings.max_size_bytes));
    answer.headers.add("Tus-Checksum-Algorithm", std::string(checksum_algorithms));
    return answer;
}

std::optional<Answer> refuse_request(Request const& request) {
    if (auto answer = refuse_repeated(request.headers)) return answer;
    return refuse_version(request.headers);
}

using MaybeChecksum = std::variant<Answer, std::optional<Checksum>>;
MaybeChecksum checksum_of(HeaderFields const& headers) {
    auto const text = headers.find("Upload-Checksum");
    if (!text.has_value()) return std::optional<Checksum>();
    auto checksum = parse_checksum(*text);
    if (!checksum.ok()) return refusal(400, checksum.error().what);
    return std::optional<Checksum>(checksum.take());
}

// Length or Defer-Length, exactly one of them.
std::variant<Answer, std::optional<std::uint64_t>> length_of(HeaderFields const& headers,
                                                             Settings const& settings) {
    auto const length = headers.find("Upload-Length");
    auto const defer = headers.find("Upload-Defer-Length");
    if (length.has_value() == defer.has_value())
        return refusal(400, "give either Upload-Length or Upload-Defer-Length");
    if (defer.has_value()) {
        if (*defer != "1") return refusal(400, "Upload-Defer-Length is 1 or absent");
        return std::optional<std::uint64_t>();
    }
    auto const number = parse_number(*length);
    if (!number.ok()) return refusal(400, "Upload-Length is not a whole number");
    if (number.value() > settings.max_size_bytes)
        return refusal(413, "the upload is larger than this server takes");
    return std::optional<std::uint64_t>(number.value());
}

Answer head(UploadState const& state) {
    Answer answer{200, {}, {}, {}};
    answer.headers.add("Tus-Resumable", std::string(version));
    answer.headers.add("Upload-Offset", std::to_string(state.offset));
    if (state.length.has_value())
        answer.headers.add("Upload-Length", std::to_string(*state.length));
    else
        answer.headers.add("Upload-Defer-Length", "1");
    if (!state.metadata.empty()) answer.headers.add("Upload-Metadata", state.metadata);
    if (state.expires.has_value() && !state.finished)
        answer.headers.add("Upload-Expires", write_http_date(*state.expires));
    // A cached offset would make a client send bytes to the wrong place.
    answer.headers.add("Cache-Control", "no-store");
    return answer;
}

// The length told now for an upload of deferred length; anything else that claims a length is
// refused.
std::variant<Answer, std::optional<std::uint64_t>> late_length(HeaderFields const& headers,
                                                               UploadState const& state) {
    auto const text = headers.find("Upload-Length");
    if (!text.has_value()) return std::optional<std::uint64_t>();
    auto const number = parse_number(*text);
    if (!number.ok()) return refusal(400, "Upload-Length is not a whole number");
    // "Once set, the length MUST NOT be changed."
    if (state.length.has_value() && number.value() != *state.length)
        return refusal(400, "the length is already known");
    if (number.value() < state.offset) return refusal(400, "Upload-Length lies before the offset");
    if (number.value() > state.limit) return refusal(413, "the upload is larger than was granted");
    if (state.length.has_value()) return std::optional<std::uint64_t>();
    return std::optional<std::uint64_t>(number.value());
}

std::variant<Answer, Append, Remove> patch(Request const& request, UploadState const& state) {
    if (request.headers.find("Content-Type") != patch_content_type) {
        return refusal(415, "the body of a PATCH is application/offset+octet-stream");
    }
    auto const text = request.headers.find("Upload-Offset");
    if (!text.has_value()) return refusal(400, "Upload-Offset is missing");
    auto const offset = parse_number(*text);
    if (!offset.ok()) return refusal(400, "Upload-Offset is not a whole number");
    if (offset.value() != state.offset)
        return refusal(409, "the upload does not stand at this offset");
    auto length = late_length(request.headers, state);
    if (auto* answer = std::get_if<Answer>(&length)) return *answer;
    auto checksum = checksum_of(request.headers);
    if (auto* answer = std::get_if<Answer>(&checksum)) return *answer;
    Append append{offset.value(), std::get<1>(length), 0, std::get<1>(checksum)};
    auto const end = append.new_length.value_or(state.length.value_or(state.limit));
    append.room = end > state.offset ? end - state.offset : 0;
    if (request.body_bytes.value_or(0) > append.room)
        return refusal(413, "the body is longer than the upload");
    return append;
}

}  // namespace

std::string_view effective_method(Request const& request) {
    auto const override_with = request.headers.find("X-HTTP-Method-Override");
    if (request.method != "POST" || !override_with.has_value()) return request.method;
    for (std::string_view const known : {"PATCH", "DELETE", "HEAD"}) {
        if (*override_with == known) return known;
    }
    return request.method;
}

std::variant<Answer, Create> decide_creation(Request const& request, Settings const& settings) {
    auto const method = effective_method(request);
    if (method == "OPTIONS") return options(settings);
    if (auto answer = refuse_request(request)) return *answer;
    if (method != "POST") return refusal(405, "uploads begin with POST");
    if (request.headers.has("Upload-Concat")) return refusal(400, "concatenation is not offered");
    auto length = length_of(request.headers, settings);
    if (auto* answer = std::get_if<Answer>(&length)) return *answer;
    Create create{std::get<1>(length), {}, {}, false, {}};
    if (auto const text = request.headers.find("Upload-Metadata")) {
        auto metadata = parse_metadata(*text);
        if (!metadata.ok()) return refusal(400, metadata.error().what);
        create.metadata = metadata.take();
        create.metadata_text = std::string(*text);
    }
    create.first = !request.body_bytes.has_value() || *request.body_bytes > 0;
    if (!create.first) return create;
    if (request.headers.find("Content-Type") != patch_content_type) {
        return refusal(415, "the body of a POST is application/offset+octet-stream");
    }
    auto checksum = checksum_of(request.headers);
    if (auto* answer = std::get_if<Answer>(&checksum)) return *answer;
    create.checksum = std::get<1>(checksum);
    if (request.body_bytes.value_or(0) > create.length.value_or(settings.max_size_bytes)) {
        return refusal(413, "the body is longer than the upload");
    }
    return create;
}

std::variant<Answer, Append, Remove> decide_upload(Request const& request,
                                                   std::optional<UploadState> const& state,
                                                   Settings const& settings) {
    auto const method = effective_method(request);
    if (method == "OPTIONS") return options(settings);
    if (auto answer = refuse_request(request)) return *answer;
    if (method != "HEAD" && method != "PATCH" && method != "DELETE")
        return refusal(405, "not for an upload");
    // "410 Gone if [the server] knows that the resource existed"; both make the client begin anew.
    bool const expired = state.has_value() && !state->finished && state->expires.has_value() &&
                         *state->expires <= settings.now;
    if (!state.has_value() || expired) {
        auto answer = refusal(expired ? 410 : 404, "there is no such upload");
        answer.headers.add("Cache-Control", "no-store");
        return answer;
    }
    if (method == "HEAD") return head(*state);
    if (method == "DELETE") {
        // What was taken over is evidence: a stolen address must not be able to remove it.
        if (state->finished) return refusal(403, "the upload is complete and was taken over");
        return Remove{};
    }
    return patch(request, *state);
}

Answer refusal(unsigned status, std::string_view text) {
    Answer answer{status, {}, {}, std::string(text) + "\n"};
    answer.headers.add("Tus-Resumable", std::string(version));
    answer.headers.add("Content-Type", "text/plain; charset=utf-8");
    return answer;
}

Answer created(std::string location, std::optional<std::uint64_t> offset_after_body,
               std::optional<WallTime> expires) {
    Answer answer{201, {}, {}, {}};
    answer.headers.add("Tus-Resumable", std::string(version));
    answer.headers.add("Location", std::move(location));
    if (offset_after_body.has_value())
        answer.headers.add("Upload-Offset", std::to_string(*offset_after_body));
    if (expires.has_value()) answer.headers.add("Upload-Expires", write_http_date(*expires));
    return answer;
}

Answer appended(std::uint64_t offset, std::optional<WallTime> expires) {
    Answer answer{204, {}, {}, {}};
    answer.headers.add("Tus-Resumable", std::string(version));
    answer.headers.add("Upload-Offset", std::to_string(offset));
    if (expires.has_value()) answer.headers.add("Upload-Expires", write_http_date(*expires));
    return answer;
}

Answer removed() {
    Answer answer{204, {}, {}, {}};
    answer.headers.add("Tus-Resumable", std::string(version));
    return answer;
}

Answer checksum_mismatch(std::uint64_t offset) {
    auto answer = refusal(460, "the bytes that came do not have this checksum");
    answer.reason = "Checksum Mismatch";
    answer.headers.add("Upload-Offset", std::to_string(offset));
    return answer;
}

unsigned status_of(Error const& error) {
    std::string_view const code = error.code;
    if (code == "unauthorized") return 401;
    if (code == "forbidden") return 403;
    if (code == "not-found") return 404;
    if (code == "conflict") return 409;
    if (code == "gone") return 410;
    if (code == "quota" || code == "too-large") return 413;
    if (code == "busy") return 423;
    if (code == "later") return 429;
    if (code == "metadata") return 400;
    if (code == "disk-full") return 507;
    return error.fault == Fault::world ? 503 : 400;
}

}  // namespace exhibit::tus
