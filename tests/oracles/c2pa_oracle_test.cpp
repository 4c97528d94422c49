// What we sign, read by c2pa-node and c2pa-wasm.
#include <gtest/gtest.h>

#include "formats/c2pa/report.hpp"
#include "support/c2pa_signer.hpp"

namespace exhibit::c2pa {
namespace {

using test::shared_path;

Draft plain_draft() {
    Draft out;
    out.generator_name = "Exhibit";
    out.generator_version = "test";
    Action opened;
    opened.name = action_opened;
    Action published;
    published.name = action_published;
    out.actions = {opened, published};
    out.parent = Parent{"video/mp4", "", "", {}, {}, {}};
    auto place = metadata_assertion({{"exif:GPSLatitude", "52,31.135N"}, {"exif:GPSLongitude", "13,24.017E"}});
    out.assertions.push_back(place.take());
    return out;
}

Path embed_into(Path const& from, Path const& to, Composition composition,
                ClaimSigner const& signer) {
    auto const source = FileSource::open(from);
    EXPECT_OK(source);
    auto const asset = look_at(*source);
    EXPECT_OK(asset);
    auto out = PendingFile::create(to);
    EXPECT_OK(out);
    DescriptorSink sink(out->fd(), to);
    SystemRandom random;
    auto const written = embed(*source, *asset, std::move(composition), signer, random, sink);
    EXPECT_OK(written);
    EXPECT_OK(out->commit());
    return to;
}

TEST(C2paOracle, both_take_what_we_embed) {
    NEEDS_C2PA_ORACLES();
    NEEDS_SHARED("footage");
    test::C2paSigner const by;
    test::TemporaryFolder const folder;
    std::vector<test::C2paQuestion> files;
    for (auto const* name : {"video/mdn-flower.mp4", "video/gopro-max-street.mp4", "photo/sony-street.jpg",
                             "photo/thompson-springs.jpg"}) {
        auto const from = shared_path(std::string("footage/") + name);
        files.push_back({embed_into(from, folder / from.filename().string(), {{}, plain_draft()}, by.signer), {}});
    }
    auto const told = ask_c2pa_oracles(files, by.anchor_pem());
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto const source = FileSource::open(files[i].file);
        auto const ours = validate(*source, by.question());
        EXPECT_OK(ours);
        std::printf("%-40s ours %s  node %s%s  wasm %s%s\n", files[i].file.filename().c_str(),
                    state_name(ours->state), told[i].node.c_str(), told[i].node_codes.c_str(),
                    told[i].wasm.c_str(), told[i].wasm_codes.c_str());
        EXPECT_EQ(ours->state, State::trusted) << show(*ours);
        EXPECT_EQ(told[i].node, "Trusted");
        EXPECT_EQ(told[i].wasm, "Trusted");
    }
}

}  // namespace
}  // namespace exhibit::c2pa
