#include "case/reader_line.hpp"

#include "formats/age/age.hpp"

namespace exhibit {
namespace {

constexpr std::string_view prefix = "exhibit-reader-1:";

Error no_reader() {
    return bad_input("is neither an age key nor a reader's line")
        .coded("reader")
        .hint("ask for what  exhibit reader new  prints, or for an age1… key");
}

}  // namespace

std::string ReaderLine::text() const {
    if (!confirm) return recipient;
    return std::string(prefix) + recipient + ":" +
           to_base64(confirm->bytes(), Base64::url_unpadded);
}

Result<ReaderLine> ReaderLine::parse(std::string_view line) {
    ReaderLine reader;
    if (line.starts_with(prefix)) {
        line.remove_prefix(prefix.size());
        auto const colon = line.find(':');
        if (colon == std::string_view::npos) return no_reader();
        auto const key = from_base64(line.substr(colon + 1), Base64::url_unpadded);
        if (!key || key->size() != 32) return no_reader();
        auto const raw = TRY(exactly<32>(*key));
        reader.confirm = PublicKey(raw);
        line = line.substr(0, colon);
    }
    if (!age::X25519Recipient::parse(line)) return no_reader();
    reader.recipient = std::string(line);
    return reader;
}

AudienceStage stage_for(std::vector<ReaderLine> const& readers) {
    AudienceStage stage;
    for (auto const& reader : readers) {
        stage.recipients.push_back(reader.recipient);
        if (reader.confirm) stage.confirm.push_back(*reader.confirm);
    }
    return stage;
}

}  // namespace exhibit
