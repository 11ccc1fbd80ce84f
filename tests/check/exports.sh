#!/bin/sh
# The libraries hold what the headers declare: no more and no less.
. tests/check/checks.sh

static=$BUILD/libnetweight.a
shared=$(echo "$BUILD"/libnetweight.so.*.*.*)
export LC_ALL=C

# The functions of the headers, as the compiler sees them.
$CC -E -P -Iinclude include/netweight/kind.h | tr '\n' ' ' | grep -o '[^;{}]*;' |
    grep -v typedef | grep -o '\bnwt_[a-z0-9_]* *(' | tr -d ' (' | sort > "$work/header"
nm -D --defined-only "$shared" | awk '$2 != "A" {sub(/@.*/, "", $3); print $3}' |
    sort > "$work/shared"
sed -n 's/^ *\(nwt_[a-z0-9_]*\);/\1/p' "$BUILD/netweight.map" | sort > "$work/map"
nm -g --defined-only "$static" 2> /dev/null | awk 'NF == 3 && $2 == "T" && $3 ~ /^nwt_/ {print $3}' |
    sort > "$work/static"

check "the headers declare functions" test -s "$work/header"
for list in shared map static; do
    check "functions of the headers and of: $list" diff "$work/header" "$work/$list"
done

exported_data() { nm -D --defined-only "$shared" | grep -v ' [TA] '; }
check_silent "the shared library exports functions only" exported_data
other_versions() { nm -D --defined-only "$shared" | awk '$2 != "A"' | grep -v '@@NETWEIGHT_0\.1$'; }
check_silent "every function has its version" other_versions

foreign() { nm -g --defined-only "$static" | awk 'NF == 3 && $3 !~ /^nwti?_/'; }
check_silent "the static library's names begin with nwt_ or nwti_" foreign
writable() {
    size -A "$static" | awk '/ex / {file = $1} /^\.t?(data|bss) / && $2 {print file, $1, $2}'
}
check_silent "no global mutable state" writable

needed() { readelf -d "$shared" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -vE '^lib[cm]\.so'; }
check_silent "the shared library needs the C library only" needed
soname() { readelf -d "$shared" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p'; }
check "the soname is libnetweight.so.0" test "$(soname)" = libnetweight.so.0

# What depends on the locale, ends the program, prints, or is not of the C library of C11.
unwanted() {
    nm -u "$static" | awk 'NF == 2 {print $2}' | sort -u | grep -xE \
        '_?(isoc(99|23)_)?(strto(d|f|ld)|ato[fil]|s?scanf|setlocale|localeconv|__ctype_.*|is[a-z]+|to(upper|lower)|strcoll|printf|puts|putchar|stdout|stderr|stdin|exit|abort|system|open|read|mmap|strdup|strndup|strcasecmp|qsort_r|fseeko|getline|errno_location)'
}
check_silent "the library neither prints nor exits nor asks the locale" unwanted

# A kind is its file, its line in kinds.def under that file, and its constructor, if it has one.
nm -A -g --defined-only "$static" |
    sed -n 's/.*[:(]\([a-z0-9_]*\)\.o[):].* [DR] _*nwti_kind_/\1 /p' | sort > "$work/descriptors"
listed() {
    awk -v row="$2" -v op="$3" '/^\/\* .*\.c \*\/$/ {n = split($2, path, "/"); file = path[n]}
        $0 ~ row {split($0, parts, /[(,)]/); sub(/\.c/, "", file); print file, op parts[2]}' "$1"
}
{
    listed lib/layers/kinds.def '^KIND[(]' ''
    listed lib/ops/ops.def '^[A-Z]+[(]' op_
} | sort > "$work/listed"
check "kinds.def and ops.def list each descriptor under its file" \
    diff "$work/listed" "$work/descriptors"
constructors() {
    tr '\n' ' ' < include/netweight.h |
        grep -oE 'NWT_API nwt_layer \*nwt_[a-z0-9_]+\(nwt_context' |
        sed 's/.*\*\(.*\)(.*/\1/' | grep -vxE 'nwt_layer_(new|parse)' | sort
}
constructors > "$work/constructors"
nm -g --defined-only "$BUILD"/lib/layers/*.o | sed -n 's/.* T \(nwt_\)/\1/p' | sort > "$work/defined"
check "the constructors stand in the files of kinds" diff "$work/constructors" "$work/defined"

# Outside its file nobody names a kind, the containers and the input apart; "Activation" is also the
# heading of a column, "Identity" an initializer.
"$BUILD/netweight" kinds | awk '{print $1}' |
    grep -vxE 'InputLayer|Sequential|Functional|Model' > "$work/names"
named() {
    for file in $(find lib/core lib/report src -name '*.[ch]'); do
        $CC -std=c11 -w -fpreprocessed -dD -E -P "$file" | grep -oE '"[A-Za-z0-9]+"' | tr -d '"' |
            grep -xFf "$work/names" | sed "s|^|$file: |" |
            grep -vE '(columns.c: Activation|function.c: Identity)$'
    done
}
check "the command knows the kinds" test "$(wc -l < "$work/names")" -ge "$(wc -l < "$work/listed")"
check_silent "core, report and the command name no kind" named

finish
