/* Tables of options: laid out once, found by key, written as text. */
#include "core/context.h"
#include "core/error.h"
#include "core/nearest.h"
#include "core/option.h"
#include "core/shared.h"
#include "core/kind.h"
#include "core/layer.h"
#include "support/literal.h"
#include "support/number.h"

#include <string.h>

enum { SLOT_MASK = sizeof((nwti_layout *)0)->slots / sizeof((nwti_layout *)0)->slots[0] - 1 };

const nwt_option *nwti_row(const nwti_layout *layout, int32_t index)
{
    return (const nwt_option *)(const void *)((const unsigned char *)layout->rows +
                                              (size_t)index * layout->row_size);
}

int32_t nwti_row_find(const nwti_layout *layout, const char *key, size_t length)
{
    uint32_t i = nwti_hash(key, length) & SLOT_MASK;

    while (layout->slots[i] != 0) {
        int32_t row = layout->slots[i] - 1;
        const char *candidate = nwti_row(layout, row)->key;

        if (strncmp(candidate, key, length) == 0 && candidate[length] == '\0') {
            return row;
        }
        i = (i + 1) & SLOT_MASK;
    }
    return -1;
}

static void enter(nwti_layout *layout, int32_t row)
{
    const char *key = nwti_row(layout, row)->key;
    uint32_t i = nwti_hash(key, strlen(key)) & SLOT_MASK;

    while (layout->slots[i] != 0) {
        i = (i + 1) & SLOT_MASK;
    }
    layout->slots[i] = (uint8_t)(row + 1);
}

size_t nwti_option_size(const nwt_option *row)
{
    size_t count = row->count > 0 ? (size_t)row->count : 0;

    switch (row->type) {
    case NWT_TYPE_BOOL:
    case NWT_TYPE_CHOICE:
    case NWT_TYPE_DTYPE:
    case NWT_TYPE_TENSOR:
        return sizeof(int32_t);
    case NWT_TYPE_OPAQUE:
        return count != 0 ? sizeof(int32_t) : 0;
    case NWT_TYPE_INT:
        return sizeof(int64_t);
    case NWT_TYPE_FLOAT:
        return sizeof(double);
    case NWT_TYPE_STRING:
    case NWT_TYPE_FUNCTION:
        return sizeof(const char *);
    case NWT_TYPE_TUPLE:
        return count * sizeof(int64_t);
    case NWT_TYPE_NESTED:
        return 2 * count * sizeof(int64_t);
    case NWT_TYPE_INTS:
        return sizeof(nwt_ints);
    case NWT_TYPE_LAYER:
        return sizeof(nwt_layer *);
    case NWT_TYPE_LAYERS:
        return sizeof(nwt_layers);
    case NWT_TYPE_TENSORS:
        return sizeof(nwt_range);
    default:
        return SIZE_MAX;
    }
}

/* A place must lie within its struct; tuples and pairs go into buffers of a fixed size. */
static int32_t check_row(nwt_context *ctx, const nwti_layout *layout, const nwt_option *row,
                         const char *owner)
{
    size_t size = nwti_option_size(row);

    if (size > layout->size || row->offset < 0 || (size_t)row->offset > layout->size - size ||
        row->count < 0 || row->count > NWT_MAX_RANK) {
        return nwti_error(ctx, NWT_STATUS_INVALID,
                          "%s: the row of option '%s' has a type, place or count that does not fit "
                          "its struct of %z bytes",
                          owner, row->key, layout->size);
    }
    if (row->type == NWT_TYPE_CHOICE && row->choices == NULL) {
        return nwti_error(ctx, NWT_STATUS_INVALID, "%s: option '%s' has no choices", owner,
                          row->key);
    }
    return 0;
}

int32_t nwti_option_is_made(const nwt_option *row)
{
    return (row->type == NWT_TYPE_LAYER || row->type == NWT_TYPE_LAYERS) && row->fallback != NULL &&
           strcmp(row->fallback, "None") != 0;
}

