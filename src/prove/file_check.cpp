#include "prove/file_check.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include <fcntl.h>

#include "case/ids.hpp"
#include "crypto/hash.hpp"
#include "formats/torrent/piece_tree.hpp"

namespace exhibit::prove {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;  // stays in the cache between reading and hashing

bool is_ciphertext(std::string_view path) {
    return path.starts_with("data/") && path.ends_with(".age") &&
           parse_exhibit_number(path.substr(5, path.size() - 9)).ok();
}

}  // namespace

HashedFile hash_file(int fd, Path const& name, bool with_root) {
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    HashedFile out;
    Sha256 hash;
    torrent::CiphertextDigester both;
    Bytes buffer(read_bytes);
    for (;;) {
        auto const got = read_some(fd, buffer, name);
        if (!got.ok()) {
            out.unreadable = got.error();
            return out;
        }
        if (*got == 0) break;
        auto const piece = ByteView(buffer).first(*got);
        if (with_root)
            both.update(piece);
        else
            hash.update(piece);
        out.size += *got;
    }
    if (!with_root) {
        out.sha256 = hash.finish();
        return out;
    }
    auto const digests = both.finish();
    out.sha256 = digests.digest.bytes();
    out.root = digests.root;
    return out;
}

HashedFiles hash_files(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                       HashPlan const& plan) {
    std::vector<bagit::FolderEntry> order;
    for (auto const& entry : entries) {
        if (entry.kind == bagit::EntryKind::file) order.push_back(entry);
    }
    // The largest first: else the last one would run alone.
    std::ranges::sort(order, std::greater<>(), &bagit::FolderEntry::size);
    std::vector<HashedFile> results(order.size());
    std::atomic<std::size_t> next = 0;
    auto const work = [&] {
        for (auto i = next++; i < order.size(); i = next++) {
            auto const file = folder.open(order[i].path);
            if (file.ok())
                results[i] = hash_file(file->get(), order[i].path,
                                       plan.all_roots || is_ciphertext(order[i].path));
            else
                results[i].unreadable = file.error();
        }
    };
    std::vector<std::thread> others;
    for (unsigned i = 1; i < std::min<std::size_t>(plan.threads, order.size()); ++i)
        others.emplace_back(work);
    work();
    for (auto& other : others) other.join();
    HashedFiles out;
    for (std::size_t i = 0; i < order.size(); ++i)
        out.emplace(order[i].path, std::move(results[i]));
    return out;
}

}  // namespace exhibit::prove
