#include "net/smtp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "net/public_address.hpp"

namespace exhibit {
namespace {

struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Reading {
    std::string const& message;
    std::size_t at = 0;
};

std::size_t on_read(char* out, std::size_t, std::size_t size, void* given) {
    auto& reading = *static_cast<Reading*>(given);
    auto const n = std::min(size, reading.message.size() - reading.at);
    if (n > 0) std::memcpy(out, reading.message.data() + reading.at, n);
    reading.at += n;
    return n;
}

std::string place_of(std::string const& url) { return url.substr(url.find("://") + 3); }

std::string host_of(std::string const& url) {
    auto const place = place_of(url);
    return place.substr(0, place.rfind(':'));
}

bool is_this_machine(std::string const& host) {
    return host == "localhost" || host == "[::1]" ||
           (host.starts_with("127.") && !may_be_public_host(host));
}

Error error_of(CURLcode code, MailRelay const& relay) {
    auto const failed = [&](char const* what, char const* word) {
        return world_error(what).at(place_of(relay.url)).coded(word);
    };
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            if (!relay.socks5_proxy.empty())
                return world_error("the proxy does not answer")
                    .at(relay.socks5_proxy)
                    .coded("proxy");
            return failed("the mail relay does not answer", "refused");
        case CURLE_PROXY: return failed("the proxy cannot reach the mail relay", "refused");
        case CURLE_COULDNT_RESOLVE_PROXY: return failed("there is no such proxy", "proxy");
        case CURLE_COULDNT_RESOLVE_HOST: return failed("there is no such mail relay", "dns");
        case CURLE_OPERATION_TIMEDOUT: return failed("the mail relay is too slow", "timeout");
        case CURLE_PEER_FAILED_VERIFICATION:
            return failed("no authority vouches for the mail relay's certificate", "pin");
        case CURLE_USE_SSL_FAILED:
            return failed("the mail relay offers no encryption, so nothing was sent", "smtp-tls");
        case CURLE_LOGIN_DENIED: return failed("the mail relay refuses the login", "smtp-login");
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_QUOTE_ERROR:
            return failed("the mail relay refuses sender, recipient or message", "smtp-refused");
        default: return failed(curl_easy_strerror(code), "smtp");
    }
}

template <typename T>
void set(CURL* handle, CURLoption option, T value) {
    VERIFY(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

void set_line(CURL* handle, MailRelay const& relay, std::string const& from) {
    // The path is what EHLO says of us: the sender's domain, not this machine's name.
    auto const url = relay.url + "/" + from.substr(from.find('@') + 1);
    set(handle, CURLOPT_URL, url.c_str());
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(relay.timeout_ms));
    auto const proxy =
        relay.socks5_proxy.empty() ? std::string() : "socks5h://" + relay.socks5_proxy;
    set(handle, CURLOPT_PROXY, proxy.c_str());
    set(handle, CURLOPT_NOPROXY, "");
    bool const plain_will_do = is_this_machine(host_of(relay.url)) && relay.authorities.empty();
    // What goes from this machine to itself is not read on the way; a relay there rarely has a
    // certificate that anybody vouches for.
    set(handle, CURLOPT_USE_SSL,
        static_cast<long>(plain_will_do ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (plain_will_do) {
        set(handle, CURLOPT_SSL_VERIFYPEER, 0L);
        set(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!relay.authorities.empty()) set(handle, CURLOPT_CAINFO, relay.authorities.c_str());
    if (relay.user.empty() || relay.password == nullptr) return;
    set(handle, CURLOPT_USERNAME, relay.user.c_str());
    // reveal: curl keeps a copy of its own, which it frees with the handle.
    auto const password = std::string(relay.password->reveal_text());
    set(handle, CURLOPT_PASSWORD, password.c_str());
}

}  // namespace

Result<std::string> parse_mail_relay(std::string_view text) {
    auto const bad = wrong_use("is not a mail relay like smtp://mail.example:587")
                         .at(std::string(text.substr(0, 100)))
                         .coded("smtp");
    bool const tls = text.starts_with("smtps://");
    if (!tls && !text.starts_with("smtp://")) return Error(bad);
    std::string rest(text.substr(tls ? 8 : 7));
    if (rest.ends_with('/')) rest.pop_back();
    auto const closing = rest.starts_with('[') ? rest.find(']') : std::size_t{0};
    if (closing == std::string::npos) return Error(bad);
    auto const colon = rest.find(':', closing);
    auto const host = rest.substr(0, colon);
    auto const port =
        colon == std::string::npos ? std::string(tls ? "465" : "587") : rest.substr(colon + 1);
    auto const is_host_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '[' || c == ']' || c == ':';
    };
    bool const good =
        !host.empty() && host.size() <= 253 && std::ranges::all_of(host, is_host_letter) &&
        !port.empty() && port.size() <= 5 && port.front() != '0' &&
        port.find_first_not_of("0123456789") == std::string::npos && std::stoul(port) <= 65535;
    if (!good) return Error(bad);
    return std::string(tls ? "smtps://" : "smtp://") + host + ":" + port;
}

Outcome hand_over_mail(MailRelay const& relay, std::string const& from, std::string const& to,
                       std::string const& message) {
    std::unique_ptr<CURL, FreeHandle> const handle(curl_easy_init());
    if (handle == nullptr) return world_error("the mail library does not start").coded("smtp");
    set_line(handle.get(), relay, from);
    std::unique_ptr<curl_slist, FreeList> const recipients(
        curl_slist_append(nullptr, ("<" + to + ">").c_str()));
    VERIFY(recipients != nullptr);
    auto const sender = "<" + from + ">";
    Reading reading{message};
    set(handle.get(), CURLOPT_MAIL_FROM, sender.c_str());
    set(handle.get(), CURLOPT_MAIL_RCPT, recipients.get());
    set(handle.get(), CURLOPT_READFUNCTION, on_read);
    set(handle.get(), CURLOPT_READDATA, &reading);
    set(handle.get(), CURLOPT_UPLOAD, 1L);
    auto const code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) return error_of(code, relay);
    return {};
}

}  // namespace exhibit
