// The X25519 recipient: "age1…" and "AGE-SECRET-KEY-1…" (spec, "The X25519 recipient type").
#pragma once

#include "crypto/x25519.hpp"
#include "formats/age/recipient.hpp"

namespace exhibit::age {

class X25519Recipient final : public Recipient {
public:
    // Code "recipient".
    static Result<X25519Recipient> parse(std::string_view age1);
    explicit X25519Recipient(X25519Public const& key) : key_(key) {}
    std::string text() const;  // age1…
    X25519Public const& key() const { return key_; }
    Result<Stanza> wrap(FileKey const& file_key) const override;
    Company company() const override { return Company::classical; }
    friend bool operator==(X25519Recipient const& a, X25519Recipient const& b) {
        return a.key_ == b.key_;
    }

private:
    X25519Public key_;
};

class X25519Identity final : public Identity {
public:
    static X25519Identity generate();
    // Any 32 bytes are a private key (RFC 7748 §5): for keys that are derived.
    static X25519Identity from(Secret<32> key) { return X25519Identity(std::move(key)); }
    // One identity line, no line end. Code "identity".
    static Result<X25519Identity> parse(ByteView text);
    static Result<X25519Identity> parse(SecretBytes const& text) { return parse(text.reveal()); }
    SecretBytes text() const;  // AGE-SECRET-KEY-1…
    X25519Recipient recipient() const { return X25519Recipient(public_); }
    X25519Identity clone() const { return X25519Identity(secret_.clone()); }
    Result<std::optional<FileKey>> unwrap(std::span<Stanza const> stanzas) const override;

private:
    explicit X25519Identity(Secret<32> secret);
    Result<std::optional<FileKey>> unwrap_one(Stanza const& stanza) const;
    Secret<32> secret_;
    X25519Public public_;
};

}  // namespace exhibit::age
