// sha256sum and sha512sum check a bag by the manifests that we wrote.
#include "crypto/hash.hpp"
#include "formats/bagit/bagit.hpp"
#include "support/shared.hpp"

namespace exhibit::bagit {
namespace {

TEST(BagitOracle, sha256sum_and_sha512sum_check_our_manifests) {
    NEEDS_PROGRAM("sha256sum");
    NEEDS_PROGRAM("sha512sum");
    test::TemporaryFolder const folder;
    ASSERT_OK(make_folders(folder / "data/sub"));
    std::map<std::string, std::string> const files{{"data/0001.age", std::string(100'000, 'x')},
                                                   {"data/caf\u00e9 \u95e8.txt", "two words"},
                                                   {"data/sub/*star", ""},
                                                   {"data/-n", "dash"}};
    for (auto const& [path, content] : files) ASSERT_OK(replace_file(folder / path, content));
    for (auto const kind : {HashKind::sha256, HashKind::sha512}) {
        auto const algorithm = kind == HashKind::sha256 ? Algorithm::sha256 : Algorithm::sha512;
        std::vector<ListedFile> listed;
        for (auto const& [path, content] : files) {
            Hash hash(kind);
            hash.update(as_bytes(content));
            listed.push_back({path, to_hex(hash.finish()), content.size()});
        }
        auto const text = write_manifest(algorithm, listed);
        ASSERT_OK(text);
        auto const name = std::string(algorithm_name(algorithm));
        auto const file = "manifest-" + name + ".txt";
        ASSERT_OK(replace_file(folder / file, *text));
        auto const good = test::run({name + "sum", "-c", "--strict", file}, {}, folder.path());
        EXPECT_EQ(good.code, 0) << good.out << good.err;
        std::printf("bagit oracle: %ssum checked %zu files\n", name.c_str(), files.size());
        // And it notices what it should.
        ASSERT_OK(replace_file(folder / "data/-n", std::string_view("changed")));
        EXPECT_NE(test::run({name + "sum", "-c", "--strict", file}, {}, folder.path()).code, 0);
        ASSERT_OK(replace_file(folder / "data/-n", std::string_view("dash")));
    }
}

TEST(BagitOracle, we_read_what_sha256sum_writes) {
    NEEDS_PROGRAM("sha256sum");
    test::TemporaryFolder const folder;
    ASSERT_OK(make_folders(folder / "data"));
    ASSERT_OK(replace_file(folder / "data/a b", std::string_view("hello")));
    for (std::string const mode : {"--text", "--binary"}) {
        auto const ran = test::run({"sha256sum", mode, "data/a b"}, {}, folder.path());
        auto const manifest = parse_manifest(Algorithm::sha256, version_1_0, ran.out);
        ASSERT_OK(manifest);
        ASSERT_EQ(manifest->files.size(), 1u);
        EXPECT_EQ(manifest->files[0].path, "data/a b");
        EXPECT_EQ(manifest->files[0].digest_hex, to_hex(sha256("hello")));
        EXPECT_EQ(manifest->warnings.size(), mode == "--binary" ? 1u : 0u);
    }
}

}  // namespace
}  // namespace exhibit::bagit
