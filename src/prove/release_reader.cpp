#include "prove/release_reader.hpp"

#include <algorithm>

#include "case/release_folder.hpp"
#include "formats/bagit/path.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t vouched_bytes_max = 16u << 20;

class FolderReader {
public:
    FolderReader(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                 Findings& to)
        : folder_(folder), to_(to) {
        for (auto const& entry : entries) paths_.push_back(entry.path);
        std::ranges::sort(paths_);
    }

    ReadRelease run() {
        auto const policy = envelope(place::policy, policy_words);
        auto const subject = envelope(place::subject, released);
        if (policy && subject) {
            out_.usable = true;
            out_.bundle.policy = *policy;
            out_.bundle.subject = *subject;
        }
        take_record();
        take_all(place::votes, out_.bundle.votes, out_.vote_files);
        take_all(place::adoptions, out_.bundle.adoptions, out_.adoption_files);
        take_all(place::receipts, out_.bundle.receipts, out_.receipt_files);
        take_all(place::shares, out_.bundle.shares, out_.share_files);
        auto vouched = folder_.text(place::vouched, vouched_bytes_max);
        if (vouched.ok()) out_.bundle.vouched = vouched.take();
        return std::move(out_);
    }

private:
    std::optional<Envelope> envelope(std::string const& path, Findings::Words words) {
        auto const text = folder_.text(path, 2 * document_bytes_max);
        if (!text.ok()) {
            // Missing evidence proves nothing, and is no tampering either.
            to_.not_checked(words, "could not be checked: " + path + " " + text.error().what, path);
            return std::nullopt;
        }
        auto parsed = parse_envelope(as_bytes(*text), 2 * document_bytes_max);
        if (parsed.ok()) return parsed.take();
        to_.trouble(words, path + ": ", parsed.error(), path);
        return std::nullopt;
    }

    void take_all(std::string const& below, std::vector<Envelope>& into,
                  std::vector<std::string>& files) {
        for (auto const& path : paths_) {
            if (!path.starts_with(below + "/") || !path.ends_with(".json")) continue;
            auto one = envelope(path, document);
            if (!one) continue;
            into.push_back(std::move(*one));
            files.push_back(path);
        }
    }

    void take_record() {
        auto text = folder_.text(place::record, document_bytes_max);
        if (!text.ok())
            return to_.not_checked(
                record_words,
                "could not be checked: " + std::string(place::record) + " " + text.error().what);
        auto const record = ReleaseRecord::parse(as_bytes(*text));
        if (!record.ok())
            return to_.trouble(record_words, std::string(place::record) + ": ", record.error());
        out_.bundle.stage = record->stage;
        out_.record = text.take();
    }

    DiskFolder const& folder_;
    Findings& to_;
    std::vector<std::string> paths_;
    ReadRelease out_;
};

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

// Names a few, counts the rest: a report of a thousand lines tells nothing.
class Named {
public:
    void add(std::string const& path) {
        if (++count_ <= 5) text_ += (text_.empty() ? "" : ", ") + tar::printable(path);
    }
    bool any() const { return count_ > 0; }
    std::string text() const {
        return count_ <= 5 ? text_ : text_ + " and " + std::to_string(count_ - 5) + " more";
    }

private:
    std::size_t count_ = 0;
    std::string text_;
};

}  // namespace

std::string ReadRelease::path_of(Complaint const& complaint) const {
    auto const& list = complaint.about == Complaint::About::vote       ? vote_files
                       : complaint.about == Complaint::About::adoption ? adoption_files
                       : complaint.about == Complaint::About::share    ? share_files
                                                                       : receipt_files;
    if (complaint.about == Complaint::About::vouched || complaint.index >= list.size())
        return place::vouched;
    return list[complaint.index];
}

ReadRelease read_release(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                         Findings& to) {
    return FolderReader(folder, entries, to).run();
}

void judge_bag(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
               HashedFiles const& hashed, Findings& to) {
    auto const lists = read_lists(folder);
    if (!lists.ok()) {
        if (std::string_view(lists.error().code) != "missing")
            return to.trouble(complete, "the lists of the folder: ", lists.error());
        return to.not_checked(complete, "whether everything is here could not be checked: " +
                                            lists.error().where + " is not there");
    }
    Named missing, changed, extra, unreadable, odd;
    std::map<std::string, std::string> listed;
    for (auto const* list : {&lists->payload, &lists->tags}) {
        for (auto const& file : *list) {
            listed.emplace(file.path, file.digest_hex);
            auto const at = hashed.find(file.path);
            if (at == hashed.end())
                missing.add(file.path);
            else if (at->second.unreadable)
                unreadable.add(file.path);
            else if (to_hex(at->second.sha256) != file.digest_hex)
                changed.add(file.path);
        }
    }
    std::size_t payload = 0;
    for (auto const& entry : entries) {
        if (!bagit::is_payload(entry.path)) continue;
        ++payload;
        if (entry.kind != bagit::EntryKind::file) odd.add(entry.path);
        // What an operating system leaves behind without being asked is no tampering.
        else if (!listed.contains(entry.path) && !bagit::is_system_file(entry.path))
            extra.add(entry.path);
    }
    std::string const manifest = place::manifest;
    if (changed.any())
        to.fails(complete, "changed since this folder was made: " + changed.text(), manifest,
                 "sha256sum -c " + manifest);
    if (missing.any())
        to.fails(complete, "listed but not here: " + missing.text(), manifest,
                 "sha256sum -c " + manifest);
    if (extra.any()) to.fails(complete, "in data/ but not listed: " + extra.text(), manifest);
    if (odd.any()) to.fails(complete, "in data/ but no regular file: " + odd.text(), manifest);
    if (unreadable.any())
        to.not_checked(complete, "could not be read, so nothing is said of: " + unreadable.text(),
                       manifest);
    if (changed.any() || missing.any() || extra.any() || odd.any() || unreadable.any()) return;
    to.holds(complete,
             "all " + std::to_string(payload) +
                 " files of data/ are here and are those that the list names",
             manifest, "sha256sum -c " + manifest);
}

}  // namespace exhibit::prove
