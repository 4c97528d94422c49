#include "sim/interned.hpp"

#include <array>
#include <charconv>
#include <deque>
#include <string>

#include "base/verify.hpp"

namespace exhibit::sim {
namespace {

// One life at a time, one thread a process.
bool as_json = false;
bool rows_as_json = false;
std::deque<protocol::State> states;
std::uint64_t lives = 0;
std::vector<std::pair<PublicKey, GuardianId>> ids_of_keys;
struct Digested {
    std::string type;
    DocumentDigest digest;
};
std::array<std::vector<Digested>, 26> digests;  // by letter and number

template <typename Document>
std::deque<Document> known;

// '{' is what every JSON document begins with; these begin with the first letter of nothing else,
// and with one for each kind: a number of one kind is nothing in another.
constexpr char mark = '#';
template <typename Document>
constexpr char letter = '?';

template <>
constexpr char letter<CheckIn> = 'A';
template <>
constexpr char letter<ReleaseNow> = 'B';
template <>
constexpr char letter<ClockReading> = 'C';
template <>
constexpr char letter<Acknowledgement> = 'D';
template <>
constexpr char letter<PreVote> = 'E';
template <>
constexpr char letter<VoteRequest> = 'F';
template <>
constexpr char letter<Vote> = 'G';
template <>
constexpr char letter<Adoption> = 'H';
template <>
constexpr char letter<Policy> = 'I';
template <>
constexpr char letter<NoObjection> = 'J';
template <>
constexpr char letter<PolicyWord> = 'K';
template <>
constexpr char letter<PolicyReceipt> = 'L';
template <>
constexpr char letter<HoldWord> = 'M';
template <>
constexpr char letter<SpokenWord> = 'N';
template <>
constexpr char letter<Opened> = 'O';
template <>
constexpr char letter<ReleasedShare> = 'P';

template <typename Document>
bool is_whole() {
    return as_json;
}
// A checker looks for the words of shares in what lies on the disks.
template <>
bool is_whole<ReleasedShare>() {
    return rows_as_json;
}

template <typename Document>
std::string number_of(Document const& document) {
    known<Document>.push_back(document);
    return std::string{mark, letter<Document>} + std::to_string(known<Document>.size() - 1);
}

template <typename Document>
Document const* find(ByteView payload) {
    auto const text = as_text(payload);
    if (text.size() < 3 || text[0] != mark || text[1] != letter<Document>) return nullptr;
    std::size_t number = 0;
    auto const digits = text.substr(2);
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    VERIFY(error == std::errc() && number < known<Document>.size());
    return &known<Document>[number];
}

}  // namespace

#define INTERNED(Document, length)                                                              \
    std::string real_write_##Document(Document const&) asm(                                     \
        "__real__ZN7exhibit13write_payloadB5cxx11ERKNS_" #length #Document "E");                \
    std::string write_##Document(Document const&) asm(                                          \
        "__wrap__ZN7exhibit13write_payloadB5cxx11ERKNS_" #length #Document "E");                \
    std::string write_##Document(Document const& document) {                                    \
        return is_whole<Document>() ? real_write_##Document(document) : number_of(document);    \
    }                                                                                           \
    Result<Document> real_parse_##Document(ByteView) asm("__real__ZN7exhibit" #length #Document \
                                                         "13parse_payloadESt4span"              \
                                                         "IKhLm18446744073709551615EE");        \
    Result<Document> parse_##Document(ByteView) asm("__wrap__ZN7exhibit" #length #Document      \
                                                    "13parse_payloadESt4span"                   \
                                                    "IKhLm18446744073709551615EE");             \
    Result<Document> parse_##Document(ByteView payload) {                                       \
        auto const* one = find<Document>(payload);                                              \
        return one != nullptr ? *one : real_parse_##Document(payload);                          \
    }                                                                                           \
    template <>                                                                                 \
    Document const* interned(ByteView payload) {                                                \
        return find<Document>(payload);                                                         \
    }

INTERNED(CheckIn, 7)
INTERNED(ReleaseNow, 10)
INTERNED(ClockReading, 12)
INTERNED(Acknowledgement, 15)
INTERNED(PreVote, 7)
INTERNED(VoteRequest, 11)
INTERNED(Vote, 4)
INTERNED(Adoption, 8)
INTERNED(Policy, 6)
INTERNED(NoObjection, 11)
INTERNED(PolicyWord, 10)
INTERNED(PolicyReceipt, 13)
INTERNED(HoldWord, 8)
INTERNED(SpokenWord, 10)
INTERNED(Opened, 6)
INTERNED(ReleasedShare, 13)

// Asked for with each document that anybody opens, of a handful of keys: remembered.
GuardianId real_guardian_id(PublicKey const&) asm(
    "__real__ZN7exhibit11guardian_idERKNS_9PublicKeyE");
GuardianId remembered_guardian_id(PublicKey const&) asm(
    "__wrap__ZN7exhibit11guardian_idERKNS_9PublicKeyE");
GuardianId remembered_guardian_id(PublicKey const& key) {
    for (auto const& [other, id] : ids_of_keys)
        if (other == key) return id;
    return ids_of_keys.emplace_back(key, real_guardian_id(key)).second;
}

// The digest of a numbered document, looked up by its letter and number.
DocumentDigest real_digest(Envelope const&) asm(
    "__real__ZN7exhibit15document_digestERKNS_8EnvelopeE");
DocumentDigest remembered_digest(Envelope const&) asm(
    "__wrap__ZN7exhibit15document_digestERKNS_8EnvelopeE");
DocumentDigest remembered_digest(Envelope const& envelope) {
    auto const text = as_text(envelope.payload);
    if (text.size() < 3 || text[0] != mark) return real_digest(envelope);
    std::size_t number = 0;
    std::from_chars(text.data() + 2, text.data() + text.size(), number);
    auto& of_kind = digests.at(static_cast<std::size_t>(text[1] - 'A'));
    if (of_kind.size() <= number) of_kind.resize(number + 1);
    auto& one = of_kind[number];
    if (one.type != envelope.payload_type) one = {envelope.payload_type, real_digest(envelope)};
    return one.digest;
}

std::string write_row(protocol::State const& state) {
    if (rows_as_json) return protocol::write_state(state);
    states.push_back(state);
    states.back().helped.clear();
    states.back().told.clear();
    return std::string{mark} + std::to_string(states.size() - 1);
}

Result<protocol::State> parse_row(std::string_view text, protocol::FindPolicy const& find_policy) {
    if (rows_as_json) return protocol::parse_state(text, find_policy);
    VERIFY(text.starts_with(mark));
    return states.at(std::stoull(std::string(text.substr(1))));
}

void begin_documents(bool json, bool rows) {
    as_json = json;
    rows_as_json = json || rows;
    states.clear();
    ids_of_keys.clear();
    for (auto& of_kind : digests) of_kind.clear();
    ++lives;
    known<CheckIn>.clear();
    known<ReleaseNow>.clear();
    known<ClockReading>.clear();
    known<Acknowledgement>.clear();
    known<PreVote>.clear();
    known<VoteRequest>.clear();
    known<Vote>.clear();
    known<Adoption>.clear();
    known<Policy>.clear();
    known<NoObjection>.clear();
    known<PolicyWord>.clear();
    known<PolicyReceipt>.clear();
    known<HoldWord>.clear();
    known<SpokenWord>.clear();
    known<Opened>.clear();
    known<ReleasedShare>.clear();
}

std::uint64_t life_number() { return lives; }

}  // namespace exhibit::sim
