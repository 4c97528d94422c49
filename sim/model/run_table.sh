#!/bin/sh
# Explores the rows of rows.txt and prints a table of what holds and what breaks.
#
#   run_table.sh PROGRAM GROUP…        PROGRAM: build/release/bin/exhibit_model
#
# Fails when a row comes out otherwise than rows.txt says. MEMORY: gibibytes for each row (4).
set -eu
program=$1
shift
rows=$(dirname "$0")/rows.txt
wrong=0
echo '| what | n/k/q/f | result | states | depth | seconds |'
echo '|---|---|---|---|---|---|'
for group in "$@"; do
    grep "^$group |" "$rows" >/dev/null || { echo "no rows in group $group" >&2; exit 2; }
    # A here-document, not a pipe: `wrong` must live on.
    while IFS='|' read -r _ what expected options; do
        what=$(echo $what)
        expected=$(echo $expected)
        # shellcheck disable=SC2086  # one word an option
        out=$("$program" --memory "${MEMORY:-4}" $options) || true
        first=$(printf '%s\n' "$out" | head -n 1)
        numbers=${first%%:*}
        found=$(printf '%s' "$first" | sed 's/^[^:]*: //; s/,.*//; s/^holds -$/holds/; s/^BROKEN //')
        states=$(printf '%s' "$first" | sed 's/.*, \([0-9]*\) states.*/\1/')
        depth=$(printf '%s' "$first" | sed 's/.*depth \([0-9]*\).*/\1/')
        seconds=$(printf '%s' "$first" | sed 's/.*, \([0-9]*\) s$/\1/')
        case $found in holds) said=holds ;; ?) said="**$found broken**" ;; *) said=$found ;; esac
        echo "| $what | $numbers | $said | $states | $depth | $seconds |"
        if [ "$found" != "$expected" ]; then
            wrong=$((wrong + 1))
            printf 'run_table: expected %s:  %s %s\n%s\n' "$expected" "$program" "$options" "$out" >&2
        fi
    done <<END
$(grep "^$group |" "$rows")
END
done
[ "$wrong" -eq 0 ] || { echo "run_table: $wrong rows came out otherwise" >&2; exit 1; }
