#include "base/result.hpp"

#include <cerrno>
#include <memory>

#include "support/shared.hpp"

namespace exhibit::test {
namespace {

struct Counted {
    explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
    Counted(Counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
    ~Counted() { --*alive_; }
    int* alive_;
};

Result<Counted> make(int& alive) { return Counted(alive); }
Outcome refuse() { return bad_input("no").coded("no"); }

Result<int> goes_through(int& alive, bool refused) {
    auto first = TRY(make(alive));
    if (refused) TRY(refuse());
    auto second = TRY(make(alive));
    return *second.alive_;
}

TEST(Try, yields_the_value_or_returns_the_error) {
    int alive = 0;
    EXPECT_EQ(*goes_through(alive, false), 2);
    EXPECT_EQ(alive, 0);
    EXPECT_ERROR_CODE(goes_through(alive, true), "no");
    EXPECT_EQ(alive, 0);  // what was made before is destroyed
}

TEST(Try, moves_what_cannot_be_copied) {
    auto const make_one = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
    auto const use_one = [&]() -> Result<int> {
        auto one = TRY(make_one());
        return *one;
    };
    EXPECT_EQ(*use_one(), 7);
}

TEST(ResultDeathTest, the_value_of_an_error_is_never_read) {
    Result<int> const failed = bad_input("no");
    Outcome const fine;
    EXPECT_DEATH(static_cast<void>(failed.value()), "bug");
    EXPECT_DEATH(static_cast<void>(fine.error()), "bug");
}

TEST(SystemError, names_the_classes_a_program_can_act_on) {
    std::pair<int, char const*> const classes[] = {{ENOSPC, "disk-full"},
                                                   {EDQUOT, "disk-full"},
                                                   {ENOENT, "not-found"},
                                                   {EEXIST, "exists"},
                                                   {EIO, "system"}};
    for (auto const& [number, code] : classes) {
        errno = number;
        auto const error = system_error("cannot be written", "x");
        EXPECT_STREQ(error.code, code);
        EXPECT_EQ(error.fault, Fault::world);
        EXPECT_EQ(error.what.rfind("cannot be written: ", 0), 0u);
    }
    errno = ENOENT;
    EXPECT_EQ(system_error("cannot be opened", "x").what,
              "cannot be opened: no such file or directory");
}

}  // namespace
}  // namespace exhibit::test
