// A time-stamping authority of our own, by openssl: a root, an authority under it, and tokens.
#pragma once

#include "crypto/digest.hpp"
#include "formats/rfc3161/rfc3161.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

// Sections ca, authority, other_use, tsa1, list; time_authority.py uses it, too.
inline Bytes time_authority_config() {
    return read_file(source_folder() / "tests/support/time_authority.cnf", 1 << 16).take();
}

class TimeAuthority {
public:
    // Needs the program openssl.
    explicit TimeAuthority(std::string const& name) {
        save("x.cnf", time_authority_config());
        save("serial", as_bytes("01\n"));
        openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=root of " + name, "-days",
                 "3650", "-config", "x.cnf", "-extensions", "ca"});
        openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                 "tsa.key", "-out", "tsa.csr", "-subj", "/CN=" + name, "-config", "x.cnf"});
        openssl({"x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                 "-CAcreateserial", "-days", "365", "-out", "tsa.pem", "-extfile", "x.cnf",
                 "-extensions", "authority"});
    }

    // A bare token over this digest, of now.
    Bytes token(Digest256 const& digest) {
        auto const request = rfc3161::ask_about(digest, {1, 2, 3, 4, 5, 6, 7, 8});
        save("q.tsq", write_timestamp_request(request));
        openssl({"ts", "-reply", "-config", "x.cnf", "-section", "tsa1", "-queryfile", "q.tsq",
                 "-out", "r.tsr"});
        openssl({"ts", "-reply", "-in", "r.tsr", "-token_out", "-out", "r.tst"});
        return load("r.tst");
    }
    std::vector<Certificate> roots() const {
        return Certificate::from_pem(as_text(load("ca.pem"))).take();
    }
    Path root_file() const { return folder_ / "ca.pem"; }

private:
    void save(std::string const& name, ByteView bytes) {
        EXPECT_OK(replace_file(folder_ / name, bytes));
    }
    Bytes load(std::string const& name) const { return read_file(folder_ / name, 1 << 20).take(); }
    void openssl(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "openssl");
        auto const ran = run(arguments, {}, folder_.path());
        EXPECT_EQ(ran.code, 0) << arguments[1] << ": " << ran.err;
    }

    TemporaryFolder folder_;
};

}  // namespace exhibit::test
