#!/bin/sh
# Whole commands beside their peers on the same file, in one run: medians of RUNS, peak memory, ratios.
#
#   bench/run.sh [SIZE_MIB]        1024 unless said; called by ./dev bench
#   RUNS=5  BENCH_DIR=build/bench  WITH_8GIB=1 (also seal 8 GiB and a pipe, for the memory)
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
exhibit=${EXHIBIT_BIN:-$root/build/release/bin/exhibit}
size_mib=${1:-1024}
runs=${RUNS:-5}
dir=${BENCH_DIR:-$root/build/bench}
rm -rf "$dir"; mkdir -p "$dir"; cd "$dir"
pids=""
trap 'for pid in $pids; do kill "$pid" 2>/dev/null || true; done' EXIT INT TERM

echo "footage: $size_mib MiB of random bytes; $(nproc) cores; medians of $runs runs"
head -c "$((size_mib * 1048576))" /dev/urandom > footage.bin
head -c 20 /dev/urandom | base64 > passphrase

# A case on four guardians of this machine, so that seal, send and verify do what they really do.
: > invitations
for name in ana bruno chen dana; do
    "$exhibit" guard serve --data "g-$name" --listen 127.0.0.1:0 --name $name > "g-$name.log" 2>&1 &
    pids="$pids $!"
    until grep -q 'is up on port' "g-$name.log"; do sleep 0.1; done
    "$exhibit" guard invite --data "g-$name" --quota 100G | grep -o 'exhibit-guardian-1.*' >> invitations
done
"$exhibit" --dir w --passphrase-fd 3 init bench --guardians invitations --drill --every 10h --grace 10h --audience public 3< passphrase > /dev/null
age-keygen -o key.txt 2> /dev/null
recipient=$(age-keygen -y key.txt)

