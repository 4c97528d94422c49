// Before a release nothing of the footage is in the clear: neither on a guardian's disk nor inside
// TLS.
//
// Four guardians and a witness in one process, real sockets, every decrypted byte recorded at both
// ends; footage, name, place, time, note and digest carry unique markers that are searched for in
// every form in which they could hide: raw, hex, base64 at all alignments and in both alphabets,
// and base64 of base64 (envelopes lie inside envelopes).
#include <algorithm>
#include <mutex>
#include <thread>

#include "crypto/hash.hpp"
#include "guard/guardian/guardian.hpp"
#include "guard/witness/meet.hpp"
#include "guard/witness/rounds.hpp"
#include "guard/witness/send.hpp"
#include "seal/make_case.hpp"
#include "seal/sealer.hpp"
#include "seal/unlock.hpp"
#include "support/markers.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

using test::all_bytes_below;
using test::forms_of;
using test::found_in;
using test::Marker;

// Every decrypted byte of every connection, at both ends.
struct Wire {
    std::mutex mutex;
    std::string bytes;
    WireRecord recorder() {
        return [this](Direction, ByteView seen) {
            std::lock_guard const lock(mutex);
            bytes.append(as_text(seen));
        };
    }
};

TEST(NothingInTheClear, the_search_finds_a_marker_in_every_form) {
    auto const marker = as_bytes("UNIQUE-MARKER-4b1d");
    std::vector<Marker> const markers{{"marker", forms_of(marker)}};
    EXPECT_TRUE(found_in("nothing here", markers).empty());
    for (auto const& form : markers[0].forms)
        EXPECT_FALSE(found_in("before " + form + " after", markers).empty());
    for (std::size_t before = 0; before < 7; ++before) {
        auto const text = std::string(before, 'x') + std::string(as_text(marker)) + "tail";
        auto const once = to_base64(as_bytes(text));
        EXPECT_FALSE(found_in(once, markers).empty()) << before;
        EXPECT_FALSE(
            found_in(to_base64(as_bytes("{\"payload\":\"" + once + "\"}")), markers).empty())
            << before;
    }
}

