// A release folder as documents. What is missing or malformed becomes a finding; what is left is
// judged.
#pragma once

#include "case/evidence.hpp"
#include "prove/disk_folder.hpp"
#include "prove/findings.hpp"

namespace exhibit::prove {

struct ReadRelease {
    ReleaseBundle bundle;
    bool has_vouched_list = false;
    bool usable = false;  // policy and subject are there, so that check_release may be asked
    // Where each document of the bundle's lists lies, for complaints.
    std::vector<std::string> vote_files, adoption_files, share_files, receipt_files;
    std::string record;  // text of data/release.json
    std::string path_of(Complaint const& complaint) const;
};

ReadRelease read_release(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                         Findings& to);

}  // namespace exhibit::prove
