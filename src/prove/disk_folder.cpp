#include "prove/disk_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "formats/tar/name.hpp"

namespace exhibit::prove {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;

Error cannot_open(std::string const& path) {
    auto const shown = tar::printable(path);
    if (errno == ELOOP || errno == ENOTDIR)
        return bad_input("is a link, or lies behind one").at(shown).coded("link");
    if (errno == ENOENT) return bad_input("is not there").at(shown).coded("missing");
    return system_error("cannot be opened", shown);
}

}  // namespace

Result<std::vector<bagit::FolderEntry>> DiskFolder::list() {
    std::vector<bagit::FolderEntry> entries;
    std::error_code problem;
    for (std::filesystem::recursive_directory_iterator at(root_, problem), end;
         !problem && at != end; at.increment(problem)) {
        auto const status = at->symlink_status(problem);
        if (problem) break;
        if (std::filesystem::is_directory(status)) continue;
        bool const is_file = std::filesystem::is_regular_file(status);
        auto const kind = is_file                               ? bagit::EntryKind::file
                          : std::filesystem::is_symlink(status) ? bagit::EntryKind::link
                                                                : bagit::EntryKind::other;
        auto const size = is_file ? at->file_size(problem) : 0;
        entries.push_back({at->path().lexically_relative(root_).generic_string(), size, kind});
    }
    if (problem)
        return world_error("the folder cannot be listed: " + problem.message()).at(root_.string());
    return entries;
}

Result<Descriptor> DiskFolder::open(std::string const& path) const {
    Descriptor at(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!at.is_open()) return system_error("cannot be opened", root_.string());
    std::string_view rest = path;
    for (;;) {
        auto const slash = rest.find('/');
        auto const component = std::string(rest.substr(0, slash));
        if (component.empty() || component == "." || component == "..") {
            return bad_input("leaves the folder").at(tar::printable(path)).coded("link");
        }
        bool const last = slash == std::string_view::npos;
        // O_NONBLOCK: a pipe must not hang us before it is refused.
        int const flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (last ? O_NONBLOCK : O_DIRECTORY);
        Descriptor next(::openat(at.get(), component.c_str(), flags));
        if (!next.is_open()) return cannot_open(path);
        at = std::move(next);
        if (last) break;
        rest.remove_prefix(slash + 1);
    }
    struct stat info {};
    if (::fstat(at.get(), &info) != 0)
        return system_error("cannot be measured", tar::printable(path));
    if (!S_ISREG(info.st_mode))
        return bad_input("is not a regular file").at(tar::printable(path)).coded("link");
    return at;
}

Outcome DiskFolder::read(std::string const& path, std::function<Outcome(ByteView)> const& take) {
    auto const file = TRY(open(path));
    posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    Bytes buffer(read_bytes);
    for (;;) {
        auto const got = TRY(read_some(file.get(), buffer, path));
        if (got == 0) return {};
        TRY(take(ByteView(buffer).first(got)));
    }
}

Result<std::string> DiskFolder::text(std::string const& path, std::size_t limit) const {
    auto const file = TRY(open(path));
    std::string out;
    Bytes buffer(16 * 1024);
    for (;;) {
        auto const got = TRY(read_some(file.get(), buffer, path));
        if (got == 0) return out;
        if (got > limit - out.size())
            return bad_input("is too large to be what it should be")
                .at(tar::printable(path))
                .coded("too-large");
        out += as_text(ByteView(buffer).first(got));
    }
}

}  // namespace exhibit::prove
