#include <set>

#include "base/encoding.hpp"
#include "formats/bagit/path.hpp"
#include "formats/torrent/torrent.hpp"
#include "prove/bag_check.hpp"
#include "prove/named.hpp"

namespace exhibit::prove {
namespace {

constexpr char const* magnet_file = "magnet.txt";
constexpr std::size_t magnet_bytes_max = 256 * 1024;

std::string path_of(torrent::TorrentFile const& file) {
    std::string out = "data";
    for (auto const& part : file.path) out += "/" + part;
    return out;
}

// The root where it is known without reading anything again.
std::optional<Digest256> root_of(HashedFile const& file) {
    if (file.root) return file.root->bytes();
    if (file.size <= torrent::leaf_bytes) return file.sha256;
    return std::nullopt;
}

struct Compared {
    Named other;
    std::size_t files = 0;
    std::size_t without_root = 0;
};

Compared compare(torrent::Torrent const& torrent, HashedFolder const& it) {
    Compared out;
    std::set<std::string> listed;
    for (auto const& file : torrent.files) {
        auto const path = path_of(file);
        listed.insert(path);
        ++out.files;
        auto const at = it.hashed.find(path);
        if (at == it.hashed.end()) {
            out.other.add(path + " (not here)");
            continue;
        }
        if (at->second.unreadable) continue;  // said elsewhere
        auto const root = root_of(at->second);
        bool const differs = at->second.size != file.length || !file.link_to.empty() ||
                             (file.length > 0 && root && file.root != root);
        if (differs) out.other.add(path);
        if (!root) ++out.without_root;
    }
    for (auto const& entry : it.entries) {
        if (bagit::is_payload(entry.path) && !bagit::is_system_file(entry.path) &&
            !listed.contains(entry.path))
            out.other.add(entry.path + " (not in the torrent)");
    }
    return out;
}

void judge_magnet(torrent::Torrent const& torrent, HashedFolder const& it, Findings& to) {
    if (!it.hashed.contains(magnet_file)) return;
    auto const text = it.folder.text(magnet_file, magnet_bytes_max);
    if (!text.ok())
        return to.trouble("torrent.bad", "torrent.unreadable", "magnet.txt ", text.error());
    // BEP 52: urn:btmh, multihash of SHA-256.
    auto const link = "xt=urn:btmh:1220" + to_hex(*torrent.info_hash_v2);
    if (text->find(link) == std::string::npos)
        to.say("torrent.other-magnet", "magnet.txt does not link to the torrent that is here",
               {{magnet_file}});
}

void judge_one(std::string const& name, HashedFolder const& it, Findings& to) {
    auto const text = it.folder.text(name, torrent::torrent_limit);
    if (!text.ok())
        return to.trouble("torrent.bad", "torrent.unreadable", name + " ", text.error(), {{name}});
    auto const torrent = torrent::parse_torrent(as_bytes(*text));
    if (!torrent.ok())
        return to.trouble("torrent.bad", "torrent.unreadable", name + ": ", torrent.error(),
                          {{name}});
    if (!torrent->info_hash_v2 || torrent->single_file || torrent->name != "data")
        return to.say("torrent.other-files", "the torrent is not one of this folder's data/",
                      {{name}});
    auto const compared = compare(*torrent, it);
    if (compared.other.any()) {
        to.say("torrent.other-files",
               "the torrent lists other files than are here: " + compared.other.text(), {{name}});
    } else {
        to.say("torrent.same",
               "the torrent lists the " + std::to_string(compared.files) +
                   " files of data/ that are here" +
                   (compared.without_root == 0
                        ? std::string()
                        : "; the roots of " + std::to_string(compared.without_root) +
                              " large originals were not computed (--full does)"),
               {{name},
                "any BitTorrent v2 client: recheck",
                {{"info_hash", to_hex(*torrent->info_hash_v2)}}});
    }
    judge_magnet(*torrent, it, to);
}

}  // namespace

void judge_torrent(HashedFolder const& it, Findings& to) {
    std::size_t found = 0;
    for (auto const& entry : it.entries) {
        // Other torrents that lie beside are nobody's claim about this release.
        if (!entry.path.starts_with("exhibit-") || !entry.path.ends_with(".torrent") ||
            entry.path.find('/') != std::string::npos)
            continue;
        ++found;
        judge_one(entry.path, it, to);
    }
    if (found == 0) to.say("torrent.missing", "there is no torrent here to compare");
}

}  // namespace exhibit::prove
