#include "cli/new_case.hpp"

#include <algorithm>

#include "seal/share_card.hpp"

namespace exhibit::cli {

Result<std::vector<Invitation>> read_invitations(Path const& file) {
    auto const text = TRY(read_text_file(file, 64 * 1024));
    std::vector<Invitation> invitations;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        std::string_view line(text.data() + at, end - at);
        at = end + 1;
        ++number;
        while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
            line.remove_prefix(1);
        if (line.empty() || line.front() == '#' || line == "\r") continue;
        auto invitation = Invitation::parse(line);
        if (!invitation.ok())
            return std::move(invitation.take_error())
                .at(file.string() + " line " + std::to_string(number));
        invitations.push_back(invitation.take());
    }
    for (std::size_t i = 0; i < invitations.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (invitations[i].pin == invitations[j].pin ||
                invitations[i].name == invitations[j].name) {
                return wrong_use("two invitations are of the same guardian: " + invitations[i].name)
                    .at(file.string())
                    .coded("invitation");
            }
        }
    }
    return invitations;
}

Result<Meeting> meet_guardians(NewCase const& wish, Terminal& terminal) {
    SystemRandom random;
    Meeting meeting{.case_id = CaseId::make(random), .met = {}};
    std::string names;
    for (auto const& invitation : wish.invitations) {
        auto met = guard::meet(invitation, meeting.case_id, wish.options, random);
        if (!met.ok())
            return std::move(met.take_error())
                .still_safe("no case was begun")
                .hint("every guardian must answer; ask " + invitation.name + ", then try again");
        names += (names.empty() ? "" : ", ") + invitation.name;
        meeting.met.push_back({invitation, std::move(met->card), std::move(met->clock)});
    }
    meeting.ended = wall_now();
    terminal.say(std::to_string(meeting.met.size()) + " guardians answer: " + names + ".");
    return meeting;
}

namespace {

// The shares on paper: shown here, or written as pages into the folder. Before the case is put in
// place: what is on them exists nowhere else.
Outcome hand_out_cards(std::string const& folder, seal::MadeCase const& made, Terminal& terminal) {
    auto const count = static_cast<unsigned>(made.paper_shares.size());
    for (unsigned i = 0; i < count; ++i) {
        seal::ShareCard const card{i + 1, count, made.info.quorum.k, made.info.drill};
        if (folder.empty()) {
            auto const text = TRY(seal::show_share_card(card, made.paper_shares[i]));
            // reveal: the person asked for the share on paper, and this terminal is the paper.
            std::fwrite(text.reveal().data(), 1, text.size(), stdout);
            continue;
        }
        auto const page = TRY(seal::write_share_card(card, made.paper_shares[i]));
        TRY(make_folders(folder));
        TRY(replace_file(Path(folder) / ("share-card-" + std::to_string(i + 1) + ".html"),
                         page.reveal()));
    }
    if (count > 0 && !folder.empty()) {
        TRY(replace_file(Path(folder) / "case-key.age", made.case_key_age));
        terminal.say("Share cards are in " + folder +
                     ": print them, hand each to one person, remove the files.");
    }
    return {};
}

// Before anything is enrolled: afterwards the invitations are used up.
Outcome check_cards_folder(NewCase const& wish) {
    if (wish.cards.empty() || wish.paper_shares == 0) return {};
    auto const probe = Path(wish.cards) / ".exhibit-probe";
    TRY(make_folders(wish.cards));
    TRY(replace_file(probe, std::string(64 * 1024, ' ')));
    return remove_file(probe);
}

// The first check-in claims a time as any other does. A device without a battery for its clock may
// be years behind: by its own time the first deadline would have passed before the case began.
Result<WallTime> time_of_guardians(Meeting const& meeting, Terminal& terminal) {
    std::vector<WallTime> times;
    for (auto const& one : meeting.met) {
        auto const reading = TRY(peek<ClockReading>(one.clock));
        times.push_back(reading.time);
    }
    VERIFY(!times.empty());
    std::ranges::sort(times);
    auto const ahead = meeting.ended - times[(times.size() - 1) / 2];
    auto const behind = Duration{} - ahead;
    if (std::max(ahead, behind) > Duration::minutes(5))
        terminal.warn("this device's clock is " + show_duration(std::max(ahead, behind)) +
                      (ahead < behind ? " behind" : " ahead of") +
                      " the guardians': their time is used. Set it right: what you seal carries "
                      "this device's");
    return wall_now() - ahead;
}

}  // namespace

Result<seal::MadeCase> begin_case(NewCase const& wish, Meeting meeting, Passphrases passphrases,
                                  Terminal& terminal) {
    TRY(check_cards_folder(wish));
    seal::CasePlan plan;
    auto const now = TRY(time_of_guardians(meeting, terminal));
    plan.case_id = meeting.case_id;
    plan.drill = wish.drill;
    plan.quorum = wish.quorum;
    plan.guardians = std::move(meeting.met);
    plan.paper_shares = wish.paper_shares;
    plan.audience = wish.audience;
    plan.floors = wish.floors;
    plan.interval = wish.interval;
    plan.grace = wish.grace;
    plan.duress_passphrase = std::move(passphrases.duress);
    auto made = TRY(seal::make_case(std::move(plan), passphrases.own, now));
    std::string line = "Handing out shares ...";
    for (std::size_t i = 0; i < made.enrolments.size(); ++i) {
        auto const& name = made.info.guardians[i].name;
        auto receipt = guard::enrol(wish.invitations[i], made.enrolments[i], wish.options);
        if (!receipt.ok()) {
            return std::move(receipt.take_error())
                .still_safe("nothing was sealed to the new key, and it is gone")
                .hint("ask the guardians for new invitations and begin again");
        }
        auto const checked = seal::check_share_receipt(made, i, *receipt);
        if (!checked.ok())
            return Error(checked.error())
                .at(name)
                .hint(
                    "do not use this guardian; ask the others for new invitations and begin again");
        line += " " + name + " ✓";
    }
    terminal.say(line + "   (each confirmed that it can read its share)");
    TRY(hand_out_cards(wish.cards, made, terminal));
    TRY(seal::install_case(wish.folder, made));
    return made;
}

}  // namespace exhibit::cli
