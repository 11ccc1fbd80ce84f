#!/bin/sh
# The command, and tests that do not run for minutes under it, with no error and no leak.
. tests/check/checks.sh

if ! has valgrind; then
    skip "valgrind is not here"
    exit 0
fi
clean() {
    valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all "$@" \
        > "$work/output" 2> "$work/errors"
    status=$?
    [ $status -ne 99 ] && ! grep -q '^==' "$work/errors" && return 0
    cat "$work/errors"
    return 1
}

command=$BUILD/netweight
check "the table of an expression" clean "$command" -e "Sequential([Dense(4, input_dim=3)])"
check "an error in an expression" clean "$command" -e "Sequential([Dense(-4, input_dim=3)])"
check "kinds" clean "$command" kinds
check "the options of a kind" clean "$command" kinds Conv2D
for model in "$GOLDEN"/models/*/MobileNetV2.json; do
    check "the table of $model" clean "$command" "$model"
    check "JSON of $model" clean "$command" --format json "$model"
    check "explain $model" clean "$command" explain "$model"
done
for test in $VALGRIND_TESTS; do
    check "$test" clean "$test"
done

finish
