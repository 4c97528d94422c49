// cli: one thin file per command. main.cpp and the commands_of_X.cpp parse the command line, fill
// one of the structs below and call run_X; run_X calls one step, and prints.
//
// A command ends with what is now true and what to do next. Errors have at most three lines: what
// happened, what is safe, what to do. Exit codes: the Fault of the error (base/result.hpp).
#pragma once

#include "cli/terminal.hpp"
#include "formats/c2pa/validate.hpp"
#include "release/signer.hpp"
#include "seal/case_folder.hpp"

namespace exhibit::cli {

// What every command can be told.
struct Globals {
    Path dir;               // where cases lie; empty: ${XDG_DATA_HOME:-~/.local/share}/exhibit
    std::string case_name;  // or $EXHIBIT_CASE; may be left out while there is one
    bool json = false;
    int passphrase_fd = -1;
    int sentence_fd = -1;
    std::string proxy;  // SOCKS5, e.g. Tor: host:port, empty for none
    std::shared_ptr<SecretBytes const> passphrase = {};  // asked for already (epochs.hpp)
};

struct GuardServe {
    std::string data, listen = "127.0.0.1:7443", name = "guardian", public_address, time;
    std::string spare = "256M";
    bool host_releases = false;
    std::string smtp, smtp_user, smtp_password_file, smtp_ca, mail_from, web_ca, messages;
    bool private_hooks = false;
};
struct GuardInvite {
    std::string data, quota = "50G";
    unsigned days = 14;
};
struct AudienceWish {
    std::string who;  // named, staged, public; empty: asked for
    std::string public_after = "30d";
    std::vector<std::string> to;
};
struct Init {
    std::string name, guardians, every = "72h", grace = "48h", cards, contacts;
    AudienceWish audience;
    unsigned paper = 0, k = 0, q = 0;
    int f = -1, duress_fd = -1;
    bool trust_every_guardian = false, drill = false;
};
struct Rekey {
    std::string guardians, cards;
    unsigned paper = 0;
    bool trust_every_guardian = false, no_duress = false;
    int duress_fd = -1;
    AudienceWish audience;
};
struct Seal {
    std::vector<std::string> paths, readers;
    std::string name, note, time, place, from;
    bool send = false;
};
struct Send {
    std::string to, rate;
    bool no_wait = false;
};
struct CheckInCommand {
    std::string every, grace;
};
struct Pause {
    std::string length;
};
struct PolicyCommand {
    AudienceWish audience;
    bool yes = false;
};
struct ReaderCommand {
    std::string key, from, case_id;
};
struct GuardOrder {
    std::string data, case_id;
    unsigned number = 1, days = 14;
    std::vector<std::string> words;
};
struct Status {};
struct Remind {
    std::string ics;
};
struct ReleaseCommand {
    bool yes = false;
};
struct Publish {
    std::string from, case_id, out, key, name;
};
struct Open {
    std::vector<std::string> files, shares;
    std::string case_key, key, recipient, out = ".";
};
struct Verify {
    std::vector<std::string> paths, trust_stamps;
    std::string key, known, blocks, headers;
    bool full = false, explain = false, expert = false;
};
struct Disclose {
    std::string source, out, statement, facts_file;
    unsigned exhibit = 0;
    std::vector<std::string> show, bytes, times;
    bool list = false, with_index = false, without_papers = false;
};
struct KnownCommand {
    std::string file, role, key, name, removed;
};
struct CustodyCommand {
    std::string what, csv, premis, case_uco;
};
// Whom to believe, and as of when.
struct TrustChoice {
    std::vector<std::string> signers, stamps, know;
    std::string at;
};
struct Provenance {
    std::string file, sidecar;
    std::vector<std::string> fragments;
    TrustChoice trust;
};
// Whose key signs: a folder that `exhibit provenance key` made, or a key and its chain.
struct SignerChoice {
    std::string folder, key, chain;
};
struct ProvenanceKey {
    std::string folder, name, organisation, root, kind = "es256";
    unsigned years = 3;
};
struct ProvenanceSign {
    std::string from, to, original, title, disclosures, reason = "personal";
    std::vector<std::string> facts, disclose, did, withhold;
    bool created = false, beside = false, thumbnails = false, acknowledge = false;
    SignerChoice signer;
};
struct ProvenanceStamp {
    std::string from, to, ask, token;
    SignerChoice signer;
};
struct ContactsCommand {
    std::string file;
};
struct DeviceLostCommand {
    std::string since;
};
struct Travel {
    bool decoy = false;
};
struct Return {
    std::vector<std::string> addresses;
    std::string as;
};
struct Drill {
    std::string guardians, every = "20s", grace = "10s";
};

Outcome run_story(Globals const&, Terminal&);
Outcome run_guard_serve(Globals const&, GuardServe const&, Terminal&);
Outcome run_guard_invite(Globals const&, GuardInvite const&, Terminal&);
Outcome run_guard_explain(Terminal&);
Outcome run_rekey(Globals const&, Rekey const&, Terminal&);
Outcome run_init(Globals const&, Init const&, Terminal&);
Outcome run_seal(Globals const&, Seal const&, Terminal&);
Outcome run_send(Globals const&, Send const&, Terminal&);
Outcome run_check_in(Globals const&, CheckInCommand const&, Terminal&);
Outcome run_pause(Globals const&, Pause const&, Terminal&);
Outcome run_codes(Globals const&, Terminal&);
Outcome run_policy_show(Globals const&, Terminal&);
Outcome run_policy_change(Globals const&, PolicyCommand const&, Terminal&);
Outcome run_policy_cancel(Globals const&, PolicyCommand const&, Terminal&);
Outcome run_reader_new(ReaderCommand const&, Terminal&);
Outcome run_reader_opened(Globals const&, ReaderCommand const&, Terminal&);
Outcome run_guard_status(GuardOrder const&, Terminal&);
Outcome run_guard_hold(GuardOrder const&, Terminal&);
Outcome run_guard_code(GuardOrder const&, Terminal&);
Outcome run_guard_resign(GuardOrder const&, Terminal&);
Outcome run_status(Globals const&, Status const&, Terminal&);
Outcome run_remind(Globals const&, Remind const&, Terminal&);
Outcome run_release(Globals const&, ReleaseCommand const&, Terminal&);
Outcome run_publish(Globals const&, Publish const&, Terminal&);
Outcome run_open(Globals const&, Open const&, Terminal&);
Outcome run_verify(Globals const&, Verify const&, Terminal&);
Outcome run_custody(Globals const&, CustodyCommand const&, Terminal&);
Outcome run_disclose(Globals const&, Disclose const&, Terminal&);
Outcome run_known_list(Globals const&, KnownCommand const&, Terminal&);
Outcome run_known_add(Globals const&, KnownCommand const&, Terminal&);
Outcome run_known_remove(Globals const&, KnownCommand const&, Terminal&);
Outcome run_provenance(Globals const&, Provenance const&, Terminal&);
Outcome run_contacts(Globals const&, ContactsCommand const&, Terminal&);
Outcome run_device_lost(Globals const&, DeviceLostCommand const&, Terminal&);
Outcome run_leftovers(Globals const&, Terminal&);
Outcome run_travel(Globals const&, Travel const&, Terminal&);
Outcome run_return(Globals const&, Return const&, Terminal&);
Outcome run_provenance_key(Globals const&, ProvenanceKey const&, Terminal&);
// `revise`: facts are added to or withheld from a file that is signed already.
Outcome run_provenance_sign(Globals const&, ProvenanceSign const&, TrustChoice const&, bool revise,
                            Terminal&);
Outcome run_provenance_stamp(Globals const&, ProvenanceStamp const&, TrustChoice const&, Terminal&);
Outcome run_drill(Globals const&, Drill const&, Terminal&);

// Shared by the commands about manifests (provenance_trust.cpp).
struct Believed {
    x509::TrustLists lists;
    WallTime now;
    c2pa::Question question() const { return {lists, now}; }
};
Result<Believed> load_trust(TrustChoice const& choice);
Result<release::Signer> open_signer(Globals const& globals, SignerChoice const& choice,
                                    Terminal& terminal);

// Shared by the commands of a case (case_of.cpp).
Path cases_folder(Globals const& globals);
Path known_keys_file(Globals const& globals, std::string const& named);  // known.cpp
std::vector<std::string> case_names(Globals const& globals);
// The name that was meant; NAME~1 is the first epoch of NAME alone.
Result<std::string> chosen_case(Globals const& globals);
// Code "which-epoch" for a case that has several, and none was named.
Result<seal::CaseFolder> find_case(Globals const& globals);
// Looks for a newer state of a guardian's log, for what is sealed next (logs.cpp). Nothing is said
// when there is none: it is a proof more, not a need.
void remember_checkpoint(seal::CaseFolder const& folder, Globals const& globals);
// Of a new case, so that the very first exhibit can show what it is not older than: waits a moment.
void remember_first_checkpoint(Path const& folder, Globals const& globals);

}  // namespace exhibit::cli
