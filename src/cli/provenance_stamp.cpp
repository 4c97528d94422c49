// exhibit provenance stamp: a time stamp for what was signed without one. The authority is asked by
// whatever program one likes; nothing here opens a connection.
#include "cli/cli.hpp"
#include "crypto/timestamp_request.hpp"
#include "formats/c2pa/late_stamp.hpp"
#include "release/signed_copy.hpp"

namespace exhibit::cli {
namespace {

constexpr std::size_t token_file_max = 1 << 20;

Result<c2pa::Manifest const*> manifest_to_stamp(c2pa::Report const& report, Path const& file) {
    if (!report.store)
        return bad_input("has no manifest that could be stamped").at(file.string()).coded("none");
    return &report.store->active();
}

Outcome write_query(c2pa::Manifest const& manifest, Path const& to, Terminal& terminal) {
    auto const message = TRY(c2pa::late_stamp_message(manifest));
    TimestampRequest request;
    request.imprint = to_bytes(ByteView(sha256(message)));
    if (is_there(to))
        return wrong_use("there is already something there").at(to.string()).coded("exists");
    TRY(replace_file(to, write_timestamp_request(request), Access::everyone));
    terminal.say("The question to a time-stamp authority is in " + to.string() +
                 ". It holds a hash and nothing else. For example:");
    terminal.say("  curl -H 'Content-Type: application/timestamp-query' --data-binary @" +
                 to.string() + " AUTHORITY > reply.tsr");
    terminal.say("Next:  exhibit provenance stamp --token reply.tsr --signer FOLDER FILE COPY");
    terminal.result({{"query", to.string()}, {"manifest", manifest.label}});
    return {};
}

}  // namespace

Outcome run_provenance_stamp(Globals const& globals, ProvenanceStamp const& arguments,
                             TrustChoice const& trust, Terminal& terminal) {
    auto const believed = TRY(load_trust(trust));
    if (!is_there(arguments.from))
        return bad_input("is not there").at(arguments.from).coded("not-found");
    auto const examined = TRY(release::examine(arguments.from, {}, believed.question()));
    auto const* manifest = TRY(manifest_to_stamp(examined.report, arguments.from));
    if (!arguments.ask.empty()) return write_query(*manifest, arguments.ask, terminal);
    if (arguments.token.empty() || arguments.to.empty())
        return wrong_use("a question or a token?")
            .hint("first  stamp FILE --ask query.tsq ; then  stamp FILE COPY --token reply.tsr")
            .coded("token");
    auto const bytes = TRY(read_file(arguments.token, token_file_max));
    auto token = token_of_response(bytes);
    auto const& der = token.ok() ? token.value() : bytes;
    auto const fits = c2pa::check_late_stamp(*manifest, der);
    if (!fits.ok()) return Error(fits.error()).at(arguments.token);
    auto const signer = TRY(open_signer(globals, arguments.signer, terminal));
    release::CopyPlan plan;
    plan.from = arguments.from;
    plan.to = arguments.to;
    plan.with_thumbnails = true;  // nothing is withheld by a stamp
    plan.wish.generator_name = "Exhibit";
    plan.wish.generator_version = EXHIBIT_VERSION;
    plan.wish.facts = {c2pa::late_stamp_assertion(manifest->label, der)};
    SystemRandom random;
    TRY(release::revise_copy(plan, signer.claim_signer(), believed.question(), random));
    terminal.say(arguments.to + "  the time stamp stands in an update of its manifest.");
    terminal.say("Next:  exhibit provenance --trust-stamps AUTHORITY.pem " + arguments.to);
    terminal.result({{"file", arguments.to}, {"stamped", manifest->label}});
    return {};
}

}  // namespace exhibit::cli
