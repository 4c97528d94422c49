#include "case/signed.hpp"

#include <gtest/gtest.h>

#include "case/check_in.hpp"
#include "case/receipt.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

// JSON may be padded with blanks, and a guardian signs what it likes: what is taken must fit again
// into every row and bundle that it is written to, else one message would end another guardian's
// case at its next start.
template <typename Document>
void takes_up_to(std::size_t most, Document const& word, SigningKey const& key) {
    auto const padded = [&](std::size_t size) {
        auto text = write_payload(word);
        text.insert(1, size - text.size(), ' ');
        return sign_envelope(std::string(Document::kind), as_bytes(text), key);
    };
    auto const largest = Signed<Document>::open(padded(most), key.public_key());
    ASSERT_OK(largest);
    auto const text = write_envelope(largest->envelope());
    EXPECT_OK(parse_envelope(as_bytes(text), document_bytes_max));
    EXPECT_ERROR_CODE(Signed<Document>::open(padded(most + 1), key.public_key()), "too-large");
}

TEST(Signed, a_padded_document_is_refused_before_it_is_kept) {
    auto const key = SigningKey::from_seed(Secret<32>::random());
    auto const guardian = guardian_id(key.public_key());
    auto const time = WallTime::from_ms(4);
    takes_up_to(payload_bytes_max, ClockReading{CaseId(), guardian, time}, key);
    // A device keeps many of these in one file.
    takes_up_to(4096,
                Acknowledgement{.case_id = CaseId(),
                                .guardian = guardian,
                                .check_in = {},
                                .deadline = time,
                                .time = time},
                key);
}

}  // namespace
}  // namespace exhibit
