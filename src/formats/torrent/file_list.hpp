// The two lists of files that `info` may hold, read but not yet trusted. Internal.
#pragma once

#include "formats/torrent/bencode.hpp"
#include "formats/torrent/torrent.hpp"

namespace exhibit::torrent {

// A file with its names as they stand in the torrent: for comparing, never for writing to disk.
struct ListedFile {
    std::vector<std::string> raw_path;
    std::uint64_t length = 0;
    std::optional<Digest256> root;
    std::vector<std::string> link_to;
    bool executable = false;
    bool pad = false;
};

Error bad_torrent(std::string what, char const* code);

// `file tree` (BEP 52), in the order of the torrent.
Result<std::vector<ListedFile>> read_file_tree(bencode::Value const& tree);
// `files`, or `length` and the torrent's name (BEP 3, BEP 47).
Result<std::vector<ListedFile>> read_v1_files(bencode::Value const& info, std::string const& name);

// Number of pieces, each v2 file beginning its own. Codes torrent-length.
Outcome check_v2_pieces(std::vector<ListedFile> const& files, std::uint64_t piece_length);
// `pieces` holds one SHA-1 for each piece of the joined files.
Outcome check_v1_pieces(std::vector<ListedFile> const& files, std::uint64_t piece_length,
                        bencode::Value const& info);
// A hybrid tells both kinds of client the same (BEP 52, "Upgrade Path"): same files, same order,
// and pad files that make each file begin a piece. Code torrent-hybrid.
Outcome check_same(std::vector<ListedFile> const& v1, std::vector<ListedFile> const& v2,
                   std::uint64_t piece_length);

}  // namespace exhibit::torrent
