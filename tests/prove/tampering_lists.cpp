#include "formats/torrent/bencode.hpp"
#include "formats/torrent/torrent.hpp"
#include "tampering_parts.hpp"

namespace exhibit::test {
namespace {

std::string torrent_of(ReleaseCase const& c) { return "exhibit-" + c.id.text() + ".torrent"; }

// As `publish` makes it, of what the folder holds, but for one file.
void write_torrent(Specimen& s, std::string const& lies_about) {
    auto const path = torrent_of(s.from.c);
    auto const old = torrent::parse_torrent(as_bytes(s.read(path))).take();
    torrent::TorrentPlan plan{old.name, old.piece_length, {}, {}};
    for (auto const& file : old.files) {
        auto content =
            s.read("data/" + file.path[0] + (file.path.size() > 1 ? "/" + file.path[1] : ""));
        if (file.path.back() == lies_about) content[content.size() / 2] ^= 1;
        torrent::PieceTree tree(old.piece_length);
        tree.update(as_bytes(content));
        auto const digests = tree.finish();
        plan.files.push_back({file.path, digests.size, digests.root, digests.piece_layer});
    }
    s.write(path, to_string(torrent::write_torrent(plan).take()));
    s.remove("magnet.txt");
}

std::vector<Tampering> torrents() {
    return {
        {"torrent-of-another-case", "the torrent is that of another release",
         [](Specimen& s) { s.write(torrent_of(s.from.c), s.read_other(torrent_of(s.from.other))); },
         "torrent.other-files", whole},
        {"torrent-other-ciphertext", "the torrent lists another ciphertext",
         [](Specimen& s) { write_torrent(s, "0001.age"); }, "torrent.other-files", whole},
        {"torrent-other-original", "the torrent lists another photo",
         [](Specimen& s) { write_torrent(s, photo); }, "torrent.other-files", whole, false, true},
        {"torrent-damaged", "the torrent cannot be read",
         [](Specimen& s) {
             auto const path = torrent_of(s.from.c);
             s.write(path, s.read(path).substr(0, 400));
         },
         "torrent.bad", whole},
        {"magnet-edited", "the magnet link leads elsewhere",
         [](Specimen& s) { s.write("magnet.txt", s.read_other("magnet.txt")); },
         "torrent.other-magnet", whole},
    };
}

std::vector<Tampering> bags() {
    return {
        {"manifest-digest", "a digest in the manifest is another",
         [](Specimen& s) {
             auto text = s.read("manifest-sha256.txt");
             text[0] = text[0] == '0' ? '1' : '0';
             s.write("manifest-sha256.txt", text);
             s.make_tags_fit();
         },
         "complete.changed", whole},
        {"tag-digest-in-folder", "the list of tag files names another digest of a vote",
         [](Specimen& s) {
             auto const vote = contents(s.folder / "votes").begin()->first;
             s.write("tagmanifest-sha256.txt", s.read("tagmanifest-sha256.txt") +
                                                   std::string(64, '0') + "  votes/" + vote + "\n");
         },
         "complete.changed", whole},
        {"manifest-line-removed", "a file is struck from the manifest",
         [](Specimen& s) {
             auto const text = s.read("manifest-sha256.txt");
             s.write("manifest-sha256.txt", text.substr(text.find('\n') + 1));
             s.make_tags_fit();
         },
         "complete.extra", whole},
        {"manifest-leaves-the-bag", "the manifest names a file outside of the folder",
         [](Specimen& s) {
             auto const text = s.read("manifest-sha256.txt");
             s.write("manifest-sha256.txt",
                     text + std::string(64, '0') + "  data/../../secret.txt\n");
             s.make_tags_fit();
         },
         "complete.lists-bad", whole},
        {"manifest-missing", "the manifest is taken out",
         [](Specimen& s) { s.remove("manifest-sha256.txt"); }, "complete.no-lists", whole},
        {"manifest-changed", "the manifest is not the one that its own list names",
         [](Specimen& s) {
             auto const text = s.read("manifest-sha256.txt");
             auto const line = text.find('\n') + 1;
             s.write("manifest-sha256.txt", text.substr(line) + text.substr(0, line));
         },
         "complete.changed", whole},
        {"bag-info-sizes", "the bag's label tells other sizes",
         [](Specimen& s) {
             s.write("bag-info.txt", "Payload-Oxum: 7.1\n");
             s.make_tags_fit();
         },
         "complete.info", whole},
        {"bag-info-other-case", "the bag's label names another case",
         [](Specimen& s) {
             s.replace("bag-info.txt", s.from.c.id.text(), s.from.other.id.text());
             s.make_tags_fit();
         },
         "complete.info", whole},
        {"sums-edited", "SHA256SUMS names another digest",
         [](Specimen& s) {
             auto text = s.read("SHA256SUMS");
             text[0] = text[0] == '0' ? '1' : '0';
             s.write("SHA256SUMS", text);
         },
         "complete.sums", whole},
    };
}

}  // namespace

std::vector<Tampering> tampered_lists() { return joined_tables({torrents(), bags()}); }

}  // namespace exhibit::test
