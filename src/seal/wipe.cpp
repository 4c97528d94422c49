#include "seal/wipe.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace exhibit::seal {
namespace {

constexpr std::string_view wiping = ".wiping-";
constexpr std::uint64_t overwritten_max = 1 << 20;
constexpr std::size_t block = 4096;

// Letters of the same number, so that the folder's entry is written over in place where it can be.
std::string meaningless_name(std::size_t length) {
    auto text = to_hex(SystemRandom().bytes<128>());
    text.resize(std::clamp<std::size_t>(length, 8, text.size()), 'x');
    return text;
}

Outcome overwrite(Path const& file) {
    Descriptor const opened(::open(file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened.is_open()) return system_error("cannot be overwritten", file.string());
    auto const size = TRY(file_size(opened.get(), file));
    auto left = std::min(size, overwritten_max);
    left = (left + block - 1) / block * block;  // the slack of the last block, too
    SystemRandom random;
    Bytes noise(64 * 1024);
    while (left > 0) {
        auto const now = std::min<std::uint64_t>(left, noise.size());
        random.fill(noise);
        TRY(write_all(opened.get(), ByteView(noise).first(now), file));
        left -= now;
    }
    return sync_file(opened.get(), file);
}

// Overwritten if it is a plain file, renamed and gone in any case.
Outcome wipe_entry(Path const& path) {
    struct stat about {};
    if (::lstat(path.c_str(), &about) != 0) return system_error("cannot be seen", path.string());
    Outcome overwritten;
    if (S_ISREG(about.st_mode)) overwritten = overwrite(path);
    auto const hidden = path.parent_path() / meaningless_name(path.filename().string().size());
    bool const renamed = ::rename(path.c_str(), hidden.c_str()) == 0;
    auto const& last = renamed ? hidden : path;
    int const gone = S_ISDIR(about.st_mode) ? ::rmdir(last.c_str()) : ::unlink(last.c_str());
    if (gone != 0) return system_error("cannot be removed", path.string());
    return overwritten;
}

struct Trouble {
    std::optional<Error> first;
    void add(Outcome const& outcome) {
        if (!outcome.ok() && !first) first = outcome.error();
    }
};

// Deepest first, so that each folder is empty when its turn comes.
Result<std::size_t> wipe_below(Path const& folder) {
    std::vector<Path> all;
    std::error_code problem;
    using Walk = std::filesystem::recursive_directory_iterator;
    for (auto it = Walk(folder, problem); !problem && it != Walk(); it.increment(problem))
        all.push_back(it->path());
    if (problem)
        return world_error("cannot be listed: " + problem.message())
            .at(folder.string())
            .coded("system");
    std::ranges::reverse(all);
    Trouble trouble;
    std::size_t files = 0;
    for (auto const& path : all) {
        trouble.add(wipe_entry(path));
        ++files;
    }
    trouble.add(sync_folder(folder));
    // Its name says nothing any more; it keeps it, so that the next command finds it if this fails.
    if (::rmdir(folder.c_str()) != 0) trouble.add(system_error("cannot be removed", folder));
    trouble.add(sync_folder(folder.parent_path()));
    if (trouble.first)
        return std::move(*trouble.first)
            .still_safe("the guardians hold what you left with them")
            .hint("remove by hand what is left in " + folder.string());
    return files;
}

bool is_flash(Path const& folder) {
    struct stat about {};
    if (::stat(folder.c_str(), &about) != 0) return false;
    auto const device = "/sys/dev/block/" + std::to_string(major(about.st_dev)) + ":" +
                        std::to_string(minor(about.st_dev));
    for (auto const* below : {"/queue/rotational", "/../queue/rotational"}) {
        auto const text = read_file(device + below, 16);
        if (text.ok()) return !text->empty() && text->front() == '0';
    }
    return false;
}

bool is_copy_on_write(Path const& folder) {
    struct statfs about {};
    if (::statfs(folder.c_str(), &about) != 0) return false;
    constexpr std::uint64_t btrfs = 0x9123683E, zfs = 0x2FC12FC1, overlay = 0x794c7630,
                            bcachefs = 0xca451a4e, f2fs = 0xF2F52010;
    auto const type = static_cast<std::uint64_t>(about.f_type) & 0xFFFFFFFF;
    return type == btrfs || type == zfs || type == overlay || type == bcachefs || type == f2fs;
}

}  // namespace

Result<Wiped> wipe_case(Path const& folder) {
    Wiped wiped;
    wiped.flash = is_flash(folder);
    wiped.copy_on_write = is_copy_on_write(folder);
    auto const hidden =
        folder.parent_path() / (std::string(wiping) + to_hex(SystemRandom().bytes<4>()));
    if (::rename(folder.c_str(), hidden.c_str()) != 0)
        return system_error("the case cannot be removed", folder.string());
    TRY(sync_folder(folder.parent_path()));
    wiped.files = TRY(wipe_below(hidden));
    return wiped;
}

Result<std::size_t> finish_wiping(Path const& cases) {
    std::vector<Path> found;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(cases, problem)) {
        bool const ours = entry.path().filename().string().starts_with(wiping);
        if (ours && entry.is_directory() && !entry.is_symlink()) found.push_back(entry.path());
    }
    for (auto const& folder : found) TRY(wipe_below(folder));
    return found.size();
}

}  // namespace exhibit::seal
