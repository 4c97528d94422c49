#include "cli/program_digest.hpp"

#include "base/files.hpp"
#include "crypto/hash.hpp"

namespace exhibit::cli {

std::string program_identity() {
    std::string identity = "exhibit " EXHIBIT_VERSION;
    auto const file = open_for_reading("/proc/self/exe");
    if (!file.ok()) return identity;
    Sha256 hash;
    Bytes buffer(1 << 20);
    for (;;) {
        auto const got = read_some(file->get(), buffer, "program");
        if (!got.ok()) return identity;
        if (*got == 0) break;
        hash.update(ByteView(buffer).first(*got));
    }
    return identity + " sha256:" + to_hex(hash.finish());
}

}  // namespace exhibit::cli
