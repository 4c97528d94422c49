// The stamps of this guardian's log, and what they are judged with, in rows (Table::custody).
//
//   s/GEN/SIZE     a state of the log that is stamped: note, cosignatures, tokens, proof
//   u/GEN/SIZE     it has a proof that no block attests yet
//   b/HEIGHT       a block header
//   x/AUTHORITY/HASH   a certificate that came with a token;  y/AUTHORITY  the newest CRL
#pragma once

#include "case/custody_record.hpp"
#include "guard/guardian/custody_rows.hpp"

namespace exhibit::guard {

struct KeptStamp {
    unsigned generation = 1;
    std::uint64_t size = 0;
    CosignedState state;
    WallTime made;
    struct Token {
        std::string authority;
        Bytes token;
        WallTime restamp_before;  // when the authority's certificate ends
        bool logged = false;      // as an event `timestamped`
    };
    std::vector<Token> tokens;
    Bytes ots;
    bool complete = false;  // a block attests it, and its header was seen to fit
    Token const* of(std::string_view authority) const;
    std::string checkpoint() const { return tlog::write_note(state.note); }
    Digest256 digest() const;
};

class StampBook {
public:
    explicit StampBook(Rows& rows) : rows_(rows) {}

    static Batch writes_of(KeptStamp const& stamp);
    // In order of their states, from this size on, at most so many.
    Result<std::vector<KeptStamp>> from(unsigned generation, std::uint64_t size, std::size_t most);
    Result<std::optional<KeptStamp>> newest(unsigned generation);
    // Those that no block attests yet, the oldest first.
    Result<std::vector<KeptStamp>> incomplete(std::size_t most);

    Outcome keep_block(KnownBlock const& block);
    Result<std::optional<KnownBlock>> block(std::uint64_t height);
    static Write certificate_write(std::string const& authority, ByteView der);
    static Write crl_write(std::string const& authority, Bytes der);
    // Of all authorities.
    Result<std::vector<Bytes>> certificates();
    Result<std::vector<Bytes>> crls();

private:
    Result<std::vector<Bytes>> values(std::string const& prefix);
    Rows& rows_;
};

}  // namespace exhibit::guard
