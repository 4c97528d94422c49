// Small readers and writers for the text of a State. Envelopes are objects inside it, not base64 of
// base64: the row is read for every check-in.
#pragma once

#include "protocol/state.hpp"

namespace exhibit::protocol {

Json envelope_json(Envelope const& envelope);
Result<Envelope> envelope_from(Json const& json);

// A signed document that this process checked before it wrote it.
template <typename T>
Result<Signed<T>> reopen(Json const& json) {
    auto envelope = TRY(envelope_from(json));
    if (envelope.payload_type != T::kind)
        return bad_input("is another kind of document").coded("state");
    return Signed<T>::open_trusting_signature(std::move(envelope));
}

Json rank_json(Rank const& rank);
Result<Rank> rank_from(Json const& json);
Json motion_json(Motion const& motion);
Result<Motion> motion_from(Json const& json);
Json schedule_json(Schedule const& schedule);
Result<Schedule> schedule_from(Json const& json);
Json guardians_json(std::vector<GuardianId> const& guardians);
Result<std::vector<GuardianId>> guardians_from(Json const& json);

// Times here may be anything a broken clock says, so they are milliseconds, not RFC 3339.
Result<WallTime> take_instant(JsonObject& object, char const* key);
Result<Duration> take_signed_duration(JsonObject& object, char const* key);

}  // namespace exhibit::protocol
