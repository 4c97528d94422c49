#include "guard/witness/fetch.hpp"

namespace exhibit::guard {
namespace {

constexpr unsigned attempts = 5;
constexpr unsigned bundle_timeout_ms = 600'000;

// A line that broke is tried again; who lies, is too slow, or is told to stop, is not.
bool ends_it(Error const& error) {
    std::string_view const code = error.code;
    return error.fault != Fault::world || code == "timeout" || code == "stopped";
}

}  // namespace

Result<ReleaseSource> ReleaseSource::open(GuardianAddress const& address, CaseId const& case_id,
                                          std::optional<ByteArray<32>> const& pin,
                                          LinkOptions const& options) {
    ClientOptions client;
    client.trust =
        pin ? ServerTrust(PinnedTo{"sha256//" + to_base64(*pin)}) : ServerTrust(AnyCertificate{});
    client.socks5_proxy = options.socks5_proxy;
    client.should_stop = options.should_stop;
    client.record = options.record;
    auto http = TRY(HttpClient::create(client));
    return ReleaseSource(address, case_id, std::move(http));
}

Result<ReleaseBundle> ReleaseSource::bundle() {
    HttpCall call;
    call.url = address_.url() + case_path(case_id_, "release");
    // A large case takes a guardian a minute to put together.
    call.total_timeout_ms = bundle_timeout_ms;
    call.answer_limit_bytes = release_bundle_bytes_max;
    auto answer = client_.send(call);
    if (!answer.ok()) return named(answer.take_error(), address_.text());
    if (answer->status == 404) {
        return world_error(address_.text() + " has no released case " + case_id_.text())
            .coded("not-found")
            .hint(
                "ask another guardian, or wait: a case is released when its deadline and grace "
                "have passed");
    }
    if (!answer->ok()) return refusal(address_.text(), answer->status, answer->body);
    return parse_release_bundle(answer->body);
}

Result<Answer> ReleaseSource::tell(Envelope const& envelope) {
    HttpCall call;
    call.method = "POST";
    call.url = address_.url() + case_path(case_id_, "messages");
    call.headers.add("Content-Type", "application/json");
    call.body = to_bytes(write_envelope(envelope));
    call.answer_limit_bytes = document_bytes_max;
    auto answer = client_.send(call);
    if (!answer.ok()) return named(answer.take_error(), address_.text());
    if (!answer->ok()) return refusal(address_.text(), answer->status, answer->body);
    return parse_answer(answer->body);
}

Outcome ReleaseSource::ciphertext(ExhibitNumber number, Path const& into, Wanted const& wanted) {
    auto const expected = wanted.bytes;
    auto const file = TRY(create_new_file(into));
    std::uint64_t done = 0;
    for (unsigned attempt = 1; done < expected; ++attempt) {
        HttpCall call;
        call.url = address_.url() + case_path(case_id_, "exhibits/" + show(number) + ".age");
        call.low_speed_bytes_per_second = wanted.least_rate;
        if (done > 0) call.headers.add("Range", "bytes=" + std::to_string(done) + "-");
        call.target = [&](ByteView bytes) -> Outcome {
            if (bytes.size() > expected - done)
                return bad_input(address_.text() + " sends more than it announced")
                    .coded("too-large");
            TRY(write_all(file.get(), bytes, into));
            done += bytes.size();
            if (wanted.progress) wanted.progress(done);
            return {};
        };
        auto answer = client_.send(call);
        bool const final = !answer.ok() && ends_it(answer.error());
        if (final || (!answer.ok() && attempt >= attempts))
            return named(answer.take_error(), address_.text());
        if (answer.ok() && !answer->ok())
            return refusal(address_.text(), answer->status, answer->body);
        if (answer.ok() && done < expected && attempt >= attempts) {
            return world_error(address_.text() + " sent too little").coded("truncated");
        }
    }
    return sync_file(file.get(), into);
}

}  // namespace exhibit::guard
