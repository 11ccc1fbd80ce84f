#!/bin/sh
# The public headers stand alone in every C and C++, and keep to what any language can call.
. tests/check/checks.sh

compiles() {
    echo "#include \"$4\"" > "$work/header.c"
    "$1" -x "$2" -std="$3" -pedantic -Wall -Wextra -Wstrict-prototypes -Werror -Iinclude \
        -fsyntax-only "$work/header.c"
}
compiles_cxx() {
    echo "#include \"$4\"" > "$work/header.cc"
    "$1" -x "$2" -std="$3" -pedantic -Wall -Wextra -Werror -Iinclude -fsyntax-only \
        "$work/header.cc"
}

for header in netweight.h netweight/kind.h netweight/work.h; do
    for compiler in gcc clang; do
        for standard in c11 c17 c2x; do
            if has $compiler; then
                check "$header: $compiler -std=$standard" compiles $compiler c $standard $header
            else
                skip "$header: $compiler -std=$standard"
            fi
        done
    done
    for compiler in g++ clang++; do
        for standard in c++11 c++14 c++17 c++20 c++2b; do
            if has $compiler; then
                check "$header: $compiler -std=$standard" compiles_cxx $compiler c++ $standard $header
            else
                skip "$header: $compiler -std=$standard"
            fi
        done
    done
done

for compiler in g++ clang++; do
    for standard in c++11 c++20; do
        if has $compiler; then
            check "netweight.hpp: $compiler -std=$standard" \
                compiles_cxx $compiler c++ $standard netweight.hpp
        fi
    done
done

# What the headers declare, without comments and the C library's own headers.
declarations() {
    for name in netweight netweight/kind netweight/work; do
        header="$work/$(basename $name).h"
        sed 's/^#include.*//' include/$name.h > "$header"
        $CC -E -P -w "$header"
    done
}
matching() {
    declarations | grep -nE "$1"
}
check_silent "no long, bool, FILE or inline in the ABI" \
    matching '\b(long|short|unsigned|_Bool|bool|FILE|inline|float)\b'
check_silent "no varargs" matching '\.\.\.'
check_silent "no bit-fields" matching '^ *[a-z0-9_]+ +[a-z_]+ *: *[0-9]'
check_silent "no exported data" matching '^extern [^"(]*;'
versions() {
    sed -n 's/^#define NWT_VERSION_[MPI][A-Z]* //p' include/netweight.h | paste -sd.
    sed -n 's/^#define NWT_VERSION "\(.*\)"/\1/p' include/netweight.h
}
check "NWT_VERSION is made of its parts" test "$(versions | uniq | wc -l)" -eq 1

finish
