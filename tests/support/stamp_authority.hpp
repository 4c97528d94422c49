// A time-stamp authority of this machine, by `openssl ts`. Its clock is the machine's.
#pragma once

#include "crypto/certificate_issue.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

class StampAuthority {
public:
    StampAuthority();
    std::string anchor_pem() const { return write_certificate_pem(root_); }
    Certificate const& root() const { return root_; }
    // A token over the SHA-256 of the message.
    Result<Bytes> stamp(ByteView message) const;

private:
    TemporaryFolder folder_;
    AnyPrivateKey root_key_, key_;
    Certificate root_;
};

}  // namespace exhibit::test
