#include "prove/bag_check.hpp"

#include "base/encoding.hpp"
#include "case/release_folder.hpp"
#include "formats/bagit/path.hpp"
#include "prove/named.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t info_bytes_max = 1 << 20;

struct Lists {
    std::vector<bagit::ListedFile> payload, tags;
};

Result<Lists> read_lists(DiskFolder const& folder) {
    auto const declaration = TRY(folder.text("bagit.txt", 4096));
    auto const declared = TRY(bagit::parse_declaration(as_bytes(declaration)));
    auto const manifest = TRY(folder.text(place::manifest, bagit::tag_file_bytes_max));
    auto payload = TRY(bagit::parse_manifest(bagit::Algorithm::sha256, declared.version, manifest));
    auto const tag_manifest = TRY(folder.text(place::tag_manifest, bagit::tag_file_bytes_max));
    auto tags =
        TRY(bagit::parse_manifest(bagit::Algorithm::sha256, declared.version, tag_manifest));
    return Lists{std::move(payload.files), std::move(tags.files)};
}

// What became of the files of one list.
struct Differences {
    Named missing, changed, extra, unreadable, odd;
    std::size_t payload = 0;
    bool any() const {
        return missing.any() || changed.any() || extra.any() || unreadable.any() || odd.any();
    }
};

Differences compare(Lists const& lists, HashedFolder const& it) {
    Differences out;
    std::set<std::string_view> listed;
    for (auto const* list : {&lists.payload, &lists.tags}) {
        for (auto const& file : *list) {
            listed.insert(file.path);
            auto const at = it.hashed.find(file.path);
            if (at == it.hashed.end())
                out.missing.add(file.path);
            else if (at->second.unreadable)
                out.unreadable.add(file.path);
            else if (to_hex(at->second.sha256) != file.digest_hex)
                out.changed.add(file.path);
        }
    }
    for (auto const& entry : it.entries) {
        if (!bagit::is_payload(entry.path)) continue;
        ++out.payload;
        if (entry.kind != bagit::EntryKind::file) out.odd.add(entry.path);
        // What an operating system leaves behind without being asked is no tampering.
        else if (!listed.contains(entry.path) && !bagit::is_system_file(entry.path))
            out.extra.add(entry.path);
    }
    return out;
}

void judge_sums(HashedFolder const& it, Findings& to) {
    if (!it.hashed.contains("SHA256SUMS")) return;
    auto const text = it.folder.text("SHA256SUMS", bagit::tag_file_bytes_max);
    if (!text.ok())
        return to.trouble("complete.sums", "complete.unreadable", "SHA256SUMS ", text.error());
    // Its lines are those of a manifest.
    auto const list = bagit::parse_manifest(bagit::Algorithm::sha256, bagit::version_1_0, *text);
    if (!list.ok())
        return to.trouble("complete.sums", "complete.unreadable", "SHA256SUMS: ", list.error(),
                          {{"SHA256SUMS"}});
    Named wrong;
    for (auto const& file : list->files) {
        auto const at = it.hashed.find(file.path);
        bool const differs = at != it.hashed.end() && !at->second.unreadable &&
                             to_hex(at->second.sha256) != file.digest_hex;
        if (differs) wrong.add(file.path);
    }
    if (wrong.any())
        to.say("complete.sums",
               "SHA256SUMS names other digests than the files have: " + wrong.text(),
               {{"SHA256SUMS"}, "sha256sum -c SHA256SUMS"});
}

// Other lists are somebody's; sha256sum with ours is what HOW-TO-CHECK.txt says.
void name_other_lists(HashedFolder const& it, Findings& to) {
    Named others;
    for (auto const& entry : it.entries) {
        bool const is_list = entry.path.starts_with("manifest-") ||
                             entry.path.starts_with("tagmanifest-") || entry.path == "fetch.txt";
        if (is_list && entry.path.find('/') == std::string::npos && entry.path != place::manifest &&
            entry.path != place::tag_manifest)
            others.add(entry.path);
    }
    if (others.any())
        to.say("complete.not-used", "there are other lists, which were not used: " + others.text());
}

}  // namespace

std::set<std::string> listed_tag_files(DiskFolder const& folder) {
    std::set<std::string> out;
    auto const lists = read_lists(folder);
    if (!lists.ok()) return out;  // judge_bag says why
    for (auto const& file : lists->tags) out.insert(file.path);
    return out;
}

void judge_bag(HashedFolder const& it, Findings& to) {
    auto const lists = read_lists(it.folder);
    std::string const manifest = place::manifest;
    Grounds const grounds{{manifest, place::tag_manifest}, "sha256sum -c " + manifest};
    if (!lists.ok()) {
        if (std::string_view(lists.error().code) != "missing")
            return to.trouble("complete.lists-bad", "complete.unreadable",
                              "the lists of the folder: ", lists.error(), {grounds.evidence});
        return to.say("complete.no-lists", "whether everything is here could not be checked: " +
                                               lists.error().where + " is not there");
    }
    auto const found = compare(*lists, it);
    if (found.changed.any())
        to.say("complete.changed", "changed since this folder was made: " + found.changed.text(),
               grounds);
    if (found.missing.any())
        to.say("complete.missing", "listed but not here: " + found.missing.text(), grounds);
    if (found.extra.any())
        to.say("complete.extra", "in data/ but not listed: " + found.extra.text(),
               {grounds.evidence});
    if (found.odd.any())
        to.say("complete.odd", "in data/ but no regular file: " + found.odd.text(),
               {grounds.evidence});
    if (found.unreadable.any())
        to.say("complete.unreadable",
               "could not be read, so nothing is said of: " + found.unreadable.text(),
               {grounds.evidence});
    if (!found.any())
        to.say("complete.all",
               "all " + std::to_string(found.payload) +
                   " files of data/ are here and are those that the list names",
               grounds);
    judge_sums(it, to);
    name_other_lists(it, to);
}

void judge_bag_info(HashedFolder const& it, std::string const& case_id, Findings& to) {
    if (!it.hashed.contains("bag-info.txt")) return;
    auto const text = it.folder.text("bag-info.txt", info_bytes_max);
    if (!text.ok())
        return to.trouble("complete.info", "complete.unreadable", "bag-info.txt ", text.error());
    Grounds const grounds{{"bag-info.txt"}};
    auto const fields = bagit::parse_bag_info(*text);
    if (!fields.ok())
        return to.trouble("complete.info", "complete.unreadable", "bag-info.txt: ", fields.error(),
                          grounds);
    bagit::Oxum here;
    for (auto const& entry : it.entries) {
        if (!bagit::is_payload(entry.path) || bagit::is_system_file(entry.path)) continue;
        here.bytes += entry.size;
        ++here.files;
    }
    for (auto const& field : *fields) {
        if (field.label == "Payload-Oxum") {
            auto const oxum = bagit::parse_oxum(field.value);
            if (!oxum.ok() || *oxum != here)
                to.say("complete.info",
                       "bag-info.txt tells another number of bytes and files than data/ has",
                       grounds);
        } else if (field.label == "External-Identifier" && !case_id.empty() &&
                   field.value != case_id) {
            to.say("complete.info", "bag-info.txt names another case than the policy", grounds);
        }
    }
}

}  // namespace exhibit::prove
