#include "case/policy.hpp"

namespace exhibit {
namespace {

constexpr std::size_t shares_max = 16;      // SLIP-39
constexpr std::size_t recipients_max = 32;  // per stage
constexpr std::size_t stages_max = 4;
constexpr std::size_t recipient_text_max = 4096;  // a hybrid age recipient has 1,959 characters

// One text for one value: what is false is left out.
Result<bool> take_true(JsonObject& object, char const* key) {
    auto const value = TRY(object.boolean(key));
    if (!value) return bad_input("is left out when it is not so").at(key).coded("json");
    return true;
}

Error broken_rule(std::string rule) {
    return wrong_use("these numbers of guardians are not safe: " + rule)
        .coded("quorum")
        .hint("with 4 guardians take k 2, q 3; with 6 take k 3, q 4");
}

Json write_stage(AudienceStage const& stage) {
    Json json = {{"who", stage.who == AudienceStage::Who::named ? "named" : "everyone"},
                 {"after_ms", stage.after.count_ms()}};
    if (stage.who == AudienceStage::Who::named) json["recipients"] = stage.recipients;
    for (auto const& key : stage.confirm) json["confirm"].push_back(to_base64(key.bytes()));
    return json;
}

Result<std::vector<PublicKey>> parse_confirm(JsonObject& object) {
    auto const* list = TRY(object.array("confirm", recipients_max));
    std::vector<PublicKey> keys;
    for (auto const& one : *list) {
        if (!one.is_string())
            return bad_input("a key is not a text").at("audience.confirm").coded("audience");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto raw = TRY(exactly<32>(bytes));
        keys.emplace_back(raw);
    }
    if (keys.empty())
        return bad_input("an empty list is left out").at("audience.confirm").coded("audience");
    return keys;
}

Result<AudienceStage> parse_stage(Json const& json) {
    auto object = TRY(JsonObject::of(json, "audience"));
    AudienceStage stage;
    auto const who = TRY(object.text("who", 16));
    stage.after = TRY(take_duration(object, "after_ms"));
    if (who == "everyone") {
        stage.who = AudienceStage::Who::everyone;
    } else if (who == "named") {
        auto const* recipients = TRY(object.array("recipients", recipients_max));
        for (auto const& one : *recipients) {
            if (!one.is_string() || one.get_ref<std::string const&>().size() > recipient_text_max) {
                return bad_input("a recipient is not an age key")
                    .at("audience.recipients")
                    .coded("audience");
            }
            stage.recipients.push_back(one.get<std::string>());
        }
        if (stage.recipients.empty())
            return bad_input("a named audience without a name").at("audience").coded("audience");
        if (object.has("confirm")) stage.confirm = TRY(parse_confirm(object));
    } else {
        return bad_input("an audience is named or everyone").at("audience.who").coded("audience");
    }
    TRY(object.finish());
    return stage;
}

Json write_guardian(PolicyGuardian const& guardian) {
    return {{"key", to_base64(guardian.key.bytes())},
            {"recipient", guardian.recipient},
            {"share_digest", guardian.share_digest.hex()},
            {"hosts", guardian.hosts}};
}

Result<PolicyGuardian> parse_guardian(Json const& json) {
    auto object = TRY(JsonObject::of(json, "guardians"));
    PolicyGuardian guardian;
    guardian.key = TRY(take_public_key(object, "key"));
    guardian.recipient = TRY(object.text("recipient", recipient_text_max));
    guardian.share_digest = TRY(take_digest(object, "share_digest"));
    guardian.hosts = TRY(object.boolean("hosts"));
    TRY(object.finish());
    return guardian;
}

Result<Quorum> parse_quorum(JsonObject object) {
    Quorum numbers;
    numbers.n = TRY(take_unsigned(object, "n", 1, shares_max));
    numbers.k = TRY(take_unsigned(object, "k", 1, shares_max));
    numbers.q = TRY(take_unsigned(object, "q", 1, shares_max));
    numbers.f = TRY(take_unsigned(object, "f", 0, shares_max));
    TRY(object.finish());
    // Whether f = 0 was meant is the witness's decision, taken at init.
    TRY(check_quorum(numbers, true));
    return numbers;
}

Result<Floors> parse_floors(JsonObject object) {
    Floors floors;
    floors.interval_least = TRY(take_duration(object, "interval_ms"));
    floors.grace_least = TRY(take_duration(object, "grace_ms"));
    floors.cool_off = TRY(take_duration(object, "cool_off_ms"));
    TRY(object.finish());
    return floors;
}

// What only a rehearsal may have, and what must fit together.
Outcome check_whole(Policy const& policy) {
    if (policy.guardians.size() != policy.quorum.n) {
        return bad_input("the number of guardians is not n").at("guardians").coded("quorum");
    }
    for (std::size_t i = 0; i < policy.guardians.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (policy.guardians[i].key == policy.guardians[j].key) {
                return bad_input("a guardian is named twice").at("guardians").coded("quorum");
            }
        }
    }
    if (policy.guardians.size() + policy.paper_shares.size() > shares_max) {
        return bad_input("more than 16 shares").at("paper_shares").coded("quorum");
    }
    bool const short_floors = policy.floors.interval_least < usual_floors.interval_least ||
                              policy.floors.grace_least < usual_floors.grace_least ||
                              policy.floors.cool_off < usual_floors.cool_off;
    if (short_floors && !policy.drill) {
        return bad_input("floors below 24 h (cool-off 7 days) belong to drills only")
            .at("floors")
            .coded("floors");
    }
    if (policy.floors.interval_least.count_ms() == 0 || policy.floors.grace_least.count_ms() == 0) {
        return bad_input("a floor is zero").at("floors").coded("floors");
    }
    if ((policy.version == 1) != !policy.predecessor.has_value()) {
        return bad_input("the first version has no predecessor, every later one has")
            .at("predecessor")
            .coded("version");
    }
    if (policy.cancelled) {
        if (policy.version == 1 || !policy.audience.empty())
            return bad_input("a cancelled case has a predecessor and no audience")
                .at("cancelled")
                .coded("audience");
        return {};
    }
    if (policy.audience.empty() || policy.audience.front().after.count_ms() != 0) {
        return bad_input("the first audience is served at once").at("audience").coded("audience");
    }
    for (std::size_t i = 0; i + 1 < policy.audience.size(); ++i) {
        if (policy.audience[i].who == AudienceStage::Who::everyone) {
            return bad_input("nobody comes after everyone").at("audience").coded("audience");
        }
    }
    return {};
}

}  // namespace

