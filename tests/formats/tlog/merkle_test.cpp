#include "formats/tlog/merkle.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "formats/json/json.hpp"
#include "formats/tlog/tiles.hpp"
#include "support/shared.hpp"

namespace exhibit::tlog {
namespace {

Json load(std::string const& name) {
    auto const text = read_file(test::shared_path("vectors/" + name), 8 << 20);
    EXPECT_OK(text);
    return Json::parse(as_text(*text));
}

Hash hex(Json const& text) { return from_hex_exact<32>(text.get<std::string>()).take(); }

Result<Hash> base64_hash(Json const& text) {
    auto const bytes = TRY(from_base64(text.is_null() ? "" : text.get<std::string>()));
    return exactly<32>(bytes);
}

Result<Path> path_of(Json const& json) {
    Path path;
    if (json.is_null()) return path;
    for (auto const& one : json) {
        auto const hash = TRY(base64_hash(one));
        path.push_back(hash);
    }
    return path;
}

// The tree by its definition: slow, recursive, and nothing shared with the code under test.
Hash slow_root(std::vector<Hash> const& leaves, std::size_t from, std::size_t to) {
    if (from == to) return empty_root();
    if (to - from == 1) return leaves[from];
    std::size_t k = 1;
    while (k * 2 < to - from) k *= 2;
    return node_hash(slow_root(leaves, from, from + k), slow_root(leaves, from + k, to));
}

std::vector<Hash> some_leaves(std::size_t count) {
    std::vector<Hash> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(leaf_hash(as_bytes("entry " + std::to_string(i))));
    return out;
}

HashSource source_of(std::vector<Hash> const& leaves) {
    return [&leaves](unsigned level, std::uint64_t index) -> Result<Hash> {
        auto const from = index << level;
        return slow_root(leaves, from, from + (std::size_t{1} << level));
    };
}

TEST(Merkle, the_reference_tree_has_its_roots) {
    NEEDS_SHARED("vectors/merkle");
    auto const json = load("merkle/reference-tree.json");
    std::vector<Hash> leaves;
    EXPECT_EQ(root_of(leaves), hex(json["roots"][0]));
    for (std::size_t i = 0; i < json["leaf_inputs"].size(); ++i) {
        auto const input = from_hex(json["leaf_inputs"][i].get<std::string>()).take();
        leaves.push_back(leaf_hash(input));
        EXPECT_EQ(leaves.back(), hex(json["leaf_hashes"][i]));
        EXPECT_EQ(root_of(leaves), hex(json["roots"][i + 1]));
    }
    EXPECT_EQ(leaves.size(), 8u);
}

// Walks a folder of published cases; says how many were accepted and refused.
std::pair<int, int> walk_cases(std::string const& folder,
                               std::function<Outcome(Json const&)> const& judge,
                               std::function<bool(Json const&)> const& not_ours = {}) {
    int good = 0, bad = 0;
    for (auto const& file : std::filesystem::recursive_directory_iterator(
             test::shared_path("vectors/merkle/" + folder))) {
        if (!file.is_regular_file()) continue;
        auto const json = Json::parse(read_text_file(file.path(), 1 << 20).take());
        auto const verdict = judge(json);
        bool const expected = !json["wantErr"].get<bool>() && !(not_ours && not_ours(json));
        EXPECT_EQ(verdict.ok(), expected) << file.path();
        ++(verdict.ok() ? good : bad);
    }
    std::printf("%s: %d accepted, %d refused\n", folder.c_str(), good, bad);
    return {good, bad};
}

TEST(Merkle, every_published_inclusion_case_has_its_verdict) {
    NEEDS_SHARED("vectors/merkle");
    auto const [good, bad] = walk_cases("inclusion", [](Json const& json) -> Outcome {
        auto const root = TRY(base64_hash(json["root"]));
        auto const leaf = TRY(base64_hash(json["leafHash"]));
        auto const path = TRY(path_of(json["proof"]));
        return verify_inclusion(leaf, json["leafIdx"].get<std::uint64_t>(),
                                json["treeSize"].get<std::uint64_t>(), path, root);
    });
    EXPECT_EQ(good + bad, 98);
}

TEST(Merkle, every_published_consistency_case_has_its_verdict) {
    NEEDS_SHARED("vectors/merkle");
    int not_hashes = 0;
    auto const [good, bad] = walk_cases(
        "consistency",
        [](Json const& json) -> Outcome {
            auto const one = TRY(base64_hash(json["root1"]));
            auto const two = TRY(base64_hash(json["root2"]));
            auto const path = TRY(path_of(json["proof"]));
            return verify_consistency(json["size1"].get<std::uint64_t>(), one,
                                      json["size2"].get<std::uint64_t>(), two, path);
        },
        // One that is to be accepted has roots of 12 bytes, for which this type has no place.
        [&](Json const& json) {
            bool const no = json["root1"] == "ZG9uJ3QgY2FyZSAy" && !json["wantErr"].get<bool>();
            not_hashes += no;
            return no;
        });
    EXPECT_EQ(not_hashes, 1);
    EXPECT_EQ(good + bad, 98);
}

TEST(Merkle, every_published_inclusion_in_a_part_of_a_tree_has_its_verdict) {
    NEEDS_SHARED("vectors/merkle");
    auto const [good, bad] = walk_cases("subtreeinclusion", [](Json const& json) -> Outcome {
        auto const root = TRY(base64_hash(json["root"]));
        auto const leaf = TRY(base64_hash(json["leafHash"]));
        auto const path = TRY(path_of(json["proof"]));
        auto const start = json["start"].get<std::uint64_t>();
        auto const end = json["end"].get<std::uint64_t>();
        auto const index = json["leafIdx"].get<std::uint64_t>();
        if (!is_subtree(start, end) || index < start) return bad_input("is no part of a tree");
        return verify_inclusion(leaf, index - start, end - start, path, root);
    });
    EXPECT_EQ(good, 12);
    EXPECT_EQ(bad, 192);
}

TEST(Merkle, every_published_consistency_of_a_part_of_a_tree_has_its_verdict) {
    NEEDS_SHARED("vectors/merkle");
    int not_ours = 0;
    auto const [good, bad] = walk_cases(
        "subtreeconsistency",
        [](Json const& json) -> Outcome {
            auto const part = TRY(base64_hash(json["root1"]));
            auto const root = TRY(base64_hash(json["root2"]));
            auto const path = TRY(path_of(json["proof"]));
            return verify_subtree_consistency(json["start"].get<std::uint64_t>(),
                                              json["end"].get<std::uint64_t>(), part,
                                              json["size"].get<std::uint64_t>(), root, path);
        },
        // Of nothing, nothing can be proven: what the published verifier takes as trivial, a
        // witness decides before it asks a verifier (tlog-witness). And roots of 12 bytes are no
        // hashes.
        [&](Json const& json) {
            bool const no = json["start"] == json["end"] || json["root1"] == "ZG9uJ3QgY2FyZSAy";
            not_ours += no && !json["wantErr"].get<bool>();
            return no;
        });
    EXPECT_EQ(good, 5);
    EXPECT_EQ(good + not_ours, 12);
    EXPECT_EQ(good + bad, 118);
}

TEST(Merkle, every_proof_of_every_small_tree_holds_and_no_other_place_does) {
    auto const leaves = some_leaves(40);
    auto const source = source_of(leaves);
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        auto const root = slow_root(leaves, 0, size);
        EXPECT_EQ(tree_root(size, source).take(), root);
        for (std::uint64_t index = 0; index < size; ++index) {
            auto const path = inclusion_path(index, size, source).take();
            EXPECT_OK(verify_inclusion(leaves[index], index, size, path, root));
            EXPECT_FALSE(verify_inclusion(leaves[index], index + 1, size, path, root).ok());
            auto longer = path;
            longer.push_back(root);
            EXPECT_FALSE(verify_inclusion(leaves[index], index, size, longer, root).ok());
        }
        for (std::uint64_t old = 1; old <= size; ++old) {
            auto const old_root = slow_root(leaves, 0, old);
            auto const path = consistency_path(old, size, source).take();
            EXPECT_OK(verify_consistency(old, old_root, size, root, path));
            auto other = old_root;
            other[0] ^= 1;
            EXPECT_FALSE(verify_consistency(old, other, size, root, path).ok());
        }
    }
    EXPECT_ERROR_CODE(inclusion_path(4, 4, source), "index");
    EXPECT_ERROR_CODE(consistency_path(0, 4, source), "size");
    EXPECT_ERROR_CODE(consistency_path(5, 4, source), "size");
}

// A log of 70,000 entries, made by somebody else's program.
class Tiles70000 : public ::testing::Test {
protected:
    void SetUp() override {
        NEEDS_SHARED("vectors/tlog/tiles-70000.json");
        json_ = load("tlog/tiles-70000.json");
        Frontier frontier;
        for (std::uint64_t i = 0; i < 70000; ++i) {
            auto const entry = "entry " + std::to_string(i);
            frontier.append(leaf_hash(as_bytes(entry)),
                            [&](unsigned level, std::uint64_t index, Hash const& hash) {
                                if (level % 8 != 0) return;
                                auto& tile = tiles_[{level / 8, index / tile_width, 0}];
                                tile.push_back(hash);
                            });
            auto const size = std::to_string(i + 1);
            if (json_["roots"].contains(size)) {
                EXPECT_EQ(frontier.root(), hex(json_["roots"][size]));
                ++roots_;
            }
        }
    }
    TileFetch fetch() {
        return [this](Tile const& tile) -> Result<Bytes> {
            auto hashes = tiles_.at({tile.level, tile.index, 0});
            hashes.resize(tile.width);
            ++fetched_;
            return write_hashes(hashes);
        };
    }
    Json json_;
    std::map<Tile, std::vector<Hash>> tiles_;
    int roots_ = 0, fetched_ = 0;
};

TEST_F(Tiles70000, roots_and_tiles_are_those_of_the_other_program) {
    EXPECT_EQ(roots_, 15);
    int count = 0;
    for (auto const& [path, digest] : json_["tiles"].items()) {
        auto const tile = parse_tile_path(path);
        ASSERT_OK(tile);
        EXPECT_EQ(write_tile_path(*tile), path);
        EXPECT_EQ(tile_width_at(*tile->level, tile->index, 70000), tile->width);
        auto const body = fetch()(*tile).take();
        EXPECT_EQ(sha256(body), hex(digest)) << path;
        ++count;
    }
    EXPECT_EQ(count, 9);
    std::printf("tlog-tiles: %d roots, %d tiles\n", roots_, count);
}

TEST_F(Tiles70000, proofs_from_tiles_are_those_of_the_other_program) {
    int count = 0;
    for (auto const& one : json_["inclusion"]) {
        auto const size = one["size"].get<std::uint64_t>();
        auto const index = one["index"].get<std::uint64_t>();
        auto const path = inclusion_path(index, size, tiles_as_hashes(size, fetch()));
        ASSERT_OK(path);
        Path expected;
        for (auto const& hash : one["proof"]) expected.push_back(hex(hash));
        EXPECT_EQ(*path, expected);
        ++count;
    }
    for (auto const& one : json_["consistency"]) {
        auto const size = one["new"].get<std::uint64_t>();
        auto const path =
            consistency_path(one["old"].get<std::uint64_t>(), size, tiles_as_hashes(size, fetch()));
        ASSERT_OK(path);
        Path expected;
        for (auto const& hash : one["proof"]) expected.push_back(hex(hash));
        EXPECT_EQ(*path, expected);
        ++count;
    }
    EXPECT_EQ(count, 16);
    // A path of 17 steps needs few tiles, whatever the size of the log.
    fetched_ = 0;
    ASSERT_OK(inclusion_path(12345, 70000, tiles_as_hashes(70000, fetch())));
    EXPECT_LE(fetched_, 24);
}

TEST_F(Tiles70000, the_first_bundle_of_entries_is_that_of_the_other_program) {
    std::vector<Bytes> entries;
    for (int i = 0; i < 256; ++i) entries.push_back(to_bytes("entry " + std::to_string(i)));
    auto const bundle = write_bundle(entries);
    EXPECT_EQ(sha256(bundle), hex(json_["entry_bundle_0_sha256"]));
    EXPECT_EQ(parse_bundle(bundle, 256).take(), entries);
    EXPECT_ERROR_CODE(parse_bundle(bundle, 255), "bundle");
    EXPECT_ERROR_CODE(parse_bundle(ByteView(bundle).first(8), 1), "truncated");
}

TEST(TilePaths, are_as_published_and_one_per_tile) {
    EXPECT_EQ(write_tile_path({0, 1234067, 256}), "tile/0/x001/x234/067");
    EXPECT_EQ(write_tile_path({std::nullopt, 1000, 7}), "tile/entries/x001/000.p/7");
    for (auto const* bad :
         {"", "tile", "tile/0", "tile/0/1", "tile/0/0001", "tile/0/x000/001", "tile/8/000",
          "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p",
          "tile/0/x001/x067", "tile/0/001/067", "tile/0/000/", "/tile/0/000", "tile/-1/000",
          "tile/0/../000", "tile/0/x999/x999/x999/x999/x999/x999/999"}) {
        SCOPED_TRACE(bad);
        EXPECT_ERROR_CODE(parse_tile_path(bad), "tile");
    }
    EXPECT_TRUE(tile_is_within({0, 0, 255}, 256));
    EXPECT_TRUE(tile_is_within({0, 0, 256}, 256));
    EXPECT_FALSE(tile_is_within({0, 1, 1}, 256));
    EXPECT_TRUE(tile_is_within({1, 0, 1}, 256));
    EXPECT_FALSE(tile_is_within({1, 0, 1}, 255));
}

}  // namespace
}  // namespace exhibit::tlog
