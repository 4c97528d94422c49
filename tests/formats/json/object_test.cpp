#include "formats/json/object.hpp"

#include <gtest/gtest.h>

#include "support/shared.hpp"

namespace exhibit {
namespace {

Json sample() {
    return Json{{"name", "Amira"},     {"count", 7},
                {"yes", true},         {"at", "2026-11-22T21:10:00.000Z"},
                {"id", "00ff"},        {"blob", "AAEC"},
                {"inner", {{"x", 1}}}, {"list", {1, 2, 3}}};
}

TEST(JsonObject, every_kind_of_field_is_read) {
    auto const json = sample();
    auto made = JsonObject::of(json, "vote");
    ASSERT_OK(made);
    auto& object = *made;
    EXPECT_EQ(object.text("name").take(), "Amira");
    EXPECT_EQ(object.integer("count", 0, 7).take(), 7);
    EXPECT_TRUE(object.boolean("yes").take());
    EXPECT_EQ(write_time(object.time("at").take()), "2026-11-22T21:10:00.000Z");
    EXPECT_EQ(object.hex<2>("id").take(), (ByteArray<2>{0, 255}));
    EXPECT_EQ(object.base64("blob", 3).take(), (Bytes{0, 1, 2}));
    EXPECT_EQ(object.array("list", 3).take()->size(), 3u);
    EXPECT_EQ(object.optional_text("absent").take(), std::nullopt);
    EXPECT_FALSE(object.has("absent"));
    auto inner = object.object("inner");
    ASSERT_OK(inner);
    EXPECT_EQ(inner->integer("x", 1, 1).take(), 1);
    EXPECT_OK(inner->finish());
    EXPECT_OK(object.finish());
}

TEST(JsonObject, a_field_that_was_not_asked_for_is_refused_by_name) {
    Json const json{{"a", 1}, {"b", 2}};
    auto object = JsonObject::of(json, "policy").take();
    EXPECT_EQ(object.integer("a", 0, 9).take(), 1);
    auto const done = object.finish();
    EXPECT_ERROR_CODE(done, "unknown-field");
    EXPECT_EQ(done.error().where, "policy.b");
}

TEST(JsonObject, a_name_that_could_steer_a_terminal_is_not_shown) {
    Json const json{{"\x1b[2J", 1}};
    auto const done = JsonObject::of(json, "policy").take().finish();
    EXPECT_ERROR_CODE(done, "unknown-field");
    EXPECT_EQ(done.error().where.find('\x1b'), std::string::npos);
}

TEST(JsonObject, a_missing_field_is_named) {
    Json const json = Json::object();
    auto object = JsonObject::of(json, "vote").take();
    auto const missing = object.text("name");
    EXPECT_ERROR_CODE(missing, "missing-field");
    EXPECT_EQ(missing.error().where, "vote.name");
}

TEST(JsonObject, a_field_of_the_wrong_kind_is_named) {
    auto const json = sample();
    auto object = JsonObject::of(json, "vote").take();
    EXPECT_ERROR_CODE(object.text("count"), "wrong-field");
    EXPECT_ERROR_CODE(object.text("name", 4), "wrong-field");
    EXPECT_ERROR_CODE(object.optional_text("count"), "wrong-field");
    EXPECT_ERROR_CODE(object.integer("name", 0, 9), "wrong-field");
    EXPECT_ERROR_CODE(object.integer("count", 8, 9), "wrong-field");
    EXPECT_ERROR_CODE(object.integer("count", 0, 6), "wrong-field");
    EXPECT_ERROR_CODE(object.boolean("count"), "wrong-field");
    EXPECT_ERROR_CODE(object.time("name"), "wrong-field");
    EXPECT_ERROR_CODE(object.hex<3>("id"), "wrong-field");
    EXPECT_ERROR_CODE(object.hex<1>("id"), "wrong-field");
    EXPECT_ERROR_CODE(object.base64("blob", 2), "wrong-field");
    EXPECT_ERROR_CODE(object.base64("name", 100), "wrong-field");
    EXPECT_ERROR_CODE(object.object("list"), "wrong-field");
    EXPECT_ERROR_CODE(object.array("inner", 9), "wrong-field");
    EXPECT_ERROR_CODE(object.array("list", 2), "wrong-field");
    EXPECT_ERROR_CODE(JsonObject::of(json["list"], "list"), "wrong-field");
    EXPECT_EQ(object.hex<3>("id").error().where, "vote.id");
}

TEST(JsonObject, an_unsigned_past_the_range_of_integers_is_not_a_negative_number) {
    Json const json{{"n", ~std::uint64_t{0}}};
    auto object = JsonObject::of(json, "vote").take();
    EXPECT_ERROR_CODE(object.integer("n", -5, 5), "wrong-field");
}

}  // namespace
}  // namespace exhibit
