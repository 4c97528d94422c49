#include "release/page.hpp"

namespace exhibit::release {
namespace {

constexpr std::string_view dsse_recipe =
    R"~(6. Who signed (openssl 3, sh)

   Votes, adoptions, receipts, the policy and proofs/*.json are DSSE envelopes, signed with Ed25519. To check one:

     check() {   # check FILE KEY.pem
       t=$(sed 's/.*"payloadType":"\([^"]*\)".*/\1/' "$1")
       sed 's/.*"payload":"\([^"]*\)".*/\1/' "$1" | tr -d '\n' | base64 -d > /tmp/payload
       sed 's/.*"sig":"\([^"]*\)".*/\1/' "$1" | tr -d '\n' | base64 -d > /tmp/sig
       { printf 'DSSEv1 %d %s %d ' ${#t} "$t" $(wc -c < /tmp/payload); cat /tmp/payload; } > /tmp/pae
       openssl pkeyutl -verify -pubin -inkey "$2" -rawin -in /tmp/pae -sigfile /tmp/sig
     }

     check data/policy.json      keys/witness-*.pem
     check proofs/subject.json   keys/witness-*.pem       (the check-in that ran out, or the witness's "now")
     check adoptions/G-….json    keys/guardian-G.pem      (G: the guardian's key hash, the beginning of the name)

   The payload is readable JSON: cat /tmp/payload. A guardian's key hash is the SHA-256 of its raw public key:
     openssl pkey -pubin -in keys/guardian-G.pem -outform DER | tail -c 32 | sha256sum

7. Whose hand

   data/NNNN.sd-jwt is an SD-JWT (RFC 9901): its first three parts, up to the first '~', are signed with the key
   in its own header (keys/exhibit-NNNN.pem). proofs/NNNN.exhibit-certificate.json is that key's certificate, signed by
   the device's key; proofs/NNNN.device-certificate.json is the device's, signed by keys/witness-*.pem.
   data/NNNN.disclosures.json holds the facts; the SHA-256 of each disclosure's text, in base64url, is in "_sd".

)~";

constexpr std::string_view custody_recipe =
    R"~(9. What happened, and no later than when (custody/, time/)

   custody/G/*.json are what a guardian says happened (DSSE, as above, signed by keys/guardian-G.pem); custody/device/*.json
   what the device said, signed by keys/exhibit-NNNN.pem. Beside a guardian's event lies its .tlog-proof: its place in
   that guardian's append-only log, and the other guardians who signed that state of the log. After  check  above,
     sed -n 's/^extra //p' custody/G/E.tlog-proof | base64 -d | cat - /tmp/pae | sha256sum
   is the entry; any C2SP tlog-proof verifier takes it, the proof and custody/G/log-1.tlog-policy from there.

   time/G/*.checkpoint are states of that log which others stamped, if the guardian asked any:
     openssl ts -verify -token_in -in time/G/S.A.tst -data time/G/S.checkpoint -CAfile ROOT-YOU-TRUST.pem \
       -untrusted time/authorities/HASH.crt
     ots info time/G/S.ots            the block; its header, as the guardian knew it: time/blocks/ (ask other nodes)
   An event is as old as a stamp if the last lines of its .tlog-proof begin with the text of that .checkpoint.

)~";

}  // namespace

std::string write_how_to_check(PageFacts const& page) {
    auto const& release = page.release;
    auto const& policy = release.policy();
    std::string out;
    if (policy.drill) out += "DRILL: a rehearsal with a dummy case. Nothing here is evidence.\n\n";
    if (!release.for_everyone()) out += "For the named audience only.\n\n";
    out +=
        "How to check this release without the program that made it\n"
        "Case " +
        policy.case_id.text() +
        ". Run everything in this folder.\n\n"
        "1. Is every file as it was published?      sha256sum -c manifest-sha256.txt\n"
        "   (a BagIt 1.0 bag; the originals alone:  sha256sum -c SHA256SUMS)\n\n"
        "2. Does it agree with what others publish? Point any BitTorrent v2 client at " +
        page.published.torrent_file +
        ",\n"
        "   with this folder as the download folder, and let it recheck. Everybody's data/ has the "
        "info hash\n"
        "     " +
        to_hex(page.published.info_hash) + "\n\n";
    if (page.published.opened) {
        out +=
            "3. Is an original what the guardians held encrypted? (age, tar)\n"
            "     age -d -i data/case-key.txt data/0001.age | tar -xO NAME | sha256sum\n"
            "   and compare with  sha256sum data/0001/NAME\n\n";
    } else {
        out +=
            "3. Open an exhibit (a named reader, with age and any SLIP-39 tool):\n"
            "     age -d -i YOUR-KEY shares/….age        for each share; each is a line of words\n"
            "   Any " +
            std::to_string(policy.quorum.k) +
            " of them, with an empty SLIP-39 passphrase, give 32 bytes. In lower-case hex they are "
            "the\n"
            "   passphrase of shares/case-key.age:  age -d shares/case-key.age > key.txt\n"
            "     age -d -i key.txt data/0001.age | tar x\n\n";
    }
    out += "4. From the guardians' words to the key: " + std::to_string(policy.quorum.k) +
           " shares (\"words\" in shares/*.json, any SLIP-39 tool, empty\n"
           "   passphrase) give 32 bytes; in lower-case hex they open shares/case-key.age (age "
           "asks for it):\n"
           "     age -d shares/case-key.age             prints the key of data/case-key.txt\n\n"
           "5. Why was it released? Because " +
           reason_for_release(release.evidence) +
           ".\n"
           "   proofs/subject.json, votes/, adoptions/. A guardian is named by the hash of its "
           "key.\n\n" +
           std::string(dsse_recipe) +
           "\n8. The ciphertext's tree: \"cipher_root\" in the statement is its BitTorrent v2 "
           "pieces root, as in the torrent.\n\n" +
           std::string(custody_recipe) +
           "Not proven by any of this: that a scene was not staged; who filmed; that time and "
           "place are as claimed.\n";
    return out;
}

}  // namespace exhibit::release
