// exhibit reader new | opened: for whoever is to get a release: a key to read with, and a word to
// say that it is in hand.
#include "case/reader_line.hpp"

#include <algorithm>

#include "cli/cli.hpp"
#include "formats/age/age.hpp"
#include "guard/witness/fetch.hpp"

namespace exhibit::cli {
namespace {

constexpr std::size_t key_file_max = 16 * 1024;
constexpr std::string_view pem_begin = "-----BEGIN PRIVATE KEY-----";

// An age identity file: other programs pass over the lines that begin with '#'.
SecretBytes write_key_file(age::X25519Identity const& identity, SigningKey const& confirm) {
    std::string text;
    text.reserve(1024);  // no reallocation: a grown string would leave an unwiped copy behind
    text += "# Exhibit reader: keep this file. Who has it can read what is released to you.\n";
    text += "# The key that signs \"opened, in hand\":\n";
    auto const pem = write_private_pem(confirm);
    // reveal: both keys go into one file that belongs to the reader alone.
    std::string_view rest = as_text(pem.reveal());
    while (!rest.empty()) {
        auto const end = rest.find('\n');
        text.append("# ").append(rest.substr(0, end)).append("\n");
        rest.remove_prefix(end + 1);
    }
    auto const line = identity.text();
    text.append(as_text(line.reveal())).append("\n");
    auto secret = SecretBytes::copy_of(text);
    wipe(text);
    return secret;
}

Result<SecretBytes> read_secret(Path const& file) {
    auto bytes = TRY(read_file(file, key_file_max));
    auto secret = SecretBytes::copy_of(bytes);
    wipe(bytes);
    return secret;
}

Result<SigningKey> read_confirm_key(Path const& file) {
    auto const text = TRY(read_secret(file));
    std::string pem;
    pem.reserve(key_file_max);
    // reveal: the lines of the PEM are taken out of the comments, and wiped below.
    std::string_view rest = as_text(text.reveal());
    while (!rest.empty()) {
        auto const end = rest.find('\n');
        auto line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (!line.starts_with("# ")) continue;
        line.remove_prefix(2);
        if (pem.empty() && line != pem_begin) continue;
        pem.append(line).append("\n");
        if (line.starts_with("-----END")) break;
    }
    if (pem.empty()) {
        return bad_input("this file has no key to confirm with")
            .at(file.string())
            .coded("reader")
            .hint("take the file that  exhibit reader new  made");
    }
    auto key = parse_private_pem(as_bytes(pem));
    wipe(pem);
    return key;
}

std::optional<unsigned> stage_of(Policy const& policy, PublicKey const& reader) {
    for (unsigned i = 0; i < policy.audience.size(); ++i) {
        auto const& confirm = policy.audience[i].confirm;
        if (std::ranges::find(confirm, reader) != confirm.end()) return i;
    }
    return std::nullopt;
}

}  // namespace

Outcome run_reader_new(ReaderCommand const& arguments, Terminal& terminal) {
    if (is_there(arguments.key))
        return wrong_use("there is already something of that name")
            .at(arguments.key)
            .coded("exists")
            .hint("choose another name: what is released to the old key needs the old file");
    auto const identity = age::X25519Identity::generate();
    auto const confirm = SigningKey::generate();
    auto const text = write_key_file(identity, confirm);
    // reveal: the reader's own file.
    TRY(replace_file(arguments.key, text.reveal()));
    ReaderLine const reader{identity.recipient().text(), confirm.public_key()};
    terminal.say("Give this line to the witness; it is no secret:\n\n  " + reader.text() +
                 "\n\nKeep " + arguments.key +
                 ": nothing that is released to you opens without it.");
    terminal.result({{"reader", reader.text()}, {"recipient", reader.recipient}});
    return {};
}

Outcome run_reader_opened(Globals const& globals, ReaderCommand const& arguments,
                          Terminal& terminal) {
    auto const key = TRY(read_confirm_key(arguments.key));
    auto const address = TRY(GuardianAddress::parse(arguments.from));
    auto const case_id = TRY(CaseId::parse(arguments.case_id));
    auto source = TRY(guard::ReleaseSource::open(address, case_id, std::nullopt,
                                                 {.socks5_proxy = globals.proxy}));
    auto const bundle = TRY(source.bundle());
    auto const policy = TRY(peek<Policy>(bundle.policy));
    auto const stage = stage_of(policy, key.public_key());
    if (!stage) {
        return bad_input("the witness has not named this key")
            .at(arguments.key)
            .coded("reader")
            .hint("take the file whose line the witness was given");
    }
    auto const opened = Signed<Opened>::sign(
        {case_id, document_digest(bundle.policy), *stage, key.public_key(), wall_now()}, key);
    auto const answer = TRY(source.tell(opened.envelope()));
    if (!answer.refused.empty()) {
        return bad_input("the guardian did not take it: " + answer.refused)
            .coded("refused")
            .hint("try another guardian");
    }
    terminal.say(
        "The guardian has your word that it is in hand, and tells the others until each of them "
        "has it. One that hears of it too late goes on to the next stage of the audience: tell a "
        "second guardian, too.");
    terminal.result({{"case", case_id.text()}, {"stage", *stage}});
    return {};
}

}  // namespace exhibit::cli
