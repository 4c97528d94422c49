// Encryptor and Decryptor: files of any size through bounded memory, in pieces of any size.
#pragma once

#include <functional>

#include "formats/age/chunk.hpp"

namespace exhibit::age {

// Takes what comes out, in order. The view lives only during the call. Its error ends the stream.
using Sink = std::function<Outcome(ByteView)>;

// Best fed in multiples of chunk_bytes: then only the last chunk of each call is copied (it has to
// wait, because the last chunk of all is marked).
class Encryptor {
public:
    // head_out gets header and nonce, to be written before anything else.
    static Result<Encryptor> create(Recipients recipients, Bytes& head_out);
    explicit Encryptor(StreamKey const& key);
    Encryptor(Encryptor&&) noexcept = default;
    Encryptor& operator=(Encryptor&&) = delete;
    ~Encryptor();
    // The sink gets whole sealed chunks.
    Outcome update(ByteView plaintext, Sink const& sink);
    // Seals the last chunk. Nothing may follow; what is not finished is refused by every reader.
    Outcome finish(Sink const& sink);

private:
    Outcome seal(Last last, ByteView plaintext, Sink const& sink);
    ChunkCipher cipher_;
    std::uint64_t next_ = 0;
    bool finished_ = false;
    Bytes held_;    // plaintext that waits, at most one chunk
    Bytes sealed_;  // output of one chunk
};

// Push style: header, nonce and payload come in through update() in pieces of any size. Only chunks
// whose tag is right go to the sink; but whether the file is whole is known when finish() returns.
// Codes: "header", "no-match", "hmac", "payload". After an error every call returns it again.
class Decryptor {
public:
    // The identities are used until the header is read and must live until then.
    static Result<Decryptor> create(Identities identities);
    Decryptor(Decryptor&&) noexcept = default;
    Decryptor& operator=(Decryptor&&) = delete;
    ~Decryptor();
    Outcome update(ByteView ciphertext, Sink const& sink);
    Outcome finish(Sink const& sink);
    // Bytes of header and nonce; 0 until they are read.
    std::size_t head_bytes() const { return head_bytes_; }

private:
    explicit Decryptor(std::vector<Identity const*> identities)
        : identities_(std::move(identities)) {}
    Result<std::optional<Bytes>> take_head(ByteView& ciphertext);
    Outcome take_payload(ByteView ciphertext, Sink const& sink);
    Outcome open(Last last, ByteView sealed, Sink const& sink);
    Outcome open_misplaced(Last claimed, ByteView sealed, Sink const& sink);
    Outcome remember(Outcome outcome);

    std::vector<Identity const*> identities_;
    std::optional<Error> failed_;
    bool finished_ = false;
    std::size_t head_bytes_ = 0;
    std::size_t searched_ = 0;
    std::optional<ChunkCipher> cipher_;
    std::uint64_t next_ = 0;
    Bytes held_;   // the head, later ciphertext that waits, at most one chunk
    Bytes plain_;  // output of one chunk
};

}  // namespace exhibit::age
