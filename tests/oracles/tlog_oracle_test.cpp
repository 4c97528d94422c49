// Go's golang.org/x/mod/sumdb against tlog: `note` opens what we sign and signs what we open,
// `tlog` finds our roots and takes our proofs, and we take its.
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "formats/tlog/tlog.hpp"
#include "support/shared.hpp"

namespace exhibit::tlog {
namespace {

// Reads lines: "open <vkey> <file>", "root <n>", "record <n> <i> <base64 hashes…>",
// "tree <n> <m> <base64 hashes…>" (checks ours), "prove <n> <i>", "grow <n> <m>" (prints its own),
// "sign <name> <seed hex> <file>". The log is `entry 0`, `entry 1` …
constexpr char program[] = R"(
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/ioutil"
	"os"
	"strconv"
	"strings"

	"crypto/ed25519"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var stored []tlog.Hash
var roots []tlog.Hash

func reader(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes { out[i] = stored[x] }
	return out, nil
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil { panic(err) }
	return n
}

func hashes(words []string) []tlog.Hash {
	var out []tlog.Hash
	for _, w := range words {
		h, err := tlog.ParseHash(w)
		if err != nil { panic(err) }
		out = append(out, h)
	}
	return out
}

func show(p []tlog.Hash, err error) {
	if err != nil { fmt.Println("error", err); return }
	var w []string
	for _, h := range p { w = append(w, h.String()) }
	fmt.Println(strings.TrimSpace("ok " + strings.Join(w, " ")))
}

func verdict(err error) { if err != nil { fmt.Println("error", err) } else { fmt.Println("ok") } }

func open(vkey, file string) {
	text, _ := ioutil.ReadFile(file)
	verifier, err := note.NewVerifier(vkey)
	if err != nil { fmt.Println("error", err); return }
	n, err := note.Open(text, note.VerifierList(verifier))
	if err != nil { fmt.Println("error", err); return }
	text2 := strings.Replace(n.Text, "exhibit.example/log\n", "go.sum database tree\n", 1)
	tree, err := tlog.ParseTree([]byte(text2))
	if err != nil { fmt.Println("error", err); return }
	fmt.Println("ok", len(n.Sigs), len(n.UnverifiedSigs), tree.N, tree.Hash.String())
}

func sign(name, seed, file string) {
	raw, _ := hex.DecodeString(seed)
	public := ed25519.NewKeyFromSeed(raw).Public().(ed25519.PublicKey)
	vkey, _ := note.NewEd25519VerifierKey(name, public)
	id := strings.Split(vkey, "+")[1]
	key := base64.StdEncoding.EncodeToString(append([]byte{1}, raw...))
	signer, err := note.NewSigner("PRIVATE+KEY+" + name + "+" + id + "+" + key)
	if err != nil { fmt.Println("error", err); return }
	text, _ := ioutil.ReadFile(file)
	out, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil { fmt.Println("error", err); return }
	ioutil.WriteFile(file, out, 0600)
	fmt.Println("ok", vkey)
}

func main() {
	for i := int64(0); i < 1000; i++ {
		h, err := tlog.StoredHashes(i, []byte(fmt.Sprintf("entry %d", i)), tlog.HashReaderFunc(reader))
		if err != nil { panic(err) }
		stored = append(stored, h...)
		r, err := tlog.TreeHash(i+1, tlog.HashReaderFunc(reader))
		if err != nil { panic(err) }
		roots = append(roots, r)
	}
	in, _ := ioutil.ReadAll(os.Stdin)
	lines := bufio.NewScanner(bytes.NewReader(in))
	for lines.Scan() {
		w := strings.Fields(lines.Text())
		switch w[0] {
		case "open": open(w[1], w[2])
		case "sign": sign(w[1], w[2], w[3])
		case "root": fmt.Println("ok", roots[number(w[1])-1].String())
		case "record":
			n, i := number(w[1]), number(w[2])
			leaf := tlog.RecordHash([]byte(fmt.Sprintf("entry %d", i)))
			verdict(tlog.CheckRecord(hashes(w[3:]), n, roots[n-1], i, leaf))
		case "tree":
			n, m := number(w[1]), number(w[2])
			verdict(tlog.CheckTree(hashes(w[3:]), n, roots[n-1], m, roots[m-1]))
		case "prove":
			p, err := tlog.ProveRecord(number(w[1]), number(w[2]), tlog.HashReaderFunc(reader))
			show(p, err)
		case "grow":
			p, err := tlog.ProveTree(number(w[1]), number(w[2]), tlog.HashReaderFunc(reader))
			show(p, err)
		}
	}
}
)";

class TlogOracle : public ::testing::Test {
protected:
    void SetUp() override {
        NEEDS_PROGRAM("go");
        if (!is_there("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"))
            GTEST_SKIP() << "NOT RUN: golang-golang-x-mod-dev is missing";
        ASSERT_OK(replace_file(folder_ / "oracle.go", program));
        for (std::uint64_t i = 0; i < 1000; ++i)
            leaves_.push_back(leaf_hash(as_bytes("entry " + std::to_string(i))));
        for (auto const& leaf : leaves_) {
            frontier_.append(leaf, [&](unsigned level, std::uint64_t, Hash const& hash) {
                if (level >= rows_.size()) rows_.resize(level + 1);
                rows_[level].push_back(hash);
            });
            roots_.push_back(frontier_.root());
        }
    }
    HashSource source() {
        return [this](unsigned level, std::uint64_t index) -> Result<Hash> {
            return rows_.at(level).at(index);
        };
    }
    std::vector<std::string> ask(std::string const& lines) {
        auto const ran = test::run({"env", "GO111MODULE=off", "GOPATH=/usr/share/gocode",
                                    "GOFLAGS=", "GOCACHE=" + (folder_ / "cache").string(), "go",
                                    "run", (folder_ / "oracle.go").string()},
                                   as_bytes(lines), folder_.path());
        EXPECT_EQ(ran.code, 0) << ran.err;
        std::vector<std::string> out;
        std::istringstream in(ran.out);
        for (std::string line; std::getline(in, line);) out.push_back(line);
        return out;
    }
    static std::string words(Path const& path) {
        std::string out;
        for (auto const& hash : path) out += " " + to_base64(hash);
        return out;
    }

