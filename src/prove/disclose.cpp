#include "prove/disclose.hpp"

#include <algorithm>
#include <set>

#include "base/random.hpp"
#include "case/parallel_tree.hpp"
#include "case/release_folder.hpp"
#include "formats/tar/name.hpp"
#include "prove/disclosure_papers.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t small_file_max = 1 << 20;
constexpr std::size_t copy_bytes = 1 << 20;
// With it every salt is known: what is withheld could be guessed.
constexpr char const* seed_fact = "block_seed";

// What people type, and the fact it stands for.
constexpr std::pair<std::string_view, std::string_view> short_names[] = {
    {"instant", "captured_instant"}, {"day", "captured_day"},   {"year", "captured_year"},
    {"point", "captured_point"},     {"10km", "captured_10km"}, {"100km", "captured_100km"},
    {"camera", "captured_with"}};

std::string full_name(std::string const& name) {
    for (auto const& [typed, fact] : short_names) {
        if (name == typed) return std::string(fact);
    }
    return name;
}

struct Sealed {
    SealStatement statement;
    std::vector<Disclosure> disclosures;
    SealFacts facts;
};

Result<Sealed> read_sealed(DisclosureSource const& source) {
    auto const text = TRY(read_text_file(source.statement, small_file_max));
    auto statement = TRY(SealStatement::parse(text));
    auto const list = TRY(read_file(source.disclosures, small_file_max));
    auto disclosures = TRY(parse_disclosures(list));
    auto const fits = statement.check_disclosures(disclosures);
    if (!fits.ok())
        return bad_input("the facts are not those that the seal statement signed")
            .at(source.disclosures.string())
            .coded("disclosures");
    auto facts = TRY(read_facts(disclosures));
    return Sealed{std::move(statement), std::move(disclosures), std::move(facts)};
}

// The facts that are wished for; parts need two more, which say nothing of the content.
Result<std::vector<Disclosure>> choose(Sealed const& sealed, DisclosureWish const& wish,
                                       bool with_parts) {
    std::set<std::string> names;
    for (auto const& typed : wish.facts) {
        auto const name = full_name(typed);
        if (name == seed_fact)
            return wrong_use(
                       "with it, everything that is withheld of the recording could be "
                       "guessed; it is never shown")
                .at(typed)
                .coded("secret-fact");
        bool const known = std::ranges::any_of(sealed.disclosures,
                                               [&](auto const& one) { return one.name == name; });
        if (!known)
            return wrong_use("the seal has no such fact")
                .at(tar::printable(typed))
                .coded("no-such-fact")
                .hint("what there is:  exhibit disclose --list");
        names.insert(name);
    }
    if (with_parts) names.insert({"block_root", "size"});
    std::vector<Disclosure> out;
    for (auto const& one : sealed.disclosures) {
        if (names.contains(one.name)) out.push_back(one);
    }
    return out;
}

Result<std::vector<ByteSpan>> spans_of(ByteSource const& recording, DisclosureWish const& wish) {
    auto spans = wish.bytes;
    for (auto const& time : wish.times) {
        auto const part = TRY(part_of_footage(recording, time));
        spans.insert(spans.end(), part.spans.begin(), part.spans.end());
    }
    if (wish.with_index) {
        auto const index = TRY(index_of_footage(recording));
        spans.insert(spans.end(), index.begin(), index.end());
    }
    return spans;
}

Outcome copy_run(ByteSource const& recording, BlockRun const& run, Path const& to) {
    auto const file = TRY(create_new_file(to));
    auto const begin = run.first * original_block_bytes;
    auto const end = std::min(run.end() * original_block_bytes, recording.size());
    Bytes buffer(copy_bytes);
    for (auto at = begin; at < end;) {
        auto const piece = MutableBytes(buffer).first(
            static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - at)));
        TRY(recording.read_at(at, piece));
        TRY(write_all(file.get(), piece, to));
        at += piece.size();
    }
    return sync_file(file.get(), to);
}

