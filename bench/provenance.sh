#!/bin/sh
# Signing and checking a video of a gigabyte beside c2pa-node 0.8.0 and beside plain SHA-256, in one run:
# medians of RUNS, peak memory, ratios. The video is a real clip over and over, without encoding it anew.
#
#   bench/provenance.sh [SIZE_MB]      1000 unless said
#   RUNS=5  BENCH_DIR=build/bench-provenance  WITH_20GB=1 (memory at 20 GB: needs 21 GB of disk)
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
exhibit=${EXHIBIT_BIN:-$root/build/release/bin/exhibit}
clip=${EXHIBIT_SHARED:-$root/../shared}/footage/video/gopro-karma-coast.mp4
size_mb=${1:-1000}
runs=${RUNS:-5}
dir=${BENCH_DIR:-$root/build/bench-provenance}
export EXHIBIT_ROOT="$root"
rm -rf "$dir"; mkdir -p "$dir"; cd "$dir"
trap 'rm -rf "$dir"' EXIT

for need in ffmpeg node openssl; do
    command -v $need > /dev/null || { echo "bench: $need is missing" >&2; exit 1; }
done

# --- the video, and a signer with a root of its own

loops=$((size_mb * 1000000 / $(stat -c %s "$clip")))
ffmpeg -nostdin -v error -stream_loop "$loops" -i "$clip" -map 0:v -map 0:a -c copy -movflags faststart one.mp4
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
    -subj "/CN=bench root" -days 30 -addext keyUsage=critical,keyCertSign 2> /dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr \
    -subj "/CN=bench/O=bench" 2> /dev/null
printf '%s\n' basicConstraints=critical,CA:false keyUsage=critical,digitalSignature \
    extendedKeyUsage=emailProtection,1.3.6.1.4.1.62558.2.1 subjectKeyIdentifier=hash \
    authorityKeyIdentifier=keyid > leaf.ext
openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out leaf.pem \
    -extfile leaf.ext 2> /dev/null
echo "a video of $(stat -c %s one.mp4) bytes; $(nproc) cores; medians of $runs runs; load now $(cut -d' ' -f1 /proc/loadavg)"

# --- measuring