Outcome check_quorum(Quorum const& numbers, bool trust_every_guardian) {
    auto const [n, k, q, f] = numbers;
    if (f == 0 && !trust_every_guardian) {
        return broken_rule("none of the guardians may lie (f = 0)")
            .hint("take 4 guardians, or say --trust-every-guardian");
    }
    if (q < 2 * f + 1) return broken_rule("q must be at least 2f+1");
    if (n < q + f) return broken_rule("n must be at least q+f");
    if (2 * q <= n + f) return broken_rule("2q must be more than n+f");
    if (q < k) return broken_rule("q must be at least k");
    if (k < f + 1) return broken_rule("k must be at least f+1");
    if (n > shares_max) return broken_rule("at most 16 guardians");
    // SLIP-39 with one share of many would hand the whole secret to each of them.
    if (k < 2 && n > 1) return broken_rule("k must be at least 2");
    return {};
}

Result<Quorum> default_quorum(unsigned guardians, bool trust_every_guardian) {
    switch (guardians) {
        case 4: return Quorum{4, 2, 3, 1};
        case 5: return Quorum{5, 3, 4, 1};
        case 6: return Quorum{6, 3, 4, 1};
        case 7: return Quorum{7, 4, 5, 2};
        default: break;
    }
    Quorum numbers{guardians, 2, 2, 0};
    if (guardians > 7) {
        unsigned const f = (guardians - 1) / 3;
        numbers = {guardians, f + 1, guardians - f, f};
    }
    TRY(check_quorum(numbers, trust_every_guardian));
    return numbers;
}

