#include "store/blobs.hpp"

#include <cstring>

namespace exhibit {
namespace {

bool may_stand_in_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' ||
           c == '/';
}

}  // namespace

Result<BlobName> BlobName::parse(std::string_view text) {
    Error const bad = bad_input("is not a name of [a-z0-9._-] parts separated by /").coded("name");
    if (text.empty() || text.size() > blob_name_bytes_max) return bad;
    char before = '/';
    for (char c : text) {
        bool const starts_part = before == '/';
        if (!may_stand_in_a_name(c) || (starts_part && (c == '/' || c == '.'))) return bad;
        before = c;
    }
    if (before == '/') return bad;
    return BlobName(std::string(text));
}

Result<std::uint64_t> Blobs::size(BlobName const& name) {
    auto const found = TRY(info(name));
    return found.size_bytes;
}

Outcome Blobs::put(BlobName const& name, ByteView content) {
    auto const before = info(name);
    if (before.ok() && !before->finished) TRY(remove(name));
    TRY(create(name));
    auto written = append(name, 0, content);
    if (written.ok()) written = finish(name);
    if (!written.ok()) {
        auto const ignored = remove(name);  // the first error is the one to tell
        static_cast<void>(ignored);
    }
    return written;
}

}  // namespace exhibit
