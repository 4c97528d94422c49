// A time stamp added later (§18.17): sealed in the field, stamped on contact. The token stands in
// an update manifest, so whoever has it need not have the key of the manifest that it stamps.
#pragma once

#include "formats/c2pa/draft.hpp"

namespace exhibit::c2pa {

// What the authority is to stamp: the signature of that manifest. The reference hashes its bytes
// alone, and ignores the other reading of the text, a Sig_structure around them; we read both.
// Code "cose" when there is no signature that can be read.
Result<Bytes> late_stamp_message(Manifest const& manifest);
NewAssertion late_stamp_assertion(std::string const& manifest_label, ByteView token);
// Does the token stamp that manifest? Code "timestamp".
Outcome check_late_stamp(Manifest const& manifest, ByteView token);

}  // namespace exhibit::c2pa
