// python-opentimestamps against ots: it reads what we write and prints the same tree, its calendar
// client talks to a calendar made of our functions, and both agree on a block header.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "formats/ots/ots.hpp"
#include "support/shared.hpp"

namespace exhibit::ots {
namespace {

constexpr char const* python = "/usr/bin/python3";

// argv: "read" FILE… : prints "ok <re-serialised hex>" or "error".
//       "block" FILE HEADERHEX: prints the time or "error".
//       "stamp" URL DIGESTHEX OUT: submits to a calendar and writes a proof.
constexpr char program[] = R"(
import sys, io
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp
from opentimestamps.core.serialize import StreamDeserializationContext as R
from opentimestamps.core.serialize import StreamSerializationContext as W
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation
from opentimestamps.core.op import OpSHA256
def load(path):
    with open(path, 'rb') as f:
        return DetachedTimestampFile.deserialize(R(f))
def dump(d):
    out = io.BytesIO()
    d.serialize(W(out))
    return out.getvalue()
if sys.argv[1] == 'read':
    for path in sys.argv[2:]:
        try:
            print('ok', dump(load(path)).hex())
        except Exception as e:
            print('error', type(e).__name__)
elif sys.argv[1] == 'block':
    import bitcoin.core
    header = bitcoin.core.CBlockHeader.deserialize(bytes.fromhex(sys.argv[3]))
    for msg, att in load(sys.argv[2]).timestamp.all_attestations():
        if isinstance(att, BitcoinBlockHeaderAttestation):
            try:
                print(att.verify_against_blockheader(msg, header))
            except Exception as e:
                print('error', type(e).__name__)
elif sys.argv[1] == 'stamp':
    from opentimestamps.calendar import RemoteCalendar
    digest = bytes.fromhex(sys.argv[3])
    calendar = RemoteCalendar(sys.argv[2])
    stamp = calendar.submit(digest)
    stamp.merge(calendar.get_timestamp(digest))
    file = Timestamp(digest)
    file.merge(stamp)
    with open(sys.argv[4], 'wb') as f:
        f.write(dump(DetachedTimestampFile(OpSHA256(), file)))
    print('ok')
)";

bool have_library() {
    return test::run({python, "-c", "import opentimestamps.calendar, bitcoin.core"}).code == 0;
}
#define NEEDS_LIBRARY() \
    if (!have_library()) GTEST_SKIP() << "NOT RUN: python3-opentimestamps is missing"

std::vector<std::string> ask(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {python, "-c", program});
    auto const ran = test::run(arguments);
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::vector<std::string> out;
    std::istringstream in(ran.out);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

TEST(OtsOracle, python_reads_what_we_write_and_writes_it_the_same) {
    NEEDS_LIBRARY();
    test::TemporaryFolder const folder;
    SeededRandom random(11);
    std::vector<std::string> files = {"read"}, expected;
    for (std::size_t count : {1, 2, 3, 7, 12}) {
        std::vector<Digest256> digests;
        for (std::size_t i = 0; i < count; ++i) digests.push_back(random.bytes<32>());
        auto unstamped = make_unstamped(digests, random);
        Timestamp answer;
        answer.attestations = {bitcoin(700'000), pending("https://a.example/x"),
                               pending("https://b.example")};
        std::ranges::sort(answer.attestations);
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_TRUE(attach(unstamped.proofs[i], unstamped.tip, answer));
            auto const bytes = write_detached(unstamped.proofs[i]);
            auto const path = folder / (std::to_string(count) + "-" + std::to_string(i) + ".ots");
            ASSERT_OK(replace_file(path, bytes));
            files.push_back(path);
            expected.push_back("ok " + to_hex(bytes));
        }
    }
    EXPECT_EQ(ask(files), expected);
    std::printf("python-opentimestamps read %zu proofs of ours\n", expected.size());
}

TEST(OtsOracle, python_takes_and_refuses_the_same_published_proofs) {
    NEEDS_LIBRARY();
    NEEDS_SHARED("vectors/opentimestamps");
    std::vector<std::string> files = {"read"};
    for (auto const& file : std::filesystem::recursive_directory_iterator(
             test::shared_path("vectors/opentimestamps"))) {
        if (file.path().extension() == ".ots") files.push_back(file.path());
    }
    auto const answers = ask(files);
    ASSERT_EQ(answers.size() + 1, files.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto const ours = parse_detached(read_file(files[i + 1], 1 << 20).take());
        EXPECT_EQ(ours.ok(), answers[i].starts_with("ok")) << files[i + 1] << answers[i];
        if (ours.ok()) { EXPECT_EQ("ok " + to_hex(write_detached(*ours)), answers[i]); }
    }
}

TEST(OtsOracle, python_finds_the_same_time_in_a_block_header) {
    NEEDS_LIBRARY();
    NEEDS_SHARED("vectors/opentimestamps");
    auto const folder = test::shared_path("vectors/opentimestamps");
    auto const json = read_text_file(folder / "headers.json", 1 << 20).take();
    auto const at = json.rfind("\"header\": \"") + 11;
    auto const header = json.substr(at, 160);
    EXPECT_EQ(ask({"block", folder / "hello-world.txt.ots", header}),
              std::vector<std::string>{"1432827678"});
    EXPECT_EQ(ask({"block", folder / "bad-stamp.txt.ots", header}),
              std::vector<std::string>{"error VerificationError"});
}

// Answers of a calendar, computed by us before it starts: python serves them and plays the client.
TEST(OtsOracle, pythons_calendar_client_takes_a_calendar_of_ours) {
    NEEDS_LIBRARY();
    test::TemporaryFolder const folder;
    SeededRandom random(5);
    auto const digest = random.bytes<32>();
    Timestamp promise, upgrade;
    promise.attestations = {pending("http://127.0.0.1")};
    upgrade.attestations = {bitcoin(800'000)};
    Timestamp first, later;
    first.branches = {
        {Step{Op::append, to_bytes("time")}, {{}, {{Step{Op::sha256, {}}, promise}}}}};
    later.branches = {
        {Step{Op::prepend, to_bytes("more")}, {{}, {{Step{Op::sha256, {}}, upgrade}}}}};
    Bytes first_body, later_body;
    write_timestamp(first_body, first);
    write_timestamp(later_body, later);
    auto const server = std::string(R"(
import http.server, sys, threading, subprocess
first, later, digest = (bytes.fromhex(x) for x in sys.argv[1:4])
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def answer(self, body):
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        asked = self.rfile.read(int(self.headers['Content-Length']))
        self.answer(first if self.path == '/digest' and asked == digest else b'')
    def do_GET(self):
        self.answer(later if self.path == '/timestamp/' + digest.hex() else b'')
s = http.server.HTTPServer(('127.0.0.1', 0), H)
threading.Thread(target=s.serve_forever, daemon=True).start()
sys.argv = ['x', 'stamp', 'http://127.0.0.1:%d' % s.server_port, digest.hex(), sys.argv[4]]
)") + program;
    auto const out = (folder / "stamped.ots").string();
    auto const ran = test::run(
        {python, "-c", server, to_hex(first_body), to_hex(later_body), to_hex(digest), out});
    ASSERT_EQ(ran.out, "ok\n") << ran.err;
    auto const proof = parse_detached(read_file(out, 1 << 20).take());
    ASSERT_OK(proof);
    Timestamp both = first;
    merge(both, later);
    EXPECT_EQ(proof->timestamp, both);
    EXPECT_TRUE(is_complete(*proof));
    EXPECT_EQ(judge(*proof, {}).pending, std::vector<std::string>{"http://127.0.0.1"});
}

}  // namespace
}  // namespace exhibit::ots
