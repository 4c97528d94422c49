// qr: a text as a QR code (ISO/IEC 18004), drawn for paper (SVG) or for a terminal.
//
// Comes in: up to 2331 bytes, e.g. a share's words or a guardian's invitation.
// Goes out: the matrix of dark and light modules, an SVG text, or lines of half blocks in UTF-8.
//
// libqrencode does the work and is seen by qr.cpp only. Always byte mode, so that what a reader
// gives back is byte for byte what came in. Not implemented: Kanji mode, structured append, Micro
// QR, reading.
//
// A code of a share is as secret as the share. The matrix is kept in locked memory; the drawings
// are ordinary strings, because they go to paper or to a screen: wipe(text) after use. The
// library's own scratch memory is wiped only where it hands it to us.
#pragma once

#include "base/secret.hpp"

namespace exhibit::qr {

inline constexpr std::size_t text_bytes_max = 2331;  // version 40, correction level M
inline constexpr unsigned quiet_zone = 4;  // light modules around the code, ISO/IEC 18004 §9.1

// The modules without the quiet zone, row by row. Move-only.
class Matrix {
public:
    Matrix(unsigned size, SecretBytes modules);
    unsigned size() const { return size_; }  // modules per side
    // Outside of the code everything is light.
    bool is_dark(int x, int y) const;

private:
    unsigned size_;
    SecretBytes modules_;  // 1 dark, 0 light
};

// Correction level M. Codes: "empty", "length".
Result<Matrix> make_matrix(ByteView text);

// A standalone SVG document, black on white with the quiet zone; one unit per module.
std::string write_svg(Matrix const& matrix);
// Two rows of modules per line, with the quiet zone. Light modules are drawn, dark ones left blank,
// as a terminal is usually dark; `dark_on_light` is for terminals with a light background.
enum class Terminal { light_on_dark, dark_on_light };
std::string write_terminal(Matrix const& matrix, Terminal terminal = Terminal::light_on_dark);

Result<std::string> qr_svg(ByteView text);
Result<std::string> qr_terminal(ByteView text, Terminal terminal = Terminal::light_on_dark);

}  // namespace exhibit::qr
