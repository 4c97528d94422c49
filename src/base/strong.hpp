// Strong<T, Tag>: the same bytes, another type. A CaseId cannot be passed where a GuardianId is
// meant.
#pragma once

#include <compare>
#include <functional>
#include <utility>

namespace exhibit {

template <typename T, typename Tag>
class Strong {
public:
    Strong() = default;
    explicit Strong(T value) : value_(std::move(value)) {}
    T const& get() const { return value_; }
    friend auto operator<=>(Strong const&, Strong const&) = default;
    friend bool operator==(Strong const&, Strong const&) = default;

private:
    T value_{};
};

}  // namespace exhibit