PolicyGuardian const* Policy::find(GuardianId const& id) const {
    for (auto const& guardian : guardians) {
        if (guardian.id() == id) return &guardian;
    }
    return nullptr;
}

namespace {

Json to_json(Policy const& policy) {
    Json guardians = Json::array(), papers = Json::array(), stages = Json::array();
    for (auto const& guardian : policy.guardians) guardians.push_back(write_guardian(guardian));
    for (auto const& paper : policy.paper_shares) papers.push_back(paper.hex());
    for (auto const& stage : policy.audience) stages.push_back(write_stage(stage));
    Json json = {
        {"case", policy.case_id.text()},
        {"version", policy.version},
        {"protocol", policy.protocol},
        {"drill", policy.drill},
        {"witness", to_base64(policy.witness.bytes())},
        {"case_recipient", policy.case_recipient},
        {"quorum",
         {{"n", policy.quorum.n},
          {"k", policy.quorum.k},
          {"q", policy.quorum.q},
          {"f", policy.quorum.f}}},
        {"guardians", guardians},
        {"paper_shares", papers},
        {"audience", stages},
        {"floors",
         {{"interval_ms", policy.floors.interval_least.count_ms()},
          {"grace_ms", policy.floors.grace_least.count_ms()},
          {"cool_off_ms", policy.floors.cool_off.count_ms()}}},
        {"created", write_time(policy.created)},
    };
    if (policy.predecessor) json["predecessor"] = policy.predecessor->hex();
    if (policy.cancelled) json["cancelled"] = true;
    return json;
}

}  // namespace

std::string write_payload(Policy const& policy) { return write_json(to_json(policy)); }

std::string write_terms(Policy const& policy) {
    auto json = to_json(policy);
    json.erase("witness");
    return write_json(json);
}

Result<Policy> parse_terms(ByteView text, PublicKey const& witness) {
    auto json = TRY(parse_json(text));
    if (!json.is_object() || json.contains("witness"))
        return bad_input("are no terms").at("terms").coded("json");
    json["witness"] = to_base64(witness.bytes());
    return Policy::parse_payload(as_bytes(write_json(json)));
}

Result<Policy> Policy::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "policy"));
    Policy policy;
    policy.case_id = TRY(take_case(object));
    policy.version = TRY(take_unsigned(object, "version", 1, policy_version_max));
    policy.protocol = TRY(take_unsigned(object, "protocol", 1, 1'000));
    if (object.has("predecessor")) policy.predecessor = TRY(take_digest(object, "predecessor"));
    policy.drill = TRY(object.boolean("drill"));
    if (object.has("cancelled")) policy.cancelled = TRY(take_true(object, "cancelled"));
    policy.witness = TRY(take_public_key(object, "witness"));
    policy.case_recipient = TRY(object.text("case_recipient", recipient_text_max));
    auto quorum = TRY(object.object("quorum"));
    policy.quorum = TRY(parse_quorum(std::move(quorum)));
    auto const* guardians = TRY(object.array("guardians", shares_max));
    for (auto const& one : *guardians) {
        auto guardian = TRY(parse_guardian(one));
        policy.guardians.push_back(std::move(guardian));
    }
    auto const* papers = TRY(object.array("paper_shares", shares_max));
    for (auto const& one : *papers) {
        if (!one.is_string())
            return bad_input("a share digest is not a text").at("paper_shares").coded("json");
        auto digest = TRY(DocumentDigest::from_hex(one.get_ref<std::string const&>()));
        policy.paper_shares.push_back(digest);
    }
    auto const* stages = TRY(object.array("audience", stages_max));
    for (auto const& one : *stages) {
        auto stage = TRY(parse_stage(one));
        policy.audience.push_back(std::move(stage));
    }
    auto floors = TRY(object.object("floors"));
    policy.floors = TRY(parse_floors(std::move(floors)));
    policy.created = TRY(object.time("created"));
    TRY(object.finish());
    TRY(check_whole(policy));
    return policy;
}

}  // namespace exhibit
