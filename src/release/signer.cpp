#include "release/signer.hpp"

#include "formats/age/age.hpp"
#include "formats/x509/x509.hpp"

namespace exhibit::release {
namespace {

constexpr std::size_t key_file_max = 64 * 1024;
constexpr std::size_t chain_file_max = 256 * 1024;
constexpr unsigned root_years = 20;
constexpr std::string_view age_beginning = "age-encryption.org/";

// Certificates of a machine whose clock is a little ahead must hold on the next one too.
constexpr auto slack = Duration::hours(1);

Duration years(unsigned n) { return Duration::days(static_cast<std::int64_t>(n) * 365 + n / 4); }

Outcome write_key(Path const& file, AnyPrivateKey const& key, SecretBytes const& passphrase) {
    auto const pem = key.write_pem();
    age::ScryptRecipient const lock(passphrase.clone());
    // reveal: the PEM is encrypted at once.
    auto const locked = TRY(age::encrypt(pem.reveal(), lock));
    return replace_file(file, locked);
}

Result<AnyPrivateKey> read_key(Path const& file, SecretBytes const& passphrase) {
    auto content = TRY(read_file(file, key_file_max));
    if (!as_text(content).starts_with(age_beginning)) {
        auto key = AnyPrivateKey::from_pem(content);
        wipe(content);
        if (!key.ok()) return key.take_error().at(file.string());
        return key;
    }
    age::ScryptIdentity const identity(passphrase.clone(), age::log_n_written);
    auto const pem = age::decrypt_secret(content, identity, key_file_max);
    if (!pem.ok() && std::string_view(pem.error().code) == "no-match")
        return wrong_use("this is not the passphrase of the key")
            .at(file.string())
            .coded("passphrase");
    if (!pem.ok()) return Error(pem.error()).at(file.string());
    // reveal: OpenSSL parses it; its numbers go to the secure heap.
    auto key = AnyPrivateKey::from_pem(pem->reveal());
    if (!key.ok()) return key.take_error().at(file.string());
    return key;
}

CertificatePlan plan_for(SignerPlan const& plan, bool authority, WallTime now, Random& random) {
    CertificatePlan out;
    out.common_name = plan.name + (authority ? " root" : "");
    // Never empty: c2pa-rs calls every signature invalid whose certificate names no organisation.
    out.organisation = plan.organisation.empty() ? plan.name : plan.organisation;
    out.not_before = now - slack;
    out.not_after = now + years(authority ? root_years : plan.years);
    out.serial = random.bytes<16>();
    out.authority = authority;
    out.usages = {x509::usage_email, x509::usage_claim};
    return out;
}

struct Root {
    AnyPrivateKey key;
    Certificate certificate;
};

Result<Root> new_root(SignerPlan const& plan, WallTime now, Random& random) {
    auto key = AnyPrivateKey::generate(plan.kind);
    auto certificate =
        TRY(issue_certificate(plan_for(plan, true, now, random), public_half(key), key, nullptr));
    return Root{std::move(key), std::move(certificate)};
}

Result<Root> open_root(Path const& folder, SecretBytes const& passphrase, WallTime now) {
    auto key = TRY(read_key(folder / root_key_file, passphrase));
    auto const text = TRY(read_text_file(folder / root_file, chain_file_max));
    auto certificates = TRY(Certificate::from_pem(text));
    auto const half = certificates.front().public_key();
    if (half == nullptr || !key.belongs_to(*half))
        return bad_input("the root key is not that of the root certificate")
            .at(folder.string())
            .coded("signer");
    if (!certificates.front().is_valid_at(now))
        return bad_input("the root certificate has ended")
            .at((folder / root_file).string())
            .hint("make a new root: leave out --root")
            .coded("certificate");
    return Root{std::move(key), std::move(certificates.front())};
}

Outcome write_folder(Path const& folder, Root const& root, AnyPrivateKey const& key,
                     Certificate const& leaf, SecretBytes const& passphrase) {
    TRY(write_key(folder / signer_key_file, key, passphrase));
    TRY(write_key(folder / root_key_file, root.key, passphrase));
    TRY(replace_file(folder / signer_chain_file, write_certificate_pem(leaf), Access::everyone));
    return replace_file(folder / root_file, write_certificate_pem(root.certificate),
                        Access::everyone);
}

}  // namespace

Result<Certificate> make_signer(Path const& folder, SignerPlan const& plan,
                                std::optional<Path> const& old_root, SecretBytes const& passphrase,
                                WallTime now, Random& random) {
    if (is_there(folder))
        return wrong_use("there is already something there")
            .at(folder.string())
            .hint("name a folder that does not exist yet")
            .coded("exists");
    auto const root =
        TRY(old_root ? open_root(*old_root, passphrase, now) : new_root(plan, now, random));
    auto const key = AnyPrivateKey::generate(plan.kind);
    auto leaf_plan = plan_for(plan, false, now, random);
    if (auto const end = root.certificate.not_after(); end && *end < leaf_plan.not_after)
        leaf_plan.not_after = *end;
    auto leaf = TRY(issue_certificate(leaf_plan, public_half(key), root.key, &root.certificate));
    auto const aside = Path(folder.string() + ".making-" + to_hex(random.bytes<8>()));
    std::error_code problem;
    TRY(make_folders(aside));
    auto const written = write_folder(aside, root, key, leaf, passphrase);
    if (written.ok()) std::filesystem::rename(aside, folder, problem);
    if (!written.ok() || problem) {
        std::error_code ignored;
        std::filesystem::remove_all(aside, ignored);
        if (!written.ok()) return written.error();
        return world_error("cannot be made: " + problem.message()).at(folder.string());
    }
    TRY(sync_folder(folder.has_parent_path() ? folder.parent_path() : Path(".")));
    return leaf;
}

Result<bool> needs_passphrase(Path const& key_file) {
    auto content = TRY(read_file(key_file, key_file_max));
    bool const locked = as_text(content).starts_with(age_beginning);
    wipe(content);
    return locked;
}

Result<Signer> Signer::open(Path const& key_file, Path const& chain_file,
                            SecretBytes const& passphrase) {
    auto const text = TRY(read_text_file(chain_file, chain_file_max));
    auto certificates = Certificate::from_pem(text);
    if (!certificates.ok()) return certificates.take_error().at(chain_file.string());
    auto const& leaf = certificates->front();
    auto const profile = x509::check_signer_profile(leaf);
    if (!profile.ok())
        return bad_input("this certificate may not sign claims: " + profile.error().what)
            .at(chain_file.string())
            .coded("signer");
    auto key = TRY(read_key(key_file, passphrase));
    auto const scheme = TRY(key.scheme());
    auto const half = leaf.public_key();
    if (half == nullptr || !key.belongs_to(*half))
        return bad_input("the key is not that of the certificate")
            .at(key_file.string())
            .coded("signer");
    // The root is left out of signatures (§14.5): who trusts it has it.
    while (certificates->size() > 1 && certificates->back().is_self_issued())
        certificates->pop_back();
    return Signer(std::move(key), certificates.take(), scheme);
}

c2pa::ClaimSigner Signer::claim_signer() const {
    c2pa::ClaimSigner out;
    out.scheme = scheme_;
    for (auto const& certificate : chain_) out.chain.push_back(certificate.der());
    out.signature_bytes = key_.signature_bytes(scheme_);
    out.sign = [this](ByteView message) { return key_.sign(scheme_, message); };
    return out;
}

}  // namespace exhibit::release
