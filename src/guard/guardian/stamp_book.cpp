#include "guard/guardian/stamp_book.hpp"

#include "crypto/hash.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t page_rows = 200;
constexpr std::size_t kept_rows_max = 2'000;

std::string stamps_prefix(unsigned generation) {
    return "s/" + custody_key::generation_of(generation) + "/";
}
std::string stamp_key(unsigned generation, std::uint64_t size) {
    return stamps_prefix(generation) + custody_key::number(size);
}
std::string block_key(std::uint64_t height) { return "b/" + custody_key::number(height); }

Result<KeptStamp::Token> parse_token(Json const& json) {
    auto object = TRY(JsonObject::of(json, "tokens"));
    KeptStamp::Token token;
    token.authority = TRY(object.text("authority", 64));
    token.token = TRY(object.base64("token", token_bytes_max));
    token.restamp_before = TRY(object.time("restamp_before"));
    token.logged = TRY(object.boolean("logged"));
    TRY(object.finish());
    return token;
}

Result<KeptStamp> parse_stamp(std::string_view key, ByteView row) {
    auto const place = TRY(custody_key::place_in(key));
    auto const json = TRY(parse_json(row));
    auto object = TRY(JsonObject::of(json, "stamp"));
    KeptStamp stamp;
    stamp.generation = place.generation;
    stamp.size = place.number;
    auto const state = TRY(object.text("state", 64 * 1024));
    stamp.state = TRY(parse_cosigned(as_bytes(state)));
    stamp.made = TRY(object.time("made"));
    auto const* tokens = TRY(object.array("tokens", 16));
    for (auto const& one : *tokens) {
        auto token = TRY(parse_token(one));
        stamp.tokens.push_back(std::move(token));
    }
    stamp.ots = TRY(object.base64("ots", ots_bytes_max));
    stamp.complete = TRY(object.boolean("complete"));
    TRY(object.finish());
    return stamp;
}

}  // namespace

KeptStamp::Token const* KeptStamp::of(std::string_view authority) const {
    for (auto const& token : tokens) {
        if (token.authority == authority) return &token;
    }
    return nullptr;
}

Digest256 KeptStamp::digest() const { return sha256(checkpoint()); }

Batch StampBook::writes_of(KeptStamp const& stamp) {
    Json tokens = Json::array();
    for (auto const& one : stamp.tokens) {
        tokens.push_back({{"authority", one.authority},
                          {"token", to_base64(one.token)},
                          {"restamp_before", write_time(one.restamp_before)},
                          {"logged", one.logged}});
    }
    bool const waits = !stamp.ots.empty() && !stamp.complete;
    return {{Table::custody, stamp_key(stamp.generation, stamp.size),
             to_bytes(write_json({{"state", to_string(write_cosigned(stamp.state))},
                                  {"made", write_time(stamp.made)},
                                  {"tokens", tokens},
                                  {"ots", to_base64(stamp.ots)},
                                  {"complete", stamp.complete}}))},
            {Table::custody, "u" + stamp_key(stamp.generation, stamp.size).substr(1),
             waits ? std::optional(Bytes{1}) : std::nullopt}};
}

Result<std::vector<KeptStamp>> StampBook::from(unsigned generation, std::uint64_t size,
                                               std::size_t most) {
    auto const after = size == 0 ? std::string() : stamp_key(generation, size - 1);
    auto const page = TRY(rows_.scan(Table::custody, stamps_prefix(generation), after, most));
    std::vector<KeptStamp> stamps;
    for (auto const& [key, row] : page) {
        auto stamp = TRY(parse_stamp(key, row));
        stamps.push_back(std::move(stamp));
    }
    return stamps;
}

Result<std::optional<KeptStamp>> StampBook::newest(unsigned generation) {
    std::optional<KeptStamp> last;
    std::string after;
    while (true) {
        auto const page =
            TRY(rows_.scan(Table::custody, stamps_prefix(generation), after, page_rows));
        if (!page.empty()) last = TRY(parse_stamp(page.back().first, page.back().second));
        if (page.size() < page_rows) return last;
        after = page.back().first;
    }
}

Result<std::vector<KeptStamp>> StampBook::incomplete(std::size_t most) {
    std::vector<KeptStamp> out;
    auto const page = TRY(rows_.scan(Table::custody, "u/", "", most));
    for (auto const& [key, row] : page) {
        auto const stamp_row = TRY(rows_.get(Table::custody, "s" + key.substr(1)));
        if (!stamp_row) continue;
        auto stamp = TRY(parse_stamp("s" + key.substr(1), *stamp_row));
        out.push_back(std::move(stamp));
    }
    return out;
}

Outcome StampBook::keep_block(KnownBlock const& block) {
    return rows_.commit(
        {{Table::custody, block_key(block.height), to_bytes(ByteView(block.header))}});
}

Result<std::optional<KnownBlock>> StampBook::block(std::uint64_t height) {
    auto const row = TRY(rows_.get(Table::custody, block_key(height)));
    if (!row) return std::optional<KnownBlock>();
    auto const header = TRY(exactly<80>(*row));
    return std::optional(KnownBlock{height, header});
}

Write StampBook::certificate_write(std::string const& authority, ByteView der) {
    return {Table::custody, "x/" + authority + "/" + to_hex(sha256(der)), to_bytes(der)};
}
Write StampBook::crl_write(std::string const& authority, Bytes der) {
    return {Table::custody, "y/" + authority, std::move(der)};
}

Result<std::vector<Bytes>> StampBook::values(std::string const& prefix) {
    auto const page = TRY(rows_.scan(Table::custody, prefix, "", kept_rows_max));
    std::vector<Bytes> out;
    for (auto const& [key, row] : page) out.push_back(row);
    return out;
}
Result<std::vector<Bytes>> StampBook::certificates() { return values("x/"); }
Result<std::vector<Bytes>> StampBook::crls() { return values("y/"); }

}  // namespace exhibit::guard
