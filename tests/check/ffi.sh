#!/bin/sh
# The shared library from other languages: the programs in tests/ffi all print the same. A language
# that is not here is skipped.
. tests/check/checks.sh

library=$BUILD/libnetweight.so.0
LD_LIBRARY_PATH=$BUILD
export LD_LIBRARY_PATH
same() {
    "$@" > "$work/output" 2> "$work/errors" || { cat "$work/errors"; return 1; }
    tr -d '\r' < "$work/output" | diff tests/ffi/expected.txt -
}
# program NAME TOOL COMMAND ...
program() {
    name=$1 tool=$2
    shift 2
    if has "$tool"; then
        check "$name" same "$@"
    else
        skip "$name: $tool is not here"
    fi
}

program "Python" python3 python3 -B tests/ffi/model.py "$library"
awk '/^```python$/ {on = 1; next} /^```/ {on = 0} on' README.md > "$work/example.py"
example() {
    [ "$(python3 -B "$work/example.py")" = 7850 ]
}
has python3 && check "the README's example" example

cxx() {
    g++ -std=c++11 -pedantic-errors -Wall -Wextra -Werror -Wno-missing-field-initializers \
        -Iinclude -o "$work/cxx" tests/ffi/model.cpp -L"$BUILD" -lnetweight -pthread && "$work/cxx"
}
program "C++" g++ cxx

# Go's cache does not see that a header changed.
go_program() {
    CGO_CFLAGS="-I$PWD/include" CGO_LDFLAGS="-L$PWD/$BUILD -L$BUILD -lnetweight" \
        GOCACHE="$work/go" GOFLAGS=-mod=mod go run tests/ffi/model.go
}
program "Go" go go_program

rust() {
    rustc --edition 2021 -o "$work/rust" tests/ffi/model.rs -L native="$BUILD" -l netweight &&
        "$work/rust"
}
program "Rust" rustc rust

program "LuaJIT" luajit luajit tests/ffi/model.lua "$library"

if has node && node -e 'require("koffi")' 2> /dev/null; then
    check "Node" same node tests/ffi/model.js "$library"
else
    skip "Node: koffi is not here"
fi

jna=/usr/share/java/jna.jar
if has java && [ -e $jna ]; then
    check "Java" same java -cp $jna -Djna.library.path="$BUILD" tests/ffi/Model.java
else
    skip "Java: JNA is not here"
fi

csharp() {
    mcs -out:"$work/Model.exe" tests/ffi/Model.cs > "$work/mcs" && mono "$work/Model.exe" ||
        { cat "$work/mcs"; return 1; }
}
program "C#" mcs csharp

finish
