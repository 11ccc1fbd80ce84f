#!/bin/sh
# The structure of the sources: who may include whom, how long a file may be.
. tests/check/checks.sh
export LC_ALL=C

# Prints every include of the files of a folder that is not in a list of allowed ones (a regular
# expression), the folder's own headers apart.
includes_of() {
    grep -nE '^ *# *include' $(find "$1" -name '*.[ch]') /dev/null | grep -vE "include +(<[a-z0-9]+\.h>|$2)"
}
own='"[a-z0-9_]+\.(h|def)"'
public='["<]netweight(/kind)?\.h[">]'
check_silent "lib/support includes itself only" includes_of lib/support "($own|\"support/)"
check_silent "lib/core includes support and itself" \
    includes_of lib/core "($own|$public|\"(support|core)/|\"(layers|ops)/[a-z]+\.def\")"
for room in layers ops import report; do
    check_silent "lib/$room includes core, support and itself" \
        includes_of lib/$room "($own|$public|\"(support|core|$room)/)"
done
check_silent "src includes the public header and itself" \
    includes_of src "($own|[\"<]netweight\.h[\">])"

# Floors within a room: files use what stands below them, so no two may use each other, nor in a
# ring of more. tsort names the files of each.
rings_of() {
    awk -f tests/check/floors.awk "$1"/*.c "$1"/*.c | tsort 2>&1 > /dev/null
}
# The cases of the kinds of a file are named after it. Keras 3 is no oracle for legacy kinds, nor for
# layers of keras.applications, nor has a lookup's vocabulary a place in a case.
without_cases() {
    for name in $(sed -n 's|^/\* \([a-z0-9_]*\)\.c \*/$|\1|p' lib/layers/kinds.def); do
        case $name in legacy_* | layer_scale | lookup) continue ;; esac
        [ -f "tests/golden/kinds/$name.json" ] ||
            grep -qaF "$name.json" tests/golden/kinds.zip || echo "lib/layers/$name.c has no cases"
    done
}
check_silent "each file of lib/layers has its cases" without_cases

for room in support support/hdf5 core layers ops import report; do
    check_silent "the files of lib/$room only look down" rings_of lib/$room
done

# Import knows no kind by its name: what kinds were called is in the rows of their past.
names_of_kinds() {
    grep -nE '^[^/]*"(ops\.)?[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*"' lib/import/*.[ch] |
        grep -vE '^lib/import/(optimizer|file)\.c|"(None|True|False|Keras|TensorShape|ListWrapper|DTypePolicy)"'
}
check_silent "no names of kinds in lib/import" names_of_kinds

# A name without a folder must be that of a file beside it.
code=$(find lib src include -name '*.[ch]')
beside() {
    grep -HE '^ *# *include "[^/]+"' $code | sed 's/:.*"\(.*\)".*/ \1/' |
        while read -r file header; do
            [ -f "${file%/*}/$header" ] || [ "$header" = netweight.h ] || echo "$file: $header"
        done
}
check_silent "headers without a folder stand beside the file" beside

standard=' assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal
 stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads
 time uchar wchar wctype '
# What only Windows reads is apart: its text streams need it to pass bytes as they are.
beyond_c11() {
    awk '/^#if.*_WIN32/ {apart = 1} /^#(endif|else|elif)/ {apart = 0}
         !apart && /^ *# *include <[^>]*>/ {print FILENAME ":" $0}' $code |
        sed 's/:.*<\(.*\)>.*/ \1/' |
        while read -r file header; do
            case "$standard netweight netweight/kind " in
                *" ${header%.h} "*) ;;
                *) echo "$file: <$header>" ;;
            esac
        done
}
check_silent "only headers of C11" beyond_c11

sources() { git ls-files -co --exclude-standard "$@" 2> /dev/null || find . -name '*.[ch]'; }
too_long() {
    sources '*.c' '*.h' '*.def' '*.awk' Makefile | while read -r file; do
        [ ! -f "$file" ] || awk 'END {if (NR > 600) {print FILENAME ": " NR " lines"}}' "$file"
    done
}
check_silent "no file over 600 lines" too_long
untidy() {
    sources '*.c' '*.h' '*.def' | while read -r file; do
        [ ! -f "$file" ] || awk '
            length($0) > 100 {print FILENAME ":" FNR ": over 100 columns"}
            /[ \t]$/ {print FILENAME ":" FNR ": space at the end"}
            /\t/ {print FILENAME ":" FNR ": a tab"}' "$file"
    done
}
check_silent "lines of at most 100 columns, no tabs, no space at the end" untidy

finish
