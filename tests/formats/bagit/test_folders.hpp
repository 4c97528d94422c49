// Two folders for the verifier: one in memory, one on disk.
#pragma once

#include <filesystem>
#include <map>

#include "base/files.hpp"
#include "formats/bagit/folder.hpp"

namespace exhibit::bagit {

class MapFolder final : public Folder {
public:
    std::map<std::string, std::string> files;
    std::map<std::string, EntryKind> odd;  // links and the like
    int reads = 0;

    Result<std::vector<FolderEntry>> list() override {
        std::vector<FolderEntry> entries;
        for (auto const& [path, content] : files)
            entries.push_back({path, content.size(), EntryKind::file});
        for (auto const& [path, kind] : odd) entries.push_back({path, 0, kind});
        return entries;
    }
    Outcome read(std::string const& path, std::function<Outcome(ByteView)> const& take) override {
        ++reads;
        auto const& content = files.at(path);
        // In two pieces, to see that nobody takes the first for the whole.
        TRY(take(as_bytes(content).first(content.size() / 2)));
        return take(as_bytes(content).subspan(content.size() / 2));
    }
};

class DiskFolder final : public Folder {
public:
    explicit DiskFolder(Path root) : root_(std::move(root)) {}

    Result<std::vector<FolderEntry>> list() override {
        std::vector<FolderEntry> entries;
        std::error_code error;
        for (std::filesystem::recursive_directory_iterator at(root_, error), end;
             !error && at != end; at.increment(error)) {
            auto const status = at->symlink_status();
            if (std::filesystem::is_directory(status)) continue;
            auto const path = at->path().lexically_relative(root_).generic_string();
            bool const is_file = std::filesystem::is_regular_file(status);
            bool const is_link = std::filesystem::is_symlink(status);
            entries.push_back({path, is_file ? at->file_size() : 0,
                               is_file   ? EntryKind::file
                               : is_link ? EntryKind::link
                                         : EntryKind::other});
        }
        if (error) return world_error("cannot list the folder: " + error.message());
        return entries;
    }
    Outcome read(std::string const& path, std::function<Outcome(ByteView)> const& take) override {
        auto const file = TRY(open_for_reading(root_ / path));
        Bytes buffer(1u << 16);
        for (;;) {
            auto const n = TRY(read_some(file.get(), buffer, path));
            if (n == 0) return {};
            TRY(take(ByteView(buffer).first(n)));
        }
    }

private:
    Path root_;
};

}  // namespace exhibit::bagit
