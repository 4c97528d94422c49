// Documents by number instead of by JSON: what write_payload() and parse_payload() of the documents
// that guardians exchange do in the simulator.
//
// A life is a few thousand documents that lie inside each other; written and read as JSON they
// would take nine tenths of its time. Here a document's text is a number, and what it says is
// looked up. The linker's --wrap (CMakeLists.txt) leads the calls of all other objects here.
// Signatures are made and checked over that text as over any other; the JSON itself has tests and
// fuzz targets of its own, and `--json` lives a life with it.
//
// Released shares stay JSON: a checker looks for the words of a share in what lies on the disks.
#pragma once

#include "case/hold.hpp"
#include "case/opened.hpp"
#include "case/policy_change.hpp"
#include "case/receipt.hpp"
#include "case/vote.hpp"

namespace exhibit::sim {

// Before each life: forget all documents. With `json` they are written and read as in production.
void begin_documents(bool json);
std::uint64_t life_number();

// Null: not one of this life's numbered documents. Stays until the next life begins.
template <typename Document>
Document const* interned(ByteView) {
    return nullptr;
}
template <>
CheckIn const* interned(ByteView);
template <>
ReleaseNow const* interned(ByteView);
template <>
ClockReading const* interned(ByteView);
template <>
Acknowledgement const* interned(ByteView);
template <>
PreVote const* interned(ByteView);
template <>
VoteRequest const* interned(ByteView);
template <>
Vote const* interned(ByteView);
template <>
Adoption const* interned(ByteView);
template <>
Policy const* interned(ByteView);
template <>
NoObjection const* interned(ByteView);
template <>
PolicyWord const* interned(ByteView);
template <>
PolicyReceipt const* interned(ByteView);
template <>
HoldWord const* interned(ByteView);
template <>
SpokenWord const* interned(ByteView);
template <>
Opened const* interned(ByteView);

}  // namespace exhibit::sim
