// What we sign, read by the reference's programs: c2pa-node and c2pa-wasm.
#include <gtest/gtest.h>

#include "formats/c2pa/late_stamp.hpp"
#include "support/c2pa_copies.hpp"
#include "support/stamp_authority.hpp"

namespace exhibit::c2pa {
namespace {

using test::ask_c2pa_oracles;
using test::C2paQuestion;
using test::Copier;
using test::shared_path;

class C2paOracle : public ::testing::Test {
protected:
    void SetUp() override {
        NEEDS_C2PA_ORACLES();
        NEEDS_PROGRAM("ffmpeg");
        NEEDS_SHARED("footage");
    }
    static Path footage(std::string const& name) { return shared_path("footage/" + name); }
    // Everything we said ourselves is in one list, so that node starts once.
    void expect_trusted(std::vector<C2paQuestion> const& files, std::string const& anchors) {
        auto const told = ask_c2pa_oracles(files, anchors);
        for (std::size_t i = 0; i < files.size(); ++i) {
            auto const ours = copier_.judge(files[i].file, files[i].sidecar);
            std::printf("%-34s %-9s node %s%s  wasm %s%s\n", files[i].file.filename().c_str(),
                        state_name(ours.state), told[i].node.c_str(), told[i].node_codes.c_str(),
                        told[i].wasm.c_str(), told[i].wasm_codes.c_str());
            EXPECT_EQ(ours.state, State::trusted) << show(ours);
            EXPECT_TRUE(ours.warnings.empty()) << ours.warnings.front();
            EXPECT_EQ(told[i].node, "Trusted") << told[i].node_report.dump(1).substr(0, 4000);
            if (files[i].sidecar.empty()) {
                EXPECT_EQ(told[i].wasm, "Trusted") << told[i].wasm_report.dump(1).substr(0, 4000);
            } else {
                // Read without its file: all of it holds but the hash of the file.
                EXPECT_EQ(told[i].wasm_codes, " assertion.dataHash.mismatch");
                EXPECT_NE(told[i].wasm_report.dump().find("signingCredential.trusted"),
                          std::string::npos);
            }
        }
    }
    Path make(std::string const& name, std::vector<std::string> const& arguments) {
        test::ffmpeg(arguments, folder_ / name);
        return folder_ / name;
    }

