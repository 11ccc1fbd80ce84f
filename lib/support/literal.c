#include "support/literal.h"

#include "support/number.h"
#include "support/syntax.h"

#include <math.h>
#include <string.h>

/* Flags of containers that are still open. */
enum {
    COMMA = 2,   /* a tuple, not a value in parentheses */
    KEYWORD = 4, /* a keyword argument stood before */
    WHOLE = 8    /* a call that ends with the text */
};

typedef struct reader {
    nwti_syntax syntax;
    char *out; /* room for all strings and names, each with its NUL: every one but
                                   the last has more characters around it than within */
} reader;

static int32_t is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static int32_t is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char *skip_space(char *p)
{
    for (;;) {
        while (*p == ' ' || (*p >= '\t' && *p <= '\r')) {
            p++;
        }
        if (*p != '#') {
            return p;
        }
        p += strcspn(p, "\n");
    }
}

static char *unexpected(reader *r, const char *p, const char *what)
{
    return nwti_syntax_fault(&r->syntax, p, p == r->syntax.end ? "the text ends too early" : what);
}

/* Decodes the escape whose backslash stands at p, as Python does (but for \N{name}); returns what
   follows. */
static char *read_escape(reader *r, char *p)
{
    static const char escapes[] = "\\'\"abfnrtv", meanings[] = "\\'\"\a\b\f\n\r\t\v";
    const char *escape = p[1] != '\0' ? strchr(escapes, p[1]) : NULL;
    uint32_t character = 0;
    char *after = p + 1;

    if (escape != NULL) {
        *r->out++ = meanings[escape - escapes];
        return p + 2;
    }
    if (p[1] == '\n') {
        return p + 2;
    }
    switch (p[1]) {
    case 'x':
        after = nwti_syntax_hex(p + 2, 2, &character) ? p + 4 : NULL;
        break;
    case 'u':
        after = nwti_syntax_unicode(p + 2, &character);
        break;
    case 'U':
        after = nwti_syntax_hex(p + 2, 8, &character) && character < 0x110000 ? p + 10 : NULL;
        break;
    default:
        while (*after >= '0' && *after <= '7' && after - p <= 3) {
            character = character * 8 + (uint32_t)(*after++ - '0');
        }
        if (after == p + 1 && p[1] != 'N') {
            *r->out++ = '\\'; /* not an escape at all: the backslash stays */
            return after;
        }
        after = after > p + 1 ? after : NULL;
        break;
    }
    if (after == NULL) {
        return nwti_syntax_fault(&r->syntax, p, "an unknown escape in a string");
    }
    r->out = nwti_syntax_utf8(r->out, character);
    return after;
}

/* Decodes the inside of a string up to its `count` closing quotes; returns what follows. */
static char *read_quoted(reader *r, char *start, char quote, int32_t count, int32_t raw)
{
    char *p = start;

    for (;;) {
        if (*p == quote && (count == 1 || (p[1] == quote && p[2] == quote))) {
            return p + count;
        }
        if (p == r->syntax.end) {
            return nwti_syntax_fault(&r->syntax, start - count, "the text ends within this string");
        }
        if (*p == '\n' && count == 1) {
            return nwti_syntax_fault(&r->syntax, start - 1, "the line ends within this string");
        }
        if (*p == '\\' && !raw) {
            p = read_escape(r, p);
            if (p == NULL) {
                return NULL;
            }
        } else {
            if (*p == '\\' && p + 1 < r->syntax.end) {
                *r->out++ = *p++;
            }
            *r->out++ = *p++;
        }
    }
}

/* Where the opening quote is if a string, perhaps with a prefix, begins at p; else NULL. */
static char *find_quote(char *p, int32_t *raw)
{
    int32_t i;

    *raw = 0;
    for (i = 0; i < 3; i++, p++) {
        if (*p == '\'' || *p == '"') {
            return p;
        }
        if (*p == '\0' || strchr("rRbBuU", *p) == NULL) {
            return NULL;
        }
        *raw |= *p == 'r' || *p == 'R';
    }
    return NULL;
}

/* The string whose opening quote is `quote`, and those that stand right after it. */
static char *read_strings(reader *r, char *quote, int32_t raw, nwti_value *value)
{
    char *start = r->out, *p = quote;

    while (quote != NULL) {
        int32_t count = quote[1] == *quote && quote[2] == *quote ? 3 : 1;

        p = read_quoted(r, quote + count, *quote, count, raw);
        if (p == NULL) {
            return NULL;
        }
        quote = find_quote(skip_space(p), &raw);
    }
    *r->out++ = '\0';
    return nwti_syntax_string(&r->syntax, value, start, r->out - 1) ? p : NULL;
}

