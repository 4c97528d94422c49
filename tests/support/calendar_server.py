"""An OpenTimestamps calendar for tests, by python-opentimestamps, with a chain of its own.

    python3 calendar_server.py FOLDER [height of its next block] [auto]

POST /digest, GET /timestamp/HEX as calendars do; POST /mine puts what waits into a block of a TEST chain
(regtest target: anybody can mine it, it proves nothing); GET /block-height/N and /block/HASH/header as
Esplora does. With "auto" a block is mined whenever somebody asks for a timestamp. Writes its address
to FOLDER/url when it is ready.
"""
import http.server
import os
import struct
import sys
import time
from hashlib import sha256

from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import Timestamp, make_merkle_tree

folder = sys.argv[1]
height = int(sys.argv[2]) if len(sys.argv) > 2 else 101
os.makedirs(folder, exist_ok=True)
waiting, proven, blocks = {}, {}, {}
previous = bytes(32)


def written(timestamp):
    context = BytesSerializationContext()
    timestamp.serialize(context)
    return context.getbytes()


def promise(digest):
    asked = Timestamp(digest)
    commitment = asked.ops.add(OpAppend(os.urandom(8))).ops.add(OpSHA256())
    waiting[commitment.msg] = Timestamp(commitment.msg)
    commitment.attestations.add(PendingAttestation(url))
    return written(asked)


def mine():
    global height, previous
    if not waiting:
        return
    stamps = list(waiting.values())
    tip = make_merkle_tree(stamps)
    tip.attestations.add(BitcoinBlockHeaderAttestation(height))
    nonce = 0
    while True:
        header = struct.pack("<I", 4) + previous + tip.msg + struct.pack("<III", int(time.time()), 0x207FFFFF, nonce)
        block_hash = sha256(sha256(header).digest()).digest()
        if int.from_bytes(block_hash, "little") < 0x7FFFFF << 232:
            break
        nonce += 1
    blocks[height] = (block_hash[::-1].hex(), header)
    previous = block_hash
    height += 1
    proven.update(waiting)
    waiting.clear()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def answer(self, status, body, kind="application/vnd.opentimestamps.v1"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/digest" and 0 < len(body) <= 64:
            return self.answer(200, promise(body))
        if self.path == "/mine":
            mine()
            return self.answer(200, b"mined\n", "text/plain")
        self.answer(404, b"", "text/plain")

    def do_GET(self):
        parts = self.path.split("/")
        if parts[1] == "timestamp":
            message = bytes.fromhex(parts[2])
            if "auto" in sys.argv and message in waiting:
                mine()
            if message in proven:
                return self.answer(200, written(proven[message]))
            reason = b"Pending confirmation in Bitcoin blockchain" if message in waiting else b"Not found"
            return self.answer(404, reason, "text/plain")
        if parts[1] == "block-height" and int(parts[2]) in blocks:
            return self.answer(200, blocks[int(parts[2])][0].encode(), "text/plain")
        if parts[1] == "block":
            for block_hash, header in blocks.values():
                if block_hash == parts[2]:
                    return self.answer(200, header.hex().encode(), "text/plain")
        self.answer(404, b"", "text/plain")


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
url = "http://127.0.0.1:%d" % server.server_port
with open(os.path.join(folder, "url.new"), "w") as file:
    file.write(url)
os.rename(os.path.join(folder, "url.new"), os.path.join(folder, "url"))
server.serve_forever()
