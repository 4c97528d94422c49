#include "formats/tar/tar.hpp"

#include <algorithm>
#include <random>

#include "formats/tar/collect.hpp"
#include "formats/tar/fields.hpp"
#include "formats/tar/name.hpp"
#include "formats/tar/padme.hpp"
#include "support/shared.hpp"

namespace exhibit::tar {
namespace {

std::vector<std::string> const telling_names = {"a.mp4",
                                                "видео 1.mp4",
                                                "فيديو.mp4",
                                                "line\nbreak",
                                                "tab\there",
                                                std::string(100, 'x'),
                                                std::string(101, 'x'),
                                                std::string(255, 'y'),
                                                "folder/" + std::string(200, 'z'),
                                                "\xff\xfe raw bytes",
                                                "=1 x\n30 path=evil",
                                                "-rf",
                                                " blank ",
                                                "back\\slash"};

// A block with a right checksum, for headers that the writer would never write.
Bytes raw_header(std::string_view name, char type, std::string_view size = "00000000000") {
    auto block = entry_header({"x", 0, 0, 0644, Kind::file}).take();
    std::fill_n(block.begin(), 100, Byte{0});
    std::ranges::copy(as_bytes(name), block.begin());
    std::ranges::copy(as_bytes(size), block.begin() + size_field.at);
    block[type_field.at] = static_cast<Byte>(type);
    return block;
}
Bytes sealed(Bytes block) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", checksum(ByteView(block).first(block_bytes)));
    std::copy_n(digits, 7, block.begin() + checksum_field.at);
    return block;
}
Bytes meta(char type, std::string_view content) {
    char size[13];
    std::snprintf(size, sizeof size, "%011zo", content.size());
    auto out = sealed(raw_header("meta", type, size));
    append(out, content);
    append(out, padding_after(content.size()));
    return out;
}
Bytes operator+(Bytes a, Bytes const& b) {
    append(a, b);
    return a;
}

TEST(Tar, what_is_written_is_read_whatever_the_pieces) {
    for (auto const& name : telling_names) {
        for (std::size_t size : {0u, 1u, 511u, 512u, 513u, 3000u}) {
            Entry const entry{name, size, 1700000000, 0600, Kind::file};
            Bytes const content(size, 'c');
            auto const archive = write_one(entry, content) + end_of_archive();
            for (std::size_t piece : {1u, 7u, 512u, 100000u}) {
                auto const read = read_all(archive, Kinds::files, piece);
                ASSERT_OK(read);
                ASSERT_EQ(read->size(), 1u);
                EXPECT_EQ(read->front().entry, entry) << printable(name);
                EXPECT_EQ(read->front().content, content);
                EXPECT_TRUE(read->front().ended);
            }
        }
    }
}

TEST(Tar, times_and_sizes_past_the_octal_fields_come_back) {
    for (std::int64_t mtime : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1} << 40}) {
        Entry const entry{"a", 5, mtime, 0644, Kind::file};
        auto const read = read_all(write_one(entry, as_bytes("hello")) + end_of_archive());
        ASSERT_OK(read);
        EXPECT_EQ(read->front().entry, entry);
    }
    Collect collect;
    TarReader reader(collect);
    Entry const huge{"huge", octal_size_limit + 1, 0, 0644, Kind::file};
    ASSERT_OK(reader.update(entry_header(huge).take()));
    EXPECT_EQ(collect.all.front().entry, huge);
    EXPECT_ERROR_CODE(reader.finish(), "tar-truncated");
}

TEST(Tar, a_plain_name_costs_one_block_and_others_three) {
    EXPECT_EQ(entry_header({std::string(100, 'x'), 1, 0, 0644, Kind::file}).take().size(), 512u);
    EXPECT_EQ(entry_header({std::string(101, 'x'), 1, 0, 0644, Kind::file}).take().size(), 1536u);
    EXPECT_EQ(entry_header({"видео", 1, 0, 0644, Kind::file}).take().size(), 1536u);
}

TEST(Tar, names_that_cannot_be_written_are_refused) {
    for (auto const& name :
         {std::string(), std::string("a\0b", 3), std::string(4097, 'x'), std::string("a/")}) {
        EXPECT_ERROR_CODE(entry_header({name, 0, 0, 0644, Kind::file}), "tar-name");
    }
}

TEST(Tar, every_cut_is_truncated_and_every_flipped_header_byte_is_seen) {
    auto const archive =
        write_one({"видео", 700, 1, 0644, Kind::file}, Bytes(700, 'v')) + end_of_archive();
    for (std::size_t cut = 0; cut < archive.size(); ++cut) {
        EXPECT_ERROR_CODE(read_all(ByteView(archive).first(cut)), "tar-truncated");
    }
    int flipped = 0;
    for (std::size_t at = 1024; at < 1536; ++at, ++flipped) {
        auto bad = archive;
        bad[at] ^= 0x01;
        EXPECT_FALSE(read_all(bad).ok()) << at;
    }
    EXPECT_EQ(flipped, 512);
}

