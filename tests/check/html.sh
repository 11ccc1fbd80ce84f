#!/bin/sh
# Pages in a browser and by a validator; drawings by the programs that read SVG and DOT.
. tests/check/checks.sh

models=$GOLDEN/models/keras-3
shown="$models/mnist.json $models/MobileNetV2.json $models/ResNet50.json $models/unet.json
    $models/nested_three_levels.json $models/shared_on_shapes.json $models/text.json
    $models/wrapped_models.json $models/unbuilt.json $models/long_names.json
    $models/custom_functional.json $models/dict_inputs_outputs.json $models/big_branches.json
    $models/empty.json tests/golden/command/odd_names.json tests/golden/command/markup.json"
NETWEIGHT=$BUILD/netweight

for browser in chromium chromium-browser google-chrome; do
    has "$browser" && break
done
if has "$browser" && has python3; then
    check_silent "in a browser" python3 tests/check/pages.py "$NETWEIGHT" "$browser" "$work" $shown
else
    skip "in a browser: chromium is not here"
fi

number=0
for model in $shown; do
    number=$((number + 1))
    for format in html svg dot; do
        "$NETWEIGHT" -f $format --expand-nested "$model" \
            > "$work/m$number.$format" 2> /dev/null
    done
done

# It knows nothing yet of container queries.
jar=${VNU_JAR:-$(npm root -g 2> /dev/null)/vnu-jar/build/dist/vnu.jar}
if has java && [ -e "$jar" ]; then
    check_silent "valid HTML" java -jar "$jar" --errors-only \
        --filterpattern '.*CSS: .(container-type|width).*' "$work"/m*.html
else
    skip "valid HTML: vnu.jar is not here"
fi

if has xmllint; then
    check_silent "well-formed SVG" xmllint --noout --nonet "$work"/m*.svg
else
    skip "well-formed SVG: xmllint is not here"
fi

drawn() {
    for file in "$work"/m*.svg; do
        rsvg-convert -o "$work/drawn.png" "$file" && [ "$(wc -c < "$work/drawn.png")" -gt 1000 ] ||
            echo "$file"
    done
}
if has rsvg-convert; then
    check_silent "SVG by another program" drawn
else
    skip "SVG by another program: rsvg-convert is not here"
fi

# A node for each row, but those within wrappers.
laid_out() {
    for file in "$work"/m*.dot; do
        dot -Tsvg "$file" > "$work/dot.svg" && [ "$(grep -c 'class="node"' "$work/dot.svg")" -eq \
            "$(grep -c '^ *n[0-9]* \[' "$file")" ] || echo "$file"
    done
}
if has dot; then
    check_silent "DOT by Graphviz" laid_out
else
    skip "DOT by Graphviz: dot is not here"
fi

small() {
    "$NETWEIGHT" -f html $models/MobileNetV2.json > "$work/page"
    [ "$(wc -c < "$work/page")" -lt 300000 ]
}
check "MobileNetV2's page is below 300 kB" small

finish
