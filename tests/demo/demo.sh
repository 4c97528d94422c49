#!/bin/sh
# The main job on real footage, with the real programs: four guardians on this machine, a case marked as a
# drill, footage sealed and sent, one guardian killed in the middle of the upload, another cut off for a
# while; a check-in, then silence; the guardians release; the folder is published; and other people's
# programs open and check every artefact.
#
#   tests/demo/demo.sh [--open] [FILE|FOLDER ...]        called by ./dev demo
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
exhibit=${EXHIBIT_BIN:-$root/build/release/bin/exhibit}
keep=${EXHIBIT_DEMO_DIR:-$root/build/demo}
started=$(date +%s)

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
fail() { printf 'demo: FAILED: %s\n' "$*" >&2; exit 1; }

open_page=
if [ "${1:-}" = --open ]; then open_page=yes; shift; fi

# Footage: what was named, or real phone video with GPS from Debian's package, used where it lies.
if [ $# -eq 0 ]; then
    samples=$(dpkg -L forensics-samples-files 2>/dev/null | grep -E '\.(mp4|MP4)$' | sort || true)
    [ -n "$samples" ] || fail "the package forensics-samples-files is not installed: run ./dev setup"
    # shellcheck disable=SC2086  # the package's names hold no blanks
    set -- $samples
fi

rm -rf "$keep"
mkdir -p "$keep/check"
# A folder stands for the files in it.
find "$@" -type f -exec readlink -f {} + | sort > "$keep/footage.txt" || fail "cannot read the footage"
[ -s "$keep/footage.txt" ] || fail "there is no file in: $*"
set --
while IFS= read -r file; do set -- "$@" "$file"; done < "$keep/footage.txt"
pids=""
dana_pid=""
clean_up() {
    for pid in $pids; do kill -CONT "$pid" 2>/dev/null || true; kill "$pid" 2>/dev/null || true; done
}
trap clean_up EXIT INT TERM

start_guardian() { # name
    # exec, so that $! is the guardian itself: it is stopped by its process id.
    set -- "$1" --data "$keep/guardian-$1" --listen 127.0.0.1:0 --name "$1" --host-releases
    [ "$1" != ana ] || set -- "$@" --time "$keep/time.conf"
    name=$1; shift
    "$exhibit" guard serve "$@" >> "$keep/guardian-$name.log" 2>&1 &
    last_pid=$!
    pids="$pids $last_pid"
    tries=0
    until grep -q 'is up on port' "$keep/guardian-$name.log"; do
        tries=$((tries + 1)); [ $tries -lt 100 ] || fail "guardian $name did not start: $(cat "$keep/guardian-$name.log")"
        sleep 0.1
    done
}
# A time-stamp authority (openssl ts) and a calendar (python-opentimestamps, on a chain of its own), both here.
start_time_server() { # script folder [argument ...]
    script=$1; folder=$2; shift 2
    /usr/bin/python3 "$root/tests/support/$script" "$folder" "$@" > "$folder.log" 2>&1 &
    pids="$pids $!"
    tries=0
    until [ -f "$folder/url" ]; do
        tries=$((tries + 1)); [ $tries -lt 200 ] || fail "$script did not start: $(cat "$folder.log")"
        sleep 0.1
    done
}
me() { "$exhibit" --dir "$keep/witness" --passphrase-fd 3 "$@" 3<<'PASS'
a sentence that only the witness of this drill knows
PASS
}
json_field() { # file field: the first number or text of that name
    sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\)\"\{0,1\}.*/\1/p" "$1" | head -n 1
}

say "1. Four friends abroad run guardians, and invite the witness; ana has her log time-stamped by others"
began=$(date +%s)
start_time_server time_authority.py "$keep/authority"
start_time_server calendar_server.py "$keep/calendar" 101 auto
cat > "$keep/time.conf" <<CONF
authority demo $(cat "$keep/authority/url") roots=authority/ca.pem crl=$(cat "$keep/authority/url")/crl
calendar $(cat "$keep/calendar/url")
blocks $(cat "$keep/calendar/url")
every 3s
CONF
: > "$keep/invitations.txt"
for name in ana bruno chen dana; do
    start_guardian $name
    case $name in dana) dana_pid=$last_pid ;; chen) chen_pid=$last_pid ;; esac
    "$exhibit" guard invite --data "$keep/guardian-$name" --quota 20G | grep exhibit-guardian-1 | tr -d ' ' >> "$keep/invitations.txt"
