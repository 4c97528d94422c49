// Model-based: bytes become a list of events at one guardian (check-ins, questions, votes,
// adoptions, shares, garbage, time), and after each the state must come back from its text and no
// share leave without q adoptions.
#include <string_view>

#include "crypto/hash.hpp"
#include "protocol/step.hpp"

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
    SigningKey witness = key_of(9);
    std::vector<SigningKey> keys;
    SharedPolicy policy;
    std::vector<Signed<CheckIn>> check_ins;
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
        terms.floors = {hour, hour, hour};
        terms.created = start;
        policy = share_policy(Signed<Policy>::sign(terms, witness));
        for (int i = 0; i < 8; ++i) check_ins.push_back(sign(start + hour * (20 * i)));
        release_now =
            Signed<ReleaseNow>::sign({terms.case_id, start, policy->digest()}, witness).envelope();
    }
    Signed<CheckIn> sign(WallTime claimed) {
        CheckIn check_in{policy->value().case_id, claimed, hour * 72, hour * 48,
                         policy->digest(),        {},      {}};
        for (auto const& key : keys) {
            check_in.clocks.push_back(
                Signed<ClockReading>::sign(
                    {check_in.case_id, guardian_id(key.public_key()), claimed, {}}, key)
                    .envelope());
        }
        return Signed<CheckIn>::sign(check_in, witness);
    }
};

// What guardian `who` may say, honest or not, about check-in (or release-now) `which`.
Envelope say(World const& world, Byte what, unsigned who, unsigned which, Nonce const& nonce,
             WallTime now) {
    auto const& key = world.keys[who];
    auto const id = guardian_id(key.public_key());
    auto const& policy = world.policy;
    auto const case_id = policy->value().case_id;
    auto const subject =
        Subject::of(which == 7 ? world.release_now : world.check_ins[which].envelope());
    switch (what % 8) {
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
        default:
            return Signed<ReleasedShare>::sign(
                       {case_id, id, policy->digest(), 0, {}, {{"age1lawyer", {1}}}}, key)
                .envelope();
    }
}

void check(State const& state, Step const& step, FindPolicy const& find) {
    auto const text = write_state(step.next);
    auto const back = parse_state(text, find);
    VERIFY(back.ok());
    VERIFY(write_state(back.value()) == text);
    VERIFY((text != write_state(state)) == (step.changed || step.noted));
    for (auto const& effect : step.effects) {
        auto const* give = std::get_if<GiveShare>(&effect);
        if (give == nullptr) continue;
        std::size_t adopted = 0;
        for (auto const& one : step.next.adoptions)
            adopted += one.adoption->motion() == give->motion;
        VERIFY(adopted >= step.next.numbers().q);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static World world;
    FindPolicy const find = [](DocumentDigest const&) -> Result<SharedPolicy> {
        return world.policy;
    };
    SeededRandom random(1);
    Self const self{world.keys[0], guardian_id(world.keys[0].public_key())};
    auto state = begin(*world.policy, world.check_ins[0], start).take();
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
            auto const nonce = state.asking    ? state.asking->nonce
                               : state.restart ? state.restart->nonce
                                               : Nonce{};
            auto envelope = say(world, what, who, which, nonce, now);
            if (what >= 144)
                envelope.payload.assign(data, data + size);
            else if (what >= 128)
                envelope.signatures[0].sig[0] ^= 1;
            event = Received{std::move(envelope)};
        }
        auto next = step(self, state, event, now, random);
        check(state, next, find);
        state = std::move(next.next);
    }
    // And as the text of a state: refused, or what it writes is a fixed point.
    auto const parsed = parse_state(as_text({data, size}), find);
    if (parsed)
        VERIFY(write_state(parse_state(write_state(parsed.value()), find).take()) ==
               write_state(parsed.value()));
    return 0;
}
