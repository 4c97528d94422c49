// Writes the files of a release folder aside and remembers the digests of those in data/.
// Everything is on disk, and in place, only after install().
#pragma once

#include "base/files.hpp"
#include "formats/bagit/bagit.hpp"
#include "release/file_digester.hpp"

namespace exhibit::release {

class FolderWriter {
public:
    // Codes: "exists" (out is there and not an empty folder). What earlier writers of the same
    // `out` left beside it, because they were killed, is removed: it may hold opened recordings.
    static Result<FolderWriter> create(Path out, Access access, std::uint64_t piece_length);
    FolderWriter(FolderWriter&& other) noexcept;
    FolderWriter& operator=(FolderWriter&&) = delete;
    ~FolderWriter();  // not installed: everything is removed

    // Paths from the folder's root, with '/'.
    Outcome write(std::string const& path, ByteView content);
    Outcome write(std::string const& path, std::string_view content) {
        return write(path, as_bytes(content));
    }

    // A file that comes in pieces: write to the descriptor and update the digester by hand, then
    // close.
    struct Stream {
        std::string path;
        Descriptor file;
        FileDigester digester;
        Outcome put(ByteView bytes);
    };
    Result<Stream> begin(std::string const& path);
    // `final_path`: under which it is listed and found; renamed if it differs.
    Result<FileDigests> end(Stream stream, std::string const& final_path);
    void drop(std::string const& path);  // file, or folder with all it holds

    Path on_disk(std::string const& path) const { return aside_ / path; }
    struct Listed {
        std::string path;
        FileDigests digests;
    };
    std::vector<Listed> const& listed() const {
        return listed_;
    }  // files in data/ and bag files, as written

    // Puts the folder in place. Nothing may be written after it.
    Outcome install();

private:
    FolderWriter(Path out, Path aside, Descriptor lock, Access access, std::uint64_t piece_length)
        : out_(std::move(out)),
          aside_(std::move(aside)),
          lock_(std::move(lock)),
          access_(access),
          piece_length_(piece_length) {}
    Outcome make_folder_of(Path const& file) const;

    Path out_, aside_;
    Descriptor lock_;  // of aside_: whoever finds it unlocked knows that nobody writes there
    Access access_;
    std::uint64_t piece_length_;
    std::vector<Listed> listed_;
    bool open_ = true;
};

// Every file of a release folder, a path a line, sorted: a page that is read from a server cannot
// list a folder. Nobody signs it; what matters in it is named by what is signed.
Result<std::string> list_of_files(Path const& folder);

}  // namespace exhibit::release
