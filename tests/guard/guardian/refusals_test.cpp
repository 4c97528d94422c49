#include "guard/guardian/refusals.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace exhibit::guard::test {
namespace {

TEST(Refusals, are_told_once_and_then_counted_by_the_hour) {
    auto now = WallTime::from_ms(1'760'000'000'000);
    OperatorLog log([&] { return now; }, {});
    Refusals refusals(log, [&] { return now; });
    SeededRandom random(1);
    auto const one = CaseId::make(random), other = CaseId::make(random);
    for (int i = 0; i < 50; ++i) {
        refusals.note(one, "signature");
        refusals.note(one, "newer");
    }
    refusals.note(one, "case");
    refusals.note(other, "signature");
    ASSERT_EQ(log.notes().size(), 3u);
    EXPECT_EQ(log.notes()[0].text, "a message was refused: signature");
    EXPECT_EQ(log.notes()[0].case_id, one);
    now = now + Duration::hours(1);
    refusals.note(one, "signature");
    ASSERT_EQ(log.notes().size(), 4u);
    EXPECT_EQ(log.notes()[3].text, "50 messages were refused: signature");
}

TEST(Refusals, a_flood_of_cases_costs_bounded_memory_and_lines) {
    auto now = WallTime::from_ms(1'760'000'000'000);
    unsigned lines = 0;
    OperatorLog log([&] { return now; }, [&](OperatorNote const&) { ++lines; });
    Refusals refusals(log, [&] { return now; });
    SeededRandom random(1);
    for (int i = 0; i < 5000; ++i) refusals.note(CaseId::make(random), "case");
    EXPECT_EQ(lines, 1000u);
    now = now + Duration::hours(2);
    refusals.note(CaseId::make(random), "case");
    EXPECT_EQ(lines, 1001u) << "an hour later there is room again";
}

}  // namespace
}  // namespace exhibit::guard::test
