// The command line as CLI11 reads it: each group of commands in a file of its own, because that
// library costs a quarter of a minute of compile time. Only main.cpp and the commands_of_X.cpp see
// it.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"

namespace exhibit::cli {

using Run = std::function<Outcome(Terminal&)>;

// How a command becomes the one that is run.
struct Offer {
    std::function<void(CLI::App*, Run)> plain;
    // For commands that talk to guardians: one clear error when the proxy is not there, before
    // anything is asked or begun.
    std::function<void(CLI::App*, Run)> online;
};

// What was typed, for every command.
struct Words {
    Globals globals;
    GuardServe serve;
    GuardInvite invite;
    GuardOrder order;
    Init init;
    Rekey rekey;
    Seal seal;
    Send send;
    CheckInCommand check_in;
    Pause pause;
    PolicyCommand policy;
    Status status;
    Remind remind;
    ReleaseCommand release;
    Publish publish;
    std::vector<std::string> publish_words;
    Open open;
    Verify verify;
    Disclose disclose;
    KnownCommand known;
    CustodyCommand custody;
    ReaderCommand reader;
    ContactsCommand contacts;
    DeviceLostCommand device_lost;
    Travel travel;
    Return come_back;
    Drill drill;
    struct {
        Provenance show;
        ProvenanceKey key;
        ProvenanceSign sign, update, redact;
        ProvenanceStamp stamp;
        TrustChoice trust;
    } provenance;
};

CLI::App* add(CLI::App& to, char const* name, char const* line, char const* example);
// An option that may be given several times, each time with one value: what follows is a file.
void add_repeated(CLI::App& to, char const* name, std::vector<std::string>& values,
                  char const* line);

void add_commands_of_guardian(CLI::App& app, Words& w, Offer const& offer);
void add_commands_of_witness(CLI::App& app, Words& w, Offer const& offer);
void add_commands_of_release(CLI::App& app, Words& w, Offer const& offer);
void add_commands_of_provenance(CLI::App& app, Words& w, Offer const& offer);

}  // namespace exhibit::cli
