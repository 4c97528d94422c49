#include "formats/age/stream.hpp"

#include "base/random.hpp"
#include "formats/age/age.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

Bytes some_bytes(std::size_t n) {
    Bytes out(n);
    SeededRandom(n).fill(out);
    return out;
}

age::Sink into(Bytes& to) {
    return [&to](ByteView bytes) {
        append(to, bytes);
        return Outcome();
    };
}

Outcome feed(auto& stream, ByteView bytes, std::size_t piece, age::Sink const& sink) {
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size()))) {
        TRY(stream.update(bytes.first(std::min(piece, bytes.size())), sink));
    }
    return stream.finish(sink);
}

Bytes sealed(age::X25519Identity const& identity, ByteView plain, std::size_t piece) {
    auto const recipient = identity.recipient();
    age::Recipient const* const to[] = {&recipient};
    Bytes file;
    auto encryptor = age::Encryptor::create(to, file);
    VERIFY(encryptor.ok());
    VERIFY(feed(*encryptor, plain, piece, into(file)).ok());
    return file;
}

Outcome opened(age::X25519Identity const& identity, ByteView file, std::size_t piece, Bytes& out) {
    age::Identity const* const with[] = {&identity};
    auto decryptor = TRY(age::Decryptor::create(with));
    return feed(decryptor, file, piece, into(out));
}

TEST(AgeStream, pieces_of_any_size_give_the_same_content) {
    auto const identity = age::X25519Identity::generate();
    for (std::size_t n : {0, 1, 65535, 65536, 65537, 131072, 131073, 400000}) {
        auto const plain = some_bytes(n);
        for (std::size_t piece : {977, 65535, 65536, 65537, 65552, 131072, 1 << 20}) {
            auto const file = sealed(identity, plain, piece);
            for (std::size_t out_piece : {1009, 65536, 65552, 1 << 20}) {
                Bytes back;
                EXPECT_OK(opened(identity, file, out_piece, back));
                EXPECT_EQ(back, plain);
            }
            auto whole = age::decrypt(file, identity, n);
            ASSERT_OK(whole);
            EXPECT_EQ(*whole, plain);
        }
    }
}

TEST(AgeStream, a_header_that_comes_byte_by_byte_is_read) {
    auto const identity = age::X25519Identity::generate();
    auto const plain = some_bytes(300);
    Bytes back;
    EXPECT_OK(opened(identity, sealed(identity, plain, 300), 1, back));
    EXPECT_EQ(back, plain);
}

TEST(AgeStream, truncated_last_chunk_is_refused_and_only_whole_chunks_come_out) {
    auto const identity = age::X25519Identity::generate();
    auto const plain = some_bytes(3 * age::chunk_bytes);
    auto const file = sealed(identity, plain, plain.size());
    auto const head = file.size() - 3 * age::sealed_chunk_bytes;
    for (std::size_t cut : {1, 15, 16, 17, 65551, 65552, 65553, 131104, 131105}) {
        Bytes back;
        auto const size = file.size() - cut;
        EXPECT_ERROR_CODE(opened(identity, ByteView(file).first(size), 50000, back), "payload");
        auto const whole = (size - head) / age::sealed_chunk_bytes;
        EXPECT_EQ(back, Bytes(plain.begin(),
                              plain.begin() + static_cast<long>(whole * age::chunk_bytes)));
    }
}

TEST(AgeStream, swapped_and_repeated_chunks_are_refused) {
    auto const identity = age::X25519Identity::generate();
    auto const file = sealed(identity, some_bytes(3 * age::chunk_bytes), 1 << 20);
    auto const chunk = static_cast<std::ptrdiff_t>(age::sealed_chunk_bytes);
    auto const start = file.end() - 3 * chunk;
    auto swapped = file;
    std::swap_ranges(swapped.end() - 3 * chunk, swapped.end() - 2 * chunk,
                     swapped.end() - 2 * chunk);
    Bytes repeated(file.begin(), start + chunk);
    repeated.insert(repeated.end(), start, file.end());
    Bytes back;
    EXPECT_ERROR_CODE(opened(identity, swapped, 1 << 20, back), "payload");
    EXPECT_TRUE(back.empty());
    EXPECT_ERROR_CODE(opened(identity, repeated, 1 << 20, back), "payload");
}

TEST(AgeStream, after_an_error_every_call_returns_it_again) {
    auto const identity = age::X25519Identity::generate();
    auto file = sealed(identity, some_bytes(200000), 1 << 20);
    file[file.size() - 100000] ^= 1;
    age::Identity const* const with[] = {&identity};
    auto decryptor = age::Decryptor::create(with);
    ASSERT_OK(decryptor);
    Bytes back;
    EXPECT_ERROR_CODE(decryptor->update(file, into(back)), "payload");
    auto const released = back.size();
    EXPECT_ERROR_CODE(decryptor->update(file, into(back)), "payload");
    EXPECT_ERROR_CODE(decryptor->finish(into(back)), "payload");
    EXPECT_EQ(back.size(), released);
}

TEST(AgeStream, the_sinks_error_ends_the_stream) {
    auto const identity = age::X25519Identity::generate();
    auto const file = sealed(identity, some_bytes(10), 10);
    age::Identity const* const with[] = {&identity};
    auto decryptor = age::Decryptor::create(with);
    ASSERT_OK(decryptor);
    auto const full = [](ByteView) -> Outcome {
        return world_error("the disk is full").coded("full");
    };
    EXPECT_OK(decryptor->update(file, full));
    EXPECT_ERROR_CODE(decryptor->finish(full), "full");
}

TEST(AgeStream, endless_headers_are_refused_in_bounded_memory) {
    auto const identity = age::X25519Identity::generate();
    age::Identity const* const with[] = {&identity};
    auto decryptor = age::Decryptor::create(with);
    ASSERT_OK(decryptor);
    Bytes nothing;
    Bytes const line = to_bytes("-> grease\n\n");
    auto outcome = decryptor->update(as_bytes("age-encryption.org/v1\n"), into(nothing));
    int pieces = 0;
    for (; outcome.ok() && pieces < 200000; ++pieces)
        outcome = decryptor->update(line, into(nothing));
    EXPECT_ERROR_CODE(outcome, "header");
    EXPECT_LT(pieces, 100000);
}

TEST(AgeStream, chunks_sealed_in_any_order_by_two_ciphers_make_the_same_file) {
    auto const identity = age::X25519Identity::generate();
    auto const recipient = identity.recipient();
    age::Recipient const* const to[] = {&recipient};
    auto head = age::make_head(to);
    ASSERT_OK(head);
    auto const plain = some_bytes(4 * age::chunk_bytes + 5);
    Bytes file = head->bytes;
    file.resize(age::encrypted_size(file.size(), plain.size()));
    age::ChunkCipher even(head->key), odd(head->key);
    for (std::size_t i : {3, 1, 4, 0, 2}) {
        auto const from =
            ByteView(plain).subspan(i * age::chunk_bytes, i == 4 ? 5 : age::chunk_bytes);
        auto const out = MutableBytes(file).subspan(
            head->bytes.size() + i * age::sealed_chunk_bytes, from.size() + aead_tag_bytes);
        (i % 2 == 0 ? even : odd).seal(i, i == 4 ? age::Last::yes : age::Last::no, from, out);
    }
    Bytes back;
    EXPECT_OK(opened(identity, file, 1 << 20, back));
    EXPECT_EQ(back, plain);
}

}  // namespace
}  // namespace exhibit
