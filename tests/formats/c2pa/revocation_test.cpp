// Answers of revocation services inside of a signature (§15.9): they stand in its unprotected
// header, where anybody can put them, so that all depends on whom they are about and from.
#include <gtest/gtest.h>

#include "support/signed_bytes.hpp"

namespace exhibit::c2pa {
namespace {

using test::a_wish;

constexpr std::string_view text = "what was said at the gate";

Certificate another_leaf(test::C2paSigner const& by) {
    CertificatePlan plan;
    plan.common_name = "Somebody else";
    plan.not_before = wall_now() - Duration::days(2);
    plan.not_after = wall_now() + Duration::days(100);
    plan.serial = SystemRandom().bytes<16>();
    plan.usages = {x509::usage_email, x509::usage_claim};
    auto const key = AnyPrivateKey::generate(KeyKind::p256);
    return issue_certificate(plan, public_half(key), by.root_key, &by.root).take();
}

// What `openssl ocsp` answers in the name of that root: DER.
Bytes answer(test::C2paSigner const& by, Certificate const& leaf, bool revoked) {
    test::TemporaryFolder const folder;
    auto const openssl = [&](std::vector<std::string> command) {
        command.insert(command.begin(), "openssl");
        auto const ran = test::run(command, {}, folder.path());
        EXPECT_EQ(ran.code, 0) << ran.err;
        return ran.out;
    };
    EXPECT_OK(replace_file(folder / "root.pem", write_certificate_pem(by.root)));
    EXPECT_OK(replace_file(folder / "root.key", by.root_key.write_pem().reveal()));
    EXPECT_OK(replace_file(folder / "leaf.pem", write_certificate_pem(leaf)));
    auto serial = openssl({"x509", "-in", "leaf.pem", "-noout", "-serial"});
    serial = serial.substr(serial.find('=') + 1);
    serial.resize(serial.find('\n'));
    auto const row =
        std::string(revoked ? "R\t400101000000Z\t260101000000Z" : "V\t400101000000Z\t");
    EXPECT_OK(replace_file(folder / "index.txt", row + "\t" + serial + "\tunknown\t/CN=x\n"));
    openssl({"ocsp", "-issuer", "root.pem", "-cert", "leaf.pem", "-no_nonce", "-reqout", "q.der"});
    openssl({"ocsp", "-index", "index.txt", "-CA", "root.pem", "-rsigner", "root.pem", "-rkey",
             "root.key", "-ndays", "7", "-reqin", "q.der", "-respout", "a.der"});
    return read_file(folder / "a.der", 65536).take();
}

// The text's signed store, with an answer put into the signature's header.
Report judge_with(test::C2paSigner const& by, ByteView der) {
    SystemRandom random;
    MemorySource const file(as_bytes(text));
    auto const written =
        write_beside(file, copy_of({}, "text/plain", a_wish()).take(), by.signer, random);
    EXPECT_OK(written);
    auto tree = jumbf::parse(written->store).take();
    Bytes signature;
    for (auto& child : tree.children.back().children) {
        if (child.label() != signature_label) continue;
        auto& content = child.contents.front();
        auto sign1 = cose::parse_sign1(content.payload).take();
        cbor::Map values{{"ocspVals", cbor::Array{cbor::Value(der)}}};
        sign1.unprotected.map()->emplace_back("rVals", std::move(values));
        signature = cose::write_sign1(sign1);
        content.payload = signature;
    }
    auto report = validate_sidecar(file, jumbf::write(tree), by.question());
    EXPECT_OK(report);
    return report.take();
}

TEST(Attack, l_an_answer_about_another_serial_says_nothing_of_this_one) {
    NEEDS_PROGRAM("openssl");
    test::C2paSigner const by;
    auto const other = another_leaf(by);
    for (bool const revoked : {false, true}) {
        auto const report = judge_with(by, answer(by, other, revoked));
        EXPECT_EQ(report.state, State::trusted) << show(report);
        EXPECT_FALSE(report.active.has_success("signingCredential.ocsp.notRevoked"));
        EXPECT_TRUE(report.active.has_note("signingCredential.ocsp.skipped"));
    }
}

TEST(Attack, l_an_answer_in_the_name_of_another_root_says_nothing) {
    NEEDS_PROGRAM("openssl");
    test::C2paSigner const by;
    test::C2paSigner const stranger;
    for (bool const revoked : {false, true}) {
        auto const report = judge_with(by, answer(stranger, by.leaf, revoked));
        EXPECT_EQ(report.state, State::trusted) << show(report);
        EXPECT_FALSE(report.active.has_success("signingCredential.ocsp.notRevoked"));
    }
}

TEST(Revocation, an_answer_about_the_signer_counts) {
    NEEDS_PROGRAM("openssl");
    test::C2paSigner const by;
    auto const good = judge_with(by, answer(by, by.leaf, false));
    EXPECT_EQ(good.state, State::trusted) << show(good);
    EXPECT_TRUE(good.active.has_success("signingCredential.ocsp.notRevoked"));
    auto const revoked = judge_with(by, answer(by, by.leaf, true));
    EXPECT_EQ(revoked.state, State::invalid) << show(revoked);
    EXPECT_TRUE(revoked.active.has_failure("signingCredential.ocsp.revoked"));
}

}  // namespace
}  // namespace exhibit::c2pa