done
sed 's/\(.*:\).*/  \1…/' "$keep/invitations.txt"

say "2. The witness begins a case (a DRILL: seconds instead of days), public if they fall silent"
# The deadline leaves time to seal and send: more for more footage (the first upload goes at 2 MB a second),
# and for a machine that is busy with other things, which shows in how long step 1 took.
megabytes=$(($(cat "$@" | wc -c) / 1000000))
every=$((27 + megabytes + 4 * ($(date +%s) - began)))
me init gate-4 --guardians "$keep/invitations.txt" --drill --every ${every}s --grace 8s --audience public

say "3. Real footage is sealed: nothing on this device can open it any more"
sha256sum "$@" > /dev/null || fail "cannot read the footage"
me seal "$@"

say "4. It is sent. In the middle of the upload guardian dana is killed with SIGKILL, and stays dead;"
echo "   guardian chen is cut off, and will come back before the check-in"
kill -STOP "$chen_pid"
me send --to dana --rate 2M > "$keep/send-1.log" 2>&1 &
send_pid=$!
# The first bytes on dana's disk are the sign to kill it.
tries=0
while [ -z "$(find "$keep/guardian-dana" -name '*,growing' -size +0 2>/dev/null)" ] && [ $tries -lt 100 ]; do
    tries=$((tries + 1)); sleep 0.05
done
sleep 0.3
kill -KILL "$dana_pid"
echo "   dana: killed, with $(find "$keep/guardian-dana" -name '*growing*' -exec stat -c %s {} + 2>/dev/null | head -n 1 || echo 0) bytes of the upload on its disk"
wait $send_pid || true
kill -CONT "$chen_pid"
echo "   chen: back again, and catching up"
me send

say "5. The witness checks in: a signed sign of life on at least three guardians' disks"
me checkin
me status --json > "$keep/status.json"
case_id=$(json_field "$keep/status.json" case)
release_from=$(json_field "$keep/status.json" release_from)
echo "   Now silence. The guardians may release from $release_from."

say "6. The deadline passes. Three of four guardians vote, adopt, and give their shares"
tries=0
until me status --json > "$keep/status.json" 2>/dev/null && [ "$(json_field "$keep/status.json" phase)" = released ]; do
    tries=$((tries + 1)); [ $tries -lt 900 ] || fail "no release: $(cat "$keep/status.json")"
    sleep 0.5
done
me status

say "7. The release folder, built from what any guardian hands out"
# Ana asks the calendar every few seconds whether it has kept its promise; the proof is wanted in the folder.
tries=0
until me publish gate-4 "$keep/release" > "$keep/publish.txt" && [ -d "$keep/release/time/test-blocks" ]; do
    tries=$((tries + 1)); [ $tries -lt 60 ] || fail "no stamp of ana's log came into a block: $(tail -n 5 "$keep/publish.txt")"
    rm -rf "$keep/release"; sleep 1
done
cat "$keep/publish.txt"
hosted=$keep/guardian-ana/published/$case_id
tries=0
until [ -d "$hosted" ] || [ $tries -ge 60 ]; do tries=$((tries + 1)); sleep 0.5; done
[ -d "$hosted" ] || fail "ana did not publish by itself: $(tail -n 5 "$keep/guardian-ana.log")"
diff -r "$keep/release/data" "$hosted/data" && echo "   ana has published by itself, and its data/ is the same, byte for byte"

