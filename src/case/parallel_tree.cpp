#include "case/parallel_tree.hpp"

#include <algorithm>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace exhibit {
namespace {

constexpr std::size_t blocks_at_once = 8;           // 512 KiB: stays in the cache
constexpr std::uint64_t blocks_in_window = 16'384;  // leaves remembered at a time
constexpr std::size_t prefix_bytes = 1 + block_salt_bytes;

Outcome read_at(int fd, MutableBytes out, std::uint64_t offset, Path const& name) {
    while (!out.empty()) {
        auto const n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error("cannot be read", name.string());
        if (n == 0)
            return world_error("became shorter while it was read")
                .at(name.string())
                .coded("changed");
        out = out.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return {};
}

struct Window {
    int fd;
    Path const& name;
    BlockSalts const& salts;
    std::uint64_t first;  // block number
    std::uint64_t size;   // of the file
    std::span<Digest256> leaves;
};

// Every `stride`-th run of blocks, so that the threads read close to each other.
Outcome hash_runs(Window const& window, std::size_t start, std::size_t stride) {
    Bytes buffer(blocks_at_once * original_block_bytes);
    for (auto at = start * blocks_at_once; at < window.leaves.size();
         at += stride * blocks_at_once) {
        auto const count = std::min(blocks_at_once, window.leaves.size() - at);
        auto const offset = (window.first + at) * original_block_bytes;
        auto const bytes = MutableBytes(buffer).first(static_cast<std::size_t>(
            std::min<std::uint64_t>(count * original_block_bytes, window.size - offset)));
        TRY(read_at(window.fd, bytes, offset, window.name));
        Bytes prefixes;
        for (std::size_t i = 0; i < count; ++i) {
            prefixes.push_back(0);
            append(prefixes, ByteView(window.salts.salt(window.first + at + i)));
        }
        sha256_prefixed_blocks(prefixes, prefix_bytes, bytes, original_block_bytes,
                               window.leaves.subspan(at, count));
    }
    return {};
}

Outcome hash_window(Window const& window, unsigned threads) {
    std::vector<Outcome> outcomes(threads);
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i) {
        others.emplace_back([&, i] { outcomes[i] = hash_runs(window, i, threads); });
    }
    outcomes[0] = hash_runs(window, 0, threads);
    for (auto& other : others) other.join();
    for (auto& outcome : outcomes) { TRY(std::move(outcome)); }
    return {};
}

using TakeLeaves = std::function<void(std::span<Digest256 const>)>;

Outcome for_each_window(Path const& file, Secret<32> const& seed, unsigned threads,
                        TakeLeaves const& take) {
    auto const input = TRY(open_for_reading(file));
    auto const size = TRY(file_size(input.get(), file));
    BlockSalts const salts(seed);
    auto const blocks = block_count(size, original_block_bytes);
    std::vector<Digest256> leaves(
        static_cast<std::size_t>(std::min<std::uint64_t>(blocks, blocks_in_window)));
    for (std::uint64_t first = 0; first < blocks; first += blocks_in_window) {
        auto const now = std::span(leaves).first(
            static_cast<std::size_t>(std::min<std::uint64_t>(blocks_in_window, blocks - first)));
        bool const small = now.size() <= 2 * blocks_at_once;
        TRY(hash_window({input.get(), file, salts, first, size, now},
                        small ? 1 : std::max(1u, threads)));
        take(now);
    }
    return {};
}

}  // namespace

Result<BlockRoot> block_root_of_file(Path const& file, Secret<32> const& seed, unsigned threads) {
    LeafStack stack;
    TRY(for_each_window(file, seed, threads, [&](auto const& leaves) {
        for (auto const& leaf : leaves) stack.add(leaf);
    }));
    return BlockRoot(stack.root());
}

Result<std::vector<Digest256>> block_leaves_of_file(Path const& file, Secret<32> const& seed,
                                                    unsigned threads) {
    std::vector<Digest256> out;
    TRY(for_each_window(file, seed, threads, [&](auto const& leaves) {
        out.insert(out.end(), leaves.begin(), leaves.end());
    }));
    return out;
}

}  // namespace exhibit
