#include "formats/torrent/bencode.hpp"

#include <charconv>

#include "base/reader.hpp"

namespace exhibit::bencode {
namespace {

constexpr std::size_t number_limit = 21;  // "-9223372036854775808" and its end

Error bad(std::string what, std::size_t offset, char const* code = "bencode") {
    return bad_input(std::move(what)).at("byte " + std::to_string(offset)).coded(code);
}

class Parser {
public:
    Parser(ByteView bytes, Keys keys) : reader_(bytes), keys_(keys) {}

    Result<Value> value(unsigned depth) {
        if (depth > depth_limit)
            return bad("bencode is nested too deeply", reader_.offset(), "bencode-depth");
        if (++values_ > values_limit) return bad("bencode holds too many values", reader_.offset());
        auto const first = reader_.peek();
        if (!first) return bad("bencode ends too early", reader_.offset());
        Value out;
        out.begin = reader_.offset();
        switch (*first) {
            case 'i': {
                auto v = TRY(integer());
                out.is = v;
                break;
            }
            case 'l': {
                auto v = TRY(list(depth));
                out.is = std::move(v);
                break;
            }
            case 'd': {
                auto v = TRY(dict(depth));
                out.is = std::move(v);
                break;
            }
            default: {
                auto v = TRY(string());
                out.is = std::move(v);
                break;
            }
        }
        out.end = reader_.offset();
        return out;
    }

private:
    Result<std::int64_t> integer() {
        TRY(reader_.take_byte());
        return number('e');
    }

    // Canonical decimal up to the delimiter.
    Result<std::int64_t> number(char delimiter) {
        auto const at = reader_.offset();
        auto taken = reader_.take_until(static_cast<Byte>(delimiter), number_limit);
        if (!taken.ok()) return bad("bencode holds a number without an end", at);
        auto const text = as_text(*taken);
        std::int64_t out = 0;
        auto const end = text.data() + text.size();
        auto const [stop, error] = std::from_chars(text.data(), end, out);
        // from_chars takes neither '+' nor blanks; leading zeros and -0 show when written back.
        if (error != std::errc() || stop != end || std::to_string(out) != text) {
            return bad("bencode holds a number that is not in its one form", at);
        }
        return out;
    }

    Result<std::string> string() {
        auto const at = reader_.offset();
        auto const length = TRY(number(':'));
        if (length < 0 || static_cast<std::uint64_t>(length) > reader_.remaining()) {
            return bad("bencode holds a text longer than what is left", at);
        }
        auto const bytes = TRY(reader_.take(static_cast<std::size_t>(length)));
        return to_string(bytes);
    }

    // Consumes the 'e' of a list or dictionary if it comes now.
    Result<bool> ended() {
        auto const next = reader_.peek();
        if (!next) return bad("bencode ends too early", reader_.offset());
        if (*next != 'e') return false;
        TRY(reader_.take_byte());
        return true;
    }

    Result<List> list(unsigned depth) {
        TRY(reader_.take_byte());
        List out;
        while (true) {
            auto const done = TRY(ended());
            if (done) return out;
            auto item = TRY(value(depth + 1));
            out.push_back(std::move(item));
        }
    }

    Result<Dict> dict(unsigned depth) {
        TRY(reader_.take_byte());
        Dict out;
        while (true) {
            auto const done = TRY(ended());
            if (done) return out;
            auto const at = reader_.offset();
            auto key = TRY(string());
            bool const in_order = out.empty() || key > out.rbegin()->first;
            if (!in_order && (keys_ == Keys::sorted || out.contains(key))) {
                return bad("the keys of a bencode dictionary are out of order", at,
                           "bencode-order");
            }
            auto item = TRY(value(depth + 1));
            out.emplace(std::move(key), std::move(item));
        }
    }

    Reader reader_;
    Keys keys_;
    std::size_t values_ = 0;
};

void write_to(Bytes& out, std::string const& text) {
    append(out, std::to_string(text.size()) + ":");
    append(out, text);
}

void write_to(Bytes& out, Value const& value) {
    if (auto const* number = value.integer()) {
        append(out, "i" + std::to_string(*number) + "e");
    } else if (auto const* text = value.text()) {
        write_to(out, *text);
    } else if (auto const* list = value.list()) {
        out.push_back('l');
        for (auto const& item : *list) write_to(out, item);
        out.push_back('e');
    } else {
        out.push_back('d');
        for (auto const& [key, item] : *value.dict()) {
            write_to(out, key);
            write_to(out, item);
        }
        out.push_back('e');
    }
}

}  // namespace

Value::Value() = default;
Value::Value(Any any) : is(std::move(any)) {}
Value::Value(Value const&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(Value const&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

Value const* Value::find(std::string_view key) const {
    auto const* members = dict();
    if (members == nullptr) return nullptr;
    auto const found = members->find(key);
    return found == members->end() ? nullptr : &found->second;
}

Result<Value> parse_first(ByteView bytes, Keys keys) { return Parser(bytes, keys).value(0); }

Result<Value> parse(ByteView bytes) {
    auto value = TRY(parse_first(bytes));
    if (value.end != bytes.size()) return bad("something follows the bencode value", value.end);
    return value;
}

Bytes write(Value const& value) {
    Bytes out;
    write_to(out, value);
    return out;
}

}  // namespace exhibit::bencode
