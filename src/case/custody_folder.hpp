// Custody records as files of a release folder, and back (release_folder.hpp names the places). One
// file a thing, in the format that other people's programs read. Pure: the files come and go as a
// map of path to content.
//
//   custody/<guardian>/log-card-1.json      DSSE: the keys of its log and of its cosigner
//   custody/<guardian>/log-1.tlog-policy    whose signatures make that log good
//   custody/<guardian>/000001-0001-received.json and .tlog-proof
//                                           its events, in order; 0001 the exhibit, "case" or "log"
//   custody/device/0001-01-sealed.json      the device's events, from inside the package
//   time/<guardian>/1-00000012.checkpoint   a stamped state of the log: generation and size
//   time/<guardian>/1-00000012.<authority>.tst, 1-00000012.ots      over that file
//   time/authorities/<hash>.crt, .crl       what tokens are judged with
//   time/blocks/<height>-<hash>.header      80 bytes of Bitcoin, as the guardian knows them
//   time/test-blocks/…                      of a chain made for tests: proves nothing
#pragma once

#include <map>

#include "case/custody_record.hpp"

namespace exhibit {

using FolderFiles = std::map<std::string, Bytes>;

// <guardian> is the GuardianId in hex.
FolderFiles write_custody_files(std::vector<CustodyRecord> const& records, Policy const& policy);
FolderFiles write_device_events(ExhibitNumber number, std::vector<Envelope> const& events);

// Does a path belong to the folders custody/ and time/?
bool is_custody_path(std::string_view path);

struct CustodyFiles {
    std::vector<CustodyRecord> records;                        // by guardian
    std::map<ExhibitNumber, std::vector<Envelope>> by_device;  // in order
    // Where each thing lies, for complaints: paths in the order of the records' lists.
    struct Paths {
        std::vector<std::string> cards, events, stamps;
    };
    std::vector<Paths> paths;
    struct Trouble {
        std::string path;
        Error why;
    };
    std::vector<Trouble> troubles;  // files that are not what their names say
};
// Never fails: what cannot be read is told. Files of other names are left alone.
CustodyFiles read_custody_files(FolderFiles const& files);

inline constexpr std::size_t custody_file_bytes_max = crl_bytes_max;

}  // namespace exhibit
