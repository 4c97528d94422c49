// exhibit custody: what happened to the exhibits, by whose word, as a table and for other programs.
#include "prove/custody.hpp"
#include "cli/cli.hpp"

namespace exhibit::cli {
namespace {

struct Export {
    std::string const& file;  // empty: not asked for; "-": standard output
    std::string text;
};

Outcome write_export(Export const& one, Terminal& terminal) {
    if (one.file.empty()) return {};
    if (one.file == "-") {
        std::fwrite(one.text.data(), 1, one.text.size(), stdout);
        return {};
    }
    TRY(replace_file(Path(one.file), one.text));
    terminal.say("Written: " + one.file);
    return {};
}

Result<CustodyTable> find_table(Globals const& globals, std::string const& what) {
    std::error_code ignored;
    if (!what.empty() && std::filesystem::is_directory(Path(what) / "data", ignored))
        return prove::custody_of_release(what);
    auto own = globals;
    if (!what.empty()) own.case_name = what;
    auto const folder = find_case(own);
    if (!folder.ok() && !what.empty())
        return wrong_use("is neither a release folder nor a case here")
            .at(what)
            .coded("not-found")
            .hint("exhibit custody FOLDER, or the name of a case");
    if (!folder.ok()) return folder.error();
    auto const records = TRY(folder->exhibits());
    auto const logs = TRY(folder->log_memory());
    return table_of_device(folder->info(), records, logs);
}

}  // namespace

Outcome run_custody(Globals const& globals, CustodyCommand const& arguments, Terminal& terminal) {
    auto const table = TRY(find_table(globals, arguments.what));
    auto case_uco = TRY(write_custody_case_uco(table));
    Export const exports[] = {{arguments.csv, write_custody_csv(table)},
                              {arguments.premis, write_custody_premis(table)},
                              {arguments.case_uco, std::move(case_uco)}};
    bool to_output = false;
    for (auto const& one : exports) {
        if (one.file == "-" && (to_output || terminal.json()))
            return wrong_use("only one thing can go to standard output").coded("output");
        to_output = to_output || one.file == "-";
    }
    for (auto const& one : exports) { TRY(write_export(one, terminal)); }
    if (!to_output) terminal.say(show_table(table));
    if (!to_output && table.rows.empty()) terminal.say("Nothing is on record yet.");
    terminal.result(write_custody_json(table));
    if (!table.troubles.empty())
        return bad_input(table.troubles.front().what)
            .at(table.troubles.front().where)
            .coded("custody")
            .hint("exhibit verify  tells more; the table above has only what holds");
    return {};
}

}  // namespace exhibit::cli