// Everything is made beside its place, and removed when something fails.
class Aside {
public:
    static Result<Aside> create(Path const& out) {
        if (is_there(out))
            return wrong_use("there is already something there").at(out.string()).coded("exists");
        auto const tag = to_hex(SystemRandom().bytes<6>());
        auto path = out.parent_path() / ("." + out.filename().string() + "-" + tag + ".part");
        TRY(make_folders(path));
        return Aside(std::move(path));
    }
    Aside(Aside&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    Aside& operator=(Aside&&) = delete;
    ~Aside() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    Path const& path() const { return path_; }
    Outcome install(Path const& out) {
        if (::rename(path_.c_str(), out.c_str()) != 0)
            return system_error("cannot be put in place", out.string());
        path_.clear();
        return sync_folder(out.parent_path().empty() ? Path(".") : out.parent_path());
    }

private:
    explicit Aside(Path path) : path_(std::move(path)) {}
    Path path_;
};

// The parts, and what binds them to the seal.
Result<BlockProof> write_parts(Sealed const& sealed, DisclosureWish const& wish,
                               Path const& original, Path const& to, MadeDisclosure& made,
                               ShownFacts const& shown) {
    auto const recording = TRY(FileSource::open(original));
    auto const spans = TRY(spans_of(recording, wish));
    auto runs = TRY(blocks_of(spans, recording.size()));
    auto const seed = Secret<32>::copy_of(sealed.facts.block_seed);
    VERIFY(seed.ok());
    auto const leaves = TRY(block_leaves_of_file(original, *seed));
    LeafStack stack;
    for (auto const& leaf : leaves) stack.add(leaf);
    if (recording.size() != sealed.facts.size_bytes ||
        BlockRoot(stack.root()) != sealed.facts.block_root)
        return bad_input("is not the recording that was sealed")
            .at(original.string())
            .coded("digest");
    made.shown_bytes = shown_bytes(runs, recording.size());
    made.of_bytes = recording.size();
    made.told = told_by_parts(recording, runs, shown);
    TRY(make_folders(to / "parts"));
    for (auto const& run : runs) {
        TRY(copy_run(recording, run, to / part_file(run, recording.size())));
    }
    return make_block_proof(recording.size(), std::move(runs), leaves, BlockSalts(*seed));
}

Outcome put(Path const& to, std::string_view content) { return replace_file(to, content); }

}  // namespace

Result<DisclosureSource> source_in_release(Path const& release, ExhibitNumber number) {
    DisclosureSource source;
    source.release = release;
    source.statement = release / place::exhibit_file(number, ".sd-jwt");
    source.disclosures = release / place::exhibit_file(number, ".disclosures.json");
    if (!is_there(source.statement) || !is_there(source.disclosures))
        return wrong_use("this release has no opened exhibit of that number")
            .at(show(number))
            .coded("no-exhibit");
    auto const sealed = TRY(read_sealed(source));
    auto const file =
        release / place::exhibit_file(number, "/" + place::safe_file_name(sealed.facts.name));
    if (is_there(file)) source.original = file;
    return source;
}

Result<std::vector<FactOnOffer>> facts_on_offer(DisclosureSource const& source) {
    auto const sealed = TRY(read_sealed(source));
    std::vector<FactOnOffer> out;
    for (auto const& one : sealed.disclosures) {
        if (one.name != seed_fact) out.push_back({one.name, write_json(one.value)});
    }
    return out;
}

Result<MadeDisclosure> disclose(DisclosureSource const& source, DisclosureWish const& wish,
                                Path const& out) {
    auto const sealed = TRY(read_sealed(source));
    bool const with_parts = !wish.bytes.empty() || !wish.times.empty() || wish.with_index;
    if (with_parts && !source.original)
        return wrong_use("parts can only be shown of the original, and it is not here")
            .coded("no-original");
    auto const chosen = TRY(choose(sealed, wish, with_parts));
    auto const shown = TRY(read_shown_facts(chosen));
    auto aside = TRY(Aside::create(out));
    MadeDisclosure made;
    DisclosureRecord record{sealed.statement.claims.case_id, sealed.statement.claims.number, {}};
    if (with_parts)
        record.parts = TRY(write_parts(sealed, wish, *source.original, aside.path(), made, shown));
    SdJwt const presented{sealed.statement.token.jwt, chosen};
    TRY(put(aside.path() / (show(record.number) + ".sd-jwt"), write_sd_jwt(presented)));
    TRY(put(aside.path() / disclosure_folder::record, write_disclosure_record(record)));
    TRY(put(aside.path() / disclosure_folder::script, check_parts_script()));
    if (wish.with_papers && source.release) {
        TRY(copy_papers(*source.release, sealed.statement, aside.path()));
    }
    TRY(aside.install(out));
    for (auto const& one : sealed.disclosures)
        (shown.names.contains(one.name) ? made.shown : made.withheld).push_back(one.name);
    return made;
}

}  // namespace exhibit::prove
