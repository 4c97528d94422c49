// What happened to the exhibits of a case, as rows that a person can read: the chain of custody.
//
// Each row is one signed event, or follows from evidence (then `derived`): that an event is in a
// cosigned log (`logged`), or that nobody is on record for a stretch of time (`gap`, which is shown
// and not passed over). Agents are roles and key hashes; a table never names a guardian.
#pragma once

#include <map>

#include "case/custody_evidence.hpp"
#include "case/custody_folder.hpp"
#include "case/device_events.hpp"
#include "case/device_memory.hpp"
#include "case/statement.hpp"

namespace exhibit {

struct CustodyRow {
    CustodyEvent event;
    bool derived = false;
    std::string evidence;  // file, or what it follows from
    // Which exhibits an event of a whole log is about: those whose entries it covers.
    std::vector<ExhibitNumber> covers;
};

struct CustodyTable {
    CaseId case_id;
    bool drill = false;
    std::vector<CustodyRow> rows;  // by exhibit (those of the whole case last), then by time
    struct Trouble {
        std::string where;
        std::string what;
    };
    std::vector<Trouble> troubles;  // what does not hold, and is in no row
};

using Statements = std::map<ExhibitNumber, SealStatement>;

// Of a release folder's files. A statement of each exhibit tells whose events the device's are.
CustodyTable table_of_release(CustodyFiles const& files, Policy const& policy,
                              Statements const& statements);
// Of what the witness's device knows: what is sealed, who signed receipts, in whose logs it is.
CustodyTable table_of_device(CaseInfo const& info, std::vector<ExhibitRecord> const& records,
                             LogMemory const& logs);

// "guardian 56b164c1", "device", "witness".
std::string show_agent(CustodyEvent::Agent const& agent);
// "2026-11-24 15:58 UTC (a guardian's clock)"; "not known".
std::string show_when(CustodyEvent const& event);
// For people: exhibits as headings, one line per row.
std::string show_table(CustodyTable const& table);
// For other people's programs.
std::string write_custody_csv(CustodyTable const& table);
std::string write_custody_premis(CustodyTable const& table);
Result<std::string> write_custody_case_uco(CustodyTable const& table);
Json write_custody_json(CustodyTable const& table);

}  // namespace exhibit
