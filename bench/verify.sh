#!/bin/sh
# verify of a large release beside two openssl at a time over the same files, one after the other in turn:
# medians of RUNS, peak memory, ratios.
#
#   bench/verify.sh [EXHIBITS] [MIB_EACH]      200 and 10 unless said; 200 100 is a release of 20 GB,
#                                              for which 65 GB of disk are needed
#   RUNS=5  BENCH_DIR=build/bench-verify
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
exhibit=${EXHIBIT_BIN:-$root/build/release/bin/exhibit}
exhibits=${1:-200}
mib=${2:-10}
runs=${RUNS:-5}
dir=${BENCH_DIR:-$root/build/bench-verify}
rm -rf "$dir"; mkdir -p "$dir"; cd "$dir"
trap 'rm -rf "$dir"' EXIT

TMPDIR="$dir" "$root/build/release/bin/exhibit_large_release" "$dir/out" "$exhibits" "$mib"
sync
find out/data -type f > all
echo "data/ holds $(tr '\n' '\0' < all | du -cbL --files0-from=- | tail -n 1 | cut -f1) bytes: $exhibits originals and their ciphertexts; $(nproc) cores;" \
    "medians of $runs runs; load now $(cut -d' ' -f1 /proc/loadavg)"

timed() { # NAME COMMAND...: appends "wall cpu rss_kib"
    name=$1; shift
    /usr/bin/time -o one.time -f '%e %U %S %M' "$@" > one.out 2> one.err || { tail -n 5 one.out one.err; echo "bench: $name failed" >&2; exit 1; }
    tail -n 1 one.time | awk '{ print $1, $2 + $3, $4 }' >> "$name.times"
}
column() { cut -d' ' -f"$2" "$1.times" | sort -n | awk '{ a[NR] = $1 } END { print (NR % 2) ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }
peak() { cut -d' ' -f3 "$1.times" | sort -n | tail -n 1 | awk '{ printf "%.0f", $1 / 1024 }'; }
row() { # NAME PEER WORDS: rate against the peer's, by the clock and by processor time
    awk -v w="$(column "$1" 1)" -v c="$(column "$1" 2)" -v pw="$(column "$2" 1)" -v pc="$(column "$2" 2)" \
        -v rss="$(peak "$1")" -v what="$3" \
        'BEGIN { printf "%-44s %7.2f s, of processors %7.2f s, %4d MiB   rate x %.2f (x %.2f by processor time)\n", what, w, c, rss, pw / w, pc / c }'
}

# The files once into memory, where they fit: what is measured is not the disk.
xargs -d '\n' cat < all > /dev/null
i=0
while [ $i -lt "$runs" ]; do
    i=$((i + 1))
    timed openssl sh -c "xargs -d '\n' -n 8 -P 2 openssl dgst -sha256 < all"
    timed folder "$exhibit" verify out
done
row openssl openssl "openssl dgst -sha256, two at a time"
row folder openssl "exhibit verify (and the ciphertexts' roots)"
echo "target: rate x 0.85 or more, 64 MiB at most"
