// The one line by which a lawyer or newsroom says how it is reached:
//
//   exhibit-reader-1:age1…:<base64url of an Ed25519 public key>
//
// To the first, what is released is encrypted; with the second it signs "opened, in hand" (Opened).
// A plain age1… is a reader that cannot say so.
#pragma once

#include "case/opened.hpp"

namespace exhibit {

struct ReaderLine {
    std::string recipient;
    std::optional<PublicKey> confirm;

    std::string text() const;
    static Result<ReaderLine> parse(std::string_view line);
};

// The named stage for these readers.
AudienceStage stage_for(std::vector<ReaderLine> const& readers);

}  // namespace exhibit
