#!/bin/sh
# The command of other processors and C libraries prints what this machine's prints. A target
# needs a compiler and, if it is another processor, qemu-user; without them it is skipped.
. tests/check/checks.sh

golden=$GOLDEN
models=$(find $golden/files $golden/models/keras-1.2.2 $golden/models/keras-2.12 \
    $golden/models/keras-3 -name '*.json' ! -name '*.facts.json' -o \
    -name '*.h5' -o -name '*.keras' | LC_ALL=C sort)
runs() {
    for model in $models; do
        for arguments in "" "--format json" "explain"; do
            $1 $arguments "$model"
            echo "exit status $?"
        done
    done
    $1 -e "Sequential([LSTM(7, input_shape=(None, 5)), Dense(3, activation='relu')])"
    $1 -e "Sequential([Dropout(0.1, input_shape=(3,)), Dense(-3)])"
    $1 kinds
    $1 kinds Conv2D
}

# A compiler may be there without its C library.
builds_programs() {
    has "$1" && echo 'int main(void) { return 0; }' |
        "$1" -static -include stdint.h -x c -o "$work/program" - 2> /dev/null
}
target() {
    machine=$1 compiler=$2 emulator=$3
    if ! builds_programs "$compiler" || ! has "${emulator:-true}"; then
        skip "$machine: $compiler or $emulator is not here, or not whole"
        return
    fi
    check "$machine: build" built "$compiler" "$BUILD/$machine"
    runs "$emulator $BUILD/$machine/netweight" > "$work/$machine" 2>&1
    check "$machine: the same output" cmp "$work/native" "$work/$machine"
}
built() {
    "${MAKE:-make}" -s "CC=$1" "BUILD=$2" LDFLAGS=-static "$2/netweight" > "$work/log" 2>&1 ||
        { cat "$work/log"; return 1; }
}

check "this machine: build" built "$CC" "$BUILD/native"
runs "$BUILD/native/netweight" > "$work/native" 2>&1
crashes() { grep -n 'exit status [^01]' "$work/native"; }
check_silent "this machine: no crash" crashes
target musl musl-gcc ""
target i386 i686-linux-gnu-gcc qemu-i386
target aarch64 aarch64-linux-gnu-gcc qemu-aarch64
target s390x s390x-linux-gnu-gcc qemu-s390x

# What Windows is given: built without a warning, and the DLL exports what the headers declare.
windows=x86_64-w64-mingw32
windows_built() {
    "${MAKE:-make}" -s CC=$windows-gcc AR=$windows-ar "BUILD=$BUILD/windows" CFLAGS='-O1 -Werror' \
        all > "$work/log" 2>&1 || { cat "$work/log"; return 1; }
}
dll_exports() {
    $windows-objdump -p "$BUILD/windows/libnetweight-0.dll" |
        awk '$1 ~ /^\[/ && $NF ~ /^nwt_/ {print $NF}' | LC_ALL=C sort
}
declared() {
    sed -n '/^NWT_API/{s/(.*//;s/.*[ *]//;p;}' include/netweight.h include/netweight/*.h |
        LC_ALL=C sort
}
if has $windows-gcc; then
    check "windows: build" windows_built
    dll_exports > "$work/dll"
    declared > "$work/declared"
    check "windows: the exports" diff "$work/declared" "$work/dll"
    check "windows: the import library" test -s "$BUILD/windows/libnetweight.dll.a"
    if has wine; then
        check "windows: runs" test "$(wine "$BUILD/windows/netweight.exe" --version)" = \
            "$("$BUILD/native/netweight" --version)"
    fi
else
    skip "windows: $windows-gcc is not here"
fi

finish
