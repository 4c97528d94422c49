// The passphrase recipient (spec, "The scrypt recipient type").
//
// Its stanza must be the only one of a file: whoever knows the passphrase then also knows that the
// file was made by somebody who knows it.
#pragma once

#include "formats/age/recipient.hpp"

namespace exhibit::age {

inline constexpr unsigned log_n_written = 18;  // about 1 s and 256 MiB
// 4 GiB. A stranger's file must not make us take more; readers who know less is needed say so.
inline constexpr unsigned log_n_most = 22;

class ScryptRecipient final : public Recipient {
public:
    // A low log_n is right only for a passphrase that is itself random (the case key: 10).
    explicit ScryptRecipient(SecretBytes passphrase, unsigned log_n = log_n_written);
    Result<Stanza> wrap(FileKey const& file_key) const override;
    Company company() const override { return Company::alone; }

private:
    SecretBytes passphrase_;
    unsigned log_n_;
};

class ScryptIdentity final : public Identity {
public:
    explicit ScryptIdentity(SecretBytes passphrase, unsigned log_n_limit = log_n_most);
    // Code "header" when the file asks for more work than the limit.
    Result<std::optional<FileKey>> unwrap(std::span<Stanza const> stanzas) const override;

private:
    SecretBytes passphrase_;
    unsigned log_n_limit_;
};

}  // namespace exhibit::age