/* Writes the row's fallback into the image of defaults. */
static int32_t lay_out(nwt_context *ctx, nwti_layout *layout, int32_t index, const char *owner)
{
    const nwt_option *row = nwti_row(layout, index);
    nwti_assignment to = {ctx, layout, owner, layout->defaults, 0, nwti_layer_of_call, ctx, 0};
    nwti_arena arena = ctx->arena;
    nwti_syntax_error error;
    const nwti_value *value;
    int32_t status;

    if (row->fallback == NULL) {
        layout->required |= row->flags & NWT_FLAG_HIDDEN ? 0 : (uint64_t)1 << index;
        return 0;
    }
    /* What the default points to must live as long as the kind. */
    ctx->arena = ctx->permanent;
    value = nwti_literal_read(&ctx->arena, row->fallback, strlen(row->fallback), 8, &error);
    if (value == NULL) {
        status = error.what == NULL ? nwti_out_of_memory(ctx)
                                    : nwti_error(ctx, NWT_STATUS_INVALID,
                                                 "%s: the default of option '%s', %s, can't be "
                                                 "read: %s",
                                                 owner, row->key, row->fallback, error.what);
    } else if (nwti_option_is_made(row)) {
        /* Each layer makes its own. */
        status = value->type == NWTI_CALL || value->type == NWTI_LIST
                     ? 0
                     : nwti_error(ctx, NWT_STATUS_INVALID,
                                  "%s: the default of option '%s', %s, is no layer", owner,
                                  row->key, row->fallback);
    } else {
        status = nwti_assign(&to, index, value);
    }
    ctx->permanent = ctx->arena;
    ctx->arena = arena;
    return status;
}

int32_t nwti_layout_make(nwt_context *ctx, nwti_layout *layout, const nwt_option *rows,
                         size_t row_size, size_t size, const char *owner)
{
    int32_t i;

    layout->rows = rows;
    layout->row_size = row_size;
    layout->size = size;
    layout->defaults = nwti_arena_zeroed(&ctx->permanent, size);
    if (layout->defaults == NULL) {
        return nwti_out_of_memory(ctx);
    }
    if (rows == NULL) {
        return 0;
    }
    while (nwti_row(layout, layout->count)->key != NULL) {
        if (layout->count == NWTI_LARGEST_TABLE) {
            return nwti_error(ctx, NWT_STATUS_INVALID, "%s: more than %d options", owner,
                              (int64_t)NWTI_LARGEST_TABLE);
        }
        if (check_row(ctx, layout, nwti_row(layout, layout->count), owner)) {
            return ctx->status;
        }
        enter(layout, layout->count);
        layout->count++;
    }
    for (i = 0; i < layout->count; i++) {
        if (lay_out(ctx, layout, i, owner)) {
            return ctx->status;
        }
    }
    return 0;
}

int32_t nwti_unknown_option(nwt_context *ctx, const char *owner, const nwti_layout *layout,
                            const char *key, int32_t with_common)
{
    nwti_nearest nearest;
    char hint[160];
    int32_t i;

    nwti_nearest_begin(&nearest, key);
    for (i = 0; i < layout->count; i++) {
        if (!(nwti_row(layout, i)->flags & NWT_FLAG_HIDDEN)) {
            nwti_nearest_offer(&nearest, nwti_row(layout, i)->key);
        }
    }
    if (with_common) {
        nwti_offer_common(&nearest);
    }
    return nwti_error(ctx, NWT_STATUS_INVALID, "%s: unknown %s '%s'%s", owner,
                      with_common ? "option" : "call argument", key,
                      nwti_nearest_text(&nearest, hint, sizeof hint));
}

/* Their layout in this context, made at its first use. */
static const nwti_layout *layout_of(nwt_context *ctx, const nwti_settings *settings)
{
    nwti_layout *layout = ctx->tables;

    while (layout != NULL && layout->rows != settings->rows) {
        layout = layout->next;
    }
    if (layout != NULL) {
        return layout;
    }
    layout = nwti_arena_zeroed(&ctx->permanent, sizeof *layout);
    if (layout == NULL) {
        nwti_out_of_memory(ctx);
        return NULL;
    }
    if (nwti_layout_make(ctx, layout, settings->rows, sizeof settings->rows[0], settings->size,
                         settings->owner)) {
        return NULL;
    }
    layout->next = ctx->tables;
    ctx->tables = layout;
    return layout;
}

