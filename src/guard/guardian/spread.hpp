// One upload by the witness, a copy with every guardian.
//
//   offer:  our ExhibitReceipt to each guardian whose own receipt we do not have yet, now and then
//   again pull:   a guardian that gets a receipt for what it does not hold fetches statement and
//   ciphertext from
//           the signer, resuming, checks root and size, stores, signs its own receipt, sends it to
//           all
//
// Everybody keeps everybody's receipts, so that the witness can fetch them from any one guardian. A
// guardian that was cut off is offered what it missed when it is back. Texts of vouched lists go
// the same way.
#pragma once

#include <atomic>

#include "guard/guardian/doorman.hpp"
#include "guard/guardian/exhibits.hpp"
#include "guard/guardian/peers.hpp"
#include "guard/guardian/uploads.hpp"
#include "guard/guardian/wake_ups.hpp"
#include "guard/guardian/workers.hpp"

namespace exhibit::guard {

struct SpreadOptions {
    std::string socks5_proxy;
    unsigned pull_threads = 3;
    Duration poll = Duration::ms(100);
};

class Spread {
public:
    Spread(Premises const& premises, Doorman& doorman, Uploads& uploads, Exhibits& exhibits,
           Peers& peers, SpreadOptions options);
    ~Spread() { stop(); }
    void stop();

    // Soon, look what others have not confirmed. After a new exhibit, a new vouched list, a start.
    void offer(CaseId const& id, Duration in = {});
    // Somebody's receipt, as a message or in an answer to one. Ours for the same exhibit, if we
    // hold it.
    Result<std::optional<Envelope>> take_receipt(CaseId const& id, Envelope envelope);

private:
    struct Pull {
        std::vector<Signed<ExhibitReceipt>> sources;  // at most one of each guardian
        bool running = false;
    };
    using PullName = std::pair<CaseId, std::uint32_t>;
    static constexpr std::size_t pulls_max = 10'000;

    void offer_now(CaseId const& id);
    Result<bool> offer_exhibits(CaseId const& id, SharedRecord const& record);  // all confirmed?
    Result<bool> fetch_vouched(CaseId const& id,
                               SharedRecord const& record);  // nothing is missing?
    Result<bool> wants(CaseId const& id, Signed<ExhibitReceipt> const& receipt);
    Result<VouchedList> vouched_list(CaseId const& id);  // empty when its text is not here yet
    Result<bool> has_room_for(CaseId const& id, Signed<ExhibitReceipt> const& receipt);
    void begin_pull(CaseId const& id, Signed<ExhibitReceipt> receipt);
    void pull_now(CaseId const& id, std::uint32_t number);
    void drop_other_copies(CaseId const& id, ExhibitReceipt const& source);
    Outcome pull_from(CaseId const& id, Signed<ExhibitReceipt> const& source,
                      std::vector<Signed<ExhibitReceipt>> const& all);
    Result<SealStatement> fetch_statement(HttpClient& client, Directory::Entry const& from,
                                          CaseId const& id, ExhibitReceipt const& receipt,
                                          std::string& text);
    Outcome fetch_ciphertext(HttpClient& client, Directory::Entry const& from, CaseId const& id,
                             ExhibitReceipt const& receipt, BlobName const& blob);
    void send_to_others(CaseId const& id, SharedRecord const& record, Envelope const& envelope);

    Premises const& premises_;
    Doorman& doorman_;
    Uploads& uploads_;
    Exhibits& exhibits_;
    Peers& peers_;
    SpreadOptions options_;
    std::atomic<bool> stopping_ = false;  // a pull may take hours; it goes on after the next start
    std::mutex mutex_;
    std::map<PullName, Pull> pulls_;
    std::map<CaseId, unsigned> attempts_;
    Workers offering_{1};
    Workers pulling_;
    WakeUps due_;
};

}  // namespace exhibit::guard
