#!/bin/sh
# The sources stand as `make format` lays them out.
. tests/check/checks.sh

laid_out() { clang-format --dry-run -Werror $(git ls-files '*.c' '*.h'); }
if ! has clang-format; then
    skip "the layout of the sources: clang-format is not here"
elif ! git ls-files > /dev/null 2>&1; then
    skip "the layout of the sources: git does not know them"
else
    check "the layout of the sources" laid_out
fi

finish
