#include "crypto/sha256_lanes.hpp"

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace exhibit {
namespace {

constexpr std::size_t chunk = 64;  // FIPS 180-4 calls it a block; here a block is the caller's

// FIPS 180-4 §5.3.3.
constexpr std::array<std::uint32_t, 8> initial_state = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

#if defined(__x86_64__)

// FIPS 180-4 §4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The attribute lets these few functions use the instructions; nothing else in the program may,
// because it has to start on processors without them.
#define EXHIBIT_SHA_NI __attribute__((target("sha,sse4.1"), always_inline)) static inline

// The state in the order that the instructions want, and the sixteen newest words of the schedule.
struct Running {
    __m128i abef, cdgh;
    __m128i w0, w1, w2, w3;
};

EXHIBIT_SHA_NI __m128i load(void const* from) {
    return _mm_loadu_si128(static_cast<__m128i const*>(from));
}

EXHIBIT_SHA_NI void load_state(Running& run, std::uint32_t const* state) {
    __m128i const badc = _mm_shuffle_epi32(load(state), 0xB1);
    __m128i const hgfe = _mm_shuffle_epi32(load(state + 4), 0x1B);
    run.abef = _mm_alignr_epi8(badc, hgfe, 8);
    run.cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
}

EXHIBIT_SHA_NI void store_state(Running const& run, std::uint32_t* state) {
    __m128i const feba = _mm_shuffle_epi32(run.abef, 0x1B);
    __m128i const dchg = _mm_shuffle_epi32(run.cdgh, 0xB1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state), _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

EXHIBIT_SHA_NI void load_words(Running& run, Byte const* from) {
    __m128i const big_endian_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    run.w0 = _mm_shuffle_epi8(load(from), big_endian_words);
    run.w1 = _mm_shuffle_epi8(load(from + 16), big_endian_words);
    run.w2 = _mm_shuffle_epi8(load(from + 32), big_endian_words);
    run.w3 = _mm_shuffle_epi8(load(from + 48), big_endian_words);
}

// Rounds 4·group to 4·group+3 (§6.2.2 step 3) with the words in w.
template <int group>
EXHIBIT_SHA_NI void rounds(Running& run, __m128i w) {
    __m128i const k = _mm_load_si128(reinterpret_cast<__m128i const*>(&round_constants[4 * group]));
    __m128i const wk = _mm_add_epi32(w, k);
    run.cdgh = _mm_sha256rnds2_epu32(run.cdgh, run.abef, wk);
    run.abef = _mm_sha256rnds2_epu32(run.abef, run.cdgh, _mm_shuffle_epi32(wk, 0x0E));
}

// The next four words of the schedule (§6.2.2 step 1) take the place of the oldest.
EXHIBIT_SHA_NI void schedule(__m128i& oldest, __m128i second, __m128i third, __m128i newest) {
    __m128i const sum =
        _mm_add_epi32(_mm_sha256msg1_epu32(oldest, second), _mm_alignr_epi8(newest, third, 4));
    oldest = _mm_sha256msg2_epu32(sum, newest);
}

// Sixteen rounds for one lane or, alternating, for two; the processor overlaps what does not
// depend.
template <int group, typename... Lanes>
EXHIBIT_SHA_NI void sixteen_rounds(Lanes&... run) {
    (rounds<group>(run, run.w0), ...);
    (rounds<group + 1>(run, run.w1), ...);
    (rounds<group + 2>(run, run.w2), ...);
    (rounds<group + 3>(run, run.w3), ...);
}

template <int group, typename... Lanes>
EXHIBIT_SHA_NI void sixteen_scheduled_rounds(Lanes&... run) {
    (schedule(run.w0, run.w1, run.w2, run.w3), ...);
    (rounds<group>(run, run.w0), ...);
    (schedule(run.w1, run.w2, run.w3, run.w0), ...);
    (rounds<group + 1>(run, run.w1), ...);
    (schedule(run.w2, run.w3, run.w0, run.w1), ...);
    (rounds<group + 2>(run, run.w2), ...);
    (schedule(run.w3, run.w0, run.w1, run.w2), ...);
    (rounds<group + 3>(run, run.w3), ...);
}

template <typename... Lanes>
EXHIBIT_SHA_NI void all_rounds(Lanes&... run) {
    sixteen_rounds<0>(run...);
    sixteen_scheduled_rounds<4>(run...);
    sixteen_scheduled_rounds<8>(run...);
    sixteen_scheduled_rounds<12>(run...);
}

__attribute__((target("sha,sse4.1"))) void compress_one(std::uint32_t* state, Byte const* data,
                                                        std::size_t chunks) {
    Running a;
    load_state(a, state);
    for (; chunks > 0; --chunks, data += chunk) {
        __m128i const abef = a.abef;
        __m128i const cdgh = a.cdgh;
        load_words(a, data);
        all_rounds(a);
        a.abef = _mm_add_epi32(a.abef, abef);
        a.cdgh = _mm_add_epi32(a.cdgh, cdgh);
    }
    store_state(a, state);
}

__attribute__((target("sha,sse4.1"))) void compress_two(std::uint32_t* state_a, Byte const* data_a,
                                                        std::uint32_t* state_b, Byte const* data_b,
                                                        std::size_t chunks) {
    Running a;
    Running b;
    load_state(a, state_a);
    load_state(b, state_b);
    for (; chunks > 0; --chunks, data_a += chunk, data_b += chunk) {
        __m128i const a_abef = a.abef;
        __m128i const a_cdgh = a.cdgh;
        __m128i const b_abef = b.abef;
        __m128i const b_cdgh = b.cdgh;
        load_words(a, data_a);
        load_words(b, data_b);
        all_rounds(a, b);
        a.abef = _mm_add_epi32(a.abef, a_abef);
        a.cdgh = _mm_add_epi32(a.cdgh, a_cdgh);
        b.abef = _mm_add_epi32(b.abef, b_abef);
        b.cdgh = _mm_add_epi32(b.cdgh, b_cdgh);
    }
    store_state(a, state_a);
    store_state(b, state_b);
}
#undef EXHIBIT_SHA_NI

// The rounds are written in the older SSE encoding. When the upper halves of the wide registers are
// in use (OpenSSL's ChaCha20 on AVX-512, on another thread of the same seal), each of them also
// waits for those: measured, 1 GiB took 1.9 s instead of 1.1 s. Clearing them first costs nothing.
__attribute__((target("avx"), noinline)) void clear_wide_registers() { _mm256_zeroupper(); }

void leave_wide_registers() {
    static bool const has_avx = __builtin_cpu_supports("avx");
    if (has_avx) clear_wide_registers();
}

// g++ 12's __builtin_cpu_supports does not know "sha": ask the processor (leaf 7, EBX bit 29).
bool processor_has_sha() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
    return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3") &&
           ((b >> 29) & 1) != 0;
}

#else  // other processors: never called, because lanes_are_right() says no

void leave_wide_registers() {}
void compress_one(std::uint32_t*, Byte const*, std::size_t) { VERIFY(false); }
void compress_two(std::uint32_t*, Byte const*, std::uint32_t*, Byte const*, std::size_t) {
    VERIFY(false);
}
bool processor_has_sha() { return false; }

#endif

Sha256Lane fresh_lane() { return {initial_state, {}, 0, 0}; }

void compress(Sha256Lane& lane, ByteView chunks) {
    leave_wide_registers();
    compress_one(lane.state.data(), chunks.data(), chunks.size() / chunk);
}

// Completes a chunk that an earlier piece left open. What remains lies at a chunk's start, or is
// empty.
ByteView top_up(Sha256Lane& lane, ByteView bytes) {
    lane.total_bytes += bytes.size();
    if (lane.pending_size == 0) return bytes;
    auto const taken = std::min(chunk - lane.pending_size, bytes.size());
    std::copy_n(bytes.begin(), taken, lane.pending.begin() + static_cast<long>(lane.pending_size));
    lane.pending_size += taken;
    if (lane.pending_size == chunk) {
        compress(lane, lane.pending);
        lane.pending_size = 0;
    }
    return bytes.subspan(taken);
}

// The rest of a piece after top_up: whole chunks, then what must wait.
void absorb_rest(Sha256Lane& lane, ByteView bytes) {
    if (bytes.empty()) return;
    auto const whole = bytes.size() - bytes.size() % chunk;
    if (whole > 0) compress(lane, bytes.first(whole));
    std::ranges::copy(bytes.subspan(whole), lane.pending.begin());
    lane.pending_size = bytes.size() - whole;
}

void absorb(Sha256Lane& lane, ByteView bytes) { absorb_rest(lane, top_up(lane, bytes)); }

void absorb_two(Sha256Lane& a, ByteView bytes_a, Sha256Lane& b, ByteView bytes_b) {
    auto rest_a = top_up(a, bytes_a);
    auto rest_b = top_up(b, bytes_b);
    auto const chunks = std::min(rest_a.size(), rest_b.size()) / chunk;
    if (chunks > 0) {
        leave_wide_registers();
        compress_two(a.state.data(), rest_a.data(), b.state.data(), rest_b.data(), chunks);
        rest_a = rest_a.subspan(chunks * chunk);
        rest_b = rest_b.subspan(chunks * chunk);
    }
    absorb_rest(a, rest_a);
    absorb_rest(b, rest_b);
}

// The last one or two chunks with padding and length in bits (§5.1.1).
struct Tail {
    ByteArray<2 * chunk> bytes{};
    std::size_t chunks = 1;
};
Tail tail_of(Sha256Lane const& lane) {
    Tail tail;
    std::copy_n(lane.pending.begin(), lane.pending_size, tail.bytes.begin());
    tail.bytes[lane.pending_size] = 0x80;
    if (lane.pending_size + 1 + 8 > chunk) tail.chunks = 2;
    auto const bits = big_endian<8>(lane.total_bytes * 8);
    std::ranges::copy(bits, tail.bytes.begin() + static_cast<long>(tail.chunks * chunk - 8));
    return tail;
}

Digest256 digest_of(Sha256Lane const& lane) {
    Digest256 out;
    for (std::size_t i = 0; i < 8; ++i) {
        std::ranges::copy(big_endian<4>(lane.state[i]), out.begin() + static_cast<long>(4 * i));
    }
    return out;
}

Digest256 finish_lane(Sha256Lane& lane) {
    auto const tail = tail_of(lane);
    compress_one(lane.state.data(), tail.bytes.data(), tail.chunks);
    return digest_of(lane);
}

void finish_two(Sha256Lane& a, Digest256& out_a, Sha256Lane& b, Digest256& out_b) {
    auto const tail_a = tail_of(a);
    auto const tail_b = tail_of(b);
    auto const both = std::min(tail_a.chunks, tail_b.chunks);
    compress_two(a.state.data(), tail_a.bytes.data(), b.state.data(), tail_b.bytes.data(), both);
    if (tail_a.chunks > both) compress_one(a.state.data(), &tail_a.bytes[chunk], 1);
    if (tail_b.chunks > both) compress_one(b.state.data(), &tail_b.bytes[chunk], 1);
    out_a = digest_of(a);
    out_b = digest_of(b);
}

// A block and the prefix before it, as they lie in the caller's bytes.
struct Leaf {
    ByteView prefix;
    ByteView block;
};

void hash_one_leaf(Leaf leaf, Digest256& out) {
    auto lane = fresh_lane();
    absorb(lane, leaf.prefix);
    absorb(lane, leaf.block);
    out = finish_lane(lane);
}

void hash_two_leaves(Leaf a, Digest256& out_a, Leaf b, Digest256& out_b) {
    auto lane_a = fresh_lane();
    auto lane_b = fresh_lane();
    absorb(lane_a, a.prefix);
    absorb(lane_b, b.prefix);
    absorb_two(lane_a, a.block, lane_b, b.block);
    finish_two(lane_a, out_a, lane_b, out_b);
}

// A processor that computes wrongly, or a hypervisor that says it has what it has not, must not
// corrupt evidence: 3 and 2 chunks, a prefix, and a tail of two chunks, against OpenSSL.
bool lanes_are_right() {
    if (!processor_has_sha()) return false;
    ByteArray<200> known;
    for (std::size_t i = 0; i < known.size(); ++i) known[i] = static_cast<Byte>(i * 37 + 11);
    auto const all = ByteView(known);
    Leaf const a{all.first(17), all};
    Leaf const b{all.first(5), all.subspan(9, 120)};
    Digest256 out_a;
    Digest256 out_b;
    Digest256 alone;
    hash_two_leaves(a, out_a, b, out_b);
    hash_one_leaf(a, alone);
    return out_a == sha256(a.prefix, a.block) && out_b == sha256(b.prefix, b.block) &&
           alone == out_a;
}

}  // namespace

bool sha256_lanes_in_use() {
    static bool const in_use = lanes_are_right();
    return in_use;
}

void sha256_blocks(ByteView data, std::size_t block_bytes, std::span<Digest256> out) {
    sha256_prefixed_blocks({}, 0, data, block_bytes, out);
}

void sha256_prefixed_blocks(ByteView prefixes, std::size_t prefix_bytes, ByteView data,
                            std::size_t block_bytes, std::span<Digest256> out) {
    VERIFY(block_bytes > 0 && out.size() == block_count(data.size(), block_bytes));
    VERIFY(prefixes.size() == out.size() * prefix_bytes);
    auto const leaf = [&](std::size_t i) {
        auto const begin = i * block_bytes;
        return Leaf{prefixes.subspan(i * prefix_bytes, prefix_bytes),
                    data.subspan(begin, std::min(block_bytes, data.size() - begin))};
    };
    if (!sha256_lanes_in_use()) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = sha256(leaf(i).prefix, leaf(i).block);
        return;
    }
    std::size_t i = 0;
    for (; i + 1 < out.size(); i += 2) hash_two_leaves(leaf(i), out[i], leaf(i + 1), out[i + 1]);
    if (i < out.size()) hash_one_leaf(leaf(i), out[i]);
}

