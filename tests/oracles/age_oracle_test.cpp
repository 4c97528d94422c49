// Other people's age: Debian's `age` and npm `age-encryption` open what we wrote, and we what they
// wrote.
#include "base/random.hpp"
#include "formats/age/age.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

constexpr std::size_t sizes[] = {0, 1, 65535, 65536, 65537, 3 << 20};
constexpr char passphrase[] = "correct horse battery staple";

Bytes some_bytes(std::size_t n) {
    Bytes out(n);
    SeededRandom(n + 1).fill(out);
    return out;
}

void save(Path const& path, ByteView bytes) { ASSERT_OK(replace_file(path, bytes)); }

bool have_age_encryption() {
    static bool const there =
        test::have_program("node") && test::run_node("await import('age-encryption')").code == 0;
    return there;
}

// npm age-encryption: `work` is a line of JavaScript that turns `input` into `output`. Its argument
// is the key or passphrase.
test::Ran npm_age(std::string const& work, std::string const& argument, ByteView input) {
    return test::run_node(
        "import fs from 'node:fs'; import * as age from 'age-encryption';"
        "const argument = process.argv.at(-1); const input = fs.readFileSync(0);" +
            work + "fs.writeSync(1, output); ",
        {argument}, input);
}

// `age` asks for passphrases on a terminal only: script makes one. It ends with its input, so the
// input is held open until the output is there.
test::Ran age_with_passphrase(std::string const& command, std::string const& output,
                              Path const& folder) {
    auto const said = std::string(passphrase) + "\\n";
    auto const wait =
        "for i in $(seq 120); do [ -s " + output + " ] && break; sleep 0.5; done; sleep 0.5";
    return test::run({"sh", "-c",
                      "(sleep 1; printf '" + said + "'; sleep 1; printf '" + said + "'; " + wait +
                          ") | script -qec '" + command + "' /dev/null"},
                     {}, folder);
}

TEST(AgeOracle, debian_age_opens_what_we_wrote) {
    NEEDS_PROGRAM("age");
    test::TemporaryFolder folder;
    auto const identity = age::X25519Identity::generate();
    save(folder / "key.txt", age::write_identity_file(identity).reveal());
    for (auto n : sizes) {
        auto const plain = some_bytes(n);
        auto file = age::encrypt(plain, identity.recipient());
        ASSERT_OK(file);
        auto const key = (folder / "key.txt").string();
        auto const ran = test::run({"age", "-d", "-i", key}, *file);
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_TRUE(same_bytes(as_bytes(ran.out), plain)) << n;
        auto const armored = test::run({"age", "-d", "-i", key}, as_bytes(age::write_armor(*file)));
        EXPECT_EQ(armored.code, 0) << armored.err;
        EXPECT_TRUE(same_bytes(as_bytes(armored.out), plain)) << n;
    }
}

TEST(AgeOracle, we_open_what_debian_age_wrote) {
    NEEDS_PROGRAM("age");
    auto const made = test::run({"age-keygen"});
    ASSERT_EQ(made.code, 0) << made.err;
    auto identities = age::parse_identity_file(as_bytes(made.out));
    ASSERT_OK(identities);
    auto const recipient = identities->front().recipient().text();
    EXPECT_NE(made.out.find(recipient), std::string::npos);
    for (auto n : sizes) {
        auto const plain = some_bytes(n);
        auto const file = test::run({"age", "-r", recipient}, plain);
        ASSERT_EQ(file.code, 0) << file.err;
        auto back = age::decrypt(as_bytes(file.out), identities->front(), n);
        ASSERT_OK(back);
        EXPECT_EQ(*back, plain);
        auto const text = test::run({"age", "-a", "-r", recipient}, plain);
        auto binary = age::parse_armor(as_bytes(text.out));
        ASSERT_OK(binary);
        EXPECT_EQ(age::write_armor(*binary), text.out);
        EXPECT_OK(age::decrypt(*binary, identities->front(), n));
    }
}

TEST(AgeOracle, age_keygen_derives_the_same_recipient) {
    NEEDS_PROGRAM("age-keygen");
    test::TemporaryFolder folder;
    for (int i = 0; i < 5; ++i) {
        auto const identity = age::X25519Identity::generate();
        save(folder / "key.txt", identity.text().reveal());
        auto const ran = test::run({"age-keygen", "-y", (folder / "key.txt").string()});
        EXPECT_EQ(ran.out, identity.recipient().text() + "\n") << ran.err;
    }
}

