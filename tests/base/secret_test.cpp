#include "base/secret.hpp"

#include "support/shared.hpp"

namespace exhibit::test {
namespace {

static_assert(!std::is_copy_constructible_v<SecretBytes> &&
              !std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_copy_constructible_v<Secret<32>> && !std::is_copy_assignable_v<Secret<32>>);

TEST(Secret, moving_leaves_nothing_behind) {
    auto first = SecretBytes::copy_of("key");
    SecretBytes second(std::move(first));
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(first.reveal().data(), nullptr);
    EXPECT_EQ(second.reveal_text(), "key");
    auto third = SecretBytes::copy_of("other");
    third = std::move(second);
    EXPECT_TRUE(second.empty());
    EXPECT_EQ(third.reveal_text(), "key");
    auto& same = third;
    third = std::move(same);
    EXPECT_EQ(third.reveal_text(), "key");
}

TEST(SecretDeathTest, a_moved_from_key_and_a_freed_key_cannot_be_read) {
    Secret<32> first = Secret<32>::random();
    Secret<32> second(std::move(first));
    EXPECT_EQ(second.reveal().size(), 32u);
    EXPECT_DEATH(static_cast<void>(first.reveal()), "");
#if !defined(__SANITIZE_ADDRESS__)
    // The pages are unmapped, so what a stale view looks at is gone.
    EXPECT_DEATH(
        {
            auto key = std::make_unique<SecretBytes>(SecretBytes::random(32));
            Byte const volatile* stale = key->reveal().data();
            key.reset();
            static_cast<void>(*stale);
        },
        "");
#endif
}

TEST(Secret, a_clone_is_independent) {
    auto first = SecretBytes::copy_of("key");
    auto second = first.clone();
    second.reveal_for_writing()[0] = 'X';
    EXPECT_EQ(first.reveal_text(), "key");
    EXPECT_FALSE(equal(first, second));
    EXPECT_TRUE(equal(first, SecretBytes::copy_of("key")));
    EXPECT_FALSE(equal(first, SecretBytes::copy_of("keys")));
    EXPECT_TRUE(equal(SecretBytes(), SecretBytes(0)));
}

TEST(Secret, has_its_length_or_is_refused) {
    EXPECT_ERROR_CODE(Secret<32>::copy_of(Bytes(31)), "length");
    EXPECT_OK(Secret<32>::copy_of(Bytes(32)));
    EXPECT_FALSE(equal(Secret<32>::random().reveal(), Secret<32>::random().reveal()));
    EXPECT_TRUE(equal(Secret<4>().reveal(), Bytes(4)));
}

TEST(Secret, wiping_a_text_clears_its_buffer) {
    std::string text(100, 'k');
    char const volatile* where = text.data();
    wipe(text);
    EXPECT_TRUE(text.empty());
    EXPECT_EQ(where[0], 0);  // the string still owns the buffer
    Bytes bytes(10, 1);
    wipe(bytes);
    EXPECT_EQ(bytes, Bytes(10));
}

}  // namespace
}  // namespace exhibit::test
