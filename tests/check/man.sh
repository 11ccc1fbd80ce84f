#!/bin/sh
# The man pages: clean, one for every function, and the command's page says what its help says.
. tests/check/checks.sh

pages=$BUILD/man/man3
if has mandoc; then
    check_silent "mandoc finds nothing" \
        mandoc -T lint -W warning man/man1/netweight.1 "$pages"/netweight*.3 \
        $(grep -L "^\.so" "$pages"/nwt_*.3)
else
    skip "mandoc finds nothing"
fi

sed -n 's/^ *\(nwt_[a-z0-9_]*\);/\1/p' "$BUILD/netweight.map" | sort > "$work/functions"
(cd "$pages" && ls nwt_*.3) | sed 's/\.3$//' | sort > "$work/pages"
check "every function has a page, every page a function" diff "$work/functions" "$work/pages"

# A function's page leads to one that has its name, its synopsis and a text about it.
unexplained() {
    while read -r name; do
        grep -q '^\.Nm' "$pages/$name.3" && continue # a page of its own
        page=$BUILD/man/$(sed -n 's/^\.so //p' "$pages/$name.3")
        grep -qE "^\.Nm $name( ,)?$" "$page" && grep -qx ".Fo $name" "$page" &&
            awk -v name="$name" '
                /^\.It/ { mine = text = 0 }
                $1 == ".Fn" && $2 == name { mine = 1 }
                mine && !/^\./ { found = 1 }
                END { exit !found }' "$page" || echo "$name"
    done < "$work/functions"
}
check_silent "every function is explained" unexplained

# The page of a constructor lists its kind's options, as the command runs here.
without_options() {
    for page in $(grep -l 'makes a layer of kind' "$pages"/nwt_*.3); do
        grep -q '^Every kind also takes' "$page" || echo "$page"
    done
    grep -q '^  units' "$pages/nwt_dense.3" || echo nwt_dense.3
}
check_silent "the page of a constructor has its options" without_options

# The synopses declare what the header declares: the compiler would say if they differed.
synopses_compile() {
    {
        echo '#include "netweight/kind.h"'
        awk '
            /^\.Ft/ { sub(/^\.Ft /, ""); gsub(/"/, ""); type = $0 }
            /^\.Fo/ { text = type " " $2 "("; separator = "" }
            /^\.Fa/ { sub(/^\.Fa /, ""); gsub(/"/, ""); text = text separator $0; separator = ", " }
            /^\.Fc/ { print text ");" }' "$pages"/netweight*.3
    } > "$work/synopsis.c"
    [ "$(grep -c ';' "$work/synopsis.c")" -eq "$(wc -l < "$work/functions")" ] &&
        $CC -std=c11 -pedantic -Wall -Wextra -Werror -Iinclude -fsyntax-only "$work/synopsis.c"
}
check "the synopses compile" synopses_compile

# Options by their long names, or by the short one if there is no long one.
"$BUILD/netweight" --help | grep -oE '(^|[ ,[(|])--?[a-z][a-z-]*' | tr -d ' ,[(|' | sort -u \
    > "$work/help"
sed -n 's/^\.It Fl/ Fl/p' man/man1/netweight.1 | grep -oE 'Fl [\a-z-]+' |
    sed 's/^Fl //; s/\\/-/; s/^\([a-z]\)$/-\1/' | sort -u > "$work/manual"
check "the options of --help and of netweight(1)" diff "$work/help" "$work/manual"

# The examples of the page, on a real model.
failing_examples() {
    sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' man/man1/netweight.1 | grep '^netweight' |
        sed -e 's/\\-/-/g' -e 's/ *[|>].*//' \
            -e 's|model\.json|tests/golden/models/keras-3/MobileNetV2.json|' |
        while IFS= read -r example; do
            (eval "$BUILD/$example") > "$work/output" 2>&1 && [ -s "$work/output" ] ||
                { echo "$example"; cat "$work/output"; }
        done
}
check_silent "the examples run" failing_examples

finish
