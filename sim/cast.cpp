#include <map>

#include "crypto/hash.hpp"
#include "sim/world.hpp"

namespace exhibit::sim {
namespace {

SigningKey key_of(Byte number) {
    ByteArray<32> seed{};
    seed[0] = number;
    seed[1] = 0x5a;
    return SigningKey::from_seed(Secret<32>::copy_of(seed).take());
}

Policy make_policy(Cast const& cast, Quorum const& numbers, bool two_stages) {
    SeededRandom random(1);
    Policy policy;
    policy.case_id = CaseId::make(random);
    policy.witness = cast.witness.public_key();
    policy.case_recipient = "age1case";
    policy.quorum = numbers;
    for (unsigned g = 0; g < numbers.n; ++g) {
        policy.guardians.push_back({cast.guardians[g].public_key(),
                                    "age1guardian" + std::to_string(g),
                                    DocumentDigest(sha256(words_of(g))), false});
    }
    AudienceStage everyone;
    everyone.who = AudienceStage::Who::everyone;
    if (two_stages) {
        AudienceStage named;
        named.recipients = {"age1lawyer"};
        named.confirm = {cast.reader.public_key()};
        everyone.after = Duration::days(2);
        policy.audience = {named, everyone};
    } else {
        policy.audience = {everyone};
    }
    // A rehearsal in all but its times: the cool-off must fit into a life.
    policy.drill = true;
    policy.floors = {Duration::hours(24), Duration::hours(24), Duration::days(2)};
    policy.created = birth;
    return policy;
}

}  // namespace

Cast const& cast_for(Quorum const& numbers, bool two_stages) {
    static std::map<std::pair<unsigned, bool>, Cast> made;
    auto const name =
        std::pair(numbers.n * 1000 + numbers.k * 100 + numbers.q * 10 + numbers.f, two_stages);
    auto known = made.find(name);
    if (known == made.end()) {
        Cast cast{key_of(0), key_of(200), key_of(201), {}, {}, {}};
        for (unsigned g = 0; g < numbers.n; ++g) {
            cast.guardians.push_back(key_of(static_cast<Byte>(g + 1)));
            cast.ids.push_back(guardian_id(cast.guardians.back().public_key()));
        }
        known = made.emplace(name, std::move(cast)).first;
    }
    // Anew for each life, whose first document it is (interned.hpp): a life depends on no other.
    auto& cast = known->second;
    cast.policy = Signed<Policy>::sign(make_policy(cast, numbers, two_stages), cast.witness);
    return cast;
}

}  // namespace exhibit::sim
