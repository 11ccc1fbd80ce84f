#!/bin/sh
# Fetches the parser that the benchmarks compare with, as its package on PyPI has it, into $1; says
# so and leaves nothing if there is no network or no pip.
into=$1
rm -rf "$into"
mkdir -p "$into" || exit 1
python3 -m pip download -q --no-deps --no-binary :all: -d "$into" yyjson==4.0.6 > "$into/log" 2>&1 &&
    tar xzf "$into"/yyjson-*.tar.gz -C "$into" &&
    cp "$into"/yyjson-*/yyjson/yyjson.[ch] "$into" ||
    echo "without yyjson: it could not be fetched"
touch "$into/tried"
