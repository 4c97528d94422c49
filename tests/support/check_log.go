// Checks the custody logs of a release folder without Exhibit: Go's golang.org/x/mod/sumdb opens the
// checkpoints and checks the inclusion proofs, crypto/ed25519 the signatures of events, cards and cosigners.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run check_log.go RELEASE
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type envelope struct {
	Payload     []byte `json:"payload"`
	PayloadType string `json:"payloadType"`
	Signatures  []struct {
		Sig []byte `json:"sig"`
	} `json:"signatures"`
}

type card struct {
	Guardian string `json:"guardian"`
	Log      string `json:"log"`
	Cosigner string `json:"cosigner"`
}

func fail(format string, arguments ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
	os.Exit(1)
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		fail("%v", err)
	}
	return data
}

func pae(e envelope) []byte {
	return []byte(fmt.Sprintf("DSSEv1 %d %s %d %s", len(e.PayloadType), e.PayloadType, len(e.Payload), e.Payload))
}

// The envelope, if the guardian whose key lies in keys/ has signed it.
func signed(release, guardian, path string) envelope {
	block, _ := pem.Decode(read(filepath.Join(release, "keys", "guardian-"+guardian+".pem")))
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		fail("%v", err)
	}
	var e envelope
	if err := json.Unmarshal(read(path), &e); err != nil {
		fail("%s: %v", path, err)
	}
	for _, s := range e.Signatures {
		if ed25519.Verify(key.(ed25519.PublicKey), pae(e), s.Sig) {
			return e
		}
	}
	fail("%s: the guardian %s has not signed this", path, guardian)
	return e
}

// How many of the cosigners have signed the text with a time.
func cosignatures(text string, lines []string, cosigners map[string]string) int {
	seen := map[string]bool{}
	for _, line := range lines {
		words := strings.Fields(line) // — name signature
		vkey, known := cosigners[words[1]]
		if !known || seen[words[1]] {
			continue
		}
		parts := strings.SplitN(vkey, "+", 3)
		key, _ := base64.StdEncoding.DecodeString(parts[2])
		raw, _ := base64.StdEncoding.DecodeString(words[2])
		if len(raw) != 4+8+64 || hex.EncodeToString(raw[:4]) != parts[1] {
			continue
		}
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(raw[4:12]), text)
		if ed25519.Verify(ed25519.PublicKey(key[1:]), []byte(message), raw[12:]) {
			seen[words[1]] = true
		}
	}
	return len(seen)
}

// One .tlog-proof: the event is the entry, the entry is in the tree, the log and others signed the tree.
func check(path string, e envelope, log string, cosigners map[string]string) int {
	halves := strings.SplitN(string(read(path)), "\n\n", 2)
	head := strings.Split(halves[0], "\n")
	salt, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(head[1], "extra "))
	if err != nil || head[0] != "c2sp.org/tlog-proof@v1" || len(salt) != 32 {
		fail("%s: is no proof with a salt", path)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(head[2], "index "), 10, 64)
	if err != nil {
		fail("%s: %v", path, err)
	}
	var proof tlog.RecordProof
	for _, line := range head[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			fail("%s: %v", path, err)
		}
		proof = append(proof, hash)
	}
	verifier, err := note.NewVerifier(log)
	if err != nil {
		fail("%s: %v", path, err)
	}
	opened, err := note.Open([]byte(halves[1]), note.VerifierList(verifier))
	if err != nil {
		fail("%s: %v", path, err)
	}
	// The first line is the log's name; the parser of the Go checksum database wants its own there.
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + opened.Text[strings.Index(opened.Text, "\n")+1:]))
	if err != nil {
		fail("%s: %v", path, err)
	}
	entry := sha256.Sum256(append(append([]byte{}, salt...), pae(e)...))
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry[:])); err != nil {
		fail("%s: %v", path, err)
	}
	return cosignatures(opened.Text, strings.Split(strings.TrimSpace(halves[1][len(opened.Text)+1:]), "\n"), cosigners)
}

func main() {
	release := os.Args[1]
	logs := map[string]string{}    // a log's name: its key
	cosigners := map[string]string{} // a cosigner's name: its key
	paths, _ := filepath.Glob(filepath.Join(release, "custody", "*", "log-card-*.json"))
	for _, path := range paths {
		guardian := filepath.Base(filepath.Dir(path))
		e := signed(release, guardian, path)
		var c card
		if err := json.Unmarshal(e.Payload, &c); err != nil || c.Guardian != guardian {
			fail("%s: is another guardian's card", path)
		}
		logs[strings.SplitN(c.Log, "+", 2)[0]] = c.Log
		cosigners[strings.SplitN(c.Cosigner, "+", 2)[0]] = c.Cosigner
	}
	proofs, least := 0, 1000
	paths, _ = filepath.Glob(filepath.Join(release, "custody", "*", "*.tlog-proof"))
	for _, path := range paths {
		guardian := filepath.Base(filepath.Dir(path))
		e := signed(release, guardian, strings.TrimSuffix(path, ".tlog-proof")+".json")
		text := bytes.SplitN(read(path), []byte("\n\n"), 2)[1]
		name := string(bytes.SplitN(text, []byte("\n"), 2)[0])
		if !strings.HasPrefix(name, "exhibit.guardian/"+guardian+"/log/") {
			fail("%s: is in another guardian's log", path)
		}
		others := map[string]string{}
		for cosigner, key := range cosigners {
			if cosigner != "exhibit.guardian/"+guardian+"/cosigner" {
				others[cosigner] = key
			}
		}
		if n := check(path, e, logs[name], others); n < least {
			least = n
		}
		proofs++
	}
	if proofs == 0 {
		fail("there is no proof in %s", release)
	}
	fmt.Printf("%d events are in %d logs, each state cosigned by at least %d others\n", proofs, len(logs), least)
}
