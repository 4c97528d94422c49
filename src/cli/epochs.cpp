#include "cli/epochs.hpp"

#include <algorithm>
#include <charconv>

#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

constexpr char mark = '~';

}  // namespace

std::string epoch_name(std::string_view first, std::size_t number) {
    std::string name(first);
    return number == 1 ? name : name + mark + std::to_string(number);
}

std::string first_name(std::string_view name) {
    return std::string(name.substr(0, name.find(mark)));
}

std::vector<Epoch> epochs_of(Globals const& globals, std::string_view name) {
    auto const first = first_name(name);
    std::vector<Epoch> epochs;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(cases_folder(globals), problem)) {
        auto const folder = entry.path().filename().string();
        if (first_name(folder) != first || !is_there(entry.path() / "case.json")) continue;
        std::size_t number = 1;
        if (folder != first) {
            auto const digits = std::string_view(folder).substr(first.size() + 1);
            auto const [end, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), number);
            if (error != std::errc() || end != digits.data() + digits.size()) continue;
            if (folder != epoch_name(first, number)) continue;
        }
        epochs.push_back({number, folder});
    }
    std::ranges::sort(epochs, {}, &Epoch::number);
    return epochs;
}

Result<seal::CaseFolder> find_newest_epoch(Globals const& globals) {
    auto one = globals;
    one.case_name = TRY(chosen_case(globals));
    auto const epochs = epochs_of(globals, one.case_name);
    if (one.case_name.find(mark) == std::string::npos && epochs.size() > 1)
        return seal::CaseFolder::open(cases_folder(globals) / epochs.back().name);
    return find_case(one);
}

// Those that have travelled are spoken to by whoever has them: that must not be forgotten.
void tell_of_gaps(std::vector<Epoch> const& epochs, Terminal& terminal) {
    for (std::size_t number = 1, i = 0; i < epochs.size(); ++number) {
        if (epochs[i].number == number)
            ++i;
        else
            terminal.warn("epoch " + std::to_string(number) +
                          " is not on this device: nothing is said to its guardians, and it will "
                          "be released unless you check in from where it is");
    }
}

Outcome for_each_epoch(Globals const& globals, Terminal& terminal, bool asks,
                       std::function<Outcome(Globals const&)> const& do_one) {
    auto const name = TRY(chosen_case(globals));
    auto const epochs = epochs_of(globals, name);
    bool const one_is_named = name.find(mark) != std::string::npos;
    if (!one_is_named) tell_of_gaps(epochs, terminal);
    if (epochs.size() < 2 || one_is_named) return do_one(globals);
    auto one = globals;
    if (asks) {
        auto asked = TRY(case_passphrase(globals, terminal));
        // All or nothing, and before anything is said: a passphrase that is wrong for one epoch
        // only would tell whoever stands beside her that it is not the true one.
        for (auto const& epoch : epochs) {
            auto const folder = TRY(seal::CaseFolder::open(cases_folder(globals) / epoch.name));
            TRY(seal::unlock_witness_key(folder, asked));
        }
        one.passphrase = std::make_shared<SecretBytes const>(std::move(asked));
    }
    std::optional<Error> first;
    Json results = Json::array();
    for (auto const& epoch : epochs) {
        one.case_name = epoch.number == 1 ? epoch.name + "~1" : epoch.name;
        auto const which = "epoch " + std::to_string(epoch.number);
        terminal.say((results.empty() ? "" : "\n") + which + ":");
        auto done = do_one(one);
        auto result = terminal.take_result();
        result["epoch"] = epoch.number;
        results.push_back(std::move(result));
        if (done.ok()) continue;
        if (first)
            terminal.warn(which + ": " + done.error().what);
        else
            first = std::move(done.take_error()).at(which);
    }
    terminal.result({{"epochs", results}});
    if (first) return std::move(*first);
    return {};
}

Result<SecretBytes> case_passphrase(Globals const& globals, Terminal& terminal) {
    if (globals.passphrase) return globals.passphrase->clone();
    return terminal.passphrase(globals.passphrase_fd, "Passphrase:", Terminal::Secrecy::known);
}

}  // namespace exhibit::cli
