// Names that come out are safe and distinct; a v2 torrent with all its layers can be written again
// and means the same files.
#include <set>

#include "formats/torrent/name.hpp"
#include "formats/torrent/torrent.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const read = torrent::parse_torrent({data, size});
    if (!read.ok()) return 0;
    VERIFY(torrent::is_safe_component(read->name));
    torrent::TorrentPlan plan{read->name, read->piece_length, {}, {}};
    std::set<std::vector<std::string>> paths;
    for (auto const& file : read->files) {
        for (auto const& component : file.path) VERIFY(torrent::is_safe_component(component));
        VERIFY(file.pad || paths.insert(file.path).second);
        plan.files.push_back(
            {file.path, file.length, file.root.value_or(Digest256{}), file.piece_layer});
    }
    (void)torrent::magnet_link(*read);
    if (!read->info_hash_v2) return 0;
    auto const written = torrent::write_torrent(plan);
    if (!written.ok()) return 0;  // a layer is missing
    auto const again = torrent::parse_torrent(*written);
    VERIFY(again.ok() && again->files.size() == read->files.size());
    return 0;
}
