#include "tampering_parts.hpp"

namespace exhibit::test {
namespace {

Adoption adoption_of(Specimen const& s, std::string const& path) {
    return Adoption::parse_payload(s.envelope(path).payload).take();
}
Vote vote_of(Specimen const& s, std::string const& path) {
    return Vote::parse_payload(s.envelope(path).payload).take();
}
template <typename T>
void put(Specimen& s, std::string const& path, T const& document, SigningKey const& key) {
    s.write(path, write_envelope(Signed<T>::sign(document, key).envelope()));
}

// Under the name that `publish` would give to a document of that guardian.
void replace_adoption(Specimen& s, std::size_t guardian,
                      std::function<void(Adoption&)> const& change) {
    auto const path = s.document("adoptions", guardian);
    auto adoption = adoption_of(s, path);
    change(adoption);
    put(s, path, adoption, s.from.c.guardians[guardian]);
}

void of_a_stranger(Specimen& s) {
    auto const path = s.document("adoptions", 0);
    auto adoption = adoption_of(s, path);
    auto const& stranger = s.from.other.guardians[0];
    adoption.guardian = guardian_id(stranger.public_key());
    put(s, path, adoption, stranger);
}

void for_another_check_in(Specimen& s) {
    replace_adoption(s, 0, [&](Adoption& adoption) {
        auto word = CheckIn::parse_payload(adoption.subject.envelope.payload).take();
        word.claimed = word.claimed + Duration::hours(1);
        adoption.subject = Subject::of(Signed<CheckIn>::sign(word, s.from.c.witness).envelope());
    });
}

void before_the_deadline(Specimen& s) {
    for (std::size_t i = 0; i < 3; ++i)
        replace_adoption(s, i, [](Adoption& a) { a.time = sealed_at + Duration::seconds(1); });
}

std::vector<Tampering> adoptions() {
    return {
        {"adoption-missing", "one of three guardians' adoptions is taken out",
         [](Specimen& s) { s.remove(s.document("adoptions", 0)); }, "released.too-few", whole},
        {"adoption-of-a-stranger", "a guardian of another case has adopted", of_a_stranger,
         "document.bad", whole},
        {"adoption-doubled", "one guardian's adoption stands for another's",
         [](Specimen& s) {
             s.write(s.document("adoptions", 0), s.read(s.document("adoptions", 1)));
         },
         "released.too-few", whole},
        {"adoption-for-another-check-in", "an adoption names another check-in",
         for_another_check_in, "document.bad", whole},
        {"adoption-under-another-policy", "an adoption names another policy",
         [](Specimen& s) {
             replace_adoption(s, 0,
                              [](Adoption& a) { a.policy = DocumentDigest(sha256("other")); });
         },
         "document.bad", whole},
        {"adoption-signature-broken", "the signature of an adoption is damaged",
         [](Specimen& s) {
             auto const path = s.document("adoptions", 0);
             auto envelope = s.envelope(path);
             envelope.signatures[0].sig[5] ^= 1;
             s.write(path, write_envelope(envelope));
         },
         "document.bad", whole},
        {"adoption-signed-by-the-witness", "an adoption is signed, but not by its guardian",
         [](Specimen& s) {
             auto const path = s.document("adoptions", 0);
             put(s, path, adoption_of(s, path), s.from.c.witness);
         },
         "document.bad", whole},
        {"adoptions-before-the-deadline", "the guardians agreed before the check-in ran out",
         before_the_deadline, "released.too-early", whole},
        {"adoption-for-a-hold", "an adoption counts a hold that the others do not",
         [](Specimen& s) { replace_adoption(s, 0, [](Adoption& a) { a.hold = 1; }); },
         "released.too-few", whole},
    };
}

std::vector<Tampering> votes() {
    return {
        {"vote-of-a-stranger", "a guardian of another case has voted",
         [](Specimen& s) {
             auto const path = s.document("votes", 0);
             auto vote = vote_of(s, path);
             auto const& stranger = s.from.other.guardians[0];
             vote.guardian = guardian_id(stranger.public_key());
             put(s, path, vote, stranger);
         },
         "document.bad", whole},
        {"vote-for-another-check-in", "a vote names another check-in",
         [](Specimen& s) {
             auto const path = s.document("votes", 0);
             auto vote = vote_of(s, path);
             vote.subject = Subject::of(s.from.other_bundle.subject);
             put(s, path, vote, s.from.c.guardians[0]);
         },
         "document.bad", whole},
        {"vote-as-adoption", "a vote lies among the adoptions",
         [](Specimen& s) { s.write(s.document("adoptions", 0), s.read(s.document("votes", 0))); },
         "document.bad", whole},
        {"vote-damaged", "a vote is no document",
         [](Specimen& s) { s.write(s.document("votes", 0), "{\"yes\":true}"); }, "document.bad",
         whole},
    };
}

std::vector<Tampering> receipts_and_shares() {
    return {
        {"receipt-of-a-stranger", "a guardian of another case signed a receipt",
         [](Specimen& s) {
             auto const path = s.document("receipts", 0);
             auto receipt = ExhibitReceipt::parse_payload(s.envelope(path).payload).take();
             auto const& stranger = s.from.other.guardians[0];
             receipt.guardian = guardian_id(stranger.public_key());
             put(s, path, receipt, stranger);
         },
         "document.bad", whole},
        {"receipts-of-other-ciphertexts", "the receipts are for something else",
         [](Specimen& s) {
             for (auto const& entry : std::filesystem::directory_iterator(s.folder / "receipts")) {
                 auto const path = "receipts/" + entry.path().filename().string();
                 auto receipt = ExhibitReceipt::parse_payload(s.envelope(path).payload).take();
                 receipt.root = CipherRoot(sha256("other"));
                 for (auto const& guardian : s.from.c.guardians) {
                     if (guardian_id(guardian.public_key()) == receipt.guardian)
                         put(s, path, receipt, guardian);
                 }
             }
         },
         "held.none", first, true},
        {"receipts-missing", "the receipts are taken out",
         [](Specimen& s) { s.remove("receipts"); }, "held.none", first, true},
        {"receipt-backdated",
         "one lying guardian says that it held everything ten years before",
         [](Specimen& s) {
             for (auto const& entry : std::filesystem::directory_iterator(s.folder / "receipts")) {
                 auto const path = "receipts/" + entry.path().filename().string();
                 auto receipt = ExhibitReceipt::parse_payload(s.envelope(path).payload).take();
                 if (receipt.guardian != guardian_id(s.from.c.guardians[3].public_key())) continue;
                 receipt.time = receipt.time - Duration::days(3650);
                 put(s, path, receipt, s.from.c.guardians[3]);
             }
         },
         // Of the f+1 earliest one is honest: the bound is the first honest guardian's time.
         "held.no-later",
         first,
         true,
         false,
         {{"no_later_than", write_time(sealed_at + Duration::seconds(1))}}},
        {"share-wrong", "a guardian's share is not the one that the policy names",
         [](Specimen& s) {
             s.write(s.document("shares", 0), write_envelope(s.from.c.share_of(0, "wrong words")));
         },
         "document.bad", whole},
        {"share-of-another-case", "a share is that of another case",
         [](Specimen& s) {
             s.write(s.document("shares", 0), write_envelope(s.from.other.share_of(0)));
         },
         "document.bad", whole},
    };
}

}  // namespace

std::vector<Tampering> tampered_votes() {
    return joined_tables({adoptions(), votes(), receipts_and_shares()});
}

}  // namespace exhibit::test
