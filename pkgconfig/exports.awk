# Writes the list of exports from the headers, in the form that a linker takes: .map (GNU ld, with a
# version node for each "Since 0.N" of a comment), .def (DLLs), .symbols (macOS).
#   awk -v form=.map -f pkgconfig/exports.awk HEADER ...

/^\/\*/ { since = "0.1" }
match($0, /Since [0-9]+\.[0-9]+/) { since = substr($0, RSTART + 6, RLENGTH - 6) }
/^$/ { since = "0.1" }

/^NWT_API/ {
    name = $0
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    if (!(since in functions)) {
        versions[++count] = since
    }
    functions[since] = functions[since] name " "
}

function in_order(    i, j, version) {
    for (i = 2; i <= count; i++) {
        version = versions[i]
        for (j = i; j > 1 && number(versions[j - 1]) > number(version); j--) {
            versions[j] = versions[j - 1]
        }
        versions[j] = version
    }
}
function number(version,    part) {
    split(version, part, ".")
    return part[1] * 1000 + part[2]
}

END {
    if (form == ".def") {
        print "EXPORTS"
    }
    in_order()
    for (i = 1; i <= count; i++) {
        length_of = split(functions[versions[i]], names, " ")
        if (form == ".map") {
            print "NETWEIGHT_" versions[i] " {"
            print "global:"
        }
        for (j = 1; j <= length_of; j++) {
            print form == ".symbols" ? "_" names[j] : "    " names[j] (form == ".map" ? ";" : "")
        }
        if (form == ".map") {
            if (i == 1) {
                print "local: *;"
            }
            print "}" (i > 1 ? " NETWEIGHT_" versions[i - 1] : "") ";"
        }
    }
}
