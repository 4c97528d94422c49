#include "tampering_parts.hpp"

namespace exhibit::test {
namespace {

namespace fs = std::filesystem;

std::string const photo_path = "data/0001/" + std::string(photo);
std::string const video_path = "data/0002/" + std::string(video);

std::vector<Tampering> originals() {
    return {
        {"media-byte", "one bit of the photo is another, and the lists are made to fit",
         [](Specimen& s) {
             s.flip(photo_path);
             s.make_lists_fit();
         },
         "unchanged.other-bytes", first},
        {"media-byte-lists-kept", "one bit of the photo is another",
         [](Specimen& s) { s.flip(photo_path); }, "complete.changed", whole},
        {"media-cut", "the video ends earlier, and the lists are made to fit",
         [](Specimen& s) {
             auto content = s.read(video_path);
             content.resize(content.size() - 100'000);
             s.write(video_path, content);
             s.make_lists_fit();
         },
         "unchanged.other-bytes", second},
        {"media-grown", "something is appended to the video, and the lists are made to fit",
         [](Specimen& s) {
             s.write(video_path, s.read(video_path) + "and then they left");
             s.make_lists_fit();
         },
         "unchanged.other-bytes", second},
        {"media-swapped", "photo and video are put under each other's names",
         [](Specimen& s) {
             s.swap(photo_path, video_path);
             s.make_lists_fit();
         },
         "unchanged.other-bytes", first},
        {"media-of-another-case", "the photo of another case lies under the name of this one",
         [](Specimen& s) {
             s.write(photo_path, s.read_other(photo_path));
             s.make_lists_fit();
         },
         "unchanged.other-bytes", first},
        {"original-missing", "the photo is taken out, and the lists are made to fit",
         [](Specimen& s) {
             s.remove(photo_path);
             s.make_lists_fit();
         },
         "unchanged.missing", "0001"},
        {"original-missing-lists-kept", "the photo is taken out",
         [](Specimen& s) { s.remove(photo_path); }, "complete.missing", whole},
        {"original-relabelled", "the photo is given a more telling name",
         [](Specimen& s) {
             s.rename(photo_path, "data/0001/massacre.jpg");
             s.make_lists_fit();
         },
         "name.other", "0001 massacre.jpg"},
        {"original-in-company", "a second photo lies beside the sealed one",
         [](Specimen& s) {
             s.write("data/0001/second.jpg", "another photo");
             s.make_lists_fit();
         },
         "name.other", first},
        {"link-for-original", "a link stands in the place of the photo",
         [](Specimen& s) {
             s.rename(photo_path, "elsewhere.jpg");
             fs::create_symlink("../../elsewhere.jpg", s.folder / photo_path);
         },
         "complete.odd", whole},
    };
}

std::vector<Tampering> ciphertexts_and_strays() {
    return {
        {"ciphertext-byte", "one bit of the ciphertext is another",
         [](Specimen& s) {
             s.flip("data/0001.age");
             s.make_lists_fit();
         },
         "ciphertext.other-root", first},
        {"ciphertext-cut", "the ciphertext ends earlier",
         [](Specimen& s) {
             auto content = s.read("data/0001.age");
             content.resize(content.size() - 10);
             s.write("data/0001.age", content);
             s.make_lists_fit();
         },
         "ciphertext.other-size", first},
        {"ciphertexts-swapped", "the ciphertexts of photo and video are exchanged",
         [](Specimen& s) {
             s.swap("data/0001.age", "data/0002.age");
             s.make_lists_fit();
         },
         "ciphertext.other-size", second},
        {"ciphertext-missing", "the ciphertext is taken out",
         [](Specimen& s) {
             s.remove("data/0001.age");
             s.make_lists_fit();
         },
         "ciphertext.missing", first},
        {"number-exchanged", "an exhibit is given another number",
         [](Specimen& s) {
             for (auto const* ending : {"", ".age", ".sd-jwt", ".disclosures.json"})
                 s.rename("data/0001" + std::string(ending), "data/0009" + std::string(ending));
             s.make_lists_fit();
         },
         "statement.other-number", "0009 " + std::string(photo)},
        {"stray-file", "a file that no seal covers is put into data/, and listed",
         [](Specimen& s) {
             s.write("data/more.txt", "more");
             s.make_lists_fit();
         },
         "complete.stray", whole},
        {"extra-file", "a file is put into data/",
         [](Specimen& s) { s.write("data/more.txt", "x"); }, "complete.extra", whole},
    };
}

}  // namespace

std::vector<Tampering> tampered_media() {
    return joined_tables({originals(), ciphertexts_and_strays()});
}

}  // namespace exhibit::test
