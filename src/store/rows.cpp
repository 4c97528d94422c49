#include "store/rows.hpp"

namespace exhibit {

char const* name_of(Table table) {
    switch (table) {
        case Table::cases: return "cases";
        case Table::exhibits: return "exhibits";
        case Table::envelopes: return "envelopes";
        case Table::uploads: return "uploads";
        case Table::invitations: return "invitations";
        case Table::settings: return "settings";
        case Table::releases: return "releases";
        case Table::custody: return "custody";
    }
    VERIFY(!"a table of the list");
    return "";
}

Outcome check_limits(Batch const& batch) {
    if (batch.size() > batch_writes_max) {
        return bad_input("has more than " + std::to_string(batch_writes_max) + " rows in one batch")
            .coded("too-large");
    }
    std::size_t bytes = 0;
    for (auto const& write : batch) {
        if (write.key.empty() || write.key.size() > row_key_bytes_max) {
            return bad_input("has a key of " + std::to_string(write.key.size()) +
                             " bytes, not 1 to " + std::to_string(row_key_bytes_max))
                .at(name_of(write.table))
                .coded("key");
        }
        bytes += write.key.size() + (write.value ? write.value->size() : 0);
    }
    if (bytes > batch_bytes_max) {
        return bad_input("has more than " + std::to_string(batch_bytes_max) + " bytes in one batch")
            .coded("too-large");
    }
    return {};
}

}  // namespace exhibit
