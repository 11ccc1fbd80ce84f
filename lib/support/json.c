#include "support/json.h"

#include "support/number.h"
#include "support/repeat.h"
#include "support/syntax.h"

#include <math.h>
#include <string.h>

enum { PLAIN = 1, SPACE = 2, DIGIT = 4, FRACTION = 8 };

/* PLAIN: stands for itself in a string. FRACTION: a number that holds it is no whole one. */
/* clang-format off */
#define P PLAIN
#define F (PLAIN | FRACTION)
#define S SPACE
#define B (PLAIN | SPACE)
#define D (PLAIN | DIGIT)
#define P16 P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P
static const unsigned char classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, S, S, 0, 0, S, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    B, P, 0, P, P, P, P, P, P, P, P, P, P, P, F, P,
    D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P,
    P, P, P, P, P, F, P, P, P, P, P, P, P, P, P, P,
    P, P, P, P, P, P, P, P, P, P, P, P, 0, P, P, P,
    P, P, P, P, P, F, P, P, P, P, P, P, P, P, P, P,
    P16, P16, P16, P16, P16, P16, P16, P16, P16,
};
#undef P
#undef F
#undef S
#undef B
#undef D
#undef P16
/* clang-format on */

typedef struct reader {
    nwti_syntax syntax;
    nwti_repeats repeats;
} reader;

static inline int32_t is(char c, int32_t class)
{
    return classes[(unsigned char)c] & class;
}

static inline char *skip_space(char *p)
{
    while (is(*p, SPACE)) {
        p++;
    }
    return p;
}

/* A fault at p, or that the text ends there. */
static char *unexpected(nwti_syntax *syntax, const char *p, const char *what)
{
    return nwti_syntax_fault(syntax, p, p == syntax->end ? "the text ends too early" : what);
}

/* Decodes the escape after the backslash at p to *out; returns what follows. */
static char *read_escape(nwti_syntax *syntax, char *p, char **out)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *escape = p[1] != '\0' ? strchr(escapes, p[1]) : NULL;
    uint32_t character;
    char *after;

    if (escape != NULL) {
        *(*out)++ = meanings[escape - escapes];
        return p + 2;
    }
    if (p[1] != 'u') {
        return nwti_syntax_fault(syntax, p, "an unknown escape in a string");
    }
    after = nwti_syntax_unicode(p + 2, &character);
    if (after == NULL) {
        return nwti_syntax_fault(syntax, p, "expected four hexadecimal digits after \\u");
    }
    *out = nwti_syntax_utf8(*out, character);
    return after;
}

/* The rest of a string from the first character that is not plain, decoded in place. */
static char *read_rest(nwti_syntax *syntax, char *start, char *p, nwti_value *value)
{
    char *out = p;

    while (*p != '"') {
        if (p + (*p == '\\') == syntax->end) {
            return nwti_syntax_fault(syntax, start - 1, "the text ends within this string");
        }
        if (*p == '\\') {
            p = read_escape(syntax, p, &out);
            if (p == NULL) {
                return NULL;
            }
        } else if (is(*p, PLAIN)) {
            *out++ = *p++;
        } else {
            return nwti_syntax_fault(syntax, p, "a control character in a string");
        }
    }
    *out = '\0';
    return nwti_syntax_string(syntax, value, start, out) ? p + 1 : NULL;
}

/* The string whose quote stands at p. It stays where it is, its closing quote becomes its NUL. */
static inline char *read_string(nwti_syntax *syntax, char *p, nwti_value *value)
{
    char *start = p + 1;

    p = start;
    while (is(p[0], PLAIN) && is(p[1], PLAIN) && is(p[2], PLAIN) && is(p[3], PLAIN)) {
        p += 4;
    }
    while (is(*p, PLAIN)) {
        p++;
    }
    if (*p != '"') {
        return read_rest(syntax, start, p, value);
    }
    *p = '\0';
    return nwti_syntax_string(syntax, value, start, p) ? p + 1 : NULL;
}

static char *read_number(nwti_syntax *syntax, char *p, nwti_value *value)
{
    int32_t flags = *p == '-' ? NWTI_NUMBER_NEGATIVE : 0;
    char *start = p + flags;
    const char *end, *what;
    int64_t number = 0;

    for (p = start; is(*p, DIGIT) && p - start < 18; p++) {
        number = number * 10 + (*p - '0');
    }
    if (p > start && !is(*p, DIGIT | FRACTION) && (*start != '0' || p == start + 1)) {
        nwti_syntax_set(value, NWTI_INT, flags ? -number : number);
        return p;
    }
    end = start;
    what = nwti_number_read(&end, syntax->end, flags, value);
    return what == NULL ? start + (end - start) : unexpected(syntax, end, what);
}

/* What else is a value: null, true, false and what Python adds. */
static char *read_word(nwti_syntax *syntax, char *p, nwti_value *value)
{
    static const struct {
        char text[10];
        uint8_t length;
        uint8_t type;
        int8_t number;
    } words[] = {{"null", 4, NWTI_NONE, 0},      {"true", 4, NWTI_BOOL, 1},
                 {"false", 5, NWTI_BOOL, 0},     {"NaN", 3, NWTI_FLOAT, 0},
                 {"Infinity", 8, NWTI_FLOAT, 1}, {"-Infinity", 9, NWTI_FLOAT, -1}};
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        /* The text's padding is as long as the longest word needs. */
        if (*p == *words[i].text && memcmp(p, words[i].text, words[i].length) == 0) {
            nwti_syntax_set(value, words[i].type, words[i].number);
            if (words[i].type == NWTI_FLOAT) {
                value->as.number = words[i].number != 0 ? words[i].number * INFINITY : NAN;
            }
            return p + words[i].length;
        }
    }
    if (*p == '-') {
        return read_number(syntax, p, value);
    }
    if (*p == '\'') {
        return nwti_syntax_fault(syntax, p, "a string needs double quotes");
    }
    if (strncmp(p, "None", 4) == 0 || strncmp(p, "True", 4) == 0 || strncmp(p, "False", 5) == 0) {
        return nwti_syntax_fault(syntax, p, "expected a value; this is Python's, not JSON's");
    }
    return unexpected(syntax, p, "expected a value");
}

