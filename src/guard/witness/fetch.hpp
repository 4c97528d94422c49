// A released case, fetched from any guardian that has it. Nothing fetched is believed before
// release::open_release has checked it.
#pragma once

#include "case/invitation.hpp"
#include "case/release.hpp"
#include "guard/witness/link.hpp"

namespace exhibit::guard {

class ReleaseSource {
public:
    // A released case is public, so an address is enough; with a pin only that certificate is
    // taken.
    static Result<ReleaseSource> open(GuardianAddress const& address, CaseId const& case_id,
                                      std::optional<ByteArray<32>> const& pin,
                                      LinkOptions const& options);
    std::string name() const { return address_.text(); }
    // Code "not-found" when the guardian has no such case, or it is not released.
    Result<ReleaseBundle> bundle();
    // The whole ciphertext into a file; goes on after an interruption. A guardian that gives less
    // than `least_rate` for 20 seconds has ended with code "timeout": it must not keep the others
    // from being asked.
    struct Wanted {
        std::uint64_t bytes = 0;
        unsigned least_rate = 1000;  // bytes a second
        std::function<void(std::uint64_t)> progress = {};
    };
    Outcome ciphertext(ExhibitNumber number, Path const& into, Wanted const& wanted);

    // Hands a signed document to the guardian, for the case.
    Result<Answer> tell(Envelope const& envelope);

private:
    ReleaseSource(GuardianAddress address, CaseId const& case_id, HttpClient client)
        : address_(std::move(address)), case_id_(case_id), client_(std::move(client)) {}
    GuardianAddress address_;
    CaseId case_id_;
    HttpClient client_;
};

}  // namespace exhibit::guard
