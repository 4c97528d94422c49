#!/bin/sh
# kill_mutants.sh PROGRAMS PATCHES: every broken variant of the rules breaks a promise. `seeds` names for each a
# seed that shows it; when the rules have changed and it no longer does, another is searched for among 20,000. Only
# a promise that is named counts: a program that died, or is not there, has shown nothing.
set -eu
programs=$1 patches=$2
bad=0
broken() { printf '%s\n' "$1" | sed -n 's/^BROKEN: \([^,:]*\).*/\1/p' | head -n 1; }
printf '%-34s %-26s %s\n' 'broken rule' 'promise that it broke' 'seed'
for patch in "$patches"/*.patch; do
    name=$(basename "$patch" .patch)
    seed=$(awk -v name="$name" '$1 == name { print $2 }' "$patches/seeds")
    out=
    [ -z "$seed" ] || out=$("$programs/mutant_$name" --seed "$seed") || true
    promise=$(broken "$out")
    if [ -n "$promise" ]; then
        printf '%-34s %-26s %s\n' "$name" "$promise" "$seed"
        continue
    fi
    out=$("$programs/mutant_$name" --seeds 20000) || true
    promise=$(broken "$out")
    if [ -z "$promise" ]; then
        printf '%-34s SURVIVED 20000 seeds, or died\n' "$name"
        bad=$((bad + 1))
        continue
    fi
    seed=$(printf '%s\n' "$out" | sed -n 's/.*--seed \([0-9]*\).*/\1/p' | head -n 1)
    printf '%-34s %-26s %s   (new: write it into sim/mutations/seeds)\n' "$name" "$promise" "$seed"
done
[ "$bad" -eq 0 ]
