// exhibit guard serve | invite | explain
#include <algorithm>
#include <set>
#include <thread>

#include "case/check_in.hpp"
#include "case/device_events.hpp"
#include "case/release_folder.hpp"
#include "cli/cli.hpp"
#include "cli/program_digest.hpp"
#include "crypto/hash.hpp"
#include "formats/mail/mail.hpp"
#include "guard/guardian/guardian.hpp"
#include "guard/guardian/note_printer.hpp"
#include "net/proxy.hpp"
#include "release/publish.hpp"

namespace exhibit::cli {
namespace {

// What the witness vouched for and this guardian does not hold yet.
std::size_t still_missing(ReleaseBundle const& bundle) {
    auto const vouched = VouchedList::parse(bundle.vouched);
    if (!vouched.ok()) return 0;
    std::set<DocumentDigest> here;
    for (auto const& exhibit : bundle.exhibits) {
        if (exhibit.statement) here.insert(DocumentDigest(sha256(*exhibit.statement)));
    }
    std::size_t missing = 0;
    for (auto const& statement : vouched->statements) missing += !here.contains(statement);
    return missing;
}

// Nothing that the release has now is missing in the folder, or is there as an earlier and lesser
// thing: an upload that was cut off and came whole later, a number that the witness vouched for
// under another statement.
bool is_current(Path const& folder, release::OpenedRelease const& release) {
    namespace place = release_folder;
    auto const record = read_text_file(folder / place::record, 1 << 20);
    if (!record.ok() || *record != release.record) return false;
    return std::ranges::all_of(release.exhibits, [&](auto const& exhibit) {
        std::error_code problem;
        auto const age = folder / place::exhibit_file(exhibit.number, ".age");
        auto const statement = folder / place::exhibit_file(exhibit.number, ".sd-jwt");
        auto const size = std::filesystem::file_size(age, problem);
        if (problem || size != exhibit.size_bytes) return false;
        if (!exhibit.statement) return !is_there(statement);
        auto const there = read_text_file(statement, document_bytes_max);
        return there.ok() && *there == exhibit.statement_text;
    });
}

// In place of what was published before, if anything was. Readers see the one folder or the other.
Outcome put_in_place(Path const& next, Path const& out) {
    auto const old = out.parent_path() / ("." + out.filename().string() + ".old");
    std::error_code problem;
    std::filesystem::remove_all(old, problem);
    if (is_there(out)) std::filesystem::rename(out, old, problem);
    if (!problem) std::filesystem::rename(next, out, problem);
    if (problem)
        return world_error("the release cannot be put in place: " + problem.message())
            .at(out.string());
    std::filesystem::remove_all(old, problem);
    return sync_folder(out.parent_path());
}

// Other cases live on this disk: what is published, opened and as ciphertext, must fit beside them.
Outcome leave_room(ReleaseBundle const& bundle, std::uint64_t spare, Path const& published) {
    std::error_code problem;
    auto const space = std::filesystem::space(published, problem);
    auto needed = spare;
    for (auto const& exhibit : bundle.exhibits) needed += 2 * exhibit.size_bytes;
    if (problem || space.available >= needed) return {};
    return world_error("publishing needs " + show_bytes(needed) + " of free space, and " +
                       show_bytes(space.available) + " are there")
        .at(published.string())
        .coded("disk-full")
        .hint("free some space: it is tried again by itself");
}

// A guardian that agreed to host publishes by itself: the hook is wired here, because a step never
// includes another step. What it holds is published at once; as long as the witness vouched for
// more, the hook says so and is called again, and the folder grows: late is never too late.
guard::OnReleased publisher(Path const& published, std::uint64_t spare, guard::NotePrinter& notes) {
    return [published, spare, &notes](ReleaseBundle const& bundle,
                                      guard::CiphertextOf const& ciphertext) -> Outcome {
        auto const release = TRY(release::open_release(bundle));
        if (!release.for_everyone()) return {};
        auto const id = release.policy().case_id.text();
        auto const out = published / id;
        // A newer policy may have been released since: then another record holds.
        if (!is_current(out, release)) {
            auto const next = published / ("." + id + ".next");
            std::error_code ignored;
            std::filesystem::remove_all(next, ignored);
            TRY(make_folders(published));
            TRY(leave_room(bundle, spare, published));
            auto const opener = [&](ExhibitNumber number) -> Result<std::optional<Path>> {
                auto path = ciphertext(number);
                if (!path.ok()) return std::optional<Path>();
                return std::optional<Path>(path.take());
            };
            auto const done = TRY(release::publish(bundle, opener, {}, next, {}));
            TRY(put_in_place(next, out));
            notes.say("Released and published: case " + id + ", " +
                      std::to_string(done.exhibits.size()) + " exhibits, in " + out.string());
        } else {
            TRY(release::refresh_custody(out, bundle));
        }
        auto const missing = still_missing(bundle);
        if (missing > 0) {
            return world_error(std::to_string(missing) +
                               " exhibits that the witness vouched for are not here yet")
                .coded("incomplete");
        }
        return {};
    };
}

// Like an address, but port 0 takes any free one.
Result<GuardianAddress> parse_listen(std::string const& text) {
    bool const any_port = text.ends_with(":0");
    auto address = TRY(GuardianAddress::parse(any_port ? text.substr(0, text.size() - 2) : text));
    if (any_port) address.port = 0;
    return address;
}

// What `guard invite` must know while the guardian runs in another process.
struct CallingCard {
    std::string name;
    GuardianAddress address;
};
constexpr char const* card_file = "guardian.json";

Result<CallingCard> read_calling_card(Path const& data) {
    auto const text = read_file(data / card_file, 4096);
    if (!text.ok()) {
        return wrong_use("there is no guardian here")
            .at(data.string())
            .coded("no-guardian")
            .hint("start one with  exhibit guard serve --data " + data.string() + " --name NAME");
    }
    auto json = TRY(parse_json(*text));
    auto object = TRY(JsonObject::of(json, card_file));
    CallingCard card;
    card.name = TRY(object.text("name", 64));
    auto const address = TRY(object.text("address", 300));
    card.address = TRY(GuardianAddress::parse(address));
    TRY(object.finish());
    return card;
}

Result<SecretBytes> read_password(Path const& file) {
    auto bytes = TRY(read_file(file, 4096));
    std::size_t size = bytes.size();
    while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r')) --size;
    auto secret = SecretBytes::copy_of(ByteView(bytes).first(size));
    wipe(bytes);
    return secret;
}

// How this guardian reaches the contacts of its witnesses.
Result<guard::WarningOptions> warning_options(GuardServe const& arguments) {
    guard::WarningOptions options;
    options.web_authorities = arguments.web_ca;
    options.private_hooks = arguments.private_hooks;
    options.messages = arguments.messages;
    if (arguments.smtp.empty()) return options;
    if (arguments.mail_from.empty())
        return wrong_use("mail needs a sender").hint("--mail-from you@example.org").coded("smtp");
    TRY(mail::check_address(arguments.mail_from));
    options.mail_from = arguments.mail_from;
    MailRelay relay;
    relay.url = TRY(parse_mail_relay(arguments.smtp));
    relay.user = arguments.smtp_user;
    relay.authorities = arguments.smtp_ca;
    if (!arguments.smtp_password_file.empty()) {
        auto password = TRY(read_password(arguments.smtp_password_file));
        relay.password = std::make_shared<SecretBytes const>(std::move(password));
    }
    options.relay = std::move(relay);
    return options;
}

}  // namespace

Outcome run_guard_serve(Globals const& globals, GuardServe const& arguments, Terminal& terminal) {
    auto const listen = TRY(parse_listen(arguments.listen));
    guard::GuardianOptions options;
    options.data = arguments.data;
    options.listen =
        listen.host.starts_with("[") ? listen.host.substr(1, listen.host.size() - 2) : listen.host;
    options.port = static_cast<std::uint16_t>(listen.port);
    options.name = arguments.name;
    options.hosts = arguments.host_releases;
    options.spare_bytes = TRY(parse_bytes(arguments.spare));
    options.socks5_proxy = globals.proxy;
    options.warnings = TRY(warning_options(arguments));
    options.tool = parse_tool(program_identity());
    if (!arguments.time.empty()) options.time = TRY(guard::read_time_sources(arguments.time));
    guard::NotePrinter notes([&terminal](std::string const& line) { terminal.say(line); });
    options.log = [&](guard::OperatorNote const& note) {
        notes.say(show_time(wall_now()) + "  " + note.text);
    };
    if (arguments.host_releases)
        options.on_released =
            publisher(Path(arguments.data) / "published", options.spare_bytes, notes);
    auto guardian = TRY(guard::Guardian::open(std::move(options)));
    TRY(guardian->start());
    // Not an error: after a reboot Tor may come up later than its guardian.
    if (!globals.proxy.empty()) {
        if (auto const there = check_socks_proxy(globals.proxy); !there.ok())
            terminal.warn(there.error().what + " (" + globals.proxy +
                          "); until it does, this guardian reaches no other");
    }
    auto address = listen;
    address.port = guardian->port();
    if (!arguments.public_address.empty())
        address = TRY(GuardianAddress::parse(arguments.public_address));
    auto const card = write_json({{"name", arguments.name}, {"address", address.text()}});
    TRY(replace_file(Path(arguments.data) / card_file, card));
    terminal.say("Guardian \"" + arguments.name + "\" is up on port " +
                 std::to_string(guardian->port()) + ". It holds " +
                 std::to_string(guardian->cases().size()) + " cases.");
    terminal.say("Invite a witness:  exhibit guard invite --data " + arguments.data +
                 " --quota 50G");
    terminal.result({{"name", arguments.name},
                     {"address", address.text()},
                     {"port", guardian->port()},
                     {"cases", guardian->cases().size()}});
    terminal.finish();  // now: it serves until it is stopped
    while (!interrupted()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    notes.say("Stopping. What was acknowledged is on disk.");
    guardian->stop();
    // A terminal that takes nothing would hold up the end of the process as well.
    if (!notes.close(std::chrono::seconds(2))) std::_Exit(0);
    return {};
}

Outcome run_guard_invite(Globals const&, GuardInvite const& arguments, Terminal& terminal) {
    guard::GivenInvitation given;
    given.quota_bytes = TRY(parse_bytes(arguments.quota));
    given.lifetime = Duration::days(arguments.days);
    auto const card = TRY(read_calling_card(arguments.data));
    given.address = card.address;
    auto const invitation =
        TRY(guard::invite_offline(arguments.data, card.name, given, wall_now()));
    terminal.say("Give this line to one witness, by a channel you trust. It works once, for " +
                 std::to_string(arguments.days) + " days:\n\n  " + invitation.line() +
                 "\n\n"
                 "You will hold data that you cannot open, one share of a key, and a clock.\n"
                 "What you may be asked, and what to answer: exhibit guard explain");
    terminal.result({{"invitation", invitation.line()}});
    return {};
}

Outcome run_guard_explain(Terminal& terminal) {
    std::string const text =
        "What you hold: ciphertext that you cannot open, one share of a key that is useless alone, "
        "and a\n"
        "clock. You know when a witness checked in and how much was sent, not what it shows.\n"
        "\n"
        "\"Open it for us.\"            I cannot. It takes several guardians together, and they "
        "agree only when the\n"
        "                             witness has fallen silent or asked for it.\n"
        "\"Delete it.\"                 Others hold the same. Deleting mine changes nothing but my "
        "standing.\n"
        "\"Tell us who it is.\"         I know a key, not a name.\n"
        "\"Is the witness alive?\"      I know when a signed sign of life came last.\n"
        "\"Stop the release.\"          One guardian cannot. When enough have adopted, nobody "
        "can.\n"
        "\n"
        "If your machine is seized, tell the witness by another channel: one guardian fewer may be "
        "one too\n"
        "few. Do not restore it from an old backup without telling: a guardian whose disk went "
        "back in\n"
        "time counts as one of those that may be dishonest.";
    terminal.say(text);
    terminal.result({{"text", text}});
    return {};
}

}  // namespace exhibit::cli
