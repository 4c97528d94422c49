#include "guard/guardian/doorman.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

constexpr std::string_view cases_path = "/v1/cases/";
constexpr std::string_view bearer = "Bearer ";
constexpr std::size_t access_bytes = 32;
// Clocks of guardians may differ; over pinned TLS nobody can listen and repeat anyway.
constexpr auto peer_request_age_max = Duration::hours(1);
constexpr std::size_t peer_header_max = 8 * 1024;

constexpr double stranger_burst = 60;
constexpr double stranger_per_second = 2;
// Everybody who comes over Tor has this address.
constexpr double loopback_factor = 50;
constexpr std::size_t buckets_max = 20'000;

bool is_loopback(std::string const& remote) {
    return remote == "::1" || remote.starts_with("127.");
}

}  // namespace

Result<CaseId> case_in_path(std::string_view path) {
    auto const missing = bad_input("not found").coded("not-found");
    if (!path.starts_with(cases_path)) return Error(missing);
    path.remove_prefix(cases_path.size());
    auto id = CaseId::parse(path.substr(0, path.find('/')));
    if (!id) return Error(missing);
    return id;
}

Outcome Doorman::check_witness(HttpRequest const& request, CaseId const& id) {
    auto const record = TRY(premises_.files.record(id));
    auto const shown = request.headers.find("Authorization");
    if (!shown) return bad_input("this needs the access secret of the case").coded("unauthorized");
    auto const wrong = bad_input("the access secret does not fit").coded("forbidden");
    if (!shown->starts_with(bearer)) return Error(wrong);
    auto secret = from_hex_exact<access_bytes>(shown->substr(bearer.size()));
    if (!secret) return Error(wrong);
    auto const hash = sha256(ByteView(*secret));
    wipe(*secret);
    if (!equal(ByteView(hash), ByteView(record->access_hash))) return Error(wrong);
    return {};
}

Outcome Doorman::check_guardian(HttpRequest const& request, CaseId const& id) {
    auto const record = TRY(premises_.files.record(id));
    auto const shown = request.headers.find(peer_header);
    if (!shown) return bad_input("this needs a guardian's signature").coded("unauthorized");
    auto const wrong = bad_input("the guardian's signature does not fit").coded("forbidden");
    if (shown->size() > peer_header_max) return Error(wrong);
    auto const text = from_base64(*shown);
    if (!text) return Error(wrong);
    auto envelope = parse_envelope(*text, peer_header_max);
    if (!envelope) return Error(wrong);
    auto const policy = TRY(premises_.files.policy(id, record->policy));
    auto const opened = open_from_guardian<PeerRequest>(envelope.take(), policy->value());
    if (!opened) return Error(wrong);
    auto const& asked = opened->value();
    auto const age = premises_.now() - asked.time;
    if (asked.path != request.path() || age > peer_request_age_max ||
        age < Duration() - peer_request_age_max) {
        return Error(wrong);
    }
    return {};
}

Outcome Doorman::check_either(HttpRequest const& request, CaseId const& id) {
    if (request.headers.has(peer_header)) return check_guardian(request, id);
    return check_witness(request, id);
}

Outcome Doorman::admit_stranger(std::string const& remote) {
    auto const factor = is_loopback(remote) ? loopback_factor : 1;
    auto const burst = stranger_burst * factor;
    auto const now = premises_.now();
    std::lock_guard lock(mutex_);
    // Forgetting everybody at once is kinder than letting a crowd of addresses fill the memory.
    if (buckets_.size() >= buckets_max) buckets_.clear();
    auto const [place, fresh] = buckets_.try_emplace(remote, Bucket{burst, now});
    auto& bucket = place->second;
    auto const seconds =
        static_cast<double>(std::max<std::int64_t>((now - bucket.since).count_ms(), 0)) / 1000;
    bucket.left = std::min(burst, bucket.left + seconds * stranger_per_second * factor);
    bucket.since = now;
    if (bucket.left < 1) return bad_input("asked too often").hint("wait a minute").coded("later");
    bucket.left -= 1;
    return {};
}

std::string Doorman::peer_request(CaseId const& id, std::string path) const {
    PeerRequest request;
    request.case_id = id;
    request.guardian = premises_.id;
    request.path = std::move(path);
    request.time = premises_.now();
    auto const signed_request =
        Signed<PeerRequest>::sign(std::move(request), premises_.keys.signing);
    return to_base64(as_bytes(write_envelope(signed_request.envelope())));
}

}  // namespace exhibit::guard
