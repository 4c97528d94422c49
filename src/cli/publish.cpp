// exhibit publish: the release folder, from the guardians of a released case.
#include <algorithm>
#include <chrono>

#include "cli/cli.hpp"
#include "formats/age/age.hpp"
#include "formats/tar/name.hpp"
#include "formats/torrent/piece_tree.hpp"
#include "guard/witness/fetch.hpp"
#include "release/merge.hpp"
#include "release/open_exhibit.hpp"
#include "release/publish.hpp"

namespace exhibit::cli {
namespace {

struct From {
    CaseId case_id;
    std::vector<guard::ReleaseSource> sources;
    // Of our own case: nobody else's release under its id is taken. After a public release its key
    // is known to all, and a guardian that lies can make one of its own around it; not with the
    // words of q of these guardians.
    std::string recipient;
    std::vector<PublicKey> guardians;

    bool is_ours(Policy const& policy) const;
};

bool From::is_ours(Policy const& policy) const {
    if (recipient.empty()) return true;
    std::vector<PublicKey> named;
    for (auto const& one : policy.guardians) named.push_back(one.key);
    return policy.case_recipient == recipient && std::ranges::is_permutation(named, guardians);
}

Result<From> choose_sources(Globals const& globals, Publish const& arguments) {
    guard::LinkOptions const options{.socks5_proxy = globals.proxy, .should_stop = interrupted};
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
        from.guardians.push_back(guardian.key);
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

// Any one guardian's word is enough to fetch; what it says is checked against signatures here, and
// with what the others say.
Result<release::MergedRelease> ask_guardians(From& from, std::span<age::X25519Identity const> keys,
                                             Terminal& terminal) {
    std::vector<ReleaseBundle> told;
    std::optional<Error> last;
    for (auto& source : from.sources) {
        if (interrupted()) return world_error("it was interrupted").coded("stopped");
        auto got = source.bundle();
        if (!got.ok()) {
            last = got.take_error();
            continue;
        }
        auto const opened = release::open_release(*got);
        if (!opened.ok()) {
            last = opened.error();
            continue;
        }
        if (opened->policy().case_id != from.case_id || !from.is_ours(opened->policy())) {
            last = bad_input(source.name() + " answered with another case").coded("case");
            terminal.warn(last->what);
            continue;
        }
        told.push_back(got.take());
    }
    if (told.empty()) return Error(*last);
    return release::merge_releases(told, keys);
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

// The ciphertexts, fetched beside the folder, so that they are on the same disk; removed at the
// end.
class Fetched {
public:
    Fetched(From& from, ReleaseBundle const& bundle, Path aside, Terminal& terminal)
        : from_(from),
          bundle_(bundle),
          aside_(std::move(aside)),
          terminal_(terminal),
          in_vain_(from.sources.size()) {}
    Fetched(Fetched const&) = delete;
    ~Fetched() { clear(); }

    Outcome begin() {
        clear();  // what an earlier run left, when it was killed
        return make_folders(aside_);
    }

    Result<std::optional<Path>> operator()(ExhibitNumber number) {
        auto const exhibit =
            std::ranges::find(bundle_.exhibits, number, &ReleaseBundle::Exhibit::number);
        VERIFY(exhibit != bundle_.exhibits.end());
        TRY(leave_room(*exhibit));
        // One that sends a byte a second is asked again when all others have failed.
        bool passed_over = false;
        for (unsigned const least_rate : {32u * 1024, 1000u}) {
            for (std::size_t i = 0; i < from_.sources.size(); ++i) {
                auto& in_vain = least_rate > 1000 ? in_vain_[i].quick : in_vain_[i].slow;
                if (!exhibit->statement && in_vain.is_over()) {
                    passed_over = true;
                    continue;
                }
                auto const file = aside_ / (show(number) + ".age");
                auto const begun = Clock::now();
                auto const got = fetch(from_.sources[i], *exhibit, file, least_rate);
                if (got.ok()) {
                    in_vain_[i] = {};
                    return std::optional<Path>(file);
                }
                if (!exhibit->statement) in_vain.add(Clock::now() - begun);
                TRY(remove_file(file));
                std::string_view const code = got.error().code;
                if (code == "stopped" || code == "disk-full") return got.error();
            }
        }
        passed_over_ += passed_over;
        return std::optional<Path>();
    }

    // Exhibits for which a guardian was not asked, because too much time was lost with it.
    std::size_t passed_over() const { return passed_over_; }

private:
    using Clock = std::chrono::steady_clock;
    // Exhibits that nobody signed for can be listed by the thousand. A guardian with which minutes
    // were lost on several of them, and nothing got, is asked only for what the witness signed.
    struct InVain {
        Clock::duration lost = {};
        unsigned times = 0;
        void add(Clock::duration more) {
            lost += more;
            ++times;
        }
        bool is_over() const { return times >= 4 && lost >= std::chrono::minutes(5); }
    };
    struct OfSource {
        InVain quick, slow;
    };

    Outcome fetch(guard::ReleaseSource& source, ReleaseBundle::Exhibit const& exhibit,
                  Path const& file, unsigned least_rate) {
        Progress progress(terminal_, show(exhibit.number) + "  fetching");
        TRY(source.ciphertext(
            exhibit.number, file,
            {.bytes = exhibit.size_bytes,
             .least_rate = least_rate,
             .progress = [&](std::uint64_t done) { progress.at(done, exhibit.size_bytes); }}));
        return check_copy(file, exhibit.statement);
    }

    // Whoever lists an exhibit of a petabyte must not fill the disk before it is found out: what
    // does not fit is a problem of that exhibit alone.
    Outcome leave_room(ReleaseBundle::Exhibit const& exhibit) const {
        std::error_code problem;
        auto const space = std::filesystem::space(aside_, problem);
        // Fetched, kept, and opened.
        if (problem || exhibit.size_bytes <= space.available / 3) return {};
        return bad_input("it needs " + show_bytes(exhibit.size_bytes) + " three times, and " +
                         show_bytes(space.available) + " are free")
            .at(show(exhibit.number))
            .coded("no-room")
            .hint("publish to a larger disk");
    }

    void clear() {
        std::error_code ignored;
        std::filesystem::remove_all(aside_, ignored);
    }

    From& from_;
    ReleaseBundle const& bundle_;
    Path aside_;
    Terminal& terminal_;
    std::vector<OfSource> in_vain_;
    std::size_t passed_over_ = 0;
};

void tell_contested(release::MergedRelease const& merged, Terminal& terminal) {
    for (auto const& one : merged.contested) {
        terminal.warn(show(one.number) + ": guardians offer " + std::to_string(one.others + 1) +
                      " different recordings under this number; published is the one that " +
                      (one.vouched ? std::string("the witness vouched for")
                                   : std::to_string(one.receipts) + " guardians signed for"));
    }
}

}  // namespace

Outcome run_publish(Globals const& globals, Publish const& arguments, Terminal& terminal) {
    auto const out = folder_named(arguments.out);
    if (is_there(out))
        return wrong_use("there is already something there")
            .at(out.string())
            .coded("exists")
            .hint("name a folder that does not exist yet");
    auto const keys = TRY(read_keys(arguments.key));
    auto from = TRY(choose_sources(globals, arguments));
    auto const merged = TRY(ask_guardians(from, keys, terminal));
    tell_contested(merged, terminal);

    Fetched fetched(from, merged.bundle,
                    out.parent_path() / ("." + out.filename().string() + ".fetched"), terminal);
    TRY(fetched.begin());
    auto published =
        release::publish(merged.bundle, [&](ExhibitNumber number) { return fetched(number); }, keys,
                         out, {.should_stop = interrupted});
    if (!published.ok()) return published.take_error();

    Json list = Json::array();
    for (auto const& exhibit : published->exhibits) {
        Json one = {{"number", show(exhibit.number)},
                    {"size", exhibit.size_bytes},
                    {"path", tar::printable(exhibit.path)},
                    {"unfinished", exhibit.unfinished},
                    {"signed", exhibit.with_statement}};
        if (exhibit.sha256) one["sha256"] = exhibit.sha256->hex();
        list.push_back(one);
        terminal.say(show(exhibit.number) + "  " +
                     (exhibit.name.empty() ? "(encrypted: for the named readers)"
                                           : tar::printable(exhibit.name)) +
                     "  " + show_bytes(exhibit.size_bytes) +
                     (exhibit.sha256 ? "  sha256 " + exhibit.sha256->hex() : "") +
                     (exhibit.unfinished        ? "  UNFINISHED, unsigned"
                      : !exhibit.with_statement ? "  UNSIGNED: nothing says whose it is"
                                                : ""));
    }
    for (auto const& problem : published->problems)
        terminal.warn(show(problem.number) + ": " + problem.why.what);
    terminal.say("The release is in " + out.string() + ": open index.html; share the folder, or " +
                 published->torrent_file + ".\n" + published->magnet + "\nNext:  exhibit verify " +
                 out.string());
    Json missing = Json::array();
    for (auto const& problem : published->problems)
        missing.push_back({{"number", show(problem.number)}, {"why", problem.why.what}});
    terminal.result({{"exhibits", list},
                     {"magnet", published->magnet},
                     {"torrent", published->torrent_file},
                     {"problems", published->problems.size()},
                     {"missing", missing},
                     {"opened", published->opened}});
    // What nobody signed for, a liar can list by the thousand.
    auto const lost = std::ranges::count_if(published->problems, [&](auto const& problem) {
        auto const one = std::ranges::find(merged.bundle.exhibits, problem.number,
                                           &ReleaseBundle::Exhibit::number);
        return one != merged.bundle.exhibits.end() && one->statement;
    });
    if (lost == 0 && fetched.passed_over() == 0) return {};
    return Error{Fault::guardians,
                 lost > 0 ? std::to_string(lost) + " sealed exhibits are missing in it"
                          : "recordings that nobody signed for are missing in it: a guardian that "
                            "lists them is too slow",
                 "",
                 "the others are in " + out.string(),
                 "publish again, to another folder, when more guardians answer",
                 "missing"};
}

}  // namespace exhibit::cli
