#include "tampering_parts.hpp"

namespace exhibit::test {
namespace {

void put_certificate(Specimen& s, std::string const& name, KeyCertificate const& certificate,
                     SigningKey const& key) {
    s.write(name, write_envelope(Signed<KeyCertificate>::sign(certificate, key).envelope()));
}

void forge_with_own_device(Specimen& s) {
    auto const device = SigningKey::generate();
    auto const witness = SigningKey::generate();
    s.seal_anew("0001", {device, s.statement("0001").claims, s.disclosures("0001")});
    put_certificate(
        s, "proofs/0001.device-certificate.json",
        {s.from.c.id, KeyCertificate::Role::device, witness.public_key(), device.public_key()},
        witness);
    s.make_lists_fit();
}

// Who holds the device seals two facts with one salt.
void reuse_salt(Specimen& s) {
    auto list = s.disclosures("0001");
    list[1].salt = list[0].salt;
    list[1].encoded = Specimen::encode(list[1]);
    s.seal_anew("0001", {s.from.c.device, s.statement("0001").claims, list});
    s.make_lists_fit();
}

// Who holds the device seals the photo with a place on the other half of the Earth.
void lie_about_the_place(Specimen& s) {
    SystemRandom random;
    auto list = s.disclosures("0001");
    for (auto& one : list) {
        if (one.name != "captured_point") continue;
        auto value = one.value;
        auto text = value[0]["value"].get<std::string>();
        text[0] = text[0] == '+' ? '-' : '+';
        value[0]["value"] = text;
        one = make_disclosure({one.name, value}, random).take();
    }
    s.seal_anew("0001", {s.from.c.device, s.statement("0001").claims, list});
    s.make_lists_fit();
}

void other_drill(Specimen& s) {
    auto claims = s.statement("0001").claims;
    claims.drill = false;
    s.seal_anew("0001", {s.from.c.device, claims, s.disclosures("0001")});
    s.make_lists_fit();
}

void plant(Specimen& s) {
    s.from.c.seal_text("planted.txt", "planted after the seizure", false);
    std::filesystem::remove_all(s.folder);
    EXPECT_OK(release::publish(s.from.c.bundle(), s.from.c.opener(), {}, s.folder,
                               {.with_c2pa_reader = false}));
    // The next specimen is of three exhibits again.
    for (auto const* ending : {".age", ".sd-jwt", ".json"})
        std::filesystem::remove(s.from.c.case_path() / "exhibits" / ("0004" + std::string(ending)));
}

std::vector<Tampering> statements() {
    return {
        {"statements-swapped", "the seals of photo and video are exchanged",
         [](Specimen& s) {
             s.swap("data/0001.sd-jwt", "data/0002.sd-jwt");
             s.make_lists_fit();
         },
         "statement.other-number", first},
        {"statement-of-another-case", "the seal of another case is put here",
         [](Specimen& s) {
             s.write("data/0001.sd-jwt", s.read_other("data/0001.sd-jwt"));
             s.make_lists_fit();
         },
         "statement.other-case", first},
        {"statement-damaged", "one letter of the seal is another",
         [](Specimen& s) {
             auto text = s.read("data/0001.sd-jwt");
             auto& letter = text[text.find('.') + 20];
             letter = letter == 'A' ? 'B' : 'A';
             s.write("data/0001.sd-jwt", text);
             s.make_lists_fit();
         },
         "statement.bad", first},
        {"statement-missing", "the seal is taken out",
         [](Specimen& s) {
             s.remove("data/0001.sd-jwt");
             s.make_lists_fit();
         },
         "statement.missing", first},
        {"statement-made-unfinished", "seal and facts are taken out: as if it had been cut off",
         [](Specimen& s) {
             s.remove("data/0001.sd-jwt");
             s.remove("data/0001.disclosures.json");
             s.make_lists_fit();
         },
         "vouched.missing-exhibits", whole},
        {"statement-signed-anew", "the seal is signed anew with a key of the forger",
         [](Specimen& s) {
             auto const device = SigningKey::generate();
             s.seal_anew("0001", {device, s.statement("0001").claims, s.disclosures("0001")});
             s.make_lists_fit();
         },
         "same-hand.other", first},
        {"statement-with-chain-of-its-own", "signed anew, with certificates of a forged witness",
         forge_with_own_device, "same-hand.other", first},
        {"statement-other-drill", "the seal says that it is no drill, the policy that it is one",
         other_drill, "statement.other-drill", first},
        {"salt-reused", "two facts were sealed with the same salt", reuse_salt,
         "unchanged.salt-reused", first},
    };
}

std::vector<Tampering> facts() {
    return {
        {"disclosures-swapped", "the facts of photo and video are exchanged",
         [](Specimen& s) {
             s.swap("data/0001.disclosures.json", "data/0002.disclosures.json");
             s.make_lists_fit();
         },
         "unchanged.other-disclosures", first},
        {"forged-hemisphere", "the place is moved from south to north of the equator",
         [](Specimen& s) {
             s.edit_fact("0001", "place_exact", "43.82 N 87.61 E");
             s.make_lists_fit();
         },
         "unchanged.other-disclosures", first},
        {"forged-hemisphere-of-the-camera", "the camera's place is moved from north to south",
         [](Specimen& s) {
             s.edit_fact("0001", "captured_point",
                         Json::parse(R"([{"source":"exif-gps","value":"-39.115-108.4/"}])"));
             s.make_lists_fit();
         },
         "unchanged.other-disclosures", first},
        {"sealed-lie", "who holds the device sealed another place than the photo has",
         lie_about_the_place, "claimed.not-in-file", first},
        {"sealed-contradiction", "the exact and the coarse place were sealed as different ones",
         lie_about_the_place, "claimed.contradict", first},
        {"forged-time", "the claimed time is another",
         [](Specimen& s) {
             s.edit_fact("0001", "claimed_time", "midnight");
             s.make_lists_fit();
         },
         "unchanged.other-disclosures", first},
        {"forged-digest", "another file, and its digest among the facts",
         [](Specimen& s) {
             s.write("data/0001/" + std::string(photo), "another photo");
             s.edit_fact("0001", "sha256", to_hex(sha256("another photo")));
             s.make_lists_fit();
         },
         "unchanged.other-disclosures", first},
        {"fact-added", "a fact that was never signed is added",
         [](Specimen& s) {
             SystemRandom random;
             s.edit_disclosures("0001", [&](std::vector<Disclosure>& list) {
                 list.push_back(make_disclosure({"author", "the president"}, random).take());
             });
             s.make_lists_fit();
         },
         "unchanged.other-disclosures", first},
        {"digest-withheld", "the digest is not disclosed",
         [](Specimen& s) {
             s.edit_disclosures("0001", [](std::vector<Disclosure>& list) {
                 std::erase_if(list, [](auto const& one) { return one.name == "sha256"; });
             });
             s.make_lists_fit();
         },
         "unchanged.not-disclosed", first},
        {"facts-missing", "the facts are taken out",
         [](Specimen& s) {
             s.remove("data/0001.disclosures.json");
             s.make_lists_fit();
         },
         "unchanged.missing", first},
        {"facts-damaged", "the facts are no list",
         [](Specimen& s) {
             s.write("data/0001.disclosures.json", "{}");
             s.make_lists_fit();
         },
         "unchanged.disclosures-bad", first},
    };
}

std::vector<Tampering> hands() {
    return {
        {"certificate-of-another-exhibit", "the key certificate is another exhibit's",
         [](Specimen& s) {
             s.write("proofs/0001.exhibit-certificate.json",
                     s.read("proofs/0002.exhibit-certificate.json"));
         },
         "same-hand.other", first},
        {"certificate-of-another-device", "the device's certificate is another case's",
         [](Specimen& s) {
             s.write("proofs/0001.device-certificate.json",
                     s.read_other("proofs/0001.device-certificate.json"));
         },
         "same-hand.other", first},
        {"certificates-exchanged", "the chain is broken: an exhibit's key vouches for itself",
         [](Specimen& s) {
             s.write("proofs/0001.device-certificate.json",
                     s.read("proofs/0001.exhibit-certificate.json"));
         },
         "same-hand.other", first},
        {"certificate-missing", "the device's certificate is taken out",
         [](Specimen& s) { s.remove("proofs/0001.device-certificate.json"); }, "same-hand.missing",
         first},
        {"certificate-damaged", "the exhibit's certificate is no document",
         [](Specimen& s) { s.write("proofs/0001.exhibit-certificate.json", "{}"); },
         "same-hand.bad", first},
        {"planted-after-the-seizure", "who holds the device adds an exhibit", plant,
         "vouched.added-later", "0004 planted.txt", true},
        {"planted-and-listed", "an exhibit is added to the list of what was vouched for",
         [](Specimen& s) {
             s.write("proofs/vouched.txt",
                     s.read("proofs/vouched.txt") + to_hex(sha256("planted")) + "\n");
         },
         "document.bad", whole},
        {"vouched-list-cut", "the list of what was vouched for is shortened",
         [](Specimen& s) {
             s.write("proofs/vouched.txt", s.read("proofs/vouched.txt").substr(0, 65));
         },
         "document.bad", whole},
        {"vouched-list-missing", "the list of what was vouched for is taken out",
         [](Specimen& s) { s.remove("proofs/vouched.txt"); }, "vouched.missing", whole},
        {"exhibit-left-out", "an exhibit is left out, and the lists are made to fit",
         [](Specimen& s) {
             for (auto const* ending : {"", ".age", ".sd-jwt", ".disclosures.json"})
                 s.remove("data/0002" + std::string(ending));
             s.make_lists_fit();
         },
         "vouched.missing-exhibits", whole},
    };
}

}  // namespace

std::vector<Tampering> tampered_seals() { return joined_tables({statements(), facts(), hands()}); }

}  // namespace exhibit::test
