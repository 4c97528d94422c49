// Reads torrents. What comes out has been checked against itself: lists, layers, roots, names.
#include "formats/torrent/torrent.hpp"

#include <algorithm>

#include "formats/torrent/bencode.hpp"
#include "formats/torrent/file_list.hpp"
#include "formats/torrent/name.hpp"

namespace exhibit::torrent {
namespace {

using bencode::Value;

Result<Value const*> info_of(Value const& top) {
    auto const* info = top.find("info");
    if (info == nullptr || info->dict() == nullptr) {
        return bad_torrent("this is not a torrent: it has no info", "torrent-files");
    }
    return info;
}

ByteView raw(Value const& value, ByteView bytes) {
    return bytes.subspan(value.begin, value.end - value.begin);
}

Result<bool> is_v2(Value const& info) {
    auto const* version = info.find("meta version");
    auto const* tree = info.find("file tree");
    if (version == nullptr && tree == nullptr) return false;
    auto const* number = version ? version->integer() : nullptr;
    if (number == nullptr || *number != 2 || tree == nullptr) {
        return bad_torrent("the torrent has an unknown version", "torrent-version");
    }
    return true;
}

// Old v1 torrents with unsorted keys are about (and in libtorrent's tests); v2 has no such past.
Result<Value> read_in_any_order(ByteView bytes, Error sorted_error) {
    auto value = TRY(bencode::parse_first(bytes, bencode::Keys::any_order));
    auto const* info = TRY(info_of(value));
    auto const v2 = TRY(is_v2(*info));
    if (v2) return sorted_error;
    return value;
}

// The .torrent as bencode. A line end after it is common and harmless.
Result<Value> read_bencode(ByteView bytes) {
    if (bytes.size() > torrent_limit)
        return bad_torrent("the torrent is too large", "torrent-length");
    auto parsed = bencode::parse_first(bytes);
    if (!parsed.ok() && std::string_view(parsed.error().code) == "bencode-order") {
        parsed = read_in_any_order(bytes, parsed.take_error());
    }
    auto value = TRY(std::move(parsed));
    auto const rest = as_text(bytes.subspan(value.end));
    if (!std::ranges::all_of(rest, [](char c) { return c == '\n' || c == '\r'; })) {
        return bad_torrent("something follows the torrent", "bencode");
    }
    return value;
}

Result<std::string> raw_name_of(Value const& info) {
    auto const* name = info.find("name");
    if (name == nullptr || name->text() == nullptr || name->text()->empty()) {
        return bad_torrent("the torrent has no name", "torrent-name");
    }
    return *name->text();
}

// BEP 52 wants powers of two from 16 KiB; BEP 3 alone takes any.
Result<std::uint64_t> piece_length_of(Value const& info, bool v2) {
    auto const* value = info.find("piece length");
    auto const* number = value ? value->integer() : nullptr;
    auto const length = number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
    if (length == 0 || length > piece_length_limit || (v2 && !is_piece_length(length))) {
        return bad_torrent("the torrent has no usable piece length", "torrent-piece-length");
    }
    return length;
}

struct Lists {
    std::vector<ListedFile> files;  // the list that counts: v2 if there is one
    bool single_file = false;
    bool v1 = false;
};

bool is_only_file(std::vector<ListedFile> const& files, std::string const& name) {
    return files.size() == 1 && files[0].raw_path == std::vector{name};
}

Result<Lists> read_lists(Value const& info, std::string const& name, std::uint64_t piece_length,
                         bool v2) {
    Lists out;
    out.v1 = !v2 || info.find("pieces") != nullptr;
    std::vector<ListedFile> v1_files;
    if (out.v1) {
        v1_files = TRY(read_v1_files(info, name));
        TRY(check_v1_pieces(v1_files, piece_length, info));
    } else if (info.find("files") != nullptr || info.find("length") != nullptr) {
        return bad_torrent("the torrent lists files for old clients without hashes",
                           "torrent-hybrid");
    }
    if (!v2) {
        out.single_file = info.find("files") == nullptr;
        out.files = std::move(v1_files);
        return out;
    }
    out.files = TRY(read_file_tree(*info.find("file tree")));
    TRY(check_v2_pieces(out.files, piece_length));
    if (out.v1) TRY(check_same(v1_files, out.files, piece_length));
    out.single_file = is_only_file(out.files, name) && info.find("files") == nullptr;
    return out;
}

Result<std::vector<Digest256>> read_layer(std::string const& hashes) {
    if (hashes.size() % 32 != 0) return bad_torrent("a piece layer is cut off", "torrent-layer");
    std::vector<Digest256> out(hashes.size() / 32);
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::ranges::copy(as_bytes(hashes).subspan(32 * i, 32), out[i].begin());
    }
    return out;
}

// `piece layers`: root → hashes. Every entry must belong to a file and add up to its root; a file
// may lack its entry, because peers hand layers out.
Outcome read_layers(Value const& top, std::uint64_t piece_length, std::vector<TorrentFile>& files) {
    auto const* layers = top.find("piece layers");
    if (layers == nullptr) return {};
    if (layers->dict() == nullptr)
        return bad_torrent("the piece layers are broken", "torrent-layer");
    std::map<std::string, std::vector<TorrentFile*>> by_root;
    for (auto& file : files) {
        if (file.root && file.length > piece_length)
            by_root[to_string(*file.root)].push_back(&file);
    }
    for (auto const& [root, value] : *layers->dict()) {
        auto const found = by_root.find(root);
        if (found == by_root.end() || value.text() == nullptr) {
            return bad_torrent("a piece layer belongs to no file", "torrent-layer");
        }
        auto const layer = TRY(read_layer(*value.text()));
        // Two files of one root have one content; were their lengths to differ, only one can fit.
        for (auto* file : found->second) {
            if (root_of_layer(layer, file->length, piece_length) != file->root) {
                return bad_torrent("a piece layer does not fit its file", "torrent-layer");
            }
            file->piece_layer = layer;
        }
    }
    return {};
}

std::vector<TorrentFile> with_safe_names(std::vector<ListedFile> listed) {
    std::vector<TorrentFile> out;
    DistinctPaths distinct;
    for (auto& file : listed) {
        TorrentFile safe;
        if (!file.pad) {
            for (auto const& component : file.raw_path)
                safe.path.push_back(safe_component(component));
            safe.path = distinct.distinct(std::move(safe.path));
        }
        safe.length = file.length;
        safe.root = file.root;
        safe.link_to = std::move(file.link_to);
        safe.executable = file.executable;
        safe.pad = file.pad;
        out.push_back(std::move(safe));
    }
    return out;
}

// A text, or a list (of lists) of texts; what is no web address is left out.
void collect_addresses(Value const* value, std::vector<std::string>& out) {
    if (value == nullptr) return;
    if (auto const* list = value->list()) {
        for (auto const& item : *list) collect_addresses(&item, out);
    } else if (auto const* text = value->text()) {
        bool const known = text->starts_with("http://") || text->starts_with("https://") ||
                           text->starts_with("udp://");
        bool const clean = std::ranges::all_of(*text, [](char c) { return c > 0x20 && c < 0x7f; });
        if (known && clean && std::ranges::find(out, *text) == out.end()) out.push_back(*text);
    }
}

Sha1Digest sha1(ByteView bytes) {
    Hash hash(HashKind::sha1);
    hash.update(bytes);
    return exactly<20>(hash.finish()).take();
}

}  // namespace

