#include "formats/slip39/cipher.hpp"

#include <algorithm>
#include <array>

#include "crypto/kdf.hpp"

namespace exhibit::slip39 {
namespace {

constexpr unsigned iterations_per_round = 2500;  // 10000 in four rounds, times 2^e

// salt = prefix ‖ R. An extendable set has no prefix, so that one secret can have several sets.
SecretBytes salt_for(CipherParameters with, ByteView right) {
    std::size_t const prefix = with.extendable ? 0 : 8;
    SecretBytes salt(prefix + right.size());
    auto const out = salt.reveal_for_writing();
    if (prefix != 0) {
        std::ranges::copy(as_bytes("shamir"), out.begin());
        std::ranges::copy(big_endian<2>(with.id), out.begin() + 6);
    }
    std::ranges::copy(right, out.begin() + static_cast<std::ptrdiff_t>(prefix));
    return salt;
}

SecretBytes round_function(Byte round, SecretBytes const& passphrase, CipherParameters with,
                           ByteView right) {
    SecretBytes password(1 + passphrase.size());
    password.reveal_for_writing()[0] = round;
    std::ranges::copy(passphrase.reveal(), password.reveal_for_writing().begin() + 1);
    auto const salt = salt_for(with, right);
    return pbkdf2_sha256(password.reveal(), salt.reveal(),
                         iterations_per_round << with.iteration_exponent, right.size());
}

SecretBytes feistel(SecretBytes const& input, SecretBytes const& passphrase, CipherParameters with,
                    std::array<Byte, 4> rounds) {
    std::size_t const half = input.size() / 2;
    auto left = SecretBytes::copy_of(input.reveal().first(half));
    auto right = SecretBytes::copy_of(input.reveal().last(half));
    for (Byte const round : rounds) {
        auto mixed = round_function(round, passphrase, with, right.reveal());
        auto const out = mixed.reveal_for_writing();
        for (std::size_t i = 0; i < half; ++i) out[i] ^= left.reveal()[i];
        left = std::move(right);
        right = std::move(mixed);
    }
    // R ‖ L: the halves are swapped at the end, so that decryption is the same network backwards.
    SecretBytes output(input.size());
    auto const out = output.reveal_for_writing();
    std::ranges::copy(right.reveal(), out.begin());
    std::ranges::copy(left.reveal(), out.begin() + static_cast<std::ptrdiff_t>(half));
    return output;
}

}  // namespace

Outcome check_passphrase(SecretBytes const& passphrase) {
    unsigned outside = 0;
    for (Byte const c : passphrase.reveal()) outside |= static_cast<unsigned>(c < 32) | (c > 126);
    if (outside != 0) {
        return bad_input("the passphrase has a character that is not printable ASCII")
            .coded("passphrase")
            .hint("use letters without accents, digits, signs and spaces only");
    }
    return {};
}

SecretBytes encrypt(SecretBytes const& master, SecretBytes const& passphrase,
                    CipherParameters with) {
    return feistel(master, passphrase, with, {0, 1, 2, 3});
}

SecretBytes decrypt(SecretBytes const& encrypted, SecretBytes const& passphrase,
                    CipherParameters with) {
    return feistel(encrypted, passphrase, with, {3, 2, 1, 0});
}

}  // namespace exhibit::slip39
