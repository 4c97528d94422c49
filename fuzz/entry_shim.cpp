// Runs a fuzz target over every file of the folders and files named on the command line, and over a
// fixed number of small mutations of each, so that the corpora are part of the ordinary test run
// without libFuzzer.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

constexpr int mutations_per_file = 64;

std::vector<std::uint8_t> load(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void try_with_mutations(std::vector<std::uint8_t> const& seed, std::mt19937& random) {
    LLVMFuzzerTestOneInput(seed.data(), seed.size());
    for (int i = 0; i < mutations_per_file; ++i) {
        auto input = seed;
        switch (random() % 4) {
            case 0:
                if (!input.empty())
                    input[random() % input.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
                break;
            case 1: input.resize(input.empty() ? 0 : random() % input.size()); break;
            case 2:
                input.insert(input.begin() + static_cast<long>(random() % (input.size() + 1)),
                             static_cast<std::uint8_t>(random()));
                break;
            default:
                if (input.size() > 1)
                    std::swap(input[random() % input.size()], input[random() % input.size()]);
        }
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::mt19937 random(1);
    std::size_t files = 0;
    LLVMFuzzerTestOneInput(nullptr, 0);
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) continue;
        std::vector<std::filesystem::path> paths;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (entry.is_regular_file()) paths.push_back(entry.path());
        }
        std::ranges::sort(paths);
        for (auto const& path : paths) {
            try_with_mutations(load(path), random);
            ++files;
        }
    }
    std::printf("%zu corpus files, each with %d mutations\n", files, mutations_per_file);
    // A target without a single seed tests nothing.
    return files == 0 ? 1 : 0;
}
