#include "formats/json/object.hpp"

#include <algorithm>

namespace exhibit {
namespace {

// A stranger's field name goes to a terminal: nothing that could steer it, nothing long.
std::string showable(std::string const& name) {
    bool const plain =
        name.size() <= 64 && std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; });
    return plain ? name : "(a name that cannot be shown)";
}

}  // namespace

Result<JsonObject> JsonObject::of(Json const& value, std::string where) {
    if (!value.is_object()) {
        return bad_input("is not an object").at(std::move(where)).coded("wrong-field");
    }
    return JsonObject(value, std::move(where));
}

Error JsonObject::wrong(char const* key, std::string what) const {
    return bad_input(std::move(what)).at(where(key)).coded("wrong-field");
}

bool JsonObject::has(char const* key) const { return value_->contains(key); }

Result<Json const*> JsonObject::any(char const* key) {
    auto const found = value_->find(key);
    if (found == value_->end()) {
        return bad_input("is missing").at(where(key)).coded("missing-field");
    }
    read_.insert(key);
    return &*found;
}

Result<std::string> JsonObject::text(char const* key, std::size_t limit) {
    auto const* value = TRY(any(key));
    if (!value->is_string()) return wrong(key, "is not a text");
    auto const& text = value->get_ref<std::string const&>();
    if (text.size() > limit) {
        return wrong(key, "is longer than " + std::to_string(limit) + " bytes");
    }
    return text;
}

Result<std::optional<std::string>> JsonObject::optional_text(char const* key, std::size_t limit) {
    if (!has(key)) return std::optional<std::string>{};
    auto value = TRY(text(key, limit));
    return std::optional<std::string>(std::move(value));
}

Result<std::int64_t> JsonObject::integer(char const* key, std::int64_t least, std::int64_t most) {
    auto const* value = TRY(any(key));
    if (!value->is_number_integer()) return wrong(key, "is not an integer");
    // A Json that did not come from parse_json may hold an unsigned past 2^63.
    bool const too_large = value->is_number_unsigned() && value->get<std::uint64_t>() >> 63 != 0;
    auto const number = value->get<std::int64_t>();
    if (too_large || number < least || number > most) {
        return wrong(key, "is not from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return number;
}

Result<bool> JsonObject::boolean(char const* key) {
    auto const* value = TRY(any(key));
    if (!value->is_boolean()) return wrong(key, "is not true or false");
    return value->get<bool>();
}

Result<WallTime> JsonObject::time(char const* key) {
    auto const written = TRY(text(key, 64));
    auto parsed = parse_time(written);
    if (!parsed) return wrong(key, parsed.error().what);
    return parsed;
}

Result<Bytes> JsonObject::base64(char const* key, std::size_t limit) {
    auto const written = TRY(text(key, (limit + 2) / 3 * 4));
    auto bytes = from_base64(written);
    if (!bytes) return wrong(key, bytes.error().what);
    if (bytes->size() > limit) {
        return wrong(key, "is longer than " + std::to_string(limit) + " bytes");
    }
    return bytes;
}

Result<JsonObject> JsonObject::object(char const* key) {
    auto const* value = TRY(any(key));
    return of(*value, where(key));
}

Result<Json const*> JsonObject::array(char const* key, std::size_t count_max) {
    auto const* value = TRY(any(key));
    if (!value->is_array()) return wrong(key, "is not a list");
    if (value->size() > count_max) {
        return wrong(key, "has more than " + std::to_string(count_max) + " entries");
    }
    return value;
}

Outcome JsonObject::finish() const {
    for (auto const& [name, member] : value_->get_ref<Json::object_t const&>()) {
        if (read_.contains(name)) continue;
        return bad_input("is a field this version does not know")
            .at(where_ + "." + showable(name))
            .coded("unknown-field");
    }
    return {};
}

}  // namespace exhibit
