#include "protocol/state.hpp"

#include "crypto/hash.hpp"
#include "protocol/state_text.hpp"

namespace exhibit::protocol {
namespace {

constexpr unsigned protocol_version = 1;
constexpr std::size_t list_max =
    256;  // of anything in a state; the rules keep each list far shorter

template <typename List, typename Write>
Json list_json(List const& list, Write write) {
    Json out = Json::array();
    for (auto const& one : list) out.push_back(write(one));
    return out;
}

template <typename T>
Json signed_list(std::vector<Signed<T>> const& list) {
    return list_json(list, [](auto const& one) { return envelope_json(one.envelope()); });
}

template <typename T>
Result<std::vector<Signed<T>>> reopen_list(JsonObject& object, char const* key) {
    auto const* array = TRY(object.array(key, list_max));
    std::vector<Signed<T>> list;
    list.reserve(array->size());
    for (auto const& one : *array) {
        auto document = TRY(reopen<T>(one));
        list.push_back(std::move(document));
    }
    return list;
}

// An optional field, read by `from` when it is there.
template <typename From>
auto optional_field(JsonObject& object, char const* key, From from)
    -> Result<std::optional<typename decltype(from(std::declval<Json const&>()))::Value>> {
    using Value = typename decltype(from(std::declval<Json const&>()))::Value;
    if (!object.has(key)) return std::optional<Value>();
    auto const* json = TRY(object.any(key));
    auto value = TRY(from(*json));
    return std::optional<Value>(std::move(value));
}

template <typename From>
auto list_field(JsonObject& object, char const* key, From from)
    -> Result<std::vector<typename decltype(from(std::declval<Json const&>()))::Value>> {
    auto const* array = TRY(object.array(key, list_max));
    std::vector<typename decltype(from(std::declval<Json const&>()))::Value> list;
    for (auto const& one : *array) {
        auto value = TRY(from(one));
        list.push_back(std::move(value));
    }
    return list;
}

Json asking_json(Asking const& asking) {
    return {
        {"what", asking.what == Asking::What::pre_vote ? "pre-vote" : "votes"},
        {"nonce", to_hex(asking.nonce)},
        {"since", asking.since.since_epoch_ms()},
        {"again", schedule_json(asking.again)},
        {"heard",
         list_json(
             asking.heard,
             [](auto const& one) -> Json {
                 return {{"guardian", one.guardian.hex()}, {"off_ms", one.clock_off.count_ms()}};
             })},
        {"votes", signed_list(asking.votes)}};
}

Result<Asking> asking_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "asking"));
    Asking asking;
    auto const what = TRY(object.text("what", 16));
    if (what != "pre-vote" && what != "votes")
        return bad_input("asks for nothing known").at("asking.what").coded("state");
    asking.what = what == "votes" ? Asking::What::votes : Asking::What::pre_vote;
    asking.nonce = TRY(object.hex<16>("nonce"));
    asking.since = TRY(take_instant(object, "since"));
    auto const* again = TRY(object.any("again"));
    asking.again = TRY(schedule_from(*again));
    auto const* heard = TRY(object.array("heard", list_max));
    for (auto const& one : *heard) {
        auto entry = TRY(JsonObject::of(one, "heard"));
        Asking::Heard item;
        item.guardian = TRY(take_guardian(entry));
        item.clock_off = TRY(take_signed_duration(entry, "off_ms"));
        TRY(entry.finish());
        asking.heard.push_back(item);
    }
    asking.votes = TRY(reopen_list<Vote>(object, "votes"));
    TRY(object.finish());
    return asking;
}

Json restart_json(Restart const& restart) {
    return {{"nonce", to_hex(restart.nonce)},
            {"since", restart.since.since_epoch_ms()},
            {"again", schedule_json(restart.again)},
            {"heard", guardians_json(restart.heard)}};
}

