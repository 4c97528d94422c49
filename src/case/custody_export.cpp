// The custody table for people, and for other people's programs.
#include <algorithm>
#include <set>

#include "case/custody_table.hpp"
#include "formats/case_uco/case_uco.hpp"
#include "formats/csv/csv.hpp"
#include "formats/premis/premis.hpp"
#include "formats/tar/name.hpp"

namespace exhibit {
namespace {

using Role = CustodyEvent::Agent::Role;

std::string key_of(CustodyEvent::Agent const& agent) { return to_hex(agent.key_id); }

std::string show_tool(CustodyEvent const& event) {
    if (!event.tool) return {};
    return event.tool->name + (event.tool->version.empty() ? "" : " " + event.tool->version);
}

std::string show_item(CustodyItem const& item) {
    std::string out = name_of(item.role);
    if (item.sha256) out += " sha256:" + to_hex(*item.sha256);
    if (item.bep52) out += " bep52:" + item.bep52->hex();
    if (item.bytes) out += " " + std::to_string(*item.bytes) + " bytes";
    return out;
}

std::string show_items(std::vector<CustodyItem> const& items) {
    std::string out;
    for (auto const& item : items) out += (out.empty() ? "" : "; ") + show_item(item);
    return out;
}

std::string numbers_of(std::vector<ExhibitNumber> const& numbers) {
    std::string out;
    for (auto const number : numbers) out += (out.empty() ? "" : " ") + show(number);
    return out;
}

// Which exhibits a row is about, for tables that have a column for it.
std::string about(CustodyRow const& row) {
    if (row.event.exhibit) return show(*row.event.exhibit);
    return row.covers.empty() ? std::string("case") : numbers_of(row.covers);
}

// Reason, authority and note in one sentence.
std::string why(CustodyEvent const& event) {
    std::string out;
    for (auto const* text : {&event.reason, &event.authority, &event.note})
        if (*text) out += (out.empty() ? "" : "; ") + **text;
    return out;
}

std::string item_id(CustodyItem const& item) {
    if (item.sha256) return std::string(name_of(item.role)) + "-sha256-" + to_hex(*item.sha256);
    return std::string(name_of(item.role)) + "-bep52-" + item.bep52->hex();
}

std::string agent_id(CustodyEvent::Agent const& agent) {
    return std::string(name_of(agent.role)) + "-" + key_of(agent);
}

std::string agent_name(CustodyEvent::Agent const& agent) {
    return agent.label.value_or(std::string(name_of(agent.role)) + " " + key_of(agent));
}

std::string row_id(std::size_t index) { return "event-" + std::to_string(index + 1); }

// EDTF: an interval when it has an end; ".." is an end that is open.
std::string edtf(CustodyEvent const& event) {
    auto const at = event.at ? write_time(*event.at) : std::string("..");
    if (event.until) return at + "/" + write_time(*event.until);
    return event.at ? at : "../..";
}

premis::Object premis_object(CustodyItem const& item, CustodyRow const& row) {
    premis::Object object{item_id(item), {}, item.bytes, "unknown", {}};
    if (item.sha256) object.fixity.push_back({"SHA-256", to_hex(*item.sha256)});
    if (item.bep52) object.fixity.push_back({"BEP 52 root, SHA-256", item.bep52->hex()});
    if (item.role == CustodyItem::Role::ciphertext) object.format = "age";
    if (item.role == CustodyItem::Role::statement) object.format = "SD-JWT";
    if (row.event.exhibit)
        object.original_name = show(*row.event.exhibit) + "/" + name_of(item.role);
    return object;
}

premis::Event premis_event(CustodyRow const& row, std::size_t index) {
    auto const& event = row.event;
    premis::Event out;
    out.id = row_id(index);
    out.type = words_of(event.event).premis;
    out.date_time = edtf(event);
    out.detail = std::string(words_of(event.event).name) + ", exhibit " + about(row) +
                 ", time from: " + name_of(event.basis) + (row.derived ? ", derived" : "");
    out.outcome = event.succeeded ? "success" : "failure";
    if (auto const text = why(event); !text.empty()) out.outcome_notes.push_back(text);
    if (!row.evidence.empty()) out.outcome_notes.push_back("evidence: " + row.evidence);
    out.agents.push_back({agent_id(event.agent), "implementer"});
    for (auto const& item : event.in) out.objects.push_back({item_id(item), "source"});
    for (auto const& item : event.out) out.objects.push_back({item_id(item), "outcome"});
    return out;
}

premis::Agent premis_agent(CustodyEvent::Agent const& agent) {
    // What stands behind a key is not known: a guardian's or a device's program signed.
    auto const* type = agent.role == Role::witness ? "person" : "software";
    return {agent_id(agent),
            agent_name(agent),
            type,
            {},
            {"known by the SHA-256 of its Ed25519 key " + key_of(agent)}};
}

}  // namespace

std::string show_agent(CustodyEvent::Agent const& agent) {
    if (agent.label) return *agent.label;
    std::string const role = name_of(agent.role);
    return agent.role == Role::guardian ? role + " " + key_of(agent).substr(0, 8) : role;
}

std::string show_when(CustodyEvent const& event) {
    std::string out = event.at ? show_time(*event.at) : std::string("not known");
    if (event.until) out += " to " + show_time(*event.until);
    switch (event.basis) {
        case CustodyEvent::Basis::stated: return out + (event.at ? " (said)" : "");
        case CustodyEvent::Basis::device_clock: return out + " (the device's clock)";
        case CustodyEvent::Basis::guardian_clock: return out + " (guardians' clocks)";
        case CustodyEvent::Basis::rfc3161: return out + " (time stamp)";
        case CustodyEvent::Basis::bitcoin: return out + " (Bitcoin)";
    }
    return out;
}

std::string show_table(CustodyTable const& table) {
    std::string out = table.drill ? "DRILL: nothing here is evidence\n" : "";
    std::string heading;
    for (auto const& row : table.rows) {
        auto const next = row.event.exhibit ? "Exhibit " + show(*row.event.exhibit)
                                            : std::string("The whole case");
        if (next != heading) out += next + "\n";
        heading = next;
        auto line = "  " + show_when(row.event);
        line.resize(std::max<std::size_t>(line.size() + 2, 46), ' ');
        line += words_of(row.event.event).name;
        line.resize(std::max<std::size_t>(line.size() + 2, 66), ' ');
        line += show_agent(row.event.agent);
        if (!row.covers.empty()) line += ", covers " + numbers_of(row.covers);
        if (!row.event.succeeded) line += ": FAILED";
        if (row.event.place) line += ", at " + tar::printable(*row.event.place);
        if (auto const text = why(row.event); !text.empty()) line += ": " + tar::printable(text);
        out += line + "\n";
    }
    for (auto const& trouble : table.troubles)
        out += "Does not hold: " + tar::printable(trouble.where) + " " + trouble.what + "\n";
    return out;
}

std::string write_custody_csv(CustodyTable const& table) {
    std::vector<std::string> const header = {
        "exhibit",      "event",       "at",      "until", "at_basis", "agent_role",
        "agent_key_id", "agent_label", "tool",    "place", "reason",   "authority",
        "in",           "out",         "outcome", "note",  "derived",  "evidence"};
    std::vector<std::vector<std::string>> rows;
    auto const time = [](std::optional<WallTime> const& at) {
        return at ? write_time(*at) : std::string();
    };
    for (auto const& row : table.rows) {
        auto const& event = row.event;
        rows.push_back({about(row), words_of(event.event).name, time(event.at), time(event.until),
                        name_of(event.basis), name_of(event.agent.role), key_of(event.agent),
                        event.agent.label.value_or(""), show_tool(event), event.place.value_or(""),
                        event.reason.value_or(""), event.authority.value_or(""),
                        show_items(event.in), show_items(event.out),
                        event.succeeded ? "success" : "failure", event.note.value_or(""),
                        row.derived ? "yes" : "no", row.evidence});
    }
    return write_csv(header, rows);
}

std::string write_custody_premis(CustodyTable const& table) {
    premis::Document document;
    std::set<std::string> known;
    // PREMIS wants an object; a case of which nothing is on record is still one.
    if (table.rows.empty())
        document.objects.push_back({"case-" + table.case_id.text(), {}, {}, "unknown", {}});
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        auto const& row = table.rows[i];
        for (auto const* items : {&row.event.in, &row.event.out})
            for (auto const& item : *items)
                if (known.insert(item_id(item)).second)
                    document.objects.push_back(premis_object(item, row));
        if (known.insert(agent_id(row.event.agent)).second)
            document.agents.push_back(premis_agent(row.event.agent));
        document.events.push_back(premis_event(row, i));
    }
    return premis::write_document(document);
}

