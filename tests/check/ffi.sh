#!/bin/sh
# The shared library from Python, by ctypes alone: a model, a plug-in, the README's example.
. tests/check/checks.sh

if ! has python3; then
    skip "python3 is not here"
    exit 0
fi
python3 -B tests/ffi/ctypes_model.py "$BUILD/libnetweight.so.0" || failures=1

awk '/^```python$/ {on = 1; next} /^```/ {on = 0} on' README.md > "$work/example.py"
example() {
    [ "$(LD_LIBRARY_PATH=$BUILD python3 -B "$work/example.py")" = 7850 ]
}
check "the README's example" example

finish
