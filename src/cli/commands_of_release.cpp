// What is done with a release: publish, open, verify, and a reader's part.
#include "cli/command_line.hpp"

namespace exhibit::cli {
namespace {

void add_reader(CLI::App& app, Words& w, Offer const& offer) {
    auto* const reader = app.add_subcommand("reader", "Be one who gets a release: new, opened");
    reader->require_subcommand(1);
    reader->fallthrough();
    auto* command = add(*reader, "new", "Make a key, and the line to give to the witness",
                        "Example:  exhibit reader new reader-key.txt");
    command->add_option("key", w.reader.key, "file to write")->required();
    offer.plain(command, [&w](Terminal& t) { return run_reader_new(w.reader, t); });
    command = add(*reader, "opened", "Say that you have it in hand, so that the public need not",
                  "Example:  exhibit reader opened --key reader-key.txt --from ana.example "
                  "--case-id 7q4k...");
    command->add_option("--key", w.reader.key, "your key file")->required();
    command->add_option("--from", w.reader.from, "address of any guardian")->required();
    command->add_option("--case-id", w.reader.case_id, "the case's id")->required();
    offer.online(command, [&w](Terminal& t) { return run_reader_opened(w.globals, w.reader, t); });
}

void add_verify(CLI::App& app, Words& w, Offer const& offer) {
    auto* const command = add(app, "verify", "Check a release, and say what is not proven",
                              "Example:  exhibit verify out/\n          exhibit verify --explain "
                              "out/");
    auto& verify = w.verify;
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
    offer.plain(command, [&w](Terminal& t) { return run_verify(w.globals, w.verify, t); });
}

void add_disclose(CLI::App& app, Words& w, Offer const& offer) {
    auto* const command =
        add(app, "disclose", "Show some facts and parts of an exhibit, and keep the rest",
            "Example:  exhibit disclose out/ --exhibit 1 --show day --show 10km --time 1:05-1:20 "
            "shown/");
    auto& disclose = w.disclose;
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
    offer.plain(command, [&w](Terminal& t) { return run_disclose(w.globals, w.disclose, t); });
}

void add_known(CLI::App& app, Words& w, Offer const& offer) {
    auto* const list = add(app, "known", "Keep a list of witnesses' and guardians' keys you know",
                           "Example:  exhibit known add guardian keys/guardian-3fa….pem ana");
    list->require_subcommand(0, 1);
    list->add_option("--file", w.known.file, "the list, if not the usual one");
    offer.plain(list, [&w](Terminal& t) { return run_known_list(w.globals, w.known, t); });
    auto* command = add(*list, "add", "Write down whose key it is",
                        "Example:  exhibit known add witness aa55… \"the witness of gate-4\"");
    command->add_option("role", w.known.role, "witness or guardian")->required();
    command->add_option("key", w.known.key, "64 hex digits, or a PEM file")->required();
    command->add_option("name", w.known.name, "what you call them")->required();
    offer.plain(command, [&w](Terminal& t) { return run_known_add(w.globals, w.known, t); });
    command =
        add(*list, "remove", "Strike a key from the list", "Example:  exhibit known remove aa55…");
    command->add_option("key", w.known.removed, "64 hex digits, or a PEM file")->required();
    offer.plain(command, [&w](Terminal& t) { return run_known_remove(w.globals, w.known, t); });
}

void add_custody(CLI::App& app, Words& w, Offer const& offer) {
    auto* const command =
        add(app, "custody", "Show what happened to the exhibits, and by whose word",
            "Example:  exhibit custody out/\n          exhibit custody out/ --csv custody.csv");
    command->add_option("what", w.custody.what, "release folder, or a case on this device");
    command->add_option("--csv", w.custody.csv, "also as a table for spreadsheets; - for here");
    command->add_option("--premis", w.custody.premis, "also as PREMIS 3 XML, for archives");
    command->add_option("--case-uco", w.custody.case_uco,
                        "also as CASE/UCO JSON-LD, for forensics");
    offer.plain(command, [&w](Terminal& t) { return run_custody(w.globals, w.custody, t); });
}

}  // namespace

void add_commands_of_release(CLI::App& app, Words& w, Offer const& offer) {
    auto* command = add(app, "publish", "Build the release folder of a released case",
                        "Example:  exhibit publish gate-4 out/\n          exhibit publish --from "
                        "ana.example --case 7q4k... out/");
    command->add_option("words", w.publish_words, "[CASE] FOLDER")->required()->expected(1, 2);
    command->add_option("--from", w.publish.from, "address of any guardian");
    command->add_option("--case-id", w.publish.case_id, "the case's id, with --from (or --case)");
    command->add_option("--key", w.publish.key, "age key file of a named reader");
    offer.online(command, [&w](Terminal& t) {
        w.publish.out = w.publish_words.back();
        if (w.publish_words.size() == 2) w.publish.name = w.publish_words.front();
        if (w.publish.case_id.empty()) w.publish.case_id = w.globals.case_name;
        return run_publish(w.globals, w.publish, t);
    });

    command = add(app, "open", "Open exhibits with shares or a key",
                  "Example:  exhibit open --shares a.txt b.txt --case-key case-key.age 0001.age");
    command->add_option("files", w.open.files, "NNNN.age")->required();
    command->add_option("--shares", w.open.shares, "files with the words of one share each")
        ->expected(1, 16);
    command->add_option("--case-key", w.open.case_key, "case-key.age, which the shares open");
    command->add_option("--key", w.open.key, "an age key file");
    command->add_option("--recipient", w.open.recipient,
                        "age1... of the case, to check the key against");
    command->add_option("--out", w.open.out, "folder to write to");
    offer.plain(command, [&w](Terminal& t) { return run_open(w.globals, w.open, t); });

    add_verify(app, w, offer);
    add_disclose(app, w, offer);
    add_known(app, w, offer);
    add_custody(app, w, offer);
    add_reader(app, w, offer);
}

}  // namespace exhibit::cli
