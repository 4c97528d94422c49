// A manifest store: manifests with their claims, signatures and assertions, and the addresses that
// lead from one to the other.
#pragma once

#include <deque>

#include "formats/cbor/cbor.hpp"
#include "formats/json/json.hpp"
#include "formats/jumbf/jumbf.hpp"

namespace exhibit::c2pa {

inline constexpr std::size_t manifests_max = 1024;
inline constexpr std::size_t assertions_max = 4096;
inline constexpr auto assertion_store_label = "c2pa.assertions";
inline constexpr auto signature_label = "c2pa.signature";

enum class ManifestKind { standard, update };

// §8.4: an address and the hash of what it leads to.
struct HashedUri {
    std::string url;
    Bytes hash;
    std::string algorithm;  // empty: the nearest around it
};
std::optional<HashedUri> as_hashed_uri(cbor::Value const* value);

struct Manifest {
    std::string label;
    ManifestKind kind = ManifestKind::standard;
    jumbf::Superbox const* box = nullptr;  // unpacked
    ByteView stored;                       // what a hash of the manifest covers: as it was stored
    jumbf::Superbox const* assertions = nullptr;  // the assertion store; null: missing
    jumbf::Superbox const* signature = nullptr;
    unsigned claim_version = 0;  // 1 or 2; 0: no claim, or broken: see trouble
    ByteView claim_bytes;
    cbor::Value claim;
    char const* trouble = nullptr;  // a code, when the claim cannot be used

    std::string uri() const { return "self#jumbf=/c2pa/" + label; }
    std::string uri(std::string_view path) const { return uri() + "/" + std::string(path); }
    std::string algorithm() const;  // the claim's; empty when it names none
    // created, gathered and (of version 1) assertions, in that order.
    std::vector<HashedUri> created() const;
    std::vector<HashedUri> gathered() const;
    std::vector<std::string> redactions() const;
    jumbf::Superbox const* assertion(std::string_view assertion_label) const;
};

class Store {
public:
    // Code "jumbf", "c2pa-store". The bytes are kept.
    static Result<Store> parse(Bytes bytes);
    Store(Store&&) noexcept = default;
    Store& operator=(Store&&) noexcept = default;

    std::vector<Manifest> const& manifests() const { return manifests_; }
    Manifest const& active() const { return manifests_.back(); }
    Manifest const* find(std::string_view label) const;
    ByteView bytes() const { return bytes_; }

private:
    Store() = default;
    Outcome add(jumbf::Superbox const& box);
    Bytes bytes_;
    jumbf::Superbox root_;
    std::deque<Bytes> unpacked_bytes_;
    std::deque<jumbf::Superbox> unpacked_;
    std::vector<Manifest> manifests_;
};

// An address taken apart: of which manifest, and the labels below it.
struct Address {
    std::string manifest;  // empty: the one that holds the reference
    std::vector<std::string> path;
};
std::optional<Address> parse_uri(std::string_view url);
// The label of the assertion in that manifest, when the address leads into its assertion store.
std::optional<std::string> assertion_label(Address const& address);

// "c2pa.actions.v2__1" -> "c2pa.actions": without instance and version.
std::string base_label(std::string_view label);
bool is_hard_binding(std::string_view label);

// The content of an assertion; none when it holds neither CBOR nor JSON. Codes "cbor", "json".
Result<std::optional<cbor::Value>> cbor_content(jumbf::Superbox const& assertion);
Result<std::optional<Json>> json_content(jumbf::Superbox const& assertion);

// Unpacks Brotli (RFC 7932), at most `limit` bytes. Code "brotli".
Result<Bytes> unpack_brotli(ByteView packed, std::size_t limit);

}  // namespace exhibit::c2pa
