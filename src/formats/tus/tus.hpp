// tus: resumable uploads over HTTP. Spec: tus resumable upload protocol 1.0.0.
//
// Comes in: method and header fields of a request, the state of the upload it names. Goes out: what
// the server shall do and answer (server_rules.hpp), or what the client shall ask next
// (client_rules.hpp). No sockets, no clock, no files: net/tus_server and net/tus_client move the
// bytes.
//
// Reading order: fields.hpp, upload_store.hpp (the interface of the engine), tus.hpp (values in
// headers), server_rules.hpp, client_rules.hpp.
//
// Extensions: creation, creation-with-upload, creation-defer-length, checksum (sha1, sha256),
// termination, expiration. Not implemented: checksum-trailer (HTTP trailers are not read) and
// concatenation (one sealed exhibit is one stream; parallel parts would only help thin out quotas).
// Of X-HTTP-Method-Override only POST -> PATCH, DELETE or HEAD is honoured.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/hash.hpp"
#include "formats/tus/fields.hpp"

namespace exhibit::tus {

inline constexpr std::string_view version = "1.0.0";
inline constexpr std::string_view extensions =
    "creation,creation-with-upload,creation-defer-length,checksum,termination,expiration";
inline constexpr std::string_view checksum_algorithms = "sha1,sha256";
inline constexpr std::string_view patch_content_type = "application/offset+octet-stream";
inline constexpr std::size_t metadata_limit_bytes = 4096;  // of the header's value
inline constexpr std::size_t metadata_limit_keys = 32;

// A decimal number as tus headers carry it: digits only, no sign, no leading zero, at most 2^63 - 1
// (JavaScript and Java clients count in signed numbers).
Result<std::uint64_t> parse_number(std::string_view text);

// Upload-Metadata: "key b64,key2 b64,key3". Keys are ASCII without space and comma, and unique; a
// value may be absent. Canonical: single separators, padded base64, so write(parse(x)) == x.
struct MetadataEntry {
    std::string key;
    std::optional<Bytes> value;
    friend bool operator==(MetadataEntry const&, MetadataEntry const&) = default;
};
using Metadata = std::vector<MetadataEntry>;
Result<Metadata> parse_metadata(std::string_view text);
std::string write_metadata(Metadata const& metadata);
// The value of a key; none when the key is absent.
std::optional<ByteView> find_value(Metadata const& metadata, std::string_view key);

// Upload-Checksum: "sha1 b64". Codes: "checksum-algorithm" for one that is not offered, else
// "checksum".
struct Checksum {
    HashKind kind = HashKind::sha256;
    Bytes digest;
    friend bool operator==(Checksum const&, Checksum const&) = default;
};
Result<Checksum> parse_checksum(std::string_view text);
std::string write_checksum(Checksum const& checksum);

// Upload-Expires: IMF-fixdate (RFC 9110 §5.6.7), "Sun, 22 Nov 2026 22:45:00 GMT", whole seconds.
std::string write_http_date(WallTime time);
Result<WallTime> parse_http_date(std::string_view text);

}  // namespace exhibit::tus