/* A number that is not finite, as Python's programs say it. */
typedef struct not_finite {
    const char *text;
    double number;
} not_finite;

/* The one at p, or NULL. */
static const not_finite *find_not_finite(const char *p)
{
    static const not_finite words[] = {{"float('inf')", INFINITY},   {"float(\"inf\")", INFINITY},
                                       {"float('-inf')", -INFINITY}, {"float(\"-inf\")", -INFINITY},
                                       {"float('nan')", NAN},        {"float(\"nan\")", NAN},
                                       {"math.inf", INFINITY},       {"math.nan", NAN},
                                       {"np.inf", INFINITY},         {"np.nan", NAN},
                                       {"numpy.inf", INFINITY},      {"numpy.nan", NAN}};
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *text = words[i].text;

        /* Most of what is read begins with none of them. */
        if (*p == *text && strncmp(p, text, strlen(text)) == 0 && !is_name(p[strlen(text)])) {
            return words + i;
        }
    }
    return NULL;
}

/* A number, which may have a sign. */
static char *read_signed(reader *r, char *p, nwti_value *value)
{
    int32_t flags = NWTI_NUMBER_PYTHON;
    const not_finite *word;
    const char *end, *what;

    if (*p == '-' || *p == '+') {
        flags |= *p == '-' ? NWTI_NUMBER_NEGATIVE : 0;
        p = skip_space(p + 1);
    }
    word = is_digit(*p) ? NULL : find_not_finite(p);
    if (word != NULL) {
        nwti_syntax_set(value, NWTI_FLOAT, 0);
        value->as.number = flags & NWTI_NUMBER_NEGATIVE ? -word->number : word->number;
        return p + strlen(word->text);
    }
    if (!is_digit(*p) && !(*p == '.' && is_digit(p[1]))) {
        return unexpected(r, p, "expected a number");
    }
    end = p;
    what = nwti_number_read(&end, r->syntax.end, flags, value);
    p += end - p;
    if (what == NULL && is_name(*p)) {
        what = "a letter within a number";
    }
    return what == NULL ? p : unexpected(r, p, what);
}

static double as_double(const nwti_value *value)
{
    return value->type == NWTI_INT ? (double)value->as.integer : value->as.number;
}

/* A number, or a quotient as in Rescaling(1. / 255). */
static char *read_number(reader *r, char *p, nwti_value *value)
{
    nwti_value divisor;
    char *slash;

    p = read_signed(r, p, value);
    while (p != NULL && *(slash = skip_space(p)) == '/' && slash[1] != '/') {
        char *start = skip_space(slash + 1);

        p = read_signed(r, start, &divisor);
        if (p != NULL && as_double(&divisor) == 0) {
            return nwti_syntax_fault(&r->syntax, start, "a division by zero");
        }
        if (p != NULL) {
            value->as.number = as_double(value) / as_double(&divisor);
            value->type = NWTI_FLOAT;
        }
    }
    return p;
}

/* Past the dotted name at p, or NULL on a fault. */
static char *skip_name(reader *r, char *p)
{
    while (is_name(*p)) {
        p++;
        if (*p == '.') {
            p++;
            if (!is_name(*p) || is_digit(*p)) {
                return unexpected(r, p, "expected a name after '.'");
            }
        }
    }
    return p;
}

/* Makes `value` the text from start to end, copied. */
static int32_t set_text(reader *r, nwti_value *value, const char *start, const char *end)
{
    char *copy = r->out;

    memcpy(copy, start, (size_t)(end - start));
    r->out += end - start;
    *r->out++ = '\0';
    return nwti_syntax_string(&r->syntax, value, copy, r->out - 1);
}

/* True, False or None if the name is one of them. */
static int32_t read_constant(const char *start, const char *end, nwti_value *value)
{
    static const struct {
        char name[6];
        uint8_t type;
        uint8_t integer;
    } constants[] = {{"None", NWTI_NONE, 0}, {"True", NWTI_BOOL, 1}, {"False", NWTI_BOOL, 0}};
    size_t i, length = (size_t)(end - start);

    for (i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        if (strlen(constants[i].name) == length && memcmp(constants[i].name, start, length) == 0) {
            nwti_syntax_set(value, constants[i].type, constants[i].integer);
            return 1;
        }
    }
    return 0;
}

