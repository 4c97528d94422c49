// When logs are stamped, whom their guardian asks, and what it then shows.
#include <gtest/gtest.h>

#include "case/custody_evidence.hpp"
#include "case/custody_folder.hpp"
#include "guard/guardian/rehearsal.hpp"
#include "guard/guardian/time_plan.hpp"
#include "guard/guardian/time_sources.hpp"
#include "support/time_servers.hpp"

namespace exhibit::guard::test {
namespace {

WallTime at(std::int64_t hours) { return WallTime::from_ms(hours * 3'600'000); }

TEST(TimePlan, a_state_is_stamped_when_there_is_news_and_it_is_time) {
    StampStanding standing{.news = true, .last = {}, .renew = {}, .every = Duration::hours(1)};
    EXPECT_EQ(stamp_due(standing, at(1000)), StampDue::news);  // the first
    standing.last = at(1000);
    EXPECT_EQ(stamp_due(standing, at(1000)), StampDue::no);
    EXPECT_EQ(stamp_due(standing, at(1001)), StampDue::news);
    EXPECT_EQ(stamp_due(standing, at(900)), StampDue::news);  // the clock went back
    standing.news = false;
    EXPECT_EQ(stamp_due(standing, at(5000)), StampDue::no);
}

TEST(TimePlan, what_rests_on_a_certificate_that_ends_is_renewed_before) {
    StampStanding standing{.news = false, .last = at(0), .renew = {}, .every = Duration::hours(1)};
    auto const year = 365 * 24;
    standing.renew = at(year);
    EXPECT_EQ(stamp_due(standing, at(year - 31 * 24)), StampDue::no);
    EXPECT_EQ(stamp_due(standing, at(year - 29 * 24)), StampDue::renew);
    EXPECT_EQ(stamp_due(standing, at(year + 1)), StampDue::renew);
    // A certificate of nine days is renewed for the last three, not at once and for ever.
    standing.renew = at(9 * 24);
    EXPECT_EQ(stamp_due(standing, at(5 * 24)), StampDue::no);
    EXPECT_EQ(stamp_due(standing, at(7 * 24)), StampDue::renew);
    EXPECT_EQ(renew_from(at(10), at(5)), at(5));  // it had ended already
}

TEST(TimeSources, a_text_is_read_line_by_line) {
    auto const read = parse_time_sources(
        "# whom we ask\n\nauthority tsa.example https://tsa.example/tsr roots=ca.pem "
        "crl=http://tsa.example/ca.crl\r\n  calendar https://a.pool.example/\n"
        "follow https://alice.example\nblocks https://blocks.example/api/\nevery 30m\n");
    ASSERT_OK(read);
    ASSERT_EQ(read->authorities.size(), 1U);
    EXPECT_EQ(read->authorities[0].name, "tsa.example");
    EXPECT_EQ(read->authorities[0].roots, "ca.pem");
    EXPECT_EQ(read->authorities[0].crl, "http://tsa.example/ca.crl");
    EXPECT_EQ(read->calendars, std::vector<std::string>{"https://a.pool.example"});
    EXPECT_EQ(read->followed,
              (std::vector<std::string>{"https://a.pool.example", "https://alice.example"}));
    EXPECT_EQ(read->blocks, "https://blocks.example/api");
    EXPECT_EQ(read->every, Duration::minutes(30));
    EXPECT_TRUE(parse_time_sources("")->empty());
}

TEST(TimeSources, what_cannot_be_used_is_refused_with_its_line) {
    for (std::string const line :
         {"authority a https://x", "authority A https://x roots=r", "authority a ftp://x roots=r",
          "authority a https:// roots=r", "authority a https://me@x roots=r",
          "authority a https://x roots=", "authority a https://x roots=r other=1",
          "calendar https://x y", "calendar x", "calendar https://x/?q", "blocks", "every 0s",
          "every 30d", "tsa https://x"}) {
        auto const read = parse_time_sources("every 1h\n" + line + "\n");
        EXPECT_ERROR_CODE(read, "time-sources");
        if (!read.ok()) { EXPECT_EQ(read.error().where, "line 2") << line; }
    }
    EXPECT_ERROR_CODE(parse_time_sources("authority a https://x roots=r\nauthority a https://y "
                                         "roots=r\n"),
                      "time-sources");
    exhibit::test::TemporaryFolder const folder;
    ASSERT_OK(replace_file(folder / "time", "authority a https://x roots=missing.pem\n"));
    EXPECT_FALSE(read_time_sources(folder / "time").ok());
}

// --- with a real authority and a calendar -------------------------------------------------------

class Stamped : public ::testing::Test {
protected:
    void SetUp() override {
        NEEDS_PROGRAM("openssl");
        NEEDS_OPENTIMESTAMPS();
    }
    // One guardian of four asks for time; the others only cosign.
    void begin() {
        drill_.emplace();
        drill_->stop_guardian(0);
        drill_->options[0].time = sources();
        drill_->start_guardian(0);
        drill_->enrol_all();
    }
    TimeSources sources() {
        auto const text = "authority tsa.test " + authority_.url() +
                          " roots=" + (authority_ / "ca.pem").string() +
                          " crl=" + authority_.url() + "/crl\ncalendar " + calendar_.url() +
                          "\nblocks " + calendar_.url() + "\nevery 1s\n";
        auto read = parse_time_sources(text);
        EXPECT_OK(read);
        return read.ok() ? read.take() : TimeSources();
    }
    Result<CustodyRecord> custody() {
        auto const path = drill_->path("custody");
        auto const answer = TRY(drill_->send(0, "GET", path, {}, drill_->as_guardian(0, path)));
        return parse_custody_record(answer.body);
    }
    void mine() {
        ClientOptions options;
        options.trust = AnyCertificate{};
        auto client = HttpClient::create(options).take();
        ASSERT_EQ(client.post(calendar_.url() + "/mine", "text/plain", {})->status, 200U);
    }
    // Until the record is as wished; then it, checked.
    template <typename Wish>
    CheckedCustody wait_for(Wish const& wish) {
        std::optional<CheckedCustody> checked;
        EXPECT_TRUE(eventually([&] {
            auto record = custody();
            if (!record.ok()) return false;
            record_ = record.take();
            auto const& policy = drill_->policy->value();
            checked = check_custody(record_, cards_of({record_}, policy), policy);
            return wish(*checked);
        }));
        return checked ? std::move(*checked) : CheckedCustody{};
    }
    static std::size_t count(CheckedCustody const& checked, CustodyKind kind) {
        std::size_t found = 0;
        for (auto const& event : checked.events) found += event.event->event == kind;
        return found;
    }