TEST(Tar, hostile_headers_have_their_own_error) {
    auto const end = end_of_archive();
    auto const file = write_one({"a", 1, 0, 0644, Kind::file}, as_bytes("x"));
    struct Case {
        Bytes archive;
        char const* code;
    };
    auto bad_sum = file;
    bad_sum[0] ^= 1;
    auto gap = file;
    gap[600] = 1;
    auto old = raw_header("v7", '0');
    std::fill_n(old.begin() + magic_field.at, 8, Byte{0});
    std::vector<Case> const cases = {
        {bad_sum + end, "tar-checksum"},
        {sealed(old) + end, "tar-format"},
        {gap + end, "tar-format"},
        {file + Bytes(512, 0) + file, "tar-format"},
        {file + Bytes(512, 0), "tar-truncated"},
        {file, "tar-truncated"},
        {file + end + Bytes(9, 1), "tar-trailing"},
        {sealed(raw_header("link", '2')) + end, "tar-type"},
        {sealed(raw_header("hard", '1')) + end, "tar-type"},
        {sealed(raw_header("dev", '3')) + end, "tar-type"},
        {sealed(raw_header("pipe", '6')) + end, "tar-type"},
        {sealed(raw_header("folder/", '5')) + end, "tar-type"},
        {sealed(raw_header("sparse", 'S')) + end, "tar-sparse"},
        {sealed(raw_header("", '0')) + end, "tar-name"},
        {sealed(raw_header("x", '0', "0000000008x")) + end, "tar-number"},
        {sealed(raw_header("x", '0', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe")) + end,
         "tar-size"},
        {sealed(raw_header("x", '0',
                           std::string_view("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12))) +
             end,
         "tar-size"},
        {sealed(raw_header("x", '0', std::string_view("\x80\1\0\0\0\0\0\0\0\0\0\0", 12))) + end,
         "tar-number"},
        {meta('x', "11 path=ab\n") + end, "tar-order"},
        {meta('x', "11 path=ab\n") + meta('x', "11 path=ab\n") + file + end, "tar-order"},
        {meta('x', "10 path=ab\n") + file + end, "tar-pax"},
        {meta('x', "12 path=ab\n") + file + end, "tar-pax"},
        {meta('x', "011 path=ab\n") + file + end, "tar-pax"},
        {meta('x', "99999999999 path=ab\n") + file + end, "tar-pax"},
        {meta('x', "11 path=ab\n11 path=ab\n") + file + end, "tar-pax"},
        {meta('x', std::string_view("11 path=a\0\n", 11)) + file + end, "tar-name"},
        {meta('x', "9 path=\n") + file + end, "tar-pax"},
        {meta('x', "8 path=\n") + file + end, "tar-name"},
        {meta('x', "9 size=01\n") + file + end, "tar-pax"},
        {meta('x', "10 size=-1\n") + file + end, "tar-pax"},
        {meta('x', "28 size=18446744073709551615\n") + file + end, "tar-pax"},
        {meta('x', "29 size=18446744073709551615\n") + file + end, "tar-size"},
        {meta('x', "22 GNU.sparse.major=1\n") + file + end, "tar-sparse"},
        {meta('x', std::string(pax_limit + 1, 'x')) + file + end, "tar-pax"},
        {meta('x', "") + file + end, "tar-pax"},
        {meta('g', "11 path=ab\n") + file + end, "tar-pax"},
        {meta('x', "11 path=ab\n") + meta('g', "13 comment=a\n") + file + end, "tar-order"},
        {meta('L', "no end") + file + end, "tar-name"},
        {meta('L', std::string_view("a\0b\0", 4)) + file + end, "tar-name"},
        {meta('K', std::string_view("a\0", 2)) + file + end, "tar-type"},
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        SCOPED_TRACE(i);
        EXPECT_ERROR_CODE(read_all(cases[i].archive), cases[i].code);
    }
    std::printf("tar: %zu hostile archives refused\n", cases.size());
}

TEST(Tar, folders_are_read_only_when_asked_for) {
    auto const archive = sealed(raw_header("folder/", '5')) + end_of_archive();
    auto const read = read_all(archive, Kinds::files_and_folders);
    ASSERT_OK(read);
    EXPECT_EQ(read->front().entry.kind, Kind::folder);
    EXPECT_EQ(read->front().entry.name, "folder");
}

TEST(Tar, comments_and_gnu_long_names_are_read) {
    auto const file = write_one({"short", 1, 0, 0644, Kind::file}, as_bytes("x"));
    auto const read =
        read_all(meta('g', "16 comment=hello\n") + meta('L', std::string(300, 'n') + '\0') + file +
                 end_of_archive() + Bytes(9 * 1024, 0));
    EXPECT_FALSE(read.ok());  // "16 comment=hello\n" has 17 bytes
    auto const good =
        read_all(meta('g', "17 comment=hello\n") + meta('L', std::string(300, 'n') + '\0') + file +
                 end_of_archive() + Bytes(9 * 1024, 0));
    ASSERT_OK(good);
    EXPECT_EQ(good->front().entry.name, std::string(300, 'n'));
}

TEST(Tar, the_error_of_the_handler_ends_the_reading) {
    struct Full final : Handler {
        Outcome on_entry(Entry const&) override { return {}; }
        Outcome on_data(ByteView) override { return world_error("disk full").coded("full"); }
        Outcome on_end_of_entry() override { return {}; }
    } full;
    TarReader reader(full);
    EXPECT_ERROR_CODE(reader.update(write_one({"a", 1, 0, 0644, Kind::file}, as_bytes("x"))),
                      "full");
}

TEST(TarName, safe_names_pass_unchanged) {
    for (auto const& name : telling_names) {
        auto const safe = safe_relative_name(name);
        ASSERT_OK(safe);
        EXPECT_EQ(*safe, name);
    }
    EXPECT_EQ(safe_relative_name("./a/b").take(), "a/b");
    EXPECT_EQ(safe_relative_name("...").take(), "...");
}

TEST(TarName, names_that_leave_the_folder_are_refused) {
    for (std::string const& name :
         {std::string(), std::string("/"), std::string("/etc/passwd"), std::string(".."),
          std::string("a/../b"), std::string("a//b"), std::string("a/"), std::string("."),
          std::string("././a"), std::string(".//a"), std::string("a/."), std::string("a\0b", 3),
          std::string(256, 'x'), std::string("./")}) {
        EXPECT_ERROR_CODE(safe_relative_name(name), "tar-name");
    }
}

TEST(TarName, printable_shows_what_would_mislead) {
    EXPECT_EQ(printable("видео فيديو 影片.mp4"), "видео فيديو 影片.mp4");
    EXPECT_EQ(printable("a\nb\tc\x1b[31m"), "a\\nb\\tc\\x1b[31m");
    EXPECT_EQ(printable("\xff\xc0\xaf"), "\\xff\\xc0\\xaf");
    EXPECT_EQ(printable("a\u202egpj.exe"), "a\\u{202e}gpj.exe");
    EXPECT_EQ(printable("a\\nb"), "a\\\\nb");
    EXPECT_EQ(printable("می\u200cخواهم"), "می\u200cخواهم");
}

// Straight from the paper: all but the S highest bits below the leading one are rounded up.
std::uint64_t dumb_padme(std::uint64_t size) {
    unsigned exponent = 0;
    while ((size >> exponent) > 1) ++exponent;
    unsigned kept = 1;
    while ((exponent >> kept) > 0) ++kept;
    std::uint64_t step = 1;
    for (unsigned i = kept; i < exponent; ++i) step *= 2;
    return (size + step - 1) / step * step;
}

TEST(Padme, agrees_with_the_paper_and_costs_at_most_twelve_percent) {
    EXPECT_EQ(padme(9, 2), 10u);  // example of the paper: L = 9 gives 10
    std::mt19937_64 random(5);
    for (int i = 0; i < 20000; ++i) {
        auto const size = (random() >> (random() % 62 + 2)) + 2;
        if (size > size_limit) continue;
        auto const padded = padme(size, 2);
        EXPECT_EQ(padded, dumb_padme(size));
        EXPECT_EQ(padme(padded, 2), padded);
        EXPECT_LE(static_cast<double>(padded), 1.12 * static_cast<double>(size) + 1);
    }
    EXPECT_EQ(padme(0), 65536u);
    EXPECT_EQ(padme(65537), 65536u + 2048);
}

TEST(Padme, the_padding_entry_brings_the_whole_tar_to_the_size) {
    std::mt19937_64 random(6);
    for (int i = 0; i < 5000; ++i) {
        auto const written = (random() >> (6 + random() % 50)) / 512 * 512;
        auto const padding = padding_entry(written);
        if (written > size_limit / 2) {
            EXPECT_FALSE(padding.ok());
            continue;
        }
        ASSERT_OK(padding);
        auto const total = written + padding->header.size() + padding->content_bytes +
                           padding_bytes_after(padding->content_bytes) + end_bytes;
        EXPECT_EQ(total, padding->total_bytes);
        EXPECT_EQ(padme(total), total);
        EXPECT_EQ(padding->content_bytes % 512, 0u);
        EXPECT_GE(total, 65536u);
    }
}

TEST(Padme, a_package_with_padding_is_read_back) {
    auto archive = write_one({"a.mp4", 70000, 1, 0600, Kind::file}, Bytes(70000, 'm'));
    auto const padding = padding_entry(archive.size()).take();
    append(archive, padding.header);
    archive.resize(archive.size() + padding.content_bytes);
    append(archive, end_of_archive());
    EXPECT_EQ(archive.size(), padding.total_bytes);
    auto const read = read_all(archive);
    ASSERT_OK(read);
    ASSERT_EQ(read->size(), 2u);
    EXPECT_EQ(read->back().entry.name, ".padding");
}

}  // namespace
}  // namespace exhibit::tar
