// Writes v2-only torrents and magnet links.
#include <algorithm>
#include <bit>

#include "base/encoding.hpp"
#include "formats/torrent/bencode.hpp"
#include "formats/torrent/name.hpp"
#include "formats/torrent/torrent.hpp"

namespace exhibit::torrent {
namespace {

using bencode::Dict;
using bencode::Value;

constexpr std::uint64_t wanted_pieces = 2048;
constexpr std::uint64_t largest_chosen_piece = 16u << 20;

Error bad_name() {
    return wrong_use("a name cannot be written into a torrent")
        .hint(
            "names must be UTF-8 without slashes, backslashes and control characters, each used "
            "once")
        .coded("torrent-name");
}

bool is_web_address(std::string_view url) {
    if (!url.starts_with("https://") && !url.starts_with("http://")) return false;
    for (char c : url) {
        if (c <= 0x20 || c == 0x7f) return false;
    }
    return true;
}

// A file in the tree is a dictionary with the one empty key.
Value file_node(PlannedFile const& file) {
    Dict facts;
    facts.emplace("length", bencode::integer(static_cast<std::int64_t>(file.length)));
    if (file.length > 0) facts.emplace("pieces root", bencode::text(ByteView(file.root)));
    Dict node;
    node.emplace("", bencode::dict(std::move(facts)));
    return bencode::dict(std::move(node));
}

Outcome add_file(Dict& tree, PlannedFile const& file) {
    if (file.path.empty() || file.path.size() > bencode::depth_limit / 2) return bad_name();
    auto* folder = &tree;
    for (std::size_t i = 0; i < file.path.size(); ++i) {
        auto const& component = file.path[i];
        if (!is_safe_component(component)) return bad_name();
        bool const last = i + 1 == file.path.size();
        auto const [place, is_new] =
            folder->try_emplace(component, last ? file_node(file) : bencode::dict({}));
        if (last && !is_new) return bad_name();
        folder = std::get_if<Dict>(&place->second.is);
        VERIFY(folder != nullptr);
        if (!last && folder->contains("")) return bad_name();  // a file where a folder should be
    }
    return {};
}

Outcome check_file(PlannedFile const& file, std::uint64_t piece_length) {
    if (file.length > file_length_limit) {
        return wrong_use("a file is too large for a torrent").coded("torrent-length");
    }
    bool const needs_layer = file.length > piece_length;
    bool const fits = needs_layer
                          ? root_of_layer(file.piece_layer, file.length, piece_length) == file.root
                          : file.piece_layer.empty();
    if (!fits)
        return wrong_use("a file's piece layer does not fit its root").coded("torrent-layer");
    return {};
}

Bytes joined(std::vector<Digest256> const& hashes) {
    Bytes out;
    for (auto const& hash : hashes) append(out, hash);
    return out;
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (char c : text) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += "%" + to_hex(ByteArray<1>{static_cast<Byte>(c)});
    }
    return out;
}

}  // namespace

std::uint64_t piece_length_for(std::uint64_t total_bytes) {
    auto const ideal = std::bit_ceil(std::max<std::uint64_t>(total_bytes / wanted_pieces, 1));
    return std::clamp<std::uint64_t>(ideal, leaf_bytes, largest_chosen_piece);
}

Result<Bytes> write_torrent(TorrentPlan const& plan) {
    if (!is_safe_component(plan.name) || plan.files.empty()) return bad_name();
    if (!is_piece_length(plan.piece_length)) {
        return wrong_use("a piece length must be a power of two from 16 KiB to 512 MiB")
            .coded("torrent-piece-length");
    }
    Dict tree;
    Dict layers;
    for (auto const& file : plan.files) {
        TRY(check_file(file, plan.piece_length));
        TRY(add_file(tree, file));
        if (file.piece_layer.empty()) continue;
        layers.try_emplace(to_string(file.root), bencode::text(ByteView(joined(file.piece_layer))));
    }
    Dict info;
    info.emplace("file tree", bencode::dict(std::move(tree)));
    info.emplace("meta version", bencode::integer(2));
    info.emplace("name", bencode::text(plan.name));
    info.emplace("piece length", bencode::integer(static_cast<std::int64_t>(plan.piece_length)));

    Dict torrent;
    torrent.emplace("info", bencode::dict(std::move(info)));
    torrent.emplace("piece layers", bencode::dict(std::move(layers)));
    bencode::List seeds;
    for (auto const& url : plan.web_seeds) {
        if (!is_web_address(url))
            return wrong_use("a web seed must be an http address").coded("torrent-web-seed");
        seeds.push_back(bencode::text(url));
    }
    if (!seeds.empty()) torrent.emplace("url-list", bencode::list(std::move(seeds)));
    return bencode::write(bencode::dict(std::move(torrent)));
}

std::string magnet_link(Torrent const& torrent) {
    std::string out = "magnet:?";
    if (torrent.info_hash_v1) out += "xt=urn:btih:" + to_hex(*torrent.info_hash_v1) + "&";
    // 12 20: multihash for 32 bytes of SHA-256.
    if (torrent.info_hash_v2) out += "xt=urn:btmh:1220" + to_hex(*torrent.info_hash_v2) + "&";
    out += "dn=" + percent_encoded(torrent.name);
    for (auto const& url : torrent.trackers) out += "&tr=" + percent_encoded(url);
    for (auto const& url : torrent.web_seeds) out += "&ws=" + percent_encoded(url);
    return out;
}

}  // namespace exhibit::torrent
