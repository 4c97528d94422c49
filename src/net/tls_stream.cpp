#include "net/tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>

namespace exhibit {
namespace {

constexpr auto tuple = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr std::size_t linger_limit_bytes = 4 << 20;

int descriptor_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int bio_write(BIO* bio, char const* data, int size) {
    BIO_clear_retry_flags(bio);
    // MSG_NOSIGNAL: OpenSSL's own socket BIO would raise SIGPIPE when the other end is gone.
    auto const n = ::send(descriptor_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (n < 0 && would_block()) BIO_set_retry_write(bio);
    return static_cast<int>(n);
}

int bio_read(BIO* bio, char* data, int size) {
    BIO_clear_retry_flags(bio);
    auto const n = ::recv(descriptor_of(bio), data, static_cast<std::size_t>(size), 0);
    if (n < 0 && would_block()) BIO_set_retry_read(bio);
    return static_cast<int>(n);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int bio_create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

// Made once, never freed: it has no state.
BIO_METHOD* socket_method() {
    static BIO_METHOD* const method = [] {
        auto* const made =
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
        VERIFY(made != nullptr);
        BIO_meth_set_write(made, bio_write);
        BIO_meth_set_read(made, bio_read);
        BIO_meth_set_ctrl(made, bio_control);
        BIO_meth_set_create(made, bio_create);
        return made;
    }();
    return method;
}

int no_passphrase(char*, int, int, void*) { return 0; }

bool use_identity(SSL_CTX* context, TlsIdentity const& identity) {
    auto const& pem = identity.certificate_pem;
    // reveal: OpenSSL keeps its own copy of the key for as long as the server runs.
    auto const key_pem = identity.private_key_pem.reveal();
    std::unique_ptr<BIO, decltype(&BIO_free)> const certificate_bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    std::unique_ptr<BIO, decltype(&BIO_free)> const key_bio(
        BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())), BIO_free);
    if (certificate_bio == nullptr || key_bio == nullptr) return false;
    std::unique_ptr<X509, decltype(&X509_free)> const certificate(
        PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr), X509_free);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(
        PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free);
    return certificate != nullptr && key != nullptr &&
           SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
           SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
           SSL_CTX_check_private_key(context) == 1;
}

}  // namespace

void FreeTls::operator()(ssl_st* ssl) const { SSL_free(ssl); }
void FreeTls::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext> make_server_context(TlsIdentity const& identity) {
    TlsContext context(SSL_CTX_new(TLS_server_method()));
    auto* const c = context.get();
    if (c == nullptr || SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(c,
                                "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:"
                                "ECDHE-ECDSA-CHACHA20-POLY1305") != 1 ||
        !use_identity(c, identity)) {
        ERR_clear_error();
        return bad_input("the TLS identity cannot be used").coded("tls-identity");
    }
    // No tickets and no cache: a resumed session would outlive the forward secrecy of its first
    // handshake.
    SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(c, 0);
    SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
    // Several records per system call.
    SSL_CTX_set_read_ahead(c, 1);
    SSL_CTX_set_default_read_buffer_len(c, 64 * 1024);
    return context;
}

void TlsStream::kill() {
    dead_ = true;
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.cancel(ignored);
}

bool TlsStream::too_slow() const {
    if (pace.waited <= grace) return false;
    auto const seconds = std::chrono::duration<double>(pace.waited).count();
    return static_cast<double>(pace.bytes) < static_cast<double>(minimum_per_second) * seconds;
}

TlsStream::Later<bool> TlsStream::wait(Socket::wait_type what) {
    if (dead_ || too_slow()) co_return false;
    auto const begun = Ticks::now();
    wait_deadline = begun + idle_limit;
    auto const [error] = co_await socket_.async_wait(what, tuple);
    wait_deadline = Ticks::time_point::max();
    pace.waited += Ticks::now() - begun;
    co_return !error && !dead_;
}

TlsStream::Later<bool> TlsStream::readable() {
    if (dead_) co_return false;
    if (ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1) co_return true;
    co_return co_await wait(Socket::wait_read);
}

