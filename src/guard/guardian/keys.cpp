#include "guard/guardian/keys.hpp"

#include "formats/age/identity_file.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t key_file_max = 16 * 1024;

Result<SecretBytes> read_key_file(Path const& path) {
    auto bytes = TRY(read_file(path, key_file_max));
    auto secret = SecretBytes::copy_of(bytes);
    wipe(bytes);
    return secret;
}

Result<ByteArray<32>> raw_pin(TlsIdentity const& tls) {
    auto const pin = TRY(tls.pin());
    auto const bytes =
        TRY(from_base64(std::string_view(pin).substr(std::string_view("sha256//").size())));
    return exactly<32>(bytes);
}

Outcome make_keys(Path const& folder) {
    auto const signing = SigningKey::generate();
    auto const identity = age::X25519Identity::generate();
    auto const tls = TRY(TlsIdentity::generate());
    auto const signing_pem = write_private_pem(signing);
    auto const identity_file = age::write_identity_file(identity);
    TRY(make_folders(folder));
    // Revealed to the files that keep them, readable by this user only.
    TRY(replace_file(folder / "signing.pem", signing_pem.reveal()));
    TRY(replace_file(folder / "age.txt", identity_file.reveal()));
    TRY(replace_file(folder / "tls.key", tls.private_key_pem.reveal()));
    TRY(replace_file(folder / "tls.crt", tls.certificate_pem));
    return {};
}

Result<GuardianKeys> read_keys(Path const& folder) {
    auto const signing_pem = TRY(read_key_file(folder / "signing.pem"));
    auto signing = TRY(parse_private_pem(signing_pem.reveal()));
    auto const identity_file = TRY(read_key_file(folder / "age.txt"));
    auto identities = TRY(age::parse_identity_file(identity_file.reveal()));
    if (identities.size() != 1)
        return bad_input("must hold one identity").at((folder / "age.txt").string()).coded("keys");
    auto tls_key = TRY(read_key_file(folder / "tls.key"));
    auto certificate = TRY(read_text_file(folder / "tls.crt", key_file_max));
    auto tls = TRY(TlsIdentity::from_pem(std::move(certificate), std::move(tls_key)));
    auto const pin = TRY(raw_pin(tls));
    return GuardianKeys{std::move(signing), std::move(identities.front()), std::move(tls), pin};
}

}  // namespace

Result<SigningKey> open_or_make_signing_key(Path const& file) {
    if (!is_there(file)) {
        auto const pem = write_private_pem(SigningKey::generate());
        TRY(replace_file(file, pem.reveal()));  // reveal: to the file that keeps it
    }
    auto const pem = TRY(read_key_file(file));
    return parse_private_pem(pem.reveal());  // reveal: to the reader of it
}

Result<GuardianKeys> open_or_make_keys(Path const& data) {
    auto const folder = data / "keys";
    if (!is_there(folder)) {
        TRY(make_folders(data));
        auto const aside = data / "keys.new";
        std::error_code failed;
        std::filesystem::remove_all(aside, failed);  // of a first start that was cut off
        TRY(make_keys(aside));
        TRY(sync_folder(aside));
        std::filesystem::rename(aside, folder, failed);
        if (failed)
            return world_error("cannot put the keys in place").at(folder.string()).coded("system");
        TRY(sync_folder(data));
    }
    return read_keys(folder);
}

}  // namespace exhibit::guard
