// exhibit provenance: what a file says of where it comes from, and whether that holds.
#include "cli/cli.hpp"
#include "formats/c2pa/report.hpp"

namespace exhibit::cli {
namespace {

constexpr std::size_t list_bytes_max = 8 << 20;

Result<std::vector<Certificate>> load_list(std::vector<std::string> const& files) {
    std::vector<Certificate> out;
    for (auto const& file : files) {
        auto const text = TRY(read_text_file(file, list_bytes_max));
        auto some = Certificate::from_pem(text);
        if (!some.ok()) return some.take_error().at(file);
        out.insert(out.end(), some->begin(), some->end());
    }
    return out;
}

Result<c2pa::Report> examine(Provenance const& arguments, c2pa::Question const& question) {
    Path const path = arguments.file;
    if (path.extension() == ".c2pa" && arguments.sidecar.empty()) {
        auto store = TRY(read_file(path, c2pa::store_bytes_max));
        return c2pa::validate_store_alone(std::move(store), question);
    }
    auto const file = TRY(FileSource::open(path));
    std::vector<FileSource> fragments;
    std::vector<ByteSource const*> views;
    for (auto const& one : arguments.fragments) {
        auto fragment = TRY(FileSource::open(one));
        fragments.push_back(std::move(fragment));
    }
    for (auto const& fragment : fragments) views.push_back(&fragment);
    if (arguments.sidecar.empty()) {
        auto report = TRY(c2pa::validate_fragments(file, views, question));
        if (report.state != c2pa::State::none && report.state != c2pa::State::inaccessible)
            return report;
    }
    // Beside the file: NAME.c2pa or NAME.EXT.c2pa.
    auto beside = path;
    beside.replace_extension(".c2pa");
    for (auto const& sidecar : {Path(arguments.sidecar), Path(path.string() + ".c2pa"), beside}) {
        if (sidecar.empty() || !is_there(sidecar)) continue;
        auto store = TRY(read_file(sidecar, c2pa::store_bytes_max));
        return c2pa::validate_sidecar(file, std::move(store), question);
    }
    return c2pa::validate(file, question);
}

}  // namespace

Outcome run_provenance(Globals const&, Provenance const& arguments, Terminal& terminal) {
    if (!is_there(arguments.file))
        return bad_input("is not there").at(arguments.file).coded("not-found");
    if (!arguments.sidecar.empty() && !is_there(arguments.sidecar)) {
        return bad_input("is not there").at(arguments.sidecar).coded("not-found");
    }
    x509::TrustLists lists;
    lists.signers = TRY(load_list(arguments.trust));
    lists.timestampers = TRY(load_list(arguments.trust_stamps));
    lists.address_book = TRY(load_list(arguments.know));
    auto now = wall_now();
    if (!arguments.at.empty()) now = TRY(parse_time(arguments.at));
    auto report = examine(arguments, {lists, now});
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
