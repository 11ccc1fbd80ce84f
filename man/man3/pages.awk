# Makes the pages of section 3 from the headers: one overview for each header, one page for each of
# its sections, and for each function a page that leads to it; for the constructor of a kind a page of
# its own, with the options that the command, if it runs here, says that the kind has.
#   awk -v out=FOLDER -v date='November 24, 2026' -v netweight=COMMAND -f man/man3/pages.awk HEADER ...

FNR == 1 {
    header = FILENAME
    sub(/^.*include\//, "", header)
    overview = header
    sub(/\.h$/, "", overview)
    gsub(/\//, "-", overview)
    open_page(overview, "libnetweight: " header)
    is_overview[overview] = 1
}

/^\/\* -----* .* \*\/$/ {
    flush()
    title = $0
    gsub(/^\/\* -*-- *| *\*\/$/, "", title)
    name = overview "-" title
    gsub(/ /, "-", name)
    open_page(name, "libnetweight: " title)
    next
}

in_comment { add_comment($0); next }
in_code { add_code($0); next }

/^\/\*/ {
    flush()
    add_comment($0)
    next
}
/^NWT_API/ || declaration != "" {
    declaration = declaration " " $0
    if (/;/) { add_function(declaration); declaration = "" }
    next
}
/^(typedef|enum|#define NWT_)/ && !/NWT_API/ {
    add_code($0)
    next
}
/^$/ { flush() }

END {
    flush()
    for (i = 1; i <= pages; i++) { write_page(page[i]) }
}

function open_page(name, what)
{
    current = name
    page[++pages] = name
    about[name] = what
    of_header[name] = header
    body[name] = ""
    spaced = 1
}

# The lines of a comment, without its marks.
function add_comment(line)
{
    if (!in_comment) {
        in_comment = 1
        starred = line == "/*"
        sub(/^\/\* ?/, "", line)
    } else if (starred) {
        sub(/^ \*( |$)/, "", line)
    } else {
        sub(/^   /, "", line)
    }
    if (line ~ /\*\/$/ || line == "/") {
        in_comment = 0
        sub(/ *\*?\/$/, "", line)
    }
    comment[++comments] = line
}

# A type, an enum or a macro, as it stands; those without a blank line between stay together.
function add_code(line)
{
    if (!in_code) {
        if (items || comments) { flush() }
        macro = line ~ /^#/
        braced = line ~ /[{]/
    }
    code = code literal(line)
    in_code = macro ? line ~ /\\$/ : braced ? line !~ /^}/ : line !~ /;/
}

function add_function(text,    left, arguments, name, n, i, list, type)
{
    gsub(/ +/, " ", text)
    sub(/^ ?NWT_API /, "", text)
    left = text
    sub(/\(.*/, "", left)
    arguments = substr(text, length(left) + 2)
    sub(/\);.*/, "", arguments)
    match(left, /nwt_[a-z0-9_]*$/)
    name = substr(left, RSTART)
    type = substr(left, 1, RSTART - 1)
    sub(/ $/, "", type)
    n = split(arguments, list, /, /)
    synopsis[current] = synopsis[current] ".Ft \"" type "\"\n.Fo " name "\n"
    for (i = 1; i <= n; i++) {
        synopsis[current] = synopsis[current] ".Fa \"" list[i] "\"\n"
    }
    synopsis[current] = synopsis[current] ".Fc\n"
    names[current] = names[current] " ,\n.Nm " name
    item[++items] = name
    if (items == 1 && comment[1] ~ /^An? [A-Z][A-Za-z0-9]* layer/) {
        constructor = name
        own_synopsis = ".Ft \"" type "\"\n.Fo " name "\n"
        for (i = 1; i <= n; i++) { own_synopsis = own_synopsis ".Fa \"" list[i] "\"\n" }
        own_synopsis = own_synopsis ".Fc\n"
        return
    }
    print ".so man3/" current ".3" > (out "/" name ".3")
    close(out "/" name ".3")
}

# The page of a constructor: its comment, its kind's options and formula, what it returns.
function write_constructor(text,    kind, file, command, line, options) {
    kind = text
    sub(/^[^A]*An? /, "", kind)
    sub(/[^A-Za-z0-9].*/, "", kind)
    command = netweight " kinds " kind " 2> /dev/null"
    while (netweight != "" && (command | getline line) > 0) { options = options literal(line) }
    close(command)
    file = out "/" constructor ".3"
    printf "%s", ".\\\" Made from include/" header ".\n.Dd " date "\n.Dt " toupper(constructor) \
        " 3\n.Os\n.Sh NAME\n.Nm " constructor "\n.Nd makes a layer of kind " kind \
        "\n.Sh SYNOPSIS\n.In " header "\n" own_synopsis ".Sh DESCRIPTION\n" text \
        (options != "" ? ".Bd -literal\n" options ".Ed\n" : "") \
        ".Pp\nThose of them that are no arguments stand in\n.Fa options ,\nas in Keras's " \
        "constructor: \"name='first', trainable=False\".\nNULL means the defaults.\n" \
        ".Sh RETURN VALUES\nA layer of the context, complete and checked; NULL with the " \
        "context's error set if an argument is wrong or memory ran out, or if\n.Fa ctx\nis NULL.\n" \
        ".Sh SEE ALSO\n.Xr netweight 1 ,\n.Xr netweight 3 ,\n.Xr netweight-layers 3\n" > file
    close(file)
    constructor = ""
}

# Ends a group: a comment and the functions or types that it is about, or a comment alone.
function flush(    i, text, words)
{
    if (items) {
        text = ".Bl -tag -width Ds\n.It Xo\n"
        for (i = 1; i <= items; i++) { text = text ".Fn " item[i] (i < items ? " ,\n" : "\n.Xc\n") }
        spaced = 1
        words = prose()
        if (constructor != "") { write_constructor(words) }
        text = text words ".El\n"
    } else {
        text = prose()
        if (code != "") { text = text ".Bd -literal\n" code ".Ed\n" }
    }
    if (text != "") { spaced = 0 }
    body[current] = body[current] text
    items = 0
    code = ""
}

# The comment gathered so far as text: paragraphs, and what is indented as it stands.
function prose(    i, text, state, line)
{
    state = spaced ? "start" : "gap"
    for (i = 1; i <= comments; i++) {
        line = comment[i]
        if (line ~ /^    /) {
            if (state != "code") { text = text ".Bd -literal -offset indent\n" }
            state = "code"
            text = text literal(substr(line, 5))
            continue
        }
        if (state == "code") { text = text ".Ed\n"; state = "gap" }
        if (line ~ /^ *$/) {
            if (state == "text") { state = "gap" }
            continue
        }
        if (state == "gap") { text = text ".Pp\n" }
        state = "text"
        text = text escaped(line) "\n"
        spaced = 0
    }
    if (state == "code") { text = text ".Ed\n" }
    comments = 0
    return text
}

# Text: a new line for each sentence, and none that begins as a macro does.
function escaped(line)
{
    line = joined(line, "[\\\\]", "\\e")
    gsub(/[.?!] +/, "&\n", line)
    gsub(/ +\n/, "\n", line)
    return guarded(line)
}

# Replaces; what gsub makes of a backslash differs between awks.
function joined(text, pattern, by,    n, i, parts)
{
    n = split(text, parts, pattern)
    text = parts[1]
    for (i = 2; i <= n; i++) { text = text by parts[i] }
    return text
}

function guarded(text,    n, i, lines)
{
    n = split(text, lines, "\n")
    text = ""
    for (i = 1; i <= n; i++) {
        text = text (i > 1 ? "\n" : "") (lines[i] ~ /^[.']/ ? "\\&" : "") lines[i]
    }
    return text
}

function literal(line)
{
    line = joined(line, "[\\\\]", "\\e")
    line = guarded(line)
    gsub(/-/, "\\-", line)
    return line "\n"
}

function write_page(name,    file, text, other)
{
    file = out "/" name ".3"
    text = ".\\\" Made from include/" of_header[name] ".\n.Dd " date "\n"
    text = text ".Dt " toupper(name) " 3\n.Os\n.Sh NAME\n.Nm " name names[name] "\n"
    text = text ".Nd " about[name] "\n.Sh SYNOPSIS\n.In " of_header[name] "\n" synopsis[name]
    text = text ".Sh DESCRIPTION\n" body[name] ".Sh SEE ALSO\n.Xr netweight 1"
    if (is_overview[name]) {
        for (other = after(""); other != ""; other = after(other)) {
            if (other != name) { text = text " ,\n.Xr " other " 3" }
        }
    } else {
        text = text " ,\n.Xr netweight 3"
    }
    print text > file
    close(file)
}

# The page whose name follows in the alphabet.
function after(last,    i, next_page)
{
    next_page = ""
    for (i = 1; i <= pages; i++) {
        if (page[i] > last && (next_page == "" || page[i] < next_page)) { next_page = page[i] }
    }
    return next_page
}
