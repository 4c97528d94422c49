// exhibit open: years later, without guardians and without a network.
#include "cli/cli.hpp"
#include "formats/tar/name.hpp"
#include "release/case_key.hpp"
#include "release/open_exhibit.hpp"

namespace exhibit::cli {
namespace {

Result<std::vector<age::X25519Identity>> key_from_shares(Open const& arguments) {
    std::vector<SecretBytes> shares;
    for (auto const& file : arguments.shares) {
        auto text = TRY(read_file(file, 16 * 1024));
        auto words = release::normal_words(text);
        wipe(text);
        if (!words.ok()) return std::move(words.take_error()).at(file);
        shares.push_back(words.take());
    }
    auto const case_key = TRY(read_file(arguments.case_key, 64 * 1024));
    auto identity = TRY(release::combine_case_key(shares, case_key, arguments.recipient));
    std::vector<age::X25519Identity> out;
    out.push_back(std::move(identity));
    return out;
}

Result<std::vector<age::X25519Identity>> key_from_file(std::string const& file) {
    auto text = TRY(read_file(file, 64 * 1024));
    auto keys = age::parse_identity_file(text);
    wipe(text);
    return keys;
}

// The statement beside the ciphertext, if it is there, says what must come out.
Result<std::optional<SealStatement>> statement_beside(Path file) {
    file.replace_extension(".sd-jwt");
    if (!is_there(file)) return std::optional<SealStatement>();
    TRY(release::check_regular(file));
    auto const text = TRY(read_text_file(file, 1 << 20));
    auto statement = TRY(SealStatement::parse(text));
    return std::optional(std::move(statement));
}

}  // namespace

Outcome run_open(Globals const&, Open const& arguments, Terminal& terminal) {
    if (arguments.key.empty() && (arguments.shares.empty() || arguments.case_key.empty())) {
        return wrong_use("what shall open it?")
            .coded("key")
            .hint(
                "exhibit open --shares a.txt b.txt --case-key case-key.age 0001.age,  or  --key "
                "key.txt");
    }
    auto const keys =
        TRY(arguments.key.empty() ? key_from_shares(arguments) : key_from_file(arguments.key));
    std::vector<age::Identity const*> identities;
    for (auto const& key : keys) identities.push_back(&key);
    TRY(make_folders(arguments.out));
    // All of them before anything is written: what comes out of one must not speak for the next.
    std::vector<std::optional<SealStatement>> statements;
    for (auto const& file : arguments.files) {
        auto statement = TRY(statement_beside(file));
        statements.push_back(std::move(statement));
    }
    Json list = Json::array();
    for (std::size_t i = 0; i < arguments.files.size(); ++i) {
        Path const file = arguments.files[i];
        auto const& statement = statements[i];
        Progress progress(terminal, file.filename().string());
        release::OpenOptions options;
        options.progress = [&](std::uint64_t done, std::uint64_t total) {
            progress.at(done, total);
        };
        options.should_stop = interrupted;
        auto opened = release::open_exhibit(file, identities, arguments.out,
                                            statement ? &*statement : nullptr, options);
        progress.end();
        if (!opened.ok()) {
            auto error = opened.take_error();
            if (error.where.empty()) error.where = file.string();
            return error;
        }
        terminal.say(tar::printable(opened->name) + "  " + show_bytes(opened->size_bytes) +
                     "  sha256 " + opened->digest.hex() +
                     (opened->unfinished
                          ? "  UNFINISHED: a recording that was cut off; nothing vouches for it"
                      : opened->statement_checked
                          ? "  as its seal statement says"
                          : "  (no statement beside it: not checked against the seal)"));
        list.push_back({{"name", tar::printable(opened->name)},
                        {"size", opened->size_bytes},
                        {"sha256", opened->digest.hex()},
                        {"unfinished", opened->unfinished},
                        {"statement_checked", opened->statement_checked},
                        {"tree_checked", opened->tree_checked},
                        {"sync_ms", static_cast<std::int64_t>(opened->sync_seconds * 1000)}});
    }
    terminal.say(
        "Written to " + arguments.out +
        ". Whose hand sealed it, and when:  exhibit verify  (the release, or the .age with "
        "--key)");
    terminal.result({{"exhibits", list}});
    return {};
}

}  // namespace exhibit::cli
