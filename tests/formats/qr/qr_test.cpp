#include "formats/qr/qr.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "support/shared.hpp"

namespace exhibit::qr {
namespace {

std::size_t count(std::string const& text, std::string_view part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++n;
    return n;
}

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

TEST(Qr, a_code_has_its_three_finders_and_a_light_border) {
    auto const matrix = make_matrix(as_bytes("exhibit"));
    ASSERT_OK(matrix);
    EXPECT_EQ(matrix->size(), 21u);  // version 1
    int const last = static_cast<int>(matrix->size()) - 1;
    for (auto [x, y] : {std::pair{0, 0}, {last - 6, 0}, {0, last - 6}}) {
        for (int i = 0; i < 7; ++i) {
            EXPECT_TRUE(matrix->is_dark(x + i, y));
            EXPECT_TRUE(matrix->is_dark(x, y + i));
        }
        EXPECT_FALSE(matrix->is_dark(x + 1, y + 1));
        EXPECT_TRUE(matrix->is_dark(x + 3, y + 3));
    }
    EXPECT_FALSE(matrix->is_dark(-1, 0));
    EXPECT_FALSE(matrix->is_dark(0, last + 1));
}

TEST(Qr, the_longest_text_fits_and_one_byte_more_does_not) {
    EXPECT_OK(make_matrix(as_bytes(std::string(text_bytes_max, 'a'))));
    EXPECT_ERROR_CODE(make_matrix(as_bytes(std::string(text_bytes_max + 1, 'a'))), "length");
    EXPECT_ERROR_CODE(make_matrix({}), "empty");
}

TEST(Qr, the_terminal_drawing_shows_every_module_and_the_border) {
    auto const matrix = make_matrix(as_bytes("exhibit"));
    ASSERT_OK(matrix);
    for (auto const terminal : {Terminal::light_on_dark, Terminal::dark_on_light}) {
        auto const drawing = write_terminal(*matrix, terminal);
        EXPECT_TRUE(is_utf8(as_bytes(drawing)));
        auto const lines = lines_of(drawing);
        ASSERT_EQ(lines.size(), (matrix->size() + 2 * quiet_zone + 1) / 2);
        // Read the modules back from the half blocks.
        for (std::size_t row = 0; row < lines.size(); ++row) {
            std::size_t at = 0;
            for (int x = -4; x < static_cast<int>(matrix->size()) + 4; ++x) {
                auto const block = lines[row].substr(at, lines[row][at] == ' ' ? 1 : 3);
                at += block.size();
                bool const upper = block == "\u2588" || block == "\u2580";
                bool const lower = block == "\u2588" || block == "\u2584";
                bool const drawn_is_dark = terminal == Terminal::dark_on_light;
                int const y = static_cast<int>(row) * 2 - 4;
                EXPECT_EQ(upper == drawn_is_dark, matrix->is_dark(x, y));
                if (row + 1 == lines.size()) continue;
                EXPECT_EQ(lower == drawn_is_dark, matrix->is_dark(x, y + 1));
            }
            EXPECT_EQ(at, lines[row].size());
        }
    }
}

TEST(Qr, the_svg_covers_exactly_the_dark_modules) {
    auto const matrix = make_matrix(as_bytes("exhibit"));
    auto const svg = qr_svg(as_bytes("exhibit"));
    ASSERT_OK(matrix);
    ASSERT_OK(svg);
    EXPECT_EQ(count(*svg, "viewBox=\"0 0 29 29\""), 1u);
    int dark = 0;
    for (int y = 0; y < 21; ++y) {
        for (int x = 0; x < 21; ++x) dark += matrix->is_dark(x, y);
    }
    int drawn = 0;
    for (auto at = svg->find("M"); at != std::string::npos; at = svg->find("M", at + 1)) {
        int x = 0;
        int y = 0;
        int run = 0;
        ASSERT_EQ(std::sscanf(svg->c_str() + at, "M%d %dh%dv1", &x, &y, &run), 3);
        for (int i = 0; i < run; ++i) EXPECT_TRUE(matrix->is_dark(x + i - 4, y - 4));
        drawn += run;
    }
    EXPECT_EQ(drawn, dark);
}

}  // namespace
}  // namespace exhibit::qr
