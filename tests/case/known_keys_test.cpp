// Whose key is whose: what is written reads the same, comments stay, and what is no line of the
// list is refused with its number.
#include "case/known_keys.hpp"

#include "base/encoding.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

std::string const one(64, '1'), two = "22222222" + std::string(56, '3');

TEST(KnownKeys, are_kept_with_their_comments) {
    auto const text = "# whom I know\n\nwitness " + one + " Aigul, met in Almaty\nguardian " + two +
                      " базар قال\n";
    auto const keys = KnownKeys::parse(text);
    ASSERT_OK(keys);
    EXPECT_EQ(keys->text(), text);
    ASSERT_EQ(keys->all().size(), 2u);
    EXPECT_EQ(keys->all()[0].name, "Aigul, met in Almaty");
    // By hand: tabs, other line ends, no end of the last line.
    auto const typed =
        KnownKeys::parse("\twitness\t" + one + "   Aigul  \r\nguardian " + two + " b");
    ASSERT_OK(typed);
    EXPECT_EQ(typed->all()[0].name, "Aigul");
    EXPECT_EQ(typed->all()[1].role, KnownKey::Role::guardian);
}

TEST(KnownKeys, are_the_same_again_when_written_whatever_ended_their_lines) {
    auto const keys = KnownKeys::parse("# a\r\r\n\r\nwitness " + one + " Aigul\r\r\n");
    ASSERT_OK(keys);
    EXPECT_EQ(keys->text(), "# a\n\nwitness " + one + " Aigul\n");
    EXPECT_EQ(KnownKeys::parse(keys->text())->text(), keys->text());
}

TEST(KnownKeys, are_found_by_role_and_whole_key) {
    auto keys = KnownKeys::parse("guardian " + two + " ana\n").take();
    auto const key = *from_hex_exact<32>(two);
    ASSERT_NE(keys.find(KnownKey::Role::guardian, key), nullptr);
    EXPECT_EQ(keys.find(KnownKey::Role::witness, key), nullptr);
    EXPECT_EQ(keys.look_alike(KnownKey::Role::guardian, key), nullptr);
    auto twin = key;
    twin[31] ^= 1;
    EXPECT_EQ(keys.find(KnownKey::Role::guardian, twin), nullptr);
    ASSERT_NE(keys.look_alike(KnownKey::Role::guardian, twin), nullptr);
    EXPECT_EQ(keys.look_alike(KnownKey::Role::guardian, twin)->name, "ana");
    ASSERT_OK(keys.add({KnownKey::Role::guardian, key, "ana of the archive"}));
    EXPECT_EQ(keys.all().size(), 1u);
    EXPECT_TRUE(keys.remove(key));
    EXPECT_FALSE(keys.remove(key));
    EXPECT_EQ(keys.text(), "");
}

TEST(KnownKeys, what_is_no_line_of_the_list_is_refused_with_its_number) {
    for (auto const& [text, line] : std::vector<std::pair<std::string, char const*>>{
             {"friend " + one + " ana", "line 1"},
             {"# x\nwitness 1234 ana", "line 2"},
             {"witness " + one, "line 1"},
             {"witness " + one + "  ", "line 1"},
             {"witness " + one + " a\nwitness " + one + " b", "line 2"},
             {"witness " + one + " \xff", "line 1"},
             {"witness " + one + " a\x01", "line 1"}}) {
        auto const keys = KnownKeys::parse(text);
        EXPECT_ERROR_CODE(keys, "known-keys");
        if (!keys.ok()) { EXPECT_EQ(keys.error().where, line); }
    }
    KnownKeys keys;
    EXPECT_ERROR_CODE(keys.add({KnownKey::Role::witness, {}, "two\nlines"}), "known-keys");
    EXPECT_ERROR_CODE(keys.add({KnownKey::Role::witness, {}, ""}), "known-keys");
}

}  // namespace
}  // namespace exhibit
