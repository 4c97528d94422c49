// What the device did since it last sealed something: exhibits sent, the case left with guardians
// and wiped here. No package tells it yet, and nothing outside the encryption may, so it waits in
// the case folder and goes into the next package (device_events.hpp).
#pragma once

#include "case/custody_event.hpp"

namespace exhibit {

struct UntoldEvent {
    // Left this device for the guardians, as the seal statement names it.
    struct Sent {
        ExhibitNumber number;
        DocumentDigest statement;
        CipherRoot root;
        std::uint64_t size_bytes = 0;
        friend bool operator==(Sent const&, Sent const&) = default;
    };
    WallTime at;               // by the device's clock
    std::optional<Sent> sent;  // none: the case was wiped from the device
    friend bool operator==(UntoldEvent const&, UntoldEvent const&) = default;
};

// More are not kept: the oldest goes first.
inline constexpr std::size_t untold_max = 2048;
// So many go into one package; the rest waits for the next.
inline constexpr std::size_t told_at_once_max = 48;

std::string write_untold(std::vector<UntoldEvent> const& events);
// Codes "custody" and those of JsonObject.
Result<std::vector<UntoldEvent>> parse_untold(ByteView text);

}  // namespace exhibit
