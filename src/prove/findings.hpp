// Collects what was found, under one subject: the sentence of the list, in words, with what it
// rests on.
#pragma once

#include "case/ids.hpp"
#include "prove/sentences.hpp"

namespace exhibit::prove {

// What a finding rests on.
struct Grounds {
    std::vector<std::string> evidence = {};  // files
    std::string check = {};                  // a command of somebody else's program
    Json details = Json::object();           // exact values
};

class Findings {
public:
    Findings(VerifyReport& report, std::string subject)
        : report_(report), subject_(std::move(subject)) {}

    void say(Say what, std::string words, Grounds grounds = {});
    // An I/O error is never called tampering: `unreadable` for the world's fault, else `bad`.
    void trouble(Say bad, Say unreadable, std::string const& before, Error const& error,
                 Grounds grounds = {});

private:
    VerifyReport& report_;
    std::string subject_;
};

// "0001 VID_2041.mp4", fit for a terminal.
std::string subject_of(ExhibitNumber number, std::string_view name);
// A path as a word of a shell command.
std::string in_quotes(std::string_view path);
std::string short_hex(std::string const& hex);

}  // namespace exhibit::prove
