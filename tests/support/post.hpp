// Real receivers for what guardians write to people: an SMTP server (Debian's python3-aiosmtpd)
// that insists on STARTTLS and a login, and an HTTPS server (Python's own) for web hooks. Each
// keeps what comes as files, so that a test can wait for them. `refuse()` makes it answer "later"
// until it is told to take things again.
#pragma once

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "support/shared.hpp"

namespace exhibit::test {

inline std::string read_whole(Path const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Receiver {
public:
    static constexpr char const* smtp = R"(
import asyncio, os, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult
folder = sys.argv[1]
def path(name): return os.path.join(folder, name)
class Keeper:
    count = 0
    async def handle_DATA(self, server, session, envelope):
        with open(path('tries'), 'a') as f: f.write('x')
        if os.path.exists(path('refuse')): return '451 4.7.1 later'
        Keeper.count += 1
        head = 'tls=%s login=%s helo=%s from=%s to=%s\r\n' % (
            session.ssl is not None, session.authenticated, session.host_name,
            envelope.mail_from, ','.join(envelope.rcpt_tos))
        with open(path('.new'), 'wb') as f: f.write(head.encode() + envelope.content)
        os.rename(path('.new'), path('%04d.got' % Keeper.count))
        return '250 OK'
def login(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b'ana' and data.password == b'pass word')
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(path('cert.pem'), path('key.pem'))
async def main():
    make = lambda: SMTP(Keeper(), tls_context=context, require_starttls=True, authenticator=login,
                        auth_required=True, hostname='relay.test')
    server = await asyncio.get_running_loop().create_server(make, '127.0.0.1', 0)
    with open(path('.port'), 'w') as f: f.write(str(server.sockets[0].getsockname()[1]))
    os.rename(path('.port'), path('port'))
    await server.serve_forever()
asyncio.run(main())
)";
    static constexpr char const* hook = R"(
import http.server, os, ssl, sys
folder = sys.argv[1]
def path(name): return os.path.join(folder, name)
class Hook(http.server.BaseHTTPRequestHandler):
    count = 0
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        with open(path('tries'), 'a') as f: f.write('x')
        if os.path.exists(path('refuse')): return self.empty(503)
        if self.path == '/away': return self.empty(307)
        Hook.count += 1
        with open(path('.new'), 'wb') as f: f.write(body)
        os.rename(path('.new'), path('%04d.got' % Hook.count))
        self.empty(204)
    def empty(self, status):
        self.send_response(status)
        if status == 307: self.send_header('Location', '/hook')
        # Else it would end with the connection, which newer curls want closed by TLS's own goodbye.
        if status != 204: self.send_header('Content-Length', '0')
        self.end_headers()
    def log_message(self, *_): pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(path('cert.pem'), path('key.pem'))
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Hook)
server.socket = context.wrap_socket(server.socket, server_side=True)
with open(path('.port'), 'w') as f: f.write(str(server.server_port))
os.rename(path('.port'), path('port'))
server.serve_forever()
)";

    static bool can_run() {
        return have_program("openssl") &&
               run({"/usr/bin/python3", "-c", "import aiosmtpd.smtp"}).code == 0;
    }
    explicit Receiver(char const* script) {
        auto const made =
            run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-keyout", (folder_ / "key.pem").string(), "-out",
                 authorities().string(), "-days", "2", "-subj", "/CN=localhost", "-addext",
                 "subjectAltName=DNS:localhost,IP:127.0.0.1"});
        EXPECT_EQ(made.code, 0) << made.err;
        process_ = Background({"/usr/bin/python3", "-c", script, folder_.path().string()},
                              {.out = {}, .err = folder_ / "err", .third = {}, .in = {}});
        for (int tries = 0; tries < 4000 && !process_.poll() && !is_there(folder_ / "port");
             ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        port_ = std::atoi(read_whole(folder_ / "port").c_str());
        EXPECT_NE(port_, 0) << read_whole(folder_ / "err");
    }
    int port() const { return port_; }
    std::string place() const { return "localhost:" + std::to_string(port_); }
    Path authorities() const { return folder_ / "cert.pem"; }
    void refuse(bool yes) const {
        if (yes)
            std::ofstream(folder_ / "refuse") << "yes";
        else
            std::filesystem::remove(folder_ / "refuse");
    }
    std::size_t tries() const { return read_whole(folder_ / "tries").size(); }
    std::vector<std::string> got() const {
        std::vector<Path> files;
        for (auto const& entry : std::filesystem::directory_iterator(folder_.path())) {
            if (entry.path().extension() == ".got") files.push_back(entry.path());
        }
        std::ranges::sort(files);
        std::vector<std::string> all;
        for (auto const& file : files) all.push_back(read_whole(file));
        return all;
    }

private:
    TemporaryFolder folder_;
    Background process_;
    int port_ = 0;
};

// What a mail says, as Python's email package reads it: subject, then text.
inline std::string mail_text(std::string const& got) {
    auto const message = got.substr(got.find("\r\n") + 2);
    auto const ran =
        run({"/usr/bin/python3", "-c",
             "import sys\nfrom email import message_from_bytes, policy\n"
             "m = message_from_bytes(sys.stdin.buffer.read(), policy=policy.default)\n"
             "sys.stdout.buffer.write((m['Subject'] + '\\n' + m.get_content()).encode())"},
            as_bytes(message));
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
}

}  // namespace exhibit::test

#define NEEDS_RECEIVERS()                      \
    if (!::exhibit::test::Receiver::can_run()) \
    GTEST_SKIP() << "NOT RUN: python3-aiosmtpd or openssl is missing"
