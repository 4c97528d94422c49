#include "formats/case_uco/case_uco.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "support/shared.hpp"

namespace exhibit::case_uco {
namespace {

Document small() {
    Document document;
    document.title = "custody";
    document.things = {{"t1", "original", {{"SHA256", std::string(64, 'a')}}, 7}};
    document.performers = {{"p1", "guardian 1"}};
    document.actions = {{"a1",
                         "preserved",
                         "sealed",
                         WallTime::from_ms(0),
                         {},
                         "p1",
                         "exhibit 0.1",
                         "Geneva",
                         {"t1"},
                         {}}};
    document.exhibits = {{"0001", {"t1", "a1"}}};
    return document;
}

TEST(CaseUco, the_same_input_gives_the_same_document_and_all_references_lead_somewhere) {
    auto const text = write_document(small());
    ASSERT_OK(text);
    EXPECT_EQ(*text, *write_document(small()));
    auto const json = parse_json(as_bytes(*text));
    ASSERT_OK(json);
    std::set<std::string> defined, named;
    std::function<void(Json const&)> const walk = [&](Json const& value) {
        if (value.is_array())
            for (auto const& one : value) walk(one);
        if (!value.is_object()) return;
        if (value.contains("@id"))
            (value.size() == 1 ? named : defined).insert(value["@id"].get<std::string>());
        for (auto const& [key, one] : value.items()) walk(one);
    };
    walk((*json)["@graph"]);
    EXPECT_GE(named.size(), 5U);
    for (auto const& id : named) EXPECT_TRUE(defined.contains(id)) << id;
    // Nothing of it has to be fetched to be read.
    EXPECT_TRUE((*json)["@context"].is_object());
}

TEST(CaseUco, what_is_no_text_is_refused) {
    auto document = small();
    document.actions[0].description = "\xff";
    EXPECT_FALSE(write_document(document).ok());
}

}  // namespace
}  // namespace exhibit::case_uco