    test::TemporaryFolder folder_;
    test::C2paSigner by_;
    Copier copier_{by_};
};

TEST_F(C2paOracle, videos_are_trusted_and_decode_to_the_same_frames) {
    if (IsSkipped()) return;
    std::vector<Path> inputs;
    for (auto const& entry : std::filesystem::directory_iterator(footage("video"))) {
        if (entry.path().extension() == ".mp4") inputs.push_back(entry.path());
    }
    std::ranges::sort(inputs);
    ASSERT_GE(inputs.size(), 10U);
    auto const flower = footage("video/mdn-flower.mp4").string();
    inputs.push_back(make("as.mov", {"-i", flower, "-c", "copy"}));
    inputs.push_back(make("as.m4a", {"-i", flower, "-vn", "-c", "copy"}));
    inputs.push_back(make("first.mp4", {"-i", flower, "-c", "copy", "-movflags", "faststart"}));
    inputs.push_back(make("fragments.mp4", {"-i", flower, "-c", "copy", "-movflags",
                                            "frag_keyframe+empty_moov+default_base_moof"}));
    inputs.push_back(make("old-fragments.mp4",
                          {"-i", flower, "-c", "copy", "-movflags", "frag_keyframe+empty_moov"}));
    std::vector<C2paQuestion> files;
    auto wish = test::plain_wish();
    wish.facts = {test::place_fact(), test::time_fact()};
    for (auto const& input : inputs) {
        auto const to = folder_ / ("signed-" + input.filename().string());
        copier_.copy(input, to, wish);
        EXPECT_EQ(test::frames_of(input), test::frames_of(to)) << input;
        files.push_back({to, {}});
    }
    expect_trusted(files, by_.anchor_pem());
}

TEST_F(C2paOracle, photos_and_sounds_are_trusted) {
    if (IsSkipped()) return;
    std::vector<Path> inputs;
    for (auto const& entry : std::filesystem::directory_iterator(footage("photo")))
        inputs.push_back(entry.path());
    inputs.push_back(make("photo.png", {"-i", footage("photo/thompson-springs.jpg").string()}));
    auto const lecture = footage("audio/physicsworks.webm").string();
    inputs.push_back(make("lecture.wav", {"-i", lecture, "-t", "20"}));
    std::vector<C2paQuestion> files;
    auto wish = test::plain_wish();
    wish.facts = {test::place_fact()};
    wish.title = "A title with an umlaut: ü";
    for (auto const& input : inputs) {
        auto const to = folder_ / ("signed-" + input.filename().string());
        copier_.copy(input, to, wish);
        files.push_back({to, {}});
    }
    expect_trusted(files, by_.anchor_pem());
}

TEST_F(C2paOracle, manifests_beside_a_file_are_trusted) {
    if (IsSkipped()) return;
    std::vector<C2paQuestion> files;
    auto wish = test::plain_wish();
    wish.facts = {test::place_fact()};
    auto const text = folder_ / "note.txt";
    ASSERT_OK(replace_file(text, std::string_view("what was said at the gate\n")));
    for (auto const& file : {footage("video/te-doorknob.mp4"), footage("photo/lund-01.jpg"), text,
                             footage("video/intel-face-again.mkv")}) {
        auto const store =
            copier_.beside(file, folder_ / (file.filename().string() + ".c2pa"), wish);
        files.push_back({file, store});
        // An update beside it, which withholds the place.
        auto less = test::plain_wish();
        less.withheld = {copier_.address(file, "c2pa.metadata", store)};
        auto const updated = folder_ / (file.filename().string() + ".less.c2pa");
        files.push_back({file, copier_.update_beside(file, store, updated, less)});
    }
    expect_trusted(files, by_.anchor_pem());
}

TEST_F(C2paOracle, a_fact_is_withheld_and_the_rest_still_holds) {
    if (IsSkipped()) return;
    auto const png = make("photo.png", {"-i", footage("photo/thompson-springs.jpg").string()});
    auto const wav = make("talk.wav", {"-i", footage("video/mdn-friday.mp4").string()});
    std::vector<C2paQuestion> files;
    auto wish = test::plain_wish();
    wish.facts = {test::place_fact(), test::time_fact()};
    for (auto const& input :
         {footage("video/mdn-friday.mp4"), footage("photo/sony-street.jpg"), png, wav}) {
        auto const whole = folder_ / ("whole-" + input.filename().string());
        auto const less = folder_ / ("less-" + input.filename().string());
        copier_.copy(input, whole, wish);
        auto withhold = test::plain_wish();
        withhold.withheld = {copier_.address(whole, "c2pa.metadata")};
        auto const source = FileSource::open(whole).take();
        bool const by_update = can_withhold_by_update(look_at(source)->kind, false);
        auto const written =
            by_update ? copier_.update(whole, less, withhold) : copier_.copy(whole, less, withhold);
        auto const before = copier_.judge(whole);
        auto const needles = withheld_from(*before.store, withhold.withheld);
        ASSERT_EQ(needles.size(), 1U);
        auto const leaks = find_leaks(FileSource::open(less).take(), written.store, needles);
        ASSERT_OK(leaks);
        EXPECT_TRUE(leaks->empty()) << leaks->front().where << leaks->front().word;
        auto const there = find_leaks(source, before.store->bytes(), needles);
        ASSERT_OK(there);
        EXPECT_FALSE(there->empty());
        files.push_back({less, {}});
    }
    expect_trusted(files, by_.anchor_pem());
}

TEST_F(C2paOracle, updates_are_trusted_also_a_second_one) {
    if (IsSkipped()) return;
    auto const png = make("photo.png", {"-i", footage("photo/thompson-springs.jpg").string()});
    std::vector<C2paQuestion> files;
    for (auto const& input :
         {footage("video/mdn-flower.mp4"), footage("photo/berlin-01.jpg"), png}) {
        auto const signed_once = folder_ / ("once-" + input.filename().string());
        auto const twice = folder_ / ("twice-" + input.filename().string());
        auto const thrice = folder_ / ("thrice-" + input.filename().string());
        copier_.copy(input, signed_once, test::plain_wish());
        auto more = test::plain_wish();
        more.facts = {test::time_fact()};
        copier_.update(signed_once, twice, more);
        copier_.update(twice, thrice, test::plain_wish());
        files.push_back({twice, {}});
        files.push_back({thrice, {}});
    }
    // A whole new manifest over a file with updates takes them all in.
    auto const anew = folder_ / "anew.mp4";
    copier_.copy(files[1].file, anew, test::plain_wish());
    files.push_back({anew, {}});
    EXPECT_EQ(test::frames_of(anew), test::frames_of(footage("video/mdn-flower.mp4")));
    expect_trusted(files, by_.anchor_pem());
}

TEST_F(C2paOracle, edited_copies_name_the_original_and_show_none_of_it) {
    if (IsSkipped()) return;
    auto wish = test::plain_wish();
    wish.facts = {test::place_fact(), test::time_fact()};
    auto blurred = test::plain_wish();
    Action filtered;
    filtered.name = "c2pa.filtered";
    filtered.description = "faces blurred";
    blurred.actions.insert(blurred.actions.begin(), filtered);
    std::vector<C2paQuestion> files;
    for (auto const& name : {"video/mdn-friday.mp4", "photo/curie-faces.jpg"}) {
        auto const input = footage(name);
        auto const whole = folder_ / ("whole-" + input.filename().string());
        auto const edited = folder_ / ("edited-" + input.filename().string());
        auto const derived = folder_ / ("derived-" + input.filename().string());
        copier_.copy(input, whole, wish);
        test::ffmpeg({"-i", whole.string(), "-vf", "boxblur=8"}, edited);
        blurred.withheld = {copier_.address(whole, "c2pa.metadata")};
        copier_.copy(edited, derived, blurred, whole);
        auto const report = copier_.judge(derived);
        EXPECT_EQ(report.store->manifests().size(), 2U);
        EXPECT_NE(show(report).find("withheld c2pa.metadata"), std::string::npos);
        EXPECT_NE(show(report).find("faces blurred"), std::string::npos);
        files.push_back({derived, {}});
    }
    EXPECT_EQ(test::frames_of(files[0].file), test::frames_of(folder_ / "edited-mdn-friday.mp4"));
    expect_trusted(files, by_.anchor_pem());
}

// Files that the reference signed stand for cameras: their manifests are validated, come along
// byte for byte, and are the parent; thumbnails are withheld.
TEST_F(C2paOracle, a_cameras_own_manifest_becomes_the_parent) {
    if (IsSkipped()) return;
    NEEDS_SHARED("vectors/c2pa/trust");
    auto const others =
        read_text_file(shared_path("vectors/c2pa/trust/all_anchors_for_expected.pem"), 1 << 20);
    ASSERT_OK(others);
    copier_.also_trust(Certificate::from_pem(*others).take());
    std::vector<C2paQuestion> files;
    for (auto const& name : {"own/valid_faststart.mp4", "own/valid.png", "own/valid.wav",
                             "own/merkle_p2.mp4", "own/chain_derived_redacted.mp4", "rs/CACA.jpg",
                             "public/adobe-20220124-CAICA.jpg", "rs/update_manifest.jpg"}) {
        auto const input = shared_path(std::string("vectors/c2pa/") + name);
        auto const to = folder_ / ("after-" + input.filename().string());
        auto const before = copier_.judge(input);
        ASSERT_EQ(before.state, State::trusted) << show(before);
        auto wish = test::plain_wish();
        // In that file the hash of a signature is not that of the signature's box: nothing can be
        // withheld from below it, because then that hash is what counts (§15.11.3.3.1).
        if (input.filename() != "update_manifest.jpg") wish.withheld = thumbnails_in(*before.store);
        copier_.copy(input, to, wish);
        EXPECT_EQ(copier_.judge(to).store->manifests().size(),
                  before.store->manifests().size() + 1);
        files.push_back({to, {}});
    }
    expect_trusted(files, by_.anchor_pem() + *others);
}

TEST_F(C2paOracle, every_kind_of_key_signs) {
    if (IsSkipped()) return;
    for (auto kind : {KeyKind::p256, KeyKind::p384, KeyKind::p521, KeyKind::ed25519}) {
        test::C2paSigner const by(kind);
        Copier copier(by);
        auto const name = std::string("key-") + cose::algorithm_name(by.signer.scheme) + ".jpg";
        copier.copy(footage("photo/thompson-springs.jpg"), folder_ / name, test::plain_wish());
        auto const told = ask_c2pa_oracles({{folder_ / name, {}}}, by.anchor_pem());
        std::printf("%s: %s, node %s, wasm %s\n", name.c_str(),
                    state_name(copier.judge(folder_ / name).state), told[0].node.c_str(),
                    told[0].wasm.c_str());
        EXPECT_EQ(copier.judge(folder_ / name).state, State::trusted);
        EXPECT_EQ(told[0].node, "Trusted");
        EXPECT_EQ(told[0].wasm, "Trusted");
        // Without the anchor: intact, signer not on the list.
        auto const unknown = ask_c2pa_oracles({{folder_ / name, {}}}, "");
        EXPECT_EQ(unknown[0].node, "Valid");
        EXPECT_EQ(unknown[0].wasm, "Valid");
        EXPECT_EQ(unknown[0].wasm_codes, " signingCredential.untrusted");
    }
}

TEST_F(C2paOracle, media_hashed_in_blocks_is_trusted) {
    if (IsSkipped()) return;
    // Long enough for several blocks: the same clip over and over.
    auto const clip = footage("video/gopro-karma-coast.mp4").string();
    auto const flags = {"", "faststart"};
    std::vector<C2paQuestion> files;
    for (std::string const flag : flags) {
        std::vector<std::string> arguments{"-stream_loop", "14",   "-i",  clip, "-map",
                                           "0:v",          "-map", "0:a", "-c", "copy"};
        if (!flag.empty()) arguments.insert(arguments.end(), {"-movflags", flag});
        auto const input = make("long" + flag + ".mp4", arguments);
        auto const to = folder_ / ("blocks" + flag + ".mp4");
        Effort effort;
        effort.blocks_from = 0;
        copier_.copy(input, to, test::plain_wish(), {}, effort);
        files.push_back({to, {}});
    }
    EXPECT_GT(std::filesystem::file_size(files[0].file), 3 * block_bytes_min);
    expect_trusted(files, by_.anchor_pem());
    // One byte in the last block.
    auto bytes = read_file(files[0].file, 256 << 20);
    ASSERT_OK(bytes);
    auto const source = FileSource::open(files[0].file).take();
    auto const top = bmff::top_level(source);
    for (auto const& box : *top) {
        if (box.type == bmff::box_type("mdat")) (*bytes)[box.end() - 5] ^= 1;
    }
    auto const bent = folder_ / "bent.mp4";
    ASSERT_OK(replace_file(bent, *bytes));
    EXPECT_TRUE(copier_.judge(bent).active.has_failure("assertion.bmffHash.mismatch"));
    auto const told = ask_c2pa_oracles({{bent, {}}}, by_.anchor_pem());
    EXPECT_EQ(told[0].node_codes, " assertion.bmffHash.mismatch");
    EXPECT_EQ(told[0].wasm_codes, " assertion.bmffHash.mismatch");
}

TEST_F(C2paOracle, time_stamps_inside_and_added_later_are_believed) {
    if (IsSkipped()) return;
    NEEDS_PROGRAM("openssl");
    test::StampAuthority const authority;
    copier_.also_trust({authority.root()});
    auto const anchors = by_.anchor_pem() + authority.anchor_pem();
    by_.signer.stamp = [&](ByteView message) { return authority.stamp(message); };
    auto const stamped = folder_ / "stamped.mp4";
    auto const written =
        copier_.copy(footage("video/te-doorknob.mp4"), stamped, test::plain_wish());
    EXPECT_TRUE(written.stamped);
    by_.signer.stamp = [](ByteView) -> Result<Bytes> { return world_error("nobody answers"); };
    auto const bare = folder_ / "bare.jpg";
    EXPECT_FALSE(copier_.copy(footage("photo/lund-01.jpg"), bare, test::plain_wish()).stamped);
    by_.signer.stamp = nullptr;
    auto const before = copier_.judge(bare);
    auto const message = late_stamp_message(before.store->active());
    ASSERT_OK(message);
    auto const token = authority.stamp(*message);
    ASSERT_OK(token);
    ASSERT_OK(check_late_stamp(before.store->active(), *token));
    EXPECT_ERROR_CODE(check_late_stamp(copier_.judge(stamped).store->active(), *token),
                      "timestamp");
    auto later = test::plain_wish();
    later.actions.clear();
    later.facts = {late_stamp_assertion(before.store->active().label, *token)};
    auto const late = folder_ / "late.jpg";
    copier_.update(bare, late, later);
    expect_trusted({{stamped, {}}, {bare, {}}, {late, {}}}, anchors);
    auto const ours = copier_.judge(stamped);
    EXPECT_TRUE(ours.active.has_success("timeStamp.trusted")) << show(ours);
    EXPECT_TRUE(copier_.judge(late).signers.at(before.store->active().label).stamped.has_value());
    auto const told = ask_c2pa_oracles({{stamped, {}}}, anchors);
    EXPECT_NE(told[0].wasm_report.dump().find("timeStamp.trusted"), std::string::npos);
    // Of a late one they give no code; that they use it shows when the signer has expired
    // (vectors/c2pa/own/late_stamp_raw.txt).
}

}  // namespace
}  // namespace exhibit::c2pa
