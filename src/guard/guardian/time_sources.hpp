// Whom this guardian asks for time, as its operator wrote it down: a text, one thing a line.
//
//   authority NAME URL roots=FILE [crl=URL]     RFC 3161; whose certificates to believe
//   calendar URL                                OpenTimestamps; asked to stamp, and followed
//   follow URL                                  a calendar that others pass stamps on to
//   blocks URL                                  headers: /block-height/N, /block/HASH/header
//   every DURATION                              how often the log is stamped; 1h if not said
//
// Only addresses of this text are ever connected to: what stands in tokens and proofs is somebody
// else's. Without such a text nobody is asked.
#pragma once

#include "base/files.hpp"
#include "crypto/certificate.hpp"

namespace exhibit::guard {

struct TimeSources {
    struct Authority {
        std::string name;
        std::string url;
        Path roots;
        std::string crl;  // URL; empty for none
    };
    std::vector<Authority> authorities;
    std::vector<std::string> calendars;  // without a slash at the end
    std::vector<std::string> followed;   // the calendars, and more
    std::string blocks;                  // without a slash at the end; empty for none
    Duration every = Duration::hours(1);
    bool empty() const { return authorities.empty() && calendars.empty(); }
};

inline constexpr std::size_t time_sources_bytes_max = 64 * 1024;
inline constexpr std::size_t authorities_max = 8;
inline constexpr std::size_t calendars_max = 8;

// Code "time-sources"; where names the line.
Result<TimeSources> parse_time_sources(std::string_view text);
// From a file; paths in it are relative to it. Roots are read, so that what cannot be used is said
// at the start.
Result<TimeSources> read_time_sources(Path const& file);
Result<std::vector<Certificate>> read_roots(TimeSources::Authority const& authority);

}  // namespace exhibit::guard
