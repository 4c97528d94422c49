#include "case/statement.hpp"

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

constexpr std::int64_t size_max = (std::int64_t{1} << 53) - 1;
// Ours have about 3 KB. Anybody among the guardians can sign one, and a bundle holds them all.
constexpr std::size_t statement_text_max = 8 * 1024;
constexpr std::size_t disclosures_text_max = 256 * 1024;

Result<std::string> text_of(Disclosure const& disclosure) {
    if (!disclosure.value.is_string()) {
        return bad_input("is not a text").at("disclosure " + disclosure.name).coded("statement");
    }
    return disclosure.value.get<std::string>();
}

Result<WallTime> time_of(Disclosure const& disclosure) {
    auto const text = TRY(text_of(disclosure));
    return parse_time(text);
}

Result<std::uint64_t> number_of(Disclosure const& disclosure) {
    auto const& value = disclosure.value;
    bool const whole =
        value.is_number_integer() && (value.is_number_unsigned() || value.get<std::int64_t>() >= 0);
    if (!whole || value.get<std::uint64_t>() > static_cast<std::uint64_t>(size_max)) {
        return bad_input("is not a size").at("disclosure " + disclosure.name).coded("statement");
    }
    return value.get<std::uint64_t>();
}

Outcome take_fact(SealFacts& facts, Disclosure const& one) {
    if (one.name == "sha256") {
        auto const hex = TRY(text_of(one));
        facts.sha256 = TRY(PlainDigest::from_hex(hex));
    } else if (one.name == "size") {
        facts.size_bytes = TRY(number_of(one));
    } else if (one.name == "name") {
        facts.name = TRY(text_of(one));
    } else if (one.name == "block_root") {
        auto const hex = TRY(text_of(one));
        facts.block_root = TRY(BlockRoot::from_hex(hex));
    } else if (one.name == "block_seed") {
        auto const hex = TRY(text_of(one));
        facts.block_seed = TRY(from_hex_exact<32>(hex));
    } else if (one.name == "parts") {
        auto const count = TRY(number_of(one));
        facts.parts = static_cast<unsigned>(std::min<std::uint64_t>(count, 0xffffffff));
    } else if (one.name == "file_time") {
        facts.file_time = TRY(time_of(one));
    } else if (one.name == "claimed_time") {
        facts.claimed_time = TRY(text_of(one));
    } else if (one.name == "place_exact") {
        facts.place_exact = TRY(text_of(one));
    } else if (one.name == "place_coarse") {
        facts.place_coarse = TRY(text_of(one));
    } else if (one.name == "note") {
        facts.note = TRY(text_of(one));
    } else if (one.name == "tool") {
        facts.tool = TRY(text_of(one));
    } else if (one.name == "device_clock") {
        facts.device_clock = TRY(time_of(one));
    } else if (one.name == "guardian_clock") {
        facts.guardian_clock = TRY(time_of(one));
    } else if (one.name == "guardian_checkpoint") {
        facts.guardian_checkpoint = TRY(text_of(one));
    } else {
        TRY(take_capture_fact(facts.captured, one.name, one.value));
    }
    // An unknown fact is somebody's later version: kept in the file, not understood here.
    return {};
}

}  // namespace

Result<std::vector<Disclosure>> make_disclosures(SealFacts const& facts, Random& random) {
    std::vector<Fact> list = {
        {"sha256", facts.sha256.hex()},
        {"size", facts.size_bytes},
        {"name", facts.name},
        {"block_root", facts.block_root.hex()},
        {"block_seed", to_hex(facts.block_seed)},
        {"parts", facts.parts},
        {"tool", facts.tool},
        {"device_clock", write_time(facts.device_clock)},
    };
    auto const put = [&](char const* name, std::optional<std::string> const& text) {
        if (text) list.push_back({name, *text});
    };
    if (facts.file_time) list.push_back({"file_time", write_time(*facts.file_time)});
    if (facts.guardian_clock) list.push_back({"guardian_clock", write_time(*facts.guardian_clock)});
    put("claimed_time", facts.claimed_time);
    put("place_exact", facts.place_exact);
    put("place_coarse", facts.place_coarse);
    put("note", facts.note);
    put("guardian_checkpoint", facts.guardian_checkpoint);
    for (auto& [name, value] : write_capture_facts(facts.captured)) list.push_back({name, value});
    std::vector<Disclosure> disclosures;
    for (auto const& fact : list) {
        auto disclosure = TRY(make_disclosure(fact, random));
        disclosures.push_back(std::move(disclosure));
    }
    return disclosures;
}

