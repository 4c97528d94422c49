// A self-made signer for tests, and the programs by others that judge what it signed.
#pragma once

#include "crypto/certificate_issue.hpp"
#include "formats/c2pa/embed.hpp"
#include "formats/x509/x509.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

// Root and leaf of a kind of key, valid around now. The signer looks into it: keep it.
struct C2paSigner {
    explicit C2paSigner(KeyKind kind = KeyKind::p256)
        : root_key(AnyPrivateKey::generate(kind)),
          key(AnyPrivateKey::generate(kind)),
          root(issue(true, root_key, nullptr)),
          leaf(issue(false, key, &root)) {
        signer.scheme = key.scheme().take();
        signer.chain = {leaf.der()};
        signer.signature_bytes = key.signature_bytes(signer.scheme);
        signer.sign = [this](ByteView message) { return key.sign(signer.scheme, message); };
        lists.signers = {root};
    }
    C2paSigner(C2paSigner const&) = delete;
    C2paSigner& operator=(C2paSigner const&) = delete;

    c2pa::Question question() const { return {lists, wall_now()}; }
    std::string anchor_pem() const { return write_certificate_pem(root); }

    AnyPrivateKey root_key, key;
    Certificate root, leaf;
    c2pa::ClaimSigner signer;
    x509::TrustLists lists;

private:
    Certificate issue(bool authority, AnyPrivateKey const& subject, Certificate const* issuer) {
        CertificatePlan plan;
        plan.common_name = authority ? "Test root" : "Test newsroom";
        plan.organisation = "Exhibit tests";
        plan.not_before = wall_now() - Duration::days(2);
        plan.not_after = wall_now() + Duration::days(100);
        plan.serial = SystemRandom().bytes<16>();
        plan.authority = authority;
        plan.usages = {x509::usage_email, x509::usage_claim};
        return issue_certificate(plan, public_half(subject), root_key, issuer).take();
    }
};

// What the reference's programs say of a file: c2pa-node (c2pa-rs 0.90.1) and c2pa-wasm (0.91.3).
struct C2paOracle {
    std::string node, wasm;              // "Trusted", "Valid", "Invalid", or "error: …"
    std::string node_codes, wasm_codes;  // failures, sorted, with a space before each
    Json node_report, wasm_report;
};
struct C2paQuestion {
    Path file;
    // Only c2pa-node can hold one against its file; c2pa-wasm then reads the store alone.
    Path sidecar;
};
bool have_c2pa_oracles();
std::vector<C2paOracle> ask_c2pa_oracles(std::vector<C2paQuestion> const& files,
                                         std::string const& anchors_pem);

}  // namespace exhibit::test

#define NEEDS_C2PA_ORACLES()                                                                     \
    if (!::exhibit::test::have_c2pa_oracles())                                                   \
    GTEST_SKIP() << "NOT RUN: the npm packages c2pa-node and c2pa-wasm are missing, or not for " \
                    "this machine"
