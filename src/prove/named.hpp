// Names a few, counts the rest: a report of a thousand lines tells nothing.
#pragma once

#include "formats/tar/name.hpp"

namespace exhibit::prove {

class Named {
public:
    void add(std::string const& path) {
        if (++count_ <= few) text_ += (text_.empty() ? "" : ", ") + tar::printable(path);
    }
    bool any() const { return count_ > 0; }
    std::size_t count() const { return count_; }
    std::string text() const {
        return count_ <= few ? text_ : text_ + " and " + std::to_string(count_ - few) + " more";
    }

private:
    static constexpr std::size_t few = 5;
    std::size_t count_ = 0;
    std::string text_;
};

}  // namespace exhibit::prove