Result<std::string> write_custody_case_uco(CustodyTable const& table) {
    case_uco::Document document;
    document.title = "custody of case " + table.case_id.text() + (table.drill ? " (DRILL)" : "");
    std::set<std::string> known;
    std::map<ExhibitNumber, case_uco::Exhibit> exhibits;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        auto const& row = table.rows[i];
        auto const& event = row.event;
        case_uco::Action action;
        action.id = table.case_id.text() + "/" + row_id(i);
        action.name = words_of(event.event).case_action;
        action.description = std::string(words_of(event.event).name) +
                             (why(event).empty() ? "" : ": " + why(event)) +
                             "; time from: " + name_of(event.basis) +
                             (row.derived ? "; derived" : "") + (event.succeeded ? "" : "; failed");
        action.start = event.at;
        action.end = event.until ? event.until : event.at;
        action.performer = agent_id(event.agent);
        action.instrument = show_tool(event);
        action.location = event.place.value_or("");
        auto const take = [&](std::vector<CustodyItem> const& items,
                              std::vector<std::string>& ids) {
            for (auto const& item : items) {
                ids.push_back(item_id(item));
                if (event.exhibit) exhibits[*event.exhibit].things.push_back(item_id(item));
                if (!known.insert(item_id(item)).second) continue;
                case_uco::Thing thing{item_id(item), name_of(item.role), {}, item.bytes};
                if (item.sha256) thing.hashes["SHA256"] = to_hex(*item.sha256);
                if (item.bep52) thing.hashes["BEP52-SHA256"] = item.bep52->hex();
                document.things.push_back(std::move(thing));
            }
        };
        take(event.in, action.objects);
        take(event.out, action.results);
        if (known.insert(action.performer).second)
            document.performers.push_back({action.performer, agent_name(event.agent)});
        if (event.exhibit) exhibits[*event.exhibit].things.push_back(action.id);
        document.actions.push_back(std::move(action));
    }
    for (auto& [number, exhibit] : exhibits) {
        exhibit.number = show(number);
        auto& things = exhibit.things;
        std::ranges::sort(things);
        // Not std::ranges::unique: clang 14 does not compile it with this library.
        things.erase(std::unique(things.begin(), things.end()), things.end());
        document.exhibits.push_back(std::move(exhibit));
    }
    return case_uco::write_document(document);
}

Json write_custody_json(CustodyTable const& table) {
    Json rows = Json::array(), troubles = Json::array();
    for (auto const& row : table.rows) {
        Json covers = Json::array();
        for (auto const number : row.covers) covers.push_back(show(number));
        Json one = {{"event", words_of(row.event.event).name},
                    {"at_basis", name_of(row.event.basis)},
                    {"agent", name_of(row.event.agent.role)},
                    {"key_id", key_of(row.event.agent)},
                    {"outcome", row.event.succeeded ? "success" : "failure"},
                    {"why", tar::printable(why(row.event))},
                    {"derived", row.derived},
                    {"evidence", tar::printable(row.evidence)},
                    {"covers", covers}};
        if (row.event.exhibit) one["exhibit"] = show(*row.event.exhibit);
        if (row.event.at) one["at"] = write_time(*row.event.at);
        if (row.event.until) one["until"] = write_time(*row.event.until);
        rows.push_back(std::move(one));
    }
    for (auto const& trouble : table.troubles)
        troubles.push_back({{"where", tar::printable(trouble.where)}, {"what", trouble.what}});
    return {{"case", table.case_id.text()},
            {"drill", table.drill},
            {"rows", rows},
            {"troubles", troubles}};
}

}  // namespace exhibit
