#!/bin/sh
# replay.sh PROGRAM: the same seed is the same life, event by event.
set -eu
# The long ones each broke a promise once: a clock that was set back, a disk that was full after it had gone back,
# a change that came to q when it was given up.
for seed in 3 8 21 72 1036 1795991268123 1795992438807 1900000093569; do
    "$1" --seed "$seed" --trace >"replay-$seed.a" || exit 1
    "$1" --seed "$seed" --trace >"replay-$seed.b" || exit 1
    cmp "replay-$seed.a" "replay-$seed.b"
    printf 'seed %s: %s lines twice the same\n' "$seed" "$(wc -l <"replay-$seed.a")"
    rm "replay-$seed.a" "replay-$seed.b"
done
