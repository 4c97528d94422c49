#include "formats/age/age.hpp"

#include "base/random.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

Bytes some_bytes(std::size_t n, std::uint64_t seed = 7) {
    Bytes out(n);
    SeededRandom(seed).fill(out);
    return out;
}

constexpr std::size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 200000, 3 << 20};

TEST(AgeWhole, values_of_every_size_come_back_and_have_the_size_foretold) {
    auto const identity = age::X25519Identity::generate();
    auto const recipient = identity.recipient();
    for (auto n : sizes) {
        auto const plain = some_bytes(n);
        auto file = age::encrypt(plain, recipient);
        ASSERT_OK(file);
        auto back = age::decrypt(*file, identity, n);
        ASSERT_OK(back);
        EXPECT_EQ(*back, plain);
        age::Identity const* const one[] = {&identity};
        auto head = age::open_head(*file, one);
        ASSERT_OK(head);
        EXPECT_EQ(file->size(), age::encrypted_size(head->bytes, n));
        auto size = age::plaintext_size(head->bytes, file->size());
        ASSERT_OK(size);
        EXPECT_EQ(*size, n);
    }
}

TEST(AgeWhole, secrets_come_back_in_locked_memory_within_the_limit) {
    auto const identity = age::X25519Identity::generate();
    auto const plain = some_bytes(100);
    auto file = age::encrypt(plain, identity.recipient());
    ASSERT_OK(file);
    auto back = age::decrypt_secret(*file, identity, 100);
    ASSERT_OK(back);
    EXPECT_EQ(to_bytes(back->reveal()), plain);
    EXPECT_ERROR_CODE(age::decrypt_secret(*file, identity, 99), "too-large");
}

TEST(AgeWhole, a_stranger_gets_no_match) {
    auto const mine = age::X25519Identity::generate();
    auto const other = age::X25519Identity::generate();
    auto file = age::encrypt(some_bytes(10), mine.recipient());
    ASSERT_OK(file);
    EXPECT_ERROR_CODE(age::decrypt(*file, other, 10), "no-match");
    EXPECT_ERROR_CODE(age::decrypt(*file, age::ScryptIdentity(SecretBytes::copy_of("x")), 10),
                      "no-match");
}

TEST(AgeWhole, every_recipient_opens_the_file) {
    auto const first = age::X25519Identity::generate();
    auto const second = age::X25519Identity::generate();
    auto const to_first = first.recipient(), to_second = second.recipient();
    age::Recipient const* const both[] = {&to_first, &to_second};
    auto file = age::encrypt(some_bytes(10), both);
    ASSERT_OK(file);
    EXPECT_OK(age::decrypt(*file, first, 10));
    EXPECT_OK(age::decrypt(*file, second, 10));
}

TEST(AgeWhole, a_passphrase_opens_the_file_and_a_wrong_one_does_not) {
    auto file =
        age::encrypt(some_bytes(10), age::ScryptRecipient(SecretBytes::copy_of("seven words"), 10));
    ASSERT_OK(file);
    EXPECT_OK(age::decrypt(*file, age::ScryptIdentity(SecretBytes::copy_of("seven words")), 10));
    EXPECT_ERROR_CODE(
        age::decrypt(*file, age::ScryptIdentity(SecretBytes::copy_of("seven wordz")), 10),
        "no-match");
    // A reader that expects random passphrases need not stretch for a stranger.
    EXPECT_ERROR_CODE(
        age::decrypt(*file, age::ScryptIdentity(SecretBytes::copy_of("seven words"), 9), 10),
        "header");
}

TEST(AgeWhole, passphrases_share_a_file_with_nobody) {
    age::ScryptRecipient const passphrase(SecretBytes::copy_of("x"), 1);
    auto const key = age::X25519Identity::generate().recipient();
    age::Recipient const* const mixed[] = {&passphrase, &key};
    EXPECT_ERROR_CODE(age::encrypt({}, mixed), "recipients");
    age::Recipient const* const turned[] = {&key, &passphrase};
    EXPECT_ERROR_CODE(age::encrypt({}, turned), "recipients");
    EXPECT_ERROR_CODE(age::encrypt({}, age::Recipients()), "recipients");
}

TEST(AgeWhole, every_flipped_bit_is_noticed) {
    auto const identity = age::X25519Identity::generate();
    auto file = age::encrypt(some_bytes(40), identity.recipient());
    ASSERT_OK(file);
    for (std::size_t i = 0; i < file->size() * 8; ++i) {
        auto changed = *file;
        changed[i / 8] ^= static_cast<Byte>(1u << i % 8);
        EXPECT_FALSE(age::decrypt(changed, identity, 1000).ok()) << "bit " << i;
    }
}

TEST(AgeWhole, every_shortened_file_is_noticed) {
    auto const identity = age::X25519Identity::generate();
    auto file = age::encrypt(some_bytes(65536 + 20), identity.recipient());
    ASSERT_OK(file);
    for (std::size_t n = 0; n<file->size(); n += n> 400 && n < 65600 ? 997 : 1) {
        EXPECT_FALSE(age::decrypt(ByteView(*file).first(n), identity, 1 << 20).ok())
            << n << " bytes";
    }
}

TEST(AgeWhole, sizes_that_no_plaintext_gives_are_refused) {
    for (std::uint64_t file : {0, 100, 199, 200, 215, 200 + 65552 + 16, 200 + 65552 + 1}) {
        EXPECT_ERROR_CODE(age::plaintext_size(200, file), "payload");
    }
    for (std::uint64_t n = 0; n < 300000; n += 37) {
        auto size = age::plaintext_size(200, age::encrypted_size(200, n));
        ASSERT_OK(size);
        EXPECT_EQ(*size, n);
    }
}

}  // namespace
}  // namespace exhibit
