# Prints "USER DEFINER" for each file of a room that uses what another one of it defines: functions
# and tables of the prefixes nwti_ and nwt_. Every file is given twice: once for what it defines,
# once for what it uses.
function clean(line) {
    if (within && sub(/^.*\*\//, "", line)) {within = 0}
    if (within) {return ""}
    gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
    if (sub(/\/\*.*/, "", line)) {within = 1}
    gsub(/"(\\.|[^"\\])*"/, "", line)
    return line
}
FNR == 1 {within = 0; pass[FILENAME]++}
pass[FILENAME] == 1 {
    line = clean($0)
    if (line ~ /^[a-z]/ && line !~ /^(static|typedef|extern)/ && line !~ /;$/ &&
        match(line, /nwti?_[a-z0-9_]+(\(|\[\] =| = )/)) {
        name = substr(line, RSTART, RLENGTH)
        sub(/[^a-z0-9_].*/, "", name)
        defined[name] = FILENAME
    }
}
pass[FILENAME] == 2 {
    line = clean($0)
    while (match(line, /nwti?_[a-z0-9_]+/)) {
        name = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (name in defined && defined[name] != FILENAME && !((FILENAME, defined[name]) in seen)) {
            seen[FILENAME, defined[name]] = 1
            print FILENAME, defined[name]
            if (verbose) {print FILENAME, defined[name], name > "/dev/stderr"}
        }
    }
}
