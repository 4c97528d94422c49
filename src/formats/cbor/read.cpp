#include <cmath>
#include <cstring>
#include <set>

#include "base/encoding.hpp"
#include "base/reader.hpp"
#include "formats/cbor/cbor.hpp"

namespace exhibit::cbor {
namespace {

constexpr unsigned indefinite = 31;

struct Head {
    unsigned major = 0;
    unsigned info = 0;
    std::uint64_t argument = 0;
    bool is_break() const { return major == 7 && info == indefinite; }
};

double from_half(std::uint16_t bits) {
    int const exponent = bits >> 10 & 0x1f;
    int const fraction = bits & 0x3ff;
    double value = 0;
    if (exponent == 0)
        value = std::ldexp(fraction, -24);
    else if (exponent != 31)
        value = std::ldexp(fraction + 1024, exponent - 25);
    else
        value = fraction == 0 ? HUGE_VAL : std::nan("");
    return (bits & 0x8000) != 0 ? -value : value;
}

class Parser {
public:
    Parser(ByteView bytes, Limits limits) : reader_(bytes), limits_(limits) {}

    Result<Value> item(unsigned depth) {
        auto const head = TRY(read_head());
        if (head.is_break()) return wrong("a break without a beginning");
        return body(head, depth);
    }

    Outcome end() const {
        if (reader_.at_end()) return {};
        return wrong("bytes after the value");
    }

private:
    Error wrong(std::string what) const {
        return bad_input("is no CBOR: " + what)
            .at("offset " + std::to_string(reader_.offset()))
            .coded("cbor");
    }

    Result<Head> read_head() {
        if (++items_ > limits_.items_max) return wrong("too many items");
        if (reader_.at_end()) return wrong("it ends too early");
        auto const first = TRY(reader_.take_byte());
        unsigned const initial = first;
        Head head{initial >> 5, initial & 0x1f, initial & 0x1f};
        if (head.info >= 24 && head.info <= 27) {
            auto const width = std::size_t{1} << (head.info - 24);
            if (reader_.remaining() < width) return wrong("it ends too early");
            auto const bytes = TRY(reader_.take(width));
            head.argument = 0;
            for (auto byte : bytes) head.argument = head.argument << 8 | byte;
        } else if (head.info >= 28 && head.info < indefinite) {
            return wrong("a reserved head");
        }
        return head;
    }

    Result<Value> body(Head const& head, unsigned depth) {
        if (head.info == indefinite && (head.major < 2 || head.major == 6)) {
            return wrong("an indefinite length where none may be");
        }
        switch (head.major) {
            case 0: return Value(head.argument);
            case 1: return Value(Negative{head.argument});
            case 2: return bytes(head);
            case 3: return text(head);
            case 7: return simple(head);
            default: break;
        }
        if (depth >= limits_.depth_max) return wrong("nested too deeply");
        if (head.major == 4) return array(head, depth + 1);
        if (head.major == 5) return map(head, depth + 1);
        auto inner = TRY(item(depth + 1));
        return Value::tagged(head.argument, std::move(inner));
    }

    Result<ByteView> definite(std::uint64_t length) {
        if (length > reader_.remaining()) return wrong("a string longer than what is left");
        return reader_.take(static_cast<std::size_t>(length));
    }

    // Strings of indefinite length are chunks of the same kind, each of a definite length (§3.2.3).
    Result<Bytes> string(Head const& head) {
        if (head.info != indefinite) {
            auto const view = TRY(definite(head.argument));
            return to_bytes(view);
        }
        Bytes out;
        for (;;) {
            auto const chunk = TRY(read_head());
            if (chunk.is_break()) return out;
            if (chunk.major != head.major || chunk.info == indefinite)
                return wrong("a stray chunk");
            auto const view = TRY(definite(chunk.argument));
            append(out, view);
        }
    }

    Result<Value> bytes(Head const& head) {
        auto content = TRY(string(head));
        return Value(std::move(content));
    }

    Result<Value> text(Head const& head) {
        auto const content = TRY(string(head));
        if (!is_utf8(content)) return wrong("text that is not UTF-8");
        return Value(to_string(content));
    }

    // Calls `one` for each member, however the end is told.
    template <typename One>
    Outcome members(Head const& head, One one) {
        if (head.info != indefinite && head.argument > reader_.remaining()) {
            return wrong("more members than bytes");
        }
        for (std::uint64_t i = 0; head.info == indefinite || i < head.argument; ++i) {
            if (head.info == indefinite && reader_.peek() == Byte{0xff}) {
                TRY(reader_.take_byte());
                return {};
            }
            TRY(one());
        }
        return {};
    }

    Result<Value> array(Head const& head, unsigned depth) {
        Array out;
        auto const one = [&]() -> Outcome {
            auto value = TRY(item(depth));
            out.push_back(std::move(value));
            return {};
        };
        TRY(members(head, one));
        return Value(std::move(out));
    }

    Result<Value> map(Head const& head, unsigned depth) {
        Map out;
        std::set<Bytes> seen;
        auto const one = [&]() -> Outcome {
            auto key = TRY(item(depth));
            if (!seen.insert(write(key)).second) return wrong("one key twice in a map");
            auto value = TRY(item(depth));
            out.emplace_back(std::move(key), std::move(value));
            return {};
        };
        TRY(members(head, one));
        return Value(std::move(out));
    }

    Result<Value> simple(Head const& head) {
        switch (head.info) {
            case 20: return Value(false);
            case 21: return Value(true);
            case 22: return Value(Null{});
            case 23: return Value(Undefined{});
            case 25: return Value(from_half(static_cast<std::uint16_t>(head.argument)));
            case 26: {
                auto const bits = static_cast<std::uint32_t>(head.argument);
                float value = 0;
                std::memcpy(&value, &bits, sizeof value);
                return Value(static_cast<double>(value));
            }
            case 27: {
                double value = 0;
                std::memcpy(&value, &head.argument, sizeof value);
                return Value(value);
            }
            default: return wrong("an unknown simple value");
        }
    }

    Reader reader_;
    Limits limits_;
    std::size_t items_ = 0;
};

}  // namespace

Result<Value> parse(ByteView bytes, Limits limits) {
    Parser parser(bytes, limits);
    auto value = TRY(parser.item(0));
    TRY(parser.end());
    return value;
}

Result<Value> parse_deterministic(ByteView bytes, Limits limits) {
    auto value = TRY(parse(bytes, limits));
    if (!same_bytes(write(value), bytes)) {
        return bad_input("is CBOR, but not in its deterministic form").coded("cbor");
    }
    return value;
}

}  // namespace exhibit::cbor
