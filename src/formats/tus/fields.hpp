// Header fields of an HTTP message, in order. Names compare without regard to case (RFC 9110 §5.1).
// net/ uses the same type, so that the rules of tus can be asked without a copy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exhibit {

class HeaderFields {
public:
    using Field = std::pair<std::string, std::string>;

    HeaderFields() = default;
    HeaderFields(std::initializer_list<Field> fields) : fields_(fields) {}

    void add(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
    }
    // The value of the only field of that name; none when it is absent. A repeated field yields its
    // first value: ask repeated() where two values would be an attack (request smuggling).
    std::optional<std::string_view> find(
        std::string_view name) const;  // lives as long as the fields
    bool has(std::string_view name) const { return find(name).has_value(); }
    bool repeated(std::string_view name) const;
    std::vector<Field> const& all() const { return fields_; }
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }

private:
    std::vector<Field> fields_;
};

bool same_field_name(std::string_view a, std::string_view b);

}  // namespace exhibit
