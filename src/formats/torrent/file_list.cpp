#include "formats/torrent/file_list.hpp"

#include <algorithm>

#include "formats/torrent/name.hpp"

namespace exhibit::torrent {
namespace {

using bencode::Value;

constexpr std::size_t sha1_bytes = 20;

std::uint64_t pieces_of(std::uint64_t length, std::uint64_t piece_length) {
    return length / piece_length + (length % piece_length != 0);
}

Result<std::uint64_t> length_of(Value const& file) {
    auto const* value = file.find("length");
    auto const* length = value ? value->integer() : nullptr;
    if (length == nullptr || *length < 0 ||
        static_cast<std::uint64_t>(*length) > file_length_limit) {
        return bad_torrent("a file of the torrent has no length, or an impossible one",
                           "torrent-length");
    }
    return static_cast<std::uint64_t>(*length);
}

Result<std::vector<std::string>> path_of(Value const* value) {
    auto const* list = value ? value->list() : nullptr;
    std::vector<std::string> out;
    if (list != nullptr) {
        for (auto const& item : *list) {
            if (item.text() == nullptr)
                return bad_torrent("a path in the torrent is no list of names", "torrent-name");
            out.push_back(*item.text());
        }
    }
    if (out.empty()) return bad_torrent("a file of the torrent has no path", "torrent-name");
    return out;
}

// BEP 47: a letter each. A link's target is a path from the torrent's root, so without ".." it
// stays inside.
Outcome read_attributes(Value const& file, ListedFile& to) {
    auto const* attributes = file.find("attr");
    if (attributes == nullptr) return {};
    if (attributes->text() == nullptr)
        return bad_torrent("a file's attributes are no text", "torrent-files");
    auto const has = [&](char c) { return attributes->text()->find(c) != std::string::npos; };
    to.executable = has('x');
    to.pad = has('p');
    if (!has('l')) return {};
    to.link_to = TRY(path_of(file.find("symlink path")));
    if (!std::ranges::all_of(to.link_to, is_safe_component)) {
        return bad_torrent("a link in the torrent leads out of it", "torrent-link");
    }
    return {};
}

Outcome read_root(Value const& file, ListedFile& to) {
    if (to.length == 0) return {};
    auto const* value = file.find("pieces root");
    auto const* text = value ? value->text() : nullptr;
    auto const root = text ? exactly<32>(as_bytes(*text)) : Result<Digest256>(Digest256{});
    if (!root.ok() || *root == Digest256{}) {
        return bad_torrent("a file of the torrent has no root hash", "torrent-root");
    }
    to.root = *root;
    return {};
}

Result<ListedFile> read_leaf(Value const& file, std::vector<std::string> const& path) {
    ListedFile out;
    out.raw_path = path;
    out.length = TRY(length_of(file));
    TRY(read_attributes(file, out));
    if (out.pad) return bad_torrent("a pad file in the file tree", "torrent-pad");
    if (!out.link_to.empty() && out.length != 0)
        return bad_torrent("a link with content", "torrent-link");
    TRY(read_root(file, out));
    return out;
}

// Recursion is bounded by the nesting that the bencode parser allows.
Outcome walk(Value const& node, std::vector<std::string>& path, std::vector<ListedFile>& out) {
    auto const* folder = node.dict();
    if (folder == nullptr || folder->empty()) {
        return bad_torrent("the file tree of the torrent is broken", "torrent-files");
    }
    if (auto const* leaf = node.find("")) {
        if (path.empty() || folder->size() != 1 || leaf->dict() == nullptr) {
            return bad_torrent("the file tree of the torrent is broken", "torrent-files");
        }
        if (out.size() >= files_limit) return bad_torrent("too many files", "torrent-files");
        auto file = TRY(read_leaf(*leaf, path));
        out.push_back(std::move(file));
        return {};
    }
    for (auto const& [name, below] : *folder) {
        path.push_back(name);
        TRY(walk(below, path, out));
        path.pop_back();
    }
    return {};
}

}  // namespace

Error bad_torrent(std::string what, char const* code) {
    return bad_input(std::move(what))
        .hint("ask for the torrent again from somebody you trust")
        .coded(code);
}

Result<std::vector<ListedFile>> read_file_tree(Value const& tree) {
    std::vector<ListedFile> out;
    std::vector<std::string> path;
    TRY(walk(tree, path, out));
    return out;
}

Result<std::vector<ListedFile>> read_v1_files(Value const& info, std::string const& name) {
    std::vector<ListedFile> out;
    auto const* files = info.find("files");
    if (files == nullptr) {
        ListedFile only;
        only.raw_path = {name};
        only.length = TRY(length_of(info));
        out.push_back(std::move(only));
        return out;
    }
    if (files->list() == nullptr || files->list()->empty() || files->list()->size() > files_limit ||
        info.find("length") != nullptr) {
        return bad_torrent("the list of files of the torrent is broken", "torrent-files");
    }
    for (auto const& item : *files->list()) {
        ListedFile file;
        file.length = TRY(length_of(item));
        TRY(read_attributes(item, file));
        // Some writers leave out the path of a pad file: it is never looked at.
        if (!file.pad || item.find("path") != nullptr)
            file.raw_path = TRY(path_of(item.find("path")));
        out.push_back(std::move(file));
    }
    return out;
}

Outcome check_v2_pieces(std::vector<ListedFile> const& files, std::uint64_t piece_length) {
    std::uint64_t pieces = 0;  // cannot overflow: 2^20 files of at most 2^29 pieces
    for (auto const& file : files) pieces += pieces_of(file.length, piece_length);
    if (pieces > pieces_limit)
        return bad_torrent("the torrent has too many pieces", "torrent-length");
    return {};
}

Outcome check_v1_pieces(std::vector<ListedFile> const& files, std::uint64_t piece_length,
                        Value const& info) {
    auto const* value = info.find("pieces");
    auto const* pieces = value ? value->text() : nullptr;
    std::uint64_t total = 0;  // cannot overflow: 2^20 files of at most 2^43 bytes
    for (auto const& file : files) total += file.length;
    if (pieces == nullptr || pieces->size() % sha1_bytes != 0 ||
        pieces->size() / sha1_bytes != pieces_of(total, piece_length)) {
        return bad_torrent("the number of piece hashes does not fit the files", "torrent-pieces");
    }
    return {};
}

Outcome check_same(std::vector<ListedFile> const& v1, std::vector<ListedFile> const& v2,
                   std::uint64_t piece_length) {
    auto const differ = [] {
        return bad_torrent("the torrent tells old and new clients different files",
                           "torrent-hybrid");
    };
    std::uint64_t offset = 0;
    auto expected = v2.begin();
    for (auto const& file : v1) {
        if (!file.pad) {
            if (expected == v2.end() || file.raw_path != expected->raw_path ||
                file.length != expected->length || file.link_to != expected->link_to) {
                return differ();
            }
            if (file.length > 0 && offset % piece_length != 0) return differ();
            ++expected;
        }
        offset += file.length;
    }
    if (expected != v2.end()) return differ();
    return {};
}

}  // namespace exhibit::torrent
