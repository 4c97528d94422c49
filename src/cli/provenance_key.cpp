// exhibit provenance key: a publisher's signing key, and the root that others put on their list.
#include "cli/cli.hpp"

namespace exhibit::cli {
namespace {

Result<KeyKind> kind_of(std::string const& name) {
    if (name == "es256") return KeyKind::p256;
    if (name == "es384") return KeyKind::p384;
    if (name == "es512") return KeyKind::p521;
    if (name == "ed25519") return KeyKind::ed25519;
    return wrong_use("is no kind of key").at(name).hint("es256, es384, es512 or ed25519");
}

std::string fingerprint(Certificate const& certificate) {
    return to_hex(sha256(certificate.der()));
}

}  // namespace

Outcome run_provenance_key(Globals const& globals, ProvenanceKey const& arguments,
                           Terminal& terminal) {
    release::SignerPlan plan;
    plan.name = arguments.name;
    plan.organisation = arguments.organisation;
    plan.kind = TRY(kind_of(arguments.kind));
    plan.years = arguments.years;
    if (plan.years == 0 || plan.years > 15)
        return wrong_use("a key lasts 1 to 15 years").at(std::to_string(plan.years));
    if (is_there(arguments.folder))
        return wrong_use("there is already something there").at(arguments.folder).coded("exists");
    std::optional<Path> root;
    if (!arguments.root.empty()) root = arguments.root;
    auto const passphrase =
        TRY(terminal.passphrase(globals.passphrase_fd,
                                root ? "Passphrase of the root key (the new key gets the same):"
                                     : "Choose a passphrase for signing (a sentence is best):",
                                root ? Terminal::Secrecy::known : Terminal::Secrecy::fresh));
    SystemRandom random;
    Path const folder = arguments.folder;
    auto const leaf = TRY(release::make_signer(folder, plan, root, passphrase, wall_now(), random));
    auto const text = TRY(read_text_file(folder / release::root_file, 1 << 16));
    auto const anchor = TRY(Certificate::from_pem(text));
    auto const end = leaf.not_after();
    terminal.say("The signing key of \"" + plan.name + "\" is in " + folder.string() + ".\n" +
                 "  " + release::root_file +
                 "      give this to readers: with it on their list, your copies "
                 "carry your name\n" +
                 "                SHA-256 of it: " + fingerprint(anchor.front()) + "\n" + "  " +
                 release::root_key_file +
                 "  makes the next key: keep it on a stick in a drawer, not "
                 "here\n" +
                 "  " + release::signer_key_file + "       signs until " +
                 (end ? show_time(*end) : std::string("?")) +
                 "; what you sign holds longer only with a time stamp");
    terminal.say("Next:  exhibit provenance sign --signer " + folder.string() + " FILE COPY");
    terminal.result({{"folder", folder.string()},
                     {"name", plan.name},
                     {"root_sha256", fingerprint(anchor.front())},
                     {"until", end ? write_time(*end) : ""}});
    return {};
}

}  // namespace exhibit::cli
