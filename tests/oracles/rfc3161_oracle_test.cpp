// openssl ts against rfc3161: it answers the queries we write, we judge its answers, and it judges
// them the same; also at another time, and with a revoked certificate.
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/random.hpp"
#include "formats/rfc3161/rfc3161.hpp"
#include "support/shared.hpp"
#include "support/time_authority.hpp"

namespace exhibit::rfc3161 {
namespace {

class Rfc3161Oracle : public ::testing::Test {
protected:
    void SetUp() override {
        NEEDS_PROGRAM("openssl");
        save("x.cnf", test::time_authority_config());
        save("serial", as_bytes("01\n"));
        save("index.txt", {});
        save("crlnumber", as_bytes("01\n"));
        openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test root", "-days", "3650",
                 "-config", "x.cnf", "-extensions", "ca"});
        make_authority("tsa", "authority");
    }
    void save(std::string const& name, ByteView bytes) {
        ASSERT_OK(replace_file(folder_ / name, bytes));
    }
    test::Ran openssl(std::vector<std::string> arguments, int expected = 0) {
        arguments.insert(arguments.begin(), "openssl");
        auto ran = test::run(arguments, {}, folder_.path());
        EXPECT_EQ(ran.code, expected) << arguments[1] << ": " << ran.err << ran.out;
        return ran;
    }
    void make_authority(std::string const& name, std::string const& extensions) {
        openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                 name + ".key", "-out", name + ".csr", "-subj", "/CN=test authority/O=tests",
                 "-config", "x.cnf"});
        openssl({"x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                 "-CAcreateserial", "-days", "365", "-out", name + ".pem", "-extfile", "x.cnf",
                 "-extensions", extensions});
    }
    Bytes load(std::string const& name) { return read_file(folder_ / name, 1 << 20).take(); }
    std::vector<Certificate> pem(std::string const& name) {
        return Certificate::from_pem(as_text(load(name))).take();
    }
    Bytes stamp(TimestampRequest const& request) {
        save("q.tsq", write_timestamp_request(request));
        openssl({"ts", "-reply", "-config", "x.cnf", "-section", "tsa1", "-queryfile", "q.tsq",
                 "-out", "r.tsr"});
        return load("r.tsr");
    }
    test::TemporaryFolder folder_;
    SystemRandom random_;
};

TEST_F(Rfc3161Oracle, openssl_answers_our_queries_and_both_judge_the_answers_alike) {
    if (IsSkipped()) return;
    Trust const trust{pem("ca.pem"), {}, {}};
    int agreed = 0;
    for (int i = 0; i < 5; ++i) {
        auto const digest = random_.bytes<32>();
        auto const request = ask_about(digest, random_.bytes<8>());
        auto const reply = stamp(request);
        auto const ours = judge_reply(reply, request, trust);
        ASSERT_OK(ours);
        EXPECT_TRUE(ours->trusted);
        EXPECT_EQ(ours->authority, "test authority, tests");
        EXPECT_EQ(ours->policy, "1.2.3.4");
        auto const ran =
            openssl({"ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", "-CAfile", "ca.pem"});
        agreed += ran.out.find("Verification: OK") != std::string::npos;
        auto const token = parse_timestamp_reply(reply)->token;
        save("r.tst", token);
        openssl({"ts", "-verify", "-digest", to_hex(digest), "-in", "r.tst", "-token_in", "-CAfile",
                 "ca.pem"});
        EXPECT_OK(judge_token(token, HashKind::sha256, digest, trust));
    }
    EXPECT_EQ(agreed, 5);
    std::printf("openssl ts: answered and verified %d of 5\n", agreed);
}

TEST_F(Rfc3161Oracle, a_token_is_judged_at_its_own_time_and_not_at_ours) {
    if (IsSkipped()) return;
    auto const request = ask_about(random_.bytes<32>(), random_.bytes<8>());
    auto const reply = stamp(request);
    // In ten years openssl says no by its clock, and yes at the time in the token.
    auto const time = judge_reply(reply, request, {pem("ca.pem"), {}, {}})->time;
    auto const seconds = time.since_epoch_ms() / 1000;
    auto const at = [&](std::int64_t when, int expected) {
        openssl({"ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", "-CAfile", "ca.pem",
                 "-attime", std::to_string(when)},
                expected);
    };
    at(seconds, 0);
    at(seconds + 10 * 365 * 86400LL, 1);
}

TEST_F(Rfc3161Oracle, a_certificate_for_other_uses_too_is_refused) {
    if (IsSkipped()) return;
    make_authority("tsa", "other_use");
    auto const request = ask_about(random_.bytes<32>(), random_.bytes<8>());
    save("q.tsq", write_timestamp_request(request));
    // openssl does not even sign with such a one.
    openssl({"ts", "-reply", "-config", "x.cnf", "-section", "tsa1", "-queryfile", "q.tsq", "-out",
             "r.tsr"},
            1);
}

TEST_F(Rfc3161Oracle, a_revoked_certificate_spoils_its_stamps_unless_the_reason_is_harmless) {
    if (IsSkipped()) return;
    auto const request = ask_about(random_.bytes<32>(), random_.bytes<8>());
    auto const reply = stamp(request);
    auto const list = [&]() {
        openssl({"ca", "-config", "x.cnf", "-name", "list", "-gencrl", "-keyfile", "ca.key",
                 "-cert", "ca.pem", "-out", "crl.pem"});
        openssl({"crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl.der"});
        return load("crl.der");
    };
    Trust trust{pem("ca.pem"), {}, list()};
    auto const good = judge_reply(reply, request, trust);
    ASSERT_OK(good);
    EXPECT_EQ(good->revocation, RevocationAnswer::good);
    openssl({"ca", "-config", "x.cnf", "-name", "list", "-revoke", "tsa.pem", "-crl_reason",
             "keyCompromise", "-keyfile", "ca.key", "-cert", "ca.pem"});
    trust.crl = list();
    EXPECT_ERROR_CODE(judge_reply(reply, request, trust), "revoked");
    // A list that somebody else signed says nothing.
    trust.crl.back() ^= 1;
    EXPECT_EQ(judge_reply(reply, request, trust)->revocation, RevocationAnswer::unknown);
}

}  // namespace
}  // namespace exhibit::rfc3161
