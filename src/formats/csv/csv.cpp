#include "formats/csv/csv.hpp"

#include "base/verify.hpp"

namespace exhibit {
namespace {

std::string field(std::string_view text) {
    std::string out;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos)
        out = "'";
    out += text;
    if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
    std::string quoted = "\"";
    for (char c : out) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

void write_record(std::string& to, std::vector<std::string> const& record) {
    for (std::size_t i = 0; i < record.size(); ++i) to += (i == 0 ? "" : ",") + field(record[i]);
    to += "\r\n";
}

}  // namespace

std::string write_csv(std::vector<std::string> const& header,
                      std::vector<std::vector<std::string>> const& rows) {
    std::string out;
    write_record(out, header);
    for (auto const& row : rows) {
        VERIFY(row.size() == header.size());
        write_record(out, row);
    }
    return out;
}

}  // namespace exhibit
