#include "guard/guardian/case_files.hpp"

namespace exhibit::guard {

std::string write_record(CaseRecord const& record) {
    return write_json({{"directory", envelope_field(record.directory.envelope())},
                       {"policy", record.policy.hex()},
                       {"share_digest", record.share_digest.hex()},
                       {"access_hash", to_hex(record.access_hash)},
                       {"quota", record.quota_bytes},
                       {"share", to_base64(record.share_age)},
                       {"case_key", to_base64(record.case_key_age)},
                       {"enrolled", write_time(record.enrolled)},
                       {"drill", record.drill}});
}

Result<CaseRecord> parse_record(ByteView text) {
    auto json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "record"));
    auto envelope = TRY(take_envelope(object, "directory"));
    auto directory = TRY(Signed<Directory>::open_trusting_signature(std::move(envelope)));
    CaseRecord record{.directory = std::move(directory)};
    record.policy = TRY(take_digest(object, "policy"));
    record.share_digest = TRY(take_digest(object, "share_digest"));
    record.access_hash = TRY(object.hex<32>("access_hash"));
    auto const quota = TRY(object.integer("quota", 0, (std::int64_t{1} << 53) - 1));
    record.quota_bytes = static_cast<std::uint64_t>(quota);
    record.share_age = TRY(object.base64("share", 64 * 1024));
    record.case_key_age = TRY(object.base64("case_key", 64 * 1024));
    record.enrolled = TRY(object.time("enrolled"));
    record.drill = TRY(object.boolean("drill"));
    TRY(object.finish());
    return record;
}

std::string CaseFiles::policy_key(CaseId const& id, DocumentDigest const& digest) {
    return id.text() + "/policy/" + digest.hex();
}

std::string CaseFiles::vouched_key(CaseId const& id, DocumentDigest const& digest) {
    return id.text() + "/vouched/" + digest.hex();
}

void CaseFiles::put_ledgers(Batch& batch, CaseId const& id, protocol::Ledgers const& ledgers) {
    batch.push_back({Table::cases, state_key(id), to_bytes(protocol::write_state(ledgers.truth))});
    batch.push_back(
        {Table::cases, shadow_key(id), to_bytes(protocol::write_state(ledgers.shadow))});
}

Result<SharedRecord> CaseFiles::record(CaseId const& id) {
    if (auto known = records_.get(id)) return *known;
    auto const changes = access_changes();
    auto const row = TRY(rows_.get(Table::cases, record_key(id)));
    if (!row) return bad_input("there is no such case here").coded("not-found");
    auto record = TRY(parse_record(*row));
    auto const access = TRY(rows_.get(Table::settings, access_key(id)));
    if (access) record.access_hash = TRY(exactly<32>(*access));
    auto shared = std::make_shared<CaseRecord const>(std::move(record));
    std::lock_guard lock(access_mutex_);
    if (changes == access_changes_) records_.put(id, shared);
    return shared;
}

std::uint64_t CaseFiles::access_changes() {
    std::lock_guard lock(access_mutex_);
    return access_changes_;
}

void CaseFiles::access_changed(CaseId const& id) {
    std::lock_guard lock(access_mutex_);
    ++access_changes_;
    records_.drop(id);
}

Result<protocol::SharedPolicy> CaseFiles::policy(CaseId const& id, DocumentDigest const& digest) {
    auto const name = std::pair(id, digest);
    if (auto known = policies_.get(name)) return *known;
    auto const row = TRY(rows_.get(Table::envelopes, policy_key(id, digest)));
    if (!row) return bad_input("the policy is not here").coded("not-found");
    auto policy = TRY(protocol::load_policy(*row, digest));
    policies_.put(name, policy);
    return policy;
}

Result<protocol::Ledgers> CaseFiles::ledgers(CaseId const& id) {
    auto truth = TRY(state(id));
    auto copy = TRY(shadow(id));
    if (!copy.speaker)
        return bad_input("the shadow ledger has no speaker").at(shadow_key(id)).coded("state");
    return protocol::Ledgers{std::move(truth), std::move(copy)};
}

Result<protocol::State> CaseFiles::state(CaseId const& id) { return read_state(id, state_key(id)); }
Result<protocol::State> CaseFiles::shadow(CaseId const& id) {
    return read_state(id, shadow_key(id));
}

Result<protocol::State> CaseFiles::read_state(CaseId const& id, std::string const& key) {
    auto const row = TRY(rows_.get(Table::cases, key));
    if (!row) return bad_input("there is no such case here").coded("not-found");
    return protocol::parse_state(as_text(*row),
                                 [&](DocumentDigest const& digest) { return policy(id, digest); });
}

Result<std::vector<CaseId>> CaseFiles::all() {
    std::vector<CaseId> ids;
    std::string after;
    while (true) {
        auto const page = TRY(rows_.scan(Table::cases, "", after, 100));
        if (page.empty()) return ids;
        after = page.back().first;
        for (auto const& [key, value] : page) {
            if (!key.ends_with("/record")) continue;
            auto id = TRY(CaseId::parse(std::string_view(key).substr(0, key.find('/'))));
            ids.push_back(id);
        }
    }
}

}  // namespace exhibit::guard
