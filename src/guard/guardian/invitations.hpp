// Invitations: who holds a token may enrol one case. The token itself is not kept, only its
// SHA-256, so that a copy of the disk enrols nobody. A token used by a case stays bound to that
// case and policy, so that an `init` that was killed can be run again.
#pragma once

#include "case/enrolment.hpp"
#include "store/rows.hpp"

namespace exhibit::guard {

struct InvitationRow {
    std::uint64_t quota_bytes = 0;
    WallTime expires;
    std::optional<CaseId> case_id = {};  // once it is used
    std::optional<DocumentDigest> policy = {};
};

std::string invitation_key(InvitationToken const& token);
Write invitation_write(InvitationToken const& token, InvitationRow const& row);

// Makes a token and remembers it durably, as a file <folder>/<SHA-256 of the token>.json: the
// database belongs to the process that serves, and `guard invite` is another one. Once used, the
// row counts.
Result<InvitationToken> add_invitation(Path const& folder, std::uint64_t quota_bytes,
                                       WallTime expires);
// Codes "invitation" (unknown, or expired before it was used). A used one is found as long as its
// case lives.
Result<InvitationRow> find_invitation(Rows& rows, Path const& folder, InvitationToken const& token,
                                      WallTime now);

}  // namespace exhibit::guard
