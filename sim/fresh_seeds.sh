#!/bin/sh
# fresh_seeds.sh PROGRAM: lives that nobody has lived yet. Four minutes where CI says so, else twenty seconds.
set -eu
if [ "${CI:-}" = true ]; then seconds=240; else seconds=20; fi
# Never the same ones twice; what is printed with a failure replays it.
from=$(($(date +%s) * 1000))
exec "$1" --from "$from" --seconds "${EXHIBIT_SIM_SECONDS:-$seconds}"
