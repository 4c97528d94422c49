#include "prove/custody.hpp"

#include "case/release_folder.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t document_max = 2 * document_bytes_max;
constexpr std::size_t custody_files_max = 500'000;

// By its own key: one hand, not a name. That it is the case's is for `verify` to judge.
Result<Signed<Policy>> read_policy(DiskFolder& folder) {
    auto const text = TRY(folder.text(place::policy, document_max));
    auto envelope = TRY(parse_envelope(as_bytes(text), document_max));
    auto const claimed = TRY(peek<Policy>(envelope));
    return Signed<Policy>::open(std::move(envelope), claimed.witness);
}

Statements read_statements(DiskFolder& folder, std::vector<bagit::FolderEntry> const& entries,
                           Policy const& policy) {
    constexpr std::string_view data = "data/", ending = ".sd-jwt";
    Statements statements;
    for (auto const& entry : entries) {
        std::string_view path = entry.path;
        if (!path.starts_with(data) || !path.ends_with(ending)) continue;
        path.remove_prefix(data.size());
        path.remove_suffix(ending.size());
        auto const number = parse_exhibit_number(path);
        auto const text = folder.text(entry.path, document_max);
        if (!number.ok() || !text.ok()) continue;
        auto statement = SealStatement::parse(*text);
        bool const fits = statement.ok() && statement->claims.number == *number &&
                          statement->claims.case_id == policy.case_id;
        if (fits) statements.emplace(*number, statement.take());
    }
    return statements;
}

}  // namespace

Result<CustodyFiles> read_custody(DiskFolder& folder) {
    auto const entries = TRY(folder.list());
    FolderFiles files;
    std::vector<CustodyFiles::Trouble> unreadable;
    for (auto const& entry : entries) {
        if (!is_custody_path(entry.path)) continue;
        if (files.size() == custody_files_max)
            return bad_input("has too many files in custody/ and time/").coded("too-large");
        auto text = folder.text(entry.path, custody_file_bytes_max);
        if (text.ok())
            files.emplace(entry.path, to_bytes(*text));
        else
            unreadable.push_back({entry.path, text.take_error()});
    }
    auto read = read_custody_files(files);
    for (auto& trouble : unreadable) read.troubles.push_back(std::move(trouble));
    return read;
}

Result<CustodyTable> custody_of_release(Path const& path) {
    DiskFolder folder(path);
    auto const policy = TRY(read_policy(folder));
    auto const entries = TRY(folder.list());
    auto const files = TRY(read_custody(folder));
    return table_of_release(files, policy.value(),
                            read_statements(folder, entries, policy.value()));
}

}  // namespace exhibit::prove
