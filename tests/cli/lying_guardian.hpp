// A guardian that lies. A true one does the work; all that is said to it, and all that it answers,
// goes through here first, with its own TLS key and its own signing key at hand: what this can say,
// a malicious guardian can.
#pragma once

#include <mutex>

#include "cli_fixture.hpp"
#include "guard/guardian/keys.hpp"
#include "net/client.hpp"
#include "net/server.hpp"

namespace exhibit::test {

class LyingGuardian : public HttpHandler {
public:
    using Lie = std::function<void(HttpRequest const&, HttpResponse&)>;

    LyingGuardian(Path const& below, std::string const& name) {
        // Its keys are there from its first start on.
        Path data;
        {
            TestGuardian first(below, name);
            data = first.data();
            first.process().stop(SIGTERM);
        }
        keys_ = std::make_unique<guard::GuardianKeys>(guard::open_or_make_keys(data).take());
        show(keys_->tls);
        honest_ = std::make_unique<TestGuardian>(
            below, name, std::vector<std::string>{"--public-address", address()});
    }
    ~LyingGuardian() override { server_.reset(); }

    // The other half, for a World to keep.
    std::unique_ptr<TestGuardian> take_honest() {
        honest_port_ = honest_->port();
        return std::move(honest_);
    }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    SigningKey const& key() const { return keys_->signing; }
    // What becomes of every answer from now on.
    void tell(Lie lie) {
        std::lock_guard const lock(mutex_);
        lie_ = std::move(lie);
    }
    void tell_the_truth() { tell({}); }
    // Another answers in its place from now on, at the same port.
    void show(TlsIdentity const& identity) {
        server_.reset();
        auto started = HttpServer::start("127.0.0.1", port_, &identity, *this, {});
        ASSERT_OK(started);
        server_ = started.take();
        port_ = server_->port();
    }
    void show_its_own() { show(keys_->tls); }
    unsigned asked() const { return asked_; }

    // A lie about a signed document of its own: changed, and signed again.
    template <typename Document>
    Envelope forge(Envelope const& true_one, std::function<void(Document&)> const& change) const {
        auto document = peek<Document>(true_one).take();
        change(document);
        return Signed<Document>::sign(std::move(document), key()).envelope();
    }
    template <typename Document>
    Lie forged(std::string ending, std::function<void(Document&)> change) const {
        return [this, ending = std::move(ending), change = std::move(change)](
                   HttpRequest const& request, HttpResponse& response) {
            if (!request.path().ends_with(ending) || response.status > 299) return;
            auto const envelope = parse_envelope(response.body, response.body.size()).take();
            response.body = to_bytes(write_envelope(forge<Document>(envelope, change)));
        };
    }

    HttpResponse ask_honest(HttpRequest const& request) const {
        HttpCall call;
        call.method = request.method;
        call.url = "https://127.0.0.1:" + std::to_string(honest_port_) + request.target;
        for (auto const& [name, value] : request.headers)
            if (!is_of_the_connection(name)) call.headers.add(name, value);
        call.body = request.body;
        call.answer_limit_bytes = 64 << 20;
        ClientOptions options;
        options.trust = AnyCertificate{};
        auto client = HttpClient::create(options).take();
        auto const answer = client.send(call);
        if (!answer.ok()) return HttpResponse::text(503, answer.error().what);
        HttpResponse response;
        response.status = answer->status;
        for (auto const& [name, value] : answer->headers)
            if (!is_of_the_connection(name)) response.headers.add(name, value);
        response.body = answer->body;
        return response;
    }

    HeadersAnswer on_headers(HttpRequest const&) override { return ReadWholeBody{16 << 20}; }
    HttpResponse on_request(HttpRequest const& request) override {
        ++asked_;
        Lie lie;
        {
            std::lock_guard const lock(mutex_);
            lie = lie_;
        }
        auto response = ask_honest(request);
        if (lie) lie(request, response);
        return response;
    }

private:
    static bool is_of_the_connection(std::string_view name) {
        return std::ranges::any_of(
            std::initializer_list<std::string_view>{"Host", "Content-Length", "Transfer-Encoding",
                                                    "Connection", "Expect", "Date", "Keep-Alive"},
            [&](auto const& one) { return same_field_name(one, name); });
    }

    std::unique_ptr<guard::GuardianKeys> keys_;
    std::unique_ptr<TestGuardian> honest_;
    int honest_port_ = 0;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    Lie lie_;
    std::atomic<unsigned> asked_ = 0;
    std::unique_ptr<HttpServer> server_;  // last: ends first
};

}  // namespace exhibit::test
