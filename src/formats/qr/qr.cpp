#include "formats/qr/qr.hpp"

#include <qrencode.h>

#include <cerrno>
#include <memory>

namespace exhibit::qr {
namespace {

struct FreeCode {
    void operator()(QRcode* code) const {
        auto const modules =
            static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
        wipe({code->data, modules});
        QRcode_free(code);
    }
};

// Half blocks: what is drawn in the terminal's text colour, upper and lower row.
std::string_view half_block(bool upper, bool lower) {
    if (upper && lower) return "\u2588";
    if (upper) return "\u2580";
    if (lower) return "\u2584";
    return " ";
}

}  // namespace

Matrix::Matrix(unsigned size, SecretBytes modules) : size_(size), modules_(std::move(modules)) {
    VERIFY(modules_.size() == static_cast<std::size_t>(size_) * size_);
}

bool Matrix::is_dark(int x, int y) const {
    int const size = static_cast<int>(size_);
    if (x < 0 || y < 0 || x >= size || y >= size) return false;
    return modules_.reveal()[static_cast<std::size_t>(y * size + x)] != 0;
}

Result<Matrix> make_matrix(ByteView text) {
    // The library takes an empty text for an error of the caller.
    if (text.empty()) return wrong_use("there is nothing to draw").coded("empty");
    if (text.size() > text_bytes_max) {
        return wrong_use("a QR code holds at most " + std::to_string(text_bytes_max) +
                         " bytes, this has " + std::to_string(text.size()))
            .coded("length")
            .hint("draw several codes");
    }
    std::unique_ptr<QRcode, FreeCode> const code(
        QRcode_encodeData(static_cast<int>(text.size()), text.data(), 0, QR_ECLEVEL_M));
    if (!code) return system_error("cannot make the QR code", {});
    auto const size = static_cast<unsigned>(code->width);
    SecretBytes modules(static_cast<std::size_t>(size) * size);
    auto const out = modules.reveal_for_writing();
    // The lowest bit is the colour; the others tell how the library came to it.
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = code->data[i] & 1;
    return Matrix(size, std::move(modules));
}

std::string write_svg(Matrix const& matrix) {
    auto const side = std::to_string(matrix.size() + 2 * quiet_zone);
    int const size = static_cast<int>(matrix.size());
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " +
                      side + "\" shape-rendering=\"crispEdges\">\n<rect width=\"" + side +
                      "\" height=\"" + side + "\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"";
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            if (!matrix.is_dark(x, y)) continue;
            int const start = x;
            while (matrix.is_dark(x, y)) ++x;
            auto const run = std::to_string(x - start);
            svg += "M" + std::to_string(start + static_cast<int>(quiet_zone)) + " " +
                   std::to_string(y + static_cast<int>(quiet_zone)) + "h" + run + "v1h-" + run +
                   "z";
        }
        svg += "\n";
    }
    return svg + "\"/>\n</svg>\n";
}

std::string write_terminal(Matrix const& matrix, Terminal terminal) {
    int const quiet = static_cast<int>(quiet_zone);
    int const end = static_cast<int>(matrix.size()) + quiet;
    bool const draw_dark = terminal == Terminal::dark_on_light;
    std::string out;
    for (int y = -quiet; y < end; y += 2) {
        for (int x = -quiet; x < end; ++x) {
            bool const upper = matrix.is_dark(x, y) == draw_dark;
            // The side is odd: below the last row there is nothing to draw.
            bool const lower = y + 1 < end && matrix.is_dark(x, y + 1) == draw_dark;
            out += half_block(upper, lower);
        }
        out += "\n";
    }
    return out;
}

Result<std::string> qr_svg(ByteView text) {
    auto const matrix = TRY(make_matrix(text));
    return write_svg(matrix);
}

Result<std::string> qr_terminal(ByteView text, Terminal terminal) {
    auto const matrix = TRY(make_matrix(text));
    return write_terminal(matrix, terminal);
}

}  // namespace exhibit::qr
