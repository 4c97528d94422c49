#include "formats/torrent/torrent.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "base/random.hpp"
#include "formats/torrent/bencode.hpp"
#include "formats/torrent/name.hpp"
#include "support/shared.hpp"

namespace exhibit::torrent {
namespace {

constexpr char const* vectors = "vectors/bittorrent-v2";
constexpr std::size_t file_limit = 64u << 20;

Bytes random_bytes(std::size_t size) {
    SeededRandom random(size);
    Bytes out(size);
    random.fill(out);
    return out;
}

// The rule of made.json.
Bytes made_content(std::string const& path, std::size_t size) {
    Bytes out;
    for (std::size_t i = 0; out.size() < size; ++i)
        append(out, sha256(path + " " + std::to_string(i)));
    out.resize(size);
    return out;
}

struct MadeFile {
    std::string path;
    std::size_t size;
    char const* root;
};
constexpr char const* none = "";
std::vector<MadeFile> const made_files = {
    {"a.bin", 0, none},
    {"b.bin", 1, "ef6cbd2161eaea7943ce8693b9824d23d1793ffb1c0fca05b600d3899b44c977"},
    {"c.bin", 16384, "6b611fde6fef9b117d68799c64d67adcbd021cc2adb5023d9bdced97a80634ec"},
    {"d.bin", 16385, "619b1ca51f323266bd10490420809c3cc4bb44b3aa1fc3cd3f30393f218add03"},
    {"e.bin", 65536, "fcf8272fd293e23d9d25b4c02a7b0d8928cae971be6a34b39120f4e7267103fa"},
    {"f.bin", 100000, "a4500f1e80bb6dda44a22756f9a8a7d7093c5bb10be51cd9d166c6671ded280b"},
    {"sub/g.bin", 1048577, "d917007aa7bd3d46d76eac73d64ddca2df39f707319cdb07a049d5ccf0d01503"},
    {"z.bin", 49152, "b8509dd0fe6c181819a09e4e6926860093dcbedfd1c14a6908050488ea1cbec3"},
};

std::vector<std::string> split(std::string const& text, char at) {
    std::vector<std::string> out;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, at);) out.push_back(part);
    return out;
}

FileTree tree_of(ByteView data, std::optional<std::uint64_t> piece_length, std::size_t piece) {
    PieceTree tree(piece_length);
    while (!data.empty()) {
        auto const now = data.first(std::min(piece, data.size()));
        tree.update(now);
        data = data.subspan(now.size());
    }
    return tree.finish();
}

// Straight from BEP 52: the whole leaf layer, padded with zeros, halved until one is left.
Digest256 dumb_root(ByteView data, std::uint64_t piece_length, std::vector<Digest256>& layer) {
    std::vector<Digest256> row;
    for (std::size_t at = 0; at < data.size(); at += leaf_bytes) {
        row.push_back(sha256(data.subspan(at, std::min(leaf_bytes, data.size() - at))));
    }
    std::size_t width = 1;
    while (width < row.size()) width *= 2;
    row.resize(width);
    for (std::size_t span = leaf_bytes;; span *= 2) {
        if (span == piece_length) {
            layer.assign(row.begin(),
                         row.begin() + static_cast<long>((data.size() + span - 1) / span));
        }
        if (row.size() == 1) return row[0];
        for (std::size_t i = 0; i < row.size() / 2; ++i)
            row[i] = sha256(row[2 * i], row[2 * i + 1]);
        row.resize(row.size() / 2);
    }
}

