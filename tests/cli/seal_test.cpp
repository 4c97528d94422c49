// Sealing what people point at: odd names, pipes, files that change, disks that fill.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "known_key.hpp"

namespace exhibit::test {
namespace {

struct SealCommand : ::testing::Test, KnownDevice {};

TEST_F(SealCommand, a_missing_file_seals_nothing) {
    auto const there = folder / "there.jpg";
    put(there, "here");
    auto const ran = seal({there.string(), (folder / "missing.jpg").string()});
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.err.find("missing.jpg"), std::string::npos);
    EXPECT_NE(ran.err.find("nothing was sealed"), std::string::npos);
    EXPECT_FALSE(is_there(exhibits / "0002.json"));
    one_object(ran.out);
}

TEST_F(SealCommand, any_name_comes_back_as_it_was) {
    std::vector<std::string> names = {"Видео 1.mp4",
                                      "视频.mov",
                                      "صورة.jpg",
                                      "פלא\u202egpj.exe",
                                      "new\nline.txt",
                                      "-n",
                                      "--note",
                                      std::string(255, 'x'),
                                      "a\\b.txt",
                                      "tab\there",
                                      "\x01\x02",
                                      "caf\xe9 latin1.jpg",
                                      " ",
                                      "~",
                                      "*",
                                      "disclosures.json",
                                      ".padding",
                                      ".padding2",
                                      "exhibit-certificate.json",
                                      "device-certificate.age",
                                      "policy.age",
                                      "..hidden",
                                      "...",
                                      "a.part-000001"};
    auto const odd = folder / "odd";
    std::filesystem::create_directories(odd / "deep" / "er");
    for (auto const& name : names) put(odd / name, "content of " + name);
    put(odd / "deep" / "er" / "last.txt", "content of last.txt");
    std::filesystem::create_symlink("deep/er/last.txt", odd / "a-link");
    ASSERT_EQ(mkfifo((odd / "a-fifo").c_str(), 0600), 0);

    auto const ran = seal({odd.string()});
    ASSERT_EQ(ran.code, 0) << ran.err;
    auto const list = one_object(ran.out)["exhibits"];
    ASSERT_EQ(list.size(), names.size() + 1)
        << "regular files only; links and pipes in folders are passed over";
    std::set<std::string> seen;
    for (auto const& one : list) {
        auto const [name, content] = opened(one["number"]);
        // What lies in the tar may be renamed; the content says what it was.
        EXPECT_TRUE(content.starts_with("content of ")) << content;
        seen.insert(content.substr(11));
        if (content.substr(11) != name)
            std::printf("  %s is opened as %s\n",
                        Json(content.substr(11))
                            .dump(-1, ' ', true, Json::error_handler_t::replace)
                            .c_str(),
                        Json(name).dump(-1, ' ', true, Json::error_handler_t::replace).c_str());
    }
    names.push_back("last.txt");
    EXPECT_EQ(seen, std::set<std::string>(names.begin(), names.end()));
    // Plain lines stay lines, whatever the name.
    auto const plain = run({program, "--dir", dir.string(), "seal",
                            (odd / "new\nline.txt").string(), (odd / "\x01\x02").string()});
    EXPECT_EQ(plain.code, 0);
    EXPECT_EQ(plain.out.find('\x01'), std::string::npos);
    EXPECT_EQ(count_lines(plain.out), 4u) << plain.out;
}

TEST_F(SealCommand, a_leading_dash_and_double_dots_are_what_they_are) {
    auto const here = folder / "here";
    std::filesystem::create_directories(here / "below");
    put(here / "-rf", "minus");
    put(here / "b.txt", "b");
    auto ran = run({program, "--dir", dir.string(), "--json", "seal", "--", "-rf"}, {}, here);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(opened("0002").second, "minus");
    ran = run({program, "--dir", dir.string(), "--json", "seal", ".."}, {}, here / "below");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(one_object(ran.out)["exhibits"].size(), 2u);
    for (auto const* name : {"..", ".", "", "a/b", "../../etc/passwd"}) {
        auto const piped = seal({"--name", name, "-"}, as_bytes("x"));
        EXPECT_NE(piped.code, 0) << name;
        one_object(piped.out);
    }
    EXPECT_EQ(seal({"-"}, as_bytes("x")).code, 2) << "a pipe needs a name";
    EXPECT_EQ(leftovers(), 0u);
}

TEST_F(SealCommand, a_symlink_that_was_named_is_its_file_and_a_fifo_does_not_hang) {
    put(folder / "target.txt", "the target");
    std::filesystem::create_symlink(folder / "target.txt", folder / "link.txt");
    std::filesystem::create_symlink(folder / "gone.txt", folder / "dangling.txt");
    EXPECT_EQ(seal({(folder / "link.txt").string()}).code, 0);
    EXPECT_EQ(opened("0002").second, "the target");
    auto const dangling = seal({(folder / "dangling.txt").string()});
    EXPECT_NE(dangling.code, 0);
    EXPECT_NE(dangling.err.find("dangling.txt"), std::string::npos);
    auto const fifo = folder / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    auto const ran = run({"timeout", "5", program, "--dir", dir.string(), "seal", fifo.string()});
    EXPECT_EQ(ran.code, 2) << ran.err;
    EXPECT_NE(ran.err.find("exhibit seal --name NAME -"), std::string::npos) << ran.err;
    EXPECT_EQ(seal({"/dev/zero"}).code, 2);
    EXPECT_EQ(leftovers(), 0u);
}

TEST_F(SealCommand, an_empty_file_and_an_empty_pipe) {
    put(folder / "empty.mov", "");
    EXPECT_EQ(seal({(folder / "empty.mov").string()}).code, 0);
    auto const [name, content] = opened("0002");
    EXPECT_EQ(name, "empty.mov");
    EXPECT_EQ(content, "");
    auto const piped = seal({"--name", "nothing.wav", "-"});
    EXPECT_EQ(piped.code, 0) << piped.err;
    EXPECT_EQ(leftovers(), 0u);
}

// Writes at the end of a file while it is sealed.
class Writer {
public:
    explicit Writer(Path const& file)
        : thread_([file](std::stop_token const& stop) {
              int const fd = ::open(file.c_str(), O_WRONLY | O_APPEND);
              std::string const more(40'000, '+');
              std::uint64_t written = 0;
              while (!stop.stop_requested() && written < 60'000'000) {
                  written += static_cast<std::uint64_t>(
                      std::max<ssize_t>(0, write(fd, more.data(), more.size())));
                  std::this_thread::sleep_for(std::chrono::microseconds(200));
              }
              ::close(fd);
          }) {}

private:
    std::jthread thread_;
};

TEST_F(SealCommand, a_file_that_grows_while_it_is_read_is_sealed_with_what_it_grew_by) {
    auto const file = folder / "growing.mp4";
    put(file, footage(20'000'000, 1));
    Ran ran;
    {
        Writer const writer(file);
        ran = seal({file.string()});
    }
    ASSERT_EQ(ran.code, 0) << ran.err;
    auto const size = one_object(ran.out)["exhibits"][0]["original_bytes"].get<std::size_t>();
    auto const after = slurp(file);
    EXPECT_GE(size, 20'000'000u);
    EXPECT_EQ(opened("0002").second, after.substr(0, size));
    std::printf("grew by %zu bytes while it was sealed\n", size - 20'000'000);
}

TEST_F(SealCommand, a_file_that_shrinks_while_it_is_read_is_an_error_that_leaves_nothing) {
    auto const file = folder / "shrinking.mp4";
    auto const has_begun = [&] {
        for (auto const& entry : std::filesystem::directory_iterator(exhibits)) {
            if (entry.path().filename().string().starts_with(".")) return true;
        }
        return false;
    };
    int failed = 0;
    for (int i = 0; i < 5 && failed == 0; ++i) {
        put(file, footage(100'000'000, 2));
        Background sealing({program, "--dir", dir.string(), "seal", file.string()},
                           {.out = folder / "out", .err = folder / "err", .third = {}, .in = {}});
        for (int tries = 0; tries < 100'000 && !has_begun(); ++tries) {}
        std::filesystem::resize_file(file, 1'000);
        failed = sealing.wait();
    }
    ASSERT_EQ(failed, 1);
    auto const text = slurp(folder / "err");
    EXPECT_NE(text.find("shrinking.mp4"), std::string::npos) << text;
    EXPECT_NE(text.find("exhibit: safe: "), std::string::npos) << text;
    EXPECT_EQ(leftovers(), 0u);
}

TEST_F(SealCommand, a_pipe_is_cut_into_parts_and_comes_back_in_one) {
    auto const sound = footage(9'500'000, 3);
    auto ran = seal({"--name", "disclosures.json", "-"}, as_bytes(sound));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(one_object(ran.out)["exhibits"][0]["original_bytes"], sound.size());
    EXPECT_EQ(opened("0002").second, sound);
    // A pause of more than two seconds closes a part: what came before it is on the disk.
    put(folder / "a", sound.substr(0, 100'001));
    put(folder / "b", sound.substr(100'001, 300'000));
    auto const growing = exhibits / "0003.growing";
    std::jthread const watch([&] {
        sleep_ms(2900);
        std::error_code gone;
        EXPECT_GE(std::filesystem::file_size(growing, gone), 100'001u);
    });
    ran =
        run({"sh", "-c",
             "(cat " + (folder / "a").string() + "; sleep 3.2; cat " + (folder / "b").string() +
                 ") | " + program + " --dir " + dir.string() + " --json seal --name market.wav -"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(opened("0003"),
              (std::pair<std::string, std::string>("market.wav", sound.substr(0, 400'001))));
    EXPECT_EQ(leftovers(), 0u);
}

// What cannot be sealed must not keep back what comes after it.
TEST_F(SealCommand, one_that_cannot_be_sealed_is_told_and_the_others_are_sealed) {
    put(folder / "a.txt", "a");
    put(folder / "c.txt", "c");
    ASSERT_EQ(mkfifo((folder / "b.txt").c_str(), 0600), 0);
    auto const ran = seal(
        {(folder / "a.txt").string(), (folder / "b.txt").string(), (folder / "c.txt").string()});
    EXPECT_NE(ran.code, 0);
    EXPECT_NE(ran.out.find("1 not sealed"), std::string::npos) << ran.out << ran.err;
    EXPECT_EQ(opened("0002").second, "a");
    EXPECT_EQ(opened("0003").second, "c");
    EXPECT_EQ(leftovers(), 0u);
}

TEST_F(SealCommand, what_is_said_about_a_recording_is_checked_before_its_first_byte) {
    Path const fifo = folder / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    int const end = ::open(fifo.c_str(), O_RDWR);
    Background recording(
        {program, "--dir", dir.string(), "seal", "--name", "a.wav", "--note", "caf\xe9", "-"},
        {.out = {}, .err = {}, .third = {}, .in = fifo});
    EXPECT_EQ(recording.wait(), 2) << "it does not wait for the recording";
    EXPECT_FALSE(is_there(exhibits / "0002.growing"));
    ::close(end);
}

TEST_F(SealCommand, a_second_process_is_told_to_wait) {
    Path const fifo = folder / "fifo";
    ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
    int const end = ::open(fifo.c_str(), O_RDWR);  // so that nobody waits to open it
    Background recording({program, "--dir", dir.string(), "seal", "--name", "a.wav", "-"},
                         {.out = {}, .err = {}, .third = {}, .in = fifo});
    for (int i = 0; i < 400 && !is_there(exhibits / "0002.growing"); ++i) sleep_ms(5);
    put(folder / "b.txt", "b");
    auto const ran = seal({(folder / "b.txt").string()});
    EXPECT_NE(ran.code, 0);
    EXPECT_EQ(one_object(ran.out)["error"]["code"], "busy");
    // Ctrl-C ends a recording; it does not lose it.
    ASSERT_EQ(write(end, "sound", 5), 5);
    sleep_ms(300);
    recording.signal(SIGINT);
    EXPECT_EQ(recording.wait(), 0);
    EXPECT_EQ(opened("0002").second, "sound");
    ::close(end);
}

TEST_F(SealCommand, a_full_disk_says_so_leaves_nothing_and_works_again_when_there_is_space) {
    auto const small = folder / "small";
    std::filesystem::create_directories(small);
    if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=8m") != 0)
        GTEST_SKIP() << "NOT RUN: mounting a tmpfs needs root";
    struct Unmount {
        Path path;
        ~Unmount() { umount2(path.c_str(), MNT_DETACH); }
    } const unmount{small};
    known.copy_to(small / "device");
    auto const there = small / "device" / "known" / "exhibits";
    put(folder / "video.mp4", footage(20'000'000, 4));
    auto const before = std::distance(std::filesystem::directory_iterator(there), {});
    auto ran = run(
        {program, "--dir", (small / "device").string(), "seal", (folder / "video.mp4").string()});
    EXPECT_EQ(ran.code, 3);
    EXPECT_EQ(count_lines(ran.err), 3u) << ran.err;
    EXPECT_NE(ran.err.find("exhibit: error: "), std::string::npos);
    EXPECT_NE(ran.err.find("exhibit: safe: "), std::string::npos);
    EXPECT_NE(ran.err.find("exhibit: hint: free some space"), std::string::npos) << ran.err;
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(there), {}), before);
    EXPECT_EQ(slurp(folder / "video.mp4").size(), 20'000'000u);

    // Every amount of space that is almost enough: either whole or nothing.
    put(folder / "photo.jpg", footage(200'000, 5));
    int sealed = 0, refused = 0;
    for (std::uint64_t spare = 0; spare < 400'000; spare += 16'384) {
        std::filesystem::remove(small / "filler");
        auto const free = std::filesystem::space(small).available;
        put(small / "filler", std::string(free > spare ? free - spare : 0, 'f'));
        auto const count = std::distance(std::filesystem::directory_iterator(there), {});
        ran = run({program, "--dir", (small / "device").string(), "--json", "seal",
                   (folder / "photo.jpg").string()});
        auto const now = std::distance(std::filesystem::directory_iterator(there), {});
        if (ran.code == 0) {
            ++sealed;
            EXPECT_EQ(now, count + 3);
        } else {
            ++refused;
            EXPECT_EQ(ran.code, 3) << ran.err;
            EXPECT_EQ(now, count) << "with " << spare << " bytes free: " << ran.err;
        }
    }
    std::printf("full disk: %d refused, %d sealed\n", refused, sealed);
    EXPECT_GT(refused, 3);
    EXPECT_GT(sealed, 3);

    // A recording: what fitted is kept as unfinished.
    std::filesystem::remove(small / "filler");
    ran = run({program, "--dir", (small / "device").string(), "seal", "--name", "long.wav", "-"},
              as_bytes(footage(12'000'000, 6)));
    EXPECT_EQ(ran.code, 3);
    EXPECT_EQ(count_lines(ran.err), 3u) << ran.err;
    std::filesystem::copy(small / "device", folder / "moved",
                          std::filesystem::copy_options::recursive);
    ran = run(
        {program, "--dir", (folder / "moved").string(), "seal", (folder / "photo.jpg").string()});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("kept: a recording that was cut off"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace exhibit::test
