#include "case/custody_table.hpp"

#include <algorithm>
#include <tuple>

namespace exhibit {
namespace {

using Kind = CustodyKind;
using Role = CustodyEvent::Agent::Role;
using Basis = CustodyEvent::Basis;

// What comes first when times are equal or not known: the order of the story.
unsigned rank_of(Kind kind) {
    switch (kind) {
        case Kind::captured_claimed: return 0;
        case Kind::imported: return 2;
        case Kind::sealed: return 3;
        case Kind::sent: return 4;
        case Kind::received: return 5;
        case Kind::logged: return 6;
        default: return 7;
    }
}

void put_in_order(std::vector<CustodyRow>& rows) {
    std::ranges::stable_sort(rows, [](CustodyRow const& a, CustodyRow const& b) {
        auto const key = [](CustodyRow const& row) {
            auto const number =
                row.event.exhibit ? row.event.exhibit->get() : exhibit_number_max + 1;
            // A claim comes before what was done with it, however late its clock.
            bool const claim = row.event.event == Kind::captured_claimed;
            auto const at = claim ? WallTime() : row.event.at.value_or(WallTime());
            return std::tuple(number, at, rank_of(row.event.event));
        };
        return key(a) < key(b);
    });
}

CustodyRow derived(CustodyEvent event, std::string evidence) {
    return {std::move(event), true, std::move(evidence), {}};
}

// That the event is in the log, by what enough others have signed.
CustodyRow logged_row(CheckedEvent const& event, std::string const& proof) {
    CustodyEvent row;
    row.event = Kind::logged;
    row.case_id = event.event->case_id;
    row.exhibit = event.event->exhibit;
    row.at = event.place->existed_by;
    row.basis = Basis::guardian_clock;
    row.agent = event.event->agent;
    row.in = event.event->in;
    row.out = event.event->out;
    row.reason = "entry " + std::to_string(event.place->index) +
                 " of its log, in a state cosigned by " + std::to_string(event.place->cosigners) +
                 " other guardians";
    return derived(std::move(row), proof);
}

// Nobody is on record as its keeper before it was sealed. The seal does not reach back.
std::optional<CustodyRow> gap_before(std::vector<CustodyRow> const& rows, ExhibitNumber number,
                                     CaseId const& id) {
    CustodyEvent const* sealed = nullptr;
    CustodyEvent const* claimed = nullptr;
    for (auto const& row : rows) {
        if (row.event.exhibit != number || row.derived) continue;
        if (row.event.event == Kind::sealed) sealed = &row.event;
        if (row.event.event == Kind::captured_claimed) claimed = &row.event;
    }
    if (sealed == nullptr) return std::nullopt;
    CustodyEvent gap;
    gap.event = Kind::gap;
    gap.case_id = id;
    gap.exhibit = number;
    if (claimed != nullptr) gap.at = claimed->at;
    gap.until = sealed->at;
    gap.agent = sealed->agent;
    gap.agent.role = Role::witness;
    gap.in = sealed->in;
    gap.reason = claimed != nullptr
                     ? "between the claimed filming and the seal no keeper is recorded"
                     : "before the seal no keeper is recorded";
    return derived(std::move(gap), "follows from the events above and below");
}

class ReleaseTable {
public:
    ReleaseTable(CustodyFiles const& files, Policy const& policy, Statements const& statements)
        : files_(files), policy_(policy), statements_(statements) {
        table_.case_id = policy.case_id;
        table_.drill = policy.drill;
    }

    CustodyTable run() {
        for (auto const& trouble : files_.troubles) tell(trouble.path, trouble.why);
        for (auto const& [number, events] : files_.by_device) take_device(number, events);
        auto const cards = cards_of(files_.records, policy_);
        for (std::size_t i = 0; i < files_.records.size(); ++i) take_guardian(i, cards);
        for (auto const& [number, statement] : statements_) {
            auto gap = gap_before(table_.rows, number, policy_.case_id);
            if (gap) table_.rows.push_back(std::move(*gap));
        }
        put_in_order(table_.rows);
        return std::move(table_);
    }

private:
    void tell(std::string where, Error const& why) {
        table_.troubles.push_back({std::move(where), why.what});
    }

    void take_device(ExhibitNumber number, std::vector<Envelope> const& events) {
        auto const where = std::string(release_events) + show(number);
        auto const statement = statements_.find(number);
        if (statement == statements_.end())
            return tell(where, bad_input("there is no seal statement to hold them against"));
        std::optional<DocumentDigest> last;
        for (auto const& envelope : events) {
            auto event = open_device_event(envelope, statement->second);
            if (!event.ok()) {
                tell(where, event.error());
                continue;
            }
            if ((*event)->prev != last)
                tell(where, bad_input("an event of the device is missing before another"));
            last = event->digest();
            if (!was_sent_as_sealed(event->value()))
                tell(where, bad_input("names other bytes as sent than were sealed"));
            table_.rows.push_back({event->value(), false, where, {}});
        }
    }

    bool was_sent_as_sealed(CustodyEvent const& event) const {
        if (event.event != Kind::sent) return true;
        auto const sealed = statements_.find(*event.exhibit);
        if (sealed == statements_.end()) return true;  // not in this release
        auto const& claims = sealed->second.claims;
        return std::ranges::find(event.in, CustodyItem::ciphertext(
                                               claims.root, claims.size_bytes)) != event.in.end();
    }

