// npm slip39 recovers what we divide, and we recover what it divides.
#include <sstream>

#include "base/encoding.hpp"
#include "formats/slip39/slip39.hpp"
#include "support/shared.hpp"

namespace exhibit::slip39 {
namespace {

bool have_npm_slip39() { return test::run_node("await import('slip39')").code == 0; }

TEST(Slip39Oracle, npm_slip39_recovers_our_secret) {
    NEEDS_PROGRAM("node");
    if (!have_npm_slip39()) GTEST_SKIP() << "NOT RUN: npm slip39 is missing";
    int sets = 0;
    for (std::size_t const size : {16, 32}) {
        for (std::string const passphrase : {"", "open sesame"}) {
            for (unsigned const threshold : {2u, 3u}) {
                auto const master = SecretBytes::random(size);
                auto const shares =
                    split(master, threshold, 4, SecretBytes::copy_of(passphrase), 1);
                ASSERT_OK(shares);
                std::vector<std::string> arguments{passphrase};
                for (unsigned i = 0; i < threshold; ++i) {
                    arguments.emplace_back((*shares)[3 - i].reveal_text());
                }
                auto const ran = test::run_node(
                    "import S from 'slip39'; const a = process.argv.slice(1);"
                    "process.stdout.write(Buffer.from(S.recoverSecret(a.slice(1), "
                    "a[0])).toString('hex'))",
                    arguments);
                EXPECT_EQ(ran.code, 0) << ran.err;
                EXPECT_EQ(ran.out, to_hex(master.reveal()));
                sets += ran.out == to_hex(master.reveal());
            }
        }
    }
    std::printf("slip39 oracle: npm slip39 recovered %d of 8 sets of ours\n", sets);
}

TEST(Slip39Oracle, we_recover_what_npm_slip39_divides) {
    NEEDS_PROGRAM("node");
    if (!have_npm_slip39()) GTEST_SKIP() << "NOT RUN: npm slip39 is missing";
    auto const master = SecretBytes::random(32);
    // Two groups needed of three: 1 of 1, 2 of 3, 3 of 5. We take the second and the third.
    auto const ran = test::run_node(
        "import S from 'slip39'; const hex = process.argv.at(-1);"
        "for (const ext of [0, 1]) {"
        "  const s = S.fromArray([...Buffer.from(hex, 'hex')], {passphrase: 'TREZOR', threshold: 2,"
        "    groups: [[1, 1], [2, 3], [3, 5]], iterationExponent: 0, extendableBackupFlag: ext});"
        "  for (const p of ['r/1/0', 'r/1/2', 'r/2/1', 'r/2/3', 'r/2/4'])"
        "    console.log(s.fromPath(p).mnemonics[0]); }",
        {to_hex(master.reveal())});
    ASSERT_EQ(ran.code, 0) << ran.err;
    std::istringstream lines(ran.out);
    for (int set = 0; set < 2; ++set) {
        std::vector<SecretBytes> mnemonics;
        for (int i = 0; i < 5; ++i) {
            std::string line;
            ASSERT_TRUE(std::getline(lines, line));
            mnemonics.push_back(SecretBytes::copy_of(line));
        }
        auto const result = combine(mnemonics, SecretBytes::copy_of("TREZOR"));
        ASSERT_OK(result);
        EXPECT_TRUE(equal(*result, master));
    }
    std::printf("slip39 oracle: recovered 2 of 2 sets of npm slip39\n");
}

}  // namespace
}  // namespace exhibit::slip39
