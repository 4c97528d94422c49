#include "seal/install.hpp"

namespace exhibit::seal {

Outcome install_files(Path const& folder, std::vector<NamedFile> const& files) {
    if (is_there(folder)) {
        return wrong_use("there is already something of that name")
            .at(folder.string())
            .coded("exists")
            .hint("choose another name for the case");
    }
    TRY(make_folders(folder.parent_path()));
    auto const aside = folder.parent_path() / ("." + folder.filename().string() + ".new");
    std::error_code problem;
    std::filesystem::remove_all(aside, problem);
    TRY(make_folders(aside / "exhibits"));
    for (auto const& file : files) { TRY(replace_file(aside / file.name, file.content)); }
    std::filesystem::rename(aside, folder, problem);
    if (problem)
        return world_error("the case cannot be put in place: " + problem.message())
            .at(folder.string());
    return sync_folder(folder.parent_path());
}

}  // namespace exhibit::seal