# timed NAME COMMAND...: runs it once, appends "seconds rss_kib" to NAME.times
timed() {
    name=$1; shift
    sync
    /usr/bin/time -o one.time -f '%e %M' "$@" > one.out 2>&1 || { cat one.out; echo "bench: $name failed" >&2; exit 1; }
    tail -n 1 one.time >> "$name.times"
}
# The part of the last command that was fsync is in its JSON; it is taken off and reported apart.
less_sync() { # NAME
    ms=$(grep -o '"sync_ms":[0-9]*' one.out | cut -d: -f2)
    awk -v ms="${ms:-0}" '{ print $1 - ms / 1000, $2 }' one.time | tail -n 1 >> "$1.times"
    awk -v ms="${ms:-0}" 'BEGIN { print ms / 1000, 0 }' >> "$1-fsync.times"
}
median() { cut -d' ' -f1 "$1.times" | sort -n | awk '{ a[NR] = $1 } END { print (NR % 2) ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }
peak() { cut -d' ' -f2 "$1.times" | sort -n | tail -n 1 | awk '{ printf "%.0f", $1 / 1024 }'; }
row() { # NAME PEER TARGET WORDS
    awk -v n="$(median "$1")" -v m="$(median "$2")" -v rss="$(peak "$1")" -v t="$3" -v what="$4" -v mib="$size_mib" \
        'BEGIN { printf "%-34s %7.2f s %6.0f MB/s %5s MiB   x %.2f  %s\n", what, n, mib * 1.048576 / (n > 0 ? n : 1), rss, n / (m > 0 ? m : 1), t }'
}

i=0
while [ $i -lt "$runs" ]; do
    i=$((i + 1))
    rm -f out.age; timed age-r age -r "$recipient" -o out.age footage.bin
    rm -rf w2; cp -r w w2
    timed seal-all "$exhibit" --dir w2 --json seal footage.bin; less_sync seal
    timed openssl openssl dgst -sha256 footage.bin
    rm -f out.gpg; timed gpg gpg --batch --yes --pinentry-mode loopback --passphrase-file passphrase --compress-algo none -o out.gpg -c footage.bin
    rm -rf borg-repo; BORG_PASSPHRASE=x borg init -e repokey borg-repo > /dev/null 2>&1 || true
    export BORG_PASSPHRASE=x
    timed borg borg create --compression none borg-repo::one footage.bin
    rm -rf restic-repo; export RESTIC_PASSWORD=x
    restic init -q -r restic-repo > /dev/null 2>&1
    timed restic restic backup -q -r restic-repo footage.bin
done
rm -rf borg-repo restic-repo out.gpg

# The floor: what the kernels of a seal cost on this processor, spread over two cores.
"$root/build/release/bin/exhibit_bench" --benchmark_filter='original_digester$|piece_tree$' --benchmark_min_time=0.5 \
    --benchmark_format=csv 2> /dev/null > kernels.csv || true
floor=$(awk -F, -v mib="$size_mib" '/original_digester|piece_tree/ { sum += mib * 1048576 / $6 } END { printf "%.2f", sum / 2 + mib / 1024 * 0.13 }' kernels.csv)

# Opening: with the case key, which for the bench is the key of a reader.
rm -rf w3; cp -r w w3
"$exhibit" --dir w3 --json seal --reader "$recipient" footage.bin > /dev/null
sealed=w3/bench/exhibits/0001.age
i=0
while [ $i -lt "$runs" ]; do
    i=$((i + 1))
    rm -f out.tar; timed age-d age -d -i key.txt -o out.tar "$sealed"
    rm -rf opened out.tar
    timed open-all "$exhibit" --json open --key key.txt --out opened "$sealed"; less_sync open
done
cmp opened/footage.bin footage.bin
rm -rf opened

# The disk: sequential fsynced writes in the same steps of 8 MiB. Then send to one guardian, durable. In turn, each
# time another exhibit, because what a disk can do differs from minute to minute.
rm -rf w4; cp -r w3 w4
i=0
while [ $i -lt "$runs" ]; do
    i=$((i + 1))
    [ $i = 1 ] || "$exhibit" --dir w4 --json seal footage.bin > /dev/null
    timed disk sh -c "n=0; while [ \$n -lt $((size_mib / 8)) ]; do dd if=footage.bin of=disk.bin bs=8M count=1 skip=\$n seek=\$n conv=notrunc,fsync status=none; n=\$((n + 1)); done"
    rm -f disk.bin
    timed send "$exhibit" --dir w4 --json send --no-wait --to ana
    "$exhibit" --dir w4 --json send > /dev/null  # until the others have copied it too
done

row age-r age-r "" "age -r"
row seal age-r "(target 2.0, aim 1.3)" "exhibit seal, fsync apart"
echo "    of which fsync and rename: $(median seal-fsync) s; floor of its hashing and encryption on two cores: $floor s"
row gpg age-r "" "gpg -c"
row borg age-r "" "borg create"
row restic age-r "" "restic backup"
row age-d age-d "" "age -d"
row open age-d "(target 1.2, aim 1.0)" "exhibit open, fsync apart"
row openssl openssl "" "openssl dgst -sha256"
row disk disk "" "disk: 8 MiB writes, each fsynced"
row send disk "(target 2.0: half the rate)" "exhibit send to one guardian"

# verify of a published original, beside openssl on the same file.
passed() { "$exhibit" --dir w4 --passphrase-fd 3 "$@" 3< passphrase; }
passed release --yes > /dev/null
"$exhibit" --dir w4 publish bench out > /dev/null
i=0
while [ $i -lt "$runs" ]; do
    i=$((i + 1))
    timed dgst openssl dgst -sha256 out/data/0001/footage.bin
    timed verify "$exhibit" verify out/data/0001/footage.bin
done
row dgst dgst "" "openssl dgst of the original"
row verify dgst "(target 1.2)" "exhibit verify of the original"

if [ -n "${WITH_8GIB:-}" ]; then
    rm -rf w5 out; cp -r w w5
    mkfifo pipe; (cat footage.bin > pipe &)
    timed seal-pipe sh -c "'$exhibit' --dir w5 --json seal --name pipe.bin - < pipe"
    truncate -s 8G eight.bin
    timed seal-8gib "$exhibit" --dir w5 --json seal eight.bin
    echo "peak memory of seal: $(peak seal-all) MiB for $size_mib MiB, $(peak seal-pipe) MiB for a pipe, $(peak seal-8gib) MiB for 8 GiB"
fi
echo
"$root/bench/provenance.sh" "$((size_mib * 1048576 / 1000000))" || true
echo
"$root/bench/verify.sh" || true
echo
# An answer waits for a tenth of a second, whoever asks (duress), so many must be on their way.
"$root/build/release/bin/exhibit_load" 10000 256 || true
echo
"$root/build/release/bin/exhibit_log"
echo
echo "answers to check-ins by the true and by the duress passphrase:"
"$root/build/release/bin/exhibit_duress"
