// A drill in one process: guardians on 127.0.0.1 with their own folders, and a witness who talks to
// them over the wire as `exhibit` does, but by hand, so that a test can also do what `exhibit`
// never would.
#pragma once

#include <chrono>
#include <thread>

#include "case/enrolment.hpp"
#include "case/receipt.hpp"
#include "case/statement.hpp"
#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/slip39/slip39.hpp"
#include "formats/torrent/piece_tree.hpp"
#include "guard/guardian/guardian.hpp"
#include "guard/wire/wire.hpp"
#include "net/client.hpp"
#include "support/shared.hpp"

namespace exhibit::guard::test {

using namespace exhibit::test;

// Asks until it is so, for at most so long. Never a fixed sleep: the machine may be slow.
inline bool eventually(std::function<bool()> const& holds, unsigned seconds = 40) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (std::chrono::steady_clock::now() < end) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return holds();
}

struct Terms {
    unsigned guardians = 4;
    Duration interval = Duration::minutes(30);
    Duration grace = Duration::minutes(10);
    Duration cool_off = Duration::seconds(1);
    std::vector<AudienceStage> audience = {{AudienceStage::Who::everyone, {}, Duration()}};
    std::uint64_t quota_bytes = 64 << 20;
};

class Rehearsal {
public:
    explicit Rehearsal(Terms terms = {});
    ~Rehearsal() { guardians.clear(); }

    void start_guardian(unsigned index);  // also again, after stop_guardian, on the same port
    void stop_guardian(unsigned index) { guardians[index].reset(); }
    void enrol_all();

    Enrolment enrolment(unsigned index) const;
    Result<HttpAnswer> send(unsigned index, std::string method, std::string path, ByteView body,
                            HeaderFields headers = {});
    HeaderFields bearer(unsigned index) const {
        return {{"Authorization", "Bearer " + to_hex(access[index])}};
    }
    // As guardian `index` asks another one.
    HeaderFields as_guardian(unsigned index, std::string path) const;
    std::string path(std::string_view rest) const { return case_path(id, rest); }

    Result<HttpAnswer> enrol(unsigned index, Enrolment const& enrolment);
    Envelope make_check_in(WallTime claimed,
                           DocumentDigest const& vouched = VouchedList().digest());
    Envelope make_forced_check_in(WallTime claimed);  // with the duress key
    Result<Answer> tell(unsigned index, Envelope const& envelope);
    // A fresh check-in to these guardians; how many acknowledged it.
    unsigned check_in(std::vector<unsigned> const& at);

    struct Sealed {
        ExhibitNumber number;
        Bytes ciphertext;
        std::string statement;
    };
    Sealed seal(std::uint32_t number, std::string_view secret_text, std::size_t padding = 70'000);
    Result<HttpAnswer> upload(unsigned index, Sealed const& exhibit);
    Result<HttpAnswer> state(unsigned index, Sealed const& exhibit);
    std::size_t receipts_at(unsigned index);
    Result<CaseStatus> status(unsigned index);
    Result<ReleaseBundle> release(unsigned index);

    Terms terms;
    TemporaryFolder folder;
    std::vector<GuardianOptions> options;
    std::vector<std::unique_ptr<Guardian>> guardians;
    std::vector<Invitation> invitations;
    std::vector<ByteArray<32>> access;
    std::vector<ByteArray<32>> pins;

    CaseId id;
    SigningKey witness = SigningKey::generate();
    SigningKey duress = SigningKey::generate();
    age::X25519Identity case_key = age::X25519Identity::generate();
    Bytes case_key_age;
    std::vector<SecretBytes> shares;
    std::vector<Bytes> shares_age;
    std::vector<Envelope> first_clocks;
    std::optional<Signed<Policy>> policy;
    std::optional<Signed<Directory>> directory;
    std::optional<Envelope> first;
    WallTime last_claimed;

private:
    void make_policy();
    CheckIn words_of_check_in(WallTime claimed, DocumentDigest const& vouched) const;
    SystemRandom random_;
};

}  // namespace exhibit::guard::test
