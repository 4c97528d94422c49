// Model-based: bytes become a list of events at one guardian (check-ins, free and forced,
// questions, votes, adoptions, shares, changes of policy, holds, codes, garbage, time). After each
// both ledgers must come back from their text, and the promises that one guardian can break alone
// must hold: no share without q adoptions, no deadline nearer than it was, no policy in force
// without q words, no more than so many intervals of hold, nothing of a forced check-in in the true
// ledger.
#include <set>
#include <string_view>

#include "crypto/hash.hpp"
#include "protocol/ledgers.hpp"

namespace {

using namespace exhibit;
using namespace exhibit::protocol;

constexpr auto start = WallTime::from_ms(1'767'225'600'000);
constexpr auto hour = Duration::hours(1);

SigningKey key_of(Byte number) {
    ByteArray<32> seed{};
    seed[0] = number;
    return SigningKey::from_seed(Secret<32>::copy_of(seed).take());
}

struct World {
    SigningKey witness = key_of(9), duress = key_of(10), reader = key_of(11);
    std::vector<SigningKey> keys;
    SharedPolicy policy;
    std::vector<SharedPolicy> changes;  // two of version 2, one of version 3, one that cancels
    std::vector<Signed<CheckIn>> check_ins, forced;
    Envelope release_now;

