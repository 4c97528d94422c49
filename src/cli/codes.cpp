// exhibit codes: numbered codes to tell a guardian by telephone when no check-in can be made. The
// device keeps only commitments to them; they go into the next check-in (rule 8).
#include <cstdio>

#include "case/hold.hpp"
#include "cli/cli.hpp"
#include "formats/diceware/diceware.hpp"

namespace exhibit::cli {
namespace {

constexpr unsigned code_words = 6;  // 77 bits: nobody searches them
constexpr unsigned codes_made = spoken_codes_max;
constexpr std::string_view advice =
    "Write these down, in this order, where nobody looks. Each is told once, to any guardian, and\n"
    "counts from your last check-in: the first in place of the next check-in, the second in place\n"
    "of the one after it.\n";

}  // namespace

Outcome run_codes(Globals const& globals, Terminal& terminal) {
    auto folder = TRY(find_case(globals));
    auto const lock = TRY(folder.lock());
    auto info = folder.info();
    if (terminal.json())
        return wrong_use("codes are shown to a person, not to a program").coded("json");
    std::vector<Digest256> commitments;
    terminal.say(std::string(advice));
    for (unsigned i = 1; i <= codes_made; ++i) {
        auto const words = diceware::make_sentence(code_words);
        // reveal: the person copies it from this terminal; what is kept is a digest.
        auto const text = as_text(words.reveal());
        commitments.push_back(spoken_commitment(info.case_id, text));
        std::printf("  %u   ", i);
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::printf("\n");
    }
    info.spoken = std::move(commitments);
    TRY(folder.save(std::move(info)));
    terminal.say("\nThey are good from your next check-in on. Next:  exhibit checkin");
    terminal.result({{"codes", codes_made}});
    return {};
}

}  // namespace exhibit::cli
