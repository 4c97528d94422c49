// exhibit known: whose key is whose, as the reader learned it.
#include "case/known_keys.hpp"

#include <algorithm>

#include "cli/cli.hpp"
#include "crypto/hash.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::cli {
namespace {

constexpr std::size_t pem_bytes_max = 16 * 1024;

Result<KnownKeys> read_known(Path const& file) {
    if (!is_there(file)) return KnownKeys();
    auto const text = TRY(read_text_file(file, KnownKeys::bytes_max));
    auto known = KnownKeys::parse(text);
    if (!known.ok()) {
        auto error = known.take_error();
        error.where = file.string() + ", " + error.where;
        return error;
    }
    return known;
}

Result<Digest256> key_id_of(std::string const& typed) {
    if (auto const id = from_hex_exact<32>(typed); id.ok()) return *id;
    if (!is_there(typed))
        return wrong_use("is neither a key hash of 64 hex digits nor a PEM file")
            .at(tar::printable(typed))
            .coded("key");
    auto const text = TRY(read_text_file(typed, pem_bytes_max));
    auto const key = TRY(parse_public_pem(text));
    return sha256(key.bytes());
}

Outcome write_known(Path const& file, KnownKeys const& known) {
    if (!file.parent_path().empty()) { TRY(make_folders(file.parent_path())); }
    return replace_file(file, known.text());
}

}  // namespace

Path known_keys_file(Globals const& globals, std::string const& named) {
    return named.empty() ? cases_folder(globals) / "known-keys.txt" : Path(named);
}

Outcome run_known_list(Globals const& globals, KnownCommand const& arguments, Terminal& terminal) {
    auto const file = known_keys_file(globals, arguments.file);
    auto const known = TRY(read_known(file));
    Json list = Json::array();
    for (auto const& one : known.all()) {
        terminal.say(std::string(word_of(one.role)) + "  " + to_hex(one.key_id) + "  " +
                     tar::printable(one.name));
        list.push_back(
            {{"role", word_of(one.role)}, {"key", to_hex(one.key_id)}, {"name", one.name}});
    }
    if (list.empty())
        terminal.say("No keys are known yet.      Next:  exhibit known add witness KEY NAME");
    terminal.result({{"keys", list}, {"file", file.string()}});
    return {};
}

Outcome run_known_add(Globals const& globals, KnownCommand const& arguments, Terminal& terminal) {
    if (arguments.role != "witness" && arguments.role != "guardian")
        return wrong_use("a known key is of a witness or a guardian")
            .at(tar::printable(arguments.role))
            .coded("role");
    auto const role =
        arguments.role == "witness" ? KnownKey::Role::witness : KnownKey::Role::guardian;
    auto const key = TRY(key_id_of(arguments.key));
    auto const file = known_keys_file(globals, arguments.file);
    auto known = TRY(read_known(file));
    TRY(known.add({role, key, arguments.name}));
    TRY(write_known(file, known));
    terminal.say(tar::printable(arguments.name) + " is now known by the key " + to_hex(key) +
                 ".\nThe list is in " + file.string() + ": whoever finds it learns whom you know.");
    terminal.result({{"key", to_hex(key)}, {"file", file.string()}});
    return {};
}

Outcome run_known_remove(Globals const& globals, KnownCommand const& arguments,
                         Terminal& terminal) {
    auto const key = TRY(key_id_of(arguments.removed));
    auto const file = known_keys_file(globals, arguments.file);
    auto known = TRY(read_known(file));
    if (!known.remove(key))
        return wrong_use("is not in the list").at(to_hex(key)).coded("not-known");
    TRY(write_known(file, known));
    terminal.say("Struck from " + file.string() + ".");
    terminal.result({{"key", to_hex(key)}, {"file", file.string()}});
    return {};
}

}  // namespace exhibit::cli
