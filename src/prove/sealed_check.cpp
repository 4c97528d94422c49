#include "prove/sealed_check.hpp"

#include <fcntl.h>

#include "case/package_reader.hpp"
#include "crypto/hash.hpp"
#include "formats/tar/name.hpp"
#include "formats/torrent/piece_tree.hpp"

namespace exhibit::prove {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;
constexpr std::size_t certificate_bytes_max = 64 * 1024;

struct Opened {
    HashedFile cipher;
    std::optional<Error> trouble;  // with the age file or the package in it
    HashedFile original;
    std::string entry, disclosures, exhibit_certificate, device_certificate_age, policy_age;
};

Opened open_all(Path const& path, age::Identities identities) {
    Opened out;
    auto const input = open_for_reading(path);
    if (!input.ok()) {
        out.cipher.unreadable = input.error();
        return out;
    }
    posix_fadvise(input->get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    torrent::CiphertextDigester cipher;
    Sha256 original;
    PackageReader package([&](ByteView piece) -> Outcome {
        original.update(piece);
        return {};
    });
    tar::TarReader reader(package);
    auto decryptor = age::Decryptor::create(identities);
    if (!decryptor.ok()) out.trouble = decryptor.error();
    age::Sink const sink = [&](ByteView plain) { return reader.update(plain); };
    Bytes buffer(read_bytes);
    for (;;) {
        auto const got = read_some(input->get(), buffer, path);
        if (!got.ok()) {
            out.cipher.unreadable = got.error();
            return out;
        }
        if (*got == 0) break;
        auto const piece = ByteView(buffer).first(*got);
        cipher.update(piece);
        if (out.trouble) continue;  // the ciphertext is judged whatever is in it
        auto const taken = decryptor->update(piece, sink);
        if (!taken.ok()) out.trouble = taken.error();
    }
    if (!out.trouble) {
        auto end = decryptor->finish(sink);
        if (end.ok()) end = reader.finish();
        if (!end.ok()) out.trouble = end.error();
    }
    auto const digests = cipher.finish();
    out.cipher.size = digests.size;
    out.cipher.sha256 = digests.digest.bytes();
    out.cipher.root = digests.root;
    out.original.size = package.original_bytes();
    out.original.sha256 = original.finish();
    out.entry = package.entry_name();
    out.disclosures = std::move(package.disclosures);
    out.exhibit_certificate = std::move(package.exhibit_certificate);
    out.device_certificate_age = std::move(package.device_certificate_age);
    out.policy_age = std::move(package.policy_age);
    return out;
}

// Only the case key opens these two; a reader who was named when it was sealed opens the rest.
Result<std::string> open_paper(std::string const& age_file, age::Identities identities,
                               char const* name) {
    if (age_file.empty())
        return bad_input("is not in the package").at(std::string(name)).coded("missing");
    auto text = age::decrypt(as_bytes(age_file), identities, certificate_bytes_max);
    if (!text.ok()) return std::move(text.take_error()).at(name);
    return to_string(*text);
}

void judge_hand_inside(Findings& to, SealStatement const& statement, Opened const& opened,
                       age::Identities identities) {
    auto const policy_text = open_paper(opened.policy_age, identities, "policy.age");
    if (!policy_text.ok()) {
        std::string_view const code = policy_text.error().code;
        if (code == "missing")
            return to.say("same-hand.missing",
                          "whose hand sealed it could not be checked: no policy is in the package; "
                          "anybody who knows the case's public key could have made it");
        if (code == "no-match")
            return to.say(
                "same-hand.not-asked",
                "not shown: only the case's own key opens what says whose hand sealed it; "
                "to this key, anybody could have made the package");
        return to.trouble("same-hand.bad", "same-hand.unreadable",
                          "the policy inside: ", policy_text.error());
    }
    auto const envelope = parse_envelope(as_bytes(*policy_text), document_bytes_max);
    auto const claimed = envelope.ok() ? peek<Policy>(*envelope) : Result<Policy>(envelope.error());
    auto const policy = claimed.ok() ? Signed<Policy>::open(*envelope, claimed->witness)
                                     : Result<Signed<Policy>>(claimed.error());
    if (!policy.ok())
        return to.trouble("same-hand.bad", "same-hand.unreadable",
                          "the policy inside: ", policy.error());
    judge_hand(to, statement,
               {opened.exhibit_certificate,
                open_paper(opened.device_certificate_age, identities, "device-certificate.age"),
                {"exhibit-certificate.json", "device-certificate.age", "policy.age"}},
               (*policy)->witness, (*policy)->case_id);
}

}  // namespace

void judge_opened(Findings& to, SealStatement const& statement, Path const& ciphertext,
                  age::Identities identities) {
    auto const path = ciphertext.string();
    auto const opened = open_all(ciphertext, identities);
    judge_ciphertext(to, statement, opened.cipher, path);
    if (opened.cipher.unreadable) return;
    if (opened.trouble) {
        if (std::string_view(opened.trouble->code) == "no-match")
            return to.say("unchanged.other-key", "this key does not open it", {{path}});
        return to.trouble("ciphertext.bad", "ciphertext.unreadable",
                          "it does not open as it should: ", *opened.trouble, {{path}});
    }
    auto const shown =
        facts_that_fit(to, statement, opened.disclosures, path + " (disclosures.json)");
    if (!shown) return;
    judge_original(to, shown->facts, opened.original, path + " (" + opened.entry + ")");
    judge_hand_inside(to, statement, opened, identities);
    say_claims(to, *shown, path);
    say_withheld(to, *shown, path);
}

}  // namespace exhibit::prove
