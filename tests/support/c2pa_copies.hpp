// Copies of real footage, made as the command line makes them, for the reference's programs to
// read.
#pragma once

#include "formats/c2pa/copies.hpp"
#include "formats/c2pa/redaction.hpp"
#include "formats/c2pa/report.hpp"
#include "support/c2pa_signer.hpp"

namespace exhibit::test {

inline c2pa::CopyWish plain_wish() {
    c2pa::CopyWish wish;
    wish.generator_name = "Exhibit";
    wish.generator_version = "test";
    c2pa::Action published;
    published.name = c2pa::action_published;
    wish.actions = {published};
    wish.when = wall_now();
    return wish;
}

inline c2pa::NewAssertion place_fact() {
    return c2pa::metadata_assertion(
               {{"exif:GPSLatitude", "43,49.2100N"}, {"exif:GPSLongitude", "87,36.6000E"}})
        .take();
}
inline c2pa::NewAssertion time_fact() {
    return c2pa::metadata_assertion({{"exif:DateTimeOriginal", "2020-10-12T08:41:00+06:00"}})
        .take();
}

// Makes copies with one signer's key.
class Copier {
public:
    explicit Copier(C2paSigner const& by) : by_(by), lists_(by.lists) {}

    c2pa::Report judge(Path const& file, Path const& sidecar = {}) const {
        auto const source = FileSource::open(file).take();
        if (sidecar.empty()) return c2pa::validate(source, question()).take();
        auto store = read_file(sidecar, c2pa::store_bytes_max).take();
        return c2pa::validate_sidecar(source, std::move(store), question()).take();
    }
    static std::string format_of(Path const& file) {
        auto const source = FileSource::open(file).take();
        auto const head = source.read(0, std::min<std::uint64_t>(source.size(), 16)).take();
        return c2pa::media_type(head, file.extension().string());
    }
    // A copy of `from`, which may be an edit of `original`.
    c2pa::Written copy(Path const& from, Path const& to, c2pa::CopyWish const& wish,
                       Path const& original = {}, c2pa::Effort const& effort = {}) {
        auto const& parent = original.empty() ? from : original;
        auto composition = c2pa::copy_of(judge(parent), format_of(parent), wish);
        EXPECT_OK(composition);
        return into(from, to, [&](auto const& source, auto const& asset, auto& sink) {
            return c2pa::embed(source, asset, composition.take(), by_.signer, random_, sink,
                               effort);
        });
    }
    c2pa::Written update(Path const& from, Path const& to, c2pa::CopyWish const& wish) {
        auto composition = c2pa::update_of(judge(from), format_of(from), wish);
        EXPECT_OK(composition);
        return into(from, to, [&](auto const& source, auto const& asset, auto& sink) {
            return c2pa::embed_update(source, asset, composition.take(), by_.signer, random_, sink);
        });
    }
    Path beside(Path const& file, Path const& to, c2pa::CopyWish const& wish) {
        auto composition = c2pa::copy_of(judge(file), format_of(file), wish);
        EXPECT_OK(composition);
        auto const source = FileSource::open(file).take();
        auto const written = c2pa::write_beside(source, composition.take(), by_.signer, random_);
        EXPECT_OK(written);
        EXPECT_OK(replace_file(to, written->store));
        return to;
    }
    Path update_beside(Path const& file, Path const& sidecar, Path const& to,
                       c2pa::CopyWish const& wish) {
        auto composition = c2pa::update_of(judge(file, sidecar), format_of(file), wish);
        EXPECT_OK(composition);
        auto const written = c2pa::update_beside(composition.take(), by_.signer, random_);
        EXPECT_OK(written);
        EXPECT_OK(replace_file(to, written->store));
        return to;
    }
    // The address of an assertion of the file's active manifest.
    std::string address(Path const& file, std::string const& label,
                        Path const& sidecar = {}) const {
        auto const report = judge(file, sidecar);
        return report.store->active().uri("c2pa.assertions/" + label);
    }
    void also_trust(std::vector<Certificate> const& anchors) {
        lists_.signers.insert(lists_.signers.end(), anchors.begin(), anchors.end());
        lists_.timestampers.insert(lists_.timestampers.end(), anchors.begin(), anchors.end());
    }
    c2pa::Question question() const { return {lists_, wall_now()}; }

private:
    template <typename Write>
    c2pa::Written into(Path const& from, Path const& to, Write write) {
        auto const source = FileSource::open(from).take();
        auto const asset = c2pa::look_at(source).take();
        auto out = PendingFile::create(to).take();
        DescriptorSink sink(out.fd(), to);
        auto written = write(source, asset, sink);
        EXPECT_OK(written);
        EXPECT_OK(out.commit());
        return written.ok() ? written.take() : c2pa::Written{};
    }

    C2paSigner const& by_;
    SystemRandom random_;
    x509::TrustLists lists_;
};

inline void ffmpeg(std::vector<std::string> arguments, Path const& to) {
    std::vector<std::string> command{"ffmpeg", "-nostdin", "-v", "error", "-y"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.push_back(to.string());
    auto const ran = run(command);
    EXPECT_EQ(ran.code, 0) << to << ": " << ran.err;
}

// The MD5 of every decoded frame of sound and picture.
inline std::string frames_of(Path const& file) {
    auto const ran = run({"ffmpeg", "-nostdin", "-v", "error", "-i", file.string(), "-map", "0:v?",
                          "-map", "0:a?", "-f", "framemd5", "-"});
    EXPECT_EQ(ran.code, 0) << file << ": " << ran.err;
    EXPECT_GT(ran.out.size(), 500U);
    return ran.out;
}

}  // namespace exhibit::test
