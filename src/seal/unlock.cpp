#include "seal/unlock.hpp"

#include "formats/age/age.hpp"

namespace exhibit::seal {
namespace {

constexpr std::size_t key_file_max = 16 * 1024;

}  // namespace

Result<OpenedKey> open_key_file(CaseFolder const& folder, SecretBytes const& passphrase) {
    std::optional<SecretBytes> found;
    std::string opened;
    for (auto const* name : {"witness-1.age", "witness-2.age"}) {
        auto const file = TRY(read_file(folder.path() / name, key_file_max));
        age::ScryptIdentity const identity(passphrase.clone(), age::log_n_written);
        auto pem = age::decrypt_secret(file, identity, key_file_max);
        if (pem.ok()) {
            found = pem.take();
            opened = name;
        } else if (std::string_view(pem.error().code) != "no-match") {
            return std::move(pem.take_error())
                .at(std::string(name))
                .still_safe("the guardians keep what they have");
        }
    }
    if (!found) {
        return wrong_use("this is not the passphrase of the case")
            .coded("passphrase")
            .still_safe("nothing was sent")
            .hint("try again; a forgotten passphrase is silence, and silence releases");
    }
    // reveal: parse_private_pem moves the seed into locked memory of its own.
    auto key = TRY(parse_private_pem(found->reveal()));
    return OpenedKey{std::move(opened), std::move(key)};
}

Result<SigningKey> unlock_witness_key(CaseFolder const& folder, SecretBytes const& passphrase) {
    auto opened = TRY(open_key_file(folder, passphrase));
    return std::move(opened.key);
}

}  // namespace exhibit::seal
