// A release folder of any size, to measure verify on: a whole case, sealed by src/seal and
// published by src/release, without guardians on a network.
//
//   exhibit_large_release DIR [EXHIBITS] [MIB_EACH]      200 and 100 unless said
#include <cstdio>
#include <cstdlib>

#include "release/publish.hpp"
#include "release/release_case.hpp"

using namespace exhibit;

namespace {

// Like compressed footage: nothing in it repeats.
std::string noise(std::size_t bytes, std::uint64_t seed) {
    std::string out(bytes, '\0');
    SeededRandom(seed).fill({reinterpret_cast<Byte*>(out.data()), out.size()});
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: exhibit_large_release DIR [EXHIBITS] [MIB_EACH]\n");
        return 2;
    }
    auto const exhibits = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200;
    auto const mib = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 100;
    test::ReleaseCase made;
    for (std::size_t i = 1; i <= exhibits; ++i) {
        auto const name = "clip-" + std::to_string(i) + ".bin";
        made.seal_text(name, noise(mib << 20, i));
        std::filesystem::remove(made.folder / name);
    }
    auto const published = release::publish(made.bundle(), made.opener(), {}, argv[1]);
    if (!published.ok()) {
        std::fprintf(stderr, "exhibit_large_release: %s\n", published.error().what.c_str());
        return 1;
    }
    std::printf("%lu exhibits of %lu MiB in %s\n", exhibits, mib, argv[1]);
    return testing::Test::HasFailure() ? 70 : 0;
}
