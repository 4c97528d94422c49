#include "cli/audience.hpp"

#include "case/reader_line.hpp"

namespace exhibit::cli {
namespace {

constexpr std::string_view public_means =
    "  A public release publishes the case key: everything in every file is then public, also the "
    "place,\n"
    "  the time and the faces that the camera recorded.";

}  // namespace

Result<std::vector<AudienceStage>> choose_audience(AudienceWish const& wish, Terminal& terminal) {
    std::string choice = wish.who;
    if (choice.empty()) {
        terminal.say(
            "Who shall have it if you fall silent?  [1] people you name (a lawyer, a newsroom)  "
            "[2] them first, the public later  [3] the public at once");
        terminal.say(std::string(public_means));
        auto const typed = terminal.ask(">");
        if (!typed.ok()) {
            return wrong_use("who shall have it if you fall silent?")
                .coded("audience")
                .hint(
                    "say  --audience named --to age1…,  --audience staged --to age1… "
                    "--public-after 30d,  or  --audience public");
        }
        choice = *typed == "1"   ? "named"
                 : *typed == "2" ? "staged"
                 : *typed == "3" ? "public"
                                 : *typed;
    }
    if (choice != "named" && choice != "staged" && choice != "public") {
        return wrong_use("the audience is named, staged or public").at(choice).coded("audience");
    }
    if (choice != "named") terminal.say(std::string(public_means));
    std::vector<AudienceStage> stages;
    if (choice != "public") {
        auto lines = wish.to;
        if (lines.empty()) {
            auto typed =
                TRY(terminal.ask("Their key (age1..., or what `exhibit reader` printed):"));
            lines.push_back(std::move(typed));
        }
        std::vector<ReaderLine> readers;
        for (auto const& line : lines) {
            auto reader = TRY(ReaderLine::parse(line));
            readers.push_back(std::move(reader));
        }
        stages.push_back(stage_for(readers));
    }
    if (choice != "named") {
        AudienceStage everyone;
        everyone.who = AudienceStage::Who::everyone;
        if (choice == "staged") everyone.after = TRY(parse_duration(wish.public_after));
        stages.push_back(std::move(everyone));
    }
    return stages;
}

std::string audience_sentence(std::vector<AudienceStage> const& audience) {
    if (audience.front().who == AudienceStage::Who::everyone) return "the public gets it";
    std::string out = "the people you named get it";
    if (audience.size() > 1)
        out += "; " + show_duration(audience[1].after) +
               " later the public, unless they sign that they have it in hand";
    return out;
}

}  // namespace exhibit::cli
