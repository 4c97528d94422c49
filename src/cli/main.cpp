// exhibit: parses the command line and calls one command. The only file that sees CLI11 (it costs a
// minute of compile time). Everything with a lifetime is made here: terminal, signal handling,
// locked memory.
#include <CLI/CLI.hpp>

#include <algorithm>

#include "cli/cli.hpp"
#include "net/proxy.hpp"
#include "seal/wipe.hpp"

using namespace exhibit;
using namespace exhibit::cli;

namespace {

constexpr char const* footer_of(std::string_view command) {
    struct Example {
        std::string_view command;
        char const* text;
    };
    constexpr Example examples[] = {
        {"serve",
         "Example:  exhibit guard serve --data ~/guardian --listen 0.0.0.0:7443 --name ana "
         "--public-address ana.example:7443"},
        {"invite", "Example:  exhibit guard invite --data ~/guardian --quota 50G"},
        {"init",
         "Example:  exhibit init gate-4 --guardians invitations.txt --every 72h --grace 48h"},
        {"seal",
         "Example:  exhibit seal /media/card/DCIM\n          arecord -f cd | exhibit seal --name "
         "market.wav -"},
        {"send", "Example:  exhibit send"},
        {"checkin",
         "Example:  exhibit checkin\n          exhibit checkin --every 7d      (a longer interval, "
         "ahead of a trip)"},
        {"status", "Example:  exhibit status --json"},
        {"remind", "Example:  exhibit remind --ics reminder.ics"},
        {"release", "Example:  exhibit release"},
        {"publish",
         "Example:  exhibit publish gate-4 out/\n          exhibit publish --from ana.example "
         "--case 7q4k... out/"},
        {"open", "Example:  exhibit open --shares a.txt b.txt --case-key case-key.age 0001.age"},
        {"verify", "Example:  exhibit verify out/\n          exhibit verify --explain out/"},
        {"disclose",
         "Example:  exhibit disclose out/ --exhibit 1 --show day --show 10km --time 1:05-1:20 "
         "shown/"},
        {"known", "Example:  exhibit known add guardian keys/guardian-3fa….pem ana"},
        {"provenance", "Example:  exhibit provenance --trust anchors.pem gate.mp4"},
        {"contacts", "Example:  exhibit contacts people.txt"},
        {"leftovers", "Example:  exhibit leftovers"},
        {"device-lost", "Example:  exhibit device-lost --since 3h"},
        {"travel", "Example:  exhibit travel"},
        {"return", "Example:  exhibit return ana.example bruno.example:7444"},
        {"key", "Example:  exhibit provenance key ~/signing --name \"Example Newsroom\""},
        {"sign",
         "Example:  exhibit provenance sign --signer ~/signing --fact region=\"north gate\" "
         "gate.mp4 gate-signed.mp4\n          exhibit provenance sign --signer ~/signing "
         "--original gate.mp4 --did \"filtered:faces blurred\" blurred.mp4 out.mp4"},
        {"update",
         "Example:  exhibit provenance update --signer ~/signing --fact time=2020-10-12 a.jpg "
         "b.jpg"},
        {"redact",
         "Example:  exhibit provenance redact --signer ~/signing --withhold place a.mp4 b.mp4"},
        {"stamp", "Example:  exhibit provenance stamp gate.mp4 --ask query.tsq"},
        {"drill", "Example:  exhibit drill --guardians more-invitations.txt"},
    };
    for (auto const& example : examples) {
        if (example.command == command) return example.text;
    }
    return "";
}

CLI::App* add(CLI::App& to, char const* name, char const* line) {
    auto* const command = to.add_subcommand(name, line);
    command->footer(footer_of(name));
    command->fallthrough();
    return command;
}

// The command that was likely meant, for a typing error.
std::string nearest(CLI::App const& app, std::string const& typed) {
    std::string best;
    std::size_t least = 3;
    for (auto const* command : app.get_subcommands([](CLI::App const*) { return true; })) {
        auto const& name = command->get_name();
        std::vector<std::size_t> row(name.size() + 1);
        for (std::size_t j = 0; j <= name.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= typed.size(); ++i) {
            auto corner = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= name.size(); ++j) {
                auto const above = row[j];
                row[j] =
                    std::min({row[j] + 1, row[j - 1] + 1, corner + (typed[i - 1] != name[j - 1])});
                corner = above;
            }
        }
        if (row.back() < least) {
            least = row.back();
            best = name;
        }
    }
    return best;
}

