#include "guard/guardian/static_files.hpp"

#include <algorithm>
#include <optional>

#include "formats/tus/tus.hpp"

namespace exhibit::guard {
namespace {

struct Range {
    std::uint64_t first = 0;
    std::uint64_t length = 0;
};

struct AskedRange {
    bool asked = false;
    std::optional<Range> range;  // none although asked: cannot be satisfied
};

// "bytes=a-", "bytes=a-b", "bytes=-n". Anything else, several ranges among it, is ignored, as the
// RFC allows.
AskedRange read_range(HttpRequest const& request, std::uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    auto const header = request.headers.find("Range");
    if (!header || !header->starts_with(unit)) return {};
    auto const text = header->substr(unit.size());
    auto const dash = text.find('-');
    if (dash == std::string_view::npos) return {};
    auto const first = tus::parse_number(text.substr(0, dash));
    auto const last = tus::parse_number(text.substr(dash + 1));
    if (dash == 0) {
        if (!last) return {};
        if (*last == 0 || size == 0) return {true, std::nullopt};
        auto const length = std::min(*last, size);
        return {true, Range{size - length, length}};
    }
    bool const open_end = dash + 1 == text.size();
    if (!first || (!open_end && !last) || (!open_end && *last < *first)) return {};
    if (*first >= size) return {true, std::nullopt};
    auto const end = open_end ? size : std::min(*last + 1, size);
    return {true, Range{*first, end - *first}};
}

HttpResponse not_found() { return HttpResponse::text(404, "not found\n"); }

int hex_digit(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        int const high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

// No component may be empty, begin with a dot (which covers "." and "..") or hold a separator or
// NUL.
bool is_safe(std::string_view path) {
    if (path.find('\0') != std::string_view::npos || path.find('\\') != std::string_view::npos)
        return false;
    while (true) {
        auto const slash = path.find('/');
        auto const component = path.substr(0, slash);
        if (component.empty() || component.front() == '.') return false;
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
}

}  // namespace

std::string_view content_type_of(std::string_view name) {
    struct Row {
        std::string_view ending, type;
    };
    constexpr Row types[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".txt", "text/plain; charset=utf-8"},
        {".md", "text/plain; charset=utf-8"},
        {".sd-jwt", "text/plain; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".webp", "image/webp"},
        {".mp4", "video/mp4"},
        {".m4v", "video/mp4"},
        {".mov", "video/quicktime"},
        {".webm", "video/webm"},
        {".mp3", "audio/mpeg"},
        {".m4a", "audio/mp4"},
        {".wav", "audio/wav"},
        {".ogg", "audio/ogg"},
        {".pdf", "application/pdf"},
        {".torrent", "application/x-bittorrent"},
        {".tar", "application/x-tar"},
        {".zip", "application/zip"},
        {".wasm", "application/wasm"},
    };
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    for (auto const& row : types) {
        if (lower.ends_with(row.ending)) return row.type;
    }
    return "application/octet-stream";
}

HttpResponse answer_file(HttpRequest const& request, Path const& path, std::uint64_t size,
                         std::string_view type) {
    HttpResponse response;
    response.headers.add("Content-Type", std::string(type));
    response.headers.add("Accept-Ranges", "bytes");
    response.headers.add("X-Content-Type-Options", "nosniff");
    auto const asked = read_range(request, size);
    if (asked.asked && !asked.range) {
        response.status = 416;
        response.headers.add("Content-Range", "bytes */" + std::to_string(size));
        return response;
    }
    auto const range = asked.range.value_or(Range{0, size});
    if (asked.asked) {
        response.status = 206;
        response.headers.add("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                  std::to_string(range.first + range.length - 1) +
                                                  "/" + std::to_string(size));
    }
    response.file = FileBody{path, range.first, range.length};
    return response;
}

HttpResponse answer_from_folder(HttpRequest const& request, Path const& folder,
                                std::string_view below) {
    if (below.empty() || below.ends_with('/'))
        return answer_from_folder(request, folder, std::string(below) + "index.html");
    auto const decoded = percent_decoded(below);
    if (!decoded || !is_safe(*decoded)) return not_found();
    std::error_code failed;
    auto const root = std::filesystem::canonical(folder, failed);
    if (failed) return not_found();
    auto const path = std::filesystem::canonical(root / *decoded, failed);
    // A link that leads out of the folder is not followed.
    if (failed || !path.string().starts_with(root.string() + "/")) return not_found();
    if (std::filesystem::is_directory(path, failed)) {
        HttpResponse response = HttpResponse::text(301, "");
        response.headers.add("Location", std::string(request.path()) + "/");
        return response;
    }
    if (!std::filesystem::is_regular_file(path, failed)) return not_found();
    auto const size = std::filesystem::file_size(path, failed);
    if (failed) return not_found();
    auto response = answer_file(request, path, size, content_type_of(path.filename().string()));
    // An original may be any file, also one that runs in a browser. Only the page, which brings a
    // policy of its own, is more than a document without rights here.
    auto const is_page = path == root / "index.html";
    response.headers.add("Content-Security-Policy", is_page ? "frame-ancestors 'none'" : "sandbox");
    response.headers.add("Referrer-Policy", "no-referrer");
    return response;
}

}  // namespace exhibit::guard