cd "$keep/release"
say "8. Without Exhibit: two shares -> the key (npm slip39, age)"
(cd "$root" && node -e '
const slip39 = require("slip39"), fs = require("fs"), dir = process.argv[1];
const words = fs.readdirSync(dir).filter(f => f.endsWith(".json")).sort().map(f => {
  const envelope = JSON.parse(fs.readFileSync(dir + "/" + f));
  return JSON.parse(Buffer.from(envelope.payload, "base64")).words;
}).filter(Boolean).slice(0, 2);
process.stdout.write(Buffer.from(slip39.recoverSecret(words, "")).toString("hex"));
' "$keep/release/shares") > "$keep/check/passphrase"
echo "   two of the guardians' shares give a secret of $(wc -c < "$keep/check/passphrase") hex digits: the passphrase of case-key.age"
(cat "$keep/check/passphrase"; printf '\n'; sleep 4) | \
    script -qec "age -d -o $keep/check/key.txt $keep/release/shares/case-key.age" /dev/null > /dev/null
grep -q '^AGE-SECRET-KEY-1' "$keep/check/key.txt" || fail "age did not open the case key"
echo "   age opened it: an ordinary age identity"

say "9. Without Exhibit: age -d | tar x, and sha256sum of what comes out"
number=0
report=""
for original in "$@"; do
    if [ -d "$original" ]; then continue; fi
    number=$((number + 1))
    id=$(printf '%04d' $number)
    name=$(basename "$original")
    mkdir -p "$keep/check/$id"
    age -d -i "$keep/check/key.txt" "data/$id.age" | tar x -C "$keep/check/$id"
    want=$(sha256sum < "$original" | cut -d' ' -f1)
    by_age=$(sha256sum < "$keep/check/$id/$name" | cut -d' ' -f1)
    by_us=$(sha256sum < "data/$id/$name" | cut -d' ' -f1)
    [ "$want" = "$by_age" ] && [ "$want" = "$by_us" ] || fail "$name: $want is not $by_age and $by_us"
    report="$report   $id  $name
         original   $want
         published  $by_us
"
    echo "   $id $name: age and tar give the original, sha256 $want"
done
sha256sum --quiet -c SHA256SUMS && sha256sum --quiet -c manifest-sha256.txt && echo "   sha256sum -c: $(wc -l < manifest-sha256.txt) files of the bag are as listed"

say "10. Without Exhibit: a torrent program rechecks the folder"
/usr/bin/python3 - "$keep/release" <<'PY'
import glob, sys, time
import libtorrent as lt
folder = sys.argv[1]
torrent = lt.torrent_info(glob.glob(folder + "/*.torrent")[0])
session = lt.session({"enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
                      "listen_interfaces": "127.0.0.1:0"})
handle = session.add_torrent({"ti": torrent, "save_path": folder})
for _ in range(600):
    if handle.status().is_seeding: break
    time.sleep(0.1)
if not handle.status().is_seeding: sys.exit("the torrent program does not find the files whole")
print("   libtorrent %s: all of %d files rechecked, info hash %s" % (lt.__version__, torrent.num_files(), torrent.info_hashes().v2))
PY

say "11. Without Exhibit: who signed (openssl over the DSSE envelopes)"
check() {
    type=$(sed 's/.*"payloadType":"\([^"]*\)".*/\1/' "$1")
    sed 's/.*"payload":"\([^"]*\)".*/\1/' "$1" | tr -d '\n' | base64 -d > "$keep/check/payload"
    sed 's/.*"sig":"\([^"]*\)".*/\1/' "$1" | tr -d '\n' | base64 -d > "$keep/check/sig"
    { printf 'DSSEv1 %d %s %d ' ${#type} "$type" "$(wc -c < "$keep/check/payload")"; cat "$keep/check/payload"; } > "$keep/check/pae"
    openssl pkeyutl -verify -pubin -inkey "$2" -rawin -in "$keep/check/pae" -sigfile "$keep/check/sig" > /dev/null
}
check data/policy.json keys/witness-*.pem && echo "   the policy: signed by the witness's key"
check proofs/subject.json keys/witness-*.pem && echo "   the check-in that ran out: signed by the witness's key"
adopted=0
for file in adoptions/*.json; do
    guardian=$(basename "$file" | sed 's/[-.].*//')
    key=$(ls keys/guardian-"$guardian"*.pem | head -n 1)
    check "$file" "$key" || fail "the adoption $file does not verify"
    adopted=$((adopted + 1))
done
echo "   $adopted guardians' adoptions: each signed by that guardian's key"
[ $adopted -ge 3 ] || fail "fewer than three adoptions"

say "12. Without Exhibit: what the guardians logged, and when (Go's checksum database, openssl ts, python-opentimestamps)"
echo "   Go: $(GO111MODULE=off GOPATH=/usr/share/gocode go run "$root/tests/support/check_log.go" "$keep/release")" || fail "the logs do not hold"
stamps=0
for token in time/*/*.tst; do
    openssl ts -verify -token_in -in "$token" -data "${token%.demo.tst}.checkpoint" -CAfile "$keep/authority/ca.pem" \
        -untrusted "$(ls time/authorities/*.crt | head -n 1)" > /dev/null 2>&1 || fail "openssl ts does not verify $token"
    stamps=$((stamps + 1))
done
[ $stamps -gt 0 ] || fail "no state of ana's log was time-stamped"
echo "   openssl ts -verify: $stamps states of ana's log were stamped by the authority"
/usr/bin/python3 - "$keep/release" <<'PY'
import glob, hashlib, sys
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation
from opentimestamps.core.serialize import StreamDeserializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile
from bitcoin.core import CBlockHeader
folder = sys.argv[1]
headers = [CBlockHeader.deserialize(open(f, "rb").read()) for f in glob.glob(folder + "/time/test-blocks/*.header")]
in_block = 0
for file in glob.glob(folder + "/time/*/*.ots"):
    proof = DetachedTimestampFile.deserialize(StreamDeserializationContext(open(file, "rb")))
    state = open(file[:-4] + ".checkpoint", "rb").read()
    if proof.file_digest != hashlib.sha256(state).digest(): sys.exit(file + " is over something else")
    in_block += any(isinstance(a, BitcoinBlockHeaderAttestation) and any(m == h.hashMerkleRoot for h in headers)
                    for m, a in proof.timestamp.all_attestations())
if in_block == 0: sys.exit("no proof leads into a block")
print("   opentimestamps: %d states of ana's log are in blocks (of a chain made for this test)" % in_block)
PY

say "13. A newsroom publishes a copy that says where it comes from (C2PA)"
cd "$keep"
"$exhibit" --passphrase-fd 3 provenance key "$keep/newsroom" --name "Newsroom of the drill" 3<<'PASS'
a sentence that only the newsroom of this drill knows
PASS
id=$(cd release/data && for file in */*; do case $file in *.mp4 | *.MP4) echo "$file"; break ;; esac; done)
if [ -n "$id" ]; then
    "$exhibit" --passphrase-fd 3 provenance sign --signer "$keep/newsroom" --disclose original --disclose seal \
        "release/data/$id" copy.mp4 3<<'PASS'
a sentence that only the newsroom of this drill knows
PASS
    "$exhibit" provenance --trust newsroom/root.pem copy.mp4 || fail "the copy's manifest does not hold"
    grep -q "$(sha256sum < "release/data/$id" | cut -d' ' -f1)" copy.mp4 || fail "the copy does not name its original"
    (cd "$root" && node -e 'import("@contentauth/c2pa-node").then(async ({Reader}) => {
      const {readFileSync} = require("fs"), trust = {trust_anchors: readFileSync(process.argv[2], "utf8")};
      const reader = await Reader.fromAsset({path: process.argv[1], mimeType: "video/mp4"}, JSON.stringify({trust}));
      if (reader.json().validation_state !== "Trusted") process.exit(1);
      console.log("   c2pa-node: Trusted, with the newsroom\x27s root as anchor"); })' "$keep/copy.mp4" "$keep/newsroom/root.pem") ||
        fail "c2pa-node does not take the copy"
fi

say "14. exhibit custody, and exhibit verify: in plain sentences"
"$exhibit" custody release > custody.txt || fail "the custody table shows trouble"
head -n 12 custody.txt
echo "   … $(wc -l < custody.txt) lines in all"
# Of the authority that stamped the log the reader has the root.
"$exhibit" verify --trust-stamps "$keep/authority/ca.pem" release || fail "verify found trouble"

say "Summary"
printf '%s' "$report"
cat <<END

   A witness sealed $number file(s), sent them to four guardians abroad, and fell silent. One guardian was
   killed in the middle of the upload and stayed dead; another was cut off for a while. The other three
   agreed that the deadline had passed, the key was rebuilt from their shares, and the footage was
   published, byte for byte as it was filmed. age, tar, sha256sum, a torrent program, slip39 and
   openssl confirmed it without Exhibit. This was a drill: every artefact says so.

   Look at it:   $keep/release/index.html    (and HOW-TO-CHECK.txt beside it)
   It took $(( $(date +%s) - started )) s.
END
if [ -n "$open_page" ]; then
    xdg-open "$keep/release/index.html" 2>/dev/null ||
        fail "no browser could be opened here: open $keep/release/index.html yourself"
fi