Result<Restart> restart_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "restart"));
    Restart restart;
    restart.nonce = TRY(object.hex<16>("nonce"));
    restart.since = TRY(take_instant(object, "since"));
    auto const* again = TRY(object.any("again"));
    restart.again = TRY(schedule_from(*again));
    auto const* heard = TRY(object.any("heard"));
    restart.heard = TRY(guardians_from(*heard));
    TRY(object.finish());
    return restart;
}

Json adopted_json(Adopted const& adopted) {
    return {{"adoption", envelope_json(adopted.adoption.envelope())},
            {"rank", rank_json(adopted.rank)}};
}

Result<Adopted> adopted_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "adopted"));
    auto const* envelope = TRY(object.any("adoption"));
    auto const* rank = TRY(object.any("rank"));
    TRY(object.finish());
    auto adoption = TRY(reopen<Adoption>(*envelope));
    auto adopted_rank = TRY(rank_from(*rank));
    return Adopted{std::move(adoption), adopted_rank};
}

Json stage_json(Stage const& stage) {
    Json json = {{"begun", stage.begun.since_epoch_ms()}, {"complete", stage.complete}};
    if (stage.opened) json["opened"] = envelope_json(stage.opened->envelope());
    return json;
}

Result<Stage> stage_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "stage"));
    Stage stage;
    stage.begun = TRY(take_instant(object, "begun"));
    stage.complete = TRY(object.boolean("complete"));
    stage.opened = TRY(optional_field(object, "opened", reopen<Opened>));
    TRY(object.finish());
    return stage;
}

Json given_json(GivenShare const& given) {
    return {{"good", given.good}, {"share", envelope_json(given.share.envelope())}};
}

Result<GivenShare> given_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "given"));
    auto const good = TRY(object.boolean("good"));
    auto const* envelope = TRY(object.any("share"));
    TRY(object.finish());
    auto share = TRY(reopen<ReleasedShare>(*envelope));
    return GivenShare{std::move(share), good};
}

Json policy_json(SharedPolicy const& policy) { return envelope_json(policy->envelope()); }

Result<SharedPolicy> policy_from(Json const& json) {
    auto policy = TRY(reopen<Policy>(json));
    return share_policy(std::move(policy));
}

Json certified_json(Certified const& certified) {
    return {{"policy", policy_json(certified.policy)}, {"words", signed_list(certified.words)}};
}

Result<Certified> certified_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "certified"));
    Certified certified;
    auto const* policy = TRY(object.any("policy"));
    certified.policy = TRY(policy_from(*policy));
    certified.words = TRY(reopen_list<NoObjection>(object, "words"));
    TRY(object.finish());
    return certified;
}

Json proposal_json(Proposal const& proposal) {
    return {{"policy", policy_json(proposal.policy)},
            {"since", proposal.since.since_epoch_ms()},
            {"words", signed_list(proposal.words)},
            {"again", schedule_json(proposal.again)}};
}

Result<Proposal> proposal_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "proposal"));
    Proposal proposal;
    auto const* policy = TRY(object.any("policy"));
    proposal.policy = TRY(policy_from(*policy));
    proposal.since = TRY(take_instant(object, "since"));
    proposal.words = TRY(reopen_list<NoObjection>(object, "words"));
    auto const* again = TRY(object.any("again"));
    proposal.again = TRY(schedule_from(*again));
    TRY(object.finish());
    return proposal;
}

Json release_json(Release const& release) {
    return {{"policy", release.policy->digest().hex()},
            {"stages", list_json(release.stages, stage_json)},
            {"shares", list_json(release.shares, given_json)}};
}

Result<Release> release_from(Json const& json, State const& state) {
    auto object = TRY(JsonObject::of(json, "release"));
    auto const digest = TRY(take_digest(object, "policy"));
    Release release{state.find_policy(digest)};
    if (release.policy == nullptr)
        return bad_input("a release under a policy that is not there")
            .at("releases")
            .coded("state");
    release.stages = TRY(list_field(object, "stages", stage_from));
    release.shares = TRY(list_field(object, "shares", given_from));
    TRY(object.finish());
    auto const stages = release.policy->value().audience.size();
    if (release.stages.size() > stages)
        return bad_input("more stages than the policy has").at("stages").coded("state");
    for (auto const& given : release.shares) {
        if (given.share->stage >= stages) {
            return bad_input("a share for a stage that the policy has not")
                .at("shares")
                .coded("state");
        }
    }
    return release;
}

