// Parts of a recording: shown blocks and a path add up to the root of the whole, whatever is shown;
// whatever is changed, they do not.
#include "case/block_proof.hpp"

#include <random>

#include "case/disclosure.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

struct Recording {
    explicit Recording(std::uint64_t size) : bytes(static_cast<std::size_t>(size)), salts(seed) {
        std::mt19937 random(static_cast<unsigned>(size));
        for (auto& byte : bytes) byte = static_cast<Byte>(random());
        BlockTree tree(seed);
        tree.update(bytes);
        root = tree.finish();
        for (std::uint64_t i = 0; i * original_block_bytes < size; ++i) leaves.push_back(leaf(i));
    }
    ByteView block(std::uint64_t i) const {
        auto const rest =
            ByteView(bytes).subspan(static_cast<std::size_t>(i) * original_block_bytes);
        return rest.first(std::min(rest.size(), original_block_bytes));
    }
    Digest256 leaf(std::uint64_t i) const { return block_leaf(salts.salt(i), block(i)); }

    // What whoever is shown the proof computes.
    std::vector<Digest256> shown_leaves(BlockProof const& proof) const {
        std::vector<Digest256> out;
        std::size_t next = 0;
        for (auto const& run : proof.shown) {
            for (auto i = run.first; i < run.end(); ++i)
                out.push_back(block_leaf(proof.salts[next++], block(i)));
        }
        return out;
    }

    Secret<32> seed = Secret<32>::random();
    Bytes bytes;
    BlockSalts salts;
    BlockRoot root;
    std::vector<Digest256> leaves;
};

constexpr std::uint64_t block_bytes = original_block_bytes;

TEST(BlockProof, adds_up_whatever_is_shown_of_recordings_of_many_sizes) {
    std::mt19937 random(1);
    for (std::uint64_t const blocks : {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33}) {
        Recording const it(blocks * block_bytes - (blocks % 3) * 1000);
        for (int round = 0; round < 20; ++round) {
            std::vector<ByteSpan> spans;
            for (unsigned i = 0; i <= random() % 3; ++i) {
                auto const first = random() % it.bytes.size();
                spans.push_back({first, first + 1 + random() % (it.bytes.size() - first)});
            }
            auto const runs = blocks_of(spans, it.bytes.size());
            ASSERT_OK(runs);
            auto const proof = make_block_proof(it.bytes.size(), *runs, it.leaves, it.salts);
            ASSERT_OK(check_block_proof(proof));
            auto const root = root_of_proof(proof, it.shown_leaves(proof));
            ASSERT_OK(root);
            EXPECT_EQ(*root, it.root) << blocks;
        }
    }
}

TEST(BlockProof, ranges_become_whole_blocks_in_order) {
    auto const size = 10 * block_bytes;
    auto const runs = blocks_of({{5 * block_bytes, 5 * block_bytes + 1}, {10, 20}, {0, 5}}, size);
    ASSERT_OK(runs);
    EXPECT_EQ(*runs, (std::vector<BlockRun>{{0, 1}, {5, 1}}));
    // Those that touch are one.
    EXPECT_EQ(*blocks_of({{block_bytes, 2 * block_bytes}, {0, block_bytes}}, size),
              (std::vector<BlockRun>{{0, 2}}));
    EXPECT_EQ(*blocks_of({{0, 9 * block_bytes}, {block_bytes, 2 * block_bytes}}, size),
              (std::vector<BlockRun>{{0, 9}}));
    EXPECT_EQ(shown_bytes({{0, 1}, {9, 1}}, size - 7), 2 * block_bytes - 7);
    for (auto const& bad : {ByteSpan{5, 5}, ByteSpan{7, 6}, ByteSpan{0, size + 1}})
        EXPECT_ERROR_CODE(blocks_of({bad}, size), "range");
    EXPECT_ERROR_CODE(blocks_of({}, size), "range");
    EXPECT_ERROR_CODE(blocks_of({{0, std::uint64_t{1} << 40}}, std::uint64_t{1} << 40), "too-many");
}

