#include <set>

#include "crypto/hash.hpp"
#include "formats/bagit/test_folders.hpp"
#include "support/shared.hpp"

namespace exhibit::bagit {
namespace {

std::string digest(Algorithm algorithm, std::string const& content) {
    Hash hash(algorithm == Algorithm::sha512 ? HashKind::sha512 : HashKind::sha256);
    hash.update(as_bytes(content));
    return to_hex(hash.finish());
}

// Writes all lists of the bag anew over what is in the folder.
void list_all(MapFolder& bag) {
    std::vector<ListedFile> payload;
    for (auto const& [path, content] : bag.files) {
        if (path.starts_with("data/")) payload.push_back({path, {}, content.size()});
    }
    bag.files["bagit.txt"] = write_declaration();
    bag.files["bag-info.txt"] =
        write_bag_info({{"Bagging-Date", "2026-11-22"}, {"Payload-Oxum", write_oxum(payload)}})
            .take();
    std::vector<ListedFile> tags{{"bagit.txt", {}, 0}, {"bag-info.txt", {}, 0}};
    for (auto const algorithm : {Algorithm::sha256, Algorithm::sha512}) {
        for (auto& file : payload) file.digest_hex = digest(algorithm, bag.files[file.path]);
        auto const name = "manifest-" + std::string(algorithm_name(algorithm)) + ".txt";
        bag.files[name] = write_manifest(algorithm, payload).take();
        tags.push_back({name, {}, 0});
    }
    for (auto& file : tags) file.digest_hex = digest(Algorithm::sha256, bag.files[file.path]);
    bag.files["tagmanifest-sha256.txt"] = write_manifest(Algorithm::sha256, tags).take();
}

MapFolder good_bag() {
    MapFolder bag;
    bag.files["data/0001.age"] = "ciphertext";
    bag.files["data/record/release.json"] = "{}";
    list_all(bag);
    return bag;
}

std::multiset<std::string> codes(std::vector<Finding> const& findings) {
    std::multiset<std::string> out;
    for (auto const& finding : findings) out.insert(finding.code);
    return out;
}

using Codes = std::multiset<std::string>;

Codes problems(MapFolder bag) {
    auto const report = verify_bag(bag);
    EXPECT_OK(report);
    return report ? codes(report->problems) : Codes{};
}

TEST(VerifyBag, what_we_write_is_valid_without_a_warning) {
    auto bag = good_bag();
    auto const report = verify_bag(bag);
    ASSERT_OK(report);
    EXPECT_EQ(report->verdict(), Verdict::valid);
    EXPECT_EQ(report->payload, (Oxum{12, 2}));
    EXPECT_EQ(report->algorithms.size(), 2u);
    EXPECT_EQ(report->info.size(), 2u);
    EXPECT_EQ(report->declaration.version, version_1_0);
}

TEST(VerifyBag, each_payload_file_is_read_once_for_all_manifests) {
    auto bag = good_bag();
    ASSERT_OK(verify_bag(bag));
    // Two payload files; bagit.txt, bag-info.txt and two manifests both parsed and hashed; one tag
    // manifest.
    EXPECT_EQ(bag.reads, 2 + 4 * 2 + 1);
}

TEST(VerifyBag, every_changed_byte_of_the_payload_is_noticed) {
    auto const bag = good_bag();
    for (std::string const path : {"data/0001.age", "data/record/release.json"}) {
        for (std::size_t i = 0; i < bag.files.at(path).size(); ++i) {
            auto changed = bag;
            changed.files[path][i] ^= 1;
            EXPECT_EQ(problems(changed), Codes{"digest"});
        }
    }
}

TEST(VerifyBag, a_changed_tag_file_is_noticed) {
    auto bag = good_bag();
    bag.files["bag-info.txt"] += "Contact-Name: somebody else\n";
    EXPECT_EQ(problems(bag), Codes{"digest"});
}

TEST(VerifyBag, files_added_or_taken_away_are_noticed) {
    auto extra = good_bag();
    extra.files["data/new"] = "";
    EXPECT_EQ(problems(extra), (Codes{"extra", "oxum"}));
    auto fewer = good_bag();
    fewer.files.erase("data/0001.age");
    EXPECT_EQ(problems(fewer), (Codes{"missing", "missing", "oxum"}));
}

TEST(VerifyBag, in_1_0_a_missing_file_is_excused_by_nothing) {
    auto bag = good_bag();
    bag.files["data/.DS_Store"] = "";
    bag.files["data/0001.AGE"] = "ciphertext";
    list_all(bag);
    auto const report = verify_bag(bag);
    ASSERT_OK(report);
    EXPECT_EQ(report->verdict(), Verdict::valid_with_warnings);
    EXPECT_EQ(codes(report->warnings), (Codes{"similar-names", "system-file"}));
    for (std::string const path : {"data/.DS_Store", "data/0001.AGE"}) {
        auto fewer = bag;
        fewer.files.erase(path);
        EXPECT_EQ(problems(fewer), (Codes{"missing", "missing", "oxum"}));
    }
}

TEST(VerifyBag, links_and_devices_are_refused) {
    for (auto const kind : {EntryKind::link, EntryKind::other}) {
        auto bag = good_bag();
        bag.odd["data/link"] = kind;
        EXPECT_EQ(problems(bag), Codes{"link"});
        auto replaced = good_bag();
        replaced.files.erase("data/0001.age");
        replaced.odd["data/0001.age"] = kind;
        EXPECT_TRUE(problems(replaced).contains("link"));
        EXPECT_TRUE(problems(replaced).contains("missing"));
    }
}

TEST(VerifyBag, two_lists_that_disagree_on_a_digest_are_noticed) {
    auto bag = good_bag();
    // The same algorithm once more under another spelling, naming another digest.
    auto manifest = bag.files["manifest-sha256.txt"];
    manifest[0] = manifest[0] == '0' ? '1' : '0';
    bag.files["manifest-SHA256.txt"] = manifest;
    EXPECT_EQ(problems(bag), Codes{"digest"});
}

TEST(VerifyBag, a_manifest_may_not_list_what_lies_outside_of_data) {
    auto bag = good_bag();
    auto const line = digest(Algorithm::sha256, bag.files["bagit.txt"]) + "  bagit.txt\n";
    bag.files["manifest-sha256.txt"] += line;
    EXPECT_TRUE(problems(bag).contains("path"));
}

TEST(VerifyBag, an_unknown_algorithm_is_said_and_not_trusted) {
    auto bag = good_bag();
    bag.files["manifest-crc32.txt"] = "whatever";
    auto const report = verify_bag(bag);
    ASSERT_OK(report);
    EXPECT_EQ(report->verdict(), Verdict::valid_with_warnings);
    MapFolder alone;
    alone.files["bagit.txt"] = write_declaration();
    alone.files["data/a"] = "a";
    alone.files["manifest-crc32.txt"] = "e8b7be43  data/a\n";
    EXPECT_EQ(problems(alone), (Codes{"manifest"}));
}

TEST(VerifyBag, an_oxum_may_not_be_wrong_or_repeated) {
    auto bag = good_bag();
    bag.files.erase("tagmanifest-sha256.txt");
    bag.files["bag-info.txt"] = "Payload-Oxum: 12.3\n";
    EXPECT_EQ(problems(bag), Codes{"oxum"});
    bag.files["bag-info.txt"] = "Payload-Oxum: 12.2\npayload-oxum: 12.2\n";
    EXPECT_EQ(problems(bag), Codes{"oxum"});
    bag.files["bag-info.txt"] = "Payload-Oxum: many\n";
    EXPECT_EQ(problems(bag), Codes{"oxum"});
}

TEST(VerifyBag, nothing_is_fetched_and_what_is_not_there_is_missing) {
    auto bag = good_bag();
    bag.files["fetch.txt"] = "https://example.org/x - data/0001.age\n";
    EXPECT_EQ(problems(bag), Codes{});
    bag.files["fetch.txt"] = "https://example.org/x - data/elsewhere\n";
    EXPECT_EQ(problems(bag), Codes{"fetch"});
}

class BrokenFolder final : public Folder {
public:
    Result<std::vector<FolderEntry>> list() override {
        return std::vector<FolderEntry>{{"bagit.txt", 1, {}}};
    }
    Outcome read(std::string const&, std::function<Outcome(ByteView)> const&) override {
        return world_error("cannot read: input/output error").coded("io");
    }
};

TEST(VerifyBag, an_io_error_is_never_called_tampering) {
    BrokenFolder folder;
    auto const report = verify_bag(folder);
    EXPECT_ERROR_CODE(report, "io");
}

TEST(VerifyBag, a_folder_without_bagit_txt_is_not_a_bag) {
    EXPECT_EQ(problems({}), Codes{"bagit-txt"});
}

}  // namespace
}  // namespace exhibit::bagit