// What rules 6, 8 and 9 write.
Outcome read_changes(JsonObject& object, State& state) {
    state.certificate = TRY(reopen_list<NoObjection>(object, "certificate"));
    state.earlier = TRY(list_field(object, "earlier", certified_from));
    state.proposals = TRY(list_field(object, "proposals", proposal_from));
    state.dropped = TRY(list_field(object, "dropped", proposal_from));
    state.not_objected = TRY(reopen_list<NoObjection>(object, "not_objected"));
    state.burned = TRY(take_unsigned(object, "burned", 0, policy_version_max));
    state.holds = TRY(reopen_list<HoldWord>(object, "holds"));
    state.spoken = TRY(optional_field(object, "spoken", reopen<SpokenWord>));
    state.hold = TRY(take_unsigned(object, "hold", 0, spoken_codes_max));
    if (object.has("duress")) state.duress = TRY(take_instant(object, "duress"));
    if (object.has("speaker")) state.speaker = TRY(take_public_key(object, "speaker"));
    return {};
}

// What rules 1 and 7 write.
Outcome read_signs_of_life(JsonObject& object, State& state) {
    state.acknowledged = TRY(optional_field(object, "acknowledged", rank_from));
    state.warned = TRY(object.boolean("warned"));
    state.waiting = TRY(reopen_list<CheckIn>(object, "waiting"));
    state.release_now = TRY(optional_field(object, "release_now", reopen<ReleaseNow>));
    state.acknowledgements = TRY(reopen_list<Acknowledgement>(object, "acknowledgements"));
    return {};
}

// What rules 4 and 5 write.
Outcome read_release(JsonObject& object, State& state) {
    state.adoptions = TRY(list_field(object, "adoptions", adopted_from));
    state.bound = TRY(optional_field(object, "bound", rank_from));
    state.decided = TRY(optional_field(object, "decided", motion_from));
    state.quorum = TRY(reopen_list<Vote>(object, "quorum"));
    auto const* releases = TRY(object.array("releases", list_max));
    for (auto const& one : *releases) {
        auto release = TRY(release_from(one, state));
        state.releases.push_back(std::move(release));
    }
    return {};
}

// What rules 2 and 3 write.
Outcome read_rounds(JsonObject& object, State& state) {
    state.asking = TRY(optional_field(object, "asking", asking_from));
    state.failed_rounds = TRY(take_unsigned(object, "failed_rounds", 0, 1'000'000));
    state.restart = TRY(optional_field(object, "restart", restart_from));
    auto const* push = TRY(object.any("push"));
    state.push = TRY(schedule_from(*push));
    state.clock_off = TRY(take_signed_duration(object, "clock_off_ms"));
    auto const* told = TRY(object.any("clocks_told"));
    state.clocks_told = TRY(guardians_from(*told));
    return {};
}

}  // namespace

SharedPolicy share_policy(Signed<Policy> policy) {
    return std::make_shared<Signed<Policy> const>(std::move(policy));
}

Result<SharedPolicy> load_policy(ByteView envelope_text, DocumentDigest const& expected) {
    auto envelope = TRY(parse_envelope(envelope_text, document_bytes_max));
    if (document_digest(envelope) != expected || envelope.payload_type != Policy::kind) {
        return bad_input("is not the policy that the state names").coded("state");
    }
    auto policy = TRY(Signed<Policy>::open_trusting_signature(std::move(envelope)));
    return share_policy(std::move(policy));
}

Rank rank_of(Signed<CheckIn> const& check_in) {
    return {false, check_in->claimed, check_in.digest()};
}
Rank rank_of(Signed<ReleaseNow> const& release_now) {
    return {true, release_now->claimed, release_now.digest()};
}

