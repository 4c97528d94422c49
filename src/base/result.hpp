// Result<T>: a value or an Error, for everything that can go wrong in the world.
//
// TRY(expression) yields the value, or returns the error from the enclosing function. TRY stands
// alone on its line (`auto x = TRY(f());`): measured with g++ 12.2 and clang 14, a TRY that returns
// from inside a braced list skips the destructors of the earlier elements, which for a secret is an
// unwiped key. tests/tidy checks it.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/verify.hpp"

namespace exhibit {

// Who has to act. The number is the exit code of the command line (docs: transcripts, "exit
// codes").
enum class Fault : int {
    input = 1,      // the input or the proof is bad
    usage = 2,      // wrong use
    world = 3,      // disk, network or a peer refused
    guardians = 4,  // not enough guardians
    bug = 70,
};

// One error, two readers. `what` is for the person: lower case, no full stop, no secret, no name of
// footage unless the person typed it. `where` is file and offset or field. `safe` says what is
// untouched, `mend` the next thing to do. `code` is a stable short word for programs and tests
// ("hmac", "too-new"); it must point to a string literal.
struct Error {
    Fault fault = Fault::input;
    std::string what;
    std::string where;
    std::string safe;
    std::string mend;
    char const* code = "";

    Error&& at(std::string place) && {
        where = std::move(place);
        return std::move(*this);
    }
    Error&& still_safe(std::string text) && {
        safe = std::move(text);
        return std::move(*this);
    }
    Error&& hint(std::string text) && {
        mend = std::move(text);
        return std::move(*this);
    }
    Error&& coded(char const* word) && {
        code = word;
        return std::move(*this);
    }
};

inline Error bad_input(std::string what) { return {Fault::input, std::move(what), {}, {}, {}, ""}; }
inline Error wrong_use(std::string what) { return {Fault::usage, std::move(what), {}, {}, {}, ""}; }
inline Error world_error(std::string what) {
    return {Fault::world, std::move(what), {}, {}, {}, ""};
}

// An Error built from errno, e.g. system_error("cannot open", path): "cannot open: no such file".
Error system_error(std::string what, std::string where);

template <typename T>
class [[nodiscard]] Result {
public:
    using Value = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & {
        VERIFY(ok());
        return std::get<0>(state_);
    }
    T const& value() const& {
        VERIFY(ok());
        return std::get<0>(state_);
    }
    T take() {
        VERIFY(ok());
        return std::move(std::get<0>(state_));
    }
    Error const& error() const& {
        VERIFY(!ok());
        return std::get<1>(state_);
    }
    Error take_error() {
        VERIFY(!ok());
        return std::move(std::get<1>(state_));
    }

    T* operator->() { return &value(); }
    T const* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    T const& operator*() const& { return value(); }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    void take() { VERIFY(ok()); }
    Error const& error() const& {
        VERIFY(!ok());
        return *error_;
    }
    Error take_error() {
        VERIFY(!ok());
        return std::move(*error_);
    }

private:
    std::optional<Error> error_;
};

using Outcome = Result<void>;

}  // namespace exhibit

// A GNU statement expression; __extension__ quiets -Wpedantic.
#define TRY(expression)                                         \
    __extension__({                                             \
        auto try_result_ = (expression);                        \
        if (!try_result_.ok()) return try_result_.take_error(); \
        try_result_.take();                                     \
    })