    test::TemporaryFolder folder_;
    std::vector<Hash> leaves_, roots_;
    std::vector<std::vector<Hash>> rows_;
    Frontier frontier_;
};

SigningKey key_of(std::string_view seed) {
    return SigningKey::from_seed(Secret<32>::copy_of(sha256(seed)).take());
}

TEST_F(TlogOracle, go_agrees_with_roots_proofs_and_notes_both_ways) {
    if (IsSkipped()) return;
    std::string questions;
    std::vector<std::string> expected;
    auto const put = [&](std::string const& question, std::string const& answer) {
        questions += question + "\n";
        expected.push_back(answer);
    };
    std::uint64_t const sizes[] = {1, 2, 3, 4, 7, 8, 9, 255, 256, 257, 511, 512, 513, 999, 1000};
    int records = 0, trees = 0;
    for (auto size : sizes) {
        auto const n = std::to_string(size);
        put("root " + n, "ok " + to_base64(roots_[size - 1]));
        for (auto index : {std::uint64_t{0}, size / 3, size / 2, size - 1}) {
            auto const path = words(inclusion_path(index, size, source()).take());
            auto const at = n + " " + std::to_string(index);
            put("record " + at + path, "ok");
            put("prove " + at, "ok" + path);
            ++records;
        }
        for (auto old : sizes) {
            if (old > size) continue;
            auto const path = words(consistency_path(old, size, source()).take());
            auto const at = n + " " + std::to_string(old);
            put("tree " + at + path, "ok");
            put("grow " + at, "ok" + path);
            ++trees;
        }
    }
    // An oracle that says yes to everything is none.
    auto wrong = inclusion_path(5, 100, source()).take();
    wrong[0][0] ^= 1;
    put("record 100 5" + words(wrong), "error invalid transparency proof");

    auto const log = key_of("log");
    auto const vkey = make_verifier_key("exhibit.example/log", KeyType::ed25519, log.public_key());
    auto note = sign_checkpoint({"exhibit.example/log", 1000, roots_.back(), {}}, log);
    note.signatures.push_back(cosign(note.text, "guardian.example/w", key_of("w"), 1700000000));
    ASSERT_OK(replace_file(folder_ / "ours", write_note(note)));
    put("open " + write_verifier_key(vkey) + " " + (folder_ / "ours").string(),
        "ok 1 1 1000 " + to_base64(roots_.back()));

    ASSERT_OK(replace_file(folder_ / "theirs", note.text));
    put("sign exhibit.example/log " + to_hex(sha256("log")) + " " + (folder_ / "theirs").string(),
        "ok " + write_verifier_key(vkey));

    auto const answers = ask(questions);
    ASSERT_EQ(answers.size(), expected.size());
    for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i], expected[i]) << i;

    auto const theirs = parse_note(read_text_file(folder_ / "theirs", 1 << 20).take());
    ASSERT_OK(theirs);
    EXPECT_OK(open_checkpoint(*theirs, vkey, {}));
    std::printf("sumdb: %zu roots, %d inclusion and %d consistency proofs, notes both ways\n",
                std::size(sizes), records, trees);
}

}  // namespace
}  // namespace exhibit::tlog
