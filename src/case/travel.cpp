#include "case/travel.hpp"

#include <algorithm>

#include "crypto/kdf.hpp"

namespace exhibit {
namespace {

constexpr unsigned travel_log_n = 18;

Json write_left(TravelNote::Left const& left) {
    return {{"name", to_hex(left.name)}, {"sha256", to_hex(left.sha256)}};
}

Result<TravelNote::Left> parse_left(Json const& json) {
    auto object = TRY(JsonObject::of(json, "left"));
    TravelNote::Left left;
    left.name = TRY(object.hex<32>("name"));
    left.sha256 = TRY(object.hex<32>("sha256"));
    TRY(object.finish());
    return left;
}

}  // namespace

Result<TravelKey> derive_travel_key(SecretBytes const& sentence, GuardianAddress const& address) {
    // reveal: into the key derivation, three times.
    auto const stretched =
        TRY(scrypt(sentence.reveal(), as_bytes(address.short_text()), travel_log_n));
    auto const name = hkdf_sha256(stretched.reveal(), {}, "exhibit travel name");
    auto key = hkdf_sha256(stretched.reveal(), {}, "exhibit travel key");
    TravelKey derived{{}, age::X25519Identity::from(std::move(key))};
    // reveal: the name is what the guardian is asked for.
    std::ranges::copy(name.reveal(), derived.name.begin());
    return derived;
}

TravelNote::Left const* TravelNote::find(ByteArray<32> const& name) const {
    for (auto const& one : left) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

std::string write_payload(TravelNote const& note) {
    return write_json({{"case", note.case_id.text()},
                       {"guardian", note.guardian.hex()},
                       {"claimed", write_time(note.claimed)},
                       {"size", note.size_bytes},
                       {"left", {write_left(note.left[0]), write_left(note.left[1])}}});
}

Result<TravelNote> TravelNote::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "travel"));
    TravelNote note;
    note.case_id = TRY(take_case(object));
    note.guardian = TRY(take_guardian(object));
    note.claimed = TRY(object.time("claimed"));
    auto const size = TRY(object.integer("size", 1, static_cast<std::int64_t>(travel_bytes_max)));
    note.size_bytes = static_cast<std::uint64_t>(size);
    auto const* left = TRY(object.array("left", note.left.size()));
    if (left->size() != note.left.size())
        return bad_input("two files are left, always").at("left").coded("travel");
    for (std::size_t i = 0; i < note.left.size(); ++i) {
        note.left[i] = TRY(parse_left((*left)[i]));
    }
    TRY(object.finish());
    if (!(note.left[0].name < note.left[1].name))
        return bad_input("the names are not in order").at("left").coded("travel");
    return note;
}

}  // namespace exhibit
