#include "formats/premis/premis.hpp"

#include <gtest/gtest.h>

namespace exhibit::premis {
namespace {

TEST(Premis, a_document_has_its_parts_in_the_order_of_the_schema) {
    Document document;
    document.objects = {{"o1", {{"SHA-256", "ab"}}, 7, "unknown", "0001/original"}};
    document.events = {{"e1",
                        "capture",
                        "2020-01-01T00:00:00.000Z",
                        "filmed",
                        "success",
                        {"note"},
                        {{"a1", "implementer"}},
                        {{"o1", "source"}}}};
    document.agents = {{"a1", "witness", "person", {}, {"known by a key"}}};
    auto const text = write_document(document);
    auto last = std::string::npos;
    for (auto const* part :
         {"<premis xmlns=\"http://www.loc.gov/premis/v3\"", "xsi:type=\"file\"",
          "<messageDigest>ab</messageDigest>", "<size>7</size>",
          "<originalName>0001/original</originalName>", "<event>", "<eventOutcomeDetailNote>note<",
          "<linkingAgentRole>implementer<", "<linkingObjectRole>source<", "<agent>",
          "<agentType>person<", "</premis>\n"}) {
        auto const at = text.find(part, last == std::string::npos ? 0 : last);
        ASSERT_NE(at, std::string::npos) << part << " in\n" << text;
        last = at;
    }
}

TEST(Premis, text_cannot_leave_its_element) {
    Document document;
    document.objects = {{"a<b>&\"c", {}, {}, "x\x01y", std::string("z\xff")}};
    auto const text = write_document(document);
    EXPECT_NE(text.find("a&lt;b&gt;&amp;\"c"), std::string::npos);
    EXPECT_NE(text.find("x\xef\xbf\xbdy"), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
    EXPECT_EQ(text.find("\xef\xbf\xbf"), std::string::npos);
}

}  // namespace
}  // namespace exhibit::premis
