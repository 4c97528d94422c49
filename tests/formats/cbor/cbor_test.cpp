#include "formats/cbor/cbor.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "support/shared.hpp"

namespace exhibit::cbor {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).take(); }

// RFC 8949, appendix A: deterministic encodings among its examples.
constexpr std::string_view deterministic[] = {
    "00",
    "01",
    "0a",
    "17",
    "1818",
    "1819",
    "1864",
    "1903e8",
    "1a000f4240",
    "1b000000e8d4a51000",
    "1bffffffffffffffff",
    "3bffffffffffffffff",
    "20",
    "29",
    "3863",
    "3903e7",
    "f90000",
    "f98000",
    "f93c00",
    "fb3ff199999999999a",
    "f93e00",
    "f97bff",
    "fa47c35000",
    "fa7f7fffff",
    "fb7e37e43c8800759c",
    "f90001",
    "f90400",
    "f9c400",
    "fbc010666666666666",
    "f97c00",
    "f97e00",
    "f9fc00",
    "f4",
    "f5",
    "f6",
    "f7",
    "c074323031332d30332d32315432303a30343a30305a",
    "c11a514b67b0",
    "d74401020304",
    "d818456449455446",
    "40",
    "4401020304",
    "60",
    "6161",
    "6449455446",
    "62225c",
    "62c3bc",
    "63e6b0b4",
    "64f0908591",
    "80",
    "83010203",
    "8301820203820405",
    "a0",
    "a201020304",
    "a26161016162820203",
    "826161a161626163",
    "98190102030405060708090a0b0c0d0e0f10111213141516171818"
    "1819"};

// Well-formed, but written longer than needed, in another order, or without a length beforehand.
constexpr std::string_view other_forms[] = {"1817",
                                            "190001",
                                            "fa3fc00000",
                                            "fb3ff8000000000000",
                                            "5f42010243030405ff",
                                            "7f657374726561646d696e67ff",
                                            "9fff",
                                            "9f018202039f0405ffff",
                                            "bf61610161629f0203ffff",
                                            "a203040102",
                                            "a2616201616101"};

constexpr std::string_view broken[] = {"",
                                       "18",
                                       "1c",
                                       "1f",
                                       "3f",
                                       "df00",
                                       "ff",
                                       "41",
                                       "61",
                                       "61ff",
                                       "5f6161ff",
                                       "5f5f4101ffff",
                                       "81",
                                       "8201",
                                       "a1",
                                       "a101",
                                       "a201010102",
                                       "bf0101ff01",
                                       "bf01",
                                       "9f",
                                       "f800",
                                       "f818",
                                       "fc",
                                       "0000",
                                       "c0",
                                       "9bffffffffffffffff",
                                       "bb7fffffffffffffff",
                                       "5bffffffffffffffff",
                                       "62c328"};

TEST(Cbor, published_examples_come_back_the_same) {
    for (auto text : deterministic) {
        auto const bytes = hex(text);
        auto const value = parse_deterministic(bytes);
        ASSERT_OK(value);
        EXPECT_EQ(to_hex(write(*value)), text);
    }
}

TEST(Cbor, other_forms_are_read_and_written_in_the_one_form) {
    for (auto text : other_forms) {
        auto const bytes = hex(text);
        EXPECT_ERROR_CODE(parse_deterministic(bytes), "cbor");
        auto const value = parse(bytes);
        ASSERT_OK(value);
        EXPECT_OK(parse_deterministic(write(*value)));
    }
}

TEST(Cbor, what_is_broken_is_refused) {
    for (auto text : broken) {
        SCOPED_TRACE(text);
        EXPECT_ERROR_CODE(parse(hex(text)), "cbor");
    }
}

TEST(Cbor, depth_and_number_of_items_have_limits) {
    Bytes allowed(64, 0x81);
    allowed.push_back(0);
    EXPECT_OK(parse(allowed));
    Bytes deep(65, 0x81);
    deep.push_back(0);
    EXPECT_ERROR_CODE(parse(deep), "cbor");
    EXPECT_ERROR_CODE(parse(Bytes(100000, 0x81)), "cbor");
    EXPECT_ERROR_CODE(parse(hex("83000000"), {.items_max = 3}), "cbor");
}

TEST(Cbor, a_key_twice_is_refused_in_whatever_form) {
    EXPECT_ERROR_CODE(parse(hex("a2616101616102")), "cbor");
    EXPECT_ERROR_CODE(parse(hex("a20101180102")), "cbor");
    EXPECT_ERROR_CODE(parse(hex("bf616101616102ff")), "cbor");
}

TEST(Cbor, maps_are_searched_by_text_and_by_number) {
    auto const value = parse(hex("a3016161206162616363666f6f"));
    ASSERT_OK(value);
    ASSERT_NE(value->find(1), nullptr);
    EXPECT_EQ(*value->find(1)->text(), "a");
    EXPECT_EQ(*value->find(-1)->text(), "b");
    EXPECT_EQ(*value->find_text("c"), "foo");
    EXPECT_EQ(value->find("d"), nullptr);
    EXPECT_EQ(Value::integer(-500).number(), -500);
    EXPECT_EQ(to_hex(write(Value::integer(-500))), "3901f3");
}

}  // namespace
}  // namespace exhibit::cbor
