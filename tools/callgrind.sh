#!/bin/sh
# Instructions of 100 runs of each variant of a program, set-up included (it is the same for all).
# Usage: tools/callgrind.sh PROGRAM VARIANT...
#   tools/callgrind.sh "dense matrix loop" ours "by hand, unfused"
set -e
cd "$(dirname "$0")/.."
program=$1
shift
bench=$(cargo bench -p ad-benches --features crates --bench ratios --no-run --message-format=json |
    sed -n 's/.*"name":"ratios".*"executable":"\([^"]*\)".*/\1/p')
for variant; do
    count=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" once "$program" "$variant" 2>&1 |
        sed -n 's/.*Collected : //p')
    printf '%-28s %15s\n' "$variant" "$count"
done