TEST(PieceTree, agrees_with_the_definition_at_every_size_and_piece) {
    for (std::size_t size :
         {1u, 16383u, 16384u, 16385u, 49152u, 65536u, 65537u, 131072u, 200000u, 1048577u}) {
        auto const data = random_bytes(size);
        for (std::uint64_t piece_length : {16384u, 32768u, 65536u, 262144u}) {
            std::vector<Digest256> layer;
            auto const root = dumb_root(data, piece_length, layer);
            if (size <= piece_length) layer.clear();
            for (std::size_t piece : {1000u, 16384u, 65552u, 1u << 21}) {
                auto const tree = tree_of(data, piece_length, piece);
                EXPECT_EQ(tree.root, root) << size;
                EXPECT_EQ(tree.piece_layer, layer) << size << " by " << piece_length;
                EXPECT_EQ(tree.size, size);
            }
            if (!layer.empty()) { EXPECT_EQ(root_of_layer(layer, size, piece_length), root); }
            EXPECT_EQ(tree_of(data, std::nullopt, 5000).root, root);
        }
        CiphertextDigester digester;
        for (std::size_t at = 0; at < size; at += 7777) {
            digester.update(ByteView(data).subspan(at, std::min<std::size_t>(7777, size - at)));
        }
        std::vector<Digest256> unused;
        RootAndDigest const wanted{CipherRoot(dumb_root(data, 16384, unused)),
                                   CipherDigest(sha256(data)), size};
        EXPECT_EQ(digester.finish(), wanted);
    }
}

TEST(PieceTree, an_empty_file_has_the_digest_of_nothing) {
    EXPECT_EQ(PieceTree().finish().root, sha256(ByteView()));
    EXPECT_EQ(CiphertextDigester().finish().root.bytes(), sha256(ByteView()));
}

TEST(Bencode, what_is_read_is_written_back) {
    for (std::string_view text :
         {"i0e", "i-1e", "i9223372036854775807e", "i-9223372036854775808e", "0:", "3:abc", "le",
          "de", "d1:a0:1:bi1ee", "ld1:ali1ei2eeee", "d0:0:1:a0:e"}) {
        auto const value = bencode::parse(as_bytes(text));
        ASSERT_OK(value);
        EXPECT_EQ(as_text(bencode::write(*value)), text);
    }
}

TEST(Bencode, every_other_form_of_a_value_is_refused) {
    for (std::string_view text : {"",
                                  "i",
                                  "ie",
                                  "i-e",
                                  "i-0e",
                                  "i00e",
                                  "i01e",
                                  "i+1e",
                                  "i 1e",
                                  "i1",
                                  "i1.0e",
                                  "i9223372036854775808e",
                                  "i123456789012345678901e",
                                  "01:a",
                                  "-1:a",
                                  "2:a",
                                  ":",
                                  "99999999999999999999:a",
                                  "l",
                                  "d",
                                  "li1e",
                                  "d1:a",
                                  "d1:ae",
                                  "di1ei1ee",
                                  "x",
                                  "i1ei2e",
                                  "e",
                                  "1a"}) {
        EXPECT_ERROR_CODE(bencode::parse(as_bytes(text)), "bencode");
    }
    EXPECT_ERROR_CODE(bencode::parse(as_bytes("d1:b0:1:a0:e")), "bencode-order");
    EXPECT_ERROR_CODE(bencode::parse(as_bytes("d1:a0:1:a0:e")), "bencode-order");
    EXPECT_ERROR_CODE(bencode::parse(as_bytes(std::string(100000, 'l'))), "bencode-depth");
}

