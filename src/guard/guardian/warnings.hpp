// Writes to the witness's contacts: in the grace period, and when the release is out.
//
//   grace begins ──> newest contacts of all guardians ──> one row per contact: due, when
//   due ──sent──> done    ──failed──> due again, later and later    ──a check-in came──> dropped
//
// Each contact hears once of each missed check-in and of each stage that is out, from each
// guardian. What is due and what is done is on disk before and after each try; only a guardian that
// is killed between the relay's "taken" and the row writes twice, under the same Message-ID.
//
// Guardians do not write at the same second: their order is drawn from the check-in, the first
// writes at once, each of the others a sixteenth of the grace (at most an hour) after the one
// before. All would write in the end, because none can trust another's word that it has; but a
// witness who is reached by the first message checks in before the last is sent, and then it is
// not.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "guard/guardian/doorman.hpp"
#include "guard/guardian/message_texts.hpp"
#include "guard/guardian/wake_ups.hpp"
#include "guard/guardian/workers.hpp"
#include "net/smtp.hpp"

namespace exhibit::guard {

// How this guardian reaches people. Without a relay, mail contacts are told of to the operator.
struct WarningOptions {
    std::optional<MailRelay> relay = {};
    std::string mail_from = {};        // this guardian's own address
    std::string web_authorities = {};  // PEM, instead of the system's
    bool private_hooks = false;        // web hooks may lead into private networks (SSRF)
    Path messages = {};                // folder of texts in other languages
    std::string socks5_proxy = {};
    Duration poll = Duration::ms(100);
};

// Whom a warning may reach. Under duress those who force the witness must not learn that anybody
// was warned: only contacts that she marked safe.
enum class Whom { everyone, safe_only };

Whom whom_to_warn(protocol::State const& state);

class Warnings {
public:
    Warnings(Premises const& premises, Doorman& doorman, std::string name, WarningOptions options,
             MessageTexts texts);
    ~Warnings() { stop(); }
    void stop();

    // Signed by the witness of the case; the higher version is kept. Codes "signature", "case",
    // "conflict" (we hold a newer one), the parser's.
    Outcome keep(CaseId const& id, Envelope envelope);
    struct Known {
        unsigned version = 0;  // 0: none
        std::size_t people = 0;
    };
    Result<Known> known(CaseId const& id);
    // For other guardians of the case. Code "not-found".
    Result<Envelope> envelope(CaseId const& id);

    // The rules said WarnContacts. Harmless to say twice: whom the first plan left out stays so.
    void grace_began(CaseId const& id, Whom whom);
    // A stage of the audience is out. Harmless to say twice.
    void released(CaseId const& id);
    // After a start: whatever was due, and what a kill kept from becoming due.
    Outcome resume();

private:
    struct Due;
    void plan_grace(CaseId const& id, Whom whom);
    void plan_grace_soon(CaseId const& id, Whom whom);
    struct Wish {
        Whom whom = Whom::everyone;
        bool ask_others = false;
    };
    void plan_in_order(CaseId const& id, Wish wish);
    void released_now(CaseId const& id);
    void plan_what_failed(CaseId const& id);
    bool was_told(std::string const& key);
    void send_due(CaseId const& id);
    Result<std::optional<WallTime>> send_one(CaseId const& id);  // when to look again
    Outcome try_once(CaseId const& id, Due& due);
    Result<std::optional<Signed<Contacts>>> load(std::string const& key);
    void ask_others(CaseId const& id);
    Outcome plan(CaseId const& id, std::string const& event, Whom whom, Duration step);
    unsigned turn_of(Policy const& policy, ByteView seed) const;
    Result<std::optional<Notice>> notice_of(CaseId const& id, Due const& due);
    Outcome deliver(CaseId const& id, Due const& due, Notice const& notice,
                    Contacts const& contacts);
    Outcome by_mail(CaseId const& id, Due const& due, Notice const& notice,
                    Contacts const& contacts);
    Outcome by_web(Notice const& notice, Contact const& contact);

    Premises const& premises_;
    Doorman& doorman_;
    std::string name_;
    WarningOptions options_;
    MessageTexts texts_;
    std::mutex mutex_;  // of contacts and plans; never held while somebody is written to
    std::mutex busy_mutex_;
    std::map<CaseId, std::deque<Wish>> wishes_;
    // What the disk would not take: plans to be made again, and notices that went out though their
    // row still says that they are due.
    std::map<CaseId, Wish> failed_plans_;
    std::set<CaseId> failed_releases_;
    std::set<std::string> told_;
    std::map<CaseId, bool> busy_;  // one message of a case at a time; true: look again after it
    Workers working_{4};
    WakeUps due_;
};

}  // namespace exhibit::guard
