#include "formats/slip39/shamir.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "formats/slip39/gf256.hpp"

namespace exhibit::slip39 {
namespace {

SecretBytes random_secret(Random& random, std::size_t size) {
    SecretBytes out(size);
    random.fill(out.reveal_for_writing());
    return out;
}

// HMAC-SHA-256(key = R, message = secret)[:4], R being the rest of the digest point.
ByteArray<digest_size> digest_of(SecretBytes const& secret, ByteView random_part) {
    auto mac = hmac_sha256(random_part, secret.reveal());
    ByteArray<digest_size> out;
    std::copy_n(mac.begin(), digest_size, out.begin());
    wipe(mac);
    return out;
}

// Lagrange's coefficient of point i. The x are share numbers: public.
Byte coefficient(std::span<Point const> points, std::size_t i, Byte x) {
    Byte above = 1;
    Byte below = 1;
    for (std::size_t j = 0; j < points.size(); ++j) {
        if (j == i) continue;
        above = gf_multiply(above, points[j].x ^ x);
        below = gf_multiply(below, points[j].x ^ points[i].x);
    }
    VERIFY(below != 0);
    return gf_multiply(above, gf_inverse(below));
}

}  // namespace

SecretBytes interpolate(std::span<Point const> points, Byte x) {
    VERIFY(!points.empty());
    SecretBytes out(points.front().y.size());
    auto const sum = out.reveal_for_writing();
    for (std::size_t i = 0; i < points.size(); ++i) {
        auto const y = points[i].y.reveal();
        VERIFY(y.size() == sum.size());
        Byte const factor = coefficient(points, i, x);
        for (std::size_t k = 0; k < sum.size(); ++k) sum[k] ^= gf_multiply(factor, y[k]);
    }
    return out;
}

std::vector<Point> divide(Random& random, SecretBytes const& secret, unsigned threshold,
                          unsigned count) {
    VERIFY(threshold >= 1 && threshold <= count && (threshold > 1 || count == 1));
    std::vector<Point> shares;
    if (threshold == 1) {
        shares.push_back({0, secret.clone()});
        return shares;
    }
    // threshold - 2 random shares, the digest and the secret fix a polynomial of degree threshold
    // - 1.
    std::vector<Point> base;
    for (unsigned i = 0; i < threshold - 2; ++i) {
        base.push_back({static_cast<Byte>(i), random_secret(random, secret.size())});
        shares.push_back({static_cast<Byte>(i), base.back().y.clone()});
    }
    auto digest = random_secret(random, secret.size());
    auto const head = digest_of(secret, digest.reveal().subspan(digest_size));
    std::ranges::copy(head, digest.reveal_for_writing().begin());
    base.push_back({digest_x, std::move(digest)});
    base.push_back({secret_x, secret.clone()});
    for (unsigned i = threshold - 2; i < count; ++i) {
        shares.push_back({static_cast<Byte>(i), interpolate(base, static_cast<Byte>(i))});
    }
    return shares;
}

Result<SecretBytes> rejoin(std::span<Point const> points) {
    VERIFY(!points.empty());
    if (points.size() == 1) return points.front().y.clone();
    auto secret = interpolate(points, secret_x);
    auto const digest = interpolate(points, digest_x);
    auto const random_part = digest.reveal().subspan(digest_size);
    if (!equal(digest_of(secret, random_part), digest.reveal().first(digest_size))) {
        return bad_input("the shares do not fit together: one of them is forged or damaged")
            .coded("digest")
            .hint("try other shares, leaving one out at a time");
    }
    return secret;
}

}  // namespace exhibit::slip39
