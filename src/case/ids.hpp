// Names of things, each of its own type.
#pragma once

#include "base/random.hpp"
#include "base/strong.hpp"
#include "crypto/ed25519.hpp"

namespace exhibit {

// 16 random bytes; people read it as 26 letters of base32.
class CaseId {
public:
    CaseId() = default;
    static CaseId make(Random& random) { return CaseId(random.bytes<16>()); }
    static Result<CaseId> parse(std::string_view text);
    std::string text() const { return to_base32(bytes_); }
    ByteArray<16> const& bytes() const { return bytes_; }
    friend auto operator<=>(CaseId const&, CaseId const&) = default;
    friend bool operator==(CaseId const&, CaseId const&) = default;

private:
    explicit CaseId(ByteArray<16> const& bytes) : bytes_(bytes) {}
    ByteArray<16> bytes_{};
};

// SHA-256 of the guardian's Ed25519 public key. In published files a guardian appears as
// exhibit.guardian/<this>, never under a name.
using GuardianId = DigestOf<struct GuardianTag>;
GuardianId guardian_id(PublicKey const& key);
std::string published_name(GuardianId const& id);

// Exhibits are numbered from 1 in the order they were sealed; files are called 0001.age.
using ExhibitNumber = Strong<std::uint32_t, struct ExhibitNumberTag>;
inline constexpr std::uint32_t exhibit_number_max = 999'999;
std::string show(ExhibitNumber number);  // "0001"
Result<ExhibitNumber> parse_exhibit_number(std::string_view text);

using Nonce = ByteArray<16>;

}  // namespace exhibit
