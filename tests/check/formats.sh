#!/bin/sh
# JSON, CSV and Markdown are what other parsers read.
. tests/check/checks.sh

has cmark || skip "Markdown: cmark is not here"
for era in "$GOLDEN"/models/*; do
    [ -d "$era" ] || continue
    models=$(find "$era" -name '*.json' ! -name '*.facts.json' | LC_ALL=C sort)
    check_silent "${era##*/}" python3 tests/check/formats.py "$BUILD/netweight" $models
done
check_silent "odd names" \
    python3 tests/check/formats.py "$BUILD/netweight" tests/golden/command/odd_names.json

finish
