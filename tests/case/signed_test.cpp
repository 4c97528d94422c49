#include "case/signed.hpp"

#include <gtest/gtest.h>

#include "case/receipt.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

// JSON may be padded with blanks, and a guardian signs what it likes: what is taken must fit again
// into every row and bundle that it is written to, else one message would end another guardian's
// case at its next start.
TEST(Signed, a_padded_document_is_refused_before_it_is_kept) {
    auto const key = SigningKey::from_seed(Secret<32>::random());
    Acknowledgement const word{.case_id = CaseId(),
                               .guardian = guardian_id(key.public_key()),
                               .check_in = {},
                               .deadline = WallTime::from_ms(5),
                               .time = WallTime::from_ms(4)};
    auto const padded = [&](std::size_t size) {
        auto text = write_payload(word);
        text.insert(1, size - text.size(), ' ');
        return sign_envelope(std::string(Acknowledgement::kind), as_bytes(text), key);
    };
    auto const largest = Signed<Acknowledgement>::open(padded(payload_bytes_max), key.public_key());
    ASSERT_OK(largest);
    auto const text = write_envelope(largest->envelope());
    EXPECT_OK(parse_envelope(as_bytes(text), document_bytes_max));
    auto const refused =
        Signed<Acknowledgement>::open(padded(payload_bytes_max + 1), key.public_key());
    ASSERT_FALSE(refused.ok());
    EXPECT_STREQ(refused.error().code, "too-large");
}

}  // namespace
}  // namespace exhibit
