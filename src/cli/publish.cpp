// exhibit publish: the release folder, from any guardian's released case.
#include "cli/cli.hpp"
#include "formats/age/age.hpp"
#include "formats/tar/name.hpp"
#include "guard/witness/fetch.hpp"
#include "release/publish.hpp"

namespace exhibit::cli {
namespace {

struct From {
    CaseId case_id;
    std::vector<guard::ReleaseSource> sources;
};

Result<From> choose_sources(Globals const& globals, Publish const& arguments) {
    guard::LinkOptions const options{.socks5_proxy = globals.proxy};
    From from;
    if (!arguments.from.empty()) {
        if (arguments.case_id.empty()) return wrong_use("which case?").hint("exhibit publish --from ADDRESS --case ID OUT").coded("case");
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
    for (auto const& guardian : folder.info().guardians) {
        auto source = TRY(guard::ReleaseSource::open(guardian.address, from.case_id, guardian.pin, options));
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

}  // namespace

Outcome run_publish(Globals const& globals, Publish const& arguments, Terminal& terminal) {
    Path const out = arguments.out;
    if (is_there(out)) return wrong_use("there is already something there").at(out.string()).coded("exists").hint("name a folder that does not exist yet");
    auto const keys = TRY(read_keys(arguments.key));
    auto from = TRY(choose_sources(globals, arguments));
    std::optional<ReleaseBundle> bundle;
    std::optional<Error> last;
    for (auto& source : from.sources) {
        auto got = source.bundle();
        if (!got.ok()) { last = got.take_error(); continue; }
        // Any one guardian's word is enough to fetch; what it says is checked against signatures here.
        auto const opened = release::open_release(*got);
        if (!opened.ok()) { last = opened.error(); continue; }
        if (opened->policy().case_id != from.case_id) { last = bad_input("the guardian answered with another case").coded("case"); continue; }
        bundle = got.take();
        break;
    }
    if (!bundle) return Error(*last);

    // Ciphertexts are fetched beside the folder, so that they are on the same disk, and removed at the end.
    auto const aside = out.parent_path() / ("." + out.filename().string() + ".fetched");
    std::error_code ignored;
    std::filesystem::remove_all(aside, ignored);
    TRY(make_folders(aside));
    auto const fetch = [&](ExhibitNumber number) -> Result<std::optional<Path>> {
        std::uint64_t size = 0;
        for (auto const& exhibit : bundle->exhibits) {
            if (exhibit.number == number) size = exhibit.size_bytes;
        }
        for (auto& source : from.sources) {
            auto const file = aside / (show(number) + ".age");
            TRY(remove_file(file));
            Progress progress(terminal, show(number) + "  fetching");
            auto const got = source.ciphertext(number, file, size, [&](std::uint64_t done) { progress.at(done, size); });
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
        Json one = {{"number", show(exhibit.number)}, {"size", exhibit.size_bytes}, {"path", tar::printable(exhibit.path)}, {"unfinished", exhibit.unfinished}};
        if (exhibit.sha256) one["sha256"] = exhibit.sha256->hex();
        list.push_back(one);
        terminal.say(show(exhibit.number) + "  " + (exhibit.name.empty() ? "(encrypted: for the named readers)" : tar::printable(exhibit.name)) + "  " +
                     show_bytes(exhibit.size_bytes) + (exhibit.sha256 ? "  sha256 " + exhibit.sha256->hex() : "") + (exhibit.unfinished ? "  UNFINISHED, unsigned" : ""));
    }
    for (auto const& problem : published->problems) terminal.warn(show(problem.number) + ": " + problem.why.what);
    terminal.say("The release is in " + out.string() + ": open index.html; share the folder, or " + published->torrent_file + ".\n" +
                 published->magnet + "\nNext:  exhibit verify " + out.string());
    terminal.result({{"exhibits", list}, {"magnet", published->magnet}, {"torrent", published->torrent_file},
                     {"problems", published->problems.size()}, {"opened", published->opened}});
    return {};
}

}  // namespace exhibit::cli
