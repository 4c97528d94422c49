// Documents by number instead of by JSON: what write_payload() and parse_payload() of the documents
// that guardians exchange do in the simulator.
//
// A life is a few thousand documents that lie inside each other; written and read as JSON they
// would take nine tenths of its time. Here a document's text is a number, and what it says is
// looked up. The linker's --wrap (CMakeLists.txt) leads the calls of all other objects here.
// Signatures are made and checked over that text as over any other; the JSON itself has tests and
// fuzz targets of its own, and `--json` lives a life with it.
//
// Where rows are written out, released shares are, too: a checker looks for their words there.
#pragma once

#include "case/hold.hpp"
#include "case/opened.hpp"
#include "case/policy_change.hpp"
#include "case/receipt.hpp"
#include "case/vote.hpp"
#include "protocol/state.hpp"

namespace exhibit::sim {

// Before each life: forget all documents. With `json` they are written and read as in production;
// with `rows` the states on the disks are.
void begin_documents(bool json, bool rows);
std::uint64_t life_number();

// A guardian's state as a row on its disk: a number, too, but in one life of sixteen. What lies in
// memory only (state.hpp) does not come back.
std::string write_row(protocol::State const& state);
Result<protocol::State> parse_row(std::string_view text, protocol::FindPolicy const& find_policy);

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
template <>
ReleasedShare const* interned(ByteView);

}  // namespace exhibit::sim