TEST(NothingInTheClear, neither_on_disks_nor_inside_tls_before_a_release) {
    test::TemporaryFolder folder;
    Wire wire;
    std::vector<std::unique_ptr<guard::Guardian>> guardians;
    std::vector<Invitation> invitations;
    for (auto const* name : {"ana", "bruno", "chen", "dana"}) {
        guard::GuardianOptions options;
        options.data = folder / name;
        options.name = name;
        options.record = wire.recorder();
        auto guardian = guard::Guardian::open(std::move(options));
        ASSERT_OK(guardian);
        ASSERT_OK((*guardian)->start());
        auto const invitation =
            (*guardian)->invite({.quota_bytes = 1u << 30,
                                 .lifetime = Duration::days(1),
                                 .address = {"127.0.0.1", (*guardian)->port()}});
        ASSERT_OK(invitation);
        invitations.push_back(*invitation);
        guardians.push_back(guardian.take());
    }
    guard::LinkOptions options;
    options.record = wire.recorder();

    // A case that will not release during the test: this is about before.
    SystemRandom random;
    seal::CasePlan plan;
    plan.case_id = CaseId::make(random);
    plan.quorum = {4, 2, 3, 1};
    for (auto const& invitation : invitations) {
        auto met = guard::meet(invitation, plan.case_id, options, random);
        ASSERT_OK(met);
        plan.guardians.push_back({invitation, met->card, met->clock});
    }
    plan.paper_shares = 1;
    AudienceStage everyone;
    everyone.who = AudienceStage::Who::everyone;
    plan.audience = {everyone};
    plan.interval = Duration::hours(72);
    plan.grace = Duration::hours(48);
    auto const passphrase = SecretBytes::copy_of("PASSMARK-walnut-ember-8e11");
    auto const made = seal::make_case(std::move(plan), passphrase, wall_now() - Duration::hours(1));
    ASSERT_OK(made);
    for (std::size_t i = 0; i < made->enrolments.size(); ++i) {
        auto const receipt = guard::enrol(invitations[i], made->enrolments[i], options);
        ASSERT_OK(receipt);
        ASSERT_OK(seal::check_share_receipt(*made, i, *receipt));
    }
    auto const case_folder_path = folder / "witness-case";
    ASSERT_OK(seal::install_case(case_folder_path, *made));
    auto const opened = seal::CaseFolder::open(case_folder_path);
    ASSERT_OK(opened);

    // Footage with markers all over, and facts that are markers.
    std::string footage;
    for (int i = 0; i < 20'000; ++i) footage += "FOOTAGEMARK-c0ffee-" + std::to_string(i) + "\n";
    std::string const name = "gate-NAMEMARK-91c2.mp4";
    auto const original = folder / name;
    ASSERT_OK(replace_file(original, footage));
    seal::SealOptions seal_options;
    seal_options.note = "NOTEMARK-the-third-tower-55";
    seal_options.claimed_time = "TIMEMARK-2020-10-12-0841";
    seal_options.place_exact = "PLACEMARK-43.8217-87.6129";
    seal_options.place_coarse = "COARSEMARK-43.8-87.6";
    auto const sealed = seal::seal_file(*opened, original, seal_options, wall_now());
    ASSERT_OK(sealed);
    ASSERT_OK(remove_file(original));

    auto const terms = terms_of(opened->info());
    auto link = guard::Link::open(plan.case_id, opened->info().guardians[0], options);
    ASSERT_OK(link);
    auto record = sealed->record;
    auto const statement = read_text_file(opened->exhibit_file(record.number, ".sd-jwt"), 1 << 20);
    ASSERT_OK(statement);
    guard::SendOptions send_options;
    send_options.save = [&](ExhibitRecord const& changed) { return opened->save(changed); };
    ASSERT_OK(guard::send_exhibit(*link, terms, record, opened->exhibit_file(record.number, ".age"),
                                  *statement, send_options));
    for (int i = 0; i < 200 && guard::held_by(record).size() < 4; ++i) {
        auto const receipts = link->receipts();
        ASSERT_OK(receipts);
        guard::take_receipts(record, terms, *receipts);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(guard::held_by(record).size(), 4u);

    auto const key = seal::unlock_witness_key(*opened, passphrase);
    ASSERT_OK(key);
    auto const vouched = opened->vouched();
    ASSERT_OK(vouched);
    CheckIn const check_in{.case_id = plan.case_id,
                           .claimed = wall_now(),
                           .interval = plan.interval,
                           .grace = plan.grace,
                           .policy = opened->info().policy,
                           .vouched = vouched->digest(),
                           .clocks = made->first_check_in.clocks};
    auto const signed_check_in = Signed<CheckIn>::sign(check_in, *key);
    std::size_t acknowledged = 0;
    for (auto const& said :
         guard::tell_all(opened->info(), signed_check_in.envelope(), *vouched, options)) {
        ASSERT_OK(said.result);
        acknowledged += !said.result->replies.empty();
    }
    EXPECT_EQ(acknowledged, 4u);
    for (auto const& said : guard::ask_status(opened->info(), random.bytes<16>(), options))
        EXPECT_OK(said.result);

    auto const digest = sha256(footage);
    auto const device_pem = read_file(case_folder_path / "device-key.pem", 4096);
    ASSERT_OK(device_pem);
    auto const device = parse_private_pem(*device_pem);
    ASSERT_OK(device);
    std::vector<Marker> const secrets = {
        {"footage", forms_of(as_bytes("FOOTAGEMARK-c0ffee"))},
        {"file name", forms_of(as_bytes("NAMEMARK-91c2"))},
        {"note", forms_of(as_bytes("NOTEMARK-the-third-tower"))},
        {"time", forms_of(as_bytes("TIMEMARK-2020"))},
        {"place", forms_of(as_bytes("PLACEMARK-43.8217"))},
        {"coarse place", forms_of(as_bytes("COARSEMARK-43.8"))},
        {"digest of the original", forms_of(digest)},
        {"hex digest as text", forms_of(as_bytes(to_hex(digest)))},
        {"passphrase", forms_of(as_bytes("PASSMARK-walnut-ember"))},
        {"device's public key", forms_of(device->public_key().bytes())},
        {"share on paper", forms_of(made->paper_shares[0].reveal())}};
    for (auto& guardian : guardians) guardian->stop();

    std::size_t searched = 0;
    for (auto const* guardian : {"ana", "bruno", "chen", "dana"}) {
        auto const disk = all_bytes_below(folder / guardian);
        searched += disk.size();
        EXPECT_GT(disk.size(), sealed->record.size_bytes)
            << "the ciphertext is not there: nothing was searched";
        for (auto const& trouble : found_in(disk, secrets))
            ADD_FAILURE() << guardian << "'s disk: " << trouble;
    }
    std::lock_guard const lock(wire.mutex);
    EXPECT_GT(wire.bytes.size(), 2 * sealed->record.size_bytes) << "the wire was not recorded";
    for (auto const& trouble : found_in(wire.bytes, secrets))
        ADD_FAILURE() << "the wire: " << trouble;

    // The device itself: it may be seized.
    std::vector<Marker> device_secrets(secrets.begin(), secrets.begin() + 9);
    device_secrets.push_back({"witness's public key", forms_of(key->public_key().bytes())});
    auto const device_disk = all_bytes_below(case_folder_path);
    for (auto const& trouble : found_in(device_disk, device_secrets))
        ADD_FAILURE() << "the device: " << trouble;
    std::printf(
        "searched %zu bytes of disks, %zu bytes inside TLS at both ends, %zu bytes of the device\n",
        searched, wire.bytes.size(), device_disk.size());
}

}  // namespace
}  // namespace exhibit
