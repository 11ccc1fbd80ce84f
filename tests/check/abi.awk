# Writes a C program that prints the ABI as the headers declare it: sizes and offsets of structs,
# values of enums and of macros that are numbers, types of functions and of callbacks.
#   awk -f tests/check/abi.awk HEADER ... > abi.c

BEGIN {
    print "#include <inttypes.h>\n#include <stdio.h>\n#include \"netweight/kind.h\""
    print "#include \"netweight/work.h\"\nint main(void)\n{"
}

# Comments go; the text of a declaration is gathered until it ends.
{
    line = $0
    while (match(line, /\/\*/)) {
        before = substr(line, 1, RSTART - 1)
        rest = substr(line, RSTART + 2)
        while (!match(rest, /\*\//)) {
            if ((getline rest) <= 0) { rest = "*/" }
        }
        line = before substr(rest, RSTART + 2)
    }
    gsub(/[ \t]+/, " ", line)
    sub(/^ /, "", line)
    sub(/ $/, "", line)
}
/^#define NWT_[A-Z_]+ +(\(|-?[0-9]|INT64)/ && !/VERSION/ { number($2) }
line ~ /^#/ { while (line ~ /\\$/) { getline line } next }
line ~ /^(enum|typedef|NWT_API)/ && text == "" { text = line; if (done()) { finish() } next }
text != "" { text = text " " line; if (done()) { finish() } }

function done() { return text ~ /;$/ && gsub(/{/, "{", text) == gsub(/}/, "}", text) }

function number(name) {
    printf "    printf(\"%s %%\" PRId64 \"\\n\", (int64_t)%s);\n", name, name
}

function finish(    name, body, n, i, parts) {
    name = text
    if (text ~ /^typedef struct .*{/) {
        sub(/^typedef struct /, "", name)
        sub(/ {.*/, "", name)
        printf "    printf(\"struct %s %%zu\\n\", sizeof(%s));\n", name, name
        body = text
        sub(/^[^{]*{ */, "", body)
        sub(/ *}[^}]*$/, "", body)
        n = split(body, parts, /; */)
        for (i = 1; i <= n; i++) { if (parts[i] != "") { field(name, parts[i]) } }
    } else if (text ~ /^enum/) {
        body = text
        sub(/^[^{]*{ */, "", body)
        sub(/ *}.*/, "", body)
        n = split(body, parts, /, */)
        for (i = 1; i <= n; i++) {
            sub(/ =.*/, "", parts[i])
            if (parts[i] != "") { number(parts[i]) }
        }
    } else if (text ~ /^(typedef|NWT_API)/) {
        sub(/^NWT_API /, "", text)
        gsub(/"/, "\\\"", text)
        printf "    puts(\"%s\");\n", text
    }
    text = ""
}

function field(name, declaration,    member) {
    member = declaration
    if (member ~ /\(\*/) {
        sub(/^[^(]*\(\*/, "", member)
        sub(/\).*/, "", member)
    } else {
        sub(/.*[ *]/, "", member)
    }
    printf "    printf(\"    %%3zu %s\\n\", offsetof(%s, %s));\n", declaration, name, member
}

END { print "    return 0;\n}" }
