#include "base/secret.hpp"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstring>

namespace exhibit {
namespace {

// sodium_init is idempotent and thread-safe; a secret may be made before main has called
// guard_process_memory (in tests).
void ensure_sodium() { VERIFY(sodium_init() >= 0); }

}  // namespace

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
    if (size == 0) return;
    ensure_sodium();
    data_ = static_cast<Byte*>(sodium_malloc(size));
    VERIFY(data_ !=
           nullptr);  // out of locked memory: better to stop than to keep a key in plain memory
    std::memset(data_, 0, size);
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
    SecretBytes out(bytes.size());
    if (!bytes.empty()) std::memcpy(out.data_, bytes.data(), bytes.size());
    return out;
}

SecretBytes SecretBytes::random(std::size_t size) {
    SecretBytes out(size);
    if (size > 0) randombytes_buf(out.data_, size);
    return out;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        release();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

SecretBytes::~SecretBytes() { release(); }

void SecretBytes::release() {
    if (data_ != nullptr) sodium_free(data_);  // wipes first
    data_ = nullptr;
    size_ = 0;
}

bool equal(ByteView a, ByteView b) {
    if (a.size() != b.size()) return false;
    return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(MutableBytes bytes) {
    if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

void wipe(std::string& text) {
    if (!text.empty()) sodium_memzero(text.data(), text.size());
    text.clear();
}

void guard_process_memory() {
    ensure_sodium();
    rlimit const none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    // Also keeps other processes of the same user from attaching a debugger to a running `init`.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace exhibit
