#include "guard/guardian/resignations.hpp"

namespace exhibit::guard {
namespace {

constexpr std::string_view own_prefix = "leaving/";

}  // namespace

std::string Resignations::key(CaseId const& id, GuardianId const& who) const {
    return id.text() + "/leaves/" + who.hex();
}

Outcome Resignations::keep(CaseId const& id, Signed<Resignation> const& resignation) {
    auto const text = to_bytes(write_envelope(resignation.envelope()));
    Batch batch{{Table::settings, key(id, resignation->guardian), text}};
    bool const ours = resignation->guardian == premises_.id;
    if (ours) batch.push_back({Table::settings, std::string(own_prefix) + id.text(), text});
    TRY(premises_.rows().commit(std::move(batch)));
    std::lock_guard lock(mutex_);
    if (ours) ours_[id] = resignation->leaves;
    return {};
}

Outcome Resignations::open() {
    std::string after;
    while (true) {
        auto const page = TRY(premises_.rows().scan(Table::settings, own_prefix, after, 100));
        if (page.empty()) return {};
        after = page.back().first;
        for (auto const& [key, row] : page) {
            auto const one = [&]() -> Result<Signed<Resignation>> {
                auto envelope = TRY(parse_envelope(row, document_bytes_max));
                return Signed<Resignation>::open_trusting_signature(std::move(envelope));
            }();
            if (!one.ok()) {  // of this case alone
                premises_.log.tell(one.error());
                continue;
            }
            std::lock_guard lock(mutex_);
            ours_[one->value().case_id] = one->value().leaves;
        }
    }
}

Outcome Resignations::resign(CaseId const& id, WallTime leaves) {
    TRY(premises_.files.record(id));
    auto const known = TRY(all(id));
    for (auto const& one : known) {
        if (one->guardian != premises_.id || one->leaves > leaves) continue;
        send_others_(id, one.envelope());
        return {};
    }
    auto const resignation = Signed<Resignation>::sign({id, premises_.id, leaves, premises_.now()},
                                                       premises_.keys.signing);
    TRY(keep(id, resignation));
    send_others_(id, resignation.envelope());
    premises_.log.tell("resigned", "this guardian leaves the case on " + show_time(leaves), id);
    return {};
}

Outcome Resignations::take(CaseId const& id, Envelope const& envelope) {
    auto const state = TRY(premises_.files.state(id));
    auto const opened = TRY(open_from_guardian<Resignation>(envelope, state.terms()));
    // Ours lies here, and of another's the newest counts: anybody can bring an old one again.
    if (opened->guardian == premises_.id) return {};
    auto const known = TRY(all(id));
    for (auto const& one : known)
        if (one->guardian == opened->guardian && one->time >= opened->time) return {};
    return keep(id, opened);
}

Result<std::vector<Signed<Resignation>>> Resignations::all(CaseId const& id) {
    auto const rows = TRY(premises_.rows().scan(Table::settings, id.text() + "/leaves/", "", 16));
    std::vector<Signed<Resignation>> list;
    for (auto const& [key, row] : rows) {
        auto envelope = TRY(parse_envelope(row, document_bytes_max));
        auto one = TRY(Signed<Resignation>::open_trusting_signature(std::move(envelope)));
        list.push_back(std::move(one));
    }
    return list;
}

bool Resignations::have_left(CaseId const& id) const {
    std::lock_guard lock(mutex_);
    auto const found = ours_.find(id);
    return found != ours_.end() && premises_.now() >= found->second;
}

}  // namespace exhibit::guard
