// The plaintext of an exhibit as a stranger may have sealed it: read in two ways, it must say the
// same, and what comes out stays within what the tar holds and under a name that is safe to write.
#include "case/package_reader.hpp"
#include "formats/tar/name.hpp"
#include "formats/tar/reader.hpp"

using namespace exhibit;

namespace {

struct Read {
    bool ok = false;
    std::string name, disclosures, certificate;
    Bytes original;
    friend bool operator==(Read const&, Read const&) = default;
};

Read read_package(ByteView bytes, std::size_t piece) {
    Read out;
    PackageReader package([&](ByteView content) -> Outcome {
        append(out.original, content);
        return {};
    });
    tar::TarReader reader(package);
    bool ok = true;
    for (std::size_t at = 0; ok && at < bytes.size(); at += piece) {
        ok = reader.update(bytes.subspan(at, std::min(piece, bytes.size() - at))).ok();
    }
    out.ok = ok && reader.finish().ok();
    if (!out.ok) return {};
    out.name = package.entry_name();
    out.disclosures = package.disclosures;
    out.certificate = package.exhibit_certificate;
    VERIFY(out.original.size() == package.original_bytes());
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const bytes(data, size);
    auto const read = read_package(bytes, 4096);
    VERIFY(read == read_package(bytes, 37));
    if (!read.ok) return 0;
    VERIFY(read.original.size() <= size && read.disclosures.size() <= size);
    VERIFY(read.name.find('/') == std::string::npos);
    if (!read.name.empty()) VERIFY(tar::safe_relative_name(read.name).ok());
    return 0;
}
