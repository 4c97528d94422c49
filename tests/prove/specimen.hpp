// A release folder to be falsified, with all the keys that a forger of the best kind could have:
// those of the device, and of any one case of his own.
#pragma once

#include "release/release_case.hpp"

#include <fstream>

#include "base/encoding.hpp"
#include "case/release_folder.hpp"
#include "custody_specimen.hpp"
#include "formats/bagit/bagit.hpp"
#include "release/publish.hpp"
#include "support/recordings.hpp"

namespace exhibit::test {

// Photo, video, and a text with a name in two scripts.
inline constexpr char const* photo = "gate.jpg";
inline constexpr char const* video = "walk.mp4";
inline constexpr char const* text_name = "базар قال.txt";

// Footage when there is some beside the checkout, else bytes that nobody decodes.
inline std::string footage(char const* below) {
    auto const path = shared_path(std::string("footage/") + below);
    if (is_there(path)) return read_text_file(path, 64 << 20).take();
    std::string out = "no footage here: " + std::string(below);
    while (out.size() < 300'000) out += out.substr(0, 100'000) + std::to_string(out.size());
    return out;
}

// With a place and a time in it.
inline std::string a_photo() {
    if (have_shared("footage/photo/thompson-springs.jpg"))
        return footage("photo/thompson-springs.jpg");
    TiffMaker tiff(true);
    tiff.text(TiffMaker::In::exif, 0x9003, "2022:01:10 15:15:44");
    tiff.place(39, 6, 5400, 'N', 108, 24, 349, 'W');
    return to_string(tiny_jpeg(tiff.make()));
}

// Made once: keys and sealing cost half a second.
struct Originals {
    ReleaseCase c;
    ReleaseBundle bundle;
    ReleaseCase other;  // of somebody else, or the forger's own
    ReleaseBundle other_bundle;
    std::optional<ReleaseCustody> custody;

    Originals() {
        c.seal_text(photo, a_photo());
        c.seal_text(video, footage("video/te-doorknob.mp4"));
        c.seal_text(text_name, "a market, in words");
        bundle = c.bundle();
        other.seal_text(photo, "another gate");
        other.seal_text(video, "another walk");
        other_bundle = other.bundle();
        // Hundreds of copies are made of it.
        release::PublishOptions const small{.with_c2pa_reader = false};
        EXPECT_OK(release::publish(bundle, c.opener(), {}, published(), small));
        EXPECT_OK(release::publish(other_bundle, other.opener(), {}, other_published(), small));
        custody.emplace(c, bundle);
        custody->write(published());
    }
    Path published() const { return c.folder.path() / "published"; }
    Path other_published() const { return other.folder.path() / "published"; }
};

// One copy of the release, with one thing to be changed.
class Specimen {
public:
    Specimen(Originals& of, Path to) : from(of), folder(std::move(to)) {
        std::filesystem::copy(from.published(), folder, std::filesystem::copy_options::recursive);
    }

    Originals& from;
    Path folder;

    std::string read(std::string const& path) const {
        return read_text_file(folder / path, 64 << 20).take();
    }
    std::string read_other(std::string const& path) const {
        return read_text_file(from.other_published() / path, 64 << 20).take();
    }
    void write(std::string const& path, std::string const& content) {
        std::filesystem::create_directories((folder / path).parent_path());
        // Not replace_file: a hundred falsified folders need not survive a power cut.
        std::ofstream(folder / path, std::ios::binary) << content;
    }
    void remove(std::string const& path) { std::filesystem::remove_all(folder / path); }
    void rename(std::string const& path, std::string const& to) {
        std::filesystem::rename(folder / path, folder / to);
    }
    void flip(std::string const& path) {
        auto content = read(path);
        content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
        write(path, content);
    }
    void swap(std::string const& a, std::string const& b) {
        auto const content = read(a);
        write(a, read(b));
        write(b, content);
    }
    void replace(std::string const& path, std::string const& what, std::string const& by) {
        auto content = read(path);
        auto const at = content.find(what);
        ASSERT_NE(at, std::string::npos) << path << " has no " << what;
        write(path, content.replace(at, what.size(), by));
    }