Sha256Pair::Sha256Pair() : whole_(fresh_lane()), leaf_(fresh_lane()) {
    if (sha256_lanes_in_use()) return;
    openssl_whole_.emplace();
    openssl_leaf_.emplace();
}

void Sha256Pair::begin_leaf(ByteView prefix) {
    VERIFY(!in_leaf_);
    in_leaf_ = true;
    if (openssl_leaf_) return openssl_leaf_->update(prefix);
    leaf_ = fresh_lane();
    absorb(leaf_, prefix);
}

void Sha256Pair::update(ByteView bytes) {
    VERIFY(in_leaf_);
    if (openssl_whole_) {
        openssl_whole_->update(bytes);
        openssl_leaf_->update(bytes);
        return;
    }
    absorb_two(whole_, bytes, leaf_, bytes);
}

Digest256 Sha256Pair::finish_leaf() {
    VERIFY(in_leaf_);
    in_leaf_ = false;
    return openssl_leaf_ ? openssl_leaf_->finish() : finish_lane(leaf_);
}

Digest256 Sha256Pair::finish() {
    VERIFY(!in_leaf_);
    if (openssl_whole_) return openssl_whole_->finish();
    auto const digest = finish_lane(whole_);
    whole_ = fresh_lane();
    return digest;
}

Sha256Two::Sha256Two() : first_(fresh_lane()), second_(fresh_lane()) {
    if (sha256_lanes_in_use()) return;
    openssl_first_.emplace();
    openssl_second_.emplace();
}

void Sha256Two::update(ByteView first, ByteView second) {
    if (openssl_first_) {
        openssl_first_->update(first);
        openssl_second_->update(second);
        return;
    }
    absorb_two(first_, first, second_, second);
}

std::array<Digest256, 2> Sha256Two::finish() {
    std::array<Digest256, 2> out;
    if (openssl_first_) {
        out = {openssl_first_->finish(), openssl_second_->finish()};
        return out;
    }
    finish_two(first_, out[0], second_, out[1]);
    first_ = fresh_lane();
    second_ = fresh_lane();
    return out;
}

}  // namespace exhibit
