// A case as one file, its decoy, and a folder that is removed.
#include "seal/travel.hpp"

#include "formats/age/age.hpp"
#include "formats/tar/padme.hpp"
#include "formats/tar/tar.hpp"
#include "seal/wipe.hpp"
#include "support/markers.hpp"
#include "support/shared.hpp"
#include "support/tar_of.hpp"

namespace exhibit::seal {
namespace {

using test::tar_of;

TravelPackage small_package() {
    return {"gate-4",
            {{"case.json", to_bytes(std::string_view("{}"))},
             {"device-key.pem", to_bytes(std::string_view("key"))},
             {"witness-1.age", Bytes(500, 1)},
             {"witness-2.age", Bytes(500, 2)},
             {"exhibits/0001.json", to_bytes(std::string_view("one"))}}};
}

bool same(TravelPackage const& a, TravelPackage const& b) {
    if (a.name != b.name || a.files.size() != b.files.size()) return false;
    for (std::size_t i = 0; i < a.files.size(); ++i) {
        if (a.files[i].name != b.files[i].name || a.files[i].content != b.files[i].content)
            return false;
    }
    return true;
}

std::vector<std::pair<std::string, std::string>> whole() {
    return {{"x/case.json", "{}"},
            {"x/device-key.pem", "k"},
            {"x/witness-1.age", "1"},
            {"x/witness-2.age", "2"}};
}

TEST(TravelPackage, is_read_as_it_was_written_and_has_a_padme_size) {
    auto const package = small_package();
    auto const tar = write_travel_package(package);
    ASSERT_OK(tar);
    EXPECT_EQ(tar->size(), tar::padme(tar->size()));
    auto const again = parse_travel_package(*tar);
    ASSERT_OK(again);
    EXPECT_TRUE(same(package, *again));
    test::TemporaryFolder folder;
    ASSERT_OK(replace_file(folder / "case.tar", *tar));
    auto const listed = test::run({"tar", "tf", (folder / "case.tar").string()});
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_TRUE(listed.out.starts_with("gate-4/case.json\n")) << listed.out;
}

TEST(TravelPackage, tells_those_who_go_on_that_the_case_was_wiped) {
    auto package = small_package();
    auto const at = WallTime::from_ms(1'800'000'000'000);
    note_wipe(package, at);
    ASSERT_EQ(package.files.back().name, untold_file);
    auto const once = parse_untold(package.files.back().content);
    ASSERT_OK(once);
    EXPECT_EQ(*once, (std::vector<UntoldEvent>{{at, std::nullopt}}));
    note_wipe(package, at);  // another journey, before anything was sealed
    EXPECT_EQ(package.files.size(), small_package().files.size() + 1);
    EXPECT_EQ(parse_untold(package.files.back().content)->size(), 2U);
    auto const tar = write_travel_package(package);
    ASSERT_OK(tar);
    EXPECT_OK(parse_travel_package(*tar));
}

TEST(TravelPackage, only_what_a_case_folder_can_hold_comes_out) {
    EXPECT_OK(parse_travel_package(tar_of(whole())));
    for (auto const* name :
         {"y/other.json", "x/../../etc/passwd", "x/.ssh", "x/a/b", "loose", "x/exhibits/0001.age",
          "x/exhibits/x.json", "x/CASE.JSON", "/x/case", "x/exhibits/../a.json", "x/case.json"}) {
        auto entries = whole();
        entries.push_back({name, "bad"});
        EXPECT_FALSE(parse_travel_package(tar_of(entries)).ok()) << name;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        auto entries = whole();
        entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_ERROR_CODE(parse_travel_package(tar_of(entries)), "travel");
    }
    for (auto const* name : {"..", ".x", "a\nb"}) {
        auto entries = whole();
        for (auto& entry : entries) entry.first = name + entry.first.substr(1);
        EXPECT_FALSE(parse_travel_package(tar_of(entries)).ok()) << name;
    }
    auto entries = whole();
    entries.push_back({"x/huge", std::string((1 << 20) + 1, 'x')});
    EXPECT_ERROR_CODE(parse_travel_package(tar_of(entries)), "travel");
    EXPECT_FALSE(parse_travel_package({}).ok());
}

TEST(TravelPackage, a_case_with_too_many_exhibits_is_told_so) {
    auto package = small_package();
    for (int i = 0; i < 20; ++i)
        package.files.push_back({"note-" + std::to_string(i), Bytes(1 << 20)});
    EXPECT_ERROR_CODE(write_travel_package(package), "too-large");
}

TEST(Decoy, has_the_same_sizes_and_nobody_opens_what_was_replaced) {
    auto package = small_package();
    auto const mine = SecretBytes::copy_of("mine");
    age::ScryptRecipient const lock(mine.clone(), 10);
    package.files[2].content = age::encrypt(Bytes(119, 7), lock).take();
    auto const decoy = make_decoy(package, "witness-1.age");
    ASSERT_OK(decoy);
    for (std::size_t i = 0; i < package.files.size(); ++i) {
        EXPECT_EQ(decoy->files[i].name, package.files[i].name);
        EXPECT_EQ(decoy->files[i].content.size(), package.files[i].content.size());
        EXPECT_EQ(decoy->files[i].content == package.files[i].content, i != 2);
    }
    age::ScryptIdentity const key(mine.clone());
    EXPECT_OK(age::decrypt(package.files[2].content, key, 1000));
    EXPECT_ERROR_CODE(age::decrypt(decoy->files[2].content, key, 1000), "no-match");
    EXPECT_EQ(write_travel_package(package)->size(), write_travel_package(*decoy)->size());
    EXPECT_ERROR_CODE(make_decoy(package, "witness-9.age"), "travel");
}

TEST(Wipe, takes_everything_and_what_was_cut_off_is_finished) {
    test::TemporaryFolder folder;
    auto const cases = folder / "cases";
    auto const fill = [&](std::string const& name) {
        std::filesystem::create_directories(cases / name / "exhibits" / "deep");
        for (auto const* file : {"case.json", ".lock", "exhibits/0001.age", "exhibits/deep/x"})
            EXPECT_OK(replace_file(cases / name / file, std::string(5000, 'm') + "MARKER-77"));
        std::filesystem::create_symlink(folder / "outside", cases / name / "link");
    };
    ASSERT_OK(replace_file(folder / "outside", std::string("stays")));
    fill("gate-4");
    fill("other");
    auto const wiped = wipe_case(cases / "gate-4");
    ASSERT_OK(wiped);
    EXPECT_EQ(wiped->files, 7u);
    EXPECT_FALSE(is_there(cases / "gate-4"));
    EXPECT_TRUE(is_there(cases / "other" / "case.json"));
    EXPECT_EQ(as_text(*read_file(folder / "outside", 100)), "stays") << "links are not followed";

    // A hard link shows that the bytes themselves were written over, not only unlinked.
    fill("third");
    std::filesystem::create_hard_link(cases / "third" / "case.json", folder / "same-bytes");
    ASSERT_OK(wipe_case(cases / "third"));
    auto const same_bytes = read_file(folder / "same-bytes", 1 << 20);
    EXPECT_EQ(as_text(*same_bytes).find("MARKER-77"), std::string_view::npos);
    EXPECT_EQ(as_text(*same_bytes).find("mmmmmmmm"), std::string_view::npos);

    std::filesystem::rename(cases / "other", cases / ".wiping-0badcafe");
    EXPECT_EQ(finish_wiping(cases).value(), 1u);
    EXPECT_EQ(finish_wiping(cases).value(), 0u);
    EXPECT_EQ(test::all_bytes_below(cases), "");
    EXPECT_EQ(finish_wiping(folder / "nowhere").value(), 0u);
}

}  // namespace
}  // namespace exhibit::seal