static char *begin_item(reader *r, char *p, int32_t *complete);

/* The call whose name ends before p, or the bare name. */
static char *read_name(reader *r, char *p, int32_t *complete)
{
    nwti_syntax *syntax = &r->syntax;
    nwti_value *value;
    char *start = p, *paren;

    p = skip_name(r, p);
    if (p == NULL) {
        return NULL;
    }
    paren = skip_space(p);
    if (*paren == '(') {
        if (!nwti_syntax_open(syntax, paren, NWTI_CALL)) {
            return NULL;
        }
        value = nwti_syntax_push(syntax);
        return value != NULL && set_text(r, value, start, p) ? begin_item(r, paren + 1, complete)
                                                             : NULL;
    }
    value = nwti_syntax_push(syntax);
    if (value == NULL) {
        return NULL;
    }
    if (!read_constant(start, p, value)) {
        nwti_value *name = nwti_arena_alloc(syntax->arena, sizeof *name);

        if (name == NULL || !set_text(r, name, start, p)) {
            return NULL;
        }
        nwti_syntax_set(value, NWTI_CALL, 0);
        value->flags = NWTI_VALUE_BARE;
        value->as.items = name;
    }
    return p;
}

/* A string or a number; `expected` is the fault if there is none. */
static char *read_scalar(reader *r, char *p, const char *expected)
{
    int32_t raw;
    char *quote = find_quote(p, &raw);
    nwti_value *value;

    if (quote == NULL && !is_digit(*p) && (*p == '\0' || strchr("+-.", *p) == NULL) &&
        find_not_finite(p) == NULL) {
        return unexpected(r, p, expected);
    }
    value = nwti_syntax_push(&r->syntax);
    if (value == NULL) {
        return NULL;
    }
    return quote != NULL ? read_strings(r, quote, raw, value) : read_number(r, p, value);
}

/* A value, or the beginning of one: where a container opens, up to its first value. */
static char *read_value(reader *r, char *p, int32_t *complete)
{
    static const char brackets[] = "[({";
    static const uint8_t types[] = {NWTI_LIST, NWTI_TUPLE, NWTI_DICT};
    const char *bracket = *p != '\0' ? strchr(brackets, *p) : NULL;
    int32_t raw;

    *complete = 1;
    if (bracket != NULL) {
        if (!nwti_syntax_open(&r->syntax, p, types[bracket - brackets])) {
            return NULL;
        }
        return begin_item(r, p + 1, complete);
    }
    if (is_name(*p) && !is_digit(*p) && find_quote(p, &raw) == NULL && find_not_finite(p) == NULL) {
        return read_name(r, p, complete);
    }
    return read_scalar(r, p, "expected a value");
}

/* The keyword and '=' if they stand here, else nothing: then the key is NONE. */
static char *read_keyword(reader *r, char *p)
{
    nwti_value *container, *key = nwti_syntax_push(&r->syntax);
    char *end = p, *equals;

    if (key == NULL) {
        return NULL;
    }
    container = nwti_syntax_container(&r->syntax);
    while (is_name(*end)) {
        end++;
    }
    equals = skip_space(end);
    if (*equals == '=' && equals[1] != '=' && is_name(*p) && !is_digit(*p)) {
        container->flags |= KEYWORD;
        return set_text(r, key, p, end) ? skip_space(equals + 1) : NULL;
    }
    if ((container->flags & KEYWORD) != 0) {
        return unexpected(r, p, "an argument without a name after one with a name");
    }
    nwti_syntax_set(key, NWTI_NONE, 0);
    return p;
}

/* A dict's key and its colon. */
static char *read_key(reader *r, char *p)
{
    p = read_scalar(r, p, "a key must be a string or a number");
    if (p == NULL) {
        return NULL;
    }
    p = skip_space(p);
    return *p == ':' ? skip_space(p + 1) : unexpected(r, p, "expected ':'");
}

/* What ends this container. The text's end is its own, not a NUL within. */
static int32_t closes(const reader *r, const nwti_value *container, const char *p)
{
    static const char closing[] = {
        [NWTI_LIST] = ']', [NWTI_TUPLE] = ')', [NWTI_DICT] = '}', [NWTI_CALL] = ')'};

    return (container->flags & WHOLE) != 0 ? p == r->syntax.end : *p == closing[container->type];
}