Result<Torrent> parse_torrent(ByteView bytes) {
    auto const top = TRY(read_bencode(bytes));
    auto const* info = TRY(info_of(top));
    auto const v2 = TRY(is_v2(*info));
    auto const name = TRY(raw_name_of(*info));
    Torrent out;
    out.name = safe_component(name);
    out.piece_length = TRY(piece_length_of(*info, v2));
    auto lists = TRY(read_lists(*info, name, out.piece_length, v2));
    out.single_file = lists.single_file;
    out.files = with_safe_names(std::move(lists.files));
    if (v2) TRY(read_layers(top, out.piece_length, out.files));
    collect_addresses(top.find("url-list"), out.web_seeds);
    collect_addresses(top.find("announce"), out.trackers);
    collect_addresses(top.find("announce-list"), out.trackers);
    out.info = to_bytes(raw(*info, bytes));
    if (v2) out.info_hash_v2 = sha256(out.info);
    if (lists.v1) out.info_hash_v1 = sha1(out.info);
    return out;
}

Result<Digest256> info_hash_v2(ByteView torrent) {
    auto const top = TRY(read_bencode(torrent));
    auto const* info = TRY(info_of(top));
    auto const v2 = TRY(is_v2(*info));
    if (!v2) return bad_torrent("the torrent is of version 1 only", "torrent-version");
    return sha256(raw(*info, torrent));
}

}  // namespace exhibit::torrent
