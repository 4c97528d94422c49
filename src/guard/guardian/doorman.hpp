// Who is calling? The witness of a case (bearer secret), a guardian of it (signed request), or
// anybody. And how often may somebody ask who has shown nothing yet?
#pragma once

#include "guard/guardian/premises.hpp"
#include "net/http.hpp"

namespace exhibit::guard {

// "/v1/cases/ID/…" -> ID. Code "not-found".
Result<CaseId> case_in_path(std::string_view path);

class Doorman {
public:
    explicit Doorman(Premises const& premises) : premises_(premises) {}

    // Codes "not-found" (no such case), "unauthorized" (nothing shown), "forbidden" (wrong).
    Outcome check_witness(HttpRequest const& request, CaseId const& id);
    Outcome check_guardian(HttpRequest const& request, CaseId const& id);
    Outcome check_either(HttpRequest const& request, CaseId const& id);

    // For callers without a case: code "later" when this address asked too often.
    Outcome admit_stranger(std::string const& remote);

    // The header that proves to another guardian who asks.
    std::string peer_request(CaseId const& id, std::string path) const;

private:
    struct Bucket {
        double left = 0;
        WallTime since;
    };
    Premises const& premises_;
    std::mutex mutex_;
    std::map<std::string, Bucket> buckets_;
};

}  // namespace exhibit::guard
