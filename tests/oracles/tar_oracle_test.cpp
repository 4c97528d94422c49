// GNU tar and python's tarfile read what we wrote, and we read what they wrote.
#include <algorithm>
#include <filesystem>

#include "formats/tar/collect.hpp"
#include "formats/tar/padme.hpp"
#include "support/shared.hpp"

namespace exhibit::tar {
namespace {

using test::run;

std::vector<std::string> const telling_names = {"a.mp4",
                                                "видео 1.mp4",
                                                "فيديو.mp4",
                                                "影片.mp4",
                                                "line\nbreak.txt",
                                                "tab\t",
                                                std::string(100, 'x'),
                                                std::string(101, 'x'),
                                                std::string(255, 'y'),
                                                "sub/" + std::string(200, 'z'),
                                                "=1 x\n30 path=evil",
                                                " blank ",
                                                "back\\slash",
                                                ".hidden"};

Bytes content_of(std::size_t i) { return Bytes(i * 397, static_cast<Byte>('a' + i % 26)); }

Bytes our_archive() {
    Bytes out;
    for (std::size_t i = 0; i < telling_names.size(); ++i) {
        auto const content = content_of(i);
        append(out, write_one({telling_names[i], content.size(), 1700000000, 0640, Kind::file},
                              content));
    }
    auto const padding = padding_entry(out.size()).take();
    append(out, padding.header);
    out.resize(out.size() + padding.content_bytes);
    append(out, end_of_archive());
    return out;
}

void expect_our_files(Path const& folder) {
    int same = 0;
    for (std::size_t i = 0; i < telling_names.size(); ++i) {
        auto const read = read_file(folder / telling_names[i], 1 << 20);
        ASSERT_OK(read);
        EXPECT_EQ(*read, content_of(i)) << i;
        ++same;
    }
    std::printf("tar oracle: %d of %zu names and contents\n", same, telling_names.size());
}

TEST(TarOracle, gnu_tar_extracts_what_we_wrote) {
    NEEDS_PROGRAM("tar");
    test::TemporaryFolder folder;
    auto const ran = run({"tar", "x", "-C", folder.path().string()}, our_archive());
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.err, "");
    expect_our_files(folder.path());
}

TEST(TarOracle, python_extracts_what_we_wrote) {
    NEEDS_PROGRAM("python3");
    test::TemporaryFolder folder;
    auto const ran = run({"/usr/bin/python3", "-c",
                          "import sys,tarfile\n"
                          "t=tarfile.open(fileobj=sys.stdin.buffer,mode='r|')\n"
                          "t.extractall(sys.argv[1])",
                          folder.path().string()},
                         our_archive());
    ASSERT_EQ(ran.code, 0) << ran.err;
    expect_our_files(folder.path());
}

// A name that is no UTF-8 (older cameras, other code pages) says hdrcharset=BINARY, as POSIX wants.
TEST(TarOracle, names_of_raw_bytes_survive_other_programs) {
    NEEDS_PROGRAM("tar");
    std::string const name = "caf\xe9.jpg";
    auto archive = write_one({name, 3, 0, 0644, Kind::file}, as_bytes("abc"));
    append(archive, end_of_archive());
    test::TemporaryFolder folder;
    auto const ran = run({"tar", "x", "-C", folder.path().string()}, archive);
    EXPECT_EQ(ran.code, 0)
        << ran.err;  // GNU tar 1.34 says that it ignores the keyword, and is right to
    EXPECT_TRUE(std::filesystem::exists(folder.path() / name));
    auto const listed =
        run({"/usr/bin/python3", "-c",
             "import sys,tarfile\n"
             "t=tarfile.open(fileobj=sys.stdin.buffer,mode='r|')\n"
             "sys.stdout.buffer.write(t.next().name.encode('utf-8','surrogateescape'))"},
            archive);
    EXPECT_EQ(listed.out, name) << listed.err;
}

// Only the header is given: both programs say the size before they miss the content.
TEST(TarOracle, gnu_tar_reads_a_size_past_eight_gibibytes) {
    NEEDS_PROGRAM("tar");
    std::uint64_t const size = (std::uint64_t{9} << 30) + 5;
    auto const header = entry_header({"huge.mov", size, 0, 0644, Kind::file}).take();
    auto const ran = run({"tar", "tv"}, header);
    EXPECT_NE(ran.out.find(std::to_string(size)), std::string::npos) << ran.out << ran.err;
}

void expect_read(Bytes const& archive, std::string const& by, std::size_t least_files) {
    auto const read = read_all(archive, Kinds::files_and_folders);
    ASSERT_TRUE(read.ok()) << by << ": " << read.error().what << " " << read.error().where;
    std::size_t files = 0;
    for (auto const& one : *read) {
        if (one.entry.kind == Kind::folder) continue;
        auto name = one.entry.name.starts_with("./") ? one.entry.name.substr(2) : one.entry.name;
        auto const found = std::ranges::find(telling_names, name);
        ASSERT_NE(found, telling_names.end()) << by << ": " << name;
        EXPECT_EQ(one.content, content_of(static_cast<std::size_t>(found - telling_names.begin())))
            << by;
        EXPECT_EQ(one.entry.mtime, 1700000000) << by;
        ++files;
    }
    EXPECT_GE(files, least_files) << by;
    std::printf("tar oracle, %s: %zu files read\n", by.c_str(), files);
}

// The files are laid out by GNU tar itself from our archive, so that all have the same names and
// times.
TEST(TarOracle, we_read_what_gnu_tar_wrote) {
    NEEDS_PROGRAM("tar");
    test::TemporaryFolder folder;
    ASSERT_EQ(
        run({"tar", "x", "--exclude=.padding", "-C", folder.path().string()}, our_archive()).code,
        0);
    for (std::string const format : {"posix", "ustar", "gnu"}) {
        std::vector<std::string> command = {"tar", "c", "--format=" + format, "-C",
                                            folder.path().string()};
        if (format == "ustar") {
            command.push_back("--exclude=" + std::string(101, 'x'));
            command.push_back("--exclude=" + std::string(255, 'y'));
            command.push_back("--exclude=" + std::string(200, 'z'));
        }
        command.push_back(".");
        auto const ran = run(command);
        ASSERT_EQ(ran.code, 0) << ran.err;
        expect_read(to_bytes(ran.out), "GNU tar " + format,
                    telling_names.size() - (format == "ustar" ? 3 : 0));
    }
}

TEST(TarOracle, we_read_what_python_wrote) {
    NEEDS_PROGRAM("python3");
    test::TemporaryFolder folder;
    ASSERT_EQ(
        run({"tar", "x", "--exclude=.padding", "-C", folder.path().string()}, our_archive()).code,
        0);
    for (std::string const format : {"PAX_FORMAT", "GNU_FORMAT"}) {
        auto const ran = run({"/usr/bin/python3", "-c",
                              "import sys,tarfile\n"
                              "t=tarfile.open(fileobj=sys.stdout.buffer,mode='w|',format=getattr("
                              "tarfile,sys.argv[2]))\n"
                              "t.add(sys.argv[1],arcname='.')\nt.close()",
                              folder.path().string(), format});
        ASSERT_EQ(ran.code, 0) << ran.err;
        expect_read(to_bytes(ran.out), "python " + format, telling_names.size());
    }
}

TEST(TarOracle, links_made_by_gnu_tar_are_refused) {
    NEEDS_PROGRAM("tar");
    test::TemporaryFolder folder;
    std::filesystem::create_symlink("/etc/passwd", folder / "evil");
    auto const ran = run({"tar", "c", "-C", folder.path().string(), "evil"});
    EXPECT_ERROR_CODE(read_all(to_bytes(ran.out)), "tar-type");
}

}  // namespace
}  // namespace exhibit::tar
