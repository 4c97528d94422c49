// A folder on a disk, read without ever following a link: a bag is somebody else's, and a link in
// it would make us read (and believe) a file from somewhere else.
#pragma once

#include "base/files.hpp"
#include "formats/bagit/folder.hpp"

namespace exhibit::prove {

class DiskFolder final : public bagit::Folder {
public:
    explicit DiskFolder(Path root) : root_(std::move(root)) {}

    Result<std::vector<bagit::FolderEntry>> list() override;
    Outcome read(std::string const& path, std::function<Outcome(ByteView)> const& take) override;

    // Codes: "link" (something on the way is one, or it is no file), "missing", and of the disk.
    // From any thread.
    Result<Descriptor> open(std::string const& path) const;
    // A small file as a whole; code "too-large".
    Result<std::string> text(std::string const& path, std::size_t limit) const;
    Path const& root() const { return root_; }

private:
    Path root_;
};

}  // namespace exhibit::prove
