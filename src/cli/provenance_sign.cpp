// exhibit provenance sign, update, redact: copies that say where they come from.
#include <algorithm>

#include "cli/cli.hpp"
#include "formats/tar/name.hpp"
#include "release/disclosed_facts.hpp"
#include "release/signed_copy.hpp"

namespace exhibit::cli {
namespace {

constexpr std::size_t small_file_max = 1 << 20;

constexpr std::string_view known_actions[] = {
    "edited",  "filtered",   "cropped",    "trimmed",     "resized",           "transcoded",
    "unknown", "repackaged", "published",  "orientation", "color_adjustments", "addedText",
    "dubbed",  "translated", "watermarked"};

constexpr std::pair<std::string_view, char const*> reasons[] = {
    {"personal", c2pa::reason_personal},
    {"invalid", "c2pa.invalid.data"},
    {"trade-secret", "c2pa.trade-secret.present"},
    {"confidential", "c2pa.government.confidential"}};

// "filtered:faces blurred"
Result<c2pa::Action> parse_action(std::string const& text, WallTime now) {
    auto const colon = text.find(':');
    auto const name = text.substr(0, colon);
    bool const known = std::ranges::find(known_actions, name) != std::end(known_actions);
    if (!known && name.find('.') == name.npos) {
        std::string names;
        for (auto one : known_actions) names += (names.empty() ? "" : ", ") + std::string(one);
        return wrong_use("is nothing that can be said to have been done")
            .at(name)
            .hint("one of: " + names)
            .coded("did");
    }
    c2pa::Action out;
    out.name = known ? "c2pa." + name : name;
    if (colon != text.npos) out.description = text.substr(colon + 1);
    out.when = now;
    return out;
}

Result<std::string> reason_of(std::string const& name) {
    for (auto const& [known, code] : reasons) {
        if (known == name) return std::string(code);
    }
    return wrong_use("is no reason that is known")
        .at(name)
        .hint("personal, invalid, trade-secret or confidential")
        .coded("reason");
}

// In a release folder, data/NNNN/NAME: what the witness disclosed lies two steps away.
Path disclosures_beside(Path const& file) {
    auto const number = file.parent_path().filename().string();
    if (!parse_exhibit_number(number).ok()) return {};
    return file.parent_path().parent_path() / (number + ".disclosures.json");
}

// The facts that the witness sealed, when they belong to this very file.
Result<std::vector<release::DisclosedFact>> sealed_facts(ProvenanceSign const& arguments) {
    if (arguments.disclose.empty()) return std::vector<release::DisclosedFact>{};
    auto const original =
        std::filesystem::absolute(arguments.original.empty() ? arguments.from : arguments.original);
    Path file = arguments.disclosures;
    if (file.empty()) file = disclosures_beside(original);
    if (file.empty() || !is_there(file))
        return wrong_use("where is what the witness disclosed?")
            .hint("--disclosures NNNN.disclosures.json; its NNNN.sd-jwt must lie beside it")
            .coded("disclosures");
    auto statement_file = file;
    statement_file.replace_extension().replace_extension(".sd-jwt");
    auto const text = TRY(read_text_file(file, small_file_max));
    auto const token = TRY(read_text_file(statement_file, small_file_max));
    auto const statement = TRY(SealStatement::parse(token));
    auto const disclosures = TRY(parse_disclosures(as_bytes(text)));
    TRY(statement.check_disclosures(disclosures));
    auto const facts = TRY(read_facts(disclosures));
    auto const input = TRY(FileSource::open(original));
    Sha256 hash;
    auto const feed = [&](ByteView piece) -> Outcome {
        hash.update(piece);
        return {};
    };
    TRY(for_each_piece(input, {0, input.size()}, feed));
    if (PlainDigest(hash.finish()) != facts.sha256)
        return bad_input("is not the file that was sealed")
            .at(original.string())
            .hint("give the sealed original with --original")
            .coded("original");
    return release::facts_of_seal(facts, statement, arguments.disclose);
}

Result<release::CopyPlan> plan_of(ProvenanceSign const& arguments, bool revise, WallTime now) {
    release::CopyPlan plan;
    plan.from = arguments.from;
    plan.to = arguments.to;
    plan.original = arguments.original;
    plan.beside = arguments.beside;
    plan.created = arguments.created;
    plan.with_thumbnails = arguments.thumbnails;
    plan.acknowledge = arguments.acknowledge;
    plan.withhold = arguments.withhold;
    auto& wish = plan.wish;
    wish.title = arguments.title;
    wish.generator_name = "Exhibit";
    wish.generator_version = EXHIBIT_VERSION;
    wish.when = now;
    wish.reason = TRY(reason_of(arguments.reason));
    for (auto const& text : arguments.did) {
        auto action = TRY(parse_action(text, now));
        wish.actions.push_back(std::move(action));
    }
    if (!arguments.original.empty() && wish.actions.empty())
        return wrong_use("what was done to the original?")
            .hint("for example  --did \"filtered:faces blurred\"")
            .coded("did");
    // A copy that was only signed was published; an update that only withholds was not.
    if (wish.actions.empty() && !plan.created && !revise) {
        c2pa::Action published;
        published.name = c2pa::action_published;
        published.when = now;
        wish.actions.push_back(std::move(published));
    }
    auto facts = TRY(sealed_facts(arguments));
    for (auto const& text : arguments.facts) {
        auto fact = TRY(release::parse_fact(text));
        facts.push_back(std::move(fact));
    }
    for (auto const& fact : facts) {
        auto assertion = TRY(release::fact_assertion(fact));
        wish.facts.push_back(std::move(assertion));
    }
    return plan;
}

// The name of a manifest beside a file, when none was given: the same with .c2pa.
Path beside_name(Path file) { return file.replace_extension(".c2pa"); }

void tell(release::CopyPlan const& plan, release::SignedCopy const& made,
          release::Signer const& signer, Terminal& terminal) {
    auto const name = signer.certificate().subject_part("CN");
    terminal.say(plan.to.string() + "  signed as " + tar::printable(name) +
                 (made.by_update ? ", as an update: the older binding still counts" : ""));
    if (made.original.store)
        terminal.say("  The original's own manifest came along; it was " +
                     std::string(c2pa::state_name(made.original.state)) + ".");
    for (auto const& address : made.withheld)
        terminal.say("  Withheld, and not found anywhere in the copy: " +
                     tar::printable(address.substr(address.rfind('/') + 1)));
    for (auto const& leak : made.words) {
        terminal.warn("note: \"" + tar::printable(leak.word) + "\", a word of " +
                      tar::printable(leak.address.substr(leak.address.rfind('/') + 1)) +
                      ", stands elsewhere in the copy (" + leak.where +
                      "): in the media's own metadata?");
    }
    if (!made.stamped)
        terminal.say(
            "  Not stamped: the signature holds while its certificate does. Add a stamp:  "
            "exhibit provenance stamp");
    terminal.say("Next:  exhibit provenance " + plan.to.string());
    Json words = Json::array();
    for (auto const& leak : made.words)
        words.push_back({{"word", leak.word}, {"where", leak.where}});
    terminal.result({{"file", plan.to.string()},
                     {"manifest", made.label},
                     {"signer", name},
                     {"stamped", made.stamped},
                     {"by_update", made.by_update},
                     {"sync_ms", static_cast<std::int64_t>(made.sync_seconds * 1000)},
                     {"withheld", made.withheld},
                     {"words", words}});
}

}  // namespace

Outcome run_provenance_sign(Globals const& globals, ProvenanceSign const& arguments,
                            TrustChoice const& trust, bool revise, Terminal& terminal) {
    auto const believed = TRY(load_trust(trust));
    auto plan = TRY(plan_of(arguments, revise, believed.now));
    if (plan.to.empty() && !plan.beside)
        return wrong_use("where to?").hint("exhibit provenance sign FILE COPY").coded("to");
    if (plan.to.empty()) plan.to = beside_name(plan.from);
    if (revise && arguments.withhold.empty() && plan.wish.facts.empty() && arguments.did.empty())
        return wrong_use("there is nothing to change")
            .hint("--fact NAME=VALUE adds, --withhold NAME takes away")
            .coded("nothing");
    auto const signer = TRY(open_signer(globals, arguments.signer, terminal));
    SystemRandom random;
    Progress progress(terminal, plan.to.filename().string());
    c2pa::Effort effort;
    effort.progress = [&](std::uint64_t done, std::uint64_t total) { progress.at(done, total); };
    auto const write = revise ? release::revise_copy : release::sign_copy;
    auto const made = write(plan, signer.claim_signer(), believed.question(), random, effort);
    progress.end();
    if (!made.ok()) return made.error();
    tell(plan, *made, signer, terminal);
    return {};
}

}  // namespace exhibit::cli