// The first word that is neither an option nor an option's value.
std::string command_word(int argc, char** argv) {
    constexpr std::string_view with_value[] = {"--dir", "--case", "--passphrase-fd", "--proxy",
                                               "--sentence-fd"};
    for (int i = 1; i < argc; ++i) {
        std::string_view const word = argv[i];
        if (std::ranges::find(with_value, word) != std::end(with_value))
            ++i;
        else if (!word.starts_with("-"))
            return std::string(word);
    }
    return {};
}

using Run = std::function<Outcome(Terminal&)>;
using Choose = std::function<void(CLI::App*, Run)>;

struct ProvenanceCommands {
    Provenance show;
    ProvenanceKey key;
    ProvenanceSign sign, update, redact;
    ProvenanceStamp stamp;
    TrustChoice trust;
};

// An option that may be given several times, each time with one value: what follows is a file.
void add_repeated(CLI::App& to, char const* name, std::vector<std::string>& values,
                  char const* line) {
    to.add_option(name, values, line)->allow_extra_args(false);
}

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

void add_verify(CLI::App& app, Verify& verify, Globals const& globals, Choose const& choose) {
    auto* const command = add(app, "verify", "Check a release, and say what is not proven");
    command
        ->add_option("paths", verify.paths,
                     "release folders, originals, NNNN.age, NNNN.sd-jwt, disclosures")
        ->required();
    command->add_flag("--full", verify.full,
                      "also the block tree and the torrent's root of every original");
    command->add_option("--key", verify.key, "age key file: also what is inside NNNN.age");
    command->add_flag("--explain", verify.explain, "say what the words mean");
    command->add_flag("--expert", verify.expert, "say how each thing is established");
    command->add_option("--known", verify.known, "your list of known keys (exhibit known)");
    add_repeated(*command, "--trust-stamps", verify.trust_stamps,
                 "PEM: roots of time-stamp authorities you believe");
    command->add_option("--blocks", verify.blocks,
                        "blocks of Bitcoin you know: a height and a hash a line");
    command->add_option("--headers", verify.headers,
                        "headers of Bitcoin from a block of that list on, 80 bytes each");
    choose(command, [&](Terminal& t) { return run_verify(globals, verify, t); });
}

void add_disclose(CLI::App& app, Disclose& disclose, Globals const& globals, Choose const& choose) {
    auto* const command =
        add(app, "disclose", "Show some facts and parts of an exhibit, and keep the rest");
    command->add_option("source", disclose.source, "a release folder, or an original")->required();
    command->add_option("out", disclose.out, "folder to write; not with --list");
    command->add_option("--exhibit", disclose.exhibit, "number of the exhibit in the release");
    command->add_flag("--list", disclose.list, "say which facts there are");
    add_repeated(*command, "--show", disclose.show, "a fact to show, e.g. day, 10km, name");
    add_repeated(*command, "--bytes", disclose.bytes, "bytes to show, e.g. 0-65536");
    add_repeated(*command, "--time", disclose.times, "a part to show, e.g. 1:05-1:20");
    command->add_flag("--with-index", disclose.with_index,
                      "also what a player needs; it may tell time and place");
    command->add_flag("--without-papers", disclose.without_papers,
                      "no policy, certificates, receipts, logs");
    command->add_option("--statement", disclose.statement, "NNNN.sd-jwt of the original");
    command->add_option("--facts", disclose.facts_file, "NNNN.disclosures.json of the original");
    choose(command, [&](Terminal& t) { return run_disclose(globals, disclose, t); });
}