    // As a forger would: the lists fit again, so that only the seals can tell.
    void make_lists_fit() {
        std::vector<bagit::ListedFile> payload, tags;
        for (auto const& [path, content] : contents(folder)) {
            if (path.starts_with("data/"))
                payload.push_back({path, to_hex(sha256(content)), content.size()});
        }
        write("manifest-sha256.txt",
              bagit::write_manifest(bagit::Algorithm::sha256, payload).take());
        write("bag-info.txt", bagit::write_bag_info({{"External-Identifier", from.c.id.text()},
                                                     {"Payload-Oxum", bagit::write_oxum(payload)}})
                                  .take());
        make_tags_fit();
        remove("SHA256SUMS");
        remove("exhibit-" + from.c.id.text() + ".torrent");
    }
    void make_tags_fit() {
        std::vector<bagit::ListedFile> tags;
        for (auto const* name : {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"})
            tags.push_back({name, to_hex(sha256(read(name))), 0});
        write("tagmanifest-sha256.txt",
              bagit::write_manifest(bagit::Algorithm::sha256, tags).take());
    }

    // Of guardian i, as `publish` names them.
    std::string document(std::string const& below, std::size_t guardian) const {
        auto const id = guardian_id(from.c.guardians[guardian].public_key()).hex();
        for (auto const& entry : std::filesystem::directory_iterator(folder / below)) {
            auto const name = entry.path().filename().string();
            if (name.starts_with(id) && name.ends_with(".json")) return below + "/" + name;
        }
        ADD_FAILURE() << "no document of guardian " << guardian << " in " << below;
        return below + "/none.json";
    }
    Envelope envelope(std::string const& path) const {
        return parse_envelope(as_bytes(read(path))).take();
    }

    // Disclosures, as a forger edits them: `edit` sees and changes the list.
    void edit_disclosures(std::string const& number,
                          std::function<void(std::vector<Disclosure>&)> const& edit) {
        auto const path = "data/" + number + ".disclosures.json";
        auto list = parse_disclosures(as_bytes(read(path))).take();
        edit(list);
        write(path, write_disclosures(list));
    }
    void edit_fact(std::string const& number, std::string const& name, Json const& value) {
        edit_disclosures(number, [&](std::vector<Disclosure>& list) {
            bool found = false;
            for (auto& one : list) {
                if (one.name != name) continue;
                found = true;
                // The same salt, another value: what somebody with a text editor can do.
                one.value = value;
                one.encoded = encode(one);
            }
            EXPECT_TRUE(found) << number << " discloses no " << name;
        });
    }
    static std::string encode(Disclosure const& one) {
        auto const text = write_json(Json::array({one.salt, one.name, one.value}));
        return to_base64(as_bytes(text), Base64::url_unpadded);
    }

    // Sealed anew by whoever holds a key: statement and certificates of their own.
    struct Forgery {
        SigningKey const& device;
        SealClaims claims;
        std::vector<Disclosure> disclosures;
    };
    SealStatement statement(std::string const& number) const {
        return SealStatement::parse(read("data/" + number + ".sd-jwt")).take();
    }
    std::vector<Disclosure> disclosures(std::string const& number) const {
        return parse_disclosures(as_bytes(read("data/" + number + ".disclosures.json"))).take();
    }
    void seal_anew(std::string const& number, Forgery const& forgery) {
        auto const key = SigningKey::generate();
        SystemRandom random;
        write("data/" + number + ".sd-jwt",
              sign_statement(forgery.claims, forgery.disclosures, key, random).take());
        write("data/" + number + ".disclosures.json", write_disclosures(forgery.disclosures));
        remove("keys/exhibit-" + number + ".pem");
        KeyCertificate const certificate{from.c.id, KeyCertificate::Role::exhibit,
                                         forgery.device.public_key(), key.public_key()};
        write("proofs/" + number + ".exhibit-certificate.json",
              write_envelope(Signed<KeyCertificate>::sign(certificate, forgery.device).envelope()));
    }
};

}  // namespace exhibit::test
