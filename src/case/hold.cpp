#include "case/hold.hpp"

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

constexpr std::size_t spoken_text_max = 128;  // six words of the list

}  // namespace

std::string write_payload(HoldWord const& word) {
    return write_json({{"case", word.case_id.text()},
                       {"guardian", word.guardian.hex()},
                       {"check_in", word.check_in.hex()},
                       {"number", word.number},
                       {"time", write_time(word.time)}});
}

Result<HoldWord> HoldWord::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "hold"));
    HoldWord word;
    word.case_id = TRY(take_case(object));
    word.guardian = TRY(take_guardian(object));
    word.check_in = TRY(take_digest(object, "check_in"));
    // Beyond the limit is read, so that it can be told apart from what is no hold at all.
    word.number = TRY(take_unsigned(object, "number", 1, 99));
    word.time = TRY(object.time("time"));
    TRY(object.finish());
    return word;
}

std::string write_payload(SpokenWord const& word) {
    return write_json({{"case", word.case_id.text()},
                       {"guardian", word.guardian.hex()},
                       {"check_in", word.check_in.hex()},
                       {"place", word.place},
                       {"words", word.words},
                       {"time", write_time(word.time)}});
}

Result<SpokenWord> SpokenWord::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "spoken"));
    SpokenWord word;
    word.case_id = TRY(take_case(object));
    word.guardian = TRY(take_guardian(object));
    word.check_in = TRY(take_digest(object, "check_in"));
    word.place = TRY(take_unsigned(object, "place", 1, spoken_codes_max));
    word.words = TRY(object.text("words", spoken_text_max));
    word.time = TRY(object.time("time"));
    TRY(object.finish());
    return word;
}

Digest256 spoken_commitment(CaseId const& case_id, std::string_view words) {
    return sha256("exhibit-spoken-code\n" + case_id.text() + "\n" + std::string(words));
}

}  // namespace exhibit