void add_known(CLI::App& app, KnownCommand& known, Globals const& globals, Choose const& choose) {
    auto* const list = add(app, "known", "Keep a list of witnesses' and guardians' keys you know");
    list->require_subcommand(0, 1);
    list->add_option("--file", known.file, "the list, if not the usual one");
    choose(list, [&](Terminal& t) { return run_known_list(globals, known, t); });
    auto* command = add(*list, "add", "Write down whose key it is");
    command->add_option("role", known.role, "witness or guardian")->required();
    command->add_option("key", known.key, "64 hex digits, or a PEM file")->required();
    command->add_option("name", known.name, "what you call them")->required();
    choose(command, [&](Terminal& t) { return run_known_add(globals, known, t); });
    command = add(*list, "remove", "Strike a key from the list");
    command->add_option("key", known.removed, "64 hex digits, or a PEM file")->required();
    choose(command, [&](Terminal& t) { return run_known_remove(globals, known, t); });
}

void add_provenance(CLI::App& app, ProvenanceCommands& all, Globals const& globals,
                    Choose const& choose) {
    auto* const provenance =
        add(app, "provenance", "Show what a file says of its origin; sign copies, withhold facts");
    provenance->require_subcommand(0, 1);
    provenance->add_option("file", all.show.file, "photo, video, sound, or a .c2pa");
    provenance->add_option("--sidecar", all.show.sidecar,
                           "the manifest store that belongs to the file");
    add_repeated(*provenance, "--fragment", all.show.fragments,
                 "a fragment of the video; may be repeated");
    add_trust(*provenance, all.trust);
    choose(provenance, [&, provenance](Terminal& t) {
        all.show.trust = all.trust;
        return run_provenance(globals, all.show, t);
    });

    auto* command = add(*provenance, "key", "Make a signing key, and the root that others trust");
    command->add_option("folder", all.key.folder, "folder to make")->required();
    command->add_option("--name", all.key.name, "your name as readers will see it")->required();
    command->add_option("--organisation", all.key.organisation, "and of whom");
    command->add_option("--kind", all.key.kind, "es256, es384, es512 or ed25519");
    command->add_option("--years", all.key.years, "how long the key may sign");
    command->add_option("--root", all.key.root, "an older folder, whose root vouches for this too");
    choose(command, [&](Terminal& t) { return run_provenance_key(globals, all.key, t); });

    auto const add_writing = [&](char const* name, char const* line, ProvenanceSign& to) {
        auto* const writing = add(*provenance, name, line);
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
    command = add_writing("sign", "Make a copy that carries a signed manifest", all.sign);
    command->add_option("--original", all.sign.original, "what the file was made from");
    add_repeated(*command, "--did", all.sign.did,
                 "what was done to it, e.g. \"filtered:faces blurred\"");
    add_repeated(*command, "--disclose", all.sign.disclose,
                 "names of facts that the witness sealed: original, time, place, …");
    command->add_option("--disclosures", all.sign.disclosures, "NNNN.disclosures.json of the seal");
    command->add_option("--title", all.sign.title, "a title for readers");
    command->add_flag("--created", all.sign.created, "the signer made this recording");
    command->add_flag("--beside", all.sign.beside, "write a .c2pa beside the file instead");
    choose(command, [&](Terminal& t) {
        return run_provenance_sign(globals, all.sign, all.trust, false, t);
    });
    command = add_writing("update", "Add facts to a signed file, or take some away", all.update);
    choose(command, [&](Terminal& t) {
        return run_provenance_sign(globals, all.update, all.trust, true, t);
    });
    command = add_writing("redact", "Make a copy of a signed file that says less", all.redact);
    choose(command, [&](Terminal& t) {
        return run_provenance_sign(globals, all.redact, all.trust, true, t);
    });
    command = add(*provenance, "stamp", "Add a time stamp to what was signed without one");
    add_from_to(*command, all.stamp.from, all.stamp.to);
    add_signer(*command, all.stamp.signer);
    command->add_option("--ask", all.stamp.ask, "write the question to an authority here");
    command->add_option("--token", all.stamp.token, "what the authority answered");
    choose(command,
           [&](Terminal& t) { return run_provenance_stamp(globals, all.stamp, all.trust, t); });
}

int run(int argc, char** argv) {
    CLI::App app("Exhibit: evidence that outlives the person who filmed it", "exhibit");
    app.set_version_flag("--version", "exhibit " EXHIBIT_VERSION);
    app.require_subcommand(0, 1);
    Globals globals;
    std::string dir;
    app.add_option("--dir", dir, "where cases lie (a memory stick, a test)");
    app.add_option("--case", globals.case_name, "which case; may be left out while there is one");
    app.add_flag("--json", globals.json, "one JSON object on standard output, for programs");
    app.add_option("--passphrase-fd", globals.passphrase_fd,
                   "read the passphrase from this file descriptor");
    app.add_option("--proxy", globals.proxy,
                   "SOCKS5 proxy for every connection, e.g. socks5://127.0.0.1:9050 (Tor)")
        ->envname("EXHIBIT_PROXY");

    std::optional<Run> chosen;
    Choose const choose = [&](CLI::App* command, Run what) {
        command->callback([&chosen, what = std::move(what)] {
            if (!chosen) chosen = what;  // a command below another is called first
        });
    };
    // For commands that talk to guardians: one clear error when the proxy is not there, before
    // anything is asked or begun.
    auto const choose_online = [&](CLI::App* command, std::function<Outcome(Terminal&)> what) {
        choose(command, [&globals, what = std::move(what)](Terminal& t) -> Outcome {
            if (!globals.proxy.empty()) TRY(check_socks_proxy(globals.proxy));
            return what(t);
        });
    };

    auto* const guard = app.add_subcommand("guard", "Be a guardian: serve, invite, explain");
    guard->require_subcommand(1);
    guard->fallthrough();
    GuardServe serve;
    auto* command = add(*guard, "serve", "Run a guardian");
    command->add_option("--data", serve.data, "folder of this guardian")->required();
    command->add_option("--listen", serve.listen, "address and port to listen on");
    command->add_option("--name", serve.name, "what witnesses call this guardian");
    command->add_option("--public-address", serve.public_address,
                        "address that goes into invitations");
    command->add_flag("--host-releases", serve.host_releases,
                      "publish released cases and serve them");
    command->add_option("--smtp", serve.smtp,
                        "mail relay for warnings, e.g. smtp://mail.example:587");
    command->add_option("--smtp-user", serve.smtp_user, "login there");
    command->add_option("--smtp-password-file", serve.smtp_password_file,
                        "file with its password, readable by you only");
    command->add_option("--smtp-ca", serve.smtp_ca, "PEM: authorities for the relay");
    command->add_option("--mail-from", serve.mail_from, "sender of the warnings");
    command->add_option("--web-ca", serve.web_ca, "PEM: authorities for web hooks");
    command->add_flag("--private-hooks", serve.private_hooks,
                      "web hooks may lead into private networks");
    command->add_option("--messages", serve.messages, "folder of texts in other languages");
    command->add_option("--time", serve.time,
                        "file that says whom to ask for time stamps; nobody without it");
    choose(command, [&](Terminal& t) { return run_guard_serve(globals, serve, t); });
    GuardInvite invite;
    command = add(*guard, "invite", "Make an invitation for one witness");
    command->add_option("--data", invite.data, "folder of this guardian")->required();
    command->add_option("--quota", invite.quota, "how much this witness may store");
    command->add_option("--days", invite.days, "how long the invitation can be used");
    choose(command, [&](Terminal& t) { return run_guard_invite(globals, invite, t); });
    command = add(*guard, "explain", "What a guardian may be asked, and what to answer");
    choose(command, [&](Terminal& t) { return run_guard_explain(t); });

    Init init;
    command = add(app, "init", "Begin a case with your guardians");
    command->add_option("name", init.name, "what you call the case")->required();
    command->add_option("--guardians", init.guardians, "file with one invitation a line")
        ->required();
    command->add_option("--every", init.every, "how often you will check in");
    command->add_option("--grace", init.grace, "how long contacts are warned before a release");
    command->add_option("--audience", init.audience,
                        "named, staged or public (asked for when left out)");
    command->add_option("--to", init.to, "age1... of a lawyer or newsroom; may be repeated");
    command->add_option("--public-after", init.public_after, "staged: when the public follows");
    command->add_option("--paper", init.paper, "how many shares to print on paper");
    command->add_option("--cards", init.cards, "folder for the share cards to print");
    command->add_option("--contacts", init.contacts, "file of people to warn in the grace period");
    command->add_option("--k", init.k, "shares that open");
    command->add_option("--q", init.q, "votes that release");
    command->add_option("--f", init.f, "guardians that may be dead or dishonest");
    command->add_flag("--trust-every-guardian", init.trust_every_guardian,
                      "accept that none may be dishonest");
    command->add_flag("--drill", init.drill,
                      "a rehearsal: marked everywhere, times may be seconds");
    choose_online(command, [&](Terminal& t) { return run_init(globals, init, t); });

    Seal seal;
    command = add(app, "seal", "Encrypt footage to a key that is not on this device");
    command->add_option("paths", seal.paths, "files, folders, or - for a pipe")->required();
    command->add_option("--name", seal.name, "what a recording from a pipe is called");
    command->add_option("--note", seal.note, "a note that is sealed with it");
    command->add_option("--time", seal.time, "when it was filmed, in your words");
    command->add_option("--place", seal.place, "where it was filmed, e.g. 43.82,87.61");
    command->add_option("--from", seal.from,
                        "where it came from, if not filmed with this device: a card, a person");
    command->add_option("--reader", seal.readers, "age1... of somebody who may open it at once");
    choose(command, [&](Terminal& t) { return run_seal(globals, seal, t); });

    Send send;
    command = add(app, "send", "Send sealed exhibits to the guardians");
    command->add_option("--to", send.to, "which guardian to send to first");
    command->add_option("--rate", send.rate,
                        "bytes a second at most, e.g. 500k: quieter on a watched line");
    command->add_flag("--no-wait", send.no_wait,
                      "end with the first receipt; the others copy by themselves");
    choose_online(command, [&](Terminal& t) { return run_send(globals, send, t); });

    CheckInCommand check_in;
    command = add(app, "checkin", "Give your sign of life");
    command->add_option("--every", check_in.every, "a new interval from here on");
    command->add_option("--grace", check_in.grace, "a new grace from here on");
    choose_online(command, [&](Terminal& t) { return run_check_in(globals, check_in, t); });

    Status status;
    command = add(app, "status", "Show what the guardians say");
    choose_online(command, [&](Terminal& t) { return run_status(globals, status, t); });

    Remind remind;
    command = add(app, "remind", "Write a calendar file for the next check-in");
    command->add_option("--ics", remind.ics, "file to write")->expected(0, 1);
    choose(command, [&](Terminal& t) { return run_remind(globals, remind, t); });

    ReleaseCommand release;
    command = add(app, "release", "Release now, for good");
    command->add_flag("--yes", release.yes, "do not ask for the case name");
    choose_online(command, [&](Terminal& t) { return run_release(globals, release, t); });

    Publish publish;
    std::vector<std::string> publish_words;
    command = add(app, "publish", "Build the release folder of a released case");
    command->add_option("words", publish_words, "[CASE] FOLDER")->required()->expected(1, 2);
    command->add_option("--from", publish.from, "address of any guardian");
    command->add_option("--case-id", publish.case_id, "the case's id, with --from (or --case)");
    command->add_option("--key", publish.key, "age key file of a named reader");
    choose_online(command, [&](Terminal& t) {
        publish.out = publish_words.back();
        if (publish_words.size() == 2) publish.name = publish_words.front();
        if (publish.case_id.empty()) publish.case_id = globals.case_name;
        return run_publish(globals, publish, t);
    });

    Open open;
    command = add(app, "open", "Open exhibits with shares or a key");
    command->add_option("files", open.files, "NNNN.age")->required();
    command->add_option("--shares", open.shares, "files with the words of one share each")
        ->expected(1, 16);
    command->add_option("--case-key", open.case_key, "case-key.age, which the shares open");
    command->add_option("--key", open.key, "an age key file");
    command->add_option("--recipient", open.recipient,
                        "age1... of the case, to check the key against");
    command->add_option("--out", open.out, "folder to write to");
    choose(command, [&](Terminal& t) { return run_open(globals, open, t); });

    Verify verify;
    add_verify(app, verify, globals, choose);

    Disclose disclose;
    add_disclose(app, disclose, globals, choose);
    KnownCommand known;
    add_known(app, known, globals, choose);

    CustodyCommand custody;
    command = add(app, "custody", "Show what happened to the exhibits, and by whose word");
    command->add_option("what", custody.what, "release folder, or a case on this device");
    command->add_option("--csv", custody.csv, "also as a table for spreadsheets; - for here");
    command->add_option("--premis", custody.premis, "also as PREMIS 3 XML, for archives");
    command->add_option("--case-uco", custody.case_uco, "also as CASE/UCO JSON-LD, for forensics");
    choose(command, [&](Terminal& t) { return run_custody(globals, custody, t); });

    ProvenanceCommands provenance;
    add_provenance(app, provenance, globals, choose);

    ContactsCommand contacts;
    command = add(app, "contacts", "Say whom the guardians warn before a release");
    command->add_option("file", contacts.file, "the list; without it, what the guardians hold");
    choose_online(command, [&](Terminal& t) { return run_contacts(globals, contacts, t); });

    command = add(app, "leftovers", "List what here tells of Exhibit, and what cannot be seen");
    choose(command, [&](Terminal& t) { return run_leftovers(globals, t); });

    DeviceLostCommand device_lost;
    command = add(app, "device-lost", "Shut out a device that was lost, from another one");
    command->add_option("--since", device_lost.since,
                        "when it was lost: 3h (ago) or 2026-11-24T10:00:00.000Z; else now");
    choose_online(command, [&](Terminal& t) { return run_device_lost(globals, device_lost, t); });

    Travel travel;
    command = add(app, "travel", "Leave the case with the guardians and remove it from here");
    command->add_flag("--decoy", travel.decoy,
                      "also a second sentence, which opens a decoy for your other passphrase");
    command->add_option("--sentence-fd", globals.sentence_fd,
                        "read the seven words (dice) from this file descriptor");
    choose_online(command, [&](Terminal& t) { return run_travel(globals, travel, t); });

    Return come_back;
    command = add(app, "return", "Fetch the case with an address and the seven words");
    command->add_option("addresses", come_back.addresses, "of one guardian or more")->required();
    command->add_option("--as", come_back.as, "call the case so here");
    command->add_option("--sentence-fd", globals.sentence_fd,
                        "read the seven words from this file descriptor");
    choose_online(command, [&](Terminal& t) { return run_return(globals, come_back, t); });

    Drill drill;
    command = add(app, "drill", "Rehearse a whole release with a dummy case");
    command->add_option("--guardians", drill.guardians, "file with one spare invitation a line")
        ->required();
    command->add_option("--every", drill.every, "interval of the rehearsal");
    command->add_option("--grace", drill.grace, "grace of the rehearsal");
    choose_online(command, [&](Terminal& t) { return run_drill(globals, drill, t); });

    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& problem) {
        if (problem.get_exit_code() == 0) return app.exit(problem);  // --help, --version
        Terminal terminal(globals.json);
        auto error = wrong_use(problem.what()).hint("exhibit --help");
        if (auto const typed = command_word(argc, argv); !typed.empty()) {
            auto const meant = nearest(app, typed);
            if (!meant.empty() && meant != typed)
                error.mend = "did you mean  exhibit " + meant + " ?";
            else if (!meant.empty())
                error.mend = "exhibit " + meant + " --help";
        }
        terminal.fail(error);
        terminal.finish();
        return static_cast<int>(Fault::usage);
    }
    globals.dir = dir;
    Terminal terminal(globals.json);
    auto const act = [&]() -> Outcome {
        if (!globals.proxy.empty()) globals.proxy = TRY(parse_socks_proxy(globals.proxy));
        // A `travel` that was killed: whatever is asked next, the removing comes first.
        TRY(seal::finish_wiping(cases_folder(globals)));
        return chosen ? (*chosen)(terminal) : run_story(globals, terminal);
    };
    auto const outcome = act();
    if (!outcome.ok()) terminal.fail(outcome.error());
    terminal.finish();
    if (outcome.ok()) return 0;
    return static_cast<int>(outcome.error().fault);
}

}  // namespace

int main(int argc, char** argv) {
    guard_process_memory();
    catch_interrupts();
    try {
        return run(argc, argv);
    } catch (std::bad_alloc const&) {
        std::fprintf(
            stderr,
            "exhibit: error: out of memory\nexhibit: safe: what was acknowledged is kept\n");
        return static_cast<int>(Fault::world);
    }
}
