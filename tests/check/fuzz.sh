#!/bin/sh
# fuzz.sh TARGET SECONDS: runs a libFuzzer target on its corpus, which grows beside it, and on
# the folders of its name under tests/fuzz and the golden files.
. tests/check/checks.sh

name=$(basename "$1")
seeds=
for folder in tests/fuzz/${name#fuzz_} "$GOLDEN/${name#fuzz_}"; do
    [ ! -d "$folder" ] || seeds="$seeds $folder"
done
mkdir -p "$1.corpus"
check "$name for $2 s" "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$1." "$1.corpus" $seeds

finish
