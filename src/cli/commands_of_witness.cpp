// The witness's commands: from the first invitation to the release.
#include "cli/command_line.hpp"
#include "cli/epochs.hpp"

namespace exhibit::cli {
namespace {

void add_audience(CLI::App& to, AudienceWish& wish) {
    to.add_option("--audience", wish.who, "named, staged or public (asked for when left out)");
    to.add_option("--to", wish.to, "key or reader's line of a lawyer or newsroom; may be repeated");
    to.add_option("--public-after", wish.public_after, "staged: when the public follows");
}

void add_init(CLI::App& app, Words& w, Offer const& offer) {
    auto* command = add(app, "init", "Begin a case with your guardians",
                        "Example:  exhibit init gate-4 --guardians invitations.txt --every 72h "
                        "--grace 48h");
    command->add_option("name", w.init.name, "what you call the case")->required();
    command->add_option("--guardians", w.init.guardians, "file with one invitation a line")
        ->required();
    command->add_option("--every", w.init.every, "how often you will check in");
    command->add_option("--grace", w.init.grace, "how long contacts are warned before a release");
    add_audience(*command, w.init.audience);
    command->add_option("--paper", w.init.paper, "how many shares to print on paper");
    command->add_option("--cards", w.init.cards, "folder for the share cards to print");
    command->add_option("--contacts", w.init.contacts,
                        "file of people to warn in the grace period");
    command->add_option("--duress-fd", w.init.duress_fd,
                        "read the passphrase for duress from this file descriptor");
    command->add_option("--k", w.init.k, "shares that open");
    command->add_option("--q", w.init.q, "votes that release");
    command->add_option("--f", w.init.f, "guardians that may be dead or dishonest");
    command->add_flag("--trust-every-guardian", w.init.trust_every_guardian,
                      "accept that none may be dishonest");
    command->add_flag("--drill", w.init.drill,
                      "a rehearsal: marked everywhere, times may be seconds");
    offer.online(command, [&w](Terminal& t) { return run_init(w.globals, w.init, t); });
}

void add_rekey(CLI::App& app, Words& w, Offer const& offer) {
    auto* const command = add(app, "rekey", "Another key and other guardians, for what comes",
                              "Example:  exhibit rekey --guardians new-invitations.txt");
    command->add_option("--guardians", w.rekey.guardians, "file with one invitation a line")
        ->required();
    add_audience(*command, w.rekey.audience);
    command->add_flag("--no-duress", w.rekey.no_duress, "there never was a passphrase for duress");
    command->add_option("--paper", w.rekey.paper, "how many shares to print on paper");
    command->add_option("--cards", w.rekey.cards, "folder for the share cards to print");
    command->add_option("--duress-fd", w.rekey.duress_fd,
                        "read the passphrase for duress from this file descriptor");
    command->add_flag("--trust-every-guardian", w.rekey.trust_every_guardian,
                      "accept that none may be dishonest");
    offer.online(command, [&w](Terminal& t) { return run_rekey(w.globals, w.rekey, t); });
}

void add_seal_and_send(CLI::App& app, Words& w, Offer const& offer) {
    auto* command =
        add(app, "seal", "Encrypt footage to a key that is not on this device",
            "Example:  exhibit seal /media/card/DCIM\n          arecord -f cd | exhibit "
            "seal --name market.wav -");
    command->add_option("paths", w.seal.paths, "files, folders, or - for a pipe")->required();
    command->add_option("--name", w.seal.name, "what a recording from a pipe is called");
    command->add_option("--note", w.seal.note, "a note that is sealed with it");
    command->add_option("--time", w.seal.time, "when it was filmed, in your words");
    command->add_option("--place", w.seal.place, "where it was filmed, e.g. 43.82,87.61");
    command->add_option("--from", w.seal.from,
                        "where it came from, if not filmed with this device: a card, a person");
    command->add_option("--reader", w.seal.readers, "age1... of somebody who may open it at once");
    offer.plain(command, [&w](Terminal& t) { return run_seal(w.globals, w.seal, t); });

    command = add(app, "send", "Send sealed exhibits to the guardians", "Example:  exhibit send");
    command->add_option("--to", w.send.to, "which guardian to send to first");
    command->add_option("--rate", w.send.rate,
                        "bytes a second at most, e.g. 500k: quieter on a watched line");
    command->add_flag("--no-wait", w.send.no_wait,
                      "end with the first receipt; the others copy by themselves");
    offer.online(command, [&w](Terminal& t) {
        return for_each_epoch(w.globals, t, false,
                              [&](Globals const& one) { return run_send(one, w.send, t); });
    });
}

void add_signs_of_life(CLI::App& app, Words& w, Offer const& offer) {
    auto* command = add(app, "checkin", "Give your sign of life",
                        "Example:  exhibit checkin\n          exhibit checkin --every 7d      (a "
                        "longer interval, ahead of a trip)");
    command->add_option("--every", w.check_in.every, "a new interval from here on");
    command->add_option("--grace", w.check_in.grace, "a new grace from here on");
    offer.online(command, [&w](Terminal& t) {
        return for_each_epoch(w.globals, t, true,
                              [&](Globals const& one) { return run_check_in(one, w.check_in, t); });
    });

    command = add(app, "status", "Show what the guardians say", "Example:  exhibit status --json");
    offer.online(command, [&w](Terminal& t) {
        return for_each_epoch(w.globals, t, false,
                              [&](Globals const& one) { return run_status(one, w.status, t); });
    });

    command = add(app, "remind", "Write a calendar file for the next check-in",
                  "Example:  exhibit remind --ics reminder.ics");
    command->add_option("--ics", w.remind.ics, "file to write")->expected(0, 1);
    offer.plain(command, [&w](Terminal& t) { return run_remind(w.globals, w.remind, t); });

    command =
        add(app, "pause", "Check in for longer, ahead of a trip", "Example:  exhibit pause 21d");
    command->add_option("length", w.pause.length, "until the next check-in, e.g. 21d")->required();
    offer.online(command, [&w](Terminal& t) {
        return for_each_epoch(w.globals, t, true,
                              [&](Globals const& one) { return run_pause(one, w.pause, t); });
    });

    command =
        add(app, "codes", "Make codes to tell a guardian by telephone", "Example:  exhibit codes");
    offer.plain(command, [&w](Terminal& t) { return run_codes(w.globals, t); });
    command = add(app, "contacts", "Say whom the guardians warn before a release",
                  "Example:  exhibit contacts people.txt");
    command->add_option("file", w.contacts.file, "the list; without it, what the guardians hold");
    offer.online(command, [&w](Terminal& t) { return run_contacts(w.globals, w.contacts, t); });
}

void add_policy(CLI::App& app, Words& w, Offer const& offer) {
    auto* const policy = add(app, "policy", "Show or change who gets it, or end the case",
                             "Example:  exhibit policy\n          exhibit policy change --audience "
                             "staged --to age1...");
    policy->require_subcommand(0, 1);
    offer.online(policy, [&w](Terminal& t) { return run_policy_show(w.globals, t); });
    auto* command = add(*policy, "change", "Change who gets it; guardians let it cool off",
                        "Example:  exhibit policy change --audience named --to age1...");
    add_audience(*command, w.policy.audience);
    offer.online(command, [&w](Terminal& t) { return run_policy_change(w.globals, w.policy, t); });
    command = add(*policy, "cancel", "End the case: nothing is released",
                  "Example:  exhibit policy cancel");
    command->add_flag("--yes", w.policy.yes, "do not ask for the case name");
    offer.online(command, [&w](Terminal& t) { return run_policy_cancel(w.globals, w.policy, t); });
}

void add_travel(CLI::App& app, Words& w, Offer const& offer) {
    auto* command = add(app, "travel", "Leave the case with the guardians and remove it from here",
                        "Example:  exhibit travel");
    command->add_flag("--decoy", w.travel.decoy,
                      "also a second sentence, which opens a decoy for your other passphrase");
    command->add_option("--sentence-fd", w.globals.sentence_fd,
                        "read the seven words (dice) from this file descriptor");
    offer.online(command, [&w](Terminal& t) { return run_travel(w.globals, w.travel, t); });

    command = add(app, "return", "Fetch the case with an address and the seven words",
                  "Example:  exhibit return ana.example bruno.example:7444");
    command->add_option("addresses", w.come_back.addresses, "of one guardian or more")->required();
    command->add_option("--as", w.come_back.as, "call the case so here");
    command->add_option("--sentence-fd", w.globals.sentence_fd,
                        "read the seven words from this file descriptor");
    offer.online(command, [&w](Terminal& t) { return run_return(w.globals, w.come_back, t); });
}

void add_device(CLI::App& app, Words& w, Offer const& offer) {
    auto* command =
        add(app, "leftovers", "List what here tells of Exhibit, and what cannot be seen",
            "Example:  exhibit leftovers");
    offer.plain(command, [&w](Terminal& t) { return run_leftovers(w.globals, t); });
    command = add(app, "device-lost", "Shut out a device that was lost, from another one",
                  "Example:  exhibit device-lost --since 3h");
    command->add_option("--since", w.device_lost.since,
                        "when it was lost: 3h (ago) or 2026-11-24T10:00:00.000Z; else now");
    offer.online(command,
                 [&w](Terminal& t) { return run_device_lost(w.globals, w.device_lost, t); });
}

void add_release_and_drill(CLI::App& app, Words& w, Offer const& offer) {
    auto* command = add(app, "release", "Release now, for good", "Example:  exhibit release");
    command->add_flag("--yes", w.release.yes, "do not ask for the case name");
    offer.online(command, [&w](Terminal& t) {
        return for_each_epoch(w.globals, t, true,
                              [&](Globals const& one) { return run_release(one, w.release, t); });
    });

    command = add(app, "drill", "Rehearse a whole release with a dummy case",
                  "Example:  exhibit drill --guardians more-invitations.txt");
    command->add_option("--guardians", w.drill.guardians, "file with one spare invitation a line")
        ->required();
    command->add_option("--every", w.drill.every, "interval of the rehearsal");
    command->add_option("--grace", w.drill.grace, "grace of the rehearsal");
    offer.online(command, [&w](Terminal& t) { return run_drill(w.globals, w.drill, t); });
}

}  // namespace

void add_commands_of_witness(CLI::App& app, Words& w, Offer const& offer) {
    add_init(app, w, offer);
    add_rekey(app, w, offer);
    add_seal_and_send(app, w, offer);
    add_signs_of_life(app, w, offer);
    add_policy(app, w, offer);
    add_travel(app, w, offer);
    add_device(app, w, offer);
    add_release_and_drill(app, w, offer);
}

}  // namespace exhibit::cli
