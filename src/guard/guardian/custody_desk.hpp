// Who asks this guardian about its log, and about what happened to a case.
#pragma once

#include "case/custody_record.hpp"
#include "guard/guardian/custody_shown.hpp"

namespace exhibit::guard {

class CustodyDesk {
public:
    CustodyDesk(Premises const& premises, CustodyLog& log, Cosigner& cosigner, CosignRounds& rounds,
                StampBook& book)
        : premises_(premises), log_(log), cosigner_(cosigner), rounds_(rounds), book_(book) {}

    // All that can be shown of a case, or of one exhibit of it.
    Result<CustodyRecord> record(CaseId const& id, std::optional<ExhibitNumber> number, bool whole);

    // `rest`: what follows "/v1/cases/ID/" in the path, one of those in wire.hpp.
    HttpResponse answer(CaseId const& id, std::string_view rest, HttpRequest const& request,
                        bool whole);
    // Of those, which only a guardian may ask for.
    static bool is_for_guardians(std::string_view method, std::string_view rest);
    static bool is_mine(std::string_view method, std::string_view rest);

private:
    Result<HttpResponse> swap_cards(CaseId const& id, ByteView body);
    Result<HttpResponse> checkpoint(CaseId const& id);
    Result<HttpResponse> tile(std::string_view path);
    Result<HttpResponse> custody(CaseId const& id, std::string_view number, bool whole);
    Result<protocol::SharedPolicy> policy_of(CaseId const& id);

    Premises const& premises_;
    CustodyLog& log_;
    Cosigner& cosigner_;
    CosignRounds& rounds_;
    StampBook& book_;
};

}  // namespace exhibit::guard
