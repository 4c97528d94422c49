#include "support/stamp_authority.hpp"

#include "base/random.hpp"
#include "crypto/timestamp_request.hpp"
#include "formats/x509/x509.hpp"

namespace exhibit::test {
namespace {

constexpr char config[] =
    "[tsa1]\nserial=serial\nsigner_cert=tsa.pem\ncerts=tsa.pem\nsigner_key=tsa.key\n"
    "signer_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\ness_cert_id_alg=sha256\n";

Certificate issue(AnyPrivateKey const& subject, AnyPrivateKey const& by,
                  Certificate const* issuer) {
    CertificatePlan plan;
    plan.common_name = issuer == nullptr ? "Test stamp root" : "Test stamps";
    plan.not_before = wall_now() - Duration::days(2);
    plan.not_after = wall_now() + Duration::days(100);
    plan.serial = SystemRandom().bytes<16>();
    plan.authority = issuer == nullptr;
    plan.usages = {"critical", x509::usage_timestamp};
    return issue_certificate(plan, public_half(subject), by, issuer).take();
}

}  // namespace

StampAuthority::StampAuthority()
    : root_key_(AnyPrivateKey::generate(KeyKind::p256)),
      key_(AnyPrivateKey::generate(KeyKind::p256)),
      root_(issue(root_key_, root_key_, nullptr)) {
    auto const leaf = issue(key_, root_key_, &root_);
    auto const pem = key_.write_pem();
    EXPECT_OK(replace_file(folder_ / "tsa.key", pem.reveal()));
    EXPECT_OK(replace_file(folder_ / "tsa.pem", write_certificate_pem(leaf)));
    EXPECT_OK(replace_file(folder_ / "serial", std::string_view("01\n")));
    EXPECT_OK(replace_file(folder_ / "x.cnf", std::string_view(config)));
}

Result<Bytes> StampAuthority::stamp(ByteView message) const {
    TimestampRequest request;
    request.imprint = to_bytes(ByteView(sha256(message)));
    TRY(replace_file(folder_ / "q.tsq", write_timestamp_request(request)));
    auto const ran = run({"openssl", "ts", "-reply", "-config", "x.cnf", "-section", "tsa1",
                          "-queryfile", "q.tsq", "-out", "r.tsr"},
                         {}, folder_.path());
    if (ran.code != 0) return world_error("openssl ts: " + ran.err);
    auto const reply = TRY(read_file(folder_ / "r.tsr", 1 << 20));
    return token_of_response(reply);
}

}  // namespace exhibit::test
