#include "formats/ots/detached.hpp"

namespace exhibit::ots {
namespace {

constexpr ByteArray<31> magic = {0x00, 0x4f, 0x70, 0x65, 0x6e, 0x54, 0x69, 0x6d, 0x65, 0x73, 0x74,
                                 0x61, 0x6d, 0x70, 0x73, 0x00, 0x00, 0x50, 0x72, 0x6f, 0x6f, 0x66,
                                 0x00, 0xbf, 0x89, 0xe2, 0xe8, 0x84, 0xe8, 0x92, 0x94};
constexpr Byte version = 1;

Error wrong(std::string what) { return bad_input(std::move(what)).coded("ots"); }

}  // namespace

Bytes write_detached(Detached const& proof) {
    VERIFY(proof.digest.size() == hash_bytes(proof.hash));
    Bytes out;
    append(out, magic);
    out.push_back(version);
    out.push_back(static_cast<Byte>(proof.hash));
    append(out, proof.digest);
    write_timestamp(out, proof.timestamp);
    return out;
}

Result<Detached> parse_detached(ByteView bytes, Order order) {
    if (bytes.size() > detached_bytes_max) return wrong("is too long");
    Reader reader(bytes);
    if (!reader.expect(magic).ok()) return wrong("is no OpenTimestamps proof");
    auto const its_version = TRY(reader.take_byte());
    if (its_version != version) return wrong("has a version that is not known here");
    auto const hash = TRY(reader.take_byte());
    Detached out;
    out.hash = static_cast<Op>(hash);
    if (!is_hash(out.hash) || out.hash == Op::keccak256)
        return wrong("the digest is of a kind that none of a file may be");
    auto const digest = TRY(reader.take(hash_bytes(out.hash)));
    out.digest = to_bytes(digest);
    out.timestamp = TRY(parse_timestamp(reader, digest.size(), order));
    if (!reader.at_end()) return wrong("holds bytes after its end");
    return out;
}

}  // namespace exhibit::ots
