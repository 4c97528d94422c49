#include "seal/share_card.hpp"

#include <cstdio>

#include "formats/qr/qr.hpp"

namespace exhibit::seal {
namespace {

std::vector<std::string_view> split_words(std::string_view words) {
    std::vector<std::string_view> out;
    while (!words.empty()) {
        auto const end = std::min(words.find(' '), words.size());
        out.push_back(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return out;
}

std::string title(ShareCard const& card) {
    return std::string(card.drill ? "DRILL - " : "") + "Share " + std::to_string(card.number) +
           " of " + std::to_string(card.of) + " on paper";
}

std::string explanation(ShareCard const& card) {
    return "Any " + std::to_string(card.needed) +
           " shares together open what a witness sealed; this one alone opens nothing. Keep it "
           "where nobody looks, "
           "tell nobody that you have it. If the guardians are gone, bring it to the others: any "
           "SLIP-39 tool "
           "puts the words together, and  exhibit open --shares  does too.";
}

// Builds text in a buffer that is wiped, then moves it into locked memory.
SecretBytes keep(std::string& text) {
    auto out = SecretBytes::copy_of(text);
    wipe(text);
    return out;
}

constexpr std::size_t card_bytes_max = 512 * 1024;

}  // namespace

Result<SecretBytes> write_share_card(ShareCard const& card, SecretBytes const& words) {
    // reveal: the card is the words.
    auto svg = TRY(qr::qr_svg(words.reveal()));
    std::string page;
    page.reserve(card_bytes_max);  // no reallocation: a grown string would leave an unwiped copy
    page += "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>" + title(card) +
            "</title><style>body{font:14pt "
            "sans-serif;margin:2cm}ol{columns:3}svg{width:7cm}</style><h1>" +
            title(card) + "</h1><p>" + explanation(card) + "</p><ol>";
    for (auto const word : split_words(words.reveal_text()))
        page.append("<li>").append(word).append("</li>");
    page.append("</ol>").append(svg).append("</html>\n");
    wipe(svg);
    VERIFY(page.size() < card_bytes_max);
    return keep(page);
}

Result<SecretBytes> show_share_card(ShareCard const& card, SecretBytes const& words) {
    auto code = TRY(qr::qr_terminal(words.reveal()));
    std::string text;
    text.reserve(card_bytes_max);
    text.append(title(card)).append("\n\n");
    unsigned number = 0;
    for (auto const word : split_words(words.reveal_text())) {
        char cell[48];
        std::snprintf(cell, sizeof cell, "%2u %-10.*s%s", number + 1, static_cast<int>(word.size()),
                      word.data(), number % 4 == 3 ? "\n" : " ");
        text.append(cell);
        wipe(MutableBytes(reinterpret_cast<Byte*>(cell), sizeof cell));
        ++number;
    }
    text.append("\n\n").append(code).append("\n").append(explanation(card)).append("\n");
    wipe(code);
    return keep(text);
}

}  // namespace exhibit::seal
