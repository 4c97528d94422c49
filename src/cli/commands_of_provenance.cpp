// exhibit provenance …: manifests in and beside files.
#include "cli/command_line.hpp"

namespace exhibit::cli {
namespace {

void add_trust(CLI::App& to, TrustChoice& trust) {
    add_repeated(to, "--trust", trust.signers, "PEM: anchors of signers you believe");
    add_repeated(to, "--trust-stamps", trust.stamps, "PEM: anchors of time-stamp authorities");
    add_repeated(to, "--know", trust.know, "PEM: certificates of signers you know yourself");
    to.add_option("--at", trust.at, "judge as of this time, e.g. 2026-11-23T00:00:00.000Z");
}

void add_signer(CLI::App& to, SignerChoice& signer) {
    to.add_option("--signer", signer.folder, "folder with your signing key and its chain");
    to.add_option("--key", signer.key, "the signing key: PEM, plain or inside age");
    to.add_option("--chain", signer.chain, "PEM: its certificate and those above it");
}

void add_from_to(CLI::App& to, std::string& from, std::string& copy) {
    to.add_option("file", from, "the file; it stays as it is")->required();
    to.add_option("copy", copy, "what is written; must not be there yet");
}

// sign, update, redact: what writes a copy.
void add_copies(CLI::App& provenance, Words& w, Offer const& offer) {
    auto& all = w.provenance;
    auto const add_writing = [&](char const* name, char const* line, char const* example,
                                 ProvenanceSign& to) {
        auto* const writing = add(provenance, name, line, example);
        add_from_to(*writing, to.from, to.to);
        add_signer(*writing, to.signer);
        add_repeated(*writing, "--fact", to.facts, "NAME=VALUE that the copy discloses");
        add_repeated(*writing, "--withhold", to.withhold,
                     "a fact, by name or label, that the copy no longer says");
        writing->add_option("--reason", to.reason,
                            "why: personal, invalid, trade-secret or confidential");
        writing->add_flag("--with-thumbnails", to.thumbnails,
                          "carry pictures along that the original's manifests hold");
        writing->add_flag("--acknowledge", to.acknowledge,
                          "go on although the original's own manifest does not hold");
        return writing;
    };
    auto* command = add_writing("sign", "Make a copy that carries a signed manifest",
                                "Example:  exhibit provenance sign --signer ~/signing --fact "
                                "region=\"north gate\" gate.mp4 gate-signed.mp4\n          exhibit "
                                "provenance sign --signer ~/signing --original gate.mp4 --did "
                                "\"filtered:faces blurred\" blurred.mp4 out.mp4",
                                all.sign);
    command->add_option("--original", all.sign.original, "what the file was made from");
    add_repeated(*command, "--did", all.sign.did,
                 "what was done to it, e.g. \"filtered:faces blurred\"");
    add_repeated(*command, "--disclose", all.sign.disclose,
                 "names of facts that the witness sealed: original, time, place, …");
    command->add_option("--disclosures", all.sign.disclosures, "NNNN.disclosures.json of the seal");
    command->add_option("--title", all.sign.title, "a title for readers");
    command->add_flag("--created", all.sign.created, "the signer made this recording");
    command->add_flag("--beside", all.sign.beside, "write a .c2pa beside the file instead");
    offer.plain(command, [&](Terminal& t) {
        return run_provenance_sign(w.globals, all.sign, all.trust, false, t);
    });
    command = add_writing("update", "Add facts to a signed file, or take some away",
                          "Example:  exhibit provenance update --signer ~/signing --fact "
                          "time=2020-10-12 a.jpg b.jpg",
                          all.update);
    offer.plain(command, [&](Terminal& t) {
        return run_provenance_sign(w.globals, all.update, all.trust, true, t);
    });
    command = add_writing("redact", "Make a copy of a signed file that says less",
                          "Example:  exhibit provenance redact --signer ~/signing --withhold "
                          "place a.mp4 b.mp4",
                          all.redact);
    offer.plain(command, [&](Terminal& t) {
        return run_provenance_sign(w.globals, all.redact, all.trust, true, t);
    });
}

}  // namespace

void add_commands_of_provenance(CLI::App& app, Words& w, Offer const& offer) {
    auto& all = w.provenance;
    auto* const provenance =
        add(app, "provenance", "Show what a file says of its origin; sign copies, withhold facts",
            "Example:  exhibit provenance --trust anchors.pem gate.mp4");
    provenance->require_subcommand(0, 1);
    provenance->add_option("file", all.show.file, "photo, video, sound, or a .c2pa");
    provenance->add_option("--sidecar", all.show.sidecar,
                           "the manifest store that belongs to the file");
    add_repeated(*provenance, "--fragment", all.show.fragments,
                 "a fragment of the video; may be repeated");
    add_trust(*provenance, all.trust);
    offer.plain(provenance, [&, provenance](Terminal& t) {
        all.show.trust = all.trust;
        return run_provenance(w.globals, all.show, t);
    });

    auto* command = add(*provenance, "key", "Make a signing key, and the root that others trust",
                        "Example:  exhibit provenance key ~/signing --name \"Example Newsroom\"");
    command->add_option("folder", all.key.folder, "folder to make")->required();
    command->add_option("--name", all.key.name, "your name as readers will see it")->required();
    command->add_option("--organisation", all.key.organisation, "and of whom");
    command->add_option("--kind", all.key.kind, "es256, es384, es512 or ed25519");
    command->add_option("--years", all.key.years, "how long the key may sign");
    command->add_option("--root", all.key.root, "an older folder, whose root vouches for this too");
    offer.plain(command, [&](Terminal& t) { return run_provenance_key(w.globals, all.key, t); });

    add_copies(*provenance, w, offer);
    command = add(*provenance, "stamp", "Add a time stamp to what was signed without one",
                  "Example:  exhibit provenance stamp gate.mp4 --ask query.tsq");
    add_from_to(*command, all.stamp.from, all.stamp.to);
    add_signer(*command, all.stamp.signer);
    command->add_option("--ask", all.stamp.ask, "write the question to an authority here");
    command->add_option("--token", all.stamp.token, "what the authority answered");
    offer.plain(command, [&](Terminal& t) {
        return run_provenance_stamp(w.globals, all.stamp, all.trust, t);
    });
}

}  // namespace exhibit::cli
