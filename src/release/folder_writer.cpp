#include "release/folder_writer.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.hpp"
#include "case/release_folder.hpp"

namespace exhibit::release {
namespace {

Error already_there(Path const& out) {
    return wrong_use("there is already something of that name")
        .at(out.string())
        .coded("exists")
        .still_safe("it is untouched")
        .hint("name a folder that does not exist yet");
}

bool is_free(Path const& out) {
    std::error_code problem;
    if (!is_there(out)) return true;
    return !std::filesystem::is_symlink(out, problem) &&
           std::filesystem::is_directory(out, problem) && std::filesystem::is_empty(out, problem);
}

constexpr std::size_t random_bytes = 6;
constexpr std::string_view ending = ".new";

std::string beginning_of(Path const& out) {
    return "." + out.filename().string().substr(0, 200) + ".";
}

bool is_aside(std::string_view name, std::string_view beginning) {
    if (!name.starts_with(beginning) || !name.ends_with(ending)) return false;
    if (name.size() != beginning.size() + random_bytes * 2 + ending.size()) return false;
    auto const middle = name.substr(beginning.size(), random_bytes * 2);
    return middle.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Not valid when it is no folder of ours, or somebody writes there. A file system without locks
// counts as that.
Descriptor lock_folder(Path const& folder) {
    Descriptor opened(
        ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (opened.is_open() && ::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) opened.close();
    return opened;
}

void remove_abandoned(Path const& parent, std::string const& beginning) {
    std::error_code problem;
    std::vector<Path> found;
    for (auto it = std::filesystem::directory_iterator(parent, problem);
         !problem && it != std::filesystem::directory_iterator(); it.increment(problem)) {
        if (is_aside(it->path().filename().string(), beginning)) found.push_back(it->path());
    }
    for (auto const& folder : found) {
        auto const lock = lock_folder(folder);
        if (lock.is_open()) std::filesystem::remove_all(folder, problem);
    }
}

}  // namespace

Result<FolderWriter> FolderWriter::create(Path out, Access access, std::uint64_t piece_length) {
    if (!out.has_filename()) out = out.parent_path();  // "out/"
    if (!is_free(out)) return already_there(out);
    auto const parent = out.has_parent_path() ? out.parent_path() : Path(".");
    TRY(make_folders(parent));
    auto const beginning = beginning_of(out);
    remove_abandoned(parent, beginning);
    auto aside =
        parent / (beginning + to_hex(SystemRandom().bytes<random_bytes>()) + std::string(ending));
    if (::mkdir(aside.c_str(), access == Access::everyone ? 0755 : 0700) != 0) {
        return system_error("cannot be created", aside.string());
    }
    auto lock = lock_folder(aside);
    return FolderWriter(std::move(out), std::move(aside), std::move(lock), access, piece_length);
}

FolderWriter::FolderWriter(FolderWriter&& other) noexcept
    : out_(std::move(other.out_)),
      aside_(std::move(other.aside_)),
      lock_(std::move(other.lock_)),
      access_(other.access_),
      piece_length_(other.piece_length_),
      listed_(std::move(other.listed_)),
      open_(std::exchange(other.open_, false)) {}

FolderWriter::~FolderWriter() {
    if (!open_) return;
    std::error_code problem;
    std::filesystem::remove_all(aside_, problem);
}

Outcome FolderWriter::make_folder_of(Path const& file) const {
    auto const folder = file.parent_path();
    if (folder == aside_ || is_there(folder)) return {};
    TRY(make_folder_of(folder));
    if (::mkdir(folder.c_str(), access_ == Access::everyone ? 0755 : 0700) != 0 &&
        errno != EEXIST) {
        return system_error("cannot be created", folder.string());
    }
    return {};
}

Outcome FolderWriter::Stream::put(ByteView bytes) {
    digester.update(bytes);
    return write_all(file.get(), bytes, path);
}

Result<FolderWriter::Stream> FolderWriter::begin(std::string const& path) {
    TRY(make_folder_of(on_disk(path)));
    auto file = TRY(create_new_file(on_disk(path), access_));
    return Stream{path, std::move(file), FileDigester(piece_length_)};
}

Result<FileDigests> FolderWriter::end(Stream stream, std::string const& final_path) {
    stream.file.close();
    if (final_path != stream.path &&
        ::rename(on_disk(stream.path).c_str(), on_disk(final_path).c_str()) != 0) {
        return system_error("cannot be put in place", final_path);
    }
    auto digests = stream.digester.finish();
    listed_.push_back({final_path, digests});
    return digests;
}

Outcome FolderWriter::write(std::string const& path, ByteView content) {
    auto stream = TRY(begin(path));
    TRY(stream.put(content));
    TRY(end(std::move(stream), path));
    return {};
}

void FolderWriter::drop(std::string const& path) {
    std::error_code problem;
    std::filesystem::remove_all(on_disk(path), problem);
    std::erase_if(listed_, [&](Listed const& one) {
        return one.path == path || one.path.starts_with(path + "/");
    });
}

Outcome FolderWriter::install() {
    // One flush for all files instead of an fsync for each: a release may have thousands.
    Descriptor const folder(::open(aside_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || ::syncfs(folder.get()) != 0)
        return system_error("cannot be written to disk", out_.string());
    // Over an empty folder this succeeds, over anything else it fails.
    if (::rename(aside_.c_str(), out_.c_str()) != 0) {
        if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) return already_there(out_);
        return system_error("cannot be put in place", out_.string());
    }
    open_ = false;
    return sync_folder(out_.has_parent_path() ? out_.parent_path() : Path("."));
}

Result<std::string> list_of_files(Path const& folder) {
    std::vector<std::string> paths;
    std::error_code problem;
    for (std::filesystem::recursive_directory_iterator at(folder, problem), end;
         !problem && at != end; at.increment(problem)) {
        if (at->is_regular_file(problem))
            paths.push_back(at->path().lexically_relative(folder).generic_string());
    }
    if (problem) return system_error("cannot be listed", folder.string());
    std::ranges::sort(paths);
    std::string out;
    for (auto const& path : paths) {
        // Its own name, and what no line can hold, stay out.
        if (path == release_folder::file_list || path.find('\n') != std::string::npos) continue;
        out += path + "\n";
    }
    return out;
}

}  // namespace exhibit::release
