#include "formats/ots/timestamp.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace exhibit::ots {
namespace {

constexpr ByteArray<8> pending_tag = {0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e};
constexpr ByteArray<8> bitcoin_tag = {0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01};
constexpr ByteArray<8> litecoin_tag = {0x06, 0x86, 0x9a, 0x0d, 0x73, 0xd7, 0x1b, 0x45};
constexpr ByteArray<8> ethereum_tag = {0x30, 0xfe, 0x80, 0x87, 0xb5, 0xc7, 0xea, 0xd7};
constexpr Byte attestation_mark = 0x00;
constexpr Byte fork_mark = 0xff;

Error wrong(std::string what, Reader const& reader) {
    return bad_input(std::move(what)).at("offset " + std::to_string(reader.offset())).coded("ots");
}

Result<ByteView> take_varbytes(Reader& reader, std::size_t least, std::size_t most) {
    auto const length = TRY(take_varuint(reader));
    if (length < least || length > most) return wrong("a length that is not allowed", reader);
    return reader.take(static_cast<std::size_t>(length));
}

Result<Attestation> take_attestation(Reader& reader) {
    auto const tag = TRY(reader.take(8));
    auto const payload = TRY(take_varbytes(reader, 0, attestation_payload_max));
    Attestation out;
    std::ranges::copy(tag, out.tag.begin());
    out.payload = to_bytes(payload);
    Reader inner(payload);
    switch (out.notary()) {
        case Notary::pending: {
            auto const uri = TRY(take_varbytes(inner, 1, uri_bytes_max));
            TRY(inner.expect_end());
            if (!is_calendar_uri(as_text(uri)))
                return wrong("the address of a calendar holds what none may hold", reader);
            break;
        }
        case Notary::bitcoin:
        case Notary::litecoin:
        case Notary::ethereum: {
            TRY(take_varuint(inner));
            TRY(inner.expect_end());
            break;
        }
        case Notary::unknown: break;
    }
    return out;
}

// The length of the result, or an error when the operation does not take such a message.
Result<std::size_t> length_after(Step const& step, std::size_t length, Reader const& reader) {
    std::size_t out = 0;
    switch (step.op) {
        case Op::append:
        case Op::prepend: out = length + step.argument.size(); break;
        case Op::reverse:
            if (length == 0) return wrong("an empty message is reversed", reader);
            out = length;
            break;
        case Op::hexlify:
            if (length == 0 || length > hexlify_bytes_max)
                return wrong("a message is too long, or empty, to be written as hex", reader);
            out = 2 * length;
            break;
        default: return hash_bytes(step.op);
    }
    if (out > message_bytes_max) return wrong("a message becomes too long", reader);
    return out;
}

Result<Step> take_step(Byte tag, Reader& reader) {
    Step step;
    step.op = static_cast<Op>(tag);
    switch (step.op) {
        case Op::append:
        case Op::prepend: {
            auto const argument = TRY(take_varbytes(reader, 1, message_bytes_max));
            step.argument = to_bytes(argument);
            return step;
        }
        case Op::sha1:
        case Op::ripemd160:
        case Op::sha256:
        case Op::keccak256:
        case Op::reverse:
        case Op::hexlify: return step;
    }
    return wrong("an operation that is not known", reader);
}

// Recursion no deeper than depth_max, which is checked before each step down.
class TreeReader {
public:
    TreeReader(Reader& reader, Order order) : reader_(reader), order_(order) {}

    Result<Timestamp> node(std::size_t length, unsigned depth) {
        if (depth > depth_max || ++nodes_ > nodes_max) return wrong("is too deep", reader_);
        Timestamp out;
        for (bool more = true; more;) {
            auto tag = TRY(reader_.take_byte());
            more = tag == fork_mark;
            if (more) tag = TRY(reader_.take_byte());
            TRY(item(tag, length, depth, out));
        }
        return out;
    }

private:
    Outcome item(Byte tag, std::size_t length, unsigned depth, Timestamp& out) {
        if (tag == attestation_mark) {
            auto attestation = TRY(take_attestation(reader_));
            if (order_ == Order::any) {
                Timestamp one;
                one.attestations.push_back(std::move(attestation));
                merge(out, one);
                return {};
            }
            if (!out.branches.empty() ||
                (!out.attestations.empty() && !(out.attestations.back() < attestation)))
                return wrong("attestations stand in another order than the one they have", reader_);
            out.attestations.push_back(std::move(attestation));
            return {};
        }
        auto step = TRY(take_step(tag, reader_));
        auto const after = TRY(length_after(step, length, reader_));
        auto next = TRY(node(after, depth + 1));
        if (order_ == Order::any) {
            Timestamp one;
            one.branches.push_back({std::move(step), std::move(next)});
            merge(out, one);
            return {};
        }
        if (!out.branches.empty() && !(out.branches.back().step < step))
            return wrong("operations stand in another order than the one they have", reader_);
        out.branches.push_back({std::move(step), std::move(next)});
        return {};
    }

    Reader& reader_;
    Order order_;
    std::size_t nodes_ = 0;
};

Bytes with_varbytes(ByteView bytes) {
    Bytes out;
    write_varuint(out, bytes.size());
    append(out, bytes);
    return out;
}

void visit_from(Timestamp const& timestamp, std::optional<Bytes> const& message,
                Visit const& visit) {
    for (auto const& attestation : timestamp.attestations) visit(attestation, message);
    for (auto const& branch : timestamp.branches)
        visit_from(branch.next, message ? perform(branch.step, *message) : std::nullopt, visit);
}

}  // namespace

