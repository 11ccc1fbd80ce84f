# For the scripts beside it, which run from the root of the sources with BUILD set.
# They print what cmocka prints, so tests/run counts both.

: "${BUILD:=build}" "${CC:=cc}"
unset MAKEFLAGS MFLAGS MAKELEVEL
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
failures=0

# check NAME COMMAND ...: the command succeeds.
check() {
    name=$1
    shift
    echo "[ RUN      ] $name"
    if "$@"; then
        echo "[       OK ] $name"
    else
        echo "[  FAILED  ] $name"
        failures=$((failures + 1))
    fi
}

# check_silent NAME COMMAND ...: the command prints nothing; what it prints are the faults.
check_silent() {
    name=$1
    shift
    check "$name" silent "$@"
}
silent() {
    "$@" > "$work/faults" 2>&1
    cat "$work/faults"
    [ ! -s "$work/faults" ]
}

# skip NAME: REASON
skip() {
    echo "[ RUN      ] $1"
    echo "[  SKIPPED ] $1"
}

has() {
    command -v "$1" > /dev/null
}

finish() {
    [ $failures -eq 0 ]
}