    void take_guardian(std::size_t index, LogCards const& cards) {
        auto const& record = files_.records[index];
        auto const& paths = files_.paths[index];
        auto const checked = check_custody(record, cards, policy_);
        for (auto const& complaint : checked.complaints)
            tell(path_of(paths, complaint), complaint.why);
        for (auto const& event : checked.events) {
            auto const path = path_of_event(record, paths, event);
            CustodyRow row{event.event.value(), false, path, {}};
            if (!row.event.case_id) row.covers = covered_by(checked, row.event);
            // What a whole log's stamp covers of this case, and no stamps of others.
            if (row.event.case_id || !row.covers.empty()) table_.rows.push_back(std::move(row));
            if (event.place && event.event->event == Kind::received)
                table_.rows.push_back(logged_row(event, proof_beside(path)));
        }
    }

    static std::string proof_beside(std::string const& path) {
        return path.size() > 5 ? path.substr(0, path.size() - 5) + ".tlog-proof" : path;
    }

    // The stamp tells of a state of the log; the exhibits are those whose proofs lead to it.
    static std::vector<ExhibitNumber> covered_by(CheckedCustody const& checked,
                                                 CustodyEvent const& stamp) {
        std::vector<ExhibitNumber> out;
        for (auto const& event : checked.events) {
            auto const* its = checked.stamp_of(event);
            if (its == nullptr || event.event->event != Kind::received || !event.event->exhibit)
                continue;
            bool const same = std::ranges::any_of(stamp.in, [&](CustodyItem const& item) {
                return item.role == CustodyItem::Role::checkpoint && item.sha256 == its->digest;
            });
            if (same) out.push_back(*event.event->exhibit);
        }
        return out;
    }

    static std::string path_of_event(CustodyRecord const& record, CustodyFiles::Paths const& paths,
                                     CheckedEvent const& event) {
        for (std::size_t i = 0; i < record.events.size() && i < paths.events.size(); ++i) {
            if (document_digest(record.events[i].event) == event.event.digest())
                return paths.events[i];
        }
        return {};
    }

    static std::string path_of(CustodyFiles::Paths const& paths,
                               CustodyComplaint const& complaint) {
        using About = CustodyComplaint::About;
        auto const& list = complaint.about == About::card    ? paths.cards
                           : complaint.about == About::stamp ? paths.stamps
                                                             : paths.events;
        return complaint.index < list.size() ? list[complaint.index] : std::string("custody");
    }

    static constexpr std::string_view release_events = "custody/device/";
    CustodyFiles const& files_;
    Policy const& policy_;
    Statements const& statements_;
    CustodyTable table_;
};

CustodyEvent receipt_event(ExhibitReceipt const& receipt) {
    CustodyEvent event;
    event.event = Kind::received;
    event.case_id = receipt.case_id;
    event.exhibit = receipt.number;
    event.at = receipt.time;
    event.basis = Basis::guardian_clock;
    event.agent = {Role::guardian, receipt.guardian.bytes(), std::nullopt};
    event.in = {CustodyItem::document(CustodyItem::Role::statement, receipt.statement)};
    event.out = {CustodyItem::ciphertext(receipt.root, receipt.size_bytes)};
    return event;
}

}  // namespace

CustodyTable table_of_release(CustodyFiles const& files, Policy const& policy,
                              Statements const& statements) {
    return ReleaseTable(files, policy, statements).run();
}

CustodyTable table_of_device(CaseInfo const& info, std::vector<ExhibitRecord> const& records,
                             LogMemory const& logs) {
    CustodyTable table;
    table.case_id = info.case_id;
    table.drill = info.drill;
    auto const terms = terms_of(info);
    auto const cards = cards_in(logs, terms);
    for (auto const& record : records) {
        for (auto const& envelope : record.receipts) {
            auto const receipt = open_from_guardian<ExhibitReceipt>(envelope, terms);
            if (!receipt.ok()) {
                table.troubles.push_back({show(record.number), receipt.error().what});
                continue;
            }
            table.rows.push_back(derived(receipt_event(receipt->value()), "signed receipt"));
        }
        for (auto const& one : record.logged) {
            auto const event = peek<CustodyEvent>(one.event);
            auto const* guardian =
                event.ok() ? terms.find(GuardianId(event->agent.key_id)) : nullptr;
            auto const opened = guardian != nullptr
                                    ? Signed<CustodyEvent>::open(one.event, guardian->key)
                                    : Result<Signed<CustodyEvent>>(bad_input("is nobody's event"));
            auto const proof = tlog::parse_proof(one.proof);
            auto const place = opened.ok() && proof.ok()
                                   ? judge_event_proof(one.event, *proof, cards, terms)
                                   : Result<LogPlace>(bad_input("does not hold"));
            if (place.ok())
                table.rows.push_back(logged_row({*opened, *place}, "inclusion proof"));
            else
                table.troubles.push_back({show(record.number), place.error().what});
        }
    }
    put_in_order(table.rows);
    return table;
}

}  // namespace exhibit