Notary Attestation::notary() const {
    if (tag == pending_tag) return Notary::pending;
    if (tag == bitcoin_tag) return Notary::bitcoin;
    if (tag == litecoin_tag) return Notary::litecoin;
    if (tag == ethereum_tag) return Notary::ethereum;
    return Notary::unknown;
}

std::string Attestation::uri() const {
    Reader reader(payload);
    auto const uri = take_varbytes(reader, 1, uri_bytes_max);
    return notary() == Notary::pending && uri.ok() ? to_string(*uri) : std::string();
}

std::uint64_t Attestation::height() const {
    Reader reader(payload);
    auto const height = take_varuint(reader);
    return height.ok() ? *height : 0;
}

std::strong_ordering operator<=>(Attestation const& a, Attestation const& b) {
    if (a.tag != b.tag) return a.tag <=> b.tag;
    switch (a.notary()) {
        case Notary::pending: return a.uri() <=> b.uri();
        case Notary::bitcoin:
        case Notary::litecoin:
        case Notary::ethereum: return a.height() <=> b.height();
        case Notary::unknown: break;
    }
    return a.payload <=> b.payload;
}

Attestation pending(std::string_view uri) {
    VERIFY(is_calendar_uri(uri));
    return {pending_tag, with_varbytes(as_bytes(uri))};
}

Attestation bitcoin(std::uint64_t height) {
    Attestation out{bitcoin_tag, {}};
    write_varuint(out.payload, height);
    return out;
}

bool is_calendar_uri(std::string_view uri) {
    return !uri.empty() && uri.size() <= uri_bytes_max && std::ranges::all_of(uri, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_' || c == '/' || c == ':';
    });
}

bool is_hash(Op op) {
    return op == Op::sha1 || op == Op::ripemd160 || op == Op::sha256 || op == Op::keccak256;
}

std::size_t hash_bytes(Op op) { return op == Op::sha1 || op == Op::ripemd160 ? 20 : 32; }

std::optional<Bytes> perform(Step const& step, ByteView message) {
    auto const hashed = [&](HashKind kind) {
        Hash hash(kind);
        hash.update(message);
        return hash.finish();
    };
    Bytes out;
    switch (step.op) {
        case Op::sha1: return hashed(HashKind::sha1);
        case Op::ripemd160: return hashed(HashKind::ripemd160);
        case Op::sha256: return hashed(HashKind::sha256);
        case Op::keccak256: return std::nullopt;
        case Op::append:
            out = to_bytes(message);
            append(out, step.argument);
            return out;
        case Op::prepend:
            out = step.argument;
            append(out, message);
            return out;
        case Op::reverse: return Bytes(message.rbegin(), message.rend());
        case Op::hexlify: return to_bytes(to_hex(message));
    }
    return std::nullopt;
}

Result<Timestamp> parse_timestamp(Reader& reader, std::size_t message_bytes, Order order) {
    return TreeReader(reader, order).node(message_bytes, 0);
}

void write_timestamp(Bytes& to, Timestamp const& timestamp) {
    auto left = timestamp.attestations.size() + timestamp.branches.size();
    VERIFY(left > 0);  // an empty tree has no form
    for (auto const& attestation : timestamp.attestations) {
        if (--left > 0) to.push_back(fork_mark);
        to.push_back(attestation_mark);
        append(to, attestation.tag);
        append(to, with_varbytes(attestation.payload));
    }
    for (auto const& branch : timestamp.branches) {
        if (--left > 0) to.push_back(fork_mark);
        to.push_back(static_cast<Byte>(branch.step.op));
        if (branch.step.op == Op::append || branch.step.op == Op::prepend)
            append(to, with_varbytes(branch.step.argument));
        write_timestamp(to, branch.next);
    }
}

void merge(Timestamp& into, Timestamp const& more) {
    for (auto const& attestation : more.attestations) {
        auto const place = std::ranges::lower_bound(into.attestations, attestation);
        if (place == into.attestations.end() || *place != attestation)
            into.attestations.insert(place, attestation);
    }
    for (auto const& branch : more.branches) {
        auto const place =
            std::ranges::lower_bound(into.branches, branch.step, std::less<>{}, &Branch::step);
        if (place != into.branches.end() && place->step == branch.step)
            merge(place->next, branch.next);
        else
            into.branches.insert(place, branch);
    }
}

void for_each_attestation(Timestamp const& timestamp, ByteView message, Visit const& visit) {
    visit_from(timestamp, to_bytes(message), visit);
}

Timestamp* find_message(Timestamp& timestamp, ByteView message, ByteView at) {
    if (same_bytes(message, at)) return &timestamp;
    for (auto& branch : timestamp.branches) {
        auto const next = perform(branch.step, message);
        if (!next) continue;
        if (auto* const found = find_message(branch.next, *next, at)) return found;
    }
    return nullptr;
}

Result<std::uint64_t> take_varuint(Reader& reader) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        auto const byte = TRY(reader.take_byte());
        // No zero at the end, which would be a second form of the same number.
        if (shift == 63 ? byte != 1 : shift > 0 && byte == 0)
            return wrong("a number is not written as it should be", reader);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return value;
    }
}

void write_varuint(Bytes& to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) to.push_back(static_cast<Byte>(value | 0x80));
    to.push_back(static_cast<Byte>(value));
}

}  // namespace exhibit::ots
