// FOR TESTS ONLY: a head from a given file key and nonce, to reproduce published vectors byte for
// byte. Two payloads under one file key and nonce would give their difference away, so nothing else
// includes this.
#pragma once

#include "formats/age/chunk.hpp"

namespace exhibit::age {

inline MadeHead make_head_with_given_keys(std::span<Stanza const> stanzas, FileKey const& file_key,
                                          PayloadNonce const& nonce) {
    Header header;
    header.stanzas.assign(stanzas.begin(), stanzas.end());
    header.mac = header_mac(file_key, write_header_without_mac(stanzas));
    Bytes bytes = write_header(header);
    append(bytes, nonce);
    return MadeHead{std::move(bytes), StreamKey(file_key, nonce)};
}

}  // namespace exhibit::age