TEST(AgeOracle, debian_age_opens_our_passphrase_file) {
    NEEDS_PROGRAM("age");
    NEEDS_PROGRAM("script");
    test::TemporaryFolder folder;
    auto const plain = some_bytes(65537);
    auto file = age::encrypt(plain, age::ScryptRecipient(SecretBytes::copy_of(passphrase), 15));
    ASSERT_OK(file);
    save(folder / "ours.age", *file);
    auto const ran = age_with_passphrase("age -d -o back ours.age", "back", folder.path());
    auto back = read_file(folder / "back", 1 << 20);
    ASSERT_TRUE(back.ok()) << ran.out << ran.err;
    EXPECT_EQ(*back, plain);
}

TEST(AgeOracle, we_open_the_passphrase_file_of_debian_age) {
    NEEDS_PROGRAM("age");
    NEEDS_PROGRAM("script");
    test::TemporaryFolder folder;
    auto const plain = some_bytes(65537);
    save(folder / "in", plain);
    auto const ran = age_with_passphrase("age -p -o theirs.age in", "theirs.age", folder.path());
    auto file = read_file(folder / "theirs.age", 1 << 20);
    ASSERT_TRUE(file.ok()) << ran.out << ran.err;
    auto back =
        age::decrypt(*file, age::ScryptIdentity(SecretBytes::copy_of(passphrase)), plain.size());
    ASSERT_OK(back);
    EXPECT_EQ(*back, plain);
}

TEST(AgeOracle, npm_age_encryption_opens_what_we_wrote) {
    if (!have_age_encryption()) GTEST_SKIP() << "NOT RUN: npm age-encryption is missing";
    auto const identity = age::X25519Identity::generate();
    auto const key = identity.text();
    for (auto n : sizes) {
        auto const plain = some_bytes(n);
        auto file = age::encrypt(plain, identity.recipient());
        ASSERT_OK(file);
        auto const ran = npm_age(
            "const d = new age.Decrypter(); d.addIdentity(argument);"
            "const output = await d.decrypt(input);",
            std::string(key.reveal_text()), *file);
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_TRUE(same_bytes(as_bytes(ran.out), plain)) << n;
    }
    auto const small = some_bytes(300);
    auto file = age::encrypt(small, age::ScryptRecipient(SecretBytes::copy_of(passphrase), 12));
    ASSERT_OK(file);
    auto const ran = npm_age(
        "const d = new age.Decrypter(); d.addPassphrase(argument);"
        "const output = await d.decrypt(age.armor.decode(input.toString()));",
        passphrase, as_bytes(age::write_armor(*file)));
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(same_bytes(as_bytes(ran.out), small));
}

TEST(AgeOracle, we_open_what_npm_age_encryption_wrote) {
    if (!have_age_encryption()) GTEST_SKIP() << "NOT RUN: npm age-encryption is missing";
    auto const identity = age::X25519Identity::generate();
    for (auto n : sizes) {
        auto const plain = some_bytes(n);
        auto const ran = npm_age(
            "const e = new age.Encrypter(); e.addRecipient(argument);"
            "const output = await e.encrypt(input);",
            identity.recipient().text(), plain);
        ASSERT_EQ(ran.code, 0) << ran.err;
        auto back = age::decrypt(as_bytes(ran.out), identity, n);
        ASSERT_OK(back);
        EXPECT_EQ(*back, plain);
    }
    auto const small = some_bytes(300);
    auto const ran = npm_age(
        "const e = new age.Encrypter(); e.setPassphrase(argument);"
        "e.setScryptWorkFactor(12);"
        "const output = age.armor.encode(await e.encrypt(input));",
        passphrase, small);
    ASSERT_EQ(ran.code, 0) << ran.err;
    auto binary = age::parse_armor(as_bytes(ran.out));
    ASSERT_OK(binary);
    auto back = age::decrypt(*binary, age::ScryptIdentity(SecretBytes::copy_of(passphrase)), 300);
    ASSERT_OK(back);
    EXPECT_EQ(*back, small);
}

}  // namespace
}  // namespace exhibit