# timed NAME COMMAND...: runs it once, appends "seconds rss_kib" to NAME.times
timed() {
    name=$1; shift
    sync  # what the one before left to be written does not count
    /usr/bin/time -o one.time -f '%e %M' "$@" > one.out 2> one.err || { cat one.out one.err; echo "bench: $name failed" >&2; exit 1; }
    tail -n 1 one.time >> "$name.times"
}
median() { cut -d' ' -f1 "$1.times" | sort -n | awk '{ a[NR] = $1 } END { print (NR % 2) ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }
peak() { cut -d' ' -f2 "$1.times" | sort -n | tail -n 1 | awk '{ printf "%.0f", $1 / 1024 }'; }
# row NAME PEER WORDS TARGET: the median, the peak, and how many times faster (or slower) than the peer
row() {
    awk -v n="$(median "$1")" -v m="$(median "$2")" -v rss="$(peak "$1")" -v what="$3" -v target="${4:-}" \
        'BEGIN { printf "%-34s %7.2f s %5d MiB   %.2f x the time of %s  %s\n", what, n, rss, n / m, "'"$2"'", target }'
}
sign() { "$exhibit" --json provenance sign --key leaf.key --chain leaf.pem "$@"; }

i=0
while [ $i -lt "$runs" ]; do
    i=$((i + 1))
    rm -f node.mp4; timed node-sign node "$root/bench/provenance.mjs" sign one.mp4 node.mp4
    rm -f ours.mp4; timed sign "$exhibit" --json provenance sign --key leaf.key --chain leaf.pem one.mp4 ours.mp4
    grep -o '"sync_ms":[0-9]*' one.out | cut -d: -f2 | awk '{ print $1 / 1000, 0 }' >> sync.times
    rm -f node.mp4
    timed openssl openssl dgst -sha256 ours.mp4
    timed check "$exhibit" provenance --trust ca.pem ours.mp4
    timed node-read node "$root/bench/provenance.mjs" read ours.mp4
    grep -q Trusted one.out || { echo "bench: c2pa-node says $(cat one.out) of our file" >&2; exit 1; }
    rm -f beside.c2pa
    timed openssl openssl dgst -sha256 one.mp4
    timed beside "$exhibit" --json provenance sign --beside --key leaf.key --chain leaf.pem one.mp4 beside.c2pa
    # What the disk alone takes for as many bytes.
    rm -f disk.mp4; timed disk dd if=one.mp4 of=disk.mp4 bs=1M conv=fsync status=none
    rm -f disk.mp4
done

row openssl openssl "openssl dgst -sha256"
row disk openssl "cp and fsync"
row node-sign node-sign "c2pa-node sign (no fsync)"
row sign node-sign "exhibit provenance sign" "(target 0.33; $(median sync) s of it fsync at the end)"
row node-read node-read "c2pa-node read"
row check node-read "exhibit provenance" "(target 0.33)"
row check openssl "exhibit provenance" "(target 1.6)"
row beside openssl "exhibit provenance sign --beside" "(target 1.6)"

# A movie box of 40 MB: ten million chunks.
node -e '
    const {writeFileSync} = require("fs");
    const box = (type, ...payload) => {
        const head = Buffer.alloc(8), size = payload.reduce((sum, one) => sum + one.length, 8);
        head.writeUInt32BE(size), head.write(type, 4);
        return Buffer.concat([head, ...payload]);
    };
    const chunks = 10e6, head = Buffer.alloc(8), places = Buffer.alloc(4 * chunks);
    head.writeUInt32BE(chunks, 4);
    for (let i = 0; i < chunks; ++i) places.writeUInt32BE(chunks * 4 + 200 + i % 1000, 4 * i);
    const movie = ["stbl", "minf", "mdia", "trak", "moov"]
        .reduce((inner, type) => box(type, inner), box("stco", head, places));
    const media = box("mdat", Buffer.alloc(1 << 20));
    writeFileSync("movie.mp4", Buffer.concat([box("ftyp", Buffer.from("isom0000isom")), movie, media]));
'
timed sign-movie "$exhibit" --json provenance sign --key leaf.key --chain leaf.pem movie.mp4 movie-signed.mp4
timed check-movie "$exhibit" provenance --trust ca.pem movie-signed.mp4
echo "peak memory with a movie box of 38 MiB (target 32 MiB and that): sign $(peak sign-movie), check $(peak check-movie) MiB"
rm -f movie.mp4 movie-signed.mp4

if [ -n "${WITH_20GB:-}" ]; then
    # A second mdat of 19 GB that is a hole in the file.
    rm -f ours.mp4 beside.c2pa
    printf '\0\0\0\1mdat\0\0\0\4\154\156\142\0' >> one.mp4  # 19 000 000 000 bytes, more or less
    truncate -s "+$((0x046c6e6200 - 16))" one.mp4
    timed beside-20 "$exhibit" --json provenance sign --beside --key leaf.key --chain leaf.pem one.mp4 twenty.c2pa
    timed check-beside-20 "$exhibit" provenance --sidecar twenty.c2pa --trust ca.pem one.mp4
    timed sign-20 "$exhibit" --json provenance sign --key leaf.key --chain leaf.pem one.mp4 twenty.mp4
    rm -f one.mp4
    timed check-20 "$exhibit" provenance --trust ca.pem twenty.mp4
    echo "peak memory at $(stat -c %s twenty.mp4) bytes (target 32 MiB): sign $(peak sign-20), check $(peak check-20)," \
        "beside $(peak beside-20), check beside $(peak check-beside-20) MiB"
    echo "times at 20 GB: sign $(median sign-20) s, check $(median check-20) s, beside $(median beside-20) s"
fi
