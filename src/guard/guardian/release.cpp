#include "guard/guardian/release.hpp"

#include <algorithm>

#include "formats/age/age.hpp"
#include "guard/guardian/custody.hpp"
#include "guard/guardian/lost_devices.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t share_words_max = 1024;
constexpr std::size_t stages_max = 256;  // of all policies
constexpr std::size_t custody_bytes_max = release_bundle_bytes_max / 4;

// The words leave the guardian for good here: in the clear for everyone, else encrypted to each
// reader.
Result<ReleasedShare> share_for(AudienceStage const& audience, SecretBytes const& words) {
    ReleasedShare share;
    if (audience.who == AudienceStage::Who::everyone) {
        share.words = to_string(words.reveal());
        return share;
    }
    for (auto const& text : audience.recipients) {
        auto const recipient = TRY(age::X25519Recipient::parse(text));
        auto file = TRY(age::encrypt(words.reveal(), recipient));
        share.encrypted.push_back({text, std::move(file)});
    }
    return share;
}

// "ID/VERSION/STAGE".
Releases::Place place_in(std::string const& key) {
    auto const first = key.find('/'), second = key.find('/', first + 1);
    return {static_cast<unsigned>(std::stoul(key.substr(first + 1))),
            static_cast<unsigned>(std::stoul(key.substr(second + 1)))};
}

protocol::Release const* find_release(protocol::State const& state, unsigned version) {
    for (auto const& one : state.releases) {
        if (one.policy->value().version == version) return &one;
    }
    return nullptr;
}

// The policy that is released, and the earlier ones that lead to it, each with its certificate.
void take_policies(ReleaseBundle& bundle, protocol::State const& state,
                   Signed<Policy> const& released) {
    bundle.policy = released.envelope();
    auto const take = [&](Signed<Policy> const& policy,
                          std::vector<Signed<NoObjection>> const& words) {
        if (policy.digest() == released.digest()) {
            for (auto const& word : words) bundle.no_objections.push_back(word.envelope());
        } else if (policy->version < released->version) {
            PolicyCertificate certificate{policy.envelope(), {}};
            for (auto const& word : words) certificate.no_objections.push_back(word.envelope());
            bundle.earlier.push_back(std::move(certificate));
        }
    };
    for (auto const& one : state.earlier) take(*one.policy, one.words);
    take(*state.policy, state.certificate);
}

}  // namespace

Releases::Releases(Premises const& premises, Exhibits& exhibits, Uploads& uploads,
                   OnReleased on_released, Duration poll)
    : premises_(premises),
      exhibits_(exhibits),
      uploads_(uploads),
      on_released_(std::move(on_released)),
      due_(premises.now, poll,
           [this](CaseId const& id) { publishing_.post([this, id] { publish_now(id); }); }) {}

void Releases::stop() {
    due_.stop();
    publishing_.stop();
}

Result<Envelope> Releases::make_share(CaseId const& id, protocol::GiveShare const& give) {
    auto const record = TRY(premises_.files.record(id));
    auto const policy = TRY(premises_.files.policy(id, give.policy));
    if (give.stage >= policy->value().audience.size())
        return bad_input("there is no such stage").coded("stage");
    auto const words =
        TRY(age::decrypt_secret(record->share_age, premises_.keys.identity, share_words_max));
    auto share = TRY(share_for(policy->value().stage(give.stage), words));
    share.case_id = id;
    share.guardian = premises_.id;
    share.policy = give.policy;
    share.stage = give.stage;
    return Signed<ReleasedShare>::sign(std::move(share), premises_.keys.signing).envelope();
}

void Releases::publish(CaseId const& id) { due_.no_later_than(id, premises_.now()); }

void Releases::refresh(CaseId const& id) {
    if (!on_released_) return;
    publishing_.post([this, id] {
        auto const rows = premises_.rows().scan(Table::releases, id.text() + "/", "", stages_max);
        if (!rows || rows->empty() || rows->back().second != release_row(true)) return;
        auto const whole = bundle(id);
        if (!whole) return premises_.log.tell(whole.error(), id);
        (void)on_released_(*whole, [this, id](ExhibitNumber number) -> Result<Path> {
            auto const found = TRY(ciphertext(id, number));
            return found.path;
        });
    });
}

Outcome Releases::resume() {
    std::string after;
    while (true) {
        auto const page = TRY(premises_.rows().scan(Table::releases, "", after, 200));
        if (page.empty()) return {};
        after = page.back().first;
        for (auto const& [key, row] : page) {
            if (row == release_row(true)) continue;
            auto const id = TRY(CaseId::parse(std::string_view(key).substr(0, key.find('/'))));
            publish(id);
        }
    }
}

