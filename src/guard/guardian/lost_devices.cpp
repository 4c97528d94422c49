#include "guard/guardian/lost_devices.hpp"

namespace exhibit::guard {
namespace {

constexpr Duration ahead_most = Duration::days(1);

std::string prefix_of(CaseId const& id) { return id.text() + "/lost/"; }

// By time, so that the newest is the last.
std::string key_of(CaseId const& id, Signed<DeviceLost> const& lost) {
    return prefix_of(id) + write_time(lost->claimed) + "/" + lost.digest().hex().substr(0, 16);
}

}  // namespace

Result<std::vector<Envelope>> devices_lost(Premises const& premises, CaseId const& id) {
    auto const rows =
        TRY(premises.rows().scan(Table::envelopes, prefix_of(id), "", devices_lost_max));
    std::vector<Envelope> all;
    for (auto const& [key, row] : rows) {
        auto envelope = TRY(parse_envelope(row, document_bytes_max));
        all.push_back(std::move(envelope));
    }
    return all;
}

Outcome LostDevices::take(CaseId const& id, Envelope envelope) {
    auto const record = TRY(premises_.files.record(id));
    auto const policy = TRY(premises_.files.policy(id, record->policy));
    auto const lost = TRY(Signed<DeviceLost>::open(std::move(envelope), policy->value().witness));
    if (lost->case_id != id) return bad_input("this is of another case").coded("case");
    auto const* mine = lost->find(premises_.id);
    if (mine == nullptr) return bad_input("this guardian is not named").coded("not-mine");
    if (lost->claimed > premises_.now() + ahead_most)
        return bad_input("this is from the future").hint("compare the clocks").coded("conflict");
    {
        std::lock_guard lock(mutex_);
        auto const rows =
            TRY(premises_.rows().scan(Table::envelopes, prefix_of(id), "", devices_lost_max + 1));
        auto const key = key_of(id, lost);
        for (auto const& [known, row] : rows) {
            if (known == key) return {};
        }
        if (rows.size() >= devices_lost_max)
            return bad_input("too many devices were lost").coded("conflict");
        if (!rows.empty() && rows.back().first > key)
            return bad_input("there is newer word of a lost device").coded("conflict");
        TRY(premises_.rows().commit(
            {{Table::envelopes, key, to_bytes(write_envelope(lost.envelope()))},
             {Table::settings, CaseFiles::access_key(id), to_bytes(ByteView(mine->hash))}}));
        premises_.files.access_changed(id);
    }
    premises_.log.tell("device-lost",
                       "the witness has lost a device; the old access secret is void", id);
    tell_others(id);
    return {};
}

void LostDevices::tell_others(CaseId const& id) {
    auto const record = premises_.files.record(id);
    auto const all = devices_lost(premises_, id);
    if (!record || !all) return;
    for (auto const& envelope : *all) {
        for (auto const& entry : (*record)->directory->entries) {
            if (entry.guardian != premises_.id) peers_.send(id, entry, envelope);
        }
    }
}

}  // namespace exhibit::guard
