// The release page in a browser, and its verifier under node: other people's engines run what we
// ship. The scripts are in web/tests; each prints what failed.
#include "release/publish.hpp"
#include "release/release_case.hpp"

namespace exhibit::release {
namespace {

using test::program_folder;
using test::ReleaseCase;
using test::source_folder;

test::Ran run_script(std::string const& script, std::vector<std::string> const& arguments) {
    std::vector<std::string> command = {"node", (source_folder() / "web/tests" / script).string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return test::run(command, {}, source_folder());
}

// Every falsified release of the table, written once for all tests of this program.
Path const& matrix() {
    static test::TemporaryFolder const folder;
    static Path const written = [] {
        auto const ran = test::run({(program_folder() / "tamper_matrix").string(), "--write",
                                    (folder / "matrix").string()});
        EXPECT_EQ(ran.code, 0) << ran.err;
        return folder / "matrix";
    }();
    return written;
}

// Pictures of the page are kept beside the test reports, to be looked at.
Path pictures() { return program_folder().parent_path() / "page-pictures"; }

#define RUN_IN_BROWSER(script, ...)                     \
    NEEDS_PROGRAM("node");                              \
    NEEDS_PROGRAM("chromium");                          \
    auto const ran = run_script(script, {__VA_ARGS__}); \
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;       \
    ::testing::Test::RecordProperty("said", ran.out.substr(0, 2000))

TEST(Verifier, agrees_with_ours_on_every_falsified_release) {
    NEEDS_PROGRAM("node");
    auto const ran = run_script("verify/matrix.mjs", {matrix().string()});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

TEST(Verifier, takes_hostile_input_for_what_it_is) {
    NEEDS_PROGRAM("node");
    auto const ran = run_script("verify/units.mjs", {});
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

TEST(Page, is_read_checked_and_heard) {
    RUN_IN_BROWSER("page/page.mjs", matrix().string(), pictures().string());
}

TEST(Page, says_of_every_falsified_release_what_verify_says) {
    RUN_IN_BROWSER("page/matrix.mjs", matrix().string());
}

TEST(Page, hostile_text_never_becomes_markup) {
    ReleaseCase c;
    constexpr char const* script = "<img src=x onerror=\"window.broken=1\">";
    auto const file = c.folder.path() / "<svg onload=window.broken=1>.html";
    ASSERT_OK(replace_file(file, as_bytes("<script>parent.broken=1</script>")));
    seal::SealOptions options;
    options.tool = "test";
    options.note = "</dd></script><script>window.broken=1</script>\u202etxt.exe";
    options.claimed_time = script;
    options.place_exact = "\"><iframe srcdoc='<script>top.broken=1</script>'></iframe>";
    options.place_coarse = "{{constructor}} {n} javascript:window.broken=1";
    auto const sealed = seal::seal_file(c.open_case(), file, options, test::sealed_at);
    ASSERT_OK(sealed);
    c.vouched.statements.push_back(*sealed->record.statement);
    PublishOptions publishing;
    publishing.base_url = "javascript:window.broken=1//<b>";
    publishing.hosted_by = {"<script>window.broken=1</script>", "\" onmouseover=\"window.broken=1"};
    ASSERT_OK(publish(c.bundle(), c.opener(), {}, c.folder / "out", publishing));
    RUN_IN_BROWSER("page/hostile.mjs", (c.folder / "out").string());
}

TEST(Page, a_copy_that_a_newsroom_signed_names_its_original) {
    if (!test::have_shared("footage/photo/berlin-01.jpg")) GTEST_SKIP() << "NOT RUN: no footage";
    ReleaseCase c;
    auto const photo = read_text_file(test::shared_path("footage/photo/berlin-01.jpg"), 64 << 20);
    ASSERT_OK(photo);
    c.seal_text("street.jpg", *photo);
    ASSERT_OK(publish(c.bundle(), c.opener(), {}, c.folder / "out"));
    auto const original = (c.folder / "out/data/0001/street.jpg").string();
    auto const copy = c.folder / "copy.jpg", damaged = c.folder / "damaged.jpg";
    auto const run_exhibit = [&](std::vector<std::string> const& arguments) {
        std::vector<std::string> command = {(program_folder() / "exhibit").string(),
                                            "--passphrase-fd", "3", "provenance"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        auto const ran = test::run(command, {}, c.folder.path(), "a sentence for this test\n");
        EXPECT_EQ(ran.code, 0) << ran.err;
    };
    run_exhibit({"key", (c.folder / "newsroom").string(), "--name", "Newsroom"});
    run_exhibit({"sign", "--signer", (c.folder / "newsroom").string(), "--disclose", "original",
                 "--disclose", "seal", original, copy.string()});
    auto bytes = read_file(copy, 64 << 20).take();
    bytes[bytes.size() - 1000] ^= 1;
    ASSERT_OK(replace_file(damaged, bytes));
    RUN_IN_BROWSER("page/credentials.mjs", (c.folder / "out").string(), copy.string(),
                   damaged.string(), original);
}

TEST(Page, a_film_is_checked_without_being_held_in_memory) {
    // EXHIBIT_FILM_MIB=2048: as long as films are; less by default, to be quick.
    auto const* asked = std::getenv("EXHIBIT_FILM_MIB");
    auto const mebibytes = asked != nullptr ? std::atoi(asked) : 256;
    ReleaseCase c;
    auto const film = c.folder / "film.mp4";
    {
        auto const file = create_new_file(film, Access::only_me);
        ASSERT_OK(file);
        Bytes block(1 << 20);
        for (int i = 0; i < mebibytes; ++i) {
            block[0] = static_cast<Byte>(i);
            ASSERT_OK(write_all(file->get(), block, film));
        }
    }
    seal::SealOptions options;
    options.tool = "test";
    auto const sealed = seal::seal_file(c.open_case(), film, options, test::sealed_at);
    ASSERT_OK(sealed);
    c.vouched.statements.push_back(*sealed->record.statement);
    std::filesystem::remove(film);
    ASSERT_OK(publish(c.bundle(), c.opener(), {}, c.folder / "out"));
    RUN_IN_BROWSER("page/memory.mjs", (c.folder / "out").string());
    std::printf("%s", ran.out.c_str());
}

}  // namespace
}  // namespace exhibit::release