/* The innermost container, whose closing bracket stands at p. */
static inline int32_t close(reader *r, const char *p)
{
    if (!nwti_syntax_close(&r->syntax, p)) {
        return 0;
    }
    nwti_repeat_close(&r->repeats, &r->syntax, p + 1);
    return 1;
}

/* A key and its colon, or the members up to the end of the dict, if these repeat (*is_end). */
static inline char *read_key(reader *r, char *p, int32_t *is_end)
{
    nwti_syntax *syntax = &r->syntax;
    nwti_value *key;
    int32_t has_key = 0;

    *is_end = 0;
    if (*p == '"') {
        p = nwti_repeat_members(&r->repeats, syntax, p, &has_key, is_end);
        if (p == NULL || *is_end) {
            return p != NULL && close(r, p - 1) ? p : NULL;
        }
    } else {
        return unexpected(syntax, p,
                          *p == '\''  ? "a key needs double quotes"
                          : *p == '}' ? "a comma before the closing bracket"
                                      : "expected a key in double quotes");
    }
    if (!has_key) {
        key = nwti_syntax_push(syntax);
        p = key != NULL ? read_string(syntax, p, key) : NULL;
        if (p == NULL) {
            return NULL;
        }
    }
    p = skip_space(p);
    if (*p != ':') {
        return unexpected(syntax, p, "expected ':'");
    }
    return skip_space(p + 1);
}

/* The beginning of a container, up to its first value; or all of it, if it repeats. */
static inline char *read_container(reader *r, char *p, int32_t *complete)
{
    char closing = *p == '{' ? '}' : ']', *after = nwti_repeat_open(&r->repeats, &r->syntax, p);

    *complete = after != p;
    if (*complete) {
        return after;
    }
    if (!nwti_syntax_open(&r->syntax, p, *p == '{' ? NWTI_DICT : NWTI_LIST)) {
        return NULL;
    }
    p = skip_space(p + 1);
    *complete = *p == closing;
    if (*complete) {
        return close(r, p) ? p + 1 : NULL;
    }
    return closing == '}' ? read_key(r, p, complete) : p;
}

/* One value, or the beginning of one. */
static inline char *read_value(reader *r, char *p, int32_t *complete)
{
    nwti_value *value;

    if (*p == '{' || *p == '[') {
        return read_container(r, p, complete);
    }
    *complete = 1;
    value = nwti_syntax_push(&r->syntax);
    if (value == NULL) {
        return NULL;
    }
    if (*p == '"') {
        return read_string(&r->syntax, p, value);
    }
    if (is(*p, DIGIT) || (*p == '-' && is(p[1], DIGIT))) {
        return read_number(&r->syntax, p, value);
    }
    return read_word(&r->syntax, p, value);
}

/* After a value: closes what closes here and goes on to the next value, if one follows. */
static inline char *read_after(reader *r, char *p)
{
    const nwti_value *container;
    int32_t is_end;

    p = skip_space(p);
    while ((container = nwti_syntax_container(&r->syntax)) != NULL) {
        int32_t dict = container->type == NWTI_DICT;

        if (*p == ',') {
            p = skip_space(p + 1);
            if (*p == ']' && !dict) {
                return nwti_syntax_fault(&r->syntax, p, "a comma before the closing bracket");
            }
            is_end = 0;
            p = dict ? read_key(r, p, &is_end) : p;
            if (!is_end || p == NULL) {
                return p;
            }
        } else if (*p != (dict ? '}' : ']')) {
            return unexpected(&r->syntax, p, dict ? "expected ',' or '}'" : "expected ',' or ']'");
        } else if (!close(r, p++)) {
            return NULL;
        }
        p = skip_space(p);
    }
    return p;
}

static int32_t read_all(reader *r)
{
    nwti_syntax *syntax = &r->syntax;
    char *p = syntax->text;
    int32_t complete;

    if (strncmp(p, "\xEF\xBB\xBF", 3) == 0) {
        return nwti_syntax_fault(syntax, p, "a byte order mark, which JSON must not have") != NULL;
    }
    p = skip_space(p);
    if (p == syntax->end) {
        return nwti_syntax_fault(syntax, p, "the text is empty") != NULL;
    }
    do {
        p = read_value(r, p, &complete);
        if (p != NULL && complete) {
            p = read_after(r, p);
        }
    } while (p != NULL && syntax->open != 0);
    if (p != NULL && p != syntax->end) {
        p = nwti_syntax_fault(syntax, p, "more text after the value");
    }
    return p != NULL;
}

const nwti_value *nwti_json_read(nwti_arena *arena, const char *text, size_t length, size_t depth,
                                 nwti_syntax_error *error)
{
    reader r;
    int32_t ok = nwti_syntax_begin(&r.syntax, arena, text, length, depth);

    nwti_repeat_begin(&r.repeats, text, length);
    ok = ok && read_all(&r);
    return nwti_syntax_end(&r.syntax, ok, text, error);
}
