#include "formats/ots/ots.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "formats/json/json.hpp"
#include "support/shared.hpp"

namespace exhibit::ots {
namespace {

Path vectors() { return test::shared_path("vectors/opentimestamps"); }

Bytes load(std::string const& name) { return read_file(vectors() / name, 1 << 20).take(); }

Result<Detached> proof_of(std::string const& name) { return parse_detached(load(name)); }

BlockHeader header_of(std::uint64_t height) {
    auto const json = Json::parse(read_text_file(vectors() / "headers.json", 1 << 20).take());
    for (auto const& one : json["headers"]) {
        if (one["height"] == height)
            return BlockHeader::from(from_hex(one["header"].get<std::string>()).take()).take();
    }
    ADD_FAILURE() << "no header of block " << height;
    return BlockHeader::from(Bytes(80)).take();
}

bool fits(Detached const& proof, std::string const& file) {
    Hash hash(proof.hash == Op::sha1 ? HashKind::sha1 : HashKind::sha256);
    hash.update(load(file));
    return hash.finish() == proof.digest;
}

TEST(Ots, every_published_proof_is_read_and_written_back_the_same) {
    NEEDS_SHARED("vectors/opentimestamps");
    int good = 0, bad = 0;
    for (auto const& file : std::filesystem::recursive_directory_iterator(vectors())) {
        if (file.path().extension() != ".ots") continue;
        auto const bytes = read_file(file.path(), 1 << 20).take();
        auto const proof = parse_detached(bytes);
        bool const expected = file.path().string().find("/invalid/") == std::string::npos;
        EXPECT_EQ(proof.ok(), expected) << file.path();
        if (!proof.ok()) {
            EXPECT_STREQ(proof.error().code, "ots") << file.path();
            ++bad;
            continue;
        }
        EXPECT_EQ(write_detached(*proof), bytes) << file.path();
        EXPECT_EQ(parse_detached(bytes, Order::any).take(), *proof);
        ++good;
    }
    std::printf("OpenTimestamps: %d proofs read and written back, %d refused\n", good, bad);
    EXPECT_EQ(good, 14);
    EXPECT_EQ(bad, 3);
}

TEST(Ots, hello_world_existed_before_block_358391) {
    NEEDS_SHARED("vectors/opentimestamps");
    auto const proof = proof_of("hello-world.txt.ots");
    ASSERT_OK(proof);
    EXPECT_TRUE(fits(*proof, "hello-world.txt"));
    KnownHeaders headers;
    EXPECT_EQ(judge(*proof, headers).bitcoin.at(0).state, BitcoinClaim::State::no_header);
    EXPECT_EQ(judge(*proof, headers).best(), nullptr);

    ASSERT_OK(headers.give(358391, header_of(358391)));
    auto judged = judge(*proof, headers);
    ASSERT_NE(judged.best(), nullptr);
    EXPECT_EQ(judged.best()->grade, Grade::given);
    EXPECT_EQ(judged.best()->height, 358391u);
    EXPECT_EQ(judged.best()->time, WallTime::from_ms(1432827678000));

    headers.pin(358391, header_of(358391).hash());
    judged = judge(*proof, headers);
    EXPECT_EQ(judged.best()->grade, Grade::pinned);

    headers.pin(358391, header_of(1).hash());
    judged = judge(*proof, headers);
    EXPECT_EQ(judged.best(), nullptr);
    EXPECT_EQ(judged.bitcoin.at(0).state, BitcoinClaim::State::contradicted);
}

TEST(Ots, a_bad_stamp_is_not_verified) {
    NEEDS_SHARED("vectors/opentimestamps");
    auto const proof = proof_of("bad-stamp.txt.ots");
    ASSERT_OK(proof);
    EXPECT_TRUE(fits(*proof, "bad-stamp.txt"));
    KnownHeaders headers;
    ASSERT_OK(headers.give(358391, header_of(358391)));
    auto const judged = judge(*proof, headers);
    EXPECT_EQ(judged.bitcoin.at(0).state, BitcoinClaim::State::wrong_root);
    EXPECT_EQ(judged.best(), nullptr);
}

TEST(Ots, blocks_without_a_header_here_are_named) {
    NEEDS_SHARED("vectors/opentimestamps");
    struct Case {
        char const *name, *file;
        std::uint64_t height;
    };
    for (auto const& one :
         {Case{"empty.ots", "empty", 129405}, Case{"sha1/a-or-b.ots", "sha1/a", 466906},
          Case{"sha1/a-or-b.ots", "sha1/b", 466906}, Case{"bitcoin.pdf.ots", "", 465751},
          Case{"gdp2q25-2nd.pdf.ots", "", 912095}}) {
        auto const proof = proof_of(one.name);
        ASSERT_OK(proof);
        if (*one.file != 0) { EXPECT_TRUE(fits(*proof, one.file)) << one.name; }
        auto const judged = judge(*proof, {});
        ASSERT_FALSE(judged.bitcoin.empty()) << one.name;
        EXPECT_EQ(judged.bitcoin[0].height, one.height);
        EXPECT_EQ(judged.bitcoin[0].state, BitcoinClaim::State::no_header);
    }
    EXPECT_EQ(proof_of("bitcoin.pdf.ots")->hash, Op::sha1);
}

TEST(Ots, what_is_pending_or_of_an_unknown_notary_is_never_a_proof) {
    NEEDS_SHARED("vectors/opentimestamps");
    for (auto const* name : {"incomplete.txt", "two-calendars.txt", "merkle1.txt", "merkle2.txt",
                             "merkle3.txt", "unknown-notary.txt", "known-and-unknown-notary.txt"}) {
        auto const proof = proof_of(std::string(name) + ".ots");
        ASSERT_OK(proof);
        EXPECT_TRUE(fits(*proof, name)) << name;
        auto const judged = judge(*proof, {});
        EXPECT_EQ(judged.best(), nullptr) << name;
        EXPECT_TRUE(judged.bitcoin.empty()) << name;
        EXPECT_FALSE(is_complete(*proof)) << name;
        EXPECT_GT(judged.pending.size() + judged.unknown, 0u) << name;
    }
    EXPECT_EQ(judge(*proof_of("two-calendars.txt.ots"), {}).pending.size(), 2u);
    EXPECT_EQ(judge(*proof_of("unknown-notary.txt.ots"), {}).unknown, 1u);
    auto const mixed = judge(*proof_of("different-blockchains.txt.ots"), {});
    EXPECT_EQ(mixed.ethereum, 1u);
    EXPECT_EQ(mixed.pending.size(), 2u);
    EXPECT_EQ(mixed.bitcoin.at(0).height, 455605u);
}

TEST(Ots, a_cut_or_lengthened_proof_is_refused) {
    NEEDS_SHARED("vectors/opentimestamps");
    auto const bytes = load("two-calendars.txt.ots");
    for (std::size_t i = 0; i < bytes.size(); ++i)
        EXPECT_FALSE(parse_detached(ByteView(bytes).first(i)).ok()) << i;
    auto longer = bytes;
    longer.push_back(0);
    EXPECT_ERROR_CODE(parse_detached(longer), "ots");
}

TEST(Ots, depth_and_numbers_are_bounded) {
    Bytes deep(300, static_cast<Byte>(Op::reverse));
    Reader reader(deep);
    EXPECT_ERROR_CODE(parse_timestamp(reader, 32, Order::canonical), "ots");
    for (auto const& overlong : {Bytes{0x80, 0x00}, Bytes(10, 0xff)}) {
        Reader number(overlong);
        EXPECT_FALSE(take_varuint(number).ok());
    }
    for (auto value :
         {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, ~std::uint64_t{0}}) {
        Bytes out;
        write_varuint(out, value);
        Reader number(out);
        EXPECT_EQ(take_varuint(number).take(), value);
        EXPECT_TRUE(number.at_end());
    }
    for (auto const* bad : {"", "http://a b", "http://a?b", "http://a%41", "http://a\n"})
        EXPECT_FALSE(is_calendar_uri(bad)) << bad;
}

TEST(Ots, two_orders_of_one_tree_are_written_in_the_canonical_one) {
    Timestamp a, b;
    a.attestations = {pending("https://a.example")};
    b.attestations = {bitcoin(5)};
    Bytes foreign = {0xff};  // pending before Bitcoin: the wrong way round
    write_timestamp(foreign, a);
    write_timestamp(foreign, b);
    Reader strict(foreign), lenient(foreign);
    EXPECT_ERROR_CODE(parse_timestamp(strict, 32, Order::canonical), "ots");
    auto const read = parse_timestamp(lenient, 32, Order::any);
    ASSERT_OK(read);
    merge(b, a);
    EXPECT_EQ(*read, b);
}

// A test chain: real headers, an easy target. Proofs by it are worth nothing outside of this file.
constexpr std::uint32_t easy = 0x207fffff;

std::vector<BlockHeader> mine(std::size_t count, std::uint32_t seconds_apart,
                              std::uint32_t wrong_bits_at = 0, Digest256 const& root_of_last = {}) {
    std::vector<BlockHeader> out;
    std::uint32_t bits = easy, time = 1'700'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        ByteArray<80> raw{};
        auto const put = [&](std::size_t at, std::uint32_t value) {
            for (unsigned b = 0; b < 4; ++b) raw[at + b] = static_cast<Byte>(value >> (8 * b));
        };
        if (i > 0) std::ranges::copy(out.back().hash(), raw.begin() + 4);
        if (i + 1 == count) std::ranges::copy(root_of_last, raw.begin() + 36);
        time += seconds_apart;
        if (i > 0 && i % 2016 == 0) {
            auto const took = out[i - 1].time() - out[i - 2016].time();
            bits = next_bits(bits, took.count_ms() / 1000, easy);
        }
        put(68, time);
        put(72, wrong_bits_at != 0 && i == wrong_bits_at ? 0x207ffffe : bits);
        for (std::uint32_t nonce = 0;; ++nonce) {
            put(76, nonce);
            auto const header = BlockHeader::from(raw).take();
            if (!header.has_its_work()) continue;
            out.push_back(header);
            break;
        }
    }
    return out;
}

TEST(Bitcoin, published_headers_have_their_work_and_the_first_three_are_a_chain) {
    NEEDS_SHARED("vectors/opentimestamps");
    for (std::uint64_t height : {0, 1, 2, 358391})
        EXPECT_TRUE(header_of(height).has_its_work()) << height;
    std::vector<BlockHeader> const first = {header_of(0), header_of(1), header_of(2)};
    EXPECT_EQ(show_block_hash(first[0].hash()),
              "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
    ChainStart const genesis{0, first[0].hash()};
    EXPECT_OK(check_chain(genesis, first));
    EXPECT_ERROR_CODE(check_chain(genesis, {first[0], first[2]}), "chain");
    EXPECT_ERROR_CODE(check_chain({0, first[1].hash()}, first), "chain");
    EXPECT_ERROR_CODE(check_chain({1, first[1].hash()}, {first[1], first[2]}), "chain");
}

TEST(Bitcoin, targets_change_as_the_chain_says) {
    // The first change of the real chain: block 32256, 1d00ffff to 1d00d86a after 1,055,...
    // seconds.
    EXPECT_EQ(next_bits(0x1d00ffff, 1262152739 - 1261130161, 0x1d00ffff), 0x1d00d86au);
    EXPECT_EQ(next_bits(0x1d00ffff, 99'999'999, 0x1d00ffff), 0x1d00ffffu);
    EXPECT_EQ(next_bits(0x1c05a3f4, 0, 0x1d00ffff), 0x1c0168fdu);
}

TEST(Bitcoin, a_test_chain_is_checked_across_a_change_of_target) {
    Digest256 root{};
    root[0] = 7;
    auto const chain = mine(2020, 100, 0, root);
    ChainStart const start{4032, chain[0].hash()};
    ChainRules const test_chain{easy};
    EXPECT_OK(check_chain(start, chain, test_chain));
    EXPECT_NE(chain[2016].bits(), chain[2015].bits());
    EXPECT_ERROR_CODE(check_chain(start, chain), "chain");  // not by Bitcoin's own rules
    EXPECT_ERROR_CODE(check_chain(start, mine(2020, 100, 2017), test_chain), "chain");
    EXPECT_ERROR_CODE(check_chain(start, mine(30, 100, 20), test_chain), "chain");

    KnownHeaders headers;
    ASSERT_OK(headers.chain(start, chain, test_chain));
    Detached proof{Op::sha256, to_bytes(ByteView(root)), {{bitcoin(4032 + 2019)}, {}}};
    auto const judged = judge(proof, headers);
    ASSERT_NE(judged.best(), nullptr);
    EXPECT_EQ(judged.best()->grade, Grade::chained);
}

TEST(Bitcoin, a_header_without_its_work_is_not_taken) {
    NEEDS_SHARED("vectors/opentimestamps");
    auto raw = header_of(358391).raw();
    raw[40] ^= 1;
    KnownHeaders headers;
    EXPECT_ERROR_CODE(headers.give(358391, BlockHeader::from(raw).take()), "header");
    EXPECT_ERROR_CODE(BlockHeader::from(Bytes(79)), "header");
}

TEST(Stamp, many_digests_share_one_tip_and_every_proof_leads_to_the_block) {
    SeededRandom random(7);
    for (std::size_t count : {1, 2, 3, 5, 8, 13}) {
        std::vector<Digest256> digests;
        for (std::size_t i = 0; i < count; ++i) digests.push_back(random.bytes<32>());
        auto unstamped = make_unstamped(digests, random);
        Timestamp promise;
        promise.attestations = {pending("https://a.calendar.example")};
        for (auto& proof : unstamped.proofs) {
            ASSERT_TRUE(attach(proof, unstamped.tip, promise));
            EXPECT_EQ(parse_detached(write_detached(proof)).take(), proof);
            EXPECT_TRUE(promises(proof, {}).empty());
            auto const asked = promises(proof, {"https://a.calendar.example"});
            ASSERT_EQ(asked.size(), 1u);
            EXPECT_TRUE(same_bytes(asked[0].message, unstamped.tip));
            EXPECT_FALSE(is_complete(proof));
            auto unpruned = proof;
            prune(unpruned);
            EXPECT_EQ(unpruned, proof);

            // The calendar's answer: append, hash, and a block of a test chain.
            Timestamp block;
            block.attestations = {bitcoin(0)};
            Timestamp appended;
            appended.branches = {{Step{Op::sha256, {}}, block}};
            Timestamp answer;
            answer.branches = {{Step{Op::append, to_bytes("calendar")}, appended}};
            Bytes body;
            write_timestamp(body, answer);
            auto const read = parse_calendar_answer(body, unstamped.tip);
            ASSERT_OK(read);
            ASSERT_TRUE(attach(proof, asked[0].message, *read));
            EXPECT_TRUE(is_complete(proof));
            auto pruned = proof;
            prune(pruned);
            EXPECT_TRUE(judge(pruned, {}).pending.empty());
            EXPECT_EQ(judge(pruned, {}).bitcoin.size(), judge(proof, {}).bitcoin.size());
            ASSERT_OK(parse_detached(write_detached(pruned)));
            Bytes root = to_bytes(ByteView(unstamped.tip));
            append(root, "calendar");
            auto const chain = mine(1, 1, 0, sha256(root));
            KnownHeaders headers;
            EXPECT_ERROR_CODE(headers.give(0, chain[0]), "header");  // a test chain is not Bitcoin
            ASSERT_OK(headers.give(0, chain[0], {.easiest_bits = chain[0].bits()}));
            EXPECT_NE(judge(proof, headers).best(), nullptr);
        }
        EXPECT_FALSE(attach(unstamped.proofs[0], Bytes(32), promise));
    }
}

}  // namespace
}  // namespace exhibit::ots