    exhibit::test::TemporaryFolder folder_;
    exhibit::test::TimeServer authority_{"time_authority.py", folder_ / "authority"};
    exhibit::test::TimeServer calendar_{"calendar_server.py", folder_ / "calendar"};
    std::optional<Rehearsal> drill_;
    CustodyRecord record_;
};

TEST_F(Stamped, a_log_is_stamped_by_an_authority_and_promised_by_a_calendar) {
    begin();
    auto const checked = wait_for([&](CheckedCustody const& now) {
        return !now.stamps.empty() && !now.stamps[0].stamp.tokens.empty() &&
               !now.stamps[0].stamp.ots.empty();
    });
    ASSERT_FALSE(checked.stamps.empty());
    for (auto const& complaint : checked.complaints) ADD_FAILURE() << complaint.why.what;
    // The first event's proof leads to the stamped state itself.
    ASSERT_EQ(checked.stamp_of(checked.events[0]), &checked.stamps[0]);
    TimeTrust trust;
    auto const pem = read_text_file(authority_ / "ca.pem", 1 << 20).take();
    trust.roots = Certificate::from_pem(pem).take();
    auto const judged = judge_stamp(checked.stamps[0], record_, trust);
    ASSERT_EQ(judged.tokens.size(), 1U);
    ASSERT_TRUE(judged.tokens[0].stamp.has_value()) << judged.tokens[0].trouble->what;
    EXPECT_TRUE(judged.tokens[0].stamp->trusted);
    EXPECT_EQ(judged.tokens[0].stamp->revocation, RevocationAnswer::good);  // the CRL was kept
    // A promise is not a proof.
    ASSERT_TRUE(judged.bitcoin.has_value());
    EXPECT_EQ(judged.bitcoin->best(), nullptr);
    EXPECT_EQ(judged.bitcoin->pending, std::vector<std::string>{calendar_.url()});
    // Without roots it is untrusted, and not invalid.
    auto const untrusted = judge_stamp(checked.stamps[0], record_, {});
    ASSERT_TRUE(untrusted.tokens[0].stamp.has_value());
    EXPECT_FALSE(untrusted.tokens[0].stamp->trusted);

    // openssl says the same of the files as they lie in a release.
    auto const files = write_custody_files({record_}, drill_->policy->value());
    std::string checkpoint, token;
    for (auto const& [path, content] : files) {
        auto const file = folder_ / "release" / path;
        std::filesystem::create_directories(file.parent_path());
        ASSERT_OK(replace_file(file, ByteView(content)));
        if (path.ends_with(".checkpoint") && checkpoint.empty()) checkpoint = file;
        if (path.ends_with(".tst") && token.empty()) token = file;
    }
    auto const verified =
        exhibit::test::run({"openssl", "ts", "-verify", "-token_in", "-in", token, "-data",
                            checkpoint, "-CAfile", (authority_ / "ca.pem").string()});
    EXPECT_NE((verified.out + verified.err).find("Verification: OK"), std::string::npos)
        << verified.out << verified.err;
}

TEST_F(Stamped, a_block_makes_a_proof_of_a_promise_and_a_test_chain_is_called_one) {
    begin();
    (void)wait_for([&](CheckedCustody const& now) {
        return !now.stamps.empty() && !now.stamps[0].stamp.ots.empty();
    });
    mine();
    auto const checked = wait_for([&](CheckedCustody const& now) {
        return count(now, CustodyKind::timestamp_upgraded) > 0 && !record_.blocks.empty();
    });
    for (auto const& complaint : checked.complaints) ADD_FAILURE() << complaint.why.what;
    ASSERT_FALSE(record_.blocks.empty());
    auto const header = ots::BlockHeader::from(record_.blocks[0].header);
    ASSERT_OK(header);
    EXPECT_TRUE(ots::is_too_easy(*header));
    // As Bitcoin it counts for nothing; by the test chain's own rules the proof leads to the block.
    TimeTrust trust;
    give_blocks(trust.headers, record_);
    auto judged = judge_stamp(checked.stamps[0], record_, trust);
    ASSERT_TRUE(judged.bitcoin.has_value());
    EXPECT_EQ(judged.bitcoin->best(), nullptr);
    ASSERT_OK(
        trust.headers.give(record_.blocks[0].height, *header, {.easiest_bits = header->bits()}));
    judged = judge_stamp(checked.stamps[0], record_, trust);
    ASSERT_NE(judged.bitcoin->best(), nullptr);
    EXPECT_TRUE(judged.bitcoin->pending.empty());  // pruned
    for (auto const& event : checked.events) {
        if (event.event->event != CustodyKind::timestamp_upgraded) continue;
        EXPECT_EQ(event.event->basis, CustodyEvent::Basis::stated);
        EXPECT_NE(event.event->note->find("TEST chain"), std::string::npos);
    }
    // python-opentimestamps reads the proof and finds the block's root, too.
    ASSERT_OK(replace_file(folder_ / "proof.ots", ByteView(checked.stamps[0].stamp.ots)));
    auto const python =
        exhibit::test::run({exhibit::test::system_python, "-c", R"(
import sys
from bitcoin.core import CBlockHeader
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation
from opentimestamps.core.serialize import StreamDeserializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile
proof = DetachedTimestampFile.deserialize(StreamDeserializationContext(open(sys.argv[1], 'rb')))
header = CBlockHeader.deserialize(bytes.fromhex(sys.argv[2]))
for message, attestation in proof.timestamp.all_attestations():
    assert isinstance(attestation, BitcoinBlockHeaderAttestation)
    fits = attestation.verify_against_blockheader(message, header) == header.nTime
    print(proof.file_digest.hex(), fits)
)",
                            (folder_ / "proof.ots").string(), to_hex(record_.blocks[0].header)});
    EXPECT_EQ(python.out, to_hex(checked.stamps[0].digest) + " True\n") << python.err;
}

// Each stamp covers the event that tells of the one before it.
TEST_F(Stamped, stamps_renew_each_other) {
    begin();
    (void)wait_for([&](CheckedCustody const& now) { return !now.stamps.empty(); });
    auto const one = drill_->seal(1, "the first");
    ASSERT_OK(drill_->upload(0, one));
    ASSERT_EQ(drill_->state(0, one)->status, 200U);
    auto const checked = wait_for([&](CheckedCustody const& now) {
        if (now.stamps.size() < 2 || count(now, CustodyKind::timestamped) < 2) return false;
        std::size_t covered = 0;
        for (auto const& event : now.events) {
            auto const* stamp = now.stamp_of(event);
            covered += event.event->event == CustodyKind::timestamped && stamp != nullptr;
        }
        return covered > 0;
    });
    for (auto const& complaint : checked.complaints) ADD_FAILURE() << complaint.why.what;
    EXPECT_GE(checked.stamps.size(), 2U);
}

TEST_F(Stamped, an_authority_that_nobody_vouches_for_is_not_taken) {
    exhibit::test::TimeServer other("time_authority.py", folder_ / "other");
    ASSERT_FALSE(other.url().empty());
    drill_.emplace();
    drill_->stop_guardian(0);
    auto const text = "authority liar " + authority_.url() +
                      " roots=" + (other / "ca.pem").string() + "\nevery 1s\n";
    drill_->options[0].time = parse_time_sources(text).take();
    drill_->start_guardian(0);
    drill_->enrol_all();
    EXPECT_TRUE(eventually([&] {
        for (auto const& note : drill_->guardians[0]->notes())
            if (note.code == "untrusted") return true;
        return false;
    }));
    auto const record = custody();
    ASSERT_OK(record);
    EXPECT_TRUE(record->stamps.empty());
}

}  // namespace
}  // namespace exhibit::guard::test