TEST(Torrent, libtorrents_own_torrents_are_taken_and_refused_as_there) {
    NEEDS_SHARED(vectors);
    auto const lines = split(
        read_text_file(test::shared_path(std::string(vectors) + "/expected.tsv"), 1 << 20).take(),
        '\n');
    int right = 0, free = 0, hashes = 0;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        auto const row = split(lines[i], '\t');
        ASSERT_EQ(row.size(), 5u) << lines[i];
        auto const bytes =
            read_file(test::shared_path(std::string(vectors) + "/torrents/" + row[0]), file_limit);
        ASSERT_OK(bytes);
        auto const torrent = parse_torrent(*bytes);
        if (row[1] == "not listed") {
            ++free;
        } else {
            EXPECT_EQ(torrent.ok(), row[1] == "accept")
                << row[0] << ": " << (torrent.ok() ? "taken" : torrent.error().what);
            right += torrent.ok() == (row[1] == "accept");
        }
        if (!torrent.ok()) {
            EXPECT_STRNE(torrent.error().code, "") << row[0];
            continue;
        }
        EXPECT_EQ(torrent->info_hash_v1 ? to_hex(*torrent->info_hash_v1) : "-", row[3]) << row[0];
        EXPECT_EQ(torrent->info_hash_v2 ? to_hex(*torrent->info_hash_v2) : "-", row[4]) << row[0];
        ++hashes;
        std::set<std::vector<std::string>> paths;
        EXPECT_TRUE(is_safe_component(torrent->name)) << row[0];
        for (auto const& file : torrent->files) {
            if (file.pad) continue;
            EXPECT_FALSE(file.path.empty()) << row[0];
            for (auto const& component : file.path)
                EXPECT_TRUE(is_safe_component(component)) << row[0];
            EXPECT_TRUE(paths.insert(file.path).second) << row[0];
        }
    }
    auto const listed = static_cast<int>(lines.size()) - 1 - free;
    std::printf(
        "libtorrent's torrents: %d of %d as its newer test, %d not listed; %d pairs of "
        "infohashes\n",
        right, listed, free, hashes);
    RecordProperty("torrents", right);
    EXPECT_EQ(right, listed);
    EXPECT_GT(hashes, 20);
}

TorrentPlan made_plan() {
    TorrentPlan plan;
    plan.piece_length = 65536;
    for (auto const& made : made_files) {
        auto const tree = tree_of(made_content(made.path, made.size), plan.piece_length, 10000);
        plan.files.push_back({split(made.path, '/'), made.size, tree.root, tree.piece_layer});
    }
    std::ranges::reverse(plan.files);  // the order of the plan must not matter
    return plan;
}

TEST(Torrent, the_made_torrent_is_written_byte_for_byte) {
    NEEDS_SHARED(vectors);
    auto const theirs =
        read_file(test::shared_path(std::string(vectors) + "/made_v2_only.torrent"), file_limit)
            .take();
    auto plan = made_plan();
    auto const parsed = parse_torrent(theirs);
    ASSERT_OK(parsed);
    plan.name = parsed->name;
    auto const ours = write_torrent(plan);
    ASSERT_OK(ours);
    auto const reread = parse_torrent(*ours);
    ASSERT_OK(reread);
    EXPECT_EQ(reread->info, parsed->info);
    EXPECT_EQ(to_hex(info_hash_v2(*ours).take()),
              "4e9b9fa6082277d10e0ae5469b6e8de0c98f581dfa3bc76a8722577a1d82177d");
    std::printf("made_v2_only: info identical, whole file %s\n",
                *ours == theirs ? "identical" : "different");
    EXPECT_EQ(*ours, theirs);
    int roots = 0;
    for (auto const& made : made_files) {
        for (auto const& file : plan.files) {
            if (file.path != split(made.path, '/') || made.size == 0) continue;
            EXPECT_EQ(to_hex(file.root), made.root);
            ++roots;
        }
    }
    std::printf("made.json: %d of 7 roots\n", roots);
    EXPECT_EQ(roots, 7);
}

TEST(Torrent, the_made_hybrid_is_read_with_the_same_roots) {
    NEEDS_SHARED(vectors);
    auto const bytes =
        read_file(test::shared_path(std::string(vectors) + "/made_hybrid.torrent"), file_limit)
            .take();
    auto const torrent = parse_torrent(bytes);
    ASSERT_OK(torrent);
    EXPECT_EQ(to_hex(*torrent->info_hash_v1), "8de771182d9c596258d6a9a51394093ba9f69253");
    EXPECT_EQ(to_hex(*torrent->info_hash_v2),
              "d24b24564f55a2dc463dac2c1744081cba54c183c1a9ca312aaa8b67b77c5ff7");
    ASSERT_EQ(torrent->files.size(), made_files.size());
    for (std::size_t i = 0; i < made_files.size(); ++i) {
        EXPECT_EQ(torrent->files[i].root ? to_hex(*torrent->files[i].root) : "",
                  made_files[i].root);
    }
}

