// exhibit publish: the release folder, from any guardian's released case.
#include "release/publish.hpp"
#include "cli/cli.hpp"
#include "formats/age/age.hpp"
#include "formats/tar/name.hpp"
#include "formats/torrent/piece_tree.hpp"
#include "guard/witness/fetch.hpp"
#include "release/open_exhibit.hpp"

namespace exhibit::cli {
namespace {

struct From {
    CaseId case_id;
    std::vector<guard::ReleaseSource> sources;
    std::string recipient;  // of our own case: no other key's release under its id is taken
};

Result<From> choose_sources(Globals const& globals, Publish const& arguments) {
    guard::LinkOptions const options{.socks5_proxy = globals.proxy};
    From from;
    if (!arguments.from.empty()) {
        if (arguments.case_id.empty())
            return wrong_use("which case?")
                .hint("exhibit publish --from ADDRESS --case ID OUT")
                .coded("case");
        from.case_id = TRY(CaseId::parse(arguments.case_id));
        auto const address = TRY(GuardianAddress::parse(arguments.from));
        auto source = TRY(guard::ReleaseSource::open(address, from.case_id, std::nullopt, options));
        from.sources.push_back(std::move(source));
        return from;
    }
    auto own = globals;
    if (!arguments.name.empty()) own.case_name = arguments.name;
    auto const folder = TRY(find_case(own));
    from.case_id = folder.info().case_id;
    from.recipient = folder.info().recipient;
    for (auto const& guardian : folder.info().guardians) {
        auto source =
            TRY(guard::ReleaseSource::open(guardian.address, from.case_id, guardian.pin, options));
        from.sources.push_back(std::move(source));
    }
    return from;
}

Result<std::vector<age::X25519Identity>> read_keys(std::string const& file) {
    if (file.empty()) return std::vector<age::X25519Identity>();
    auto text = TRY(read_file(file, 64 * 1024));
    auto keys = age::parse_identity_file(text);
    wipe(text);
    return keys;
}

// How much of what the witness vouched for a guardian offers, then how much at all: one that leaves
// exhibits out must not be believed before one that has them.
std::pair<std::size_t, std::size_t> worth_of(release::OpenedRelease const& release) {
    std::size_t vouched = 0;
    for (auto const& exhibit : release.exhibits) {
        vouched +=
            exhibit.statement && release.evidence.vouches_for(exhibit.statement->digest) ? 1 : 0;
    }
    return {vouched, release.exhibits.size()};
}

// A guardian that sends other bytes of the right length must not keep us from asking the next.
Outcome check_copy(Path const& file, std::optional<std::string> const& statement_text) {
    if (!statement_text) return {};
    auto const statement = TRY(SealStatement::parse(*statement_text));
    auto const input = TRY(open_for_reading(file));
    torrent::PieceTree tree;
    Bytes buffer(1 << 20);
    for (std::size_t got = 1; got != 0;) {
        got = TRY(read_some(input.get(), buffer, file));
        tree.update(ByteView(buffer).first(got));
    }
    auto const whole = tree.finish();
    return release::check_ciphertext(statement, CipherRoot(whole.root), whole.size);
}

}  // namespace

Outcome run_publish(Globals const& globals, Publish const& arguments, Terminal& terminal) {
    Path const out = arguments.out;
    if (is_there(out))
        return wrong_use("there is already something there")
            .at(out.string())
            .coded("exists")
            .hint("name a folder that does not exist yet");
    auto const keys = TRY(read_keys(arguments.key));
    auto from = TRY(choose_sources(globals, arguments));
    std::optional<ReleaseBundle> bundle;
    std::vector<CustodyRecord> custody;  // each guardian knows most of its own log
    std::optional<Error> last;
    std::pair<std::size_t, std::size_t> best{};
    for (auto& source : from.sources) {
        auto got = source.bundle();
        if (!got.ok()) {
            last = got.take_error();
            continue;
        }
        // Any one guardian's word is enough to fetch; what it says is checked against signatures
        // here.
        auto const opened = release::open_release(*got);
        if (!opened.ok()) {
            last = opened.error();
            continue;
        }
        bool const ours =
            from.recipient.empty() || opened->policy().case_recipient == from.recipient;
        if (opened->policy().case_id != from.case_id || !ours) {
            last = bad_input("the guardian answered with another case").coded("case");
            continue;
        }
        custody.insert(custody.end(), got->custody.begin(), got->custody.end());
        auto const worth = worth_of(*opened);
        if (bundle && worth <= best) continue;
        best = worth;
        bundle = got.take();
    }
    if (!bundle) return Error(*last);
    bundle->custody = std::move(custody);

    // Ciphertexts are fetched beside the folder, so that they are on the same disk, and removed at
    // the end.
    auto const aside = out.parent_path() / ("." + out.filename().string() + ".fetched");
    std::error_code ignored;
    std::filesystem::remove_all(aside, ignored);
    TRY(make_folders(aside));
    auto const fetch = [&](ExhibitNumber number) -> Result<std::optional<Path>> {
        std::uint64_t size = 0;
        std::optional<std::string> statement;
        for (auto const& exhibit : bundle->exhibits) {
            if (exhibit.number == number) size = exhibit.size_bytes, statement = exhibit.statement;
        }
        for (auto& source : from.sources) {
            auto const file = aside / (show(number) + ".age");
            TRY(remove_file(file));
            Progress progress(terminal, show(number) + "  fetching");
            auto got = source.ciphertext(number, file, size,
                                         [&](std::uint64_t done) { progress.at(done, size); });
            if (got.ok()) got = check_copy(file, statement);
            if (got.ok()) return std::optional<Path>(file);
            last = got.error();
        }
        return std::optional<Path>();
    };
    auto published = release::publish(*bundle, fetch, keys, out, {});
    std::filesystem::remove_all(aside, ignored);
    if (!published.ok()) return published.take_error();

    Json list = Json::array();
    for (auto const& exhibit : published->exhibits) {
        Json one = {{"number", show(exhibit.number)},
                    {"size", exhibit.size_bytes},
                    {"path", tar::printable(exhibit.path)},
                    {"unfinished", exhibit.unfinished}};
        if (exhibit.sha256) one["sha256"] = exhibit.sha256->hex();
        list.push_back(one);
        terminal.say(show(exhibit.number) + "  " +
                     (exhibit.name.empty() ? "(encrypted: for the named readers)"
                                           : tar::printable(exhibit.name)) +
                     "  " + show_bytes(exhibit.size_bytes) +
                     (exhibit.sha256 ? "  sha256 " + exhibit.sha256->hex() : "") +
                     (exhibit.unfinished ? "  UNFINISHED, unsigned" : ""));
    }
    for (auto const& problem : published->problems)
        terminal.warn(show(problem.number) + ": " + problem.why.what);
    terminal.say("The release is in " + out.string() + ": open index.html; share the folder, or " +
                 published->torrent_file + ".\n" + published->magnet + "\nNext:  exhibit verify " +
                 out.string());
    terminal.result({{"exhibits", list},
                     {"magnet", published->magnet},
                     {"torrent", published->torrent_file},
                     {"problems", published->problems.size()},
                     {"opened", published->opened}});
    return {};
}

}  // namespace exhibit::cli