// Whoever says its hello a byte a second costs a buffer of the kernel's, and nothing here. Only to
// spare memory: a kernel short of it wakes us early, and OpenSSL waits for the rest.
TlsStream::Later<bool> TlsStream::wait_for_first_record() {
    int const fd = socket_.native_handle();
    std::array<Byte, 5> header{};  // RFC 8446, 5.1: type, version, length
    auto const wake_at = [fd](int bytes) {
        return ::setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes) == 0;
    };
    bool alive = wake_at(header.size()) && co_await wait(Socket::wait_read);
    auto const seen = ::recv(fd, header.data(), header.size(), MSG_PEEK);
    if (alive && seen == static_cast<ssize_t>(header.size())) {
        constexpr int handshake = 22, longest = 1 << 14;
        int const length = header[3] << 8 | header[4];
        alive = header[0] == handshake && length <= longest &&
                wake_at(static_cast<int>(header.size()) + length) &&
                co_await wait(Socket::wait_read);
    }
    co_return wake_at(1) && alive;
}

TlsStream::Later<bool> TlsStream::handshake(ssl_ctx_st* context) {
    if (!co_await wait_for_first_record()) co_return false;
    ssl_.reset(SSL_new(context));
    BIO* const bio = ssl_ == nullptr ? nullptr : BIO_new(socket_method());
    if (bio == nullptr) co_return false;
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket_.native_handle())));
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
    while (!dead_) {
        ERR_clear_error();
        int const done = SSL_do_handshake(ssl_.get());
        if (done == 1) co_return true;
        int const why = SSL_get_error(ssl_.get(), done);
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) break;
        if (!co_await wait(why == SSL_ERROR_WANT_READ ? Socket::wait_read : Socket::wait_write))
            break;
    }
    ERR_clear_error();
    dead_ = true;
    co_return false;
}

TlsStream::Later<std::size_t> TlsStream::read_some(MutableBytes out) {
    while (!dead_) {
        std::size_t got = 0;
        auto waiting_for = Socket::wait_read;
        if (ssl_ != nullptr) {
            ERR_clear_error();
            int const done = SSL_read_ex(ssl_.get(), out.data(), out.size(), &got);
            if (done != 1) {
                int const why = SSL_get_error(ssl_.get(), done);
                if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) break;
                if (why == SSL_ERROR_WANT_WRITE) waiting_for = Socket::wait_write;
            }
        } else {
            auto const n = ::recv(socket_.native_handle(), out.data(), out.size(), 0);
            if (n == 0 || (n < 0 && !would_block())) break;
            got = n > 0 ? static_cast<std::size_t>(n) : 0;
        }
        if (got > 0) {
            pace.bytes += got;
            note(Direction::received, ByteView(out).first(got));
            co_return got;
        }
        if (!co_await wait(waiting_for)) break;
    }
    ERR_clear_error();
    co_return 0;
}

TlsStream::Later<bool> TlsStream::write_all(ByteView bytes) {
    while (!bytes.empty() && !dead_) {
        std::size_t went = 0;
        auto waiting_for = Socket::wait_write;
        if (ssl_ != nullptr) {
            ERR_clear_error();
            int const done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &went);
            if (done != 1) {
                int const why = SSL_get_error(ssl_.get(), done);
                if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) break;
                if (why == SSL_ERROR_WANT_READ) waiting_for = Socket::wait_read;
            }
        } else {
            auto const n =
                ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n < 0 && !would_block()) break;
            went = n > 0 ? static_cast<std::size_t>(n) : 0;
        }
        if (went > 0) {
            pace.bytes += went;
            note(Direction::sent, bytes.first(went));
            bytes = bytes.subspan(went);
        } else if (!co_await wait(waiting_for)) {
            break;
        }
    }
    ERR_clear_error();
    if (!bytes.empty()) dead_ = true;
    co_return bytes.empty();
}

TlsStream::Later<void> TlsStream::linger() {
    if (dead_) co_return;
    ERR_clear_error();
    if (ssl_ != nullptr)
        SSL_shutdown(ssl_.get());  // close_notify, so that a cut is not taken for an end
    ERR_clear_error();
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    Byte waste[4096];
    for (std::size_t read = 0; read < linger_limit_bytes && !dead_;) {
        auto const n = ::recv(socket_.native_handle(), waste, sizeof waste, 0);
        if (n == 0 || (n < 0 && !would_block())) break;
        if (n > 0)
            read += static_cast<std::size_t>(n);
        else if (!co_await wait(Socket::wait_read))
            break;
    }
}

}  // namespace exhibit