TEST(Torrent, path_attacks_become_safe_names) {
    NEEDS_SHARED(vectors);
    auto const paths = [](std::string const& name) {
        auto const torrent =
            parse_torrent(
                read_file(test::shared_path(std::string(vectors) + "/torrents/" + name), file_limit)
                    .take())
                .take();
        std::string out;
        for (auto const& file : torrent.files) {
            out += torrent.name;
            if (!torrent.single_file)
                for (auto const& part : file.path) out += "/" + part;
            out += "\n";
        }
        return out;
    };
    EXPECT_EQ(paths("absolute_filename.torrent"), "temp/abcde\ntemp/_foobar\n");
    EXPECT_EQ(paths("parent_path.torrent"), "temp/__/__/bar\n");
    EXPECT_EQ(paths("hidden_parent_path.torrent"), "temp/foo_.._.._.._bar/bar\n");
    EXPECT_EQ(paths("slash_path3.torrent"), "temp_.._.._abc\n");
    EXPECT_EQ(paths("v2_invalid_filename2.torrent"), "test/__\ntest/_\ntest/stress_test2\n");
}

TEST(TorrentName, no_two_files_share_a_path) {
    DistinctPaths distinct;
    using P = std::vector<std::string>;
    EXPECT_EQ(distinct.distinct({"a"}), P{"a"});
    EXPECT_EQ(distinct.distinct({"a"}), P{"a_2"});
    EXPECT_EQ(distinct.distinct({"a", "b"}), (P{"a_3", "b"}));
    EXPECT_EQ(distinct.distinct({"c", "d"}), (P{"c", "d"}));
    EXPECT_EQ(distinct.distinct({"c"}), P{"c_2"});
    EXPECT_EQ(safe_component("\xc0\xaf"), "__");
    EXPECT_EQ(safe_component(""), "_");
    EXPECT_EQ(safe_component(".."), "__");
    EXPECT_TRUE(is_safe_component("видео 影片.mp4"));
    EXPECT_TRUE(is_safe_component(safe_component(std::string(300, 'x') + "\xd0\xb8")));
}

TEST(Torrent, plans_that_cannot_be_written_are_refused) {
    auto const good = [] {
        auto plan = made_plan();
        plan.name = "t";
        return plan;
    };
    ASSERT_OK(write_torrent(good()));
    auto plan = good();
    plan.name = "..";
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-name");
    plan = good();
    plan.files[0].path = {"a", ""};
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-name");
    plan = good();
    plan.files[0].path = plan.files[1].path;
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-name");
    plan = good();
    plan.files[0].path = {"sub"};
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-name");
    std::ranges::reverse(plan.files);
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-name");
    plan = good();
    plan.piece_length = 65535;
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-piece-length");
    plan = good();
    plan.files[1].piece_layer.pop_back();
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-layer");
    plan = good();
    plan.web_seeds = {"ftp://example.org/"};
    EXPECT_ERROR_CODE(write_torrent(plan), "torrent-web-seed");
}

TEST(Torrent, web_seeds_and_magnet_link_are_as_clients_want_them) {
    auto plan = made_plan();
    plan.name = "видео 1";
    plan.web_seeds = {"https://example.org/release/"};
    auto const torrent = parse_torrent(write_torrent(plan).take());
    ASSERT_OK(torrent);
    EXPECT_EQ(torrent->web_seeds, plan.web_seeds);
    EXPECT_EQ(
        magnet_link(*torrent),
        "magnet:?xt=urn:btmh:1220" + to_hex(*torrent->info_hash_v2) +
            "&dn=%d0%b2%d0%b8%d0%b4%d0%b5%d0%be%201&ws=https%3a%2f%2fexample.org%2frelease%2f");
}

TEST(Torrent, piece_lengths_grow_with_the_release) {
    EXPECT_EQ(piece_length_for(0), 16384u);
    EXPECT_EQ(piece_length_for(std::uint64_t{1} << 30), 524288u);
    EXPECT_EQ(piece_length_for(std::uint64_t{1} << 45), 16u << 20);
}

}  // namespace
}  // namespace exhibit::torrent
