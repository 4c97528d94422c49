// What a tus client asks next, given what it knows. Pure; net/tus_client sends what stands here.
//
//   unknown --POST 201--> open(0) --PATCH 204--> open(n) … --> open(length) = done
//   open(n) --anything went wrong--> doubtful --HEAD--> open(m), m is what the server has on disk
#pragma once

#include <variant>

#include "formats/tus/tus.hpp"

namespace exhibit::tus {

// What is known of one upload.
struct Known {
    std::string url;                      // empty: not created yet
    std::optional<std::uint64_t> offset;  // none: in doubt, ask
    std::optional<std::uint64_t> length;
    bool length_told = true;  // the server knows it
};

struct SendCreate {
    HeaderFields headers;
};
struct SendHead {
    HeaderFields headers;
};
struct SendChunk {
    std::uint64_t offset = 0;
};
struct Done {};
using Next = std::variant<SendCreate, SendHead, SendChunk, Done>;

Next next_request(Known const& known, Metadata const& metadata);

// Headers of a PATCH. `final_length` when this chunk is the last of an upload of deferred length.
HeaderFields patch_headers(std::uint64_t offset, std::optional<Checksum> const& checksum,
                           std::optional<std::uint64_t> final_length);

// What an answer teaches. Codes: "upload-gone" (404, 410, 403 on HEAD), "refused-upload" (other
// 4xx), "try-again" (5xx, 409, 423, 460: ask with HEAD), "tus" (breaks the protocol).
Result<Known> learn_created(Known known, std::string const& endpoint, unsigned status,
                            HeaderFields const& headers);
Result<Known> learn_offset(Known known, unsigned status, HeaderFields const& headers);
// `sent` bytes were in the body.
Result<Known> learn_patched(Known known, std::uint64_t sent, unsigned status,
                            HeaderFields const& headers);

// Location against the address it came from (RFC 3986 §5, as far as servers use it): absolute,
// "/path", or "name". Another scheme or host than the endpoint's is refused: the pin and the proxy
// were chosen for that one. So is an address of more than upload_address_max bytes: whoever resumes
// writes it down.
inline constexpr std::size_t upload_address_max = 1024;
Result<std::string> resolve_location(std::string const& endpoint, std::string_view location);

}  // namespace exhibit::tus
