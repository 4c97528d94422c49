#include "case/log_card.hpp"

namespace exhibit {
namespace {

constexpr std::string_view log_part = "/log/";
constexpr std::string_view cosigner_part = "/cosigner";

Error wrong(std::string what) { return bad_input(std::move(what)).coded("log-card"); }

Result<tlog::VerifierKey> take_key(JsonObject& object, char const* key) {
    auto const text = TRY(object.text(key, 512));
    return tlog::parse_verifier_key(text);
}

Result<Signature> take_signature(JsonObject& object, char const* key) {
    auto const bytes = TRY(object.base64(key, 64));
    return exactly<64>(bytes);
}

// Begins like nothing else that these keys sign: neither a checkpoint, nor "cosignature/v1".
Bytes consent_text(GuardianId const& guardian, tlog::VerifierKey const& key) {
    return to_bytes("exhibit log-card v1\n" + guardian.hex() + "\n" +
                    tlog::write_verifier_key(key) + "\n");
}

bool consents(GuardianId const& guardian, tlog::VerifierKey const& key, Signature const& consent) {
    auto const raw = key.ed25519();
    return raw && verify_ed25519(*raw, consent_text(guardian, key), consent);
}

}  // namespace

std::string log_origin(GuardianId const& guardian, unsigned generation) {
    return published_name(guardian) + std::string(log_part) + std::to_string(generation);
}

std::string cosigner_name(GuardianId const& guardian) {
    return published_name(guardian) + std::string(cosigner_part);
}

Result<LogName> parse_log_origin(std::string_view origin) {
    auto const refuse = [] {
        return bad_input("is not the name of a guardian's log").coded("origin");
    };
    auto const part = origin.find(log_part);
    if (part == std::string_view::npos) return refuse();
    auto const slash = origin.find('/');
    auto const guardian = GuardianId::from_hex(origin.substr(slash + 1, part - slash - 1));
    auto const generation = tlog::parse_size(origin.substr(part + log_part.size()));
    if (!guardian.ok() || !generation.ok() || *generation == 0 || *generation > log_generation_max)
        return refuse();
    LogName const name{*guardian, static_cast<unsigned>(*generation)};
    // One text per name.
    if (log_origin(name.guardian, name.generation) != origin) return refuse();
    return name;
}

LogCard make_log_card(GuardianId const& guardian, unsigned generation, SigningKey const& log,
                      SigningKey const& cosigner, WallTime since) {
    LogCard card;
    card.guardian = guardian;
    card.generation = generation;
    card.log = tlog::make_verifier_key(log_origin(guardian, generation), tlog::KeyType::ed25519,
                                       log.public_key());
    card.cosigner = tlog::make_verifier_key(cosigner_name(guardian), tlog::KeyType::cosignature,
                                            cosigner.public_key());
    card.log_consent = log.sign(consent_text(guardian, card.log));
    card.cosigner_consent = cosigner.sign(consent_text(guardian, card.cosigner));
    card.since = since;
    return card;
}

std::string write_payload(LogCard const& card) {
    return write_json({{"guardian", card.guardian.hex()},
                       {"generation", card.generation},
                       {"log", tlog::write_verifier_key(card.log)},
                       {"cosigner", tlog::write_verifier_key(card.cosigner)},
                       {"log_consent", to_base64(card.log_consent)},
                       {"cosigner_consent", to_base64(card.cosigner_consent)},
                       {"since", write_time(card.since)}});
}

Result<LogCard> LogCard::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "log-card"));
    LogCard card;
    card.guardian = TRY(take_guardian(object));
    card.generation = TRY(take_unsigned(object, "generation", 1, log_generation_max));
    card.log = TRY(take_key(object, "log"));
    card.cosigner = TRY(take_key(object, "cosigner"));
    card.log_consent = TRY(take_signature(object, "log_consent"));
    card.cosigner_consent = TRY(take_signature(object, "cosigner_consent"));
    card.since = TRY(object.time("since"));
    TRY(object.finish());
    if (card.log.name != log_origin(card.guardian, card.generation) ||
        card.log.type != static_cast<Byte>(tlog::KeyType::ed25519))
        return wrong("the log's key is not one of this guardian's log");
    if (card.cosigner.name != cosigner_name(card.guardian) || !card.cosigner.is_cosigner())
        return wrong("the cosigner's key is not one of this guardian");
    if (card.log.ed25519() == card.cosigner.ed25519())
        return wrong("one key may not serve log and cosigner");
    if (!consents(card.guardian, card.log, card.log_consent) ||
        !consents(card.guardian, card.cosigner, card.cosigner_consent))
        return wrong("a key on it has not agreed to be on it");
    return card;
}

Result<bool> take_log_card(LogCards& cards, Envelope const& envelope, Policy const& policy) {
    auto const claimed = TRY(peek<LogCard>(envelope));
    auto const* guardian = policy.find(claimed.guardian);
    if (guardian == nullptr)
        return bad_input("signed by a guardian that is not of this case").coded("guardian");
    auto card = TRY(Signed<LogCard>::open(envelope, guardian->key));
    for (auto const& [name, known] : cards) {
        // A cosigner has one key for good, whatever becomes of its own log; and no key two names.
        bool const same_hand = name.guardian == card->guardian;
        if (same_hand != (known->cosigner.ed25519() == card->cosigner.ed25519())) return false;
    }
    LogName const name{card->guardian, card->generation};
    auto const [place, is_new] = cards.try_emplace(name, card);
    return is_new || place->second.digest() == card.digest();
}

unsigned cosigners_needed(Quorum const& quorum) {
    auto const others = quorum.n - 1;
    return std::max(1U, (others + quorum.f + 1) / 2);
}

Result<tlog::Policy> log_policy(LogName const& log, LogCards const& cards, Policy const& policy) {
    auto const card = cards.find(log);
    if (card == cards.end()) return wrong("the log's card is not known");
    tlog::Policy made;
    made.logs.push_back({card->second->log, {}});
    std::map<GuardianId, tlog::VerifierKey> cosigners;
    for (auto const& [name, known] : cards) {
        if (name.guardian == log.guardian || policy.find(name.guardian) == nullptr) continue;
        cosigners.emplace(name.guardian, known->cosigner);
    }
    auto const needed = cosigners_needed(policy.quorum);
    if (cosigners.size() < needed)
        return wrong("too few cosigners' keys are known: " + std::to_string(cosigners.size()) +
                     " of " + std::to_string(needed));
    tlog::Policy::Group group{"guardians", needed, {}};
    for (auto const& [guardian, key] : cosigners) {
        auto const name = guardian.hex().substr(0, 16);
        made.witnesses.push_back({name, key, {}});
        group.members.push_back(name);
    }
    made.groups.push_back(std::move(group));
    made.quorum = "guardians";
    return made;
}

}  // namespace exhibit
