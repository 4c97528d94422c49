// SHA-256 as sealing needs it: one stream by OpenSSL, two lanes, the pair, the trees over them.
#include <benchmark/benchmark.h>

#include "case/block_tree.hpp"
#include "formats/torrent/piece_tree.hpp"

namespace exhibit {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;

// Every kernel takes the same 1 MiB again and again; its rate is input bytes a second.
template <typename Once>
void over_a_mebibyte(benchmark::State& state, Once once) {
    Bytes data(piece_bytes);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<Byte>(i * 7 + i / 251);
    for (auto _ : state) once(ByteView(data));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * piece_bytes));
    state.SetLabel(sha256_lanes_in_use() ? "lanes" : "openssl only");
}

void sha256_openssl_one_stream(benchmark::State& state) {
    Sha256 hash;
    over_a_mebibyte(state, [&](ByteView data) { hash.update(data); });
    benchmark::DoNotOptimize(hash.finish());
}
BENCHMARK(sha256_openssl_one_stream);

void sha256_blocks_16_kib(benchmark::State& state) {
    std::array<Digest256, piece_bytes / (16 * 1024)> out;
    over_a_mebibyte(state, [&](ByteView data) {
        sha256_blocks(data, 16 * 1024, out);
        benchmark::DoNotOptimize(out);
    });
}
BENCHMARK(sha256_blocks_16_kib);

// Two digests of each byte, by OpenSSL one after the other: what the pair replaces.
void whole_and_block_tree_one_after_the_other(benchmark::State& state) {
    Sha256 whole;
    Sha256 leaf;
    over_a_mebibyte(state, [&](ByteView data) {
        whole.update(data);
        for (std::size_t at = 0; at < data.size(); at += original_block_bytes) {
            leaf.update(data.subspan(at, original_block_bytes));
            benchmark::DoNotOptimize(leaf.finish());
        }
    });
    benchmark::DoNotOptimize(whole.finish());
}
BENCHMARK(whole_and_block_tree_one_after_the_other);

void original_digester(benchmark::State& state) {
    OriginalDigester digester(Secret<32>::random());
    over_a_mebibyte(state, [&](ByteView data) { digester.update(data); });
    benchmark::DoNotOptimize(digester.finish());
}
BENCHMARK(original_digester);

void block_tree(benchmark::State& state) {
    BlockTree tree(Secret<32>::random());
    over_a_mebibyte(state, [&](ByteView data) { tree.update(data); });
    benchmark::DoNotOptimize(tree.finish());
}
BENCHMARK(block_tree);

void piece_tree(benchmark::State& state) {
    torrent::PieceTree tree;
    over_a_mebibyte(state, [&](ByteView data) { tree.update(data); });
    benchmark::DoNotOptimize(tree.finish());
}
BENCHMARK(piece_tree);

// The pieces that an age stream gives: 64 KiB and a tag, so that nothing lies at a leaf's start.
void piece_tree_in_odd_pieces(benchmark::State& state) {
    torrent::PieceTree tree;
    over_a_mebibyte(state, [&](ByteView data) {
        for (auto rest = data; !rest.empty();) {
            auto const now = rest.first(std::min<std::size_t>(rest.size(), 65536 + 16));
            tree.update(now);
            rest = rest.subspan(now.size());
        }
    });
    benchmark::DoNotOptimize(tree.finish());
}
BENCHMARK(piece_tree_in_odd_pieces);

void ciphertext_digester(benchmark::State& state) {
    torrent::CiphertextDigester digester;
    over_a_mebibyte(state, [&](ByteView data) { digester.update(data); });
    benchmark::DoNotOptimize(digester.finish());
}
BENCHMARK(ciphertext_digester);

}  // namespace
}  // namespace exhibit
