// What the guardians of a release could show of custody and time: logs in memory, cosigned by each
// other, one state of each stamped by an authority of our own and by a test chain of Bitcoin.
#pragma once

#include <fstream>

#include "case/custody_folder.hpp"
#include "release/release_case.hpp"
#include "support/custody_world.hpp"
#include "support/time_authority.hpp"

namespace exhibit::test {

// A block of a test chain: a real header with an easy target, worth nothing outside of tests.
inline ots::BlockHeader mine_block(Digest256 const& root, WallTime time) {
    constexpr std::uint32_t easy = 0x207fffff;
    ByteArray<80> raw{};
    auto const put = [&](std::size_t at, std::uint64_t value) {
        for (unsigned b = 0; b < 4; ++b) raw[at + b] = static_cast<Byte>(value >> (8 * b));
    };
    std::ranges::copy(root, raw.begin() + 36);
    put(68, static_cast<std::uint64_t>(time.since_epoch_ms() / 1000));
    put(72, easy);
    for (std::uint32_t nonce = 0;; ++nonce) {
        put(76, nonce);
        auto const header = ots::BlockHeader::from(raw).take();
        if (header.has_its_work()) return header;
    }
}

// A proof that leads from the digest to the Merkle root sha256(digest ‖ "block").
// At a height where targets change, so that a chain can be checked from it.
struct TestBlock {
    std::uint64_t height = 699'552;
    Bytes proof;
    ots::BlockHeader header;
};
inline TestBlock stamp_into_block(Digest256 const& digest, WallTime time) {
    ots::Detached detached{ots::Op::sha256, to_bytes(ByteView(digest)), {}};
    ots::Timestamp end, hashed;
    end.attestations.push_back(ots::bitcoin(699'552));
    hashed.branches.push_back({{ots::Op::sha256, {}}, end});
    detached.timestamp.branches.push_back(
        {{ots::Op::append, to_bytes(std::string_view("block"))}, hashed});
    return {699'552, ots::write_detached(detached),
            mine_block(sha256(digest, as_bytes("block")), time)};
}
inline Bytes pending_proof(Digest256 const& digest) {
    ots::Detached detached{ots::Op::sha256, to_bytes(ByteView(digest)), {}};
    detached.timestamp.attestations.push_back(ots::pending("https://calendar.example"));
    return ots::write_detached(detached);
}

// Seconds after sealed_at at which guardians received, and cosigned.
inline constexpr std::int64_t received_after = 1, cosigned_after = 100;

class ReleaseCustody {
public:
    ReleaseCustody(ReleaseCase const& c, ReleaseBundle const& bundle)
        : world(c.policy, c.guardians) {
        if (have_program("openssl")) authority.emplace("time.example");
        for (std::size_t i = 0; i < CustodyWorld::count; ++i) {
            for (auto const& exhibit : bundle.exhibits) log_received(i, exhibit);
            auto voted = world.event(i, CustodyKind::voted, 50);
            voted.exhibit.reset();
            (void)world.log(i, voted);
        }
        for (std::size_t i = 0; i < CustodyWorld::count; ++i) records.push_back(record_of(i));
        for (auto const& block : blocks) {
            VERIFY(
                trust.headers.give(block.height, block.header, {.easiest_bits = 0x207fffff}).ok());
            trust.headers.pin(block.height, block.header.hash());
        }
        if (authority) trust.roots = authority->roots();
    }

    FolderFiles files() const { return write_custody_files(records, world.policy); }
    // As `publish` will lay them out.
    void write(Path const& release) const {
        for (auto const& [path, content] : files()) {
            std::filesystem::create_directories((release / path).parent_path());
            std::ofstream(release / path, std::ios::binary) << as_text(content);
        }
    }
    std::string folder_of(std::size_t guardian) const {
        return "custody/" + world.guardians[guardian].id().hex() + "/";
    }
    // Of the one stamped state of a guardian's log, without an ending.
    std::string stamp_of(std::size_t guardian) const {
        char size[32];
        std::snprintf(size, sizeof size, "%08zu", world.logs[guardian].size());
        return "time/" + world.guardians[guardian].id().hex() + "/1-" + size;
    }
    std::string event_file(std::size_t guardian, std::size_t index,
                           std::string const& label) const {
        char number[32];
        std::snprintf(number, sizeof number, "%06zu", index + 1);
        return folder_of(guardian) + number + "-" + label;
    }

    CustodyWorld world;
    std::optional<TimeAuthority> authority;
    std::vector<CustodyRecord> records;
    std::vector<TestBlock> blocks;  // one
    TimeTrust trust;

private:
    void log_received(std::size_t i, ReleaseBundle::Exhibit const& exhibit) {
        auto const statement = SealStatement::parse(*exhibit.statement).take();
        auto event =
            world.event(i, CustodyKind::received, received_after + static_cast<std::int64_t>(i));
        event.exhibit = exhibit.number;
        event.in = {CustodyItem::document(CustodyItem::Role::statement, statement.digest)};
        event.out = {CustodyItem::ciphertext(statement.claims.root, statement.claims.size_bytes)};
        (void)world.log(i, event);
    }
    // Guardian 0's state is in a block, 1's is promised; all are stamped.
    CustodyRecord record_of(std::size_t i) {
        std::vector<std::size_t> others;
        for (std::size_t other = 0; other < CustodyWorld::count; ++other) {
            if (other != i) others.push_back(other);
        }
        auto record = world.record(i, others);
        auto& stamp = record.stamps.front();
        auto const digest = sha256(stamp.checkpoint);
        if (authority) stamp.tokens.push_back({"tsa", authority->token(digest)});
        if (i == 0) {
            blocks.push_back(stamp_into_block(digest, CustodyWorld::at(4000)));
            stamp.ots = blocks.back().proof;
        }
        if (i == 1) stamp.ots = pending_proof(digest);
        return record;
    }
};

}  // namespace exhibit::test