std::string write_disclosures(std::vector<Disclosure> const& disclosures) {
    Json list = Json::array();
    for (auto const& one : disclosures) list.push_back(one.encoded);
    return write_json({{"type", std::string(statement_type)}, {"disclosures", list}}) + "\n";
}

Result<std::vector<Disclosure>> parse_disclosures(ByteView text) {
    if (!text.empty() && text.back() == '\n') text = text.first(text.size() - 1);
    auto json = TRY(parse_json(text, {.bytes_max = disclosures_text_max, .depth_max = 4}));
    auto object = TRY(JsonObject::of(json, "disclosures.json"));
    auto const type = TRY(object.text("type", 64));
    if (type != statement_type)
        return bad_input("discloses another kind of statement")
            .at("disclosures.json")
            .coded("kind");
    auto const* list = TRY(object.array("disclosures", disclosures_max));
    std::vector<Disclosure> disclosures;
    for (auto const& one : *list) {
        if (!one.is_string())
            return bad_input("a disclosure is not a text").at("disclosures.json").coded("json");
        auto disclosure = TRY(parse_disclosure(one.get_ref<std::string const&>()));
        disclosures.push_back(std::move(disclosure));
    }
    TRY(object.finish());
    return disclosures;
}

Result<ShownFacts> read_shown_facts(std::vector<Disclosure> const& disclosures) {
    ShownFacts out;
    for (auto const& one : disclosures) {
        TRY(take_fact(out.facts, one));
        out.names.insert(one.name);
    }
    return out;
}

Result<SealFacts> read_facts(std::vector<Disclosure> const& disclosures) {
    auto shown = TRY(read_shown_facts(disclosures));
    if (!shown.has("sha256") || !shown.has("size") || !shown.has("name"))
        return bad_input("sha256, size and name are not all disclosed")
            .at("disclosures.json")
            .coded("statement");
    return std::move(shown.facts);
}

Result<std::string> sign_statement(SealClaims const& claims,
                                   std::vector<Disclosure> const& disclosures,
                                   SigningKey const& exhibit_key, Random& random) {
    VERIFY(disclosures.size() <= statement_digests);
    SdJwtIssue issue;
    issue.type = std::string(statement_type);
    issue.open_claims = {{"case", claims.case_id.text()},
                         {"number", claims.number.get()},
                         {"drill", claims.drill},
                         {"cipher_root", claims.root.hex()},
                         {"cipher_size", claims.size_bytes}};
    issue.disclosures = disclosures;
    issue.decoys = static_cast<unsigned>(statement_digests - disclosures.size());
    auto token = TRY(issue_sd_jwt(issue, exhibit_key, random));
    token.disclosures.clear();
    return write_sd_jwt(token);
}

Result<SealStatement> SealStatement::parse(std::string_view text) {
    if (text.size() > statement_text_max)
        return bad_input("is too long for a seal statement").coded("statement");
    SealStatement statement;
    statement.token = TRY(parse_sd_jwt(text));
    statement.key = TRY(key_in_header(statement.token));
    auto const verified = TRY(verify_sd_jwt(statement.token, statement.key));
    if (verified.type != statement_type) return bad_input("is another kind of token").coded("kind");
    auto object = TRY(JsonObject::of(verified.open_claims, "statement"));
    statement.claims.case_id = TRY(take_case(object));
    auto const number = TRY(take_unsigned(object, "number", 1, exhibit_number_max));
    statement.claims.number = ExhibitNumber(number);
    statement.claims.drill = TRY(object.boolean("drill"));
    auto const root = TRY(object.hex<32>("cipher_root"));
    statement.claims.root = CipherRoot(root);
    auto const size = TRY(object.integer("cipher_size", 1, size_max));
    statement.claims.size_bytes = static_cast<std::uint64_t>(size);
    TRY(object.finish());
    statement.digest = DocumentDigest(sha256(text));
    return statement;
}

Outcome SealStatement::check_disclosures(std::vector<Disclosure> const& disclosures) const {
    SdJwt presented{token.jwt, disclosures};
    TRY(verify_sd_jwt(presented, key));
    return {};
}

}  // namespace exhibit
