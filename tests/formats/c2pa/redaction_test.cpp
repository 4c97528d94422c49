#include <gtest/gtest.h>

#include "support/signed_bytes.hpp"

namespace exhibit::c2pa {
namespace {

using test::a_fact;
using test::a_jpeg;
using test::a_wish;
using test::an_mp4;

std::string address_in(Report const& report, std::string const& label) {
    return report.store->active().uri("c2pa.assertions/" + label);
}

TEST(Redaction, the_fact_goes_and_every_other_byte_of_its_manifest_stays) {
    test::Workshop workshop;
    auto wish = a_wish();
    wish.facts = {a_fact("the north gate of the market"), a_fact("a grey house")};
    auto const before = workshop.judge(workshop.sign(an_mp4(10), wish));
    auto const gone = address_in(before, "c2pa.metadata");
    auto const boxes = without_assertions(*before.store, {gone});
    ASSERT_OK(boxes);
    auto const after = Store::parse(write_store(*boxes));
    ASSERT_OK(after);
    EXPECT_EQ(after->active().assertion("c2pa.metadata"), nullptr);
    for (auto const& child : before.store->active().assertions->children) {
        if (child.label() == "c2pa.metadata") continue;
        auto const* same = after->active().assertion(child.label());
        ASSERT_NE(same, nullptr);
        EXPECT_TRUE(same_bytes(same->whole, child.whole));
    }
    EXPECT_TRUE(same_bytes(after->active().claim_bytes, before.store->active().claim_bytes));
    // Nothing to withhold: nothing changes at all.
    EXPECT_EQ(*without_assertions(*before.store, {}), boxes_of(*before.store));
}

TEST(Redaction, what_holds_a_manifest_together_may_not_go) {
    test::Workshop workshop;
    auto const report = workshop.judge(workshop.sign(an_mp4(10), a_wish()));
    for (auto const* label : {"c2pa.actions.v2", "c2pa.hash.bmff.v3", "c2pa.ingredient.v3", "none"})
        EXPECT_ERROR_CODE(check_redactable(*report.store, address_in(report, label)), "redaction");
    EXPECT_ERROR_CODE(check_redactable(*report.store, "self#jumbf=c2pa.assertions/x"), "redaction");
}

TEST(Redaction, what_is_left_of_it_anywhere_is_found) {
    test::Workshop workshop;
    auto wish = a_wish();
    wish.facts = {a_fact("the north gate of the market")};
    auto const whole = workshop.sign(a_jpeg(), wish);
    auto const before = workshop.judge(whole);
    auto const withheld = withheld_from(*before.store, {address_in(before, "c2pa.metadata")});
    ASSERT_EQ(withheld.size(), 1U);
    EXPECT_EQ(withheld[0].contents.size(), 2U);  // the content and its salt
    EXPECT_EQ(withheld[0].words, std::vector<std::string>{"the north gate of the market"});
    auto less = a_wish();
    less.withheld = {withheld[0].address};
    auto const clean = workshop.update(whole, less);
    ASSERT_OK(clean);
    auto const leaks_in = [&](ByteView file, ByteView store) {
        return find_leaks(MemorySource(file), store, withheld).take();
    };
    auto const report = workshop.judge(*clean);
    EXPECT_TRUE(leaks_in(*clean, report.store->bytes()).empty());
    EXPECT_EQ(leaks_in(whole, report.store->bytes()).size(), 3U);
    EXPECT_EQ(leaks_in(*clean, before.store->bytes()).size(), 6U);  // joined, and in its manifest
    // At every place of a large file, also across the edges of what is read at a time.
    Bytes large(9 << 20, 0);
    for (std::size_t const at :
         {std::size_t{0}, std::size_t{4 << 20} - 5, std::size_t{4 << 20} + 20, large.size() - 28}) {
        auto planted = large;
        std::ranges::copy(std::string_view("the north gate of the market"),
                          planted.begin() + static_cast<std::ptrdiff_t>(at));
        auto const leaks = leaks_in(planted, report.store->bytes());
        ASSERT_EQ(leaks.size(), 1U) << at;
        EXPECT_EQ(leaks[0].where, "offset " + std::to_string(at));
        EXPECT_EQ(leaks[0].word, "the north gate of the market");
    }
}

TEST(Redaction, a_compressed_manifest_is_unpacked_to_withhold_from_it) {
    NEEDS_SHARED("vectors/c2pa/own/independent_sidecar.txt.c2pa");
    NEEDS_PROGRAM("node");
    test::Workshop workshop;
    auto wish = a_wish();
    wish.facts = {a_fact("the north gate of the market")};
    auto const file = workshop.sign(a_jpeg(), wish);
    auto const plain = workshop.judge(file);
    auto const& manifest = plain.store->active();
    auto const packed = test::run_node(
        "import {brotliCompressSync} from 'node:zlib'; import {readFileSync} from 'node:fs';"
        "process.stdout.write(brotliCompressSync(readFileSync(0)).toString('hex'));",
        {}, manifest.box->whole);
    auto const brob = from_hex(packed.out);
    ASSERT_OK(brob);
    jumbf::Description description;
    description.type = jumbf::type_id("c2cm");
    description.label = manifest.label;
    auto const store = Store::parse(write_store(
        {jumbf::write_superbox(description, {jumbf::write_box(jumbf::box_type("brob"), *brob)})}));
    ASSERT_OK(store);
    auto const address = address_in(plain, "c2pa.metadata");
    auto const boxes = without_assertions(*store, {address});
    ASSERT_OK(boxes);
    auto const after = write_store(*boxes);
    auto const leaks =
        find_leaks(MemorySource(after), after, withheld_from(*plain.store, {address}));
    ASSERT_OK(leaks);
    EXPECT_TRUE(leaks->empty());
    // Packed, it would not be found in the bytes of the file, but it is in the manifest.
    auto const still = find_leaks(MemorySource(store->bytes()), store->bytes(),
                                  withheld_from(*plain.store, {address}));
    ASSERT_OK(still);
    EXPECT_FALSE(still->empty());
    EXPECT_EQ(still->front().where, "manifest " + manifest.label);
}

}  // namespace
}  // namespace exhibit::c2pa
