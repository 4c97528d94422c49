// torrent: BitTorrent metainfo. Written is v2 only (BEP 52) with web seeds (BEP 19), so that any
// torrent client fetches and checks a release; read are v2, hybrid and v1 (BEP 3) with pad files
// (BEP 47).
//
// Comes in: names, lengths, Merkle roots and piece layers (piece_tree.hpp), or the bytes of a
// .torrent. Goes out: the bytes of a .torrent (the same plan always gives the same bytes),
// infohashes, a magnet link, or the checked list of files with names that are safe to use as paths.
//
// Reading order: bencode.hpp, piece_tree.hpp (16 KiB SHA-256 tree), torrent.hpp, name.hpp.
// An infohash is over the raw bytes of `info` as they stand in the file, never over a re-encoding.
// What libtorrent's own tests refuse is refused (inconsistent v1 and v2 lists, wrong piece layers,
// no root, pad files in the file tree …). A missing piece layer is allowed: peers give it (BEP 52
// hash request). Not implemented: writing v1 or hybrid, trackers in writing, BEP 35 signatures, BEP
// 39 updates, leaf proofs (they will stand in piece_tree.hpp, for the guardians' audits).
#pragma once

#include "crypto/digest.hpp"
#include "formats/torrent/piece_tree.hpp"

namespace exhibit::torrent {

constexpr std::size_t torrent_limit = 64u << 20;                     // bytes of one .torrent
constexpr std::uint64_t file_length_limit = std::uint64_t{1} << 43;  // 8 TiB
constexpr std::uint64_t pieces_limit = std::uint64_t{1} << 22;
constexpr std::uint64_t piece_length_limit = std::uint64_t{1} << 29;  // 512 MiB
constexpr std::size_t files_limit = 1u << 20;

using Sha1Digest = ByteArray<20>;

struct PlannedFile {
    std::vector<std::string> path;  // components below the torrent's name
    std::uint64_t length = 0;
    Digest256 root{};                    // of PieceTree; not used when length is 0
    std::vector<Digest256> piece_layer;  // of PieceTree; only when length > piece_length
};

struct TorrentPlan {
    std::string name;  // of the folder; for a single file its name, with path = {name}
    std::uint64_t piece_length = 0;
    std::vector<PlannedFile> files;      // any order
    std::vector<std::string> web_seeds;  // for a folder each ends in '/': name/path is appended
};

// A power of two ≥ 16 KiB that keeps the layers of so many bytes to some thousand hashes.
std::uint64_t piece_length_for(std::uint64_t total_bytes);

// Codes: torrent-name, torrent-piece-length, torrent-length, torrent-layer, torrent-web-seed.
Result<Bytes> write_torrent(TorrentPlan const& plan);

struct TorrentFile {
    std::vector<std::string> path;  // safe and distinct; without the torrent's name
    std::uint64_t length = 0;
    std::optional<Digest256> root;       // v2, length > 0
    std::vector<Digest256> piece_layer;  // checked against root; empty when missing or not needed
    std::vector<std::string> link_to;    // not empty: a symbolic link inside the torrent
    bool executable = false;
    bool pad = false;  // v1 only; hybrids are listed without their pad files
};

struct Torrent {
    std::string name;  // safe
    std::uint64_t piece_length = 0;
    std::vector<TorrentFile> files;  // in the order of the torrent
    bool single_file = false;        // then files[0] is `name` itself, not a file below it
    std::vector<std::string> web_seeds;
    std::vector<std::string> trackers;
    std::optional<Digest256> info_hash_v2;
    std::optional<Sha1Digest> info_hash_v1;
    Bytes info;  // as it stood in the file
};

Result<Torrent> parse_torrent(ByteView bytes);

// SHA-256 of the raw `info` of a .torrent.
Result<Digest256> info_hash_v2(ByteView torrent);

// magnet:?xt=urn:btih:…&xt=urn:btmh:1220…&dn=…&tr=…&ws=…
std::string magnet_link(Torrent const& torrent);

}  // namespace exhibit::torrent
