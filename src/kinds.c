/* netweight kinds: the kinds of layers, and the options of one. */
#include "command.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

static void add_padded(text *to, const char *string, size_t width)
{
    text_string(to, string);
    text_spaces(to, strlen(string) < width ? width - strlen(string) : 0);
}

static int is_operation(const char *name)
{
    return strncmp(name, "ops.", 4) == 0;
}

/* The kind whose name follows that of another; NULL after the last. */
static const char *next_kind(nwt_context *ctx, const char *after, int operations)
{
    int64_t count = nwt_kind_count(ctx), i;
    const char *next = NULL;

    for (i = 0; i < count; i++) {
        const char *name = nwt_kind_name(ctx, i);

        if (is_operation(name) == operations && strcmp(name, after) > 0 &&
            (next == NULL || strcmp(name, next) < 0)) {
            next = name;
        }
    }
    return next;
}

/* Layers, or Keras's operations, each with a line that says what it does. */
static void list_kinds(text *to, nwt_context *ctx, int operations)
{
    const char *name = next_kind(ctx, "", operations);
    int64_t count = nwt_kind_count(ctx), i;
    size_t width = 0;

    for (i = 0; i < count; i++) {
        const char *other = nwt_kind_name(ctx, i);

        if (is_operation(other) == operations && strlen(other) > width) {
            width = strlen(other);
        }
    }
    for (; name != NULL; name = next_kind(ctx, name, operations)) {
        const char *about = nwt_kind_about(ctx, name);

        add_padded(to, name, width + 2);
        text_string(to, about != NULL ? about : "");
        text_string(to, "\n");
    }
}

/* The shortest of a few: limits are such as 0, 0.5 and 1. */
static void add_number(text *to, double number)
{
    char digits[32];

    snprintf(digits, sizeof digits, "%g", number);
    text_string(to, digits);
}

static void add_float_range(text *to, const nwt_option_info *info)
{
    if (info->least > -DBL_MAX) {
        text_string(to, ", ");
        add_number(to, info->least);
        text_string(to, info->most < DBL_MAX ? " to " : " or more");
        if (info->most < DBL_MAX) {
            add_number(to, info->most);
        }
    }
}

/* " of rank 3 or more" of a tensor, else ", 1 or more". */
static void add_range(text *to, const nwt_option_info *info)
{
    enum { ANY_RANK = 31 }; /* what every kind takes */
    int is_tensor = info->value_type == NWT_TYPE_TENSOR;

    if (info->value_type == NWT_TYPE_FLOAT) {
        add_float_range(to, info);
        return;
    }
    if (info->minimum >= info->maximum || info->value_type == NWT_TYPE_BOOL ||
        info->value_type == NWT_TYPE_TENSORS ||
        (is_tensor && info->minimum == 0 && info->maximum >= ANY_RANK)) {
        return;
    }
    text_string(to, is_tensor ? " of rank " : ", ");
    text_int(to, info->minimum);
    if (info->maximum >= (is_tensor ? ANY_RANK : INT32_MAX)) {
        text_string(to, " or more");
    } else {
        text_string(to, " to ");
        text_int(to, info->maximum);
    }
}

/* "'valid', 'same' or 'causal'", or the type with its range. */
static void add_type(text *to, const nwt_option_info *info)
{
    size_t i;

    if (info->value_type != NWT_TYPE_CHOICE) {
        text_string(to, info->type_name);
        add_range(to, info);
        return;
    }
    for (i = 0; info->choices[i] != NULL; i++) {
        text_string(to, i == 0 ? "" : info->choices[i + 1] != NULL ? ", " : " or ");
        text_string(to, "'");
        text_string(to, info->choices[i]);
        text_string(to, "'");
    }
}

/* Of what is kept aside, as initializers, Keras has its own defaults. */
static const char *fallback_of(const nwt_option_info *info)
{
    return info->fallback == NULL ? "required"
           : info->value_type == NWT_TYPE_OPAQUE && strcmp(info->fallback, "None") == 0
               ? "-"
               : info->fallback;
}

enum { KEY, TYPE, FALLBACK, HELP, CELLS };

/* The cells of a row, each ended by a NUL, in `to`. */
static void add_cells(text *to, const nwt_option_info *info)
{
    to->length = 0;
    text_string(to, info->key);
    text_add(to, "", 1);
    add_type(to, info);
    text_add(to, "", 1);
    text_string(to, fallback_of(info));
    text_add(to, "", 1);
    text_string(to, info->help != NULL ? info->help : "");
}

static void list_options(text *to, nwt_context *ctx, const char *kind, int32_t argument)
{
    size_t widths[CELLS] = {0};
    text cells = {0};
    int64_t i;
    int pass, cell;

    for (pass = 0; pass < 2; pass++) {
        nwt_option_info info = {sizeof info};

        for (i = 0; nwt_kind_option(ctx, kind, argument, i, &info) && !info.is_shared; i++) {
            const char *at;

            add_cells(&cells, &info);
            if (cells.failed) {
                to->failed = 1;
                break;
            }
            at = cells.data;
            text_string(to, pass == 0 ? "" : "  ");
            for (cell = 0; cell < CELLS; cell++, at += strlen(at) + 1) {
                if (pass == 0 && strlen(at) > widths[cell]) {
                    widths[cell] = strlen(at);
                } else if (pass == 1) {
                    add_padded(to, at, cell + 1 < CELLS ? widths[cell] + 2 : 0);
                }
            }
            text_string(to, pass == 0 ? "" : "\n");
        }
        if (pass == 0 && i > 0) {
            text_string(to, argument ? "\nCalled with:\n" : "\nOptions, in Keras's order:\n");
        }
    }
    text_free(&cells);
}

static int no_such_kind(nwt_context *ctx, const char *kind)
{
    nearest to = nearest_to(kind);
    int64_t count = nwt_kind_count(ctx), i;
    text what = {0};
    int status;

    for (i = 0; i < count; i++) {
        nearest_offer(&to, nwt_kind_name(ctx, i));
    }
    text_string(&what, "there is no such kind");
    if (to.best != NULL) {
        text_string(&what, "; did you mean '");
        text_string(&what, to.best);
        text_string(&what, "'?");
    }
    status = what.failed ? out_of_memory() : fail(kind, what.data);
    text_free(&what);
    return status;
}

static int describe(text *to, nwt_context *ctx, const char *kind)
{
    const char *about = nwt_kind_about(ctx, kind);

    if (about == NULL) {
        return nwt_status(ctx) == NWT_STATUS_OK ? no_such_kind(ctx, kind) : DONE;
    }
    text_string(to, kind);
    text_string(to, " ");
    text_string(to, about);
    text_string(to, ".\n");
    list_options(to, ctx, kind, 0);
    list_options(to, ctx, kind, 1);
    if (!is_operation(kind)) {
        text_string(to, "\nEvery kind also takes name, dtype and trainable.\n");
    }
    return DONE;
}

int command_kinds(const options *given)
{
    nwt_context *ctx = nwt_context_new(NULL);
    text out = {0};
    int status = DONE;

    if (ctx == NULL) {
        return out_of_memory();
    }
    if (given->word_count > 0) {
        status = describe(&out, ctx, given->words[0]);
    } else {
        list_kinds(&out, ctx, 0);
        text_string(&out, "\nKeras's operations, as nodes of a graph:\n\n");
        list_kinds(&out, ctx, 1);
    }
    if (status == DONE) {
        status = nwt_status(ctx) == NWT_STATUS_OK ? print(&out) : out_of_memory();
    }
    text_free(&out);
    nwt_context_free(ctx);
    return status;
}