TEST(BlockProof, whatever_is_changed_it_does_not_add_up) {
    Recording const it(9 * block_bytes);
    auto const good = make_block_proof(
        it.bytes.size(), *blocks_of({{2 * block_bytes, 4 * block_bytes}}, it.bytes.size()),
        it.leaves, it.salts);
    auto const holds = [&](BlockProof const& proof, std::vector<Digest256> const& leaves) {
        auto const root = root_of_proof(proof, leaves);
        return root.ok() && *root == it.root;
    };
    auto const leaves = it.shown_leaves(good);
    EXPECT_TRUE(holds(good, leaves));
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        auto other = leaves;
        other[i][7] ^= 1;
        EXPECT_FALSE(holds(good, other));
    }
    std::vector<Digest256> swapped = {leaves[1], leaves[0]};
    EXPECT_FALSE(holds(good, swapped));
    for (std::size_t i = 0; i < good.path.size(); ++i) {
        auto other = good;
        other.path[i][7] ^= 1;
        EXPECT_FALSE(holds(other, leaves));
        other = good;
        other.path.erase(other.path.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(holds(other, leaves));
    }
    auto longer = good;
    longer.path.push_back({});
    EXPECT_ERROR_CODE(root_of_proof(longer, leaves), "proof");
    // The same blocks at another place. (How long the whole is, the root does not tell where its
    // end is withheld: the size is a signed fact of its own, and has to be shown with every part.)
    auto moved = good;
    moved.shown = {{3, 2}};
    EXPECT_FALSE(holds(moved, leaves));
}

TEST(BlockProof, forms_that_cannot_be_are_refused) {
    Recording const it(4 * block_bytes);
    auto const good = make_block_proof(it.bytes.size(), {{0, 1}, {2, 2}}, it.leaves, it.salts);
    EXPECT_OK(check_block_proof(good));
    auto const refused = [&](char const* code, std::function<void(BlockProof&)> const& change) {
        auto bad = good;
        change(bad);
        EXPECT_ERROR_CODE(check_block_proof(bad), code);
    };
    refused("proof", [](BlockProof& p) { p.shown.clear(); });
    refused("proof", [](BlockProof& p) { p.shown = {{2, 2}, {0, 1}}; });
    refused("proof", [](BlockProof& p) { p.shown = {{0, 1}, {1, 2}}; });
    refused("proof", [](BlockProof& p) { p.shown[1].count = 3; });
    refused("proof", [](BlockProof& p) { p.shown[1] = {~std::uint64_t{0}, 2}; });
    refused("proof", [](BlockProof& p) { p.salts.pop_back(); });
    refused("salt-reused", [](BlockProof& p) { p.salts[1] = p.salts[0]; });
}

TEST(DisclosureRecord, reads_back_as_it_was_written) {
    Recording const it(5 * block_bytes - 3);
    SystemRandom random;
    DisclosureRecord record{CaseId::make(random), ExhibitNumber(7), std::nullopt};
    EXPECT_FALSE(parse_disclosure_record(as_bytes(write_disclosure_record(record)))->parts);
    record.parts = make_block_proof(it.bytes.size(), {{0, 1}, {3, 2}}, it.leaves, it.salts);
    auto const text = write_disclosure_record(record);
    auto const back = parse_disclosure_record(as_bytes(text));
    ASSERT_OK(back);
    EXPECT_EQ(back->parts, record.parts);
    EXPECT_EQ(write_disclosure_record(*back), text);
    EXPECT_NE(text.find("parts/0000000196608-0000000327677"), std::string::npos) << text;
    auto const changed = [&](std::string const& from, std::string const& to) {
        auto copy = text;
        copy.replace(copy.find(from), from.size(), to);
        return parse_disclosure_record(as_bytes(copy));
    };
    EXPECT_ERROR_CODE(changed("exhibit.disclosure.v1", "exhibit.disclosure.v2"), "kind");
    // No other file than its own is ever opened.
    EXPECT_ERROR_CODE(changed("parts/0000000196608-0000000327677", "../../etc/passwd"), "proof");
    EXPECT_FALSE(changed("\"first\":3", "\"first\":-3").ok());
    EXPECT_FALSE(changed("\"first\":3", "\"first\":1").ok());
}

TEST(CheckPartsScript, a_person_can_read_it) {
    auto const script = check_parts_script();
    EXPECT_EQ(std::ranges::count(script, '\n'), 25);
}

}  // namespace
}  // namespace exhibit
