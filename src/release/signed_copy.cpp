#include "release/signed_copy.hpp"

#include <algorithm>
#include <chrono>

#include "release/disclosed_facts.hpp"

namespace exhibit::release {
namespace {

Outcome check_names(CopyPlan const& plan) {
    if (is_there(plan.to))
        return wrong_use("there is already something there")
            .at(plan.to.string())
            .hint("name a file that does not exist yet")
            .coded("exists");
    for (auto const& input : {plan.from, plan.original}) {
        if (!input.empty() && !is_there(input))
            return bad_input("is not there").at(input.string()).coded("not-found");
    }
    return {};
}

Result<std::string> format_of(FileSource const& file, Path const& name) {
    auto const head = TRY(file.read(0, std::min<std::uint64_t>(file.size(), 16)));
    return c2pa::media_type(head, name.extension().string());
}

// What the person named: an address, a label, or a fact by what it is called here. The newest
// manifest that has it counts; the same fact may stand in several.
Result<std::vector<std::string>> addresses_of(c2pa::Report const& report,
                                              std::vector<std::string> const& names) {
    std::vector<std::string> out;
    for (auto const& name : names) {
        auto const before = out.size();
        for (auto const& manifest : report.store->manifests()) {
            if (manifest.assertions == nullptr) continue;
            for (auto const& assertion : manifest.assertions->children) {
                auto const address = manifest.uri("c2pa.assertions/" + assertion.label());
                bool const gone =
                    std::ranges::find(report.redacted, address) != report.redacted.end();
                if (!gone && (address == name || is_fact(assertion, name))) out.push_back(address);
            }
        }
        if (out.size() == before)
            return bad_input("is nothing that its manifests say")
                .at(name)
                .hint("see what they say:  exhibit provenance FILE")
                .coded("redaction");
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Outcome check_original(c2pa::Report const& report, Path const& file, bool acknowledge) {
    if (report.state != c2pa::State::invalid || acknowledge) return {};
    std::string why;
    for (auto const& status : report.active.failure)
        if (status.code != c2pa::untrusted_code) why = status.explanation;
    return bad_input("what the original says of itself does not hold" +
                     (why.empty() ? "" : ": " + why))
        .at(file.string())
        .hint(
            "look at it with  exhibit provenance ; to go on all the same, and say so in the "
            "copy:  --acknowledge")
        .coded("original");
}

// The claims of what was written are read back and judged as anybody would; who signs with an
// unknown key is unknown here too.
Outcome check_written(c2pa::Written const& written, c2pa::Question const& question) {
    auto const report = TRY(c2pa::validate_claims(written.store, question));
    if (report.state != c2pa::State::invalid) return {};
    auto all = report.active.failure;
    for (auto const& delta : report.deltas)
        all.insert(all.end(), delta.deltas.failure.begin(), delta.deltas.failure.end());
    for (auto const& status : all) {
        if (status.code == c2pa::untrusted_code) continue;
        auto error = bad_input("the copy would not hold: " + status.explanation)
                         .at(status.url)
                         .still_safe("the copy was removed");
        if (status.code == "claimSignature.outsideValidity")
            return std::move(error)
                .hint("make a new key:  exhibit provenance key NEW --root OLD")
                .coded("expired");
        return std::move(error)
            .hint("a manifest of the original is broken, or nothing can be withheld from it")
            .coded("original");
    }
    return {};
}

Outcome check_absence(Path const& file, c2pa::Written const& written,
                      std::vector<c2pa::Withheld> const& withheld, SignedCopy& out) {
    if (withheld.empty()) return {};
    auto const copy = TRY(FileSource::open(file));
    auto leaks = TRY(c2pa::find_leaks(copy, written.store, withheld));
    for (auto& leak : leaks) {
        if (leak.word.empty())
            return bad_input("what was withheld would still be in the copy (" + leak.where + ")")
                .at(leak.address)
                .still_safe("the copy was removed")
                .coded("leak");
        out.words.push_back(std::move(leak));
    }
    return {};
}

// Everything that both kinds of copies need before anything is written.
struct Prepared {
    Examined original;
    std::string format;
    c2pa::CopyWish wish;
    std::vector<c2pa::Withheld> withheld;
};
Result<Prepared> prepare(CopyPlan const& plan, c2pa::Question const& question) {
    TRY(check_names(plan));
    auto const& original = plan.original.empty() ? plan.from : plan.original;
    auto examined = TRY(examine(original, plan.original_store, question));
    TRY(check_original(examined.report, original, plan.acknowledge));
    auto format = TRY(format_of(examined.file, original));
    Prepared out{std::move(examined), std::move(format), plan.wish, {}};
    auto const& report = out.original.report;
    if (report.store) {
        out.wish.withheld = TRY(addresses_of(report, plan.withhold));
        if (!plan.with_thumbnails) {
            for (auto& picture : c2pa::thumbnails_in(*report.store)) {
                auto const& known = report.redacted;
                bool const gone = std::ranges::find(known, picture) != known.end();
                if (!gone) out.wish.withheld.push_back(std::move(picture));
            }
        }
        out.withheld = c2pa::withheld_from(*report.store, out.wish.withheld);
    } else if (!plan.withhold.empty()) {
        return bad_input("says nothing of itself that could be withheld")
            .at(original.string())
            .coded("redaction");
    }
    return out;
}

// Writes aside by `write`, checks, searches, and gives the file its name.
template <typename Write>
Result<SignedCopy> finish(CopyPlan const& plan, Prepared& prepared, c2pa::Question const& question,
                          Write write) {
    SignedCopy out;
    auto file = TRY(PendingFile::create(plan.to, Access::everyone));
    DescriptorSink sink(file.fd(), plan.to);
    c2pa::Written const written = TRY(write(sink));
    TRY(check_written(written, question));
    TRY(check_absence(file.aside(), written, prepared.withheld, out));
    auto const begin = std::chrono::steady_clock::now();
    TRY(file.commit());
    out.sync_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    out.label = written.label;
    out.stamped = written.stamped;
    out.withheld = prepared.wish.withheld;
    out.original = std::move(prepared.original.report);
    return out;
}

Result<c2pa::Asset> asset_of(FileSource const& file, Path const& name) {
    auto asset = c2pa::look_at(file);
    if (!asset.ok()) return asset.take_error().at(name.string());
    return asset;
}

}  // namespace

Result<Examined> examine(Path const& name, Path const& store_file, c2pa::Question const& question) {
    auto file = TRY(FileSource::open(name));
    auto const by_store = [&](Path const& store_name) -> Result<Examined> {
        auto store = TRY(read_file(store_name, c2pa::store_bytes_max));
        auto report = TRY(c2pa::validate_sidecar(file, std::move(store), question));
        return Examined{std::move(file), store_name, std::move(report)};
    };
    if (!store_file.empty()) return by_store(store_file);
    auto report = TRY(c2pa::validate(file, question));
    bool const silent =
        report.state == c2pa::State::none || report.state == c2pa::State::inaccessible;
    if (silent) {
        auto same_stem = name;
        same_stem.replace_extension(".c2pa");
        for (auto const& beside : {Path(name.string() + ".c2pa"), same_stem}) {
            if (beside != name && is_there(beside)) return by_store(beside);
        }
    }
    return Examined{std::move(file), {}, std::move(report)};
}

Result<SignedCopy> sign_copy(CopyPlan const& plan, c2pa::ClaimSigner const& signer,
                             c2pa::Question const& question, Random& random,
                             c2pa::Effort const& effort) {
    auto prepared = TRY(prepare(plan, question));
    auto const from = TRY(FileSource::open(plan.from));
    auto composition = c2pa::first_of(c2pa::source_digital_capture, prepared.wish);
    if (!plan.created) {
        composition = TRY(c2pa::copy_of(prepared.original.report, prepared.format, prepared.wish));
    }
    auto const write = [&](ByteSink& sink) -> Result<c2pa::Written> {
        if (plan.beside) {
            auto written =
                TRY(c2pa::write_beside(from, std::move(composition), signer, random, effort));
            TRY(sink.write(written.store));
            return written;
        }
        auto const asset = TRY(asset_of(from, plan.from));
        return c2pa::embed(from, asset, std::move(composition), signer, random, sink, effort);
    };
    return finish(plan, prepared, question, write);
}

Result<SignedCopy> revise_copy(CopyPlan const& plan, c2pa::ClaimSigner const& signer,
                               c2pa::Question const& question, Random& random,
                               c2pa::Effort const& effort) {
    auto prepared = TRY(prepare(plan, question));
    if (!prepared.original.report.store)
        return bad_input("has no manifest yet")
            .at(plan.from.string())
            .hint("make one:  exhibit provenance sign")
            .coded("none");
    bool const beside = !prepared.original.store_file.empty();
    auto const& source = prepared.original.file;
    auto const asset = TRY(c2pa::look_at(source));
    bool const redacts = !prepared.wish.withheld.empty();
    bool const by_update = redacts ? c2pa::can_withhold_by_update(asset.kind, beside)
                                   : beside || asset.kind != c2pa::AssetKind::riff;
    auto const& report = prepared.original.report;
    auto composition = TRY(by_update ? c2pa::update_of(report, prepared.format, prepared.wish)
                                     : c2pa::copy_of(report, prepared.format, prepared.wish));
    auto const write = [&](ByteSink& sink) -> Result<c2pa::Written> {
        if (!by_update)
            return c2pa::embed(source, asset, std::move(composition), signer, random, sink, effort);
        if (!beside)
            return c2pa::embed_update(source, asset, std::move(composition), signer, random, sink,
                                      effort);
        auto written = TRY(c2pa::update_beside(std::move(composition), signer, random));
        TRY(sink.write(written.store));
        return written;
    };
    auto out = TRY(finish(plan, prepared, question, write));
    out.by_update = by_update;
    return out;
}

}  // namespace exhibit::release
