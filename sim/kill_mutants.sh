#!/bin/sh
# kill_mutants.sh PROGRAMS PATCHES: every broken variant of the rules breaks a promise. `seeds` names for each a
# seed that shows it; when the rules have changed and it no longer does, another is searched for among 10,000.
set -eu
programs=$1 patches=$2
bad=0
printf '%-34s %-26s %s\n' 'broken rule' 'promise that it broke' 'seed'
for patch in "$patches"/*.patch; do
    name=$(basename "$patch" .patch)
    seed=$(awk -v name="$name" '$1 == name { print $2 }' "$patches/seeds")
    out=
    if [ -n "$seed" ] && ! out=$("$programs/mutant_$name" --seed "$seed"); then
        promise=$(printf '%s\n' "$out" | sed -n 's/^BROKEN: \([^,:]*\).*/\1/p' | head -n 1)
        printf '%-34s %-26s %s\n' "$name" "$promise" "$seed"
        continue
    fi
    if out=$("$programs/mutant_$name" --seeds 10000); then
        printf '%-34s SURVIVED 10000 seeds\n' "$name"
        bad=$((bad + 1))
        continue
    fi
    promise=$(printf '%s\n' "$out" | sed -n 's/^BROKEN: \([^,:]*\).*/\1/p' | head -n 1)
    seed=$(printf '%s\n' "$out" | sed -n 's/.*--seed \([0-9]*\).*/\1/p' | head -n 1)
    printf '%-34s %-26s %s   (new: write it into sim/mutations/seeds)\n' "$name" "$promise" "$seed"
done
[ "$bad" -eq 0 ]
