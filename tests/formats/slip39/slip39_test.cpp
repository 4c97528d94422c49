#include "formats/slip39/slip39.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/encoding.hpp"
#include "formats/slip39/gf256.hpp"
#include "formats/slip39/wordlist.hpp"
#include "support/shared.hpp"

namespace exhibit::slip39 {
namespace {

SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(text); }

std::vector<SecretBytes> secrets(std::vector<std::string> const& texts) {
    std::vector<SecretBytes> out;
    for (auto const& text : texts) out.push_back(secret(text));
    return out;
}

std::vector<std::string> texts(std::vector<SecretBytes> const& mnemonics) {
    std::vector<std::string> out;
    for (auto const& one : mnemonics) out.emplace_back(one.reveal_text());
    return out;
}

std::vector<std::string> words_of(std::string const& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

std::string joined(std::vector<std::string> const& words) {
    std::string out;
    for (auto const& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> example(unsigned threshold, unsigned count, std::size_t size = 32) {
    SeededRandom random(7);
    SecretBytes master(size);
    random.fill(master.reveal_for_writing());
    auto shares = split_with(random, master, threshold, count, {}, 0);
    return texts(shares.value());
}

SecretBytes example_master(std::size_t size = 32) {
    SeededRandom random(7);
    SecretBytes master(size);
    random.fill(master.reveal_for_writing());
    return master;
}

// What the published set says must fail, and with which of our codes.
std::map<int, std::string> const refusals = {
    {2, "checksum"},   {3, "padding"},    {5, "threshold"},  {6, "mismatch"},   {7, "mismatch"},
    {8, "mismatch"},   {9, "mismatch"},   {10, "threshold"}, {11, "duplicate"}, {12, "mismatch"},
    {13, "digest"},    {14, "threshold"}, {15, "threshold"}, {16, "threshold"}, {21, "checksum"},
    {22, "padding"},   {24, "threshold"}, {25, "mismatch"},  {26, "mismatch"},  {27, "mismatch"},
    {28, "mismatch"},  {29, "threshold"}, {30, "duplicate"}, {31, "mismatch"},  {32, "digest"},
    {33, "threshold"}, {34, "threshold"}, {35, "threshold"}, {39, "length"},    {40, "length"},
};

TEST(Slip39, the_published_vectors_hold) {
    NEEDS_SHARED("vectors/slip39/vectors.json");
    auto const file = read_file(test::shared_path("vectors/slip39/vectors.json"), 1u << 20);
    ASSERT_OK(file);
    auto const vectors = nlohmann::json::parse(as_text(*file));
    int recovered = 0;
    int refused = 0;
    int number = 0;
    for (auto const& vector : vectors) {
        ++number;
        SCOPED_TRACE(vector[0].get<std::string>());
        auto const mnemonics = vector[1].get<std::vector<std::string>>();
        auto const result = combine(secrets(mnemonics), secret("TREZOR"));
        if (auto const expected = vector[2].get<std::string>(); !expected.empty()) {
            ASSERT_OK(result);
            EXPECT_EQ(to_hex(result->reveal()), expected);
            recovered += to_hex(result->reveal()) == expected;
        } else {
            ASSERT_TRUE(refusals.contains(number));
            EXPECT_ERROR_CODE(result, refusals.at(number).c_str());
            refused += !result.ok() && result.error().code == refusals.at(number);
        }
        for (auto const& mnemonic : mnemonics) {
            auto const share = parse_mnemonic(as_bytes(mnemonic));
            if (!share) continue;
            EXPECT_EQ(write_mnemonic(*share).reveal_text(), mnemonic);
        }
    }
    std::printf("slip39 vectors: %d recovered, %d refused, of %d\n", recovered, refused, number);
    RecordProperty("vectors", number);
    EXPECT_EQ(number, 45);
    EXPECT_EQ(recovered + refused, 45);
}

TEST(Slip39, the_word_list_is_the_published_one) {
    NEEDS_SHARED("vectors/slip39/wordlist.txt");
    auto const file = read_text_file(test::shared_path("vectors/slip39/wordlist.txt"), 1u << 16);
    ASSERT_OK(file);
    auto const words = words_of(*file);
    ASSERT_EQ(words.size(), word_count);
    for (std::size_t i = 0; i < word_count; ++i) {
        std::string ours;
        for (int shift = 56; shift >= 0; shift -= 8) {
            char const letter =
                static_cast<char>(packed_word_at(static_cast<unsigned>(i)) >> shift);
            if (letter != 0) ours += letter;
        }
        EXPECT_EQ(ours, words[i]);
        auto const search = find_word(packed_words()[i]);
        EXPECT_EQ(search.index, i);
        auto const prefix = find_word(packed_words()[i] & 0xffffffff00000000);
        EXPECT_EQ(prefix.index, i);
        EXPECT_NE(prefix.found, 0u);
    }
}

TEST(Slip39, the_field_agrees_with_schoolbook_division) {
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            unsigned product = 0;
            for (unsigned bit = 0; bit < 8; ++bit) {
                if (b >> bit & 1) product ^= a << bit;
            }
            for (int bit = 15; bit >= 8; --bit) {
                if (product >> bit & 1) product ^= 0x11bu << (bit - 8);
            }
            ASSERT_EQ(gf_multiply(static_cast<Byte>(a), static_cast<Byte>(b)), product);
        }
        Byte const inverse = gf_inverse(static_cast<Byte>(a));
        EXPECT_EQ(gf_multiply(static_cast<Byte>(a), inverse), a == 0 ? 0 : 1);
    }
}

TEST(Slip39, any_quorum_gives_the_secret_back_and_fewer_do_not) {
    int sets = 0;
    for (unsigned count = 1; count <= 5; ++count) {
        for (unsigned threshold = count == 1 ? 1 : 2; threshold <= count; ++threshold) {
            auto const shares = example(threshold, count);
            ASSERT_EQ(shares.size(), count);
            for (unsigned chosen = 0; chosen < 1u << count; ++chosen) {
                std::vector<std::string> some;
                for (unsigned i = 0; i < count; ++i) {
                    if (chosen >> i & 1) some.push_back(shares[i]);
                }
                auto const result = combine(secrets(some), {});
                ++sets;
                if (some.size() == threshold) {
                    ASSERT_OK(result);
                    EXPECT_TRUE(equal(*result, example_master()));
                } else {
                    EXPECT_ERROR_CODE(result, "threshold");
                }
            }
        }
    }
    std::printf("slip39: %d choices of shares\n", sets);
}

TEST(Slip39, sixteen_of_sixteen_and_every_length_work) {
    for (std::size_t size = secret_bytes_min; size <= secret_bytes_max; size += 2) {
        auto const shares = example(3, 3, size);
        auto const result = combine(secrets(shares), {});
        ASSERT_OK(result);
        EXPECT_TRUE(equal(*result, example_master(size))) << size;
    }
    auto const result = combine(secrets(example(16, 16)), {});
    ASSERT_OK(result);
    EXPECT_TRUE(equal(*result, example_master()));
}

TEST(Slip39, a_share_of_a_case_key_has_33_words_in_lower_case) {
    for (auto const& share : example(2, 4)) {
        EXPECT_EQ(words_of(share).size(), 33u);
        EXPECT_EQ(joined(words_of(share)), share);
        EXPECT_TRUE(
            std::ranges::all_of(share, [](char c) { return c == ' ' || (c >= 'a' && c <= 'z'); }));
        auto const parsed = parse_mnemonic(as_bytes(share));
        ASSERT_OK(parsed);
        EXPECT_TRUE(parsed->extendable);
        EXPECT_EQ(parsed->group_count, 1u);
        EXPECT_EQ(parsed->member_threshold, 2u);
    }
}

TEST(Slip39, capitals_stray_blanks_and_four_letters_are_taken) {
    auto const share = example(1, 1).front();
    std::string shouted = "\n  ";
    std::string shortened;
    for (auto const& word : words_of(share)) {
        for (char const c : word) shouted += static_cast<char>(std::toupper(c));
        shouted += " \t\r\n";
        shortened += word.substr(0, 4) + " ";
    }
    for (auto const& typed : {shouted, shortened}) {
        auto const parsed = parse_mnemonic(as_bytes(typed));
        ASSERT_OK(parsed);
        EXPECT_EQ(write_mnemonic(*parsed).reveal_text(), share);
    }
}

TEST(Slip39, a_word_that_is_not_in_the_list_is_named_by_its_number_only) {
    for (auto const* wrong :
         {"academical", "acadmic", "aca", "zzzz", "academi", "ac1d", "acid.", "{cid"}) {
        auto words = words_of(example(1, 1).front());
        words[6] = wrong;
        auto const parsed = parse_mnemonic(as_bytes(joined(words)));
        EXPECT_ERROR_CODE(parsed, "word");
        if (parsed) continue;
        EXPECT_NE(parsed.error().what.find("word 7 "), std::string::npos);
        EXPECT_EQ(parsed.error().what.find(wrong), std::string::npos);
    }
}

TEST(Slip39, every_single_wrong_word_and_every_swap_is_noticed) {
    auto const words = words_of(example(1, 1).front());
    int tried = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (auto const* other : {"academic", "zero", "ocean"}) {
            auto changed = words;
            changed[i] = other;
            if (changed == words) continue;
            EXPECT_ERROR_CODE(parse_mnemonic(as_bytes(joined(changed))), "checksum");
            ++tried;
        }
        auto swapped = words;
        std::swap(swapped[i], swapped[(i + 1) % words.size()]);
        if (swapped != words) {
            EXPECT_ERROR_CODE(parse_mnemonic(as_bytes(joined(swapped))), "checksum");
        }
        auto shorter = words;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(parse_mnemonic(as_bytes(joined(shorter))).ok());
    }
    EXPECT_GT(tried, 90);
}

TEST(Slip39, lengths_that_no_share_has_are_refused) {
    EXPECT_ERROR_CODE(parse_mnemonic({}), "length");
    std::string many;
    for (int i = 0; i < 200; ++i) many += "academic ";
    EXPECT_ERROR_CODE(parse_mnemonic(as_bytes(many)), "length");
    EXPECT_ERROR_CODE(parse_mnemonic(as_bytes(std::string(1u << 20, ' '))), "length");
}

TEST(Slip39, a_forged_share_is_noticed_when_combining) {
    auto const shares = example(2, 3);
    auto forged = parse_mnemonic(as_bytes(shares[1]));
    ASSERT_OK(forged);
    forged->value.reveal_for_writing()[5] ^= 1;
    std::vector<SecretBytes> two;
    two.push_back(secret(shares[0]));
    two.push_back(write_mnemonic(*forged));
    EXPECT_ERROR_CODE(combine(two, {}), "digest");
}

TEST(Slip39, a_wrong_passphrase_gives_another_secret) {
    auto const master = example_master();
    auto const shares = split(master, 2, 2, secret("open sesame"), 0);
    ASSERT_OK(shares);
    auto const right = combine(*shares, secret("open sesame"));
    auto const wrong = combine(*shares, secret("open, sesame"));
    ASSERT_OK(right);
    ASSERT_OK(wrong);
    EXPECT_TRUE(equal(*right, master));
    EXPECT_FALSE(equal(*wrong, master));
    EXPECT_EQ(wrong->size(), master.size());
    EXPECT_ERROR_CODE(combine(*shares, secret("s\xc3\xa9same")), "passphrase");
    EXPECT_ERROR_CODE(split(master, 2, 2, secret("a\nb")), "passphrase");
}

TEST(Slip39, what_must_not_be_made_is_refused) {
    auto const master = example_master();
    EXPECT_ERROR_CODE(split(master, 1, 2, {}), "threshold");
    EXPECT_ERROR_CODE(split(master, 3, 2, {}), "threshold");
    EXPECT_ERROR_CODE(split(master, 0, 0, {}), "threshold");
    EXPECT_ERROR_CODE(split(master, 2, 17, {}), "threshold");
    EXPECT_ERROR_CODE(split(master, 2, 3, {}, 16), "exponent");
    EXPECT_ERROR_CODE(split(SecretBytes(15), 2, 3, {}), "length");
    EXPECT_ERROR_CODE(split(SecretBytes(33), 2, 3, {}), "length");
    EXPECT_ERROR_CODE(split(SecretBytes(66), 2, 3, {}), "length");
    EXPECT_ERROR_CODE(combine({}, {}), "threshold");
}

TEST(Slip39, two_splits_of_one_secret_share_nothing) {
    auto const master = example_master();
    auto const one = split(master, 2, 2, {}, 0);
    auto const two = split(master, 2, 2, {}, 0);
    ASSERT_OK(one);
    ASSERT_OK(two);
    EXPECT_NE((*one)[0].reveal_text(), (*two)[0].reveal_text());
    std::vector<SecretBytes> mixed;
    mixed.push_back((*one)[0].clone());
    mixed.push_back((*two)[1].clone());
    EXPECT_FALSE(combine(mixed, {}).ok());
}

}  // namespace
}  // namespace exhibit::slip39
