// libtorrent checks a release by the torrent that we wrote, and we read a torrent that it makes.
#include <filesystem>

#include "base/random.hpp"
#include "formats/torrent/torrent.hpp"
#include "support/shared.hpp"

namespace exhibit::torrent {
namespace {

struct OnDisk {
    std::vector<std::string> path;
    std::size_t size;
};
std::vector<OnDisk> const release = {{{"a.bin"}, 0},
                                     {{"b.bin"}, 1},
                                     {{"видео.mp4"}, 300000},
                                     {{"data", "0001.age"}, 1048577},
                                     {{"data", "sub", "影片"}, 65536}};

Bytes content_of(OnDisk const& file) {
    Bytes out(file.size);
    SeededRandom(file.size).fill(out);
    return out;
}

TorrentPlan lay_out(Path const& folder) {
    TorrentPlan plan{"release", 65536, {}, {"https://example.org/r/"}};
    for (auto const& file : release) {
        auto path = folder / "release";
        for (auto const& part : file.path) path /= part;
        std::filesystem::create_directories(path.parent_path());
        auto const content = content_of(file);
        EXPECT_TRUE(replace_file(path, content).ok());
        PieceTree tree(plan.piece_length);
        tree.update(content);
        auto const made = tree.finish();
        plan.files.push_back({file.path, file.size, made.root, made.piece_layer});
    }
    return plan;
}

bool have_libtorrent() {
    return test::run({"/usr/bin/python3", "-c", "import libtorrent"}).code == 0;
}

// No network but the loopback: nothing is announced, found or mapped.
constexpr char const* recheck = R"(
import sys, time, libtorrent as lt
s = lt.session({'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
                'listen_interfaces': '127.0.0.1:0'})
info = lt.torrent_info(sys.argv[1])
a = lt.add_torrent_params(); a.ti = info; a.save_path = sys.argv[2]; a.url_seeds = []
h = s.add_torrent(a); h.force_recheck()
for _ in range(200):
    if h.status().is_seeding: break
    time.sleep(0.05)
st = h.status()
print('seeding' if st.is_seeding else 'not seeding %s %f' % (st.state, st.progress))
print(info.info_hashes().v2, [w['url'] for w in info.web_seeds()])
)";

TEST(TorrentOracle, libtorrent_finds_every_piece_of_what_we_wrote) {
    if (!have_libtorrent()) GTEST_SKIP() << "NOT RUN: python3-libtorrent is missing";
    test::TemporaryFolder folder;
    auto const torrent = write_torrent(lay_out(folder.path())).take();
    auto const file = folder / "release.torrent";
    ASSERT_OK(replace_file(file, torrent));
    auto const ran =
        test::run({"/usr/bin/python3", "-c", recheck, file.string(), folder.path().string()});
    EXPECT_EQ(ran.out,
              "seeding\n" + to_hex(info_hash_v2(torrent).take()) + " ['https://example.org/r/']\n")
        << ran.err;
    // The same check must fail when one byte differs.
    auto changed = content_of(release[3]);
    changed[500000] ^= 1;
    ASSERT_OK(replace_file(folder / "release/data/0001.age", changed));
    auto const again =
        test::run({"/usr/bin/python3", "-c", recheck, file.string(), folder.path().string()});
    EXPECT_EQ(again.out.find("not seeding"), 0u) << again.out << again.err;
}

constexpr char const* make = R"(
import sys, libtorrent as lt
fs = lt.file_storage(); lt.add_files(fs, sys.argv[1] + '/release')
flags = lt.create_torrent.v2_only if sys.argv[2] == 'v2' else 0
t = lt.create_torrent(fs, 65536, flags); t.add_url_seed('https://example.org/r/')
lt.set_piece_hashes(t, sys.argv[1])
b = lt.bencode(t.generate()); sys.stdout.buffer.write(b)
i = lt.torrent_info(lt.bdecode(b)).info_hashes()
sys.stderr.write('%s %s' % (i.v1 if i.has_v1() else '-', i.v2))
)";

TEST(TorrentOracle, we_read_what_libtorrent_made) {
    if (!have_libtorrent()) GTEST_SKIP() << "NOT RUN: python3-libtorrent is missing";
    test::TemporaryFolder folder;
    auto const plan = lay_out(folder.path());
    auto const ours = parse_torrent(write_torrent(plan).take()).take();
    for (std::string const kind : {"v2", "hybrid"}) {
        auto const ran = test::run({"/usr/bin/python3", "-c", make, folder.path().string(), kind});
        ASSERT_EQ(ran.code, 0) << ran.err;
        auto const theirs = parse_torrent(as_bytes(ran.out));
        ASSERT_OK(theirs);
        auto const v1 = theirs->info_hash_v1 ? to_hex(*theirs->info_hash_v1) : "-";
        EXPECT_EQ(ran.err, v1 + " " + to_hex(*theirs->info_hash_v2));
        ASSERT_EQ(theirs->files.size(), ours.files.size());
        for (std::size_t i = 0; i < ours.files.size(); ++i) {
            EXPECT_EQ(theirs->files[i].path, ours.files[i].path);
            EXPECT_EQ(theirs->files[i].root, ours.files[i].root);
            EXPECT_EQ(theirs->files[i].piece_layer, ours.files[i].piece_layer);
        }
        EXPECT_EQ(theirs->web_seeds, ours.web_seeds);
        if (kind == "v2") { EXPECT_EQ(theirs->info, ours.info); }
    }
}

TEST(TorrentOracle, libtorrent_makes_the_same_magnet_hash) {
    if (!have_libtorrent()) GTEST_SKIP() << "NOT RUN: python3-libtorrent is missing";
    test::TemporaryFolder folder;
    auto const torrent = parse_torrent(write_torrent(lay_out(folder.path())).take()).take();
    auto const ran = test::run(
        {"/usr/bin/python3", "-c",
         "import sys,libtorrent as lt\n"
         "p=lt.parse_magnet_uri(sys.argv[1]); print(p.info_hashes.v2, p.name, p.url_seeds)",
         magnet_link(torrent)});
    EXPECT_EQ(ran.out, to_hex(*torrent.info_hash_v2) + " release ['https://example.org/r/']\n")
        << ran.err;
}

}  // namespace
}  // namespace exhibit::torrent