Subject State::subject() const {
    if (release_now) return {release_now->envelope(), release_now->digest()};
    return {last.envelope(), last.digest()};
}

Rank State::rank() const { return release_now ? rank_of(*release_now) : rank_of(last); }

Motion State::motion() const {
    return {release_now ? release_now->digest() : last.digest(), release_now ? 0 : hold,
            policy->digest()};
}

SharedPolicy State::find_policy(DocumentDigest const& digest) const {
    if (policy->digest() == digest) return policy;
    for (auto const& one : earlier) {
        if (one.policy->digest() == digest) return one.policy;
    }
    return nullptr;
}

Release const* State::find_release(DocumentDigest const& digest) const {
    for (auto const& one : releases) {
        if (one.policy->digest() == digest) return &one;
    }
    return nullptr;
}

char const* State::phase(WallTime now) const {
    if (decided) return "released";
    if (terms().cancelled) return "cancelled";
    if (bound) return "adopted";
    if (passed(now)) return "voting";
    return now >= due() ? "grace" : "watching";
}

std::string write_state(State const& state) {
    Json json = {{"protocol", protocol_version},
                 {"policy", state.policy->digest().hex()},
                 {"last", envelope_json(state.last.envelope())},
                 {"deadline", state.deadline.since_epoch_ms()},
                 {"warned", state.warned},
                 {"waiting", signed_list(state.waiting)},
                 {"hold", state.hold},
                 {"acknowledgements", signed_list(state.acknowledgements)},
                 {"adoptions", list_json(state.adoptions, adopted_json)},
                 {"quorum", signed_list(state.quorum)},
                 {"releases", list_json(state.releases, release_json)},
                 {"certificate", signed_list(state.certificate)},
                 {"earlier", list_json(state.earlier, certified_json)},
                 {"proposals", list_json(state.proposals, proposal_json)},
                 {"dropped", list_json(state.dropped, proposal_json)},
                 {"not_objected", signed_list(state.not_objected)},
                 {"burned", state.burned},
                 {"holds", signed_list(state.holds)},
                 {"failed_rounds", state.failed_rounds},
                 {"push", schedule_json(state.push)},
                 {"clock_off_ms", state.clock_off.count_ms()},
                 {"clocks_told", guardians_json(state.clocks_told)}};
    if (state.acknowledged) json["acknowledged"] = rank_json(*state.acknowledged);
    if (state.release_now) json["release_now"] = envelope_json(state.release_now->envelope());
    if (state.bound) json["bound"] = rank_json(*state.bound);
    if (state.decided) json["decided"] = motion_json(*state.decided);
    if (state.spoken) json["spoken"] = envelope_json(state.spoken->envelope());
    if (state.duress) json["duress"] = state.duress->since_epoch_ms();
    if (state.speaker) json["speaker"] = to_base64(state.speaker->bytes());
    if (state.asking) json["asking"] = asking_json(*state.asking);
    if (state.restart) json["restart"] = restart_json(*state.restart);
    return write_json(json);
}

Result<State> parse_state(std::string_view text, FindPolicy const& find_policy) {
    auto json = TRY(parse_json(as_bytes(text), {state_bytes_max, 8}));
    auto object = TRY(JsonObject::of(json, "state"));
    TRY(object.integer("protocol", protocol_version, protocol_version));
    auto const digest = TRY(take_digest(object, "policy"));
    auto policy = TRY(find_policy(digest));
    if (policy == nullptr || policy->digest() != digest) {
        return bad_input("the policy that the state names is not there")
            .at("state.policy")
            .coded("state");
    }
    auto const* last = TRY(object.any("last"));
    auto check_in = TRY(reopen<CheckIn>(*last));
    auto const deadline = TRY(take_instant(object, "deadline"));
    State state{.policy = std::move(policy), .last = std::move(check_in), .deadline = deadline};
    TRY(read_changes(object, state));
    TRY(read_signs_of_life(object, state));
    TRY(read_release(object, state));
    TRY(read_rounds(object, state));
    TRY(object.finish());
    return state;
}

}  // namespace exhibit::protocol
