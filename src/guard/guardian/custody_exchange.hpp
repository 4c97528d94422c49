// After a release guardians show each other what they have logged of the case, so that one of them
// left can show it all. A guardian that is asked early has little; events, cosignatures and time
// stamps still come in the weeks after, so the others are asked again, less and less often.
#pragma once

#include "guard/guardian/custody_desk.hpp"
#include "guard/guardian/wake_ups.hpp"

namespace exhibit::guard {

class CustodyExchange {
public:
    using News = std::function<void(CaseId const&)>;
    CustodyExchange(Premises const& premises, Doorman& doorman, CustodyDesk& desk,
                    std::string socks5_proxy);
    ~CustodyExchange() { stop(); }
    // Everything that is released is asked about again. `news` is told of a case of which something
    // new has come, on a thread of this object.
    Outcome start(News news);
    void stop();

    // The case is released.
    void follow(CaseId const& id);
    // Ours as it is now, and what others have shown.
    Result<std::vector<CustodyRecord>> all(CaseId const& id);

private:
    void ask_now(CaseId const& id);
    Result<bool> ask(CaseId const& id, Directory::Entry const& entry, Policy const& policy);
    Result<std::optional<CustodyRecord>> kept(CaseId const& id, GuardianId const& guardian);

    Premises const& premises_;
    Doorman& doorman_;
    CustodyDesk& desk_;
    std::string socks5_proxy_;
    News news_;
    std::mutex mutex_;
    std::map<CaseId, unsigned> attempts_;
    Workers asking_{1};
    WakeUps due_;
};

}  // namespace exhibit::guard
