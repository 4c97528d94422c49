#include "formats/json/strict.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace exhibit {
namespace {

Error json_error(std::string what, std::size_t offset) {
    return bad_input(std::move(what)).at("byte " + std::to_string(offset)).coded("json");
}

constexpr std::size_t values_max = 4'000'000;

// Walks the text and counts, so that a refusal from inside a SAX event can say where it was.
struct CountingIterator {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = char const*;
    using reference = char const&;

    char const* at;
    std::size_t* count;

    reference operator*() const { return *at; }
    CountingIterator& operator++() {
        ++at;
        ++*count;
        return *this;
    }
    friend bool operator==(CountingIterator const& a, CountingIterator const& b) {
        return a.at == b.at;
    }
};

// Builds the value. Every event returns false to stop; error_ then says why.
class StrictReader final : public nlohmann::json_sax<Json> {
public:
    StrictReader(JsonLimits limits, Numbers numbers, std::size_t const& offset)
        : limits_(limits), numbers_(numbers), offset_(offset) {}

    Json take_value() { return std::move(root_); }
    std::optional<Error> const& error() const { return error_; }

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool string(std::string& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return refuse("has binary data"); }

    bool number_unsigned(std::uint64_t value) override {
        if (numbers_ == Numbers::small_integers && value >= std::uint64_t{integer_end}) {
            return refuse("has an integer of 2^53 or more");
        }
        return put(value);
    }

    // Only texts with a minus sign come here, so a zero is "-0": a second text for 0.
    bool number_integer(std::int64_t value) override {
        if (numbers_ == Numbers::doubles) return put(value);
        if (value == 0) return refuse("has a negative zero");
        if (value <= -integer_end) return refuse("has an integer of -2^53 or less");
        return put(value);
    }

    bool number_float(double value, std::string const&) override {
        if (numbers_ == Numbers::doubles) return put(value);
        return refuse("has a number that is not an integer below 2^53");
    }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool key(std::string& name) override {
        if (open_.back()->contains(name)) return refuse("has a name twice in one object");
        key_ = std::move(name);
        return true;
    }

    // The library's message quotes the text, which may be private; ours does not.
    bool parse_error(std::size_t, std::string const&, nlohmann::json::exception const& e) override {
        // 406: a number no double can hold, such as 1e999.
        return refuse(e.id == 406 ? "has a number out of range" : "is not JSON");
    }

private:
    bool refuse(char const* what) {
        if (!error_) error_ = json_error(what, offset_);
        return false;
    }

    // `[],[],…` is a text of three bytes a value, and of thirty times that in memory.
    bool too_many() { return ++values_ > values_max; }

    Json* place(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent[key_] = std::move(value));
    }

    bool put(Json value) {
        if (too_many()) return refuse("has too many values");
        place(std::move(value));
        return true;
    }

    // The pointers stay valid: a parent does not grow while a child of it is open.
    bool open(Json value) {
        if (open_.size() >= limits_.depth_max) return refuse("is nested too deeply");
        if (too_many()) return refuse("has too many values");
        open_.push_back(place(std::move(value)));
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    JsonLimits limits_;
    Numbers numbers_;
    std::size_t const& offset_;
    Json root_;
    std::vector<Json*> open_;
    std::string key_;
    std::optional<Error> error_;
    std::size_t values_ = 0;
};

// What the library lets pass before the grammar begins.
Outcome check_text(ByteView text, JsonLimits limits) {
    if (text.size() > limits.bytes_max) {
        return json_error("is longer than " + std::to_string(limits.bytes_max) + " bytes",
                          limits.bytes_max);
    }
    if (!is_utf8(text)) return json_error("is not UTF-8", 0);
    // RFC 8259 §8.1: no byte order mark. The library would skip it.
    if (as_text(text).starts_with("\xef\xbb\xbf")) {
        return json_error("starts with a byte order mark", 0);
    }
    // The library takes a NUL for the end of the text, and would not see what follows.
    auto const nul = std::ranges::find(text, Byte{0});
    if (nul != text.end()) {
        return json_error("has a NUL byte", static_cast<std::size_t>(nul - text.begin()));
    }
    return {};
}

}  // namespace

Result<Json> parse_strict(ByteView text, JsonLimits limits, Numbers numbers) {
    TRY(check_text(text, limits));
    std::size_t offset = 0;
    StrictReader reader(limits, numbers, offset);
    auto const letters = as_text(text);
    CountingIterator const first{letters.data(), &offset};
    CountingIterator const last{letters.data() + letters.size(), &offset};
    try {
        if (!Json::sax_parse(first, last, &reader)) {
            if (reader.error()) return *reader.error();
            return json_error("is not JSON", offset);
        }
    } catch (std::exception const&) { return json_error("cannot be read as JSON", offset); }
    return reader.take_value();
}

Result<Json> parse_json(ByteView text, JsonLimits limits) {
    return parse_strict(text, limits, Numbers::small_integers);
}

}  // namespace exhibit
