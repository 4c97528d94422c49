"""A time-stamp authority for tests: openssl ts behind HTTP on 127.0.0.1.

    python3 time_authority.py FOLDER [days its certificate is good for]

Makes a root and an authority in FOLDER (ca.pem, tsa.pem), serves POST / (RFC 3161) and GET /crl, and
writes its address to FOLDER/url when it is ready. Test certificates only: nobody's trust.
"""
import http.server
import os
import subprocess
import sys

folder = sys.argv[1]
days = sys.argv[2] if len(sys.argv) > 2 else "365"
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "time_authority.cnf")) as file:
    config = file.read()
os.makedirs(folder, exist_ok=True)
os.chdir(folder)


def openssl(*arguments):
    subprocess.run(("openssl",) + arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def save(name, text):
    with open(name, "w") as file:
        file.write(text)


if not os.path.exists("tsa.pem"):
    save("tsa.cnf", config)
    save("serial", "01\n")
    save("index.txt", "")
    save("crlnumber", "01\n")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=TEST root", "-days", "3650",
            "-config", "tsa.cnf", "-extensions", "ca")
    openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=TEST authority/O=tests",
            "-config", "tsa.cnf")
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", days,
            "-out", "tsa.pem", "-extfile", "tsa.cnf", "-extensions", "authority")
    openssl("ca", "-gencrl", "-name", "list", "-keyfile", "ca.key", "-cert", "ca.pem", "-config", "tsa.cnf",
            "-out", "crl.pem")
    openssl("crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl.der")


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path != "/crl":
            return self.answer(404, "text/plain", b"")
        self.answer(200, "application/pkix-crl", open("crl.der", "rb").read())

    # One request at a time: the serial file is not locked.
    def do_POST(self):
        with open("request.tsq", "wb") as file:
            file.write(self.rfile.read(int(self.headers["Content-Length"])))
        openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq", "-out", "reply.tsr")
        self.answer(200, "application/timestamp-reply", open("reply.tsr", "rb").read())


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
save("url.new", "http://127.0.0.1:%d" % server.server_port)
os.rename("url.new", "url")
server.serve_forever()
