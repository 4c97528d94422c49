#include "prove/release_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "case/release_folder.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

constexpr std::size_t vouched_bytes_max = 16u << 20;
constexpr std::size_t versions_max = 64;

// "7/policy.json" is of version 7. 0 for what no publisher writes: one rule here and in the page.
std::uint64_t version_in(std::string_view path) {
    auto const digits = path.substr(0, std::min(path.find('/'), path.size()));
    bool const is_number = !digits.empty() && digits.size() <= 10 && digits[0] != '0' &&
                           digits.size() < path.size() &&
                           digits.find_first_not_of("0123456789") == std::string_view::npos;
    return is_number ? std::strtoull(std::string(digits).c_str(), nullptr, 10) : 0;
}

class FolderReader {
public:
    FolderReader(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                 Findings& to)
        : folder_(folder), to_(to) {
        for (auto const& entry : entries) paths_.push_back(entry.path);
        std::ranges::sort(paths_);
    }

    ReadRelease run() {
        auto const policy =
            envelope(place::policy, {"policy.missing", "policy.bad", "policy.unreadable"});
        auto const subject =
            envelope(place::subject, {"released.missing", "released.bad", "released.unreadable"});
        if (policy && subject) {
            out_.usable = true;
            out_.bundle.policy = *policy;
            out_.bundle.subject = *subject;
        }
        take_record();
        take_policies();
        take_all(place::votes, out_.bundle.votes, out_.vote_files);
        take_all(place::adoptions, out_.bundle.adoptions, out_.adoption_files);
        take_all(place::receipts, out_.bundle.receipts, out_.receipt_files);
        take_all(place::shares, out_.bundle.shares, out_.share_files);
        auto vouched = folder_.text(place::vouched, vouched_bytes_max);
        out_.has_vouched_list = vouched.ok();
        if (vouched.ok()) out_.bundle.vouched = vouched.take();
        return std::move(out_);
    }

private:
    struct Answers {
        Say missing, bad, unreadable;
    };

    std::optional<Envelope> envelope(std::string const& path, Answers const& answers) {
        auto const text = folder_.text(path, 2 * document_bytes_max);
        if (!text.ok() && std::string_view(text.error().code) == "missing") {
            // Missing evidence proves nothing, and is no tampering either.
            to_.say(answers.missing, "could not be checked: " + path + " is not there", {{path}});
            return std::nullopt;
        }
        if (!text.ok()) {
            to_.trouble(answers.bad, answers.unreadable, path + " ", text.error(), {{path}});
            return std::nullopt;
        }
        auto parsed = parse_envelope(as_bytes(*text), 2 * document_bytes_max);
        if (parsed.ok()) return parsed.take();
        to_.trouble(answers.bad, answers.unreadable, path + ": ", parsed.error(), {{path}});
        return std::nullopt;
    }

    void take_all(std::string const& below, std::vector<Envelope>& into,
                  std::vector<std::string>& files) {
        for (auto const& path : paths_) {
            if (!path.starts_with(below + "/") || !path.ends_with(".json")) continue;
            if (taken_bytes_ > release_bundle_bytes_max)
                return to_.say("document.too-many",
                               "there are more documents than a release can have; those of " +
                                   below + "/ from " + tar::printable(path) + " on were not read",
                               {{path}});
            auto one =
                envelope(path, {"document.unreadable", "document.bad", "document.unreadable"});
            if (!one) continue;
            taken_bytes_ += one->payload.size();
            into.push_back(std::move(*one));
            files.push_back(path);
        }
    }

    // policies/N/: earlier ones with their words; of the one in data/ only the words.
    void take_policies() {
        auto const in_force = peek<Policy>(out_.bundle.policy);
        std::map<std::uint64_t, PolicyCertificate> versions;
        auto const below = std::string(place::policies) + "/";
        for (auto const& path : paths_) {
            if (!path.starts_with(below) || !path.ends_with(".json")) continue;
            auto const version = version_in(std::string_view(path).substr(below.size()));
            auto one =
                envelope(path, {"document.unreadable", "document.bad", "document.unreadable"});
            if (!one || versions.size() > versions_max) continue;
            auto& certificate = versions[version];
            if (one->payload_type == Policy::kind)
                certificate.policy = std::move(*one);
            else
                certificate.no_objections.push_back(std::move(*one));
        }
        for (auto& [version, certificate] : versions) {
            if (in_force.ok() && version == in_force->version)
                out_.bundle.no_objections = std::move(certificate.no_objections);
            else
                out_.bundle.earlier.push_back(std::move(certificate));
        }
    }

    void take_record() {
        std::string const path = place::record;
        auto text = folder_.text(path, document_bytes_max);
        if (!text.ok() && std::string_view(text.error().code) == "missing")
            return to_.say("record.missing", "could not be checked: " + path + " is not there",
                           {{path}});
        if (!text.ok())
            return to_.trouble("record.bad", "record.unreadable", path + " ", text.error(),
                               {{path}});
        auto const record = ReleaseRecord::parse(as_bytes(*text));
        if (!record.ok())
            return to_.trouble("record.bad", "record.unreadable", path + ": ", record.error(),
                               {{path}});
        out_.bundle.stage = record->stage;
        out_.record = text.take();
    }

    DiskFolder const& folder_;
    Findings& to_;
    std::vector<std::string> paths_;
    std::size_t taken_bytes_ = 0;
    ReadRelease out_;
};

}  // namespace

std::string ReadRelease::path_of(Complaint const& complaint) const {
    auto const& list = complaint.about == Complaint::About::vote       ? vote_files
                       : complaint.about == Complaint::About::adoption ? adoption_files
                       : complaint.about == Complaint::About::share    ? share_files
                                                                       : receipt_files;
    if (complaint.about == Complaint::About::policy) return place::policies;
    if (complaint.about == Complaint::About::vouched || complaint.index >= list.size())
        return place::vouched;
    return list[complaint.index];
}

ReadRelease read_release(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                         Findings& to) {
    return FolderReader(folder, entries, to).run();
}

}  // namespace exhibit::prove
