// What the device states of an exhibit lies in its package, and nowhere else until it is opened.
#include "case/device_events.hpp"

#include <gtest/gtest.h>

#include "release/open_exhibit.hpp"
#include "release/release_case.hpp"

namespace exhibit::seal {
namespace {

using test::ReleaseCase;
using test::sealed_at;

TEST(DeviceEvents, come_out_of_the_package_signed_by_the_key_of_the_exhibit) {
    ReleaseCase made;
    auto const file = made.folder.path() / "VID_1.mp4";
    ASSERT_OK(replace_file(file, "footage"));
    SealOptions options;
    options.tool = "exhibit 0.1.0 sha256:" + std::string(64, 'a');
    options.claimed_time = "2020-10-12T02:41:00.000Z";
    options.place_exact = "43.82,87.61";
    options.imported_from = "a memory card";
    auto const sealed = seal_file(made.open_case(), file, options, sealed_at);
    ASSERT_OK(sealed);
    auto const folder = made.open_case();
    auto const number = sealed->record.number;
    auto const text = read_text_file(folder.exhibit_file(number, ".sd-jwt"), 1 << 20);
    ASSERT_OK(text);
    auto const statement = SealStatement::parse(*text);
    ASSERT_OK(statement);
    age::Identity const* const identities[] = {&made.case_key};
    auto const opened = release::open_exhibit(folder.exhibit_file(number, ".age"), identities,
                                              made.folder.path() / "case", &*statement);
    ASSERT_OK(opened);
    ASSERT_EQ(opened->device_events.size(), 3U);
    std::vector<CustodyKind> kinds;
    std::optional<DocumentDigest> last;
    for (auto const& envelope : opened->device_events) {
        auto const event = open_device_event(envelope, *statement);
        ASSERT_OK(event);
        kinds.push_back((*event)->event);
        EXPECT_EQ((*event)->prev, last);
        EXPECT_EQ((*event)->in.front(),
                  CustodyItem::original(opened->facts->sha256, opened->facts->size_bytes));
        EXPECT_TRUE((*event)->tells_content());
        EXPECT_EQ((*event)->tool->version, "0.1.0");
        last = document_digest(envelope);
    }
    EXPECT_EQ(kinds, (std::vector{CustodyKind::captured_claimed, CustodyKind::imported,
                                  CustodyKind::sealed}));
    auto const first = peek<CustodyEvent>(opened->device_events.front());
    EXPECT_EQ(first->place, "43.82,87.61");
    EXPECT_EQ(first->at, parse_time("2020-10-12T02:41:00.000Z").take());
    // Not those of another exhibit.
    auto const other = made.seal_text("b", "other");
    auto const other_text =
        read_text_file(folder.exhibit_file(other.record.number, ".sd-jwt"), 1 << 20);
    auto const other_statement = SealStatement::parse(*other_text);
    EXPECT_ERROR_CODE(open_device_event(opened->device_events.front(), *other_statement),
                      "signature");
}

TEST(DeviceEvents, what_was_sent_is_told_by_the_next_package) {
    ReleaseCase made;
    auto const first = made.seal_text("a", "first").record;
    auto const folder = made.open_case();
    UntoldEvent const sent{
        sealed_at, UntoldEvent::Sent{first.number, *first.statement, first.root, first.size_bytes}};
    ASSERT_OK(folder.note(sent));
    ASSERT_OK(folder.note({sealed_at, std::nullopt}));
    EXPECT_EQ(folder.untold().size(), 2U);
    auto const second = made.seal_text("b", "second").record;
    EXPECT_TRUE(folder.untold().empty());
    EXPECT_FALSE(is_there(folder.path() / untold_file));

    auto const text = read_text_file(folder.exhibit_file(second.number, ".sd-jwt"), 1 << 20);
    auto const statement = SealStatement::parse(*text);
    ASSERT_OK(statement);
    age::Identity const* const identities[] = {&made.case_key};
    auto const opened = release::open_exhibit(folder.exhibit_file(second.number, ".age"),
                                              identities, made.folder.path() / "case", &*statement);
    ASSERT_OK(opened);
    ASSERT_EQ(opened->device_events.size(), 4U);  // and captured-claimed, sealed
    auto const told = peek<CustodyEvent>(opened->device_events[0]);
    EXPECT_EQ(told->event, CustodyKind::sent);
    EXPECT_EQ(told->exhibit, first.number);
    EXPECT_EQ(told->at, sealed_at);
    EXPECT_EQ(told->in.back(), CustodyItem::ciphertext(first.root, first.size_bytes));
    auto const wiped = peek<CustodyEvent>(opened->device_events[1]);
    EXPECT_EQ(wiped->event, CustodyKind::device_wiped);
    EXPECT_FALSE(wiped->exhibit);
    EXPECT_EQ(wiped->prev, document_digest(opened->device_events[0]));
    EXPECT_EQ(peek<CustodyEvent>(opened->device_events.back())->event, CustodyKind::sealed);
}

TEST(DeviceEvents, a_package_holds_only_so_many_and_the_rest_waits) {
    ReleaseCase made;
    auto const folder = made.open_case();
    for (std::size_t i = 0; i < told_at_once_max + 2; ++i) {
        UntoldEvent::Sent const sent{ExhibitNumber(static_cast<unsigned>(i + 1)), {}, {}, i};
        ASSERT_OK(folder.note({sealed_at, sent}));
    }
    (void)made.seal_text("a", "first");
    auto const left = folder.untold();
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left.front().sent->size_bytes, told_at_once_max);
    // What cannot be read is forgotten, and never in the way of a seal.
    ASSERT_OK(replace_file(folder.path() / untold_file, "{\"events\":7}"));
    (void)made.seal_text("b", "second");
    EXPECT_TRUE(folder.untold().empty());
}

TEST(DeviceEvents, lines_read_back_and_bad_ones_are_refused) {
    auto const key = SigningKey::generate();
    SealFacts facts;
    facts.tool = "exhibit 1";
    facts.claimed_time = std::string("at noon, \xff");  // what a terminal may hand in
    facts.note = std::string(10'000, 'x');
    auto const events = state_device_events({CaseId(), ExhibitNumber(7), facts, "\xc3\xa9"}, key);
    auto const text = write_device_lines(events);
    auto const back = parse_device_lines(text);
    ASSERT_OK(back);
    EXPECT_EQ(*back, events);
    EXPECT_ERROR_CODE(parse_device_lines(text.substr(0, text.size() - 1)), "custody");
    std::string many;
    for (std::size_t i = 0; i < device_events_max; ++i) many += text;
    EXPECT_ERROR_CODE(parse_device_lines(many), "custody");
    EXPECT_EQ(parse_tool("exhibit 0.1.0 sha256:" + std::string(64, '0')).sha256, Digest256{});
    EXPECT_EQ(parse_tool("").name, "");
}

}  // namespace
}  // namespace exhibit::seal
