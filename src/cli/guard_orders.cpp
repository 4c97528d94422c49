// exhibit guard status | hold | code | resign: what the person at the guardian's machine asks of
// the running guardian.
#include "cli/cli.hpp"
#include "guard/guardian/orders.hpp"

namespace exhibit::cli {
namespace {

constexpr Duration patience = Duration::seconds(10);

Result<CaseId> case_of(GuardOrder const& arguments) {
    if (arguments.case_id.empty()) {
        return wrong_use("which case?")
            .coded("case")
            .hint("exhibit guard status --data " + arguments.data + "  lists them");
    }
    return CaseId::parse(arguments.case_id);
}

// Lower case, single spaces: as the witness's device wrote it.
std::string one_form(std::string_view typed) {
    std::string out;
    for (char c : typed) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        bool const space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

void say_case(Json const& one, Terminal& terminal) {
    auto const held = one.value("held_intervals", 0u);
    terminal.say(one.value("case", "") + "  " + one.value("phase", "") +
                 (one.value("drill", false) ? " (DRILL)" : "") + "; last sign of life " +
                 one.value("last_check_in", "") + ", due " + one.value("due", "") +
                 ", release from " + one.value("release_from", "") +
                 (held > 0 ? ", held for " + std::to_string(held) + " intervals" : "") +
                 (one.value("word_of_duress", false) ? ", A WORD OF DURESS CAME" : ""));
}

}  // namespace

Outcome run_guard_status(GuardOrder const& arguments, Terminal& terminal) {
    auto const answer = TRY(guard::give_order(arguments.data, {}, patience));
    auto const& cases = answer.at("cases");
    if (cases.empty()) terminal.say("This guardian holds no case.");
    for (auto const& one : cases) say_case(one, terminal);
    terminal.result(answer);
    return {};
}

Outcome run_guard_hold(GuardOrder const& arguments, Terminal& terminal) {
    guard::Order order{.what = guard::Order::What::hold, .number = arguments.number};
    order.case_id = TRY(case_of(arguments));
    auto const answer = TRY(guard::give_order(arguments.data, order, patience));
    say_case(answer, terminal);
    auto const people = answer.value("f", 0u) + 1;
    terminal.say("You have said that you spoke with the witness and that she lives. It takes " +
                 std::to_string(people) +
                 " guardians' people to say so; then one interval is "
                 "added" +
                 (arguments.number == 2 ? " once more." : "."));
    terminal.result(answer);
    return {};
}

Outcome run_guard_code(GuardOrder const& arguments, Terminal& terminal) {
    guard::Order order{.what = guard::Order::What::code};
    order.case_id = TRY(case_of(arguments));
    auto const typed = TRY(terminal.ask("The code that the witness told you:"));
    order.words = one_form(typed);
    auto const answer = TRY(guard::give_order(arguments.data, order, patience));
    say_case(answer, terminal);
    terminal.say("It is one of hers. The other guardians are told.");
    terminal.result(answer);
    return {};
}

Outcome run_guard_resign(GuardOrder const& arguments, Terminal& terminal) {
    guard::Order order{.what = guard::Order::What::resign,
                       .notice = Duration::days(static_cast<int>(arguments.days))};
    order.case_id = TRY(case_of(arguments));
    auto const answer = TRY(guard::give_order(arguments.data, order, patience));
    terminal.say("This guardian leaves the case on " + answer.value("leaves", "") +
                 ". Until then it does all that it promised; the witness and the other guardians "
                 "are told. Tell her yourself, too: she needs time to find another.");
    terminal.result(answer);
    return {};
}

}  // namespace exhibit::cli
