#!/bin/sh
# The ABI is what it was: symbols, types, sizes, offsets and values as tests/golden/abi.txt has them,
# which is written anew (abi.sh write) only together with a new version. Sizes are those of 64 bits.
. tests/check/checks.sh

headers='include/netweight.h include/netweight/kind.h include/netweight/work.h'
version() { sed -n 's/^#define NWT_VERSION "\(.*\)"/version \1/p' include/netweight.h; }
abi() {
    awk -f tests/check/abi.awk $headers > "$work/abi.c" &&
        $CC -std=c11 -Wall -Werror -Iinclude -o "$work/abi" "$work/abi.c" && version && "$work/abi"
}
if [ "${1:-}" = write ]; then
    abi > tests/golden/abi.txt
    exit
fi
if [ "$(getconf LONG_BIT)" != 64 ]; then
    skip "the ABI: its sizes are those of 64 bits"
    exit
fi
unchanged() {
    abi > "$work/now" && diff tests/golden/abi.txt "$work/now"
}
check "the ABI is that of this version" unchanged

# What the list can't be made to say: a header that the compiler and the list read differently.
exported() { nm -D --defined-only "$BUILD/libnetweight.so" | awk '$2 == "T" {print $3}' | sed 's/@.*//' | sort; }
listed() { sed -n 's/^[^ ].*[ *]\(nwt_[a-z0-9_]*\)(.*);$/\1/p' tests/golden/abi.txt | grep -v '^typedef' | sort; }
exported > "$work/exported"
listed > "$work/listed"
check "every symbol is in the list" diff "$work/listed" "$work/exported"

finish