static int32_t assign_named(nwti_assignment *to, const nwti_value *pair)
{
    int32_t row;

    if (pair->type != NWTI_STRING) {
        return nwti_error(to->ctx, NWT_STATUS_INVALID, "%s: options need a name each: %s=...",
                          to->owner, nwti_row(to->layout, 0)->key);
    }
    row = nwti_row_find(to->layout, pair->as.string, pair->length);
    return row >= 0 ? nwti_assign(to, row, pair + 1)
                    : nwti_unknown_option(to->ctx, to->owner, to->layout, pair->as.string, 0);
}

int32_t nwti_settings_read(nwt_context *ctx, const nwti_settings *settings, const char *text,
                           void *into, nwti_value *values)
{
    nwti_assignment to = {ctx, layout_of(ctx, settings), settings->owner, into, 0, NULL, NULL, 0,
                          0};
    nwti_syntax_error error;
    const nwti_value *read;
    uint32_t i;

    if (values != NULL) {
        *values = (nwti_value){NWTI_DICT, 0, 0, {0}};
    }
    if (to.layout == NULL) {
        return ctx->status;
    }
    memcpy(into, to.layout->defaults, settings->size);
    if (text == NULL) {
        return 0;
    }
    read = nwti_literal_read_arguments(&ctx->arena, text, strlen(text), 16, &error);
    if (read == NULL) {
        return error.what == NULL
                   ? nwti_out_of_memory(ctx)
                   : nwti_error(ctx, NWT_STATUS_INVALID, "%s: options, column %z: %s",
                                settings->owner, error.column, error.what);
    }
    for (i = 0; i < read->length; i++) {
        if (assign_named(&to, read->as.items + 1 + 2 * (size_t)i)) {
            return ctx->status;
        }
    }
    if (values != NULL) {
        values->length = read->length;
        values->as.items = read->as.items + 1;
    }
    return 0;
}

/* ---------------------------------------------------------------------- text */

static void int_text(nwti_text *text, int64_t value, int64_t none)
{
    if (value == none) {
        nwti_text_string(text, "None");
    } else {
        nwti_text_int(text, value);
    }
}

static void ints_text(nwti_text *text, const int64_t *items, int64_t count, int64_t none)
{
    int64_t i;

    nwti_text_string(text, "(");
    for (i = 0; i < count; i++) {
        nwti_text_string(text, i > 0 ? ", " : "");
        int_text(text, items[i], none);
    }
    nwti_text_string(text, count == 1 ? ",)" : ")");
}

/* ((1, 2), (0, 1)); the pair alone where there is one axis. */
static void pairs_text(nwti_text *text, const int64_t *items, int32_t count)
{
    int32_t i;

    nwti_text_string(text, count > 1 ? "(" : "");
    for (i = 0; i < count; i++) {
        nwti_text_string(text, i > 0 ? ", " : "");
        ints_text(text, items + 2 * i, 2, NWT_NONE_INT);
    }
    nwti_text_string(text, count > 1 ? ")" : "");
}

static void string_text(nwti_text *text, const char *string)
{
    if (string == NULL) {
        nwti_text_string(text, "None");
        return;
    }
    nwti_text_string(text, "'");
    while (*string != '\0') {
        size_t plain = strcspn(string, "'\\");

        nwti_text_add(text, string, plain);
        string += plain;
        if (*string != '\0') {
            nwti_text_string(text, "\\");
            nwti_text_add(text, string++, 1);
        }
    }
    nwti_text_string(text, "'");
}

static void float_text(nwti_text *text, double number)
{
    char buffer[32];

    if (number != number) {
        nwti_text_string(text, "None");
    } else {
        nwti_text_add(text, buffer, nwti_format_double(buffer, number));
    }
}

static void layer_text(nwti_text *text, const nwt_layer *layer)
{
    nwti_text_string(text, layer != NULL ? nwti_layer_class(layer) : "None");
}

