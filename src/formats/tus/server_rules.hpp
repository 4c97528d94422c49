// What a tus server does with a request, as a function of its headers and of the upload it names.
// The shell (net/tus_server) looks up the upload, asks here, moves bytes, and asks here for the
// answer.
#pragma once

#include <variant>

#include "formats/tus/tus.hpp"
#include "formats/tus/upload_store.hpp"

namespace exhibit::tus {

struct Answer {
    unsigned status = 0;
    std::string reason;  // only where the phrase is not registered: 460
    HeaderFields headers;
    std::string body;
};

// A POST that may create. `first` says that a body follows which is the beginning of the upload.
struct Create {
    std::optional<std::uint64_t> length;  // none: deferred
    Metadata metadata;
    std::string metadata_text;
    bool first = false;
    std::optional<Checksum> checksum;
};

// A PATCH that may append. More than `room` bytes of body break the declared length.
struct Append {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> new_length;  // the deferred length, told now
    std::uint64_t room = 0;
    std::optional<Checksum> checksum;
};

struct Remove {};

struct Request {
    std::string_view method;  // as sent; X-HTTP-Method-Override is looked up here
    HeaderFields const& headers;
    std::optional<std::uint64_t> body_bytes;  // none: chunked, not known yet
};

struct Settings {
    std::uint64_t max_size_bytes = 0;
    WallTime now;
};

// The method that counts, X-HTTP-Method-Override looked through.
std::string_view effective_method(Request const& request);

// A request to the creation address: OPTIONS or POST.
std::variant<Answer, Create> decide_creation(Request const& request, Settings const& settings);
// A request to an upload: OPTIONS, HEAD, PATCH or DELETE. `state` none: there is no such upload.
std::variant<Answer, Append, Remove> decide_upload(Request const& request,
                                                   std::optional<UploadState> const& state,
                                                   Settings const& settings);

// The answers that follow when the work was done.
Answer created(std::string location, std::optional<std::uint64_t> offset_after_body,
               std::optional<WallTime> expires);
Answer appended(std::uint64_t offset, std::optional<WallTime> expires);
Answer removed();
Answer checksum_mismatch(std::uint64_t offset);
// Any other refusal, with Tus-Resumable and one line of text.
Answer refusal(unsigned status, std::string_view text);
// From a store's or hook's Error.code to a status.
unsigned status_of(Error const& error);

}  // namespace exhibit::tus
