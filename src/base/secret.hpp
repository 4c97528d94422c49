// Secrets live in locked, guarded memory, are wiped when they end or move, cannot be printed or
// compared by accident, and show their bytes only through reveal(). Review is `grep reveal`:
// each call site says why it may.
//
// RLIMIT_MEMLOCK is often 8 MiB and each secret costs a few pages, so secrets are keys and
// passphrases, never footage.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit {

// Variable length. Move-only.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size);  // zero-filled
    // Copies; the caller wipes its own copy (see wipe) if it has one.
    static SecretBytes copy_of(ByteView bytes);
    static SecretBytes copy_of(std::string_view text) { return copy_of(as_bytes(text)); }
    static SecretBytes random(std::size_t size);

    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(SecretBytes const&) = delete;
    SecretBytes& operator=(SecretBytes const&) = delete;
    ~SecretBytes();

    SecretBytes clone() const { return copy_of(reveal()); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    // Valid until the secret is moved from or ends.
    ByteView reveal() const { return {data_, size_}; }
    MutableBytes reveal_for_writing() { return {data_, size_}; }
    std::string_view reveal_text() const { return as_text(reveal()); }

private:
    void release();
    Byte* data_ = nullptr;
    std::size_t size_ = 0;
};

// Fixed length, e.g. Secret<32> for a key.
template <std::size_t N>
class Secret {
public:
    Secret() : bytes_(N) {}
    static Secret random() { return Secret(SecretBytes::random(N)); }
    static Result<Secret> copy_of(ByteView bytes) {
        if (bytes.size() != N) return bad_input("a key has the wrong length").coded("length");
        return Secret(SecretBytes::copy_of(bytes));
    }
    Secret clone() const { return Secret(bytes_.clone()); }
    std::span<Byte const, N> reveal() const { return std::span<Byte const, N>(bytes_.reveal()); }
    std::span<Byte, N> reveal_for_writing() {
        return std::span<Byte, N>(bytes_.reveal_for_writing());
    }

private:
    explicit Secret(SecretBytes bytes) : bytes_(std::move(bytes)) {}
    SecretBytes bytes_;
};

// Constant time in the content; the lengths are not secret.
bool equal(ByteView a, ByteView b);
inline bool equal(SecretBytes const& a, SecretBytes const& b) {
    return equal(a.reveal(), b.reveal());
}

void wipe(MutableBytes bytes);
void wipe(std::string& text);

// Call once at the start of main: initialises libsodium and forbids core dumps of this process.
void guard_process_memory();

}  // namespace exhibit
