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

TEST(Page, a_film_is_checked_without_being_held_in_memory) {
    ReleaseCase c;
    // Random bytes, so that nothing on the way can make them less.
    std::string film(256u << 20, '\0');
    for (std::size_t i = 0; i < film.size(); i += 4096) film[i] = static_cast<char>(i >> 12);
    c.seal_text("film.mp4", film);
    ASSERT_OK(publish(c.bundle(), c.opener(), {}, c.folder / "out"));
    RUN_IN_BROWSER("page/memory.mjs", (c.folder / "out").string());
}

}  // namespace
}  // namespace exhibit::release
