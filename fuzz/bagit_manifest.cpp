// The first byte chooses version and algorithm, the rest is a manifest. What is taken is written
// as 1.0 and must read back as the same files.
#include <algorithm>

#include "base/verify.hpp"
#include "formats/bagit/bagit.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    auto const algorithm = data[0] & 2 ? bagit::Algorithm::md5 : bagit::Algorithm::sha256;
    auto const version = data[0] & 1 ? bagit::version_1_0 : bagit::Version{0, 97};
    auto manifest = bagit::parse_manifest(algorithm, version, as_text({data + 1, size - 1}));
    if (!manifest) return 0;
    auto const text = bagit::write_manifest(algorithm, manifest->files);
    VERIFY(text.ok());
    auto const again = bagit::parse_manifest(algorithm, bagit::version_1_0, *text);
    VERIFY(again.ok() && again->warnings.empty());
    std::ranges::sort(manifest->files, {}, &bagit::ListedFile::path);
    VERIFY(again->files == manifest->files);
    return 0;
}
