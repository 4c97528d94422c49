// What the commands about manifests share: whom to believe, and with whose key to sign.
#include "cli/cli.hpp"

namespace exhibit::cli {
namespace {

constexpr std::size_t list_bytes_max = 8 << 20;

Result<std::vector<Certificate>> load_list(std::vector<std::string> const& files) {
    std::vector<Certificate> out;
    for (auto const& file : files) {
        auto const text = TRY(read_text_file(file, list_bytes_max));
        auto some = Certificate::from_pem(text);
        if (!some.ok()) return some.take_error().at(file);
        out.insert(out.end(), some->begin(), some->end());
    }
    return out;
}

}  // namespace

Result<Believed> load_trust(TrustChoice const& choice) {
    Believed out{{}, wall_now()};
    out.lists.signers = TRY(load_list(choice.signers));
    out.lists.timestampers = TRY(load_list(choice.stamps));
    out.lists.address_book = TRY(load_list(choice.know));
    if (!choice.at.empty()) out.now = TRY(parse_time(choice.at));
    return out;
}

Result<release::Signer> open_signer(Globals const& globals, SignerChoice const& choice,
                                    Terminal& terminal) {
    Path key = choice.key;
    Path chain = choice.chain;
    if (!choice.folder.empty()) {
        key = Path(choice.folder) / release::signer_key_file;
        chain = Path(choice.folder) / release::signer_chain_file;
    }
    if (key.empty() || chain.empty())
        return wrong_use("with whose key?")
            .hint(
                "--signer FOLDER, or --key FILE --chain FILE; make one:  exhibit provenance key "
                "FOLDER --name NAME")
            .coded("signer");
    for (auto const& file : {key, chain}) {
        if (!is_there(file)) return bad_input("is not there").at(file.string()).coded("not-found");
    }
    SecretBytes passphrase;
    auto const locked = TRY(release::needs_passphrase(key));
    if (locked) {
        passphrase = TRY(terminal.passphrase(
            globals.passphrase_fd, "Passphrase of the signing key:", Terminal::Secrecy::known));
    } else {
        terminal.warn("note: the signing key is not encrypted: whoever reads it can sign as you");
    }
    return release::Signer::open(key, chain, passphrase);
}

}  // namespace exhibit::cli
