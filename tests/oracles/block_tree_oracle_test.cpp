#include "base/random.hpp"
#include "case/block_tree.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

// What docs/formats tells a stranger to compute, in the standard library of another language.
constexpr char const* stranger = R"(
import sys, hmac, hashlib
H = lambda b: hashlib.sha256(b).digest()
data, seed = sys.stdin.buffer.read(), bytes(range(32))
def salt(i):
    prk = hmac.new(bytes(32), seed, 'sha256').digest()
    return hmac.new(prk, b'exhibit-block' + i.to_bytes(8, 'big') + b'\x01', 'sha256').digest()[:16]
def root(l):
    if not l: return H(b'')
    if len(l) == 1: return l[0]
    k = 1 << ((len(l) - 1).bit_length() - 1)
    return H(b'\x01' + root(l[:k]) + root(l[k:]))
B = 65536
leaves = [H(b'\0' + salt(i) + data[i*B:(i+1)*B]) for i in range((len(data) + B - 1) // B)]
print(hashlib.sha256(data).hexdigest(), root(leaves).hex(), len(data))
)";

TEST(BlockTreeOracle, python_computes_the_same_root_and_digest) {
    NEEDS_PROGRAM("python3");
    int agreed = 0;
    for (std::size_t size : {0u, 1u, 65536u, 65537u, 655360u, 1234567u}) {
        Bytes data(size);
        SeededRandom(size).fill(data);
        Secret<32> seed;
        for (std::size_t i = 0; i < 32; ++i) seed.reveal_for_writing()[i] = static_cast<Byte>(i);
        OriginalDigester digester(seed);
        digester.update(data);
        auto const ours = digester.finish();
        auto const theirs = test::run({"/usr/bin/python3", "-c", stranger}, data);
        ASSERT_EQ(theirs.code, 0) << theirs.err;
        EXPECT_EQ(theirs.out,
                  ours.digest.hex() + " " + ours.root.hex() + " " + std::to_string(size) + "\n");
        ++agreed;
    }
    std::printf("block tree, python3: %d of 6 sizes\n", agreed);
}

}  // namespace
}  // namespace exhibit
