#!/bin/sh
# What grows with the input grows no faster than it: instructions are counted, not seconds, for an
# input and for one twice as large in one of its dimensions. At most 2.2 times as many are allowed,
# beyond what the smallest input costs.
. tests/check/checks.sh

if ! has valgrind; then
    skip "growth: valgrind is not here"
    exit 0
fi

# A functional config of Keras 3: its layers, each with a config and the name of what feeds it.
functional() {
    LC_ALL=C awk -v n="$1" -v shape="$2" -v form="$3" '
    function layer(name, class, config, from) {
        return (count++ ? ", " : "") "{\"class_name\": \"" class "\", \"config\": {\"name\": \"" name \
            "\"" config "}, \"name\": \"" name "\", \"inbound_nodes\": " from "}"
    }
    function tensor(name, call) {
        return "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 8], " \
            "\"dtype\": \"float32\", \"keras_history\": [\"" name "\", " call ", 0]}}"
    }
    function node(what) { return "{\"args\": [" what "], \"kwargs\": {}}" }
    # Names that have one hash: see tests/support/colliding.h.
    function chosen(i,   text, bit) {
        for (bit = 0; bit < 14; bit++) {
            text = text "aaaaaaa" (i % 2 ? "\341aaaaeaa\341" : "aaaaaaaaa")
            i = int(i / 2)
        }
        return text
    }
    BEGIN {
        printf "{\"class_name\": \"Functional\", \"config\": {\"name\": \"m\", \"layers\": ["
        printf "%s", layer("x", "InputLayer", ", \"batch_shape\": [null, 8]", "[]")
        last = "x"; call = 0
        if (form == "calls") {           # one layer called n times
            nodes = node(tensor("x", 0))
            for (i = 1; i < n; i++) { nodes = nodes ", " node(tensor("d", i - 1)) }
            printf "%s", layer("d", "Dense", ", \"units\": 8", "[" nodes "]")
            last = "d"; call = n - 1
        } else if (form == "inputs") {   # one layer of n inputs
            all = ""
            for (i = 0; i < n; i++) {
                printf "%s", layer("d" i, "Dense", ", \"units\": 8", "[" node(tensor("x", 0)) "]")
                all = all (i ? ", " : "") tensor("d" i, 0)
            }
            printf "%s", layer("sum", "Add", "", "[" node("[" all "]") "]")
            last = "sum"
        } else if (form == "keys") {     # one layer of a dict of n inputs, and a dict of n outputs
            all = ""
            for (i = n; i > 0; i--) {
                printf "%s", layer("d" i, "Dense", ", \"units\": 8", "[" node(tensor("x", 0)) "]")
                all = all (i < n ? ", " : "") "\"k" i "\": " tensor("d" i, 0)
                ends = ends (i < n ? ", " : "") "\"k" i "\": [\"d" i "\", 0, 0]"
            }
            printf "%s", layer("sum", "Nobody", "", "[" node("{" all "}") "]")
            printf "], \"input_layers\": [[\"x\", 0, 0]], \"output_layers\": {%s}}}\n", ends
            exit
        } else {                         # a chain of n layers
            extra = form == "options" ? ", \"nothing_like_it\": 1" : ""
            for (i = 0; i < shape; i++) { extra = extra (form == "unknown" ? ", \"no_" i "\": 1" : "") }
            pad = ""
            for (i = 0; form == "names" && i < shape; i++) { pad = pad "n" }
            for (i = 0; i < n; i++) {
                name = form == "chosen" ? chosen(i) : "d" i pad
                printf "%s", layer(name, form == "classes" ? "Nobody" i : "Dense", \
                    ", \"units\": 8" extra, "[" node(tensor(last, 0)) "]")
                last = name
            }
        }
        printf "], \"input_layers\": [[\"x\", 0, 0]], \"output_layers\": [[\"%s\", %d, 0]]}}\n", last, call
    }'
}

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 > /dev/null |
        awk '/Collected/ {print $4}'
}

# compare ONE SMALL LARGE: instructions that the smallest input costs, a larger and one twice as large.
compare() {
    awk -v one="$1" -v small="$2" -v large="$3" 'BEGIN {
        printf "%.2f times\n", (large - one) / (small - one)
        exit !(small > one && large - one <= 2.2 * (small - one)) }'
}

# grows NAME FORM N SIZE ARGUMENTS: what N or, if it is given, SIZE costs, and twice of it.
grows() {
    form=$1 n=$2 size=$3
    shift 3
    functional 1 1 "$form" > "$work/one.json"
    functional "$n" "$size" "$form" > "$work/small.json"
    if [ "$size" -gt 0 ]; then
        functional "$n" $((2 * size)) "$form" > "$work/large.json"
    else
        functional $((2 * n)) 0 "$form" > "$work/large.json"
    fi
    compare "$(instructions "$BUILD/netweight" "$@" "$work/one.json")" \
        "$(instructions "$BUILD/netweight" "$@" "$work/small.json")" \
        "$(instructions "$BUILD/netweight" "$@" "$work/large.json")"
}

# The same of a loop over the API.
loops() {
    api=$BUILD/tests/growth/api
    compare "$(instructions "$api" "$1" 1)" "$(instructions "$api" "$1" "$2")" \
        "$(instructions "$api" "$1" $((2 * $2)))"
}

for format in text json html svg dot csv markdown; do
    check "layers, as $format" grows chain 400 0 -f $format
done
check "layers, explained" grows chain 400 0 explain
check "layers, in memory" grows chain 400 0 memory
check "layers, in Keras's own table" grows chain 400 0 --style keras-3
check "layers of unknown classes" grows classes 400 0
check "options that are not known" grows options 400 0
check "options that one layer does not know" grows unknown 1 1000
check "the length of names" grows names 20 2000
check "names that were chosen to share a hash" grows chosen 4000 0 -f json
check "calls of one layer" grows calls 400 0
check "calls of one layer, as JSON" grows calls 400 0 -f json
check "inputs of one layer" grows inputs 400 0
check "inputs of one layer, as JSON" grows inputs 400 0 -f json
for format in text config; do
    check "keys of dicts of tensors, as $format" grows keys 400 0 -f $format
done
for loop in $("$BUILD/tests/growth/api"); do
    check "the API: $loop" loops "$loop" 600
done

finish