    World() {
        Policy terms;
        terms.witness = witness.public_key();
        terms.drill = true;
        terms.quorum = {4, 2, 3, 1};
        for (Byte i = 0; i < 4; ++i) {
            keys.push_back(key_of(i));
            terms.guardians.push_back(
                {keys.back().public_key(), "age1x", DocumentDigest(sha256("words")), false});
        }
        terms.audience = {{AudienceStage::Who::named, {"age1lawyer"}, {}},
                          {AudienceStage::Who::everyone, {}, hour * 24}};
        terms.audience[0].confirm = {reader.public_key()};
        terms.floors = {hour, hour, hour};
        terms.created = start;
        policy = share_policy(Signed<Policy>::sign(terms, witness));
        for (int i = 0; i < 8; ++i) {
            check_ins.push_back(sign(start + hour * (20 * i), witness));
            forced.push_back(sign(start + hour * (20 * i + 1), duress));
        }
        for (unsigned i = 0; i < 4; ++i) {
            terms.version = i < 2 ? 2 : 3;
            terms.predecessor = policy->digest();
            terms.created = start + hour * static_cast<int>(i);
            terms.cancelled = i == 3;
            changes.push_back(share_policy(Signed<Policy>::sign(terms, witness)));
        }
        release_now =
            Signed<ReleaseNow>::sign({terms.case_id, start, policy->digest()}, witness).envelope();
    }
    Signed<CheckIn> sign(WallTime claimed, SigningKey const& by) {
        CheckIn check_in{policy->value().case_id, claimed, hour * 72, hour * 48,
                         policy->digest(),        {},      {}};
        check_in.spoken = {spoken_commitment(check_in.case_id, "one code")};
        for (auto const& key : keys) {
            check_in.clocks.push_back(
                Signed<ClockReading>::sign(
                    {check_in.case_id, guardian_id(key.public_key()), claimed, {}}, key)
                    .envelope());
        }
        return Signed<CheckIn>::sign(check_in, by);
    }
};

// A change of policy with the words of so many guardians.
PolicyCertificate certificate(World const& world, unsigned which, unsigned words, WallTime now) {
    auto const& policy = world.changes[which % 4];
    PolicyCertificate made{policy->envelope(), {}};
    for (unsigned i = 1; i <= words && i < 4; ++i) {
        NoObjection const word{policy->value().case_id, guardian_id(world.keys[i].public_key()),
                               policy->value().version, policy->digest(), now};
        made.no_objections.push_back(Signed<NoObjection>::sign(word, world.keys[i]).envelope());
    }
    return made;
}

// What guardian `who` may say, honest or not, about check-in (or release-now) `which`.
Envelope say(World const& world, Byte what, unsigned who, unsigned which, Nonce const& nonce,
             WallTime now) {
    auto const& key = world.keys[who];
    auto const id = guardian_id(key.public_key());
    auto const& policy = world.policy;
    auto const case_id = policy->value().case_id;
    auto const subject =
        Subject::of(which == 7 ? world.release_now : world.check_ins[which].envelope());
    switch (what % 16) {
        case 0: return subject.envelope;
        case 1:
            return Signed<PreVote>::sign({case_id,
                                          id,
                                          which % 2 == 0,
                                          nonce,
                                          now,
                                          world.check_ins[which].envelope(),
                                          {},
                                          {},
                                          policy->digest(),
                                          {},
                                          {},
                                          {}},
                                         key)
                .envelope();
        case 2:
            return Signed<VoteRequest>::sign({case_id, id, nonce, subject, 0, policy->digest()},
                                             key)
                .envelope();
        case 3:
            return Signed<Vote>::sign({case_id, id, nonce, now, subject, 0, policy->digest()}, key)
                .envelope();
        case 4:
            return Signed<Adoption>::sign({case_id, id, now, subject, 0, policy->digest()}, key)
                .envelope();
        case 5:
            return Signed<Acknowledgement>::sign({case_id, id, subject.digest, now, now}, key)
                .envelope();
        case 6:
            return Signed<ReleasedShare>::sign(
                       {case_id, id, policy->digest(), 1, which % 2 ? "words" : "wrong", {}}, key)
                .envelope();
        case 7: return world.forced[which].envelope();
        case 8: return world.changes[which % 4]->envelope();
        case 9:
            return Signed<PolicyWord>::sign({case_id, id, certificate(world, which, who, now)}, key)
                .envelope();
        case 10:
            return Signed<HoldWord>::sign({case_id, id, subject.digest, 1 + which % 2, now}, key)
                .envelope();
        case 11:
            return Signed<SpokenWord>::sign(
                       {case_id, id, subject.digest, 1, which % 2 ? "one code" : "another", now},
                       key)
                .envelope();
        case 12:
            return Signed<Opened>::sign(
                       {case_id, policy->digest(), which % 2, world.reader.public_key(), now},
                       world.reader)
                .envelope();
        case 13: {
            auto const& changed = world.changes[which % 4];
            return Signed<Adoption>::sign({case_id, id, now, subject, 0, changed->digest()}, key)
                .envelope();
        }
        default:
            return Signed<ReleasedShare>::sign(
                       {case_id, id, policy->digest(), 0, {}, {{"age1lawyer", {1}}}}, key)
                .envelope();
    }
}

void check_text(State const& state, FindPolicy const& find) {
    auto const text = write_state(state);
    auto const back = parse_state(text, find);
    VERIFY(back.ok());
    VERIFY(write_state(back.value()) == text);
}

std::size_t words_for(State const& state) {
    std::set<std::string> who;
    for (auto const& word : state.certificate) {
        VERIFY(word->policy == state.policy->digest());
        who.insert(word->guardian.hex());
    }
    return who.size();
}

void check(World const& world, Ledgers const& before, LedgersStep const& step,
           FindPolicy const& find) {
    auto const& truth = step.next.truth;
    check_text(truth, find);
    check_text(step.next.shadow, find);
    bool const differs = write_state(truth) != write_state(before.truth) ||
                         write_state(step.next.shadow) != write_state(before.shadow);
    VERIFY(differs == (step.changed || step.noted));
    VERIFY(truth.deadline >= before.truth.deadline);
    VERIFY(truth.hold <= spoken_codes_max);
    VERIFY(truth.terms().version == 1 || words_for(truth) >= truth.numbers().q);
    VERIFY(signed_by(truth.last.envelope(), world.witness.public_key()));
    VERIFY(!before.truth.decided || truth.decided == before.truth.decided);
    for (auto const& effect : step.effects) {
        auto const* give = std::get_if<GiveShare>(&effect);
        if (give == nullptr) continue;
        std::size_t adopted = 0;
        for (auto const& one : truth.adoptions) adopted += one.adoption->motion() == give->motion;
        VERIFY(adopted >= truth.numbers().q);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static World world;
    FindPolicy const find = [](DocumentDigest const& digest) -> Result<SharedPolicy> {
        for (auto const& one : world.changes)
            if (one->digest() == digest) return one;
        return world.policy;
    };
    SeededRandom random(1);
    Self const self{world.keys[0], guardian_id(world.keys[0].public_key())};
    auto ledgers = with_shadow(begin(*world.policy, world.check_ins[0], start).take(),
                               world.duress.public_key());
    auto now = start;
    // Each event takes two bytes: what, and who about which.
    for (std::size_t i = 0; i + 1 < size && i < 64; i += 2) {
        auto const what = data[i];
        unsigned const who = data[i + 1] % 4, which = (data[i + 1] / 4) % 8;
        Event event = Tick{};
        if (what >= 240)
            event = Started{};
        else if (what >= 160)
            now = now + hour * (static_cast<int>(data[i + 1]) - 40);
        else {
            auto const& state = ledgers.truth;
            auto const nonce = state.asking    ? state.asking->nonce
                               : state.restart ? state.restart->nonce
                                               : Nonce{};
            auto envelope = say(world, what, who, which, nonce, now);
            if (what >= 152)
                envelope.payload.assign(data, data + size);
            else if (what >= 144)
                envelope.signatures[0].sig[0] ^= 1;
            event = Received{std::move(envelope)};
        }
        auto next = step(self, ledgers, event, now, random);
        check(world, ledgers, next, find);
        ledgers = std::move(next.next);
    }
    // And as the text of a state: refused, or what it writes is a fixed point.
    auto const parsed = parse_state(as_text({data, size}), find);
    if (parsed)
        VERIFY(write_state(parse_state(write_state(parsed.value()), find).take()) ==
               write_state(parsed.value()));
    return 0;
}
