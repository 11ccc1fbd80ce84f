#!/bin/sh
# A build depends on the sources alone: not on the folder, the order, or what was there before.
. tests/check/checks.sh

products='netweight libnetweight.a libnetweight.so.[0-9]*.*'
copy() {
    mkdir -p "$work/$1" && cp -R Makefile include lib src man pkgconfig "$work/$1"
}
build() {
    folder=$1
    shift
    (cd "$work/$folder" && "${MAKE:-make}" -s "CC=$CC" "$@") > "$work/log" 2>&1 ||
        { cat "$work/log"; return 1; }
}
sums() {
    (cd "$work/$1" && cksum $products)
}

copy one
copy another/folder
check "one process" build one -j1
check "many processes, another folder" build another/folder -j8 BUILD=elsewhere
sums one/build > "$work/first"
sums another/folder/elsewhere > "$work/second"
check "the same bytes" diff "$work/first" "$work/second"

nothing_to_do() {
    build one -q all
}
check "nothing is left to build" nothing_to_do
touched() {
    sleep 1
    touch "$work/one/$1"
    ! build one -q all
}
for file in Makefile include/netweight.h lib/support/text.h src/*.c; do
    check "built again after a change of $file" touched "$file"
    check "up to date again" build one -j2 all
done

finish
