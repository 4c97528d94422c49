#include "formats/bagit/bagit.hpp"

#include "formats/bagit/path.hpp"
#include "formats/bagit/text.hpp"
#include "support/shared.hpp"

namespace exhibit::bagit {
namespace {

std::string const ones(64, '1');
std::string const twos(64, '2');

TEST(BagitManifest, it_is_sorted_and_reads_back) {
    auto const text =
        write_manifest(Algorithm::sha256, {{"data/b", ones, 3}, {"data/a b", twos, 4}});
    ASSERT_OK(text);
    EXPECT_EQ(*text, twos + "  data/a b\n" + ones + "  data/b\n");
    auto const manifest = parse_manifest(Algorithm::sha256, version_1_0, *text);
    ASSERT_OK(manifest);
    EXPECT_TRUE(manifest->warnings.empty());
    EXPECT_EQ(manifest->files,
              (std::vector<ListedFile>{{"data/a b", twos, 0}, {"data/b", ones, 0}}));
    EXPECT_EQ(write_oxum({{"data/b", ones, 3}, {"data/a b", twos, 4}}), "7.2");
}

TEST(BagitManifest, names_with_line_breaks_and_percent_signs_survive) {
    for (std::string const path :
         {"data/a\nb", "data/a\rb", "data/100%", "data/%0A", "data/%7E", "data/%250d"}) {
        auto const text = write_manifest(Algorithm::sha256, {{path, ones, 0}});
        ASSERT_OK(text);
        auto const manifest = parse_manifest(Algorithm::sha256, version_1_0, *text);
        ASSERT_OK(manifest);
        ASSERT_EQ(manifest->files.size(), 1u);
        EXPECT_EQ(manifest->files[0].path, path);
    }
    EXPECT_EQ(decode_path({0, 97}, "data/%25"), "data/%25");
    EXPECT_EQ(decode_path(version_1_0, "data/%25%0a%"), "data/%\n%");
}

TEST(BagitManifest, dangerous_paths_are_refused_by_reader_and_writer) {
    for (std::string const path :
         {"", "/etc/passwd", "../x", "data/../../x", "data/..", "data/./x", "data//x", "data/",
          "~/x", "~root/x", "C:/x", "c:x", "data\\x", "data/..\\x", "data/\xff", " data/x"}) {
        SCOPED_TRACE(path);
        EXPECT_ERROR_CODE(check_path(path), "path");
        EXPECT_ERROR_CODE(write_manifest(Algorithm::sha256, {{path, ones, 0}}), "path");
        if (path.empty() || path[0] == ' ') continue;
        EXPECT_ERROR_CODE(parse_manifest(Algorithm::sha256, version_1_0, ones + "  " + path),
                          "path");
    }
    EXPECT_ERROR_CODE(check_path(std::string("data/a\0b", 8)), "path");
    EXPECT_ERROR_CODE(check_path("data/" + std::string(path_bytes_max, 'a')), "path");
    EXPECT_OK(check_path("data/~x/..y/a:b/...z"));
}

TEST(BagitManifest, malformed_lines_are_named_by_their_number) {
    auto const refused = [](std::string const& line, char const* code) {
        auto const manifest =
            parse_manifest(Algorithm::sha256, version_1_0, ones + " data/a\n" + line);
        EXPECT_ERROR_CODE(manifest, code);
        if (manifest.ok()) return;
        EXPECT_EQ(manifest.error().where, "line 2");
    };
    refused(ones, "manifest");
    refused("data/b", "digest");
    refused(ones.substr(1) + " data/b", "digest");
    refused(ones + "1 data/b", "digest");
    refused("g" + ones.substr(1) + " data/b", "digest");
    refused(" " + ones + " data/b", "digest");
    refused(ones + " data/a", "duplicate");
    EXPECT_ERROR_CODE(write_manifest(Algorithm::sha256, {{"data/a", ones, 0}, {"data/a", ones, 0}}),
                      "duplicate");
    EXPECT_ERROR_CODE(write_manifest(Algorithm::sha512, {{"data/a", ones, 0}}), "digest");
    EXPECT_ERROR_CODE(write_manifest(Algorithm::sha256, {{"data/a", std::string(64, 'A'), 0}}),
                      "digest");
}

TEST(BagitManifest, old_habits_are_read_with_a_warning) {
    auto const text = ones + " *data/a\r\n" + ones + "\t./data/b\r\n" + std::string(64, 'A') +
                      " data/c\r" + ones + " data/b\n\n";
    auto const manifest = parse_manifest(Algorithm::sha256, {0, 97}, text);
    ASSERT_OK(manifest);
    EXPECT_EQ(manifest->files.size(), 3u);
    EXPECT_EQ(manifest->files[2].digest_hex, std::string(64, 'a'));
    EXPECT_EQ(manifest->warnings.size(), 4u);
    // Two blanks, then '*': the star is part of the name.
    auto const star = parse_manifest(Algorithm::sha256, version_1_0, ones + "  *data");
    ASSERT_OK(star);
    EXPECT_EQ(star->files[0].path, "*data");
}

TEST(BagitTags, the_declaration_is_exact_in_1_0) {
    EXPECT_OK(parse_declaration(as_bytes(write_declaration())));
    EXPECT_OK(
        parse_declaration(as_bytes("BagIt-Version: 0.97\r\nTag-File-Character-Encoding:  utf-16")));
    auto const code = [](std::string_view text) {
        auto const declaration = parse_declaration(as_bytes(text));
        return declaration ? std::string() : std::string(declaration.error().code);
    };
    EXPECT_EQ(code("BagIt-Version:  1.0\nTag-File-Character-Encoding: UTF-8\n"), "bagit-txt");
    EXPECT_EQ(code("BagIt-Version: 1.0 \nTag-File-Character-Encoding: UTF-8\n"), "bagit-txt");
    EXPECT_EQ(code("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n\n"), "bagit-txt");
    EXPECT_EQ(code("Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n"), "bagit-txt");
    EXPECT_EQ(code("BagIt-Version: 1.1\nTag-File-Character-Encoding: UTF-8\n"), "version");
    EXPECT_EQ(code("BagIt-Version: 1.00\nTag-File-Character-Encoding: UTF-8\n"), "version");
    EXPECT_EQ(code("BagIt-Version: 1.0\nTag-File-Character-Encoding: EBCDIC\n"), "encoding");
    EXPECT_EQ(code(""), "bagit-txt");
}

TEST(BagitTags, bag_info_keeps_order_repeats_and_folds) {
    auto const fields = parse_bag_info("A: 1\nB :2\r\n a\n\tb\nA:\n");
    ASSERT_OK(fields);
    EXPECT_EQ(*fields, (std::vector<InfoField>{{"A", "1"}, {"B", "2 a b"}, {"A", ""}}));
    auto const text = write_bag_info(*fields);
    ASSERT_OK(text);
    EXPECT_EQ(*text, "A: 1\nB: 2 a b\nA: \n");
    EXPECT_ERROR_CODE(parse_bag_info(" a\n"), "bag-info");
    EXPECT_ERROR_CODE(parse_bag_info("abc\n"), "bag-info");
    EXPECT_ERROR_CODE(parse_bag_info(": x\n"), "bag-info");
    EXPECT_ERROR_CODE(write_bag_info({{"A:B", "x"}}), "bag-info");
    EXPECT_ERROR_CODE(write_bag_info({{"A", "x\nB: y"}}), "bag-info");
    EXPECT_ERROR_CODE(write_bag_info({{"", "x"}}), "bag-info");
}

TEST(BagitTags, an_oxum_is_two_numbers) {
    auto const oxum = parse_oxum("18446744073709551615.0");
    ASSERT_OK(oxum);
    EXPECT_EQ(oxum->bytes, UINT64_MAX);
    for (auto const* bad :
         {"", "1", "1.", ".1", "1.2.3", "-1.2", "+1.2", " 1.2", "18446744073709551616.1"}) {
        SCOPED_TRACE(bad);
        EXPECT_ERROR_CODE(parse_oxum(bad), "oxum");
    }
}

TEST(BagitTags, fetch_lines_are_read_and_checked) {
    auto const lines =
        parse_fetch(version_1_0, "https://a/b%20c - data/a b\nhttps://a/d 12 ./data/d%0A\n");
    ASSERT_OK(lines);
    ASSERT_EQ(lines->size(), 2u);
    EXPECT_EQ((*lines)[0].path, "data/a b");
    EXPECT_FALSE((*lines)[0].length.has_value());
    EXPECT_EQ((*lines)[1].length, 12u);
    EXPECT_EQ((*lines)[1].path, "data/d\n");
    EXPECT_ERROR_CODE(parse_fetch(version_1_0, "https://a/b - ../x"), "path");
    EXPECT_ERROR_CODE(parse_fetch(version_1_0, "https://a/b x data/x"), "fetch");
    EXPECT_ERROR_CODE(parse_fetch(version_1_0, "https://a/b -"), "fetch");
    EXPECT_ERROR_CODE(parse_fetch(version_1_0, " - data/x"), "fetch");
}

TEST(BagitText, the_encodings_come_out_as_utf8) {
    auto const utf16 = [](std::string_view text) {
        return to_utf8(Encoding::utf16, as_bytes(text));
    };
    EXPECT_EQ(utf16(std::string_view("\xfe\xff\x00\xe9\x95\xe8\xd8\x3c\xdf\x0d", 10)).value(),
              "\u00e9\u95e8\U0001f30d");
    EXPECT_EQ(utf16(std::string_view("\xff\xfe\xe9\x00", 4)).value(), "\u00e9");
    EXPECT_EQ(utf16(std::string_view("\x00\xe9", 2)).value(), "\u00e9");
    EXPECT_ERROR_CODE(utf16("abc"), "encoding");
    EXPECT_ERROR_CODE(utf16("\xd8\x3c"), "encoding");
    EXPECT_ERROR_CODE(utf16(std::string_view("\xd8\x3c\x00\x41", 4)), "encoding");
    EXPECT_ERROR_CODE(utf16("\xdc\x3c\xdc\x3c"), "encoding");
    EXPECT_EQ(to_utf8(Encoding::latin1, as_bytes("caf\xe9")).value(), "caf\u00e9");
    EXPECT_ERROR_CODE(to_utf8(Encoding::ascii, as_bytes("caf\xe9")), "encoding");
    EXPECT_ERROR_CODE(to_utf8(Encoding::utf8, as_bytes("caf\xe9")), "encoding");
}

TEST(BagitText, every_kind_of_line_end_counts_once) {
    EXPECT_EQ(lines_of("a\r\nb\rc\n\nd"), (std::vector<std::string_view>{"a", "b", "c", "", "d"}));
    EXPECT_TRUE(lines_of("").empty());
}

TEST(BagitPath, loose_names_join_what_file_systems_join) {
    EXPECT_EQ(loose_name("data/N\u00fa\u00f1ez"), loose_name("DATA/Nu\u0301n\u0303ez"));
    EXPECT_NE(loose_name("data/a"), loose_name("data/b"));
    EXPECT_EQ(loose_name("\u95e8"), "\u95e8");
}

}  // namespace
}  // namespace exhibit::bagit
