#include "protocol/shown.hpp"

#include "support/shared.hpp"

namespace exhibit::protocol::test {
namespace {

constexpr auto hour = Duration::hours(1);
constexpr auto epoch = WallTime::from_ms(1'760'000'000'000);
constexpr Quorum four{4, 2, 3, 1};
constexpr Quorum seven{7, 4, 5, 2};

CaseStatus says(std::string phase, std::int64_t claimed_hours, std::int64_t deadline_hours) {
    CaseStatus status;
    status.phase = std::move(phase);
    status.claimed = epoch + hour * claimed_hours;
    status.deadline = epoch + hour * deadline_hours;
    status.release_from = status.deadline + hour * 48;
    return status;
}

TEST(Shown, all_say_the_same) {
    auto const shown =
        what_is_shown(four, {says("grace", 1, 73), says("grace", 1, 73), says("grace", 1, 73)});
    EXPECT_EQ(shown.phase, "grace");
    EXPECT_EQ(shown.claimed, epoch + hour);
    ASSERT_TRUE(shown.deadline);
    EXPECT_EQ(shown.deadline->deadline, epoch + hour * 73);
    EXPECT_EQ(shown.deadline->release_from, epoch + hour * 121);
}

// Of every place in which the f liars can stand, and whatever they say.
TEST(Shown, liars_cannot_move_the_deadline_away_nor_end_the_case) {
    for (auto const& numbers : {four, seven}) {
        for (auto const lie : {-10'000, 72, 74, 10'000}) {
            for (auto const* phase : {"released", "cancelled", "watching", "adopted"}) {
                for (unsigned at = 0; at < numbers.n; ++at) {
                    std::vector<CaseStatus> all;
                    for (unsigned g = 0; g < numbers.n; ++g) {
                        bool const lies = (g + at) % numbers.n < numbers.f;
                        all.push_back(lies ? says(phase, lie, lie) : says("grace", 1, 73));
                    }
                    auto const shown = what_is_shown(numbers, all);
                    EXPECT_EQ(shown.phase, "grace") << phase;
                    ASSERT_TRUE(shown.claimed && shown.deadline);
                    EXPECT_LE(*shown.claimed, epoch + hour);
                    EXPECT_LE(shown.deadline->deadline, epoch + hour * 73);
                    EXPECT_LE(shown.deadline->release_from, epoch + hour * 121);
                    EXPECT_GE(shown.deadline->deadline, epoch + hour * (lie < 73 ? lie : 73));
                }
            }
        }
    }
}

// Whoever is cut off from honest guardians hears the liars among fewer: then they say nothing.
TEST(Shown, with_guardians_cut_off_liars_move_nothing_either) {
    for (auto const& numbers : {four, seven}) {
        for (unsigned answering = 0; answering <= numbers.n; ++answering) {
            std::vector<CaseStatus> all;
            std::vector<WallTime> times;
            for (unsigned g = 0; g < answering; ++g) {
                all.push_back(g < numbers.f ? says("released", 9'000, 9'000)
                                            : says("grace", 1, 73));
                times.push_back(all.back().deadline);
            }
            auto const shown = what_is_shown(numbers, all);
            EXPECT_EQ(shown.deadline.has_value(), answering >= numbers.q) << answering;
            if (shown.deadline) { EXPECT_EQ(shown.deadline->deadline, epoch + hour * 73); }
            if (answering > numbers.f) {
                EXPECT_EQ(earliest_for_q(numbers, times), epoch + hour * 73) << answering;
            }
        }
    }
}

// One that slept through the last check-in cannot release alone, nor with f liars.
TEST(Shown, one_honest_laggard_does_not_bring_the_deadline_nearer) {
    auto const shown = what_is_shown(
        four, {says("watching", 1, 73), says("watching", 50, 122), says("watching", 50, 122)});
    ASSERT_TRUE(shown.deadline);
    EXPECT_EQ(shown.deadline->deadline, epoch + hour * 122);
}

TEST(Shown, an_end_counts_when_an_honest_one_says_so) {
    auto const both = what_is_shown(
        four, {says("released", 1, 2), says("watching", 1, 2), says("released", 1, 2)});
    EXPECT_EQ(both.phase, "released");
    auto const over = what_is_shown(four, {says("cancelled", 1, 2), says("cancelled", 1, 2)});
    EXPECT_EQ(over.phase, "cancelled");
    auto const near = what_is_shown(four, {says("released", 1, 2), says("voting", 1, 2)});
    EXPECT_EQ(near.phase, "voting");
}

TEST(Shown, of_too_few_nothing_follows) {
    auto const one = what_is_shown(four, {says("released", 1, 9'000)});
    EXPECT_TRUE(one.phase.empty());
    EXPECT_FALSE(one.claimed || one.deadline);
    EXPECT_TRUE(what_is_shown(four, {}).phase.empty());
    Quorum const trusted{2, 2, 2, 0};
    EXPECT_EQ(what_is_shown(trusted, {says("released", 1, 2)}).phase, "released");
    EXPECT_FALSE(what_is_shown(trusted, {says("watching", 1, 2)}).deadline);
}

TEST(Shown, numbers_out_of_the_air_are_passed_over) {
    EXPECT_EQ(highest_believed({}, 1, 3, 100), 3u);
    EXPECT_EQ(highest_believed({4, 5, 7}, 1, 3, 100), 7u) << "one may know more than the others";
    EXPECT_EQ(highest_believed({4, 5, 999'999}, 1, 3, 100), 5u);
    EXPECT_EQ(highest_believed({999'999, 999'999, 5}, 1, 3, 100), 999'999u);
    EXPECT_EQ(highest_believed({999'999}, 1, 3, 100), 3u);
    EXPECT_EQ(highest_believed({0, 0, 0}, 1, 12, 100), 12u) << "what this device knows counts";
}

}  // namespace
}  // namespace exhibit::protocol::test
