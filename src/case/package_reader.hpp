// Reads the plaintext of an exhibit (seal/package.hpp says how it is made): the original in one
// entry or in parts, then disclosures, certificates, policy, padding. Hostile: whoever has the
// device's key can seal anything.
//
//   first entry ── NAME or NAME.part-000000 ──> parts in order, fillers between
//                ──> disclosures.json ──> rest
//
// For whoever opens an exhibit and whoever doubts one; nothing is written here.
#pragma once

#include "case/statement.hpp"
#include "formats/age/age.hpp"
#include "formats/tar/reader.hpp"

namespace exhibit {

class PackageReader final : public tar::Handler {
public:
    // Takes the bytes of the original in order.
    explicit PackageReader(age::Sink original) : original_(std::move(original)) {}

    Outcome on_entry(tar::Entry const& entry) override;
    Outcome on_data(ByteView content) override;
    Outcome on_end_of_entry() override { return {}; }

    // Name of the original: one safe component, without ".part-…". Empty before the first entry.
    std::string const& entry_name() const { return base_; }
    std::uint64_t original_bytes() const { return original_bytes_; }
    // Texts of the small entries; empty when they did not come.
    std::string disclosures, exhibit_certificate, custody, device_certificate_age, policy_age;
    // The package ends here, cut short: of a small entry that is not whole nothing is made.
    void drop_half_entry();

private:
    enum class Into { nothing, original, text };
    Outcome begin_original(std::string const& name);

    age::Sink original_;
    Into into_ = Into::nothing;
    std::string* text_ = nullptr;
    std::uint64_t text_bytes_ = 0;  // that its entry announced
    std::string base_;
    unsigned next_part_ = 0;
    bool original_over_ = false;
    std::uint64_t original_bytes_ = 0;
};

}  // namespace exhibit