static char *close(reader *r, char *p)
{
    nwti_syntax *syntax = &r->syntax;
    nwti_value *container = nwti_syntax_container(syntax);
    int32_t flags = container->flags;

    if (!nwti_syntax_close(syntax, p)) {
        return NULL;
    }
    container->flags = 0;
    if (container->type == NWTI_TUPLE && container->length == 1 && (flags & COMMA) == 0) {
        *container = container->as.items[0];
    }
    return (flags & WHOLE) != 0 ? p : p + 1;
}

/* After an opening bracket or a comma: closes, or goes on to the next value. */
static char *begin_item(reader *r, char *p, int32_t *complete)
{
    const nwti_value *container = nwti_syntax_container(&r->syntax);

    p = skip_space(p);
    *complete = closes(r, container, p);
    if (*complete) {
        return close(r, p);
    }
    if (container->type == NWTI_DICT) {
        return read_key(r, p);
    }
    return container->type == NWTI_CALL ? read_keyword(r, p) : p;
}

/* After a value: closes what closes here and goes on to the next value, if one follows. */
static char *read_after(reader *r, char *p)
{
    static const char *const expected[] = {[NWTI_LIST] = "expected ',' or ']'",
                                           [NWTI_TUPLE] = "expected ',' or ')'",
                                           [NWTI_DICT] = "expected ',' or '}'",
                                           [NWTI_CALL] = "expected ',' or ')'"};
    nwti_value *container;

    p = skip_space(p);
    while (p != NULL && (container = nwti_syntax_container(&r->syntax)) != NULL) {
        int32_t complete = 1;

        if (*p == ',') {
            container->flags |= COMMA;
            p = begin_item(r, p + 1, &complete);
            if (!complete) {
                return p;
            }
        } else if (closes(r, container, p)) {
            p = close(r, p);
        } else {
            return unexpected(
                r, p, (container->flags & WHOLE) != 0 ? "expected ','" : expected[container->type]);
        }
        p = p != NULL ? skip_space(p) : NULL;
    }
    return p;
}

/* Values until no container is open. */
static char *read_values(reader *r, char *p)
{
    int32_t complete;

    do {
        p = read_value(r, p, &complete);
        if (p != NULL && complete) {
            p = read_after(r, p);
        }
    } while (p != NULL && r->syntax.open != 0);
    return p;
}

static char *read_whole_value(reader *r, char *p)
{
    p = skip_space(p);
    if (p == r->syntax.end) {
        return nwti_syntax_fault(&r->syntax, p, "the text is empty");
    }
    p = read_values(r, p);
    if (p != NULL && p != r->syntax.end) {
        return nwti_syntax_fault(&r->syntax, p, "more text after the value");
    }
    return p;
}

static char *read_arguments(reader *r, char *p)
{
    const char *empty = "";
    nwti_value *name;
    int32_t complete;

    if (!nwti_syntax_open(&r->syntax, p, NWTI_CALL)) {
        return NULL;
    }
    nwti_syntax_container(&r->syntax)->flags = WHOLE;
    name = nwti_syntax_push(&r->syntax);
    if (name == NULL || !nwti_syntax_string(&r->syntax, name, empty, empty)) {
        return NULL;
    }
    p = begin_item(r, p, &complete);
    return p != NULL && !complete ? read_values(r, p) : p;
}

static const nwti_value *read_text(nwti_arena *arena, const char *text, size_t length, size_t depth,
                                   char *(*inside)(reader *, char *), nwti_syntax_error *error)
{
    reader r;
    int32_t ok = nwti_syntax_begin(&r.syntax, arena, text, length, depth);

    if (ok) {
        r.out = nwti_arena_alloc(arena, length + 1);
        ok = r.out != NULL && inside(&r, r.syntax.text) != NULL;
    }
    return nwti_syntax_end(&r.syntax, ok, text, error);
}

const nwti_value *nwti_literal_read(nwti_arena *arena, const char *text, size_t length,
                                    size_t depth, nwti_syntax_error *error)
{
    return read_text(arena, text, length, depth, read_whole_value, error);
}

const nwti_value *nwti_literal_read_arguments(nwti_arena *arena, const char *text, size_t length,
                                              size_t depth, nwti_syntax_error *error)
{
    return read_text(arena, text, length, depth < SIZE_MAX ? depth + 1 : depth, read_arguments,
                     error);
}
