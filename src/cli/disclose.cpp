// exhibit disclose: some facts and parts of an exhibit, the rest withheld.
#include "prove/disclose.hpp"

#include <charconv>

#include "cli/cli.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::cli {
namespace {

Result<prove::DisclosureSource> find_source(Disclose const& arguments) {
    Path const path = arguments.source;
    if (!is_there(path)) return bad_input("is not there").at(path.string()).coded("not-found");
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        if (arguments.exhibit == 0)
            return wrong_use("which exhibit?")
                .coded("exhibit")
                .hint("exhibit disclose " + path.string() + " --exhibit 1 …");
        return prove::source_in_release(path, ExhibitNumber(arguments.exhibit));
    }
    if (arguments.statement.empty() || arguments.facts_file.empty())
        return wrong_use("the seal statement and the facts of this file are needed")
            .coded("statement")
            .hint(
                "--statement NNNN.sd-jwt --facts NNNN.disclosures.json, or name the release "
                "folder");
    prove::DisclosureSource source;
    source.original = path;
    source.statement = arguments.statement;
    source.disclosures = arguments.facts_file;
    return source;
}

// "A-B": from byte A up to, and without, byte B.
Result<ByteSpan> parse_bytes(std::string const& text) {
    auto const bad =
        wrong_use("is not a range of bytes like 0-65536").at(tar::printable(text)).coded("range");
    ByteSpan out;
    auto const dash = text.find('-');
    if (dash == std::string::npos) return bad;
    auto const take = [&](std::string_view part, std::uint64_t& to) {
        auto const read = std::from_chars(part.data(), part.data() + part.size(), to);
        return read.ec == std::errc{} && read.ptr == part.data() + part.size();
    };
    auto const whole = std::string_view(text);
    if (!take(whole.substr(0, dash), out.first) || !take(whole.substr(dash + 1), out.end))
        return bad;
    return out;
}

Result<prove::TimeSpan> parse_times(std::string const& text) {
    auto const dash = text.find('-');
    if (dash == std::string::npos)
        return wrong_use("is not a part like 1:05-1:20").at(tar::printable(text)).coded("time");
    auto const from = TRY(prove::parse_position(std::string_view(text).substr(0, dash)));
    auto const until = TRY(prove::parse_position(std::string_view(text).substr(dash + 1)));
    return prove::TimeSpan{from, until};
}

Result<prove::DisclosureWish> read_wish(Disclose const& arguments) {
    prove::DisclosureWish wish;
    wish.facts = arguments.show;
    for (auto const& text : arguments.bytes) {
        auto const span = TRY(parse_bytes(text));
        wish.bytes.push_back(span);
    }
    for (auto const& text : arguments.times) {
        auto const span = TRY(parse_times(text));
        wish.times.push_back(span);
    }
    wish.with_index = arguments.with_index;
    wish.with_papers = !arguments.without_papers;
    return wish;
}

Outcome list_facts(prove::DisclosureSource const& source, Terminal& terminal) {
    auto const facts = TRY(prove::facts_on_offer(source));
    Json list = Json::object();
    for (auto const& one : facts) {
        auto name = one.name;
        name.resize(std::max<std::size_t>(name.size() + 1, 20), ' ');
        terminal.say(tar::printable(name) + tar::printable(one.value.substr(0, 200)));
        list[one.name] = one.value;
    }
    terminal.result({{"facts", list}});
    return {};
}

std::string joined(std::vector<std::string> const& names) {
    std::string out;
    for (auto const& name : names) out += (out.empty() ? "" : ", ") + tar::printable(name);
    return out.empty() ? "nothing" : out;
}

}  // namespace

Outcome run_disclose(Globals const&, Disclose const& arguments, Terminal& terminal) {
    auto const source = TRY(find_source(arguments));
    if (arguments.list) return list_facts(source, terminal);
    if (arguments.out.empty())
        return wrong_use("where to?").coded("out").hint("name a folder that does not exist yet");
    auto const wish = TRY(read_wish(arguments));
    if (wish.facts.empty() && wish.bytes.empty() && wish.times.empty() && !wish.with_index)
        return wrong_use("what shall be shown?")
            .coded("nothing")
            .hint("what there is:  exhibit disclose --list …");
    auto const made = TRY(prove::disclose(source, wish, folder_named(arguments.out)));
    terminal.say("Shown:     " + joined(made.shown));
    if (made.shown_bytes > 0)
        terminal.say("           " + show_bytes(made.shown_bytes) + " of " +
                     show_bytes(made.of_bytes) +
                     " of the recording, in whole blocks of 64 KiB: a little more than was asked "
                     "for");
    terminal.say("Withheld:  " + joined(made.withheld));
    for (auto const& one : made.told) terminal.warn("careful: " + one);
    terminal.say("Give away the folder " + arguments.out + ". Next:  exhibit verify " +
                 arguments.out + "      (or, without Exhibit, python3 check-parts.py in it)");
    terminal.result({{"shown", made.shown},
                     {"withheld", made.withheld},
                     {"shown_bytes", made.shown_bytes},
                     {"of_bytes", made.of_bytes},
                     {"told", made.told}});
    return {};
}

}  // namespace exhibit::cli
