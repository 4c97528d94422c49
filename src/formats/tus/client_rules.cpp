#include "formats/tus/client_rules.hpp"

namespace exhibit::tus {
namespace {

Error broken(std::string what) { return world_error(std::move(what)).coded("tus"); }

Error refused(unsigned status) {
    return world_error("the server refused the upload with status " + std::to_string(status) +
                       (status == 413 ? ": it is larger than what is left of the quota" : ""))
        .coded("refused-upload");
}

// 4xx that pass: somebody else writes (423), the offset moved (409), the line garbled a chunk
// (460), slow (408, 429).
bool passes(unsigned status) {
    return status >= 500 || status == 408 || status == 409 || status == 423 || status == 429 ||
           status == 460;
}

Outcome check_status(unsigned status) {
    if (status >= 200 && status < 300) return {};
    if (status == 404 || status == 410)
        return world_error("the server does not have this upload").coded("upload-gone");
    if (status == 507)
        return world_error("its disk is full; what arrived is kept").coded("disk-full");
    if (passes(status)) return world_error("the server could not take it now").coded("try-again");
    if (status >= 400) return refused(status);
    return broken("the server answered with status " + std::to_string(status));
}

Result<std::uint64_t> offset_in(HeaderFields const& headers) {
    auto const text = headers.find("Upload-Offset");
    if (!text.has_value()) return broken("the server told no offset");
    auto const offset = parse_number(*text);
    if (!offset.ok()) return broken("the server told an offset that is no number");
    return offset.value();
}

// "scheme://host:port" of an address.
Result<std::string_view> origin_of(std::string_view url) {
    auto const scheme = url.find("://");
    if (scheme == std::string_view::npos) return broken("an address has no scheme");
    auto const end = url.find_first_of("/?#", scheme + 3);
    return url.substr(0, end);
}

}  // namespace

Next next_request(Known const& known, Metadata const& metadata) {
    HeaderFields headers;
    headers.add("Tus-Resumable", std::string(version));
    if (known.url.empty()) {
        if (known.length.has_value())
            headers.add("Upload-Length", std::to_string(*known.length));
        else
            headers.add("Upload-Defer-Length", "1");
        if (!metadata.empty()) headers.add("Upload-Metadata", write_metadata(metadata));
        return SendCreate{std::move(headers)};
    }
    if (!known.offset.has_value()) return SendHead{std::move(headers)};
    if (known.length_told && known.offset == known.length) return Done{};
    return SendChunk{*known.offset};
}

HeaderFields patch_headers(std::uint64_t offset, std::optional<Checksum> const& checksum,
                           std::optional<std::uint64_t> final_length) {
    HeaderFields headers;
    headers.add("Tus-Resumable", std::string(version));
    headers.add("Content-Type", std::string(patch_content_type));
    headers.add("Upload-Offset", std::to_string(offset));
    if (checksum.has_value()) headers.add("Upload-Checksum", write_checksum(*checksum));
    if (final_length.has_value()) headers.add("Upload-Length", std::to_string(*final_length));
    return headers;
}

Result<Known> learn_created(Known known, std::string const& endpoint, unsigned status,
                            HeaderFields const& headers) {
    TRY(check_status(status));
    auto const location = headers.find("Location");
    if (status != 201 || !location.has_value())
        return broken("the server gave the upload no address");
    known.url = TRY(resolve_location(endpoint, *location));
    known.offset = 0;
    return known;
}

Result<Known> learn_offset(Known known, unsigned status, HeaderFields const& headers) {
    // "the Server SHOULD return either the 404 Not Found, 410 Gone or 403 Forbidden"
    if (status == 403)
        return world_error("the server does not have this upload").coded("upload-gone");
    TRY(check_status(status));
    auto const offset = TRY(offset_in(headers));
    auto const text = headers.find("Upload-Length");
    if (text.has_value()) {
        auto const length = parse_number(*text);
        if (!length.ok()) return broken("the server told a length that is no number");
        if (known.length.has_value() && length.value() != *known.length) {
            return world_error("the server holds an upload of another length under this address")
                .coded("source-changed");
        }
        known.length = length.value();
        known.length_told = true;
    } else {
        known.length_told = false;
    }
    if (known.length.has_value() && offset > *known.length)
        return broken("the server told an offset past the end");
    known.offset = offset;
    return known;
}

Result<Known> learn_patched(Known known, std::uint64_t sent, unsigned status,
                            HeaderFields const& headers) {
    VERIFY(known.offset.has_value());
    TRY(check_status(status));
    auto const offset = TRY(offset_in(headers));
    if (offset < *known.offset || offset > *known.offset + sent)
        return broken("the server told an impossible offset");
    known.offset = offset;
    return known;
}

Result<std::string> resolve_location(std::string const& endpoint, std::string_view location) {
    // Relative ones grow by the endpoint's origin and path.
    if (location.size() + endpoint.size() > upload_address_max)
        return broken("the address of the upload is too long");
    for (char const c : location) {
        if (c <= ' ' || c >= 0x7f)
            return broken("the address of the upload has strange characters");
    }
    auto const origin = TRY(origin_of(endpoint));
    if (location.empty()) return broken("the server gave the upload no address");
    if (location.find("://") != std::string_view::npos) {
        auto const theirs = TRY(origin_of(location));
        if (!same_field_name(theirs, origin))
            return broken("the server sent the upload to another host");
        return std::string(location);
    }
    if (location.starts_with("//")) return broken("the server sent the upload to another host");
    if (location[0] == '/') return std::string(origin) + std::string(location);
    auto const path_end = std::min(endpoint.find_first_of("?#", origin.size()), endpoint.size());
    auto const slash = endpoint.rfind('/', path_end);
    auto const folder = slash == std::string::npos || slash < origin.size()
                            ? std::string(origin) + "/"
                            : endpoint.substr(0, slash + 1);
    return folder + std::string(location);
}

}  // namespace exhibit::tus
