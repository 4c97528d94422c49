// exhibit provenance: what a file says of where it comes from, and whether that holds.
#include "cli/cli.hpp"
#include "formats/c2pa/report.hpp"
#include "release/signed_copy.hpp"

namespace exhibit::cli {
namespace {

Result<c2pa::Report> examine(Provenance const& arguments, c2pa::Question const& question) {
    Path const path = arguments.file;
    if (path.extension() == ".c2pa" && arguments.sidecar.empty()) {
        auto store = TRY(read_file(path, c2pa::store_bytes_max));
        return c2pa::validate_store_alone(std::move(store), question);
    }
    std::vector<FileSource> fragments;
    std::vector<ByteSource const*> views;
    for (auto const& one : arguments.fragments) {
        auto fragment = TRY(FileSource::open(one));
        fragments.push_back(std::move(fragment));
    }
    for (auto const& fragment : fragments) views.push_back(&fragment);
    if (!views.empty()) {
        auto const file = TRY(FileSource::open(path));
        return c2pa::validate_fragments(file, views, question);
    }
    auto examined = TRY(release::examine(path, arguments.sidecar, question));
    return std::move(examined.report);
}

}  // namespace

Outcome run_provenance(Globals const&, Provenance const& arguments, Terminal& terminal) {
    if (arguments.file.empty())
        return wrong_use("which file?").hint("exhibit provenance FILE").coded("file");
    if (!is_there(arguments.file))
        return bad_input("is not there").at(arguments.file).coded("not-found");
    if (!arguments.sidecar.empty() && !is_there(arguments.sidecar)) {
        return bad_input("is not there").at(arguments.sidecar).coded("not-found");
    }
    auto const believed = TRY(load_trust(arguments.trust));
    auto report = examine(arguments, believed.question());
    if (!report.ok()) {
        auto error = report.take_error();
        if (error.where.empty() || error.fault == Fault::input) error.where = arguments.file;
        return error;
    }
    if (terminal.json())
        terminal.result(c2pa::write_json_report(*report));
    else
        std::printf("%s", c2pa::show(*report).c_str());
    switch (report->state) {
        case c2pa::State::trusted:
        case c2pa::State::valid: return {};
        case c2pa::State::none:
            if (report->unread)
                return bad_input(
                           "has no manifest beside it, and may hold one that is not read here")
                    .at(arguments.file)
                    .hint(
                        "inside are read: MP4, MOV, M4A, JPEG, PNG, WAV; give one beside the "
                        "file with --sidecar")
                    .coded("unread");
            return bad_input("holds no manifest").at(arguments.file).coded("none");
        case c2pa::State::inaccessible:
            return bad_input("its manifest lies elsewhere, and nothing is fetched")
                .at(arguments.file)
                .hint("fetch it yourself and give it with --sidecar")
                .coded("inaccessible");
        case c2pa::State::invalid: break;
    }
    return bad_input("what it says of itself does not hold").at(arguments.file).coded("fails");
}

}  // namespace exhibit::cli
