// Other people's tus clients upload to our server: npm tus-js-client (with an abort and a resume in
// the middle), and the curl command line by the letter of the specification.
#include <atomic>

#include "base/random.hpp"
#include "net/memory_upload_store.hpp"
#include "net/net_fixture.hpp"
#include "net/tus_server.hpp"

namespace exhibit::test {
namespace {

class TakeAll final : public UploadHooks {
public:
    Result<UploadGrant> authorize(HttpRequest const&, UploadWish const&) override {
        return UploadGrant{"case", 1 << 30};
    }
    Outcome on_complete(UploadId const& id, UploadState const&) override {
        last = id;
        ++completed;
        return {};
    }
    UploadId last;
    std::atomic<int> completed{0};
};

struct OracleGuardian {
    MemoryUploadStore store;
    TakeAll hooks;
    TusServer tus{store, hooks};
    std::unique_ptr<HttpServer> server = serve(tus);
    std::string endpoint() const { return url_of(*server, "/files"); }
};

Bytes noise(std::size_t size) {
    Bytes bytes(size);
    SeededRandom(23).fill(bytes);
    return bytes;
}

// Reads the file named first, uploads it to the address named second. "abort" as third word stops
// after the first chunk and goes on with a second Upload object, as an app that was killed and
// started again.
constexpr auto upload_script = R"js(
import { readFileSync } from 'node:fs';
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const tus = await import('tus-js-client');
const args = process.argv.slice(1).filter((a) => a !== '--');
const [file, endpoint, mode] = args;
const data = readFileSync(file);
const chunkSize = 200000;
function send(extra, abortAfter) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(data, {
      endpoint, chunkSize, retryDelays: null, metadata: { filename: 'wörld.bin', empty: '' }, ...extra,
      onError: reject,
      onChunkComplete: (size, accepted) => {
        if (abortAfter && accepted >= abortAfter) upload.abort().then(() => resolve(upload.url));
      },
      onSuccess: () => resolve(upload.url),
    });
    upload.start();
  });
}
const extra = mode === 'deferred' ? { uploadLengthDeferred: true } :
              mode === 'with-data' ? { uploadDataDuringCreation: true } : {};
let url = await send(extra, mode === 'abort' ? 400000 : 0);
if (mode === 'abort') url = await send({ uploadUrl: url }, 0);
if (mode === 'terminate') { await tus.Upload.terminate(url).catch((e) => console.log('status', e.originalResponse.getStatus())); }
console.log(url);
)js";

}  // namespace

TEST(TusOracle, tus_js_client_uploads_and_resumes_after_an_abort) {
    NEEDS_PROGRAM("node");
    TemporaryFolder folder;
    auto const bytes = noise(1'234'567);
    ASSERT_OK(replace_file(folder / "f", bytes));
    int done = 0;
    for (std::string const mode : {"plain", "abort", "with-data", "deferred"}) {
        OracleGuardian guardian;
        auto const ran =
            run_node(upload_script, {(folder / "f").string(), guardian.endpoint(), mode});
        if (ran.err.find("ERR_MODULE_NOT_FOUND") != std::string::npos)
            GTEST_SKIP() << "NOT RUN: tus-js-client is missing";
        ASSERT_EQ(ran.code, 0) << mode << ": " << ran.err << ran.out;
        EXPECT_EQ(guardian.hooks.completed, 1) << mode;
        EXPECT_EQ(guardian.store.bytes(guardian.hooks.last), bytes) << mode;
        auto const metadata =
            tus::parse_metadata(guardian.store.state(guardian.hooks.last).value().metadata);
        ASSERT_OK(metadata);
        EXPECT_EQ(as_text(tus::find_value(metadata.value(), "filename").value()), "wörld.bin");
        EXPECT_EQ(guardian.store.size(), 1u) << mode;
        ++done;
    }
    std::printf("tus-js-client: %d of 4 ways\n", done);
    RecordProperty("tus_js_client_ways", done);
}

TEST(TusOracle, tus_js_client_cannot_remove_what_was_taken_over) {
    NEEDS_PROGRAM("node");
    TemporaryFolder folder;
    ASSERT_OK(replace_file(folder / "f", noise(1000)));
    OracleGuardian guardian;
    auto const ran =
        run_node(upload_script, {(folder / "f").string(), guardian.endpoint(), "terminate"});
    if (ran.err.find("ERR_MODULE_NOT_FOUND") != std::string::npos)
        GTEST_SKIP() << "NOT RUN: tus-js-client is missing";
    EXPECT_NE(ran.out.find("status 403"), std::string::npos) << ran.out << ran.err;
    EXPECT_EQ(guardian.store.bytes(guardian.hooks.last), noise(1000));
}

TEST(TusOracle, curl_uploads_by_the_letter_with_the_pin) {
    NEEDS_PROGRAM("curl");
    OracleGuardian guardian;
    auto const pin = test_identity().pin().value();
    std::vector<std::string> const base{
        "curl",           "-sS", "-k", "--noproxy", "*",
        "--pinnedpubkey", pin,   "-i", "-H",        "Tus-Resumable: 1.0.0"};
    auto const curl = [&](std::vector<std::string> more, ByteView input = {}) {
        auto command = base;
        command.insert(command.end(), more.begin(), more.end());
        return run(command, input);
    };
    auto const options = curl({"-X", "OPTIONS", guardian.endpoint()});
    EXPECT_NE(options.out.find("Tus-Checksum-Algorithm: sha1,sha256"), std::string::npos)
        << options.err << options.out;
    auto const created = curl({"-X", "POST", "-H", "Upload-Length: 11", guardian.endpoint()});
    EXPECT_TRUE(created.out.starts_with("HTTP/1.1 201 ")) << created.out;
    auto const at = created.out.find("Location: ") + 10;
    auto const url =
        url_of(*guardian.server, created.out.substr(at, created.out.find('\r', at) - at));
    std::vector<std::string> patch{"-X",
                                   "PATCH",
                                   "-H",
                                   "Content-Type: application/offset+octet-stream",
                                   "-H",
                                   "Upload-Offset: 0",
                                   "-H",
                                   "Upload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
                                   "-H",
                                   "Expect: 100-continue",
                                   "--data-binary",
                                   "@-",
                                   url};
    auto const wrong = curl(patch, as_bytes("hello there"));
    EXPECT_NE(wrong.out.find("HTTP/1.1 460 Checksum Mismatch"), std::string::npos) << wrong.out;
    auto const right = curl(patch, as_bytes("hello world"));
    EXPECT_NE(right.out.find("HTTP/1.1 204 "), std::string::npos) << right.out;
    EXPECT_NE(right.out.find("Upload-Offset: 11"), std::string::npos) << right.out;
    auto const head = curl({"-I", url});
    EXPECT_NE(head.out.find("Upload-Offset: 11"), std::string::npos) << head.out;
    EXPECT_EQ(as_text(guardian.store.bytes(guardian.hooks.last)), "hello world");
    // Another pin: curl refuses.
    auto const other = run({"curl", "-sS", "-k", "--noproxy", "*", "--pinnedpubkey",
                            "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", url});
    EXPECT_EQ(other.code, 90) << other.err;
}

}  // namespace exhibit::test