void nwti_option_text(nwti_text *text, const nwt_option *row, const void *self)
{
    const void *place = (const unsigned char *)self + row->offset;
    const int64_t *ints = place;
    int32_t number = row->type == NWT_TYPE_BOOL || row->type == NWT_TYPE_CHOICE ||
                             row->type == NWT_TYPE_DTYPE
                         ? *(const int32_t *)place
                         : 0;
    const nwt_ints *list = place;

    switch (row->type) {
    case NWT_TYPE_BOOL:
        nwti_text_string(text, number < 0 ? "None" : number ? "True" : "False");
        break;
    case NWT_TYPE_INT:
        int_text(text, *ints, NWT_NONE_INT);
        break;
    case NWT_TYPE_FLOAT:
        float_text(text, *(const double *)place);
        break;
    case NWT_TYPE_STRING:
    case NWT_TYPE_FUNCTION:
        string_text(text, *(const char *const *)place);
        break;
    case NWT_TYPE_CHOICE:
        string_text(text, number < 0 ? NULL : row->choices[number]);
        break;
    case NWT_TYPE_TUPLE:
    case NWT_TYPE_NESTED:
        if (ints[0] == NWT_NONE_INT) {
            nwti_text_string(text, "None");
        } else if (row->type == NWT_TYPE_NESTED) {
            pairs_text(text, ints, row->count);
        } else {
            ints_text(text, ints, row->count, NWT_NONE_INT);
        }
        break;
    case NWT_TYPE_INTS:
        if (list->items == NULL) {
            nwti_text_string(text, "None");
        } else {
            ints_text(text, list->items, list->count, row->minimum < 0 ? NWT_NONE_INT : -1);
        }
        break;
    case NWT_TYPE_DTYPE:
        string_text(text, nwt_dtype_name(number));
        break;
    case NWT_TYPE_LAYER:
        layer_text(text, *(nwt_layer *const *)place);
        break;
    default:
        break;
    }
}

static const char *const type_names[] = {
    [NWT_TYPE_BOOL] = "bool",
    [NWT_TYPE_INT] = "int",
    [NWT_TYPE_FLOAT] = "float",
    [NWT_TYPE_STRING] = "string",
    [NWT_TYPE_FUNCTION] = "function",
    [NWT_TYPE_CHOICE] = "choice",
    [NWT_TYPE_TUPLE] = "int or tuple of ints",
    [NWT_TYPE_NESTED] = "int or pairs of ints",
    [NWT_TYPE_INTS] = "int or list of ints",
    [NWT_TYPE_DTYPE] = "dtype",
    [NWT_TYPE_LAYER] = "layer",
    [NWT_TYPE_LAYERS] = "list of layers",
    [NWT_TYPE_OPAQUE] = "anything",
    [NWT_TYPE_TENSOR] = "tensor",
    [NWT_TYPE_TENSORS] = "tensors",
};

/* The index-th row that is a constructor argument. */
static const nwt_option *visible_row(const nwti_layout *layout, int64_t index)
{
    int32_t i;

    for (i = 0; i < layout->count; i++) {
        const nwt_option *row = nwti_row(layout, i);

        if (!(row->flags & NWT_FLAG_HIDDEN) && index-- == 0) {
            return row;
        }
    }
    return NULL;
}

int32_t nwt_kind_option(nwt_context *ctx, const char *kind, int32_t argument, int64_t index,
                        nwt_option_info *info)
{
    nwti_kind *found = ctx != NULL && kind != NULL ? nwti_kind_named(ctx, kind) : NULL;
    const nwt_option *row;
    nwt_option_info full = {sizeof full, NULL, NULL, NULL, NULL, NULL, 0, 0};

    if (found == NULL || info == NULL || index < 0 ||
        info->size < offsetof(nwt_option_info, type_name)) {
        return 0;
    }
    row = visible_row(argument ? &found->arguments : &found->options, index);
    if (row == NULL) {
        return 0;
    }
    full.key = row->key;
    full.type_name = type_names[row->type];
    full.fallback = row->fallback;
    full.help = row->help;
    full.choices = row->choices;
    full.minimum = row->minimum;
    full.maximum = row->maximum;
    full.size = info->size;
    nwti_hand_over(info, info->size, &full, sizeof full);
    return 1;
}
