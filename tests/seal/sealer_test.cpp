// What a sealed exhibit is, seen with other people's programs and with a second computation.
#include "seal/sealer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "../release/release_case.hpp"
#include "case/package_names.hpp"
#include "case/statement.hpp"
#include "formats/torrent/piece_tree.hpp"
#include "seal/package.hpp"

namespace exhibit::seal {
namespace {

using test::ReleaseCase;
using test::sealed_at;

struct Sealer : ::testing::Test {
    ReleaseCase made;
    CaseFolder folder = made.open_case();
    Path exhibits() const { return made.case_path() / "exhibits"; }
    Bytes cipher(ExhibitNumber number) const {
        return read_file(folder.exhibit_file(number, ".age"), 1 << 26).take();
    }
    SealStatement statement(ExhibitNumber number) const {
        return SealStatement::parse(
                   read_text_file(folder.exhibit_file(number, ".sd-jwt"), 1 << 20).take())
            .take();
    }
    // Debian's age and tar, in a fresh folder.
    Path unpack(ExhibitNumber number) {
        auto const out = made.folder / ("unpacked-" + show(number));
        std::filesystem::create_directories(out);
        EXPECT_OK(replace_file(made.folder / "key.txt", made.case_key.text().reveal()));
        auto const opened = test::run({"age", "-d", "-i", (made.folder / "key.txt").string(), "-o",
                                       (out / "package.tar").string(),
                                       folder.exhibit_file(number, ".age").string()});
        EXPECT_EQ(opened.code, 0) << opened.err;
        auto const ran =
            test::run({"tar", "-xf", (out / "package.tar").string(), "-C", out.string()});
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_EQ(ran.err, "");
        return out;
    }
};

TEST_F(Sealer, age_and_tar_give_back_the_original_and_all_that_belongs_to_it) {
    NEEDS_PROGRAM("age");
    auto const sealed = made.seal_text("from the roof.mp4", std::string(300'000, 'x') + "end");
    auto const out = unpack(sealed.record.number);
    EXPECT_EQ(read_text_file(out / "from the roof.mp4", 1 << 20).take(),
              std::string(300'000, 'x') + "end");
    for (auto const* name : {"disclosures.json", "exhibit-certificate.json",
                             "device-certificate.age", "policy.age", ".padding"}) {
        EXPECT_TRUE(is_there(out / name)) << name;
    }
    // The device could not have written these: it cannot even read them.
    auto const key = (made.folder / "key.txt").string();
    auto const policy = test::run({"age", "-d", "-i", key, (out / "policy.age").string()});
    EXPECT_EQ(policy.out, write_envelope(*made.signed_policy));
}

TEST_F(Sealer,
       the_statement_says_the_tree_and_size_of_the_file_on_disk_and_nothing_of_its_content) {
    auto const sealed = made.seal_text("unique-name-7731.mp4", "unique content 7731");
    auto const bytes = cipher(sealed.record.number);
    torrent::PieceTree tree;
    tree.update(bytes);
    auto const said = statement(sealed.record.number);
    EXPECT_EQ(said.claims.root, CipherRoot(tree.finish().root));
    EXPECT_EQ(said.claims.size_bytes, bytes.size());
    auto const text =
        read_text_file(folder.exhibit_file(sealed.record.number, ".sd-jwt"), 1 << 20).take();
    auto const record =
        read_text_file(folder.exhibit_file(sealed.record.number, ".json"), 1 << 20).take();
    auto const digest = sha256(as_bytes("unique content 7731"));
    for (auto const& open : {text, record}) {
        EXPECT_EQ(open.find("7731"), std::string::npos);
        EXPECT_EQ(open.find(to_hex(digest)), std::string::npos);
        EXPECT_EQ(open.find(to_base64(digest)), std::string::npos);
    }
}

TEST_F(Sealer, sizes_that_differ_a_little_are_the_same_from_outside) {
    auto const one = made.seal_text("a", std::string(201'500, 'a'));
    auto const two = made.seal_text("a much longer name than that.mp4", std::string(202'400, 'b'));
    EXPECT_EQ(one.record.size_bytes, two.record.size_bytes);
}

TEST_F(Sealer, a_file_that_shrank_is_an_error_and_leaves_nothing) {
    auto const file = made.folder / "shrinks.mp4";
    ASSERT_OK(replace_file(file, std::string(8 << 20, 's')));
    SealOptions options;
    bool cut = false;
    options.progress = [&](std::uint64_t, std::uint64_t) {
        if (!cut) { ASSERT_EQ(::truncate(file.c_str(), 4 << 20), 0); }
        cut = true;
    };
    EXPECT_ERROR_CODE(seal_file(folder, file, options, sealed_at), "changed");
    EXPECT_TRUE(std::filesystem::is_empty(exhibits()));
}

TEST_F(Sealer, a_pipe_comes_back_in_parts_that_join) {
    NEEDS_PROGRAM("age");
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    std::string content;
    std::mt19937_64 random(5);
    for (int i = 0; i < 9'000'000; ++i) content.push_back(static_cast<char>('a' + random() % 26));
    std::thread writer([&] {
        EXPECT_OK(write_all(ends[1], as_bytes(content), "pipe"));
        close(ends[1]);
    });
    auto const sealed = seal_stream(folder, ends[0], "sound.wav", {}, sealed_at, {});
    writer.join();
    close(ends[0]);
    ASSERT_OK(sealed);
    EXPECT_EQ(sealed->parts, 3u);
    auto const out = unpack(sealed->record.number);
    std::string joined;
    for (unsigned i = 0; i < sealed->parts; ++i)
        joined += read_text_file(out / package_part_name("sound.wav", i), 8 << 20).take();
    EXPECT_TRUE(joined == content);
}

TEST_F(Sealer, a_recording_that_comes_fast_is_made_safe_while_it_runs) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    // 10 MB/s: each part is full long before its two seconds are over.
    std::thread writer([&] {
        std::string const piece(2'000'000, 'v');
        for (int i = 0; i < 25; ++i) {
            EXPECT_OK(write_all(ends[1], as_bytes(piece), "pipe"));
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        }
        close(ends[1]);
    });
    auto const sealed = seal_stream(folder, ends[0], "video.mkv", {}, sealed_at, {});
    writer.join();
    close(ends[0]);
    ASSERT_OK(sealed);
    EXPECT_EQ(sealed->original_bytes, 50'000'000u);
    EXPECT_GE(sealed->made_safe, 2u);
}

TEST_F(Sealer, recover_takes_away_what_is_half_made_and_keeps_a_recording) {
    auto const whole = made.seal_text("whole.txt", "whole");
    ASSERT_OK(replace_file(exhibits() / ".0002.age.part", std::string("half")));
    ASSERT_OK(replace_file(exhibits() / "0003.age", std::string("no record names me")));
    ASSERT_OK(replace_file(exhibits() / "0004.growing", std::string("bytes of a recording")));
    auto const kept = recover(folder);
    ASSERT_OK(kept);
    ASSERT_EQ(kept->size(), 1u);
    EXPECT_EQ(show(kept->front().number), "0004");
    EXPECT_FALSE(kept->front().statement);
    EXPECT_FALSE(is_there(exhibits() / ".0002.age.part"));
    EXPECT_FALSE(is_there(exhibits() / "0003.age"));
    EXPECT_EQ(read_text_file(exhibits() / "0004.age", 100).take(), "bytes of a recording");
    EXPECT_TRUE(is_there(folder.exhibit_file(whole.record.number, ".age")));
    // Nothing is left to do the second time.
    EXPECT_TRUE(recover(folder)->empty());
    EXPECT_EQ(show(folder.next_number().take()), "0005");
}

}  // namespace
}  // namespace exhibit::seal
