// zbarimg reads what we drew (the SVG is held against the matrix in formats/qr/qr_test.cpp).
#include "formats/qr/qr.hpp"
#include "support/shared.hpp"

namespace exhibit::qr {
namespace {

// A portable bitmap, four dots per module.
std::string write_pbm(Matrix const& matrix) {
    constexpr int scale = 4;
    int const quiet = static_cast<int>(quiet_zone);
    int const side = (static_cast<int>(matrix.size()) + 2 * quiet) * scale;
    std::string out = "P1\n" + std::to_string(side) + " " + std::to_string(side) + "\n";
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            out += matrix.is_dark(x / scale - quiet, y / scale - quiet) ? '1' : '0';
        }
        out += '\n';
    }
    return out;
}

TEST(QrOracle, zbarimg_reads_back_what_we_drew) {
    NEEDS_PROGRAM("zbarimg");
    test::TemporaryFolder const folder;
    std::vector<std::string> texts{
        "a",
        "exhibit.guardian/ED01:443#k=ngjf6y",
        std::string(300, '7'),
        std::string(1500, 'x'),
        "academic acid acne acquire acrobat activity actress adapt adequate adjust admit adorn "
        "adult "
        "advance advocate afraid again agency agree aide aircraft airline airport ajar alarm album "
        "alcohol alien alive alpha already alto aluminum",
        "caf\u00e9 \u0627\u0644\u0628\u0648\u0627\u0628\u0629 \u95e8"};
    int read = 0;
    for (auto const& text : texts) {
        auto const matrix = make_matrix(as_bytes(text));
        ASSERT_OK(matrix);
        ASSERT_OK(replace_file(folder / "code.pbm", write_pbm(*matrix)));
        auto const ran = test::run({"zbarimg", "-q", "--raw", (folder / "code.pbm").string()});
        EXPECT_EQ(ran.out, text + "\n") << ran.err;
        read += ran.out == text + "\n";
    }
    std::printf("qr oracle: zbarimg read %d of %zu codes\n", read, texts.size());
}

}  // namespace
}  // namespace exhibit::qr
