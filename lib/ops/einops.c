/* Rearrange: "b (h p) c -> b h (p c)". */
#include "ops/operand.h"

#include <string.h>

enum { MOST_NAMES = 2 * NWT_MAX_RANK };

struct named {
    const char *name;
    size_t length;
    int64_t size; /* -1: None */
};

struct names {
    struct named of[MOST_NAMES];
    int32_t count;
};

static int32_t is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *skip_to_word(const char *text, const char *end)
{
    while (text < end && !is_word(*text)) {
        text++;
    }
    return text;
}

static size_t word_length(const char *text, const char *end)
{
    size_t length = 0;

    while (text + length < end && is_word(text[length])) {
        length++;
    }
    return length;
}

static struct named *find(struct names *names, const char *name, size_t length)
{
    int32_t i;

    for (i = 0; i < names->count; i++) {
        if (names->of[i].length == length && memcmp(names->of[i].name, name, length) == 0) {
            return &names->of[i];
        }
    }
    return NULL;
}

/* The length that the call states for an axis, or -1. */
static int64_t stated(const nwt_op *op, const char *name, size_t length)
{
    char key[64];

    if (length >= sizeof key) {
        return -1;
    }
    memcpy(key, name, length);
    key[length] = '\0';
    return nwt_value_int(nwt_op_argument(op, key), -1);
}

/* The names of one axis of the input, from `text` to `end`; of a group one length may follow from
   `dim`. */
static int32_t read_axis(nwt_op *op, struct names *names, const char *text, const char *end,
                         int64_t dim)
{
    int32_t is_group = text < end && *text == '(';
    struct named *free = NULL;
    int64_t known = 1;

    for (text = skip_to_word(text, end); text < end; text = skip_to_word(text, end)) {
        size_t length = word_length(text, end);
        int64_t size = is_group ? stated(op, text, length) : dim;

        if (names->count == MOST_NAMES || find(names, text, length) != NULL) {
            return NWT_FAIL(op, "pattern names an axis twice, or more than {}", MOST_NAMES);
        }
        if (is_group && size < 0 && free != NULL) {
            return NWT_FAIL(op, "pattern has a group of which two lengths are not given", 0);
        }
        names->of[names->count] = (struct named){text, length, size};
        free = is_group && size < 0 ? &names->of[names->count] : free;
        known = size < 0 ? known : nwti_dim_times(op, known, size);
        names->count++;
        text += length;
    }
    if (free != NULL && dim >= 0 && known > 0) {
        free->size = dim / known;
    }
    return 0;
}

/* Where the axis at `text` ends: a word or a group. */
static const char *axis_end(const char *text, const char *end)
{
    if (*text != '(') {
        return text + word_length(text, end);
    }
    while (text < end && *text != ')') {
        text++;
    }
    return text < end ? text + 1 : end;
}

static const char *skip_spaces(const char *text, const char *end)
{
    while (text < end && *text != '(' && !is_word(*text)) {
        text++;
    }
    return text;
}

static int32_t write_axes(nwt_op *op, struct names *names, const char *text, int32_t dtype)
{
    const char *end = text + strlen(text);
    int64_t dims[NWT_MAX_RANK];
    int32_t rank = 0;

    for (text = skip_spaces(text, end); text < end; text = skip_spaces(text, end)) {
        const char *until = axis_end(text, end), *word = skip_to_word(text, until);

        if (rank == NWT_MAX_RANK) {
            return NWT_FAIL(op, "its output has more than {} axes", NWT_MAX_RANK);
        }
        if (until - text == 2 && *text == '(') {
            return NWT_FAIL(op, "pattern's output has '()'; an axis of 1 is '( )' there", 0);
        }
        dims[rank] = 1;
        for (; word < until; word = skip_to_word(word, until)) {
            const struct named *named = find(names, word, word_length(word, until));

            if (named == NULL) {
                return NWT_FAIL(op, "pattern's output names an axis that its input has not", 0);
            }
            dims[rank] = nwti_dim_times(op, dims[rank], named->size);
            word += named->length;
        }
        rank++;
        text = until;
    }
    return nwt_op_output(op, rank, dims, dtype);
}

static int32_t rearrange_shape(nwt_op *op, const void *self)
{
    const char *pattern = nwt_value_string(nwt_op_argument(op, "pattern"));
    const char *arrow = strstr(pattern != NULL ? pattern : "", "->"), *text = pattern;
    struct names names = {{{NULL, 0, 0}}, 0};
    nwti_operand x;

    (void)self;
    nwti_unary_read(op, &x);
    if (arrow == NULL) {
        return NWT_FAIL(op, "pattern must be a text with '->' in it", 0);
    }
    for (int32_t i = 0; i < x.rank; i++) {
        const char *until;

        text = skip_spaces(text, arrow);
        if (text == arrow) {
            return NWT_FAIL(op, "pattern names {} axes of its input, which has {}", i, x.rank);
        }
        until = axis_end(text, arrow);
        if (read_axis(op, &names, text, until, x.dims[i])) {
            return NWT_STATUS_INVALID;
        }
        text = until;
    }
    return write_axes(op, &names, arrow + 2, nwti_result_dtype(op, NWTI_AS_IS, x.dtype));
}

static const nwt_option rows[] = {NWTI_INPUT("tensor", "any tensor"),
                                  NWTI_KEPT_ROW("pattern", NULL, "\"b (h p) -> b h p\""),
                                  NWT_OPTION_END};

NWTI_OPERATION(rearrange, "Rearrange", "arranges axes as a pattern says", NULL, 0, rows,
               rearrange_shape, NWT_WORK_MOVES);