void Releases::publish_now(CaseId const& id) {
    if (!on_released_) return;
    auto const rows = premises_.rows().scan(Table::releases, id.text() + "/", "", stages_max);
    if (!rows) {
        due_.no_later_than(id, premises_.now() + Duration::minutes(1));
        return premises_.log.tell(rows.error(), id);
    }
    auto const ciphertext_of = [this, id](ExhibitNumber number) -> Result<Path> {
        auto found = TRY(ciphertext(id, number));
        return found.path;
    };
    bool failed = false;
    for (auto const& [key, row] : *rows) {
        if (row == release_row(true)) continue;
        auto const place = place_in(key);
        auto const bundle = bundle_of(id, place);
        auto done = bundle.ok() ? on_released_(*bundle, ciphertext_of) : Outcome(bundle.error());
        if (done) done = keep_published(id, place, key);
        if (done)
            premises_.log.tell("published",
                               "stage " + std::to_string(place.stage) + " is published", id);
        else
            premises_.log.tell(done.error(), id);
        failed = failed || !done;
    }
    std::lock_guard lock(mutex_);
    if (!failed) {
        attempts_.erase(id);
        return;
    }
    auto& attempts = attempts_[id];
    due_.no_later_than(
        id, premises_.now() + Duration::seconds(2) * (std::int64_t{1} << std::min(attempts, 10U)));
    ++attempts;
}

Outcome Releases::keep_published(CaseId const& id, Place const& place, std::string const& key) {
    auto const state = TRY(premises_.files.state(id));
    auto const* release = find_release(state, place.version);
    if (release == nullptr) return world_error("the release has no decision").coded("state");
    auto& custody = *premises_.custody;
    TRY(premises_.rows().commit(
        {{Table::releases, key, release_row(true)},
         custody.row_of(
             exported_event(custody.stating(), id, release->policy->digest(), place.stage))}));
    custody.committed();
    return {};
}

bool Releases::is_out(CaseId const& id) {
    auto const place = highest(id);
    return place.ok() && place->has_value();
}

// The higher version's record is the record (rule 5), and of its stages the last.
Result<std::optional<Releases::Place>> Releases::highest(CaseId const& id) {
    auto const rows = TRY(premises_.rows().scan(Table::releases, id.text() + "/", "", stages_max));
    std::optional<Place> found;
    for (auto const& [key, row] : rows) {
        auto const place = place_in(key);
        if (!found || *found < place) found = place;
    }
    return found;
}

Result<ReleaseBundle> Releases::bundle(CaseId const& id) {
    auto const place = TRY(highest(id));
    if (!place) return bad_input("there is no such case here").coded("not-found");
    return bundle_of(id, *place);
}

Result<ReleaseBundle> Releases::bundle_of(CaseId const& id, Place const& place) {
    auto const record = TRY(premises_.files.record(id));
    auto const state = TRY(premises_.files.state(id));
    auto const* release = find_release(state, place.version);
    if (!state.decided || release == nullptr)
        return world_error("the release has no decision").coded("state");
    ReleaseBundle bundle;
    take_policies(bundle, state, *release->policy);
    bundle.stage = place.stage;
    for (auto const& one : state.adoptions) {
        if (one.adoption->motion() != *state.decided) continue;
        bundle.subject = one.adoption->subject.envelope;
        bundle.adoptions.push_back(one.adoption.envelope());
    }
    for (auto const& vote : state.quorum) {
        if (vote->motion() == *state.decided) bundle.votes.push_back(vote.envelope());
    }
    for (auto const& given : release->shares) {
        if (given.good && given.share->stage == place.stage)
            bundle.shares.push_back(given.share.envelope());
    }
    bundle.receipts = TRY(exhibits_.receipts(id));
    bundle.devices_lost = TRY(devices_lost(premises_, id));
    auto const vouched =
        TRY(premises_.rows().get(Table::settings, CaseFiles::vouched_key(id, state.last->vouched)));
    if (vouched) bundle.vouched = to_string(*vouched);
    bundle.case_key_age = record->case_key_age;
    auto const held = TRY(exhibits_.all(id));
    for (auto const& one : held)
        bundle.exhibits.push_back({one.number, one.size_bytes, one.statement});
    auto const unfinished = TRY(uploads_.unfinished(id));
    for (auto const& one : unfinished)
        bundle.exhibits.push_back({one.number, one.size_bytes, std::nullopt});
    std::ranges::sort(bundle.exhibits, {}, [](auto const& one) { return one.number; });
    bundle.custody = TRY(premises_.custody->exchange().all(id));
    // Our own first, then what we know of the others' as far as there is room: each of them hands
    // out its own, and without exhibits there is nothing to tell of.
    std::size_t bytes = 0;
    std::erase_if(bundle.custody, [&](CustodyRecord const& one) {
        bytes += write_json(write_custody_record(one)).size();
        return bytes > custody_bytes_max && one.guardian != premises_.id;
    });
    return bundle;
}

Result<Releases::Ciphertext> Releases::ciphertext(CaseId const& id, ExhibitNumber number) {
    auto const missing = bad_input("there is no such exhibit here").coded("not-found");
    std::string name;
    std::uint64_t size = 0;
    auto const held = TRY(exhibits_.find(id, number));
    if (held) {
        name = held->blob;
        size = held->size_bytes;
    } else {
        auto const unfinished = TRY(uploads_.unfinished(id));
        for (auto const& one : unfinished) {
            if (one.number == number) name = one.blob, size = one.size_bytes;
        }
        if (name.empty()) return Error(missing);
    }
    auto const blob = TRY(BlobName::parse(name));
    auto const path = TRY(premises_.blobs.local_path(blob));
    if (!path) return world_error("the store has no files").coded("system");
    return Ciphertext{*path, size};
}

}  // namespace exhibit::guard
