// guardian: a server abroad that holds the ciphertext, one share of the key, and the clock.
//
// Comes in: invitations to give out, enrolments, check-ins, uploads and statements from witnesses;
// votes, adoptions, shares and exhibits from other guardians. Goes out: receipts, acknowledgements,
// and, when the rules of protocol/ say so, the release. Consumes Enrolment, CheckIn, SealStatement;
// produces ShareReceipt, Acknowledgement, ExhibitReceipt, CaseStatus, ReleaseBundle.
//
// This room decides nothing about release: protocol::step does. It makes the step's answers
// durable, then carries them out. Everything under `data` belongs to it: keys/, guardian.db,
// blobs/, published/.
//
// Reading order: operator_log.hpp, workers.hpp, wake_ups.hpp, recent.hpp (small parts) · keys.hpp,
// case_files.hpp (what lies in rows) · invitations.hpp, enrolment.hpp · case_lanes.hpp (one event
// after the other through the step) · peers.hpp (to other guardians) · exhibits.hpp, uploads.hpp,
// spread.hpp (ciphertexts) · release.hpp · travellers.hpp · warnings.hpp (contacts) ·
// lost_devices.hpp · orders.hpp, resignations.hpp (the person at this machine) · custody.hpp (the
// log: custody_log.hpp, custody_events.hpp, custody_rows.hpp, log_generation.hpp; cosigner.hpp,
// cosign_rounds.hpp; custody_exchange.hpp, custody_desk.hpp, custody_shown.hpp; time_sources.hpp,
// time_plan.hpp, time_stamper.hpp, stamp_book.hpp) · doorman.hpp,
// answers.hpp, even_answers.hpp, static_files.hpp, http_front.hpp (the door).
//
// Not here yet: audits.
#pragma once

#include "case/custody_event.hpp"
#include "case/invitation.hpp"
#include "case/release.hpp"
#include "guard/guardian/operator_log.hpp"
#include "guard/guardian/time_sources.hpp"
#include "guard/guardian/warnings.hpp"
#include "net/server.hpp"

namespace exhibit::guard {

// Where the ciphertext of an exhibit lies while somebody publishes it. Valid until the hook
// returns.
using CiphertextOf = std::function<Result<Path>(ExhibitNumber)>;
// Publishes a release. Called once per case and stage, and again (also after a restart) until it is
// ok.
using OnReleased =
    std::function<Outcome(ReleaseBundle const& bundle, CiphertextOf const& ciphertext)>;

struct GuardianOptions {
    Path data;
    std::string listen = "127.0.0.1";  // as a number
    std::uint16_t port = 0;            // 0: any free one
    std::string name = "guardian";
    bool hosts = false;  // agrees to publish; said on the card
    // Of the disk: neither uploads nor copies take it, so that check-ins and votes find room.
    std::uint64_t spare_bytes = std::uint64_t{256} << 20;
    std::string socks5_proxy;  // for reaching other guardians, e.g. over Tor; empty for none
    std::function<WallTime()> now = wall_now;
    Duration poll = Duration::ms(100);  // how finely wake-ups are kept
    // How long after it came in a witness's word is answered, or a multiple of it (rule 9).
    Duration answers_after = Duration::ms(100);
    OnReleased on_released;  // none: shares and ciphertexts are served, nothing is published
    std::function<void(OperatorNote const&)> log;  // no secrets in it
    ServerLimits limits;
    WarningOptions warnings;  // how contacts are reached; the proxy is that of above
    unsigned step_threads = 4;
    unsigned message_threads = 8;  // to other guardians
    TimeSources time;              // whom to ask for time stamps; none: nobody
    CustodyEvent::Tool tool{"exhibit", EXHIBIT_VERSION, std::nullopt};  // for custody events
    WireRecord record;                                                  // tests only
};

struct GivenInvitation {
    std::uint64_t quota_bytes = std::uint64_t{10} << 30;
    Duration lifetime = Duration::days(14);
    GuardianAddress address;  // where the witness will reach this guardian
};

class Guardian {
public:
    // Makes the folder and the keys on first start, reads all cases back. Serves nothing yet.
    static Result<std::unique_ptr<Guardian>> open(GuardianOptions options);
    ~Guardian();

    Outcome start();
    // Ends all threads; what was acknowledged is on disk. Also done by the destructor.
    void stop();
    std::uint16_t port() const;

    GuardianId id() const;
    PublicKey key() const;
    std::string recipient() const;  // age1…
    ByteArray<32> pin() const;
    Path published_folder(CaseId const& id) const;  // where on_released may put a release folder

    Result<Invitation> invite(GivenInvitation const& given);
    std::vector<OperatorNote> notes() const;  // the newest thousand
    std::vector<CaseId> cases() const;

private:
    class Parts;
    explicit Guardian(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// An invitation made from another process, whether a guardian runs on the folder or not.
Result<Invitation> invite_offline(Path const& data, std::string const& name,
                                  GivenInvitation const& given, WallTime now);

}  // namespace exhibit::guard
