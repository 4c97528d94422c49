#include "guard/witness/logs.hpp"

#include <algorithm>

namespace exhibit::guard {

Result<bool> fetch_logged(Link& link, Policy const& terms, LogMemory& memory,
                          ExhibitRecord& record) {
    auto const known = logged_by(record);
    auto const id = link.guardian().id();
    if (std::ranges::find(known, id) != known.end()) return true;
    auto const shown = TRY(link.custody(record.number));
    if (shown.guardian != id)
        return bad_input(link.guardian().name + " answered for another guardian").coded("custody");
    learn_from(memory, shown, terms);
    return take_logged(record, shown, cards_in(memory, terms), terms);
}

bool refresh_checkpoint(CaseInfo const& info, LinkOptions const& quick, LogMemory& memory) {
    auto const terms = terms_of(info);
    for (auto const& guardian : info.guardians) {
        auto link = Link::open(info.case_id, guardian, quick);
        if (!link.ok()) continue;
        // The keys come with any exhibit, whether there is one or not.
        if (cards_in(memory, terms).size() < info.guardians.size()) {
            auto const shown = link->custody(ExhibitNumber(1));
            if (!shown.ok()) continue;
            learn_from(memory, *shown, terms);
        }
        auto const note = link->checkpoint();
        if (note.ok() && learn_checkpoint(memory, *note, terms)) return true;
    }
    return false;
}

}  // namespace exhibit::guard
