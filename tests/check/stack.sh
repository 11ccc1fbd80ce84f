#!/bin/sh
# The deepest nesting that is allowed needs no more than a stack of 256 KiB.
. tests/check/checks.sh

in_little_stack() {
    (ulimit -s 256 && "$@")
}

check "nesting on a stack of 256 KiB" in_little_stack "$BUILD/tests/test_nesting"

finish
