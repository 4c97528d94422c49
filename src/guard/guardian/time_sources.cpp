#include "guard/guardian/time_sources.hpp"

#include <algorithm>

#include "case/custody_record.hpp"
#include "formats/ots/timestamp.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t url_max = 500;
constexpr std::size_t pem_bytes_max = 1 << 20;
constexpr auto every_least = Duration::seconds(1);
constexpr auto every_most = Duration::days(7);

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        auto const from = line.find_first_not_of(" \t");
        if (from == std::string_view::npos) return words;
        line.remove_prefix(from);
        auto const end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

Error wrong(std::string what) { return bad_input(std::move(what)).coded("time-sources"); }

Result<std::string> parse_url(std::string_view text) {
    bool const web = text.starts_with("https://") || text.starts_with("http://");
    bool const plain = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
    auto const host = text.substr(std::min(text.find("//") + 2, text.size()));
    if (!web || !plain || text.size() > url_max || host.empty() || host[0] == '/' ||
        text.find('@') != std::string_view::npos)
        return wrong("an address begins with https:// or http:// and a host");
    while (text.ends_with('/')) text.remove_suffix(1);
    return std::string(text);
}

class SourcesReader {
public:
    Outcome take(std::vector<std::string_view> const& words) {
        auto const kind = words[0];
        if (kind == "authority") return take_authority(words);
        if (words.size() != 2) return wrong("a line of this kind has two words");
        if (kind == "calendar") return take_calendar(words[1], true);
        if (kind == "follow") return take_calendar(words[1], false);
        if (kind == "blocks") {
            if (!out_.blocks.empty()) return wrong("there is one source of blocks");
            out_.blocks = TRY(parse_url(words[1]));
            return {};
        }
        if (kind == "every") {
            out_.every = TRY(parse_duration(words[1]));
            if (out_.every < every_least || out_.every > every_most)
                return wrong("a log is stamped every second at most, every week at least");
            return {};
        }
        return wrong("a line begins with authority, calendar, follow, blocks or every");
    }
    TimeSources finish() { return std::move(out_); }

private:
    Outcome take_authority(std::vector<std::string_view> const& words) {
        if (words.size() < 4 || words.size() > 5)
            return wrong("an authority has a name, an address, roots=FILE and may have crl=URL");
        TimeSources::Authority one;
        one.name = std::string(words[1]);
        TRY(check_authority_name(one.name));
        for (auto const& other : out_.authorities)
            if (other.name == one.name) return wrong("two authorities have the same name");
        one.url = TRY(parse_url(words[2]));
        for (auto const& word : std::span(words).subspan(3)) {
            if (word.starts_with("roots=") && word.size() > 6 && one.roots.empty())
                one.roots = Path(std::string(word.substr(6)));
            else if (word.starts_with("crl=") && one.crl.empty())
                one.crl = TRY(parse_url(word.substr(4)));
            else
                return wrong("behind an authority's address stand roots=FILE and crl=URL");
        }
        // Without roots no token could be told from one that anybody made.
        if (one.roots.empty()) return wrong("an authority needs roots=FILE");
        if (out_.authorities.size() == authorities_max) return wrong("too many authorities");
        out_.authorities.push_back(std::move(one));
        return {};
    }

    Outcome take_calendar(std::string_view text, bool asked) {
        auto url = TRY(parse_url(text));
        if (!ots::is_calendar_uri(url)) return wrong("is no address that a proof may hold");
        if (out_.followed.size() == 2 * calendars_max || out_.calendars.size() == calendars_max)
            return wrong("too many calendars");
        if (asked) out_.calendars.push_back(url);
        if (std::ranges::find(out_.followed, url) == out_.followed.end())
            out_.followed.push_back(std::move(url));
        return {};
    }

    TimeSources out_;
};

}  // namespace

Result<TimeSources> parse_time_sources(std::string_view text) {
    if (text.size() > time_sources_bytes_max) return wrong("is too long");
    SourcesReader reader;
    unsigned number = 0;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        auto const words = words_of(line);
        if (words.empty() || words[0].starts_with('#')) continue;
        auto const taken = reader.take(words);
        if (!taken.ok())
            return Error(taken.error()).at("line " + std::to_string(number)).coded("time-sources");
    }
    return reader.finish();
}

Result<std::vector<Certificate>> read_roots(TimeSources::Authority const& authority) {
    auto const text = TRY(read_text_file(authority.roots, pem_bytes_max));
    auto roots = TRY(Certificate::from_pem(text));
    if (roots.empty())
        return wrong("holds no certificate").at(authority.roots.string()).coded("time-sources");
    return roots;
}

Result<TimeSources> read_time_sources(Path const& file) {
    auto const text = TRY(read_text_file(file, time_sources_bytes_max));
    auto sources = parse_time_sources(text);
    if (!sources.ok()) {
        auto error = sources.take_error();
        error.where = file.string() + ", " + error.where;
        return error;
    }
    for (auto& authority : sources->authorities) {
        if (authority.roots.is_relative()) authority.roots = file.parent_path() / authority.roots;
        TRY(read_roots(authority));
    }
    return sources;
}

}  // namespace exhibit::guard
