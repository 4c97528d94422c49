#include "prove/findings.hpp"

#include "formats/tar/name.hpp"

namespace exhibit::prove {

void Findings::say(Say what, std::string words, Grounds grounds) {
    auto const& topic = topic_of(what.sentence());
    report_.findings.push_back({subject_, std::string(what->id), topic.claim, topic.label,
                                what->verdict, std::move(words), std::move(grounds.evidence),
                                std::move(grounds.check), std::move(grounds.details)});
}

void Findings::trouble(Say bad, Say unreadable, std::string const& before, Error const& error,
                       Grounds grounds) {
    auto words = before + error.what;
    if (!error.where.empty() && words.find(error.where) == std::string::npos)
        words += " (" + tar::printable(error.where) + ")";
    if (error.fault == Fault::world)
        say(unreadable, "could not be checked: " + words, std::move(grounds));
    else
        say(bad, std::move(words), std::move(grounds));
}

std::string subject_of(ExhibitNumber number, std::string_view name) {
    return show(number) + (name.empty() ? "" : " " + tar::printable(name));
}

std::string in_quotes(std::string_view path) {
    auto const shown = tar::printable(path);
    std::string out = "'";
    for (char const c : shown) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string short_hex(std::string const& hex) { return hex.substr(0, 8) + "…"; }

}  // namespace exhibit::prove
