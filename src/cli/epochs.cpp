#include "cli/epochs.hpp"

#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

constexpr char mark = '~';

}  // namespace

std::string epoch_name(std::string_view first, std::size_t number) {
    std::string name(first);
    return number == 1 ? name : name + mark + std::to_string(number);
}

std::vector<std::string> epochs_of(Globals const& globals, std::string_view name) {
    auto const first = name.substr(0, name.find(mark));
    std::vector<std::string> epochs;
    for (std::size_t number = 1;; ++number) {
        auto one = epoch_name(first, number);
        if (!is_there(cases_folder(globals) / one / "case.json")) return epochs;
        epochs.push_back(std::move(one));
    }
}

Result<seal::CaseFolder> find_newest_epoch(Globals const& globals) {
    auto one = globals;
    one.case_name = TRY(chosen_case(globals));
    auto const epochs = epochs_of(globals, one.case_name);
    if (one.case_name.find(mark) == std::string::npos && !epochs.empty())
        return seal::CaseFolder::open(cases_folder(globals) / epochs.back());
    return find_case(one);
}

Outcome for_each_epoch(Globals const& globals, Terminal& terminal, bool asks,
                       std::function<Outcome(Globals const&)> const& do_one) {
    auto const name = TRY(chosen_case(globals));
    auto const epochs = epochs_of(globals, name);
    if (epochs.size() < 2 || name.find(mark) != std::string::npos) return do_one(globals);
    auto one = globals;
    if (asks) {
        auto asked = TRY(case_passphrase(globals, terminal));
        // All or nothing, and before anything is said: a passphrase that is wrong for one epoch
        // only would tell whoever stands beside her that it is not the true one.
        for (auto const& epoch : epochs) {
            auto const folder = TRY(seal::CaseFolder::open(cases_folder(globals) / epoch));
            TRY(seal::unlock_witness_key(folder, asked));
        }
        one.passphrase = std::make_shared<SecretBytes const>(std::move(asked));
    }
    std::optional<Error> first;
    Json results = Json::array();
    for (std::size_t i = 0; i < epochs.size(); ++i) {
        one.case_name = epoch_name(name, i + 1) + (i == 0 ? "~1" : "");
        terminal.say((i == 0 ? "" : "\n") + std::string("Epoch ") + std::to_string(i + 1) + " of " +
                     std::to_string(epochs.size()) + ":");
        auto done = do_one(one);
        auto result = terminal.take_result();
        result["epoch"] = i + 1;
        results.push_back(std::move(result));
        if (done.ok()) continue;
        if (first)
            terminal.warn("epoch " + std::to_string(i + 1) + ": " + done.error().what);
        else
            first = std::move(done.take_error()).at("epoch " + std::to_string(i + 1));
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
