#include "case/travel.hpp"

#include "support/shared.hpp"

namespace exhibit {
namespace {

// The recipe as anybody can do it, with nothing but Python's own hashlib.
constexpr char const* stranger = R"(
import hashlib, hmac, sys
words, address = sys.argv[1].encode(), sys.argv[2].encode()
s = hashlib.scrypt(words, salt=address, n=2**18, r=8, p=1, maxmem=2**29, dklen=32)
def hkdf(info):
    prk = hmac.new(bytes(32), s, hashlib.sha256).digest()
    return hmac.new(prk, info + b'\x01', hashlib.sha256).digest()
def bech32(prefix, data):
    letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
    bits = ''.join(format(b, '08b') for b in data) + '0000'
    values = [int(bits[i:i+5], 2) for i in range(0, 260, 5)]
    def polymod(v):
        c = 1
        for x in v:
            top = c >> 25
            c = (c & 0x1ffffff) << 5 ^ x
            for i, g in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3)):
                c ^= g if top >> i & 1 else 0
        return c
    low = prefix.lower()
    fed = [ord(x) >> 5 for x in low] + [0] + [ord(x) & 31 for x in low] + values + [0] * 6
    check = polymod(fed) ^ 1
    values += [check >> 5 * (5 - i) & 31 for i in range(6)]
    return (low + '1' + ''.join(letters[v] for v in values)).upper()
print(hkdf(b'exhibit travel name').hex())
print(bech32('AGE-SECRET-KEY-', hkdf(b'exhibit travel key')))
)";

TEST(Travel, name_and_key_are_what_a_stranger_computes_from_words_and_address) {
    NEEDS_PROGRAM("python3");
    std::string const words = "walnut ember tablet drift acorn zoom abide";
    for (auto const* typed : {"ana.example", "HTTPS://Ana.Example:7443/", "ana.example:444"}) {
        auto const address = GuardianAddress::parse(typed).take();
        auto const derived = derive_travel_key(SecretBytes::copy_of(words), address);
        ASSERT_OK(derived);
        auto const plain =
            std::string_view(typed) == "ana.example:444" ? "ana.example:444" : "ana.example";
        EXPECT_EQ(address.short_text(), plain);
        auto const theirs = test::run({"python3", "-c", stranger, words, plain});
        ASSERT_EQ(theirs.code, 0) << theirs.err;
        auto const identity = derived->identity.text();
        EXPECT_EQ(theirs.out,
                  to_hex(derived->name) + "\n" + std::string(identity.reveal_text()) + "\n");
    }
}

TravelNote note() {
    SystemRandom random;
    TravelNote made{.case_id = CaseId::make(random),
                    .guardian = GuardianId(random.bytes<32>()),
                    .claimed = WallTime::from_ms(1'700'000'000'000),
                    .size_bytes = 70'000,
                    .left = {}};
    made.left[0].name.fill(3);
    made.left[1].name.fill(4);
    return made;
}

TEST(Travel, a_note_is_read_as_it_was_written) {
    auto const made = note();
    auto const text = write_payload(made);
    auto const again = TravelNote::parse_payload(as_bytes(text));
    ASSERT_OK(again);
    EXPECT_EQ(write_payload(*again), text);
    EXPECT_NE(made.find(made.left[1].name), nullptr);
    EXPECT_EQ(made.find(ByteArray<32>{}), nullptr);
}

TEST(Travel, notes_that_break_the_rules_are_refused) {
    auto wrong = note();
    std::swap(wrong.left[0], wrong.left[1]);
    EXPECT_ERROR_CODE(TravelNote::parse_payload(as_bytes(write_payload(wrong))), "travel");
    wrong.left[1] = wrong.left[0];
    EXPECT_ERROR_CODE(TravelNote::parse_payload(as_bytes(write_payload(wrong))), "travel");
    wrong = note();
    wrong.size_bytes = travel_bytes_max + 1;
    EXPECT_FALSE(TravelNote::parse_payload(as_bytes(write_payload(wrong))).ok());
    wrong.size_bytes = 0;
    EXPECT_FALSE(TravelNote::parse_payload(as_bytes(write_payload(wrong))).ok());
}

}  // namespace
}  // namespace exhibit
