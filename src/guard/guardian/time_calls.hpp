// The questions a guardian asks the world about time. Each goes to an address of its operator's
// text, follows no redirect, takes a bounded answer, and is believed only after it was checked.
#pragma once

#include "case/custody_record.hpp"
#include "formats/ots/ots.hpp"
#include "formats/rfc3161/rfc3161.hpp"
#include "guard/guardian/time_sources.hpp"
#include "net/client.hpp"

namespace exhibit::guard {

// One per thread.
class TimeCalls {
public:
    explicit TimeCalls(std::string socks5_proxy) : socks5_proxy_(std::move(socks5_proxy)) {}

    struct Stamped {
        Bytes token;  // DER
        rfc3161::Stamp stamp;
        std::vector<Bytes> certificates;  // DER: what came with it
    };
    // A token over the digest, that answers our nonce and chains to the operator's roots now. Codes
    // of rfc3161, "untrusted", and of the line.
    Result<Stamped> ask_authority(TimeSources::Authority const& authority,
                                  std::vector<Certificate> const& roots, Digest256 const& digest);
    // DER.
    Result<Bytes> fetch_crl(TimeSources::Authority const& authority);

    // What a calendar promises about a message, or (upgrade) has to show for it; none while it has
    // nothing new.
    Result<ots::Timestamp> submit(std::string const& calendar, Digest256 const& tip);
    Result<std::optional<ots::Timestamp>> upgrade(std::string const& calendar, ByteView message);

    Result<KnownBlock> fetch_block(std::string const& source, std::uint64_t height);

private:
    Result<HttpAnswer> call(std::string url, std::string method, Bytes body, HeaderFields headers,
                            std::size_t answer_max);
    std::string socks5_proxy_;
};

}  // namespace exhibit::guard
