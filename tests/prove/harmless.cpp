#include "tampering.hpp"

namespace exhibit::test {
namespace {

namespace fs = std::filesystem;

std::string with_crlf(std::string const& text) {
    std::string out;
    for (char const c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
}

// Everything is read and written anew, as an archive program does: other times, modes and order.
void pack_and_unpack(Specimen& s, bool backwards) {
    auto const files = contents(s.folder);
    fs::remove_all(s.folder);
    std::vector<std::string> order;
    for (auto const& [path, content] : files) order.push_back(path);
    if (backwards) std::reverse(order.begin(), order.end());
    for (auto const& path : order) s.write(path, files.at(path));
}

void indent_documents(Specimen& s) {
    for (auto const* below : {"votes", "adoptions", "receipts", "shares"}) {
        for (auto const& [name, content] : contents(s.folder / below)) {
            if (!name.ends_with(".json")) continue;
            s.write(below + ("/" + name), Json::parse(content).dump(2) + "\n");
        }
    }
}

// By another BagIt program: sorted otherwise, with md5 beside, and with every file that lies in a
// folder beside data/ among the tag files.
void lists_by_another_program(Specimen& s) {
    auto const text = s.read("manifest-sha256.txt");
    auto const line = text.find('\n') + 1;
    s.write("manifest-sha256.txt", text.substr(line) + text.substr(0, line));
    s.write("manifest-md5.txt", "d41d8cd98f00b204e9800998ecf8427e  data/policy.json\n");
    s.make_tags_fit();
    auto tags = s.read("tagmanifest-sha256.txt");
    for (auto const& [path, content] : contents(s.folder)) {
        if (path.starts_with("data/") || path.find('/') == std::string::npos) continue;
        tags += to_hex(sha256(content)) + "  " + path + "\n";
    }
    s.write("tagmanifest-sha256.txt", tags);
}

std::vector<Tampering> copies() {
    return {
        {"packed-and-unpacked",
         "the folder went through an archive program",
         [](Specimen& s) { pack_and_unpack(s, false); },
         {},
         {},
         true},
        {"other-order",
         "the files were copied in another order",
         [](Specimen& s) { pack_and_unpack(s, true); },
         {},
         {},
         true},
        {"touched",
         "all files have another date",
         [](Specimen& s) {
             for (auto const& [path, content] : contents(s.folder))
                 fs::last_write_time(s.folder / path,
                                     fs::file_time_type::min() + std::chrono::hours(1));
         },
         {},
         {},
         true},
        {"read-only",
         "all files are read-only",
         [](Specimen& s) {
             for (auto const& [path, content] : contents(s.folder))
                 fs::permissions(s.folder / path, fs::perms::owner_read | fs::perms::others_read);
         },
         {},
         {},
         true},
        {"files-beside",
         "files that are not of the release lie beside it",
         [](Specimen& s) {
             s.write("notes.txt", "my own notes");
             s.write("review/draft.docx", "x");
             s.write("film.torrent", "d4:infoe");
         },
         {},
         {},
         true},
        {"system-files",
         "an operating system has left its files",
         [](Specimen& s) {
             s.write(".DS_Store", "x");
             s.write("data/.DS_Store", "x");
             s.write("data/0001/Thumbs.db", "x");
         },
         {},
         {},
         true},
    };
}

std::vector<Tampering> texts() {
    return {
        {"crlf",
         "texts that nobody signed have other line ends",
         [](Specimen& s) {
             for (auto const* name : {"HOW-TO-CHECK.txt", "index.html", "magnet.txt"})
                 s.write(name, with_crlf(s.read(name)));
         },
         {},
         {},
         true},
        {"page-missing",
         "the page and its instructions are gone",
         [](Specimen& s) {
             s.remove("index.html");
             s.remove("HOW-TO-CHECK.txt");
         },
         {},
         {},
         true},
        {"sums-and-torrent-missing",
         "lists that double others are gone",
         [](Specimen& s) {
             s.remove("SHA256SUMS");
             s.remove("magnet.txt");
             s.remove("exhibit-" + s.from.c.id.text() + ".torrent");
         },
         {},
         {},
         true},
    };
}

std::vector<Tampering> papers() {
    return {
        {"documents-indented",
         "signed papers are written with other white space",
         indent_documents,
         {},
         {},
         true},
        {"document-twice",
         "a receipt lies here twice",
         [](Specimen& s) {
             s.write("receipts/again.json", write_envelope(s.from.bundle.receipts[0]));
         },
         {},
         {},
         true},
        {"votes-missing",
         "the votes are gone; the adoptions that they led to are here",
         [](Specimen& s) { s.remove("votes"); },
         {},
         {},
         true},
        {"share-missing",
         "one share is gone; the key that they gave is here",
         [](Specimen& s) { s.remove(s.document("shares", 0)); },
         {},
         {},
         true},
        {"custody-of-one-guardian-missing",
         "one guardian's log is not here",
         [](Specimen& s) { s.remove(s.from.custody->folder_of(3)); },
         {},
         {},
         true},
        {"custody-missing",
         "logs and time stamps are not here",
         [](Specimen& s) {
             s.remove("custody");
             s.remove("time");
         },
         {},
         {},
         true},
        {"lists-by-another-program",
         "the lists are written by another BagIt program",
         lists_by_another_program,
         {},
         {},
         true},
    };
}

}  // namespace

std::vector<Tampering> harmless_differences() {
    return joined_tables({copies(), texts(), papers()});
}

}  // namespace exhibit::test
